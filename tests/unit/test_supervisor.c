/* The supervisor: what it answers, what it reports, and when it ends. Who calls is a process with a filter. */
#include "host/supervisor.h"
#include "base/child.h"
#include "base/fd.h"
#include "base/log.h"
#include "gate/gate.h"
#include "stage.h"
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* getppid is EPERM, getpgid 77, and getsid is answered with a success that is none. */
#define REFUSE(call, action)                                                                       \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 1), BPF_STMT(BPF_RET | BPF_K, action)
#define FILTER(a, b, c)                                                                            \
    {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),                        \
     REFUSE(SYS_getppid, a),                                                                       \
     REFUSE(SYS_getpgid, b),                                                                       \
     REFUSE(SYS_getsid, c),                                                                        \
     BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)}
static struct sock_filter policy[] =
    FILTER(SECCOMP_RET_ERRNO | EPERM, SECCOMP_RET_ERRNO | 77, SECCOMP_RET_ERRNO);
static struct sock_filter asking[] =
    FILTER(SECCOMP_RET_USER_NOTIF, SECCOMP_RET_USER_NOTIF, SECCOMP_RET_USER_NOTIF);
static const struct sock_fprog policy_prog = {ARRAY_SIZE(policy), policy};
static const struct sock_fprog asking_prog = {ARRAY_SIZE(asking), asking};
static struct plan_filter filters[1];
static struct sandbox sb;

static int set_up(void **state HUSK_UNUSED)
{
    log_init("husk", false);
    bare_plan();
    plan.seccomp_log = &policy_prog;
    plan.filters = filters;
    plan.filter_count = 1;
    sb = (struct sandbox){0};
    assert_int_equal(supervisor_start(&plan, &sb, &sb.supervisor_gate), 0);
    assert_true(sb.supervisor > 0);
    return 0;
}

/* Loads the filter and hands its listener on. */
static int go_under(void)
{
    HUSK_FD int fd = FD_NONE; /* open here as well, it would not end with the supervisor */

    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || (fd = sys_seccomp_listener(&asking_prog)) < 0)
        return -1;
    return gate_send(sb.supervisor_gate, GATE_LISTENER, 0, fd);
}

static int ask_three(void *arg HUSK_UNUSED)
{
    if (go_under() < 0)
        return 1;
    prctl(PR_SET_NAME, "asker", 0, 0, 0);
    for (int i = 0; i < 3; i++)
        if (syscall(SYS_getppid) != -1 || errno != EPERM)
            return 2;
    if (syscall(SYS_getpgid, 0) != -1 || errno != 77)
        return 3;
    return syscall(SYS_getsid, 0) == 0 ? 7 : 4;
}

static const char *report(bool started)
{
    capture_start(STDERR_FILENO);
    supervisor_report(&sb, started);
    return capture_stop();
}

static void it_answers_and_counts(void **state HUSK_UNUSED)
{
    pid_t pid = sb.supervisor;
    const char *said;

    assert_int_equal(status_of(ask_three, NULL), 7);
    said = report(true);
    assert_non_null(strstr(said, "husk: refused: getppid (EPERM) 3 times by asker["));
    assert_non_null(strstr(said, "test_supervisor]"));
    assert_non_null(strstr(said, "husk: refused: getpgid (errno 77) once by asker["));
    assert_non_null(strstr(said, "husk: refused: getsid (as if it had been done) once by asker["));
    assert_int_equal(kill(pid, 0), -1); /* it has ended and was waited for */
    supervisor_report(&sb, true);       /* there is none any more */
}

static void nothing_is_said_as_well(void **state HUSK_UNUSED)
{
    assert_string_equal(report(true), "husk: no system call was refused\n");
}

static void but_not_of_what_did_not_start(void **state HUSK_UNUSED)
{
    assert_string_equal(report(false), "");
}

static void its_death_is_seen(void **state HUSK_UNUSED)
{
    siginfo_t info;
    int sig;

    assert_false(supervisor_is_lost(&sb, &sig));
    kill(sb.supervisor, SIGKILL);
    assert_int_equal(waitid(P_PID, (id_t)sb.supervisor, &info, WEXITED | WNOWAIT), 0);
    assert_true(supervisor_is_lost(&sb, &sig));
    assert_int_equal(sig, SIGKILL);
    assert_non_null(strstr(report(true), "does not answer: what was refused is not known"));
    assert_false(supervisor_is_lost(&sb, &sig));
}

/* A dead supervisor's calls are refused all the same, by the kernel. */
static int ask_nobody(void *arg HUSK_UNUSED)
{
    if (go_under() < 0)
        return 1;
    kill(sb.supervisor, SIGKILL);
    return syscall(SYS_getppid) == -1 && errno == ENOSYS ? 7 : 2;
}

static void without_it_calls_are_refused(void **state HUSK_UNUSED)
{
    assert_int_equal(status_of(ask_nobody, NULL), 7);
    supervisor_end(&sb);
    assert_int_equal(sb.supervisor, 0);
}

/* Who started husk may be gone, and nobody asks: it ends with what has the filter. */
static void it_ends_with_what_it_supervises(void **state HUSK_UNUSED)
{
    assert_int_equal(status_of(ask_three, NULL), 7);
    fd_closep(&sb.supervisor_gate);
    assert_int_equal(child_wait(sb.supervisor), 0);
}

static void it_has_no_fd_of_husks(void **state HUSK_UNUSED)
{
    int ends[2];
    char byte;

    supervisor_end(&sb);
    assert_int_equal(pipe(ends), 0);
    set_up(NULL);
    close(ends[1]);
    assert_int_equal(read(ends[0], &byte, 1), 0); /* while it lives */
    assert_true(gate_is_alive(sb.supervisor_gate));
    close(ends[0]);
    supervisor_end(&sb);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(it_answers_and_counts, set_up),
        cmocka_unit_test_setup(nothing_is_said_as_well, set_up),
        cmocka_unit_test_setup(but_not_of_what_did_not_start, set_up),
        cmocka_unit_test_setup(its_death_is_seen, set_up),
        cmocka_unit_test_setup(without_it_calls_are_refused, set_up),
        cmocka_unit_test_setup(it_ends_with_what_it_supervises, set_up),
        cmocka_unit_test_setup(it_has_no_fd_of_husks, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
