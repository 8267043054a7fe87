/* Loading a filter with a listener: it arrives, also where the filter refuses all that could send it. */
#include "inside/listener.h"
#include "base/log.h"
#include "stage.h"
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static struct sock_filter everything[] = {
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_exit_group, 1, 0),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
};
static struct sock_filter nothing[] = {BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
static struct sock_filter broken[] = {BPF_STMT(BPF_LD | BPF_IMM, 0)};
static struct plan_filter filter;
static int supervisor; /* its end */

static int set_up(void **state HUSK_UNUSED)
{
    bare_plan();
    spec.seccomp_log = (struct opt_flag){true, {.text = "--seccomp-log"}};
    plan.seccomp_log = &filter.prog;
    prepare();
    return gate_open(&supervisor, &in->supervisor);
}

static int load(void *arg HUSK_UNUSED)
{
    sigset_t all;

    close(supervisor);
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || listener_prepare(in) < 0)
        return 2;
    if (listener_load(in, &filter) < 0)
        inside_give_up(in);
    return syscall(SYS_getppid) == -1 && errno == 77 ? 7 : 8;
}

/* Starts it, with CODE for a filter. */
static pid_t start(struct sock_filter *code, unsigned short length)
{
    pid_t pid;

    filter = (struct plan_filter){.prog = {length, code}, .listener = true};
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0)
        syscall(SYS_exit_group, load(NULL)); /* before _exit the leak sanitizer asks the filter for much */
    fd_closep(&in->supervisor);
    return pid;
}

static int end_of(pid_t pid)
{
    int status;

    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static int received(void)
{
    struct gate_message m;
    int fd;

    assert_int_equal(gate_receive(supervisor, &m, &fd), 1);
    assert_int_equal(m.kind, GATE_LISTENER);
    assert_true(fd >= 0);
    return fd;
}

static void it_arrives(void **state HUSK_UNUSED)
{
    pid_t pid = start(nothing, ARRAY_SIZE(nothing));
    HUSK_FD int listener = received();
    struct pollfd p = {.fd = listener, .events = POLLIN};

    assert_int_equal(end_of(pid), 8);
    assert_int_equal(poll(&p, 1, 10000), 1);
    assert_true(p.revents & POLLHUP); /* nothing has the filter, and it is one */
}

/* The futex of who waits as well: each call but the end is answered with errno 77 here. */
static void it_arrives_whatever_is_refused(void **state HUSK_UNUSED)
{
    pid_t pid = start(everything, ARRAY_SIZE(everything));
    HUSK_FD int listener = received();
    struct pollfd p = {.fd = listener, .events = POLLIN};
    bool asked = false;

    while (poll(&p, 1, 10000) == 1 && (p.revents & POLLIN)) {
        struct seccomp_notif call = {0};
        struct seccomp_notif_resp reply = {.error = -77};

        if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &call) < 0)
            continue;
        asked |= call.data.nr == SYS_getppid;
        reply.id = call.id;
        ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &reply);
    }
    assert_true(asked);
    assert_int_equal(end_of(pid), 7);
}

static void what_cannot_be_loaded_is_told(void **state HUSK_UNUSED)
{
    struct gate_message m;
    pid_t pid = start(broken, ARRAY_SIZE(broken));

    assert_int_equal(end_of(pid), EXIT_HUSK);
    assert_int_equal(gate_receive(gate, &m, NULL), 1);
    assert_string_equal(m.text, "loading a seccomp filter with a listener (--seccomp-log)");
    assert_int_equal(m.value, EINVAL);
}

static void without_a_supervisor_it_fails(void **state HUSK_UNUSED)
{
    struct gate_message m;
    pid_t pid;

    fd_closep(&supervisor);
    pid = start(nothing, ARRAY_SIZE(nothing));
    assert_int_equal(end_of(pid), EXIT_HUSK);
    assert_int_equal(gate_receive(gate, &m, NULL), 1);
    assert_string_equal(m.text, "handing on a listener (--seccomp-log)");
    assert_int_equal(m.value, EPIPE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(it_arrives, set_up),
        cmocka_unit_test_setup(it_arrives_whatever_is_refused, set_up),
        cmocka_unit_test_setup(what_cannot_be_loaded_is_told, set_up),
        cmocka_unit_test_setup(without_a_supervisor_it_fails, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
