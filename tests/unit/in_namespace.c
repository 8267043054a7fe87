#include "in_namespace.h"
#include "base/child.h"
#include "base/syscalls.h"
#include "bare_plan.h"
#include "host/idmap.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>

unsigned outer_uid, outer_gid;

static __attribute__((constructor)) void note_ids(void)
{
    outer_uid = getuid();
    outer_gid = getgid();
}

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

    if ((t->flags & CLONE_NEWUSER) && t->ids == AS_ID_0)
        map_to_root();
    t->body(state);
}

static HUSK_NORETURN void child(struct in_namespace *t, int out, const int mapped[2])
{
    const struct CMUnitTest tests[] = {{"inside", run_body, NULL, NULL, t}};
    int failed;
    char byte;

    close(mapped[1]);
    if (read(mapped[0], &byte, 1) != 1)
        _exit(0); /* nothing can be shown */
    dup2(out, STDOUT_FILENO);
    dup2(out, STDERR_FILENO);
    unsetenv("CMOCKA_MESSAGE_OUTPUT"); /* TAP in TAP would be counted */
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    fflush(NULL);
    _exit(failed ? 1 : 0);
}

/* What is to be mapped, into the plan. False if this user has no subordinate ids. */
static bool plan_ranges(void)
{
    static const struct id_range as_root[] = {{0, 0, 1}, {1, 100000, 65536}};

    bare_plan();
    if (getuid() != 0) {
        spec.map_auto = true;
        return plan_ids(&plan) == 0;
    }
    plan.ids = (struct plan_ids){.how = IDS_RANGES, .uid_map = as_root, .gid_map = as_root,
                                 .uid_map_count = 2, .gid_map_count = 2};
    return true;
}

/* The test's words, or NULL if it could not be run because of *WHY. */
static const char *run(struct in_namespace *t, int *status, const char **why)
{
    static char said[64 * 1024];
    struct clone_args args = {.flags = t->flags, .exit_signal = SIGCHLD};
    int out[2], mapped[2];
    struct sandbox sb = {0};
    ssize_t n;

    *why = "this user has no subordinate ids, or may not map them";
    if (t->ids == RANGES && !plan_ranges())
        return NULL;
    fflush(NULL);
    assert_int_equal(pipe2(out, O_CLOEXEC), 0);
    assert_int_equal(pipe2(mapped, O_CLOEXEC), 0);
    sb.pid = sys_clone3(&args);
    if (sb.pid == 0)
        child(t, out[1], mapped);
    close(out[1]);
    close(mapped[0]);
    if (sb.pid < 0)
        *why = "these namespaces are not to be had";
    if (sb.pid > 0 && (t->ids != RANGES || idmap_write(&plan, &sb) == 0)) {
        *why = NULL;
        assert_int_equal(write(mapped[1], "", 1), 1);
    }
    close(mapped[1]);
    n = fd_read_full(out[0], said, sizeof said - 1);
    close(out[0]);
    *status = sb.pid < 0 ? 0 : child_wait(sb.pid);
    said[n > 0 ? n : 0] = 0;
    return *why ? NULL : said;
}

void in_namespace(void **state)
{
    struct in_namespace *t = *state;
    const char *why, *said;
    int status;

    if (!(t->flags & CLONE_NEWUSER) && geteuid() != 0)
        return;
    said = run(t, &status, &why);
    if (!said)
        cannot_show(why);
    else if (status != 0)
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
