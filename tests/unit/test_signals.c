/* Whom a signal that husk gets has reached besides. */
#include "host/signals.h"
#include "bare_plan.h"
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static int set_up(void **state HUSK_UNUSED)
{
    bare_plan();
    return 0;
}

static bool reaches(int sig, int code)
{
    const struct signalfd_siginfo info = {.ssi_signo = (uint32_t)sig, .ssi_code = code};

    return signal_reaches_command(&plan, &info);
}

static void what_a_process_sends_is_husks_alone(void **state HUSK_UNUSED)
{
    assert_false(reaches(SIGINT, SI_USER));
    assert_false(reaches(SIGHUP, SI_USER));
    assert_false(reaches(SIGTERM, SI_QUEUE));
}

static void what_the_terminal_sends_is_the_jobs(void **state HUSK_UNUSED)
{
    assert_true(reaches(SIGINT, SI_KERNEL));
    assert_true(reaches(SIGTSTP, SI_KERNEL));
    assert_false(reaches(SIGCONT, SI_KERNEL));
}

static void with_a_session_of_its_own_the_command_hears_nothing(void **state HUSK_UNUSED)
{
    spec.new_session = true;
    assert_false(reaches(SIGINT, SI_KERNEL));
    assert_false(reaches(SIGHUP, SI_KERNEL));
}

/* In a process that leads no session, and then one that does. */
static void a_hang_up_is_the_leaders_alone(void **state HUSK_UNUSED)
{
    int status;

    if (fork() == 0) {
        bool job = reaches(SIGHUP, SI_KERNEL), led = setsid() < 0 || reaches(SIGHUP, SI_KERNEL);

        _exit(job << 1 | led);
    }
    assert_true(wait(&status) > 0);
    assert_int_equal(WEXITSTATUS(status), 2);
}

static void only_what_is_not_ignored_is_heard_of(void **state HUSK_UNUSED)
{
    struct signalfd_siginfo info;
    sigset_t all, old;
    int fd;

    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &old);
    signal(SIGHUP, SIG_IGN);
    fd = signals_open();
    assert_true(fd >= 0);
    raise(SIGHUP);
    raise(SIGTERM);
    assert_int_equal(read(fd, &info, sizeof info), sizeof info);
    assert_int_equal(info.ssi_signo, SIGTERM);
    assert_true(read(fd, &info, sizeof info) < 0);
    close(fd);
    signal(SIGHUP, SIG_IGN); /* which forgets the other one */
    signal(SIGHUP, SIG_DFL);
    sigprocmask(SIG_SETMASK, &old, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(what_a_process_sends_is_husks_alone, set_up),
        cmocka_unit_test_setup(what_the_terminal_sends_is_the_jobs, set_up),
        cmocka_unit_test_setup(with_a_session_of_its_own_the_command_hears_nothing, set_up),
        cmocka_unit_test_setup(a_hang_up_is_the_leaders_alone, set_up),
        cmocka_unit_test_setup(only_what_is_not_ignored_is_heard_of, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
