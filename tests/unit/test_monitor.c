/* What husk is while the sandbox runs: what it ends with, what it passes on, when it stops. */
#include "host/monitor.h"
#include "base/child.h"
#include "base/log.h"
#include "stage.h"
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* What the child does; its exit status. GATE_FD is its end. */
typedef int script(int gate_fd);

static script *child_script;
static int report[2]; /* from the child or the monitor to the test */

/* Husk: signals are blocked, the child is there, the monitor runs. */
static int husk(void *arg HUSK_UNUSED)
{
    struct sandbox sb = {0};
    sigset_t all, none;
    int child_end;

    sigfillset(&all);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &all, NULL);
    if (gate_open(&sb.gate, &child_end) < 0 || monitor_prepare(&sb) < 0)
        return 99;
    sb.pid = fork();
    if (sb.pid == 0) {
        close(sb.gate);
        close(sb.signals);
        prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
        sigprocmask(SIG_SETMASK, &none, NULL);
        _exit(child_script(child_end));
    }
    close(child_end);
    return monitor(&plan, &sb);
}

static int set_up(void **state HUSK_UNUSED)
{
    log_init("husk", false);
    bare_plan();
    plan.has_init = true;
    return pipe(report);
}

static int tear_down(void **state HUSK_UNUSED)
{
    fd_closep(&report[0]);
    fd_closep(&report[1]);
    return 0;
}

static int run(script *s)
{
    child_script = s;
    return status_of(husk, NULL);
}

/* The same, and what is said on stderr. */
static const char *said_by(script *s, int status)
{
    capture_start(STDERR_FILENO);
    assert_int_equal(run(s), status);
    return capture_stop();
}

/* ---- how it ends --------------------------------------------------------------------------- */

static int tell_started(int gate_fd)
{
    int pidfd = sys_pidfd_open(getpid()), r = gate_send(gate_fd, GATE_STARTED, 0, pidfd);

    close(pidfd);
    return r;
}

static int exit_12(int gate_fd)
{
    tell_started(gate_fd);
    return 12;
}

static int be_killed(int gate_fd)
{
    tell_started(gate_fd);
    raise(SIGKILL);
    return 0;
}

static void the_status_is_the_commands(void **state HUSK_UNUSED)
{
    assert_int_equal(run(exit_12), 12);
    assert_int_equal(run(be_killed), 128 + SIGKILL);
}

static int be_killed_before(int gate_fd HUSK_UNUSED)
{
    raise(SIGKILL);
    return 0;
}

static void killed_before_the_start_it_has_failed(void **state HUSK_UNUSED)
{
    assert_string_equal(said_by(be_killed_before, EXIT_HUSK),
                        "husk: the sandbox was ended by signal 9 before its command was started\n");
    log_init("bwrap", true); /* which does not tell these apart */
    assert_string_equal(said_by(be_killed_before, 128 + SIGKILL), "");
    log_init("husk", false);
    plan.has_init = false; /* it may have become the command */
    assert_string_equal(said_by(be_killed_before, 128 + SIGKILL), "");
}

static int only_exit(int gate_fd)
{
    close(gate_fd);
    return 12;
}

static void without_an_init_the_end_of_file_is_the_start(void **state HUSK_UNUSED)
{
    plan.has_init = false;
    spec.json_status_fd.fd = report[1];
    assert_int_equal(run(only_exit), 12);
    close(report[1]);
    assert_int_equal(read(report[0], &(char[64]){0}, 64), strlen("{ \"exit-code\": 12 }\n"));
    report[1] = FD_NONE;
}

/* ---- failures ------------------------------------------------------------------------------ */

static int fail_at_mounting(int gate_fd)
{
    const struct gate_message m = {GATE_FAILED, ENOENT, EXIT_HUSK, HINT_NONE, 0, "mounting /a\n(--bind)"};

    gate_send_message(gate_fd, &m, FD_NONE);
    return 1;
}

static int fail_at_exec(int gate_fd)
{
    const struct gate_message m = {GATE_FAILED, 0, EXIT_NOT_FOUND, HINT_NOT_INSIDE, 0, "running cmd"};

    gate_send_message(gate_fd, &m, FD_NONE);
    return 1;
}

static void a_failure_is_said_and_is_the_status(void **state HUSK_UNUSED)
{
    assert_string_equal(said_by(fail_at_mounting, EXIT_HUSK),
                        "husk: mounting /a\\n(--bind): No such file or directory\n");
    assert_non_null(strstr(said_by(fail_at_exec, EXIT_NOT_FOUND), "husk: running cmd\nhusk: hint: "));
    log_init("bwrap", true);
    assert_string_equal(said_by(fail_at_exec, EXIT_BWRAP), "bwrap: running cmd\n");
}

static int fail_after_start(int gate_fd)
{
    tell_started(gate_fd);
    return fail_at_exec(gate_fd);
}

/* That is told before it is tried. */
static void the_start_itself_can_fail(void **state HUSK_UNUSED)
{
    assert_non_null(strstr(said_by(fail_after_start, EXIT_NOT_FOUND), "husk: running cmd\n"));
}

