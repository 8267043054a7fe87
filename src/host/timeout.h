/*
 * --timeout: the clock of the command. It runs on CLOCK_MONOTONIC, so the time that a machine is suspended
 * does not count. Nothing inside has a part in it, and none of it waits for the other side.
 *
 * Husk may be stopped at any time, by ^Z or by the command, which can be of its process group. So timers of the kernel
 * go with the clock: SIGCONT, which wakes a stopped process, at each step and some times after it; and SIGKILL for
 * husk itself when the last step is overdue, as it is if husk is stopped again each time. Then all of the
 * sandbox dies, since it is tied to husk.
 */
#pragma once
#include "plan/plan.h"

enum { TIMEOUT_WAKES = 4 };

struct timeout {
    int64_t due;        /* the next step, in nanoseconds of CLOCK_MONOTONIC; 0: there is none */
    int64_t kill_after; /* nanoseconds */
    bool struck, killed;
    int timers[1 + 2 * TIMEOUT_WAKES]; /* the kernel's */
    size_t timer_count;
};

enum timeout_step { TIMEOUT_NOTHING, TIMEOUT_TERM, TIMEOUT_KILL };

/* Starts the clock of PLAN, which has a timeout. 0 or -errno, said. */
int timeout_start(struct timeout *t, const struct plan *plan);

/* Stops it: no step will come. Does nothing to a clock that does not run. */
void timeout_stop(struct timeout *t);

/* Milliseconds until the next step, at most MOST; -1, also as MOST, is for ever. For poll(2). */
int timeout_wait(const struct timeout *t, int most);

/* The step that is due now: each is returned once. */
enum timeout_step timeout_next(struct timeout *t);

/* Has it struck, or is it about to. */
bool timeout_is_up(const struct timeout *t);

/* The unit that is to be shown behind TIMEOUT: "s" if it was written without one, else "". */
const char *timeout_unit(const struct opt_duration *timeout);
