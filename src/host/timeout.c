#include "host/timeout.h"
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

/* How often husk is woken once time is up: it may have been stopped just behind the time before. */
static const int64_t between_wakes = second / 10;

static int64_t now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * second + t.tv_nsec;
}

static int start_timer(int sig, int64_t first, int64_t then, int *ret)
{
    if (sys_timer_create(CLOCK_MONOTONIC, sig, ret) < 0 || sys_timer_set(*ret, first, then) < 0)
        return -errno;
    return 0;
}

int timeout_start(struct timeout *t, const struct plan *plan)
{
    int64_t last = plan->timeout + 2 * plan->kill_after + overdue;
    int r;

    r = start_timer(SIGCONT, plan->timeout, between_wakes, &t->wake);
    if (r == 0)
        r = start_timer(SIGKILL, last, 0, &t->backstop);
    if (r < 0)
        return log_errno(-r, "starting the clock (%s)", origin_text(&plan->spec->timeout.from));
    t->kill_after = plan->kill_after;
    t->due = now() + plan->timeout;
    return 0;
}

void timeout_stop(struct timeout *t)
{
    if (!t->due)
        return;
    t->due = 0;
    sys_timer_set(t->wake, 0, 0);
    sys_timer_set(t->backstop, 0, 0);
}

int timeout_wait(const struct timeout *t, int most)
{
    int64_t left;

    if (!t->due)
        return most;
    left = MAX(t->due - now(), 0);
    left = MIN((left + millisecond - 1) / millisecond, INT_MAX);
    return most < 0 ? (int)left : MIN((int)left, most);
}

enum timeout_step timeout_next(struct timeout *t)
{
    if (!t->due || now() < t->due)
        return TIMEOUT_NOTHING;
    if (t->struck) {
        timeout_stop(t);
        t->killed = true;
        return TIMEOUT_KILL;
    }
    t->struck = true;
    t->due = now() + t->kill_after;
    return TIMEOUT_TERM;
}

bool timeout_is_up(const struct timeout *t)
{
    return t->struck || (t->due && now() >= t->due);
}

const char *timeout_unit(const struct opt_duration *timeout)
{
    return strchr("smhd", timeout->text[strlen(timeout->text) - 1]) ? "" : "s";
}
