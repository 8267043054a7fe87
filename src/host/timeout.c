#include "host/timeout.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/syscalls.h"
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <time.h>

static const int64_t second = 1000000000, millisecond = 1000000;

/* Husk is given this much more than it could need before it is killed, in nanoseconds. */
static const int64_t overdue = 10 * second;

/* When husk is woken, from each of the two steps on: it may be stopped again before it has done anything. A timer each:
 * one that repeats is started again only when its signal is read, and a stop takes it away unread (kernel/signal.c). */
static const int64_t wakes[TIMEOUT_WAKES] = {0, second / 10, second, 10 * second};

static int start_timer(struct timeout *t, int sig, int64_t when)
{
    int *timer = &t->timers[t->timer_count];

    if (sys_timer_create(CLOCK_MONOTONIC, sig, timer) < 0)
        return -errno;
    t->timer_count++;
    return sys_timer_set(*timer, when, 0) < 0 ? -errno : 0;
}

int timeout_start(struct timeout *t, const struct plan *plan)
{
    int r;

    t->timer_count = 0;
    r = start_timer(t, SIGKILL, plan->timeout + 2 * plan->kill_after + overdue);
    for (size_t i = 0; r == 0 && i < ARRAY_SIZE(wakes); i++) {
        r = start_timer(t, SIGCONT, plan->timeout + wakes[i]);
        if (r == 0)
            r = start_timer(t, SIGCONT, plan->timeout + plan->kill_after + wakes[i]);
    }
    if (r < 0)
        return log_errno(-r, "starting the clock (%s)", origin_text(&plan->spec->timeout.from));
    t->kill_after = plan->kill_after;
    t->due = monotonic_ns() + plan->timeout;
    return 0;
}

void timeout_stop(struct timeout *t)
{
    if (!t->due)
        return;
    t->due = 0;
    for (size_t i = 0; i < t->timer_count; i++)
        sys_timer_set(t->timers[i], 0, 0);
}

int timeout_wait(const struct timeout *t, int most)
{
    int64_t left;

    if (!t->due)
        return most;
    left = MAX(t->due - monotonic_ns(), 0);
    left = MIN((left + millisecond - 1) / millisecond, INT_MAX);
    return most < 0 ? (int)left : MIN((int)left, most);
}

enum timeout_step timeout_next(struct timeout *t)
{
    if (!t->due || monotonic_ns() < t->due)
        return TIMEOUT_NOTHING;
    if (t->struck) {
        timeout_stop(t);
        t->killed = true;
        return TIMEOUT_KILL;
    }
    t->struck = true;
    t->due = monotonic_ns() + t->kill_after;
    return TIMEOUT_TERM;
}

bool timeout_is_up(const struct timeout *t)
{
    return t->struck || (t->due && monotonic_ns() >= t->due);
}

const char *timeout_unit(const struct opt_duration *timeout)
{
    return strchr("smhd", timeout->text[strlen(timeout->text) - 1]) ? "" : "s";
}
