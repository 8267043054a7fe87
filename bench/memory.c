/*
 * The memory of the processes that stay while COMMAND runs: the launcher and the pid 1 it made.
 *
 * PSS is a page's size divided by the number of processes that map it, so that pages which launcher
 * and pid 1 share after a fork count once, and those of libc count a little.
 */
#include "base/log.h"
#include "bench.h"
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    STEP_US = 2000,       /* between two looks at the process table */
    STEPS = 5000,         /* looks until COMMAND counts as not started */
    SETTLE_US = 500 * 1000 /* until all of them sleep, and have given back what they need no more */
};

struct tally {
    long pss;      /* KiB, of all that could be read */
    int processes; /* without COMMAND */
    bool payload;  /* COMMAND was seen */
    int error;     /* of the last one that could not be read: -errno, or 0 */
};

/* Adds PID and what descends from it to T. */
static void tally_tree(pid_t pid, struct tally *t)
{
    pid_t children[32];
    size_t count;
    long pss;

    if (proc_is_named(pid, payload_sleep)) {
        t->payload = true;
        return;
    }
    pss = proc_pss(pid);
    if (pss < 0)
        t->error = (int)pss;
    else
        t->pss += pss;
    t->processes++;
    count = proc_children(pid, children, sizeof children / sizeof *children);
    for (size_t i = 0; i < count; i++)
        tally_tree(children[i], t);
}

/* Counts what LAUNCHER is and made, once COMMAND sleeps and all is quiet. DONE, or FAILED if
 * COMMAND did not appear. */
static enum outcome tally_settled(pid_t launcher, struct tally *ret)
{
    for (int i = 0; i < STEPS; i++) {
        struct tally t = {0};

        tally_tree(launcher, &t);
        if (t.payload) {
            usleep(SETTLE_US);
            *ret = (struct tally){0};
            tally_tree(launcher, ret);
            return DONE;
        }
        if (waitid(P_PID, (id_t)launcher, &(siginfo_t){0}, WEXITED | WNOHANG | WNOWAIT) < 0)
            return FAILED;
        usleep(STEP_US);
    }
    return FAILED;
}

/* Ends LAUNCHER, and with it the sandbox: what is measured here has --die-with-parent. */
static void end(pid_t launcher)
{
    kill(launcher, SIGKILL);
    waitpid(launcher, NULL, 0);
}

static enum outcome tally_sandbox(const struct bench *b, const struct contender *c,
                                  struct tally *ret)
{
    pid_t launcher = launch_start_as_user(b, c->argv);
    enum outcome outcome;

    if (launcher < 0)
        return FAILED;
    outcome = tally_settled(launcher, ret);
    end(launcher);
    if (outcome != DONE)
        return launch_failed(b, c->argv, "its command did not appear");
    return DONE;
}

enum outcome measure_pss(const struct bench *b, const struct bench_case *bc HUSK_UNUSED,
                         const struct contender *c, double *ret_value)
{
    struct tally t = {0};
    enum outcome outcome = tally_sandbox(b, c, &t);

    if (outcome != DONE)
        return outcome;
    if (t.error) {
        log_errno(-t.error, "reading the memory of %s", c->argv[0]);
        log_hint("root can read that of every process: start the bench as root");
        return SKIPPED;
    }
    *ret_value = (double)t.pss;
    return DONE;
}

enum outcome measure_residents(const struct bench *b, const struct bench_case *bc HUSK_UNUSED,
                               const struct contender *c, double *ret_value)
{
    struct tally t = {0};
    enum outcome outcome = tally_sandbox(b, c, &t);

    if (outcome == DONE)
        *ret_value = t.processes;
    return outcome;
}
