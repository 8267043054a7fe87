/* The terminal's foreground, given back at the end. */
#include "host/terminal.h"
#include "base/child.h"
#include "capture.h"
#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>

static int terminal; /* the other end of it is a pseudoterminal's */

static int set_up(void **state HUSK_UNUSED)
{
    int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);

    if (master < 0 || grantpt(master) < 0 || unlockpt(master) < 0)
        return -1;
    terminal = open(ptsname(master), O_RDWR | O_NOCTTY | O_CLOEXEC);
    return terminal < 0 ? -1 : 0;
}

/* Runs BODY in a session of its own whose terminal this is, as husk is by then: signals blocked. Its
 * result, as an exit status. */
static int in_session(int (*body)(void))
{
    sigset_t all;
    pid_t pid;

    fflush(NULL);
    pid = fork();
    if (pid == 0) {
        sigfillset(&all);
        sigprocmask(SIG_SETMASK, &all, NULL);
        setsid();
        if (ioctl(terminal, TIOCSCTTY, 0) < 0)
            _exit(99);
        for (int fd = 0; fd < 3; fd++)
            close(fd);
        _exit(body());
    }
    return child_wait(pid);
}

/* A job of its own, in the foreground, as a shell inside makes itself one. */
static void take_foreground(void)
{
    pid_t pid = fork();

    if (pid == 0) {
        setpgid(0, 0);
        tcsetpgrp(terminal, getpgrp());
        _exit(0);
    }
    child_wait(pid);
}

static int note_and_restore(void)
{
    int tty;

    dup2(terminal, 1); /* any of the three may be the terminal */
    tty = terminal_note();
    if (tty != 1)
        return 1;
    take_foreground();
    if (tcgetpgrp(terminal) == getpgrp())
        return 2;
    terminal_restore(tty);
    return tcgetpgrp(terminal) == getpgrp() ? 0 : 3;
}

static void the_foreground_is_given_back(void **state HUSK_UNUSED)
{
    assert_int_equal(in_session(note_and_restore), 0);
}

static int note_in_background(void)
{
    dup2(terminal, 0);
    take_foreground();
    if (terminal_note() != FD_NONE)
        return 1;
    terminal_restore(FD_NONE);
    return tcgetpgrp(terminal) == getpgrp() ? 2 : 0;
}

static void a_background_job_takes_nothing(void **state HUSK_UNUSED)
{
    assert_int_equal(in_session(note_in_background), 0);
}

/* The shell that husk was started from has taken it back, and reads from it. */
static int restore_from_who_lives(void)
{
    int tty, up[2];
    char byte;
    pid_t pid;
    bool kept;

    dup2(terminal, 1);
    tty = terminal_note();
    if (tty != 1 || pipe(up) < 0)
        return 1;
    pid = fork();
    if (pid == 0) {
        setpgid(0, 0);
        tcsetpgrp(terminal, getpgrp());
        if (write(up[1], "", 1) == 1)
            pause();
        _exit(0);
    }
    if (read(up[0], &byte, 1) != 1)
        return 2;
    terminal_restore(tty);
    kept = tcgetpgrp(terminal) == pid;
    kill(pid, SIGKILL);
    child_wait(pid);
    return kept ? 0 : 3;
}

static void a_job_that_lives_keeps_it(void **state HUSK_UNUSED)
{
    assert_int_equal(in_session(restore_from_who_lives), 0);
}

static int note_without_terminal(void)
{
    return terminal_note() == FD_NONE ? 0 : 1;
}

static void without_a_terminal_there_is_nothing_to_note(void **state HUSK_UNUSED)
{
    assert_int_equal(in_session(note_without_terminal), 0);
}

int main(void)
{
#define PLAIN(test) cmocka_unit_test_setup(test, set_up)
    const struct CMUnitTest tests[] = {
        PLAIN(the_foreground_is_given_back),
        PLAIN(a_job_that_lives_keeps_it),
        PLAIN(a_background_job_takes_nothing),
        PLAIN(without_a_terminal_there_is_nothing_to_note),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
