/* Setters of what limits the sandbox as a whole, and of the report. */
#include "base/str.h"
#include "spec/amounts.h"
#include "spec/setters.h"
#include <string.h>

static int put_amount(struct parser *p, const struct option *o, uint64_t value, const char *text)
{
    struct opt_amount *slot = MEMBER(p, o, struct opt_amount);

    if (slot->text)
        warn_replaced(o, &slot->from);
    *slot = (struct opt_amount){value, text, p->origin};
    return 0;
}

int set_memory(struct parser *p, const struct option *o, char **args)
{
    uint64_t value;

    if (!amount_size(args[0], &value))
        return option_error(&p->origin, "a size such as 200M or 1.5G, or unlimited, is wanted");
    return put_amount(p, o, value, args[0]);
}

int set_cpus(struct parser *p, const struct option *o, char **args)
{
    uint64_t value;

    if (!amount_cpus(args[0], &value))
        return option_error(&p->origin, "a number of processors from 0.01 on, such as 0.5, or unlimited, is wanted");
    return put_amount(p, o, value, args[0]);
}

int set_weight(struct parser *p, const struct option *o, char **args)
{
    uint64_t value;

    if (!amount_count(args[0], 10000, false, &value))
        return option_error(&p->origin, "a number from 1 to 10000 is wanted");
    return put_amount(p, o, value, args[0]);
}

int set_pids_limit(struct parser *p, const struct option *o, char **args)
{
    const uint64_t max = 4194304; /* PID_MAX_LIMIT of 64-bit kernels */
    uint64_t value;

    if (!amount_count(args[0], max, true, &value))
        return option_error(&p->origin, "a number from 1 to %u, or unlimited, is wanted", (unsigned)max);
    return put_amount(p, o, value, args[0]);
}

int set_io_max(struct parser *p, const struct option *o HUSK_UNUSED, char **args)
{
    struct opt_io_max io = {.from = p->origin};

    if (!amount_io(args[0], &io))
        return option_error(&p->origin, "a device and limits are wanted, as in /dev/sda:rbps=10M,wiops=100");
    *VEC_PUSH(&p->spec->cgroup.io_max) = io;
    return 0;
}

/* ---- where ---------------------------------------------------------------------------------- */

/* The characters of systemd's unit names but those that have a meaning there. Of a slice a dash has one, too, which is
 * wanted: it puts one slice into another. */
static bool is_unit_name(const char *name)
{
    const char *allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";
    const size_t max = 200; /* systemd's is 255, with the suffix */

    return *name && *name != '-' && *name != '.' && !name[strspn(name, allowed)] && strlen(name) <= max;
}

static const char *without_suffix(const char *name, const char *suffix)
{
    size_t n = strlen(name), m = strlen(suffix);

    return n > m && streq(name + n - m, suffix) ? arena_strndup(name, n - m) : name;
}

int set_scope(struct parser *p, const struct option *o, char **args)
{
    struct opt_cgroup *c = &p->spec->cgroup;
    const char *name = args[0];

    if (name)
        name = without_suffix(name, ".scope");
    if (name && !is_unit_name(name))
        return option_error(&p->origin, "a scope's name has letters, digits and _ . -");
    if (c->scope.set && c->scope_name.value)
        warn_replaced(o, &c->scope.from);
    c->scope = (struct opt_flag){true, p->origin};
    c->scope_name = (struct opt_text){name, p->origin};
    return 0;
}

int set_slice(struct parser *p, const struct option *o, char **args)
{
    const char *name = without_suffix(args[0], ".slice");
    size_t n = strlen(name);

    if (!is_unit_name(name) || strstr(name, "--") || name[n - 1] == '-')
        return option_error(&p->origin, "a slice's name has letters, digits, _ and ., and - between its parts");
    return put_text(p, o, &p->spec->cgroup.slice, name);
}

int set_cgroup_parent(struct parser *p, const struct option *o, char **args)
{
    if (args[0][0] != '/')
        return option_error(&p->origin, "an absolute path is wanted");
    return put_text(p, o, &p->spec->cgroup.parent, args[0]);
}

int set_cgroup_fs(struct parser *p, const struct option *o, char **args HUSK_UNUSED)
{
    static char *dest[] = {(char *)"/sys/fs/cgroup", NULL};
    struct option mount = *o;

    if (p->spec->cgroup.fs.set)
        return 0;
    p->spec->cgroup.fs = (struct opt_flag){true, p->origin};
    mount.value = MOUNT_CGROUP;
    mount.nargs = 1;
    return set_mount(p, &mount, dest);
}

/* ---- the report ----------------------------------------------------------------------------- */

int set_report(struct parser *p, const struct option *o, char **args)
{
    struct spec *s = p->spec;

    if (args[0] && !*args[0])
        return option_error(&p->origin, "json or a file is wanted");
    if (s->report != REPORT_NO)
        warn_replaced(o, &s->report_file.from);
    s->report = args[0] && !streq(args[0], "text") ? REPORT_JSON : REPORT_TEXT;
    s->report_file = (struct opt_text){.from = p->origin};
    if (s->report == REPORT_JSON && !streq(args[0], "json"))
        s->report_file.value = args[0];
    return 0;
}
