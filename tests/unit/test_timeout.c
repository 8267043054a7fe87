/* The clock of --timeout. */
#include "host/timeout.h"
#include "base/log.h"
#include "base/syscalls.h"
#include "bare_plan.h"
#include "in_namespace.h"
#include <limits.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

static const int64_t hour = INT64_C(3600000000000);

static int set_up(void **state HUSK_UNUSED)
{
    log_init("husk", false);
    bare_plan();
    return 0;
}

static void without_a_clock_there_is_no_step(void **state HUSK_UNUSED)
{
    struct timeout t = {0};

    assert_int_equal(timeout_wait(&t, -1), -1);
    assert_int_equal(timeout_wait(&t, 200), 200);
    assert_int_equal(timeout_next(&t), TIMEOUT_NOTHING);
    assert_false(timeout_is_up(&t));
    timeout_stop(&t);
}

static void what_is_far_away_is_waited_for(void **state HUSK_UNUSED)
{
    struct timeout t = {0};

    plan.timeout = hour;
    plan.kill_after = 1;
    assert_int_equal(timeout_start(&t, &plan), 0);
    assert_in_range(timeout_wait(&t, -1), 3500000, 3600000);
    assert_int_equal(timeout_wait(&t, 200), 200);
    assert_int_equal(timeout_next(&t), TIMEOUT_NOTHING);
    assert_false(timeout_is_up(&t));
    timeout_stop(&t);
    plan.timeout = hour * 24 * 36600;
    assert_int_equal(timeout_start(&t, &plan), 0);
    assert_int_equal(timeout_wait(&t, -1), INT_MAX);
    timeout_stop(&t);
    assert_int_equal(timeout_wait(&t, -1), -1);
}

/* The signals of its timers would end the test. */
static int each_step(void *arg HUSK_UNUSED)
{
    struct timeout t = {0};
    sigset_t cont;

    sigemptyset(&cont);
    sigaddset(&cont, SIGCONT);
    sigprocmask(SIG_BLOCK, &cont, NULL);
    plan.timeout = plan.kill_after = 1;
    if (timeout_start(&t, &plan) < 0 || sigwaitinfo(&cont, NULL) != SIGCONT)
        return 1;
    if (!timeout_is_up(&t) || timeout_wait(&t, -1) != 0)
        return 2;
    if (timeout_next(&t) != TIMEOUT_TERM || t.killed)
        return 3;
    while (timeout_wait(&t, -1) > 0)
        ;
    if (timeout_next(&t) != TIMEOUT_KILL || !t.killed || timeout_wait(&t, -1) != -1)
        return 4;
    return timeout_next(&t) == TIMEOUT_NOTHING ? 0 : 5;
}

static void the_steps_come_once_and_in_order(void **state HUSK_UNUSED)
{
    assert_int_equal(status_of(each_step, NULL), 0);
}

/* Stopped, a process gets on when its timer of SIGCONT says so, and SIGKILL ends it when nothing else does. */
static int stop(void *arg HUSK_UNUSED)
{
    int timer;

    if (sys_timer_create(CLOCK_MONOTONIC, SIGCONT, &timer) < 0 || sys_timer_set(timer, 50000000, 0) < 0)
        return 1;
    raise(SIGSTOP);
    if (sys_timer_create(CLOCK_MONOTONIC, SIGKILL, &timer) < 0 || sys_timer_set(timer, 50000000, 0) < 0)
        return 2;
    raise(SIGSTOP);
    return 3;
}

static void timers_reach_who_is_stopped(void **state HUSK_UNUSED)
{
    assert_int_equal(status_of(stop, NULL), 128 + SIGKILL);
}

static int no_timers(void *arg HUSK_UNUSED)
{
    const struct rlimit none = {0, 0};
    struct timeout t = {0};

    /* Each of them has its signal ready from the beginning on. */
    if (setrlimit(RLIMIT_SIGPENDING, &none) < 0)
        return 2;
    plan.timeout = plan.kill_after = hour;
    return timeout_start(&t, &plan) < 0 ? 0 : 1;
}

static void where_there_are_no_timers_it_fails(void **state HUSK_UNUSED)
{
    spec.timeout.from.text = "--timeout 1h";
    capture_start(STDERR_FILENO);
    assert_int_equal(status_of(no_timers, NULL), 0);
    assert_string_equal(capture_stop(),
                        "husk: starting the clock (--timeout 1h): Resource temporarily unavailable\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(without_a_clock_there_is_no_step, set_up),
        cmocka_unit_test_setup(what_is_far_away_is_waited_for, set_up),
        cmocka_unit_test_setup(the_steps_come_once_and_in_order, set_up),
        cmocka_unit_test_setup(timers_reach_who_is_stopped, set_up),
        cmocka_unit_test_setup(where_there_are_no_timers_it_fails, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
