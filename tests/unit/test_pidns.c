/* A new pid namespace below one that was entered. */
#include "host/pidns.h"
#include "base/child.h"
#include "stage.h"
#include <signal.h>
#include <unistd.h>

/* Enters a pid namespace that somebody else made, as --pidns does. It lasts as long as who made it. */
static void enter_another(void)
{
    HUSK_FD int ns = FD_NONE;
    pid_t pid;

    host_begin();
    assert_int_equal(sys_mount("p", "/proc", "proc", 0, NULL), 0); /* with our numbers */
    pid = (pid_t)sys_clone3(&(struct clone_args){.flags = CLONE_NEWPID, .exit_signal = SIGCHLD});
    if (pid == 0)
        for (;;)
            pause();
    ns = open(arena_printf("/proc/%d/ns/pid", pid), O_RDONLY | O_CLOEXEC);
    assert_int_equal(sys_setns(ns, CLONE_NEWPID), 0);
}

static void the_kernel_alone_refuses_it(void **state HUSK_UNUSED)
{
    enter_another();
    assert_int_equal(
        sys_clone3(&(struct clone_args){.flags = CLONE_NEWPID, .exit_signal = SIGCHLD}), -1);
    assert_int_equal(errno, EINVAL);
}

static void it_is_made_and_is_our_child(void **state HUSK_UNUSED)
{
    const struct clone_args args = {.flags = CLONE_NEWPID | CLONE_NEWUTS, .exit_signal = SIGCHLD};
    struct stat ours, its;
    int gates[2];
    pid_t pid;
    char byte;

    enter_another();
    assert_int_equal(pipe2(gates, O_CLOEXEC), 0);
    pid = pidns_clone(&args, FD_NONE);
    if (pid == 0)
        _exit(read(gates[0], &byte, 1) == 1 && getpid() == 1 ? 7 : 1);
    assert_true(pid > 1);
    assert_int_equal(stat("/proc/self/ns/uts", &ours), 0);
    assert_int_equal(stat(arena_printf("/proc/%d/ns/uts", pid), &its), 0); /* by our number */
    assert_int_not_equal(ours.st_ino, its.st_ino);
    assert_int_equal(write(gates[1], "", 1), 1);
    assert_int_equal(child_wait(pid), 7);
}

static void what_the_kernel_refuses_is_told(void **state HUSK_UNUSED)
{
    const struct clone_args args = {.flags = CLONE_NEWPID | CLONE_NEWUSER | CLONE_FS,
                                    .exit_signal = SIGCHLD};

    enter_another();
    assert_int_equal(pidns_clone(&args, FD_NONE), -1);
    assert_int_equal(errno, EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        INSIDE(the_kernel_alone_refuses_it),
        INSIDE(it_is_made_and_is_our_child),
        INSIDE(what_the_kernel_refuses_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