static int send_garbage(int gate_fd)
{
    if (write(gate_fd, "garbage", 7) == 7)
        pause(); /* until we are killed */
    return 0;
}

static void garbage_ends_the_sandbox(void **state HUSK_UNUSED)
{
    assert_string_equal(said_by(send_garbage, EXIT_HUSK),
                        "husk: reading from the sandbox: Bad message\n");
}

/* ---- the first gate ------------------------------------------------------------------------ */

static int wait_for_maps(int gate_fd)
{
    struct gate_message m;

    return gate_receive(gate_fd, &m, NULL) == 1 && m.kind == GATE_MAPPED ? 21 : 1;
}

static void the_child_is_let_through_the_gate(void **state HUSK_UNUSED)
{
    plan.first_gate = true;
    assert_int_equal(run(wait_for_maps), 21);
    assert_int_equal(run(only_exit), 12); /* it is dead already: no hang, no SIGPIPE */
}

/* ---- signals ------------------------------------------------------------------------------- */

static int signal_before_start(int gate_fd HUSK_UNUSED)
{
    kill(getppid(), SIGWINCH); /* would end nobody */
    kill(getppid(), SIGTERM);
    pause();
    return 0;
}

static void before_the_start_a_signal_ends_it(void **state HUSK_UNUSED)
{
    assert_int_equal(run(signal_before_start), 128 + SIGTERM);
}

/* SET is SIG alone, for sigwait(3). */
static void block(sigset_t *set, int sig)
{
    sigemptyset(set);
    sigaddset(set, sig);
    sigprocmask(SIG_BLOCK, set, NULL);
}

static int wait_for_usr1(int gate_fd)
{
    sigset_t set;
    int sig;

    block(&set, SIGUSR1);
    tell_started(gate_fd);
    kill(getppid(), SIGUSR1);
    return sigwait(&set, &sig) == 0 && sig == SIGUSR1 ? 22 : 1;
}

static void after_it_a_signal_is_the_commands(void **state HUSK_UNUSED)
{
    assert_int_equal(run(wait_for_usr1), 22);
}

static int die_of_what_husk_gets(int gate_fd)
{
    tell_started(gate_fd);
    kill(getppid(), SIGTERM);
    return pause();
}

static void so_is_its_death(void **state HUSK_UNUSED)
{
    assert_int_equal(run(die_of_what_husk_gets), 128 + SIGTERM);
}

static int stop_and_go_on(int gate_fd)
{
    sigset_t set;
    int sig;

    block(&set, SIGCONT);
    tell_started(gate_fd);
    gate_send(gate_fd, GATE_STOPPED, SIGTSTP, FD_NONE);
    return sigwait(&set, &sig) == 0 ? 23 : 1;
}

/* As the shell sees it: the job is stopped, and continued it continues the command. */
static void husk_stops_with_the_command(void **state HUSK_UNUSED)
{
    int status;
    pid_t pid;

    child_script = stop_and_go_on;
    fflush(NULL);
    pid = fork();
    if (pid == 0)
        _exit(husk(NULL));
    assert_int_equal(waitpid(pid, &status, WUNTRACED), pid);
    assert_true(WIFSTOPPED(status));
    assert_int_equal(kill(pid, SIGCONT), 0);
    assert_int_equal(child_wait(pid), 23);
}

/* ---- time ---------------------------------------------------------------------------------- */

/* Tells of its start as it is done with a timeout, and waits for the clock. */
static int start_in_time(int gate_fd)
{
    struct gate_message m;

    if (tell_started(gate_fd) < 0 || gate_receive(gate_fd, &m, NULL) != 1)
        return -1;
    return m.kind == GATE_TIMED ? 0 : -1;
}

static void give_time(int64_t timeout, int64_t kill_after)
{
    plan.timeout = timeout;
    plan.timed = true;
    plan.kill_after = kill_after;
    plan.file = "cmd";
    spec.timeout = (struct opt_duration){timeout, "0.01", {.text = "--timeout 0.01"}};
}

static int wait_for_ever(int gate_fd)
{
    if (start_in_time(gate_fd) < 0)
        return 1;
    for (;;)
        pause();
}

static int end_at_term(int gate_fd)
{
    sigset_t set;
    int sig;

    block(&set, SIGTERM);
    if (start_in_time(gate_fd) < 0)
        return 1;
    return sigwait(&set, &sig) == 0 && sig == SIGTERM ? 0 : 2;
}

static int heed_no_term(int gate_fd)
{
    signal(SIGTERM, SIG_IGN);
    return wait_for_ever(gate_fd);
}

enum { HOUR_S = 3600 };
static const int64_t hour = HOUR_S * INT64_C(1000000000);

static void at_its_time_the_command_gets_a_term(void **state HUSK_UNUSED)
{
    give_time(10000000, hour);
    assert_string_equal(said_by(wait_for_ever, EXIT_TIMEOUT),
                        "husk: cmd: timeout of 0.01s reached (--timeout)\n");
    assert_int_equal(run(end_at_term), EXIT_TIMEOUT); /* also if that ends well */
    spec.timeout.text = "1h";
    spec.timeout.from = (struct origin){"/p", 1, 2, "timeout 1h"};
    assert_string_equal(said_by(wait_for_ever, EXIT_TIMEOUT),
                        "husk: cmd: timeout of 1h reached (/p:1:2: timeout 1h)\n");
}

