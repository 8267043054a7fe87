/* A refused call in words. */
#include "host/refusal_text.h"
#include "base/util.h"
#include "capture.h"
#include "plan/seccomp_policies.h"
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

static const struct program by = {.name = "sh", .path = "/bin/dash"};

static const char *line(struct refusal r, const struct program *program, const char *policy)
{
    static char text[512];

    r.arch = r.arch ? r.arch : syscall_abis[SECCOMP_NATIVE].arch;
    refusal_text(text, sizeof text, &r, program, policy);
    return text;
}

/* What is said of call NR with two arguments, up to who made it. */
static const char *call(long nr, uint32_t arg0, uint32_t arg1)
{
    static char text[512];
    const struct refusal r = {.number = (uint32_t)nr, .args = {arg0, arg1}, .error = EPERM, .times = 1};

    strcpy(text, line(r, &by, NULL) + strlen("refused: "));
    *strstr(text, " (EPERM)") = 0;
    return text;
}

static void who_and_how_often(void **state HUSK_UNUSED)
{
    struct refusal r = {.number = SYS_reboot, .error = EPERM, .times = 1};
    struct program nameless = {.path = "/bin/dash"}, pathless = {.name = "sh"}, unknown = {.name = ""};

    assert_string_equal(line(r, &by, NULL), "refused: reboot (EPERM) once by sh[/bin/dash]");
    r.times = 3000000000;
    assert_string_equal(line(r, &nameless, NULL), "refused: reboot (EPERM) 3000000000 times by dash[/bin/dash]");
    r.times = 2;
    assert_string_equal(line(r, &pathless, NULL), "refused: reboot (EPERM) 2 times by sh");
    assert_string_equal(line(r, &unknown, NULL),
                        "refused: reboot (EPERM) 2 times by a program whose name cannot be read");
    assert_string_equal(line(r, NULL, NULL), "refused: reboot (EPERM) 2 times by other programs");
}

static void errors_have_names(void **state HUSK_UNUSED)
{
    struct refusal r = {.number = SYS_reboot, .error = EAFNOSUPPORT, .times = 1};

    assert_non_null(strstr(line(r, &by, NULL), "refused: reboot (EAFNOSUPPORT) "));
    r.error = 4095;
    assert_non_null(strstr(line(r, &by, NULL), "refused: reboot (errno 4095) "));
    r.error = 0;
    assert_non_null(strstr(line(r, &by, NULL), "refused: reboot (as if it had been done) "));
    r.error = ENOSYS;
    assert_string_equal(line(r, &by, NULL), "not offered: reboot (ENOSYS) once by sh[/bin/dash]");
}

static void arguments_have_words(void **state HUSK_UNUSED)
{
    assert_string_equal(call(SYS_unshare, CLONE_NEWUSER | CLONE_NEWNS, 0), "unshare(CLONE_NEWUSER|CLONE_NEWNS)");
    assert_string_equal(call(SYS_unshare, CLONE_NEWPID | 0x100, 0), "unshare(CLONE_NEWPID|0x100)");
    assert_string_equal(call(SYS_clone, 0, 0), "clone");
    assert_string_equal(call(SYS_socket, AF_PACKET, 0), "socket(AF_PACKET)");
    assert_string_equal(call(SYS_socket, 99, 0), "socket(0x63)");
    assert_string_equal(call(SYS_socket, AF_NETLINK, 15), "socket(AF_NETLINK, NETLINK_KOBJECT_UEVENT)");
    assert_string_equal(call(SYS_ioctl, 0x5412, 0), "ioctl(TIOCSTI)");
    assert_string_equal(call(SYS_ioctl, 0x1234, 0), "ioctl(0x1234)");
    assert_string_equal(call(SYS_openat, O_WRONLY | O_CREAT, 0), "openat(O_WRONLY|O_CREAT)");
    assert_string_equal(call(SYS_personality, 0x400008, 0), "personality(READ_IMPLIES_EXEC|0x8)");
    assert_string_equal(call(SYS_prctl, PR_SET_DUMPABLE, 0), "prctl(PR_SET_DUMPABLE)");
    assert_string_equal(call(SYS_mount, 5, 6), "mount");
}

static void the_hint_is_a_policy_that_allows_it(void **state HUSK_UNUSED)
{
    struct refusal r = {.number = SYS_mount, .error = EPERM, .times = 1};

    assert_non_null(strstr(line(r, &by, "default"), "; --seccomp-profile nested allows it"));
    r.number = SYS_ptrace;
    assert_non_null(strstr(line(r, &by, "default"), "; --seccomp-profile build allows it"));
    r.number = SYS_clone;
    assert_non_null(strstr(line(r, &by, "strict"), "; --seccomp-profile default allows it"));
    r.args[0] = CLONE_NEWUSER;
    assert_non_null(strstr(line(r, &by, "default"), "; --seccomp-profile nested allows it"));
    /* The present one would not, or it would not have been refused. */
    r.number = SYS_getpid;
    assert_null(strstr(line(r, &by, "default"), "profile default"));
}

/* What two calls must have in common. */
static void only_bits_that_decide_are_kept(void **state HUSK_UNUSED)
{
    struct seccomp_data d = {.arch = syscall_abis[SECCOMP_NATIVE].arch, .nr = SYS_clone, .args = {CLONE_NEWUSER | 0x11}};
    uint32_t args[2];

    refusal_args(&d, args);
    assert_int_equal(args[0], CLONE_NEWUSER);
    d.nr = SYS_mount;
    refusal_args(&d, args);
    assert_int_equal(args[0], 0);
    d.nr = SYS_socket;
    d.args[0] = AF_NETLINK;
    d.args[2] = 9;
    refusal_args(&d, args);
    assert_int_equal(args[1], 9);
    d.args[0] = AF_INET;
    refusal_args(&d, args);
    assert_int_equal(args[1], 0);
}

static void a_long_line_is_cut(void **state HUSK_UNUSED)
{
    struct refusal r = {.arch = syscall_abis[SECCOMP_NATIVE].arch, .number = SYS_reboot, .error = EPERM, .times = 1};
    char text[20];

    for (size_t size = 1; size <= sizeof text; size++) {
        memset(text, 'x', sizeof text);
        refusal_text(text, size, &r, &by, NULL);
        assert_int_equal(strlen(text), size - 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_and_how_often),
        cmocka_unit_test(errors_have_names),
        cmocka_unit_test(arguments_have_words),
        cmocka_unit_test(the_hint_is_a_policy_that_allows_it),
        cmocka_unit_test(only_bits_that_decide_are_kept),
        cmocka_unit_test(a_long_line_is_cut),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
