/* The cases, and how one is run: every form in turn, again and again. README.md describes them. */
#include "base/log.h"
#include "bench.h"
#include <stdio.h>

enum {
    LINK = 1 << FORM_LINK,
    NONE = 1 << FORM_NONE,
    FILTER = 1 << FORM_FILTER,
    DEFAULT = 1 << FORM_DEFAULT,
    FIREJAIL = 1 << FORM_FIREJAIL,
    UNSHARE = 1 << FORM_UNSHARE,
    CRUN = 1 << FORM_CRUN,
    SYSTEMD_RUN = 1 << FORM_SYSTEMD_RUN,
    FLOOR = 1 << FORM_FLOOR,
    OTHERS = FIREJAIL | UNSHARE | CRUN | SYSTEMD_RUN, /* those of them that have such a line */
    WARMUPS = 2, /* rounds that do not count: caches fill */
};

const struct bench_case bench_cases[] = {
    {
        .name = "minimal",
        .what = "--ro-bind / / /bin/true",
        .enter = enter_user,
        .measure = measure_launch,
        .line = LINE_MINIMAL,
        .percent = 100,
        .forms = LINK | NONE | OTHERS,
    },
    {
        .name = "unshare-all",
        .what = "the same with --unshare-all",
        .enter = enter_user,
        .measure = measure_launch,
        .line = LINE_UNSHARE_ALL,
        .percent = 100,
        .forms = LINK | NONE | OTHERS,
    },
    {
        .name = "realistic",
        .what = "about 35 options, as an application passes them",
        .enter = enter_user,
        .measure = measure_launch,
        .line = LINE_REALISTIC,
        .percent = 100,
        .forms = LINK | NONE | FILTER | DEFAULT | OTHERS | FLOOR,
        .goal = {'<', 0.60},
        .filter_goal = {'<', 0.70},
    },
    {
        .name = "binds-10",
        .what = "what 10 more binds add to realistic",
        .enter = enter_user,
        .measure = measure_added,
        .line = LINE_REALISTIC,
        .binds = 10,
        .percent = 100,
        .forms = LINK | CRUN,
    },
    {
        .name = "binds-100",
        .what = "what 100 more binds add to realistic",
        .enter = enter_user,
        .measure = measure_added,
        .line = LINE_REALISTIC,
        .binds = 100,
        .percent = 50,
        .forms = LINK | CRUN,
    },
    {
        .name = "binds-1000",
        .what = "what 1000 more binds add to realistic",
        .enter = enter_user,
        .measure = measure_added,
        .line = LINE_REALISTIC,
        .binds = 1000,
        .percent = 10,
        .forms = LINK | CRUN,
        .goal = {'<', 1.0 / 40},
    },
    {
        .name = "host-1000",
        .what = "minimal on a host with 1000 more mounts",
        .enter = enter_mounts,
        .measure = measure_launch,
        .line = LINE_MINIMAL,
        .arg = 1000,
        .percent = 50,
        .forms = LINK | NONE | FIREJAIL | UNSHARE,
        .goal = {'<', 1.0 / 5},
    },
    {
        .name = "inflight-1",
        .what = "launches a second of realistic, one after the other",
        .enter = enter_user,
        .measure = measure_rate,
        .unit = UNIT_RATE,
        .line = LINE_REALISTIC,
        .arg = 1,
        .percent = 10,
        .forms = LINK | DEFAULT | FIREJAIL | CRUN | FLOOR,
    },
    {
        .name = "inflight-8",
        .what = "the same with 8 at a time",
        .enter = enter_user,
        .measure = measure_rate,
        .unit = UNIT_RATE,
        .line = LINE_REALISTIC,
        .arg = 8,
        .percent = 10,
        .forms = LINK | DEFAULT | FIREJAIL | CRUN | FLOOR,
        .goal = {'>', 1.8},
    },
    {
        .name = "filter-getpid",
        .what = "getpid in a loop, under a filter and without",
        .enter = enter_user,
        .measure = measure_spin,
        .unit = UNIT_NANOSECONDS,
        .line = LINE_REALISTIC,
        .spin = "getpid",
        .percent = 20,
        .forms = NONE | FILTER,
    },
    {
        .name = "filter-read",
        .what = "read of one byte in a loop, under a filter and without",
        .enter = enter_user,
        .measure = measure_spin,
        .unit = UNIT_NANOSECONDS,
        .line = LINE_REALISTIC,
        .spin = "read",
        .percent = 20,
        .forms = NONE | FILTER,
    },
    {
        .name = "filter-openat",
        .what = "openat and close in a loop, under a filter and without",
        .enter = enter_user,
        .measure = measure_spin,
        .unit = UNIT_NANOSECONDS,
        .line = LINE_REALISTIC,
        .spin = "openat",
        .percent = 20,
        .forms = NONE | FILTER,
    },
    {
        .name = "memory",
        .what = "PSS of what stays while the command of realistic runs",
        .enter = enter_root,
        .measure = measure_pss,
        .unit = UNIT_KIB,
        .line = LINE_REALISTIC,
        .sleeps = true,
        .percent = 10,
        .forms = LINK | NONE | DEFAULT | FIREJAIL | CRUN,
        .goal = {'<', 1.0},
    },
    {
        .name = "residents",
        .what = "the number of processes that is",
        .enter = enter_root,
        .measure = measure_residents,
        .unit = UNIT_COUNT,
        .line = LINE_REALISTIC,
        .sleeps = true,
        .percent = 1,
        .forms = LINK | DEFAULT | FIREJAIL | CRUN,
    },
    {
        .name = "syscalls",
        .what = "system calls of realistic, by strace",
        .enter = enter_trace,
        .measure = measure_syscalls,
        .unit = UNIT_COUNT,
        .line = LINE_REALISTIC,
        .percent = 1,
        .forms = LINK | DEFAULT | CRUN | FLOOR,
    },
    {
        .name = "processes",
        .what = "processes that realistic starts, by strace",
        .enter = enter_trace,
        .measure = measure_processes,
        .unit = UNIT_COUNT,
        .line = LINE_REALISTIC,
        .percent = 1,
        .forms = LINK | DEFAULT | CRUN | FLOOR,
    },
};

