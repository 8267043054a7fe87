/*
 * Asking systemd for a scope: where its manager is looked for, and what comes of each answer of the helper's, which
 * is this program as well; see main(). Scopes themselves are made by tests/functional/scope*.t.
 */
#include "host/scope.h"
#include "base/child.h"
#include "base/log.h"
#include "base/path.h"
#include "base/str.h"
#include "stage.h"
#include <signal.h>
#include <sys/wait.h>

#define REPORT "/tmp/arguments" /* of the helper, one a line */

static struct sandbox sb;
static struct cgroup group;

/* ---- the helper ----------------------------------------------------------------------------- */

/* What it is told to say is the name of the unit. */
static int be_helper(int argc, char **argv)
{
    const char *unit = argv[4];
    int to = atoi(argv[1]), out = open(REPORT, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    struct gate_message m = {.kind = GATE_FAILED, .value = EEXIST, .text = "it is taken"};

    for (int i = 2; i < argc; i++)
        dprintf(out, "%s\n", argv[i]);
    if (streq(unit, "adopted.scope"))
        return gate_send(to, GATE_ADOPTED, 0, FD_NONE) < 0;
    if (streq(unit, "adopted-3.scope"))
        return gate_send(to, GATE_ADOPTED, 0, FD_NONE) < 0 ? 1 : 3;
    if (streq(unit, "other.scope"))
        return gate_send(to, GATE_MAPPED, 0, FD_NONE) < 0;
    if (streq(unit, "cut.scope"))
        return write(to, "cut", 3) != 3;
    if (streq(unit, "taken.scope"))
        return gate_send_message(to, &m, FD_NONE) < 0;
    if (streq(unit, "text.scope"))
        m = (struct gate_message){.kind = GATE_FAILED, .value = EACCES, .status = 1, .text = "no: see above"};
    return streq(unit, "text.scope") ? gate_send_message(to, &m, FD_NONE) < 0 : 7;
}

/* ---- where the manager is ------------------------------------------------------------------- */

/* A machine without systemd, and with nothing mounted where cgroups are. */
static void begin(void)
{
    host_begin();
    log_init("husk", false);
    assert_int_equal(sys_mount("t", "/run", "tmpfs", 0, "mode=755"), 0);
    assert_int_equal(sys_mount("t", "/sys/fs/cgroup", "tmpfs", 0, "mode=755"), 0);
    unsetenv("DBUS_SESSION_BUS_ADDRESS");
    setenv("XDG_RUNTIME_DIR", "/tmp/run", 1);
    plan.ids.real_uid = 4321;
    plan.cgroup = (struct plan_cgroup){
        .how = CGROUP_SCOPE, .slice = "husk.slice", .unit = "x.scope", .description = "husk: true"};
    sigemptyset(&plan.mask);
    sb = (struct sandbox){.pid = getpid(), .keeper = getpid()};
    group = (struct cgroup){.parent = FD_NONE, .dir = FD_NONE, .root = FD_NONE};
}

static void is_not_there(const char *direct, const char *bus)
{
    group.error = (struct cgroup_error){0};
    assert_true(scope_prepare(&plan, &group) < 0);
    assert_string_equal(group.error.text,
                        arena_printf("there is no manager of systemd to ask: neither %s nor %s is there",
                                     direct, bus));
}

static void a_user_has_one_below_the_runtime_dir(void **state HUSK_UNUSED)
{
    begin();
    is_not_there("/tmp/run/systemd/private", "/tmp/run/bus");
    host_file("/tmp/run/bus", "");
    assert_int_equal(scope_prepare(&plan, &group), 0);
    unlink("/tmp/run/bus");
    host_file("/tmp/run/systemd/private", "");
    assert_int_equal(scope_prepare(&plan, &group), 0);
}

static void or_where_that_would_be(void **state HUSK_UNUSED)
{
    static const char *const none[] = {NULL, "", "run", "./run"};

    begin();
    for (size_t i = 0; i < ARRAY_SIZE(none); i++) {
        if (none[i])
            setenv("XDG_RUNTIME_DIR", none[i], 1);
        else
            unsetenv("XDG_RUNTIME_DIR");
        is_not_there("/run/user/4321/systemd/private", "/run/user/4321/bus");
    }
    host_dir("/run/user/4321");
    host_file("/run/user/4321/bus", "");
    assert_int_equal(scope_prepare(&plan, &group), 0);
}

static void root_has_the_systems(void **state HUSK_UNUSED)
{
    begin();
    host_file("/run/systemd/private", "");
    is_not_there("/tmp/run/systemd/private", "/tmp/run/bus"); /* it is not everybody's */
    plan.ids.real_uid = 0;
    assert_int_equal(scope_prepare(&plan, &group), 0);
}

static void what_may_do_is_said(void **state HUSK_UNUSED)
{
    begin();
    is_not_there("/tmp/run/systemd/private", "/tmp/run/bus");
    assert_string_equal(group.error.hint, "this system was not started by systemd: --cgroup-parent DIR takes a "
                                          "cgroup v2 folder that was delegated to this user");
    host_file("/sys/fs/cgroup/cgroup.procs", "");
    is_not_there("/tmp/run/systemd/private", "/tmp/run/bus");
    assert_string_equal(group.error.hint,
                        "this system was not started by systemd; --cgroup-parent /sys/fs/cgroup may do");
    host_dir("/run/systemd/system");
    is_not_there("/tmp/run/systemd/private", "/tmp/run/bus");
    assert_string_equal(group.error.hint, "log in (su and sudo are no logins), or keep one always running: sudo "
                                          "loginctl enable-linger 4321");
}

/* ---- the answer ----------------------------------------------------------------------------- */

/* This program as husk-scope, beside itself. */
static void provide(void)
{
    char self[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    const char *helper;
    int program;

    assert_true(n > 0);
    self[n] = 0;
    program = open(self, O_PATH | O_CLOEXEC); /* before it is hidden */
    begin();
    *strrchr(self, '/') = 0;
    if (access(self, F_OK) < 0) /* it was below /tmp */
        host_dir(self);
    helper = path_join(self, "husk-scope");
    assert_int_equal(sys_mount("t", self, "tmpfs", 0, "mode=755"), 0);
    host_file(helper, "");
    assert_int_equal(sys_mount(arena_printf("/proc/self/fd/%d", program), helper, NULL, MS_BIND, NULL), 0);
}

/* Asks for UNIT, whose name tells the helper what to say. */
static void refuses(const char *unit, int err, const char *text, const char *hint)
{
    group.error = (struct cgroup_error){0};
    plan.cgroup.unit = unit;
    assert_true(scope_start(&plan, &sb, &group) < 0);
    assert_int_equal(group.parent, FD_NONE);
    assert_int_equal(group.error.err, err);
    assert_non_null(strstr(group.error.text, text));
    assert_non_null(strstr(group.error.hint, hint));
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* it was waited for */
}

static void what_the_helper_says_is_said(void **state HUSK_UNUSED)
{
    provide();
    refuses("taken.scope", EEXIST, "it is taken",
            "a unit of that name is there already: systemctl --user status taken.scope");
    refuses("text.scope", 0, "no: see above", "does not let this user do it");
}

static void a_helper_that_fails_has_done_nothing(void **state HUSK_UNUSED)
{
    provide();
    refuses("silent.scope", 0, "husk-scope, which talks to systemd, ended with status 7", "");
    refuses("adopted-3.scope", 0, "husk-scope, which talks to systemd, ended with status 3", "");
    refuses("cut.scope", 0, "husk-scope, which talks to systemd, ended with status 0", "");
    refuses("other.scope", 0, "husk-scope, which talks to systemd, ended with status 0", "");
}

/* Whatever it says, the kernel knows better. */
static void a_helper_that_lies_is_not_believed(void **state HUSK_UNUSED)
{
    provide();
    refuses("adopted.scope", 0, "systemd has not put the sandbox into adopted.scope, but it is in ", "");
    sb.keeper = 0x7ffffff0; /* no process */
    refuses("adopted.scope", ENOENT, "looking for the cgroup of the sandbox", "");
}

static void without_the_helper_there_is_none(void **state HUSK_UNUSED)
{
    begin();
    refuses("taken.scope", ENOENT, "looking for husk-scope, which talks to systemd", "--cgroup-parent DIR does without");
}

static void it_is_told_all_there_is_to_ask_for(void **state HUSK_UNUSED)
{
    char *text;
    size_t size;
    int fd;

    provide();
    host_file("/tmp/run/systemd/private", "");
    setenv("XDG_RUNTIME_DIR", "/tmp//run", 1);
    setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/x", 1);
    spec.cgroup.pids.text = "5";
    refuses("taken.scope", EEXIST, "it is taken", "");
    fd = open(REPORT, O_RDONLY | O_CLOEXEC);
    assert_int_equal(fd_read_all(fd, 65536, &text, &size), 0);
    close(fd);
    assert_string_equal(text, arena_printf("unix:path=/tmp//run/systemd/private\nunix:path=/x\ntaken.scope\n"
                                           "husk.slice\nhusk: true\ninfinity\n%d\n%d\n",
                                           (int)getpid(), (int)getpid()));
    unsetenv("DBUS_SESSION_BUS_ADDRESS");
    host_dir("/tmp/r;=%\n");
    setenv("XDG_RUNTIME_DIR", "/tmp/r;=%\n", 1); /* what an address has a meaning for */
    spec.cgroup.pids.text = NULL;
    refuses("taken.scope", EEXIST, "it is taken", "");
    fd = open(REPORT, O_RDONLY | O_CLOEXEC);
    assert_int_equal(fd_read_all(fd, 65536, &text, &size), 0);
    close(fd);
    assert_string_equal(text, arena_printf("\nunix:path=/tmp/r%%3b%%3d%%25%%0a/bus\ntaken.scope\nhusk.slice\n"
                                           "husk: true\n\n%d\n%d\n",
                                           (int)getpid(), (int)getpid()));
}

/* Not in a new pid namespace: pids are looked up in the /proc that is there. */
#define HERE(body) IN_NAMESPACE(body, CLONE_NEWUSER | CLONE_NEWNS, AS_ID_0)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        HERE(a_user_has_one_below_the_runtime_dir),
        HERE(or_where_that_would_be),
        HERE(root_has_the_systems),
        HERE(what_may_do_is_said),
        HERE(what_the_helper_says_is_said),
        HERE(a_helper_that_fails_has_done_nothing),
        HERE(a_helper_that_lies_is_not_believed),
        HERE(without_the_helper_there_is_none),
        HERE(it_is_told_all_there_is_to_ask_for),
    };

    if (argc > 5)
        return be_helper(argc, argv);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
