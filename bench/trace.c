/*
 * What strace counts from the launcher's start to the end of everything, COMMAND included: it is
 * the same for all. Counts do not depend on how busy the machine is.
 */
#include "base/log.h"
#include "bench.h"
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

struct trace {
    int calls, processes;
    int pids[256];
};

enum outcome enter_trace(const struct bench *b, const struct bench_case *bc)
{
    if (!program_find("strace")) {
        log_warning("case %s needs strace", bc->name);
        return SKIPPED;
    }
    return enter_user(b, bc);
}

static void see_pid(struct trace *t, int pid)
{
    for (int i = 0; i < t->processes; i++) {
        if (t->pids[i] == pid)
            return;
    }
    if (t->processes < (int)ARRAY_SIZE(t->pids))
        t->pids[t->processes++] = pid;
}

/* "PID name(...": a call, also when it is cut short; its second half starts with "<...". Signals
 * start with "---", ends with "+++". */
static void see_line(struct trace *t, char *line)
{
    char *rest;
    long pid = strtol(line, &rest, 10);

    while (*rest == ' ')
        rest++;
    see_pid(t, (int)pid);
    t->calls += islower((unsigned char)*rest) || *rest == '_';
}

static enum outcome read_trace(const char *path, struct trace *t)
{
    FILE *f = fopen(path, "re");
    char *line = NULL;
    size_t size = 0;

    if (!f) {
        log_errno(errno, "reading %s", path);
        return FAILED;
    }
    while (getline(&line, &size, f) > 0)
        see_line(t, line);
    free(line);
    fclose(f);
    return DONE;
}

static enum outcome trace(const struct bench *b, const struct contender *c, struct trace *t)
{
    char *path = arena_printf("%s/trace", b->dir);
    char *head[] = {(char *)program_find("strace"), "-f", "-qq", "-o", path};
    VEC(char *) argv = {0};
    pid_t pid;

    for (size_t i = 0; i < ARRAY_SIZE(head); i++)
        *VEC_PUSH(&argv) = head[i];
    for (char **word = c->argv; *word; word++)
        *VEC_PUSH(&argv) = *word;
    *VEC_PUSH(&argv) = NULL;
    pid = launch_start(b, argv.items);
    if (pid < 0 || launch_wait(b, pid, argv.items) != DONE)
        return FAILED;
    return read_trace(path, t);
}

enum outcome measure_syscalls(const struct bench *b, const struct bench_case *bc HUSK_UNUSED,
                              const struct contender *c, double *ret_value)
{
    struct trace t = {0};
    enum outcome outcome = trace(b, c, &t);

    *ret_value = t.calls;
    return outcome;
}

enum outcome measure_processes(const struct bench *b, const struct bench_case *bc HUSK_UNUSED,
                               const struct contender *c, double *ret_value)
{
    struct trace t = {0};
    enum outcome outcome = trace(b, c, &t);

    *ret_value = t.processes;
    return outcome;
}
