/* The host name, and the offsets of a time namespace's clocks. */
#include "base/fd.h"
#include "base/str.h"
#include "base/syscalls.h"
#include "inside/inside.h"
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int hostname_set(struct inside *in)
{
    const struct opt_text *name = &in->plan->spec->hostname;

    if (name->value && sethostname(name->value, strlen(name->value)) < 0)
        return inside_fail(in, errno, &name->from, "Can't set hostname to %s", name->value);
    return 0;
}

/* One line of time_namespaces(7)'s timens_offsets. */
static int set_clock(struct inside *in, const char *clock, const struct opt_text *offset)
{
    char line[64];
    int64_t seconds;
    uint32_t nanoseconds;
    int r;

    if (!offset->value)
        return 0;
    if (!parse_seconds(offset->value, &seconds, &nanoseconds))
        return inside_fail(in, EINVAL, &offset->from, "reading an offset");
    snprintf(line, sizeof line, "%s %lld %u", clock, (long long)seconds, nanoseconds);
    r = proc_write(in, "self/timens_offsets", line);
    if (r < 0)
        return inside_fail_hint(in, HINT_USERNS, -r, &offset->from, "setting the %s clock", clock);
    return 0;
}

int clocks_set(struct inside *in)
{
    const struct spec *s = in->plan->spec;
    HUSK_FD int ns = FD_NONE;
    int r;

    if (!(in->plan->unshared & CLONE_NEWTIME))
        return 0;
    if ((r = proc_open(in)) < 0)
        return r;
    if (sys_unshare(CLONE_NEWTIME) < 0)
        return inside_fail(in, errno, NULL, "making a new time namespace");
    if ((r = set_clock(in, "monotonic", &s->monotonic)) < 0 ||
        (r = set_clock(in, "boottime", &s->boottime)) < 0)
        return r;
    /* unshare(2) moves only later children: a child made by vfork would not be one of them. */
    ns = openat(in->proc, "self/ns/time_for_children", O_RDONLY | O_CLOEXEC);
    if (ns < 0 || sys_setns(ns, CLONE_NEWTIME) < 0)
        return inside_fail(in, errno, NULL, "entering the new time namespace");
    return 0;
}
