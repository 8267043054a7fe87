#include "host/limits.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/syscalls.h"
#include "spec/limits.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static int raise_hard_limit(const struct plan_limit *limit)
{
    struct rlimit now;

    if (getrlimit(limit->resource, &now) < 0)
        return log_errno(errno, "reading a limit (%s)", origin_text(&limit->from));
    if (limit->value.rlim_max <= now.rlim_max)
        return 0;
    now.rlim_max = limit->value.rlim_max;
    if (setrlimit(limit->resource, &now) == 0)
        return 0;
    log_errno(errno, "raising the hard limit of %s to %s (%s)", limit_name(limit->resource),
              limit_text(limit->value.rlim_max), origin_text(&limit->from));
    if (getrlimit(limit->resource, &now) == 0)
        log_hint("it is %s here, and raised only with CAP_SYS_RESOURCE on the host%s",
                 limit_text(now.rlim_max),
                 limit->resource == RLIMIT_NOFILE ? ", up to fs.nr_open" : "");
    return -EPERM;
}

static int lower_nice_value(const struct opt_number *nice)
{
    int now;

    if (!nice->set)
        return 0;
    errno = 0;
    now = getpriority(PRIO_PROCESS, 0);
    if (errno)
        return log_errno(errno, "reading the nice value (%s)", origin_text(&nice->from));
    if (nice->value >= now || setpriority(PRIO_PROCESS, 0, nice->value) == 0)
        return 0;
    log_errno(errno, "lowering the nice value from %d (%s)", now, origin_text(&nice->from));
    log_hint("that takes CAP_SYS_NICE on the host, or a limit `nice' of %d", 20 - nice->value);
    return -EPERM;
}

static int read_oom_score(int proc, int *ret)
{
    HUSK_FD int fd = openat(proc, "self/oom_score_adj", O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    char text[16] = "";
    ssize_t n = fd < 0 ? -errno : fd_read_full(fd, text, sizeof text - 1);

    if (n < 0)
        return (int)n;
    *ret = atoi(text);
    return 0;
}

static int lower_oom_score(const struct opt_number *score)
{
    HUSK_FD int proc = FD_NONE;
    char text[16];
    int now = 0, r;

    if (!score->set)
        return 0;
    proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (proc < 0 || !fd_is_procfs(proc))
        return log_errno(ENODEV, "what is on /proc is not procfs (%s)", origin_text(&score->from));
    if ((r = read_oom_score(proc, &now)) < 0)
        return log_errno(-r, "reading oom_score_adj (%s)", origin_text(&score->from));
    if (score->value >= now)
        return 0;
    snprintf(text, sizeof text, "%d", score->value);
    if ((r = fd_write_file_at(proc, "self/oom_score_adj", text)) == 0)
        return 0;
    log_errno(-r, "lowering oom_score_adj from %d (%s)", now, origin_text(&score->from));
    log_hint("that takes CAP_SYS_RESOURCE on the host");
    return r;
}

int limits_raise(const struct plan *plan)
{
    const struct spec *s = plan->spec;
    int r = 0;

    for (size_t i = 0; r == 0 && i < plan->limit_count; i++)
        r = raise_hard_limit(&plan->limits[i]);
    if (r < 0 || (r = lower_nice_value(&s->nice)) < 0)
        return r;
    return lower_oom_score(&s->oom_score_adj);
}
