#include "in_namespace.h"
#include "base/child.h"
#include "base/syscalls.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>

unsigned outer_uid, outer_gid;

void cannot_show(const char *why)
{
    const char *must = getenv("HUSK_MUST_WORK");

    if (must && strcmp(must, "1") == 0)
        fail_msg("%s", why);
    print_message("%s\n", why);
    skip();
}

static void write_proc(const char *name, const char *text)
{
    HUSK_FD int proc = open("/proc", O_PATH | O_CLOEXEC);

    assert_int_equal(fd_write_file_at(proc, name, text), 0);
}

static void map_to_root(void)
{
    char map[64];

    write_proc("self/setgroups", "deny");
    snprintf(map, sizeof map, "0 %u 1\n", outer_uid);
    write_proc("self/uid_map", map);
    snprintf(map, sizeof map, "0 %u 1\n", outer_gid);
    write_proc("self/gid_map", map);
}

static void run_body(void **state)
{
    const struct in_namespace *t = *state;

    if ((t->flags & CLONE_NEWUSER) && !t->unmapped)
        map_to_root();
    t->body(state);
}

static HUSK_NORETURN void child(struct in_namespace *t, int out)
{
    const struct CMUnitTest tests[] = {{"inside", run_body, NULL, NULL, t}};
    int failed;

    dup2(out, STDOUT_FILENO);
    dup2(out, STDERR_FILENO);
    unsetenv("CMOCKA_MESSAGE_OUTPUT"); /* TAP in TAP would be counted */
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    fflush(NULL);
    _exit(failed ? 1 : 0);
}

void in_namespace(void **state)
{
    static char said[64 * 1024];
    struct in_namespace *t = *state;
    struct clone_args args = {.flags = t->flags, .exit_signal = SIGCHLD};
    int ends[2], status;
    ssize_t n;
    pid_t pid;

    if (!(t->flags & CLONE_NEWUSER) && geteuid() != 0)
        return;
    outer_uid = getuid();
    outer_gid = getgid();
    fflush(NULL);
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    pid = sys_clone3(&args);
    if (pid == 0)
        child(t, ends[1]);
    close(ends[1]);
    if (pid < 0) {
        close(ends[0]);
        cannot_show("these namespaces are not to be had");
        return;
    }
    n = fd_read_full(ends[0], said, sizeof said - 1);
    close(ends[0]);
    status = child_wait(pid);
    said[n > 0 ? n : 0] = 0;
    if (status != 0)
        fail_msg("status %d:\n%s", status, said);
}

int status_of(int (*body)(void *arg), void *arg)
{
    pid_t pid;

    fflush(NULL);
    pid = fork();
    if (pid == 0)
        _exit(body(arg));
    assert_true(pid > 0);
    return child_wait(pid);
}
