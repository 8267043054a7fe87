/* --report: what a sandbox has used and why it ended. That the kernel killed for want of memory is said without it,
 * too. */
#pragma once
#include "host/spawn.h"
#include <stdint.h>
#include <sys/resource.h>

/* How it ended. */
struct outcome {
    int status;      /* husk's own */
    int wait_status; /* the command's, as waitpid(2) has it; -1: not known */
    bool timed_out;
    int64_t begun, ended; /* nanoseconds of CLOCK_MONOTONIC; 0 unless there is to be a report */
    struct rusage usage;
};

/* Opens the file of --report, if there is one. 0 or -errno, said. */
int report_prepare(const struct plan *plan, struct sandbox *sb);

/* The time for BEGUN and ENDED; 0 if there is to be no report. */
int64_t report_time(const struct plan *plan);

/* Says it. Call it when all of the sandbox has ended, while its cgroup is there. */
void report(const struct plan *plan, const struct sandbox *sb, const struct outcome *o);

/* Only that the kernel has killed for want of memory, if it has: for a sandbox whose command was not started. */
void report_oom(const struct plan *plan, const struct sandbox *sb);
