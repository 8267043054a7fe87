#include "host/usage.h"
#include "base/str.h"
#include "host/cgdir.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int64_t number_of(const struct cgroup *c, const char *file, const char *key)
{
    int64_t n = cgdir_number(c->dir, file, key);

    return n < 0 ? NOT_KNOWN : n;
}

void usage_gather_oom(struct usage *u, const struct cgroup *c)
{
    u->oom_kills = NOT_KNOWN;
    u->own_oom = false;
    if (!c || c->dir < 0) /* a small limit may end the child before it is adopted */
        return;
    /* Below it are counted as well; `local' is of the limit that was reached. */
    u->oom_kills = number_of(c, "memory.events", "oom_kill");
    u->own_oom = u->oom_kills > 0 && number_of(c, "memory.events.local", "oom") > 0;
}

/* The sum of KEY=NUMBER over the lines of io.stat, one a device. */
static int64_t sum_of(const char *text, const char *key)
{
    size_t length = strlen(key);
    long long sum = 0, value;

    for (const char *at = strstr(text, key); at; at = strstr(at + length, key)) {
        if (at == text || at[-1] != ' ' || at[length] != '=')
            continue;
        value = strtoll(at + length + 1, NULL, 10);
        if (value > 0 && __builtin_add_overflow(sum, value, &sum))
            return INT64_MAX;
    }
    return sum;
}

static void gather_cgroup(struct usage *u, const struct cgroup *c)
{
    char text[CGDIR_TEXT];

    u->user_us = number_of(c, "cpu.stat", "user_usec");
    u->system_us = number_of(c, "cpu.stat", "system_usec");
    u->cpu = u->user_us < 0 || u->system_us < 0 ? FROM_NOWHERE : FROM_CGROUP;
    u->throttled = number_of(c, "cpu.stat", "nr_throttled");
    u->memory_peak = number_of(c, "memory.peak", NULL); /* Linux 5.19 */
    u->memory = u->memory_peak < 0 ? FROM_NOWHERE : FROM_CGROUP;
    u->pids_peak = number_of(c, "pids.peak", NULL); /* Linux 6.6 */
    u->pids = u->pids_peak < 0 ? FROM_NOWHERE : FROM_CGROUP;
    u->refused_forks = number_of(c, "pids.events", "max");
    if (cgdir_read(c->dir, "io.stat", text) == 0) {
        u->read_bytes = sum_of(text, "rbytes");
        u->write_bytes = sum_of(text, "wbytes");
        u->io = FROM_CGROUP;
    }
    usage_gather_oom(u, c);
}

static int64_t microseconds(const struct timeval *t)
{
    return t->tv_sec * 1000000LL + t->tv_usec;
}

/* What the cgroup has not told. */
static void gather_rusage(struct usage *u, const struct rusage *ru)
{
    enum { KIB = 1024, BLOCK = 512 }; /* getrusage(2) */

    if (u->cpu == FROM_NOWHERE) {
        u->user_us = microseconds(&ru->ru_utime);
        u->system_us = microseconds(&ru->ru_stime);
        u->cpu = FROM_RUSAGE;
    }
    if (u->memory == FROM_NOWHERE) {
        u->memory_peak = ru->ru_maxrss * KIB;
        u->memory = FROM_RUSAGE;
    }
    if (u->io == FROM_NOWHERE) {
        u->read_bytes = ru->ru_inblock * BLOCK;
        u->write_bytes = ru->ru_oublock * BLOCK;
        u->io = FROM_RUSAGE;
    }
}

void usage_gather(struct usage *u, const struct cgroup *c, const struct rusage *ru)
{
    *u = (struct usage){.pids_peak = NOT_KNOWN,
                        .throttled = NOT_KNOWN,
                        .refused_forks = NOT_KNOWN,
                        .oom_kills = NOT_KNOWN};
    if (c && c->adopted)
        gather_cgroup(u, c);
    gather_rusage(u, ru);
}
