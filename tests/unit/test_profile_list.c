#include "parse.h"
#include "spec/profile.h"
#include <pty.h>

static const char *list(void)
{
    log_init("husk", false);
    capture_start(STDOUT_FILENO);
    assert_int_equal(profile_list(), 0);
    return capture_stop();
}

static bool has_row(const char *text, const char *name, const char *place)
{
    return strstr(text, arena_printf("%-20s %s\n", name, place)) != NULL;
}

/* Where an older husk is installed, its files are the ones that are listed. */
static void built_in_ones_are_listed(void **state HUSK_UNUSED)
{
    const char *text = list();

    for (size_t i = 0; i < builtin_profile_count; i++)
        assert_non_null(strstr(text, builtin_profiles[i].name));
}

static void files_hide_what_is_behind(void **state HUSK_UNUSED)
{
    const char *none = write_profile("none", ""), *mine = write_profile("mine", ""), *text;

    write_file(".config/husk/profiles/not-one", "");
    write_file(".config/husk/profiles/a b.profile", "");
    write_file(".config/husk/profiles/.profile", "");
    text = list();
    assert_true(has_row(text, "none", none));
    assert_null(strstr(strstr(text, none) + 1, "none "));
    assert_true(has_row(text, "mine", mine));
    assert_null(strstr(text, "not-one"));
    assert_null(strstr(text, "a b"));
    assert_true(strstr(text, "mine") < strstr(text, "none")); /* sorted */
    unlink(none);
}

static void a_folder_that_cannot_be_listed_is_an_error(void **state HUSK_UNUSED)
{
    log_init("husk", false);
    setenv("XDG_CONFIG_HOME", path_join(home, "loop"), 1);
    assert_int_equal(symlink("loop", path_join(home, "loop")), 0);
    capture_start(STDERR_FILENO);
    assert_true(profile_list() < 0);
    assert_non_null(strstr(capture_stop(), "loop/husk/profiles"));
    unsetenv("XDG_CONFIG_HOME");
}

static void profiles_are_printed_whole(void **state HUSK_UNUSED)
{
    const char *text = "# a comment\n\n\tbind \"a\\\\\" b # c\n";

    write_profile("mine", text);
    log_init("husk", false);
    capture_start(STDOUT_FILENO);
    assert_int_equal(profile_print("mine"), 0);
    assert_string_equal(capture_stop(), text);
}

static void what_is_not_there_is_not_printed(void **state HUSK_UNUSED)
{
    const char *text;

    log_init("husk", false);
    capture_start(STDERR_FILENO);
    assert_int_equal(profile_print("no-such-profile"), -ENOENT);
    text = capture_stop();
    assert_int_equal(
        strncmp(text, "husk: --print-profile no-such-profile: there is no profile", 50), 0);
}

/* On a terminal a profile cannot hide what it does. */
static void terminals_see_control_characters(void **state HUSK_UNUSED)
{
    static const char want[] = "bind / /\\x1b[2K\r\nclearenv\r\n";
    int master, slave, saved = dup(STDOUT_FILENO);
    char text[sizeof want] = "";
    size_t length = 0;

    write_profile("evil", "bind / /\x1b[2K\nclearenv\n");
    log_init("husk", false);
    assert_int_equal(openpty(&master, &slave, NULL, NULL, NULL), 0);
    fflush(NULL);
    dup2(slave, STDOUT_FILENO);
    assert_int_equal(profile_print("evil"), 0);
    fflush(stdout);
    dup2(saved, STDOUT_FILENO);
    while (length < sizeof text - 1) { /* a terminal may give it line by line */
        ssize_t n = read(master, text + length, sizeof text - 1 - length);

        assert_true(n > 0);
        length += (size_t)n;
    }
    assert_string_equal(text, want);
    close(master);
    close(slave);
    close(saved);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(built_in_ones_are_listed),
        cmocka_unit_test(files_hide_what_is_behind),
        cmocka_unit_test(a_folder_that_cannot_be_listed_is_an_error),
        cmocka_unit_test(profiles_are_printed_whole),
        cmocka_unit_test(what_is_not_there_is_not_printed),
        cmocka_unit_test(terminals_see_control_characters),
    };

    return cmocka_run_group_tests(tests, home_set_up, home_tear_down);
}
