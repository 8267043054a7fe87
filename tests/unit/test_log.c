#include "base/log.h"
#include "capture.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/wait.h>

static int set_up(void **state HUSK_UNUSED)
{
    log_init("husk", false);
    return 0;
}

static void one_failure_is_one_line(void **state HUSK_UNUSED)
{
    const char *said;

    capture_start(STDERR_FILENO);
    log_error("mounting %s", "/a");
    log_hint("look there");
    log_warning("careful");
    assert_int_equal(log_errno(ENOENT, "opening %s", "/b"), -ENOENT);
    said = capture_stop();
    assert_string_equal(said, "husk: mounting /a\n"
                              "husk: hint: look there\n"
                              "husk: careful\n"
                              "husk: opening /b: No such file or directory\n");
}

static void a_line_stays_a_line(void **state HUSK_UNUSED)
{
    const char *said;

    capture_start(STDERR_FILENO);
    log_error("a\nhusk: all is well\x1b[2K");
    said = capture_stop();
    assert_string_equal(said, "husk: a\\nhusk: all is well\\x1b[2K\n");
}

/* Whatever the length, there is one newline, at the end, and the errno is not lost. */
static void long_texts_are_cut_off(void **state HUSK_UNUSED)
{
    static const char *const parts[] = {"a", "\x01", "\xc3\xa4"};

    for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
        char text[20000] = "";
        const char *said;

        while (strlen(text) + 3 < sizeof text - 2)
            strcat(text, parts[i]);
        capture_start(STDERR_FILENO);
        log_errno(ENOENT, "%s", text);
        said = capture_stop();
        assert_true(strlen(said) < 5000);
        assert_ptr_equal(strchr(said, '\n'), said + strlen(said) - 1);
        assert_non_null(strstr(said, ": No such file or directory\n"));
    }
}

static void exit_statuses(void **state HUSK_UNUSED)
{
    assert_int_equal(log_exit_status(EXIT_HUSK), 125);
    assert_int_equal(log_exit_status(EXIT_NOT_EXEC), 126);
    assert_int_equal(log_exit_status(EXIT_NOT_FOUND), 127);
    log_init("bwrap", true);
    assert_true(log_is_bwrap());
    assert_int_equal(log_exit_status(EXIT_HUSK), 1);
    assert_int_equal(log_exit_status(EXIT_NOT_FOUND), 1);
}

static int status_of(void (*end)(void))
{
    pid_t pid = fork();
    int status;

    if (pid == 0) {
        capture_start(STDERR_FILENO);
        end();
        _exit(99);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WEXITSTATUS(status);
}

static void end_plain(void)
{
    die("no");
}

static void end_errno(void)
{
    die_errno(ENOMEM, "no");
}

static void end_on_a_full_disk(void)
{
    int full = open("/dev/full", O_WRONLY | O_CLOEXEC);

    if (log_finish_stdout("writing it") != 0 || dup2(full, STDOUT_FILENO) < 0 || fputs("text", stdout) < 0)
        _exit(1);
    _exit(log_finish_stdout("writing it") == -ENOSPC ? 0 : 2);
}

static void a_part_of_an_output_is_a_failure(void **state HUSK_UNUSED)
{
    assert_int_equal(status_of(end_on_a_full_disk), 0);
}

static void die_exits(void **state HUSK_UNUSED)
{
    assert_int_equal(status_of(end_plain), 125);
    assert_int_equal(status_of(end_errno), 125);
    log_init("bwrap", true);
    assert_int_equal(status_of(end_plain), 1);
}

/* The last test: there is no way back. */
static void levels_are_for_what_comes_after(void **state HUSK_UNUSED)
{
    const char *said;

    capture_start(STDERR_FILENO);
    log_error("a");
    log_use_level_prefix();
    log_error("b");
    log_warning("c");
    log_hint("d");
    said = capture_stop();
    assert_string_equal(said, "husk: a\n<3>husk: b\n<4>husk: c\n<4>husk: hint: d\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(one_failure_is_one_line, set_up),
        cmocka_unit_test_setup(a_line_stays_a_line, set_up),
        cmocka_unit_test_setup(long_texts_are_cut_off, set_up),
        cmocka_unit_test_setup(exit_statuses, set_up),
        cmocka_unit_test_setup(die_exits, set_up),
        cmocka_unit_test_setup(a_part_of_an_output_is_a_failure, set_up),
        cmocka_unit_test_setup(levels_are_for_what_comes_after, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
