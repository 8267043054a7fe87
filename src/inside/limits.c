/*
 * Limits. They are the command's and not husk's: its process sets them on itself when all that husk
 * does there is done, since they could keep husk from it, and the reaper from its work. Only the
 * score of the OOM killer is set earlier and for all of the sandbox: it takes the host's procfs.
 * What takes rights on the host was done before there was a child (host/limits.c).
 */
#include "spec/limits.h"
#include "inside/inside.h"
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/personality.h>

int oom_score_set(struct inside *in)
{
    const struct opt_number *score = &in->plan->spec->oom_score_adj;
    char text[16];
    int r;

    if (!score->set)
        return 0;
    if ((r = proc_open(in)) < 0)
        return r;
    snprintf(text, sizeof text, "%d", score->value);
    r = proc_write(in, "self/oom_score_adj", text);
    return r < 0 ? inside_fail(in, -r, &score->from, "setting oom_score_adj") : 0;
}

/* The kernel takes the part of a list that it can use and drops the rest in silence; EINVAL: there
 * is no such part. */
static int set_cpus(struct inside *in, const struct opt_cpus *cpus)
{
    struct cpu_list got = {0};
    int err;

    if (!cpus->list)
        return 0;
    err = sched_setaffinity(0, sizeof *cpus->list, (const void *)cpus->list->bits) < 0 ? errno : 0;
    if (err && err != EINVAL)
        return inside_fail(in, err, &cpus->from, "setting the processors");
    if (sched_getaffinity(0, sizeof got, (void *)got.bits) < 0)
        return inside_fail(in, errno, &cpus->from, "reading the processors");
    for (unsigned cpu = 0; cpu < CPU_LIMIT; cpu++)
        if (cpus_has(cpus->list, cpu) && !cpus_has(&got, cpu))
            return inside_fail(in, 0, &cpus->from,
                               "processor %u is not there, or not for this process", cpu);
    if (err || memcmp(&got, cpus->list, sizeof got) != 0)
        return inside_fail(in, EINVAL, &cpus->from, "setting the processors");
    return 0;
}

static int set_personality(struct inside *in, const struct opt_flag *no_aslr)
{
    int now;

    if (!no_aslr->set)
        return 0;
    now = personality(0xffffffff); /* this asks */
    if (now < 0 || personality((unsigned long)now | ADDR_NO_RANDOMIZE) < 0)
        return inside_fail(in, errno, &no_aslr->from,
                           "switching off the randomisation of addresses");
    return 0;
}

static int set_nice_value(struct inside *in, const struct opt_number *nice)
{
    if (nice->set && setpriority(PRIO_PROCESS, 0, nice->value) < 0)
        return inside_fail(in, errno, &nice->from, "setting the nice value");
    return 0;
}

int limits_apply(struct inside *in)
{
    const struct plan *plan = in->plan;
    int r;

    if ((r = set_cpus(in, &plan->spec->cpus)) < 0 ||
        (r = set_personality(in, &plan->spec->no_aslr)) < 0 ||
        (r = set_nice_value(in, &plan->spec->nice)) < 0)
        return r;
    for (size_t i = 0; i < plan->limit_count; i++) {
        const struct plan_limit *limit = &plan->limits[i];

        if (setrlimit(limit->resource, &limit->value) < 0)
            return inside_fail(in, errno, &limit->from, "setting the limit of %s",
                               limit_name(limit->resource));
    }
    return 0;
}