const size_t bench_case_count = ARRAY_SIZE(bench_cases);

/*
 * Measures all COUNT contenders in each round: A B, B A, A B ... Turning round matters: the kernel
 * takes a sandbox down after its launcher has ended, and with A B A B that would always burden the
 * same one with the other's remains.
 */
static enum outcome interleave(const struct bench *b, const struct bench_case *bc,
                               struct contender *contenders, size_t count, unsigned rounds)
{
    for (unsigned round = 0; round < WARMUPS + rounds; round++) {
        for (size_t i = 0; i < count; i++) {
            struct contender *c = &contenders[round % 2 ? count - 1 - i : i];
            double value;
            enum outcome outcome = bc->measure(b, bc, c, &value);

            if (outcome != DONE)
                return outcome;
            if (round >= WARMUPS)
                c->samples[round - WARMUPS] = value;
        }
    }
    return DONE;
}

/* False: FORM is not there, or cannot do this. */
static bool set_up(const struct bench *b, const struct bench_case *bc, enum form form, unsigned rounds,
                   struct contender *c)
{
    c->form = form;
    c->argv = cmdline(b, bc, form, bc->binds);
    c->base_argv = bc->binds ? cmdline(b, bc, form, 0) : NULL;
    if (!c->argv)
        return false;
    c->samples = arena_alloc(rounds * sizeof *c->samples);
    return true;
}

/* Leaves out those of the COUNT contenders that are neither husk nor bwrap and do not work here: what is not
 * set up on a machine is no failure of husk's. How many are left. */
static size_t leave_out(const struct bench *b, const struct bench_case *bc, struct contender *contenders,
                        size_t count)
{
    size_t kept = 0;

    for (size_t i = 0; i < count; i++) {
        struct contender *c = &contenders[i];

        if (c->form >= FORM_PEERS && !bc->sleeps && !launch_works(b, c->argv))
            log_warning("case %s: %s does not work here", bc->name, form_names[c->form]);
        else
            contenders[kept++] = *c;
    }
    return kept;
}

enum outcome case_run(const struct bench *b, const struct bench_case *bc)
{
    unsigned rounds = MAX(b->rounds * bc->percent / 100, 1u);
    struct contender contenders[FORM_COUNT];
    enum outcome outcome;
    size_t count = 0;

    for (enum form form = 0; form < FORM_COUNT; form++) {
        bool there = form < FORM_PEERS || b->programs[form];

        if (there && (form == FORM_BWRAP || (bc->forms & 1u << form)))
            count += set_up(b, bc, form, rounds, &contenders[count]);
    }
    outcome = bc->enter(b, bc);
    if (outcome == DONE) {
        count = leave_out(b, bc, contenders, count);
        outcome = interleave(b, bc, contenders, count, rounds);
    }
    for (size_t i = 0; outcome == DONE && i < count; i++)
        report_row(bc, contenders[i].form, summarize(contenders[i].samples, rounds));
    return outcome;
}
