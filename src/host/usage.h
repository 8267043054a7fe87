/* What a sandbox has used, from its cgroup where it has one, else from what the kernel told when it was waited for. */
#pragma once
#include "host/cgroup.h"
#include <stdint.h>
#include <sys/resource.h>

enum { NOT_KNOWN = -1 };

/* Where a figure is from. */
enum usage_source {
    FROM_NOWHERE,
    FROM_CGROUP, /* all of the sandbox */
    FROM_RUSAGE, /* those of its processes that were waited for; of memory the largest one */
};

struct usage {
    enum usage_source cpu, memory, pids, io;
    int64_t user_us, system_us;
    int64_t memory_peak;            /* bytes */
    int64_t pids_peak;              /* processes and threads at one time */
    int64_t read_bytes, write_bytes;
    int64_t throttled;              /* periods in which --cpus held it back */
    int64_t refused_forks;          /* by --pids-limit, or a limit above it */
    int64_t oom_kills;              /* processes that were killed for want of memory */
    bool own_oom;                   /* its own limit was the reason of some */
};

/* Fills *U; C is NULL without a cgroup, RU is that of the sandbox's first process. What this kernel does not tell is
 * NOT_KNOWN. */
void usage_gather(struct usage *u, const struct cgroup *c, const struct rusage *ru);

/* Only what the OOM killer did. */
void usage_gather_oom(struct usage *u, const struct cgroup *c);
