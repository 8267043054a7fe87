/* Making the child: its namespaces, its ends, and what it does not start with. */
#include "host/spawn.h"
#include "base/child.h"
#include "base/log.h"
#include "stage.h"
#include "host/guardian.h"
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

/* spawn() blocks all signals of who calls it, and more: each test is a process of its own. */
static int body_failed(const char *what)
{
    print_error("%s\n", what);
    return 1;
}

#define SHOULD(what)                                                                               \
    do {                                                                                           \
        if (!(what))                                                                               \
            return body_failed(#what);                                                             \
    } while (0)

static void exit_7(void *arg HUSK_UNUSED, int gate_fd HUSK_UNUSED, int guardian_fd HUSK_UNUSED,
                   int supervisor_fd HUSK_UNUSED)
{
    _exit(7);
}

static ino_t ns_of(pid_t pid, const char *name)
{
    char path[64];
    struct stat st;

    snprintf(path, sizeof path, "/proc/%d/ns/%s", pid, name);
    return stat(path, &st) < 0 ? 0 : st.st_ino;
}

/* Waits at the gate, so that it can be looked at. */
static void wait_at_gate(void *arg, int gate_fd, int guardian_fd,
                         int supervisor_fd HUSK_UNUSED)
{
    struct gate_message m;

    if (arg != &plan || guardian_fd != FD_NONE || getpid() != 1)
        _exit(1);
    _exit(gate_receive(gate_fd, &m, NULL) == 1 && m.kind == GATE_MAPPED ? 7 : 2);
}

static int look_at_child(void *arg HUSK_UNUSED)
{
    struct sandbox sb = {0};

    SHOULD(spawn(&plan, &sb, wait_at_gate, &plan) == 0);
    SHOULD(sb.pid > 0 && sb.guardian == 0);
    SHOULD(ns_of(sb.pid, "user") != ns_of(getpid(), "user"));
    SHOULD(ns_of(sb.pid, "uts") != ns_of(getpid(), "uts"));
    SHOULD(ns_of(sb.pid, "net") == ns_of(getpid(), "net"));
    SHOULD(gate_send(sb.gate, GATE_MAPPED, 0, FD_NONE) == 0);
    SHOULD(child_wait(sb.pid) == 7);
    SHOULD(gate_is_alive(sb.gate) == 0); /* we have no copy of its end */
    return 0;
}

static void the_child_is_in_the_plans_namespaces(void **state HUSK_UNUSED)
{
    bare_plan();
    assert_int_equal(status_of(look_at_child, NULL), 0);
}

static int look_at_signals(void *arg HUSK_UNUSED)
{
    struct sigaction child;
    struct sandbox sb = {0};
    sigset_t blocked;

    signal(SIGCHLD, SIG_IGN);
    SHOULD(spawn(&plan, &sb, exit_7, NULL) == 0);
    SHOULD(child_wait(sb.pid) == 7); /* ignored, the status would be lost */
    SHOULD(sigprocmask(SIG_BLOCK, NULL, &blocked) == 0);
    SHOULD(sigismember(&blocked, SIGTERM) && sigismember(&blocked, SIGCHLD));
    SHOULD(sigaction(SIGCHLD, NULL, &child) == 0 && child.sa_handler == SIG_DFL);
    return 0;
}

static void signals_are_blocked_and_the_status_is_kept(void **state HUSK_UNUSED)
{
    bare_plan();
    assert_int_equal(status_of(look_at_signals, NULL), 0);
}

static int look_at_limit(void *arg)
{
    struct rlimit now, small = {.rlim_cur = 64, .rlim_max = plan.nofile.rlim_max};
    struct sandbox sb = {0};

    SHOULD(setrlimit(RLIMIT_NOFILE, &small) == 0);
    plan.nofile = small;
    plan.mount_count = *(size_t *)arg; /* they are not looked at */
    SHOULD(spawn(&plan, &sb, exit_7, NULL) == 0);
    child_wait(sb.pid);
    SHOULD(getrlimit(RLIMIT_NOFILE, &now) == 0);
    return now.rlim_cur == small.rlim_max ? 0 : 77;
}

static void many_mounts_may_have_many_files(void **state HUSK_UNUSED)
{
    size_t many = 33, few = 32;

    bare_plan();
    assert_int_equal(status_of(look_at_limit, &many), 0);
    assert_int_equal(status_of(look_at_limit, &few), 77);
}

/* ---- the guardian -------------------------------------------------------------------------- */

static void has_guardian(void *arg HUSK_UNUSED, int gate_fd HUSK_UNUSED, int guardian_fd,
                         int supervisor_fd HUSK_UNUSED)
{
    _exit(gate_is_alive(guardian_fd) == 1 ? 7 : 1);
}

static int look_at_guardian(void *arg HUSK_UNUSED)
{
    struct sandbox sb = {0};

    plan.has_guardian = true;
    SHOULD(spawn(&plan, &sb, has_guardian, NULL) == 0);
    SHOULD(sb.guardian > 0);
    SHOULD(child_wait(sb.pid) == 7);
    guardian_wait(&sb); /* ends, since we have no copy of the child's end */
    return 0;
}

static void a_guardian_is_started_when_there_is_something_to_guard(void **state HUSK_UNUSED)
{
    bare_plan();
    assert_int_equal(status_of(look_at_guardian, NULL), 0);
}

/* ---- death --------------------------------------------------------------------------------- */

static int look_at_tie(void *arg)
{
    struct sandbox sb = {.parent = *(pid_t *)arg};
    int sig = 0, r;

    spec.die_with_parent = true;
    r = spawn(&plan, &sb, exit_7, NULL);
    SHOULD(prctl(PR_GET_PDEATHSIG, &sig) == 0 && sig == SIGKILL);
    if (r == 0)
        SHOULD(child_wait(sb.pid) == 7);
    return r == 0 ? 0 : r == -ESRCH ? 77 : 1;
}

static void husk_is_tied_to_who_started_it(void **state HUSK_UNUSED)
{
    pid_t right = getpid(), wrong = getppid();

    bare_plan();
    assert_int_equal(status_of(look_at_tie, &right), 0);
    assert_int_equal(status_of(look_at_tie, &wrong), 77); /* that one is gone */
}

/* ---- what fails ---------------------------------------------------------------------------- */

/* It must fail with TEXT, and without a child. */
static int must_fail(void *arg)
{
    struct sandbox sb = {0};
    const char *said;
    int r;

    capture_start(STDERR_FILENO);
    r = spawn(&plan, &sb, exit_7, NULL);
    said = capture_stop();
    SHOULD(r < 0);
    SHOULD(child_wait(-1) == -ECHILD);
    return strstr(said, arg) ? 0 : body_failed(said);
}

static void what_is_no_user_namespace_is_not_joined(void **state HUSK_UNUSED)
{
    bare_plan();
    plan.clone_flags &= ~CLONE_NEWUSER;
    spec.userns = (struct opt_fd){open("/proc/self/ns/uts", O_RDONLY | O_CLOEXEC),
                                  {.text = "--userns 9"}};
    assert_int_equal(status_of(must_fail, (char *)"Joining the user namespace of --userns 9: Invalid"),
                     0);
}

static void what_is_no_pid_namespace_is_not_joined(void **state HUSK_UNUSED)
{
    bare_plan();
    spec.pidns = (struct opt_fd){open("/proc/self/ns/uts", O_RDONLY | O_CLOEXEC),
                                 {.text = "--pidns 9"}};
    assert_int_equal(status_of(must_fail, (char *)"Setting pidns failed (--pidns 9): Invalid"), 0);
}

static void what_the_kernel_refuses_fails(void **state HUSK_UNUSED)
{
    bare_plan();
    plan.clone_flags |= CLONE_FS; /* not with a user namespace */
    assert_int_equal(status_of(must_fail, (char *)"Creating new namespace failed: Invalid argument"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_child_is_in_the_plans_namespaces),
        cmocka_unit_test(signals_are_blocked_and_the_status_is_kept),
        cmocka_unit_test(many_mounts_may_have_many_files),
        cmocka_unit_test(a_guardian_is_started_when_there_is_something_to_guard),
        cmocka_unit_test(husk_is_tied_to_who_started_it),
        cmocka_unit_test(what_is_no_user_namespace_is_not_joined),
        cmocka_unit_test(what_is_no_pid_namespace_is_not_joined),
        cmocka_unit_test(what_the_kernel_refuses_fails),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
