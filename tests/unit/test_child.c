/* Helper programs: where they are found, and what they are started with. */
#include "base/child.h"
#include "base/path.h"
#include "capture.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>

static char *const shell_argv[] = {"/bin/sh", "-c", NULL, NULL};

static pid_t start(const char *script, int out)
{
    char *argv[4];

    memcpy(argv, shell_argv, sizeof argv);
    argv[2] = (char *)script;
    return child_start(argv, out);
}

static int status_of_script(const char *script)
{
    pid_t pid = start(script, -1);

    assert_true(pid > 0);
    return child_wait(pid);
}

/* What SCRIPT writes to its stdout. */
static const char *output_of(const char *script)
{
    static char text[4096];
    int ends[2];
    ssize_t n;
    pid_t pid;

    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    pid = start(script, ends[1]);
    assert_true(pid > 0);
    close(ends[1]);
    n = fd_read_full(ends[0], text, sizeof text - 1);
    close(ends[0]);
    assert_int_equal(child_wait(pid), 0);
    text[n] = 0;
    return text;
}

static void programs_are_found_in_fixed_folders(void **state HUSK_UNUSED)
{
    const char *path = child_find("sh");

    assert_non_null(path);
    assert_int_equal(path[0], '/');
    assert_int_equal(access(path, X_OK), 0);
    assert_null(child_find("no-such-program-of-husk"));
    setenv("PATH", "/nowhere", 1);
    assert_string_equal(child_find("sh"), path);
}

static void the_status_is_known(void **state HUSK_UNUSED)
{
    assert_int_equal(status_of_script("exit 0"), 0);
    assert_int_equal(status_of_script("exit 77"), 77);
    assert_int_equal(status_of_script("kill -TERM $$"), 128 + SIGTERM);
    assert_int_equal(child_wait(getpid()), -ECHILD);
}

static void what_cannot_be_started_is_told_at_once(void **state HUSK_UNUSED)
{
    char *missing[] = {"/no/such/program", NULL}, *folder[] = {"/", NULL}, *none[] = {"", NULL};

    assert_int_equal(child_start(missing, -1), -ENOENT);
    assert_int_equal(child_start(folder, -1), -EACCES);
    assert_int_equal(child_start(none, -1), -ENOENT);
    assert_int_equal(start("exit 0", 12345), -EBADF);
    assert_int_equal(child_wait(-1), -ECHILD); /* and nothing is left of it */
}

/* What this user has set does not reach a program that may run with more rights. */
static void the_environment_is_husks_own(void **state HUSK_UNUSED)
{
    setenv("LD_PRELOAD", "/nowhere.so", 1);
    setenv("BASH_ENV", "/nowhere", 1);
    assert_string_equal(output_of("tr '\\0' '\\n' < /proc/$$/environ"),
                        "PATH=/usr/sbin:/usr/bin:/sbin:/bin\nLANG=C\n");
    unsetenv("LD_PRELOAD");
}

/* The masks of blocked (2nd line) and ignored (3rd) signals are empty in a program that we start. */
static void signals_are_as_in_a_fresh_process(void **state HUSK_UNUSED)
{
    sigset_t set, now;

    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGCHLD);
    sigprocmask(SIG_BLOCK, &set, NULL);
    signal(SIGINT, SIG_IGN);
    assert_string_equal(output_of("exec grep '^Sig[BI]' /proc/self/status"),
                        "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
    sigprocmask(SIG_BLOCK, NULL, &now);
    assert_true(sigismember(&now, SIGTERM));
    assert_false(sigismember(&now, SIGHUP));
    assert_ptr_equal(signal(SIGINT, SIG_DFL), SIG_IGN);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
}

/* So what the terminal sends to husk's job does not end it. */
static void the_session_is_its_own(void **state HUSK_UNUSED)
{
    assert_string_equal(output_of("read -r pid comm state ppid group session rest < /proc/$$/stat;"
                                  "[ $session = $$ ] && echo own"),
                        "own\n");
}

static void no_fd_of_ours_is_passed_on(void **state HUSK_UNUSED)
{
    HUSK_FD int ours = open("/", O_PATH | O_CLOEXEC);
    char script[64];

    assert_true(ours > 2);
    snprintf(script, sizeof script, "[ ! -e /proc/$$/fd/%d ]", ours);
    assert_int_equal(status_of_script(script), 0);
}

static void the_named_fds_are(void **state HUSK_UNUSED)
{
    HUSK_FD int ours = open("/", O_PATH | O_CLOEXEC), null = open("/dev/null", O_RDWR | O_CLOEXEC);
    const struct child_fds fds = {.in = null, .out = -1, .keep = &ours, .keep_count = 1};
    const struct child_fds bad = {.in = -1, .out = -1, .keep = (int[]){12345}, .keep_count = 1};
    char script[128], *argv[] = {"/bin/sh", "-c", script, NULL};

    assert_true(ours > 2);
    snprintf(script, sizeof script,
             "[ /proc/$$/fd/%d -ef / ] && [ ! -e /proc/$$/fd/%d ] && [ /proc/$$/fd/0 -ef /dev/null ]",
             ours, null);
    assert_int_equal(child_wait(child_start_with(argv, &fds)), 0);
    assert_int_equal(fcntl(ours, F_GETFD), FD_CLOEXEC); /* here it is as it was */
    assert_int_equal(child_start_with(argv, &bad), -EBADF);
}

/* This test is not the installed husk, so they are beside it, whatever PATH says. */
static void programs_of_our_own_are_beside_us(void **state HUSK_UNUSED)
{
    char self[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);

    assert_true(n > 0);
    self[n] = 0;
    assert_string_equal(child_own(path_base(self)), self);
    errno = 0;
    assert_null(child_own("sh"));
    assert_int_equal(errno, ENOENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(programs_are_found_in_fixed_folders),
        cmocka_unit_test(the_status_is_known),
        cmocka_unit_test(what_cannot_be_started_is_told_at_once),
        cmocka_unit_test(the_environment_is_husks_own),
        cmocka_unit_test(signals_are_as_in_a_fresh_process),
        cmocka_unit_test(the_session_is_its_own),
        cmocka_unit_test(no_fd_of_ours_is_passed_on),
        cmocka_unit_test(the_named_fds_are),
        cmocka_unit_test(programs_of_our_own_are_beside_us),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