static void and_later_a_kill(void **state HUSK_UNUSED)
{
    give_time(10000000, 10000000);
    assert_int_equal(run(heed_no_term), 128 + SIGKILL);
}

static int exit_13_in_time(int gate_fd)
{
    return start_in_time(gate_fd) < 0 ? 1 : 13;
}

static void in_time_nothing_happens(void **state HUSK_UNUSED)
{
    give_time(hour, hour);
    assert_string_equal(said_by(exit_13_in_time, 13), "");
    assert_int_equal(run(fail_after_start), EXIT_NOT_FOUND);
    plan.has_init = false;
    assert_int_equal(run(exit_13_in_time), 13);
}

/* Nobody continues husk but its own timer. */
static int stop_for_good(int gate_fd)
{
    if (start_in_time(gate_fd) < 0)
        return 1;
    gate_send(gate_fd, GATE_STOPPED, SIGTSTP, FD_NONE);
    gate_send(gate_fd, GATE_STOPPED, SIGTSTP, FD_NONE); /* and not again */
    raise(SIGSTOP);
    for (;;)
        pause();
}

static int stop_husk(int gate_fd)
{
    if (start_in_time(gate_fd) < 0)
        return 1;
    kill(getppid(), SIGSTOP);
    for (;;)
        pause();
}

static int stop_husk_at_term(int gate_fd)
{
    sigset_t set;
    int sig;

    block(&set, SIGTERM);
    if (start_in_time(gate_fd) < 0)
        return 1;
    if (sigwait(&set, &sig) == 0)
        kill(getppid(), SIGSTOP);
    return 0;
}

/* So that it is stopped again when it was just woken by its clock. */
static int keep_husk_stopped(int gate_fd)
{
    const struct timespec moment = {0, 1000000};

    if (start_in_time(gate_fd) < 0)
        return 1;
    for (int i = 0; i < 100; i++) {
        kill(getppid(), SIGSTOP);
        nanosleep(&moment, NULL);
    }
    for (;;)
        pause();
}

static void who_is_stopped_ends_all_the_same(void **state HUSK_UNUSED)
{
    give_time(50000000, hour);
    assert_int_equal(run(stop_for_good), EXIT_TIMEOUT);
    assert_int_equal(run(stop_husk), EXIT_TIMEOUT);
    assert_int_equal(run(stop_husk_at_term), EXIT_TIMEOUT);
    assert_int_equal(run(keep_husk_stopped), EXIT_TIMEOUT);
}

/* ---- fds, and the end that is made --------------------------------------------------------- */

static int close_report_and_wait(int gate_fd)
{
    struct gate_message m;

    close(report[1]);
    return gate_receive(gate_fd, &m, NULL) < 0; /* until husk is gone */
}

/* Of a pipe that the command closes husk holds no end. */
static void husk_holds_nothing_of_the_commands(void **state HUSK_UNUSED)
{
    char byte;
    pid_t pid;

    child_script = close_report_and_wait;
    fflush(NULL);
    pid = fork();
    if (pid == 0)
        _exit(husk(NULL));
    fd_closep(&report[1]);
    assert_int_equal(read(report[0], &byte, 1), 0); /* while both live */
    assert_int_equal(kill(pid, SIGKILL), 0);
    child_wait(pid);
}

static int abort_it(void *arg HUSK_UNUSED)
{
    struct sandbox sb = {.gate = FD_NONE, .pid = fork()};

    if (sb.pid == 0)
        for (;;)
            pause();
    if (monitor_abort(&sb) != EXIT_HUSK)
        return 1;
    return child_wait(-1) == -ECHILD ? 0 : 2; /* it is reaped */
}

static void an_abort_leaves_nothing(void **state HUSK_UNUSED)
{
    assert_int_equal(status_of(abort_it, NULL), 0);
}

int main(void)
{
#define PLAIN(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        PLAIN(the_status_is_the_commands),
        PLAIN(killed_before_the_start_it_has_failed),
        PLAIN(without_an_init_the_end_of_file_is_the_start),
        PLAIN(a_failure_is_said_and_is_the_status),
        PLAIN(the_start_itself_can_fail),
        PLAIN(garbage_ends_the_sandbox),
        PLAIN(the_child_is_let_through_the_gate),
        PLAIN(before_the_start_a_signal_ends_it),
        PLAIN(after_it_a_signal_is_the_commands),
        PLAIN(so_is_its_death),
        PLAIN(husk_stops_with_the_command),
        PLAIN(at_its_time_the_command_gets_a_term),
        PLAIN(and_later_a_kill),
        PLAIN(in_time_nothing_happens),
        PLAIN(who_is_stopped_ends_all_the_same),
        PLAIN(husk_holds_nothing_of_the_commands),
        PLAIN(an_abort_leaves_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
