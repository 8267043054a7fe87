#include "base/str.h"
#include "base/util.h"
#include "spec/profile_vars.h"
#include <pwd.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* The value of NAME, which is a variable. */
static const char *value(const char *name)
{
    const char *v = "untouched";

    assert_true(profile_variable(name, strlen(name), &v));
    return v;
}

static void folders_are_cleaned(void **state HUSK_UNUSED)
{
    setenv("HOME", "/home//u/./", 1);
    setenv("XDG_RUNTIME_DIR", "/run/user/../x", 1);
    assert_string_equal(value("HOME"), "/home/u");
    assert_string_equal(profile_home(), "/home/u");
    assert_string_equal(value("XDG_RUNTIME_DIR"), "/run/x");
}

/* A profile that made a private HOME of these would put a tmpfs on the root. */
static void the_root_is_no_folder_of_anyones(void **state HUSK_UNUSED)
{
    static const char *const wrong[] = {"", "/", "//", "/.", "/a/..", "/..", "relative", "~"};

    for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
        setenv("HOME", wrong[i], 1);
        setenv("XDG_RUNTIME_DIR", wrong[i], 1);
        assert_null(value("HOME"));
        assert_null(profile_home());
        assert_null(value("XDG_RUNTIME_DIR"));
    }
    unsetenv("HOME");
    unsetenv("XDG_RUNTIME_DIR");
    assert_null(value("HOME"));
    assert_null(value("XDG_RUNTIME_DIR"));
}

static void ids_are_numbers(void **state HUSK_UNUSED)
{
    char text[20];

    snprintf(text, sizeof text, "%u", (unsigned)getuid());
    assert_string_equal(value("UID"), text);
    snprintf(text, sizeof text, "%u", (unsigned)getgid());
    assert_string_equal(value("GID"), text);
}

/* The environment does not decide who this user is. */
static void the_name_comes_from_passwd(void **state HUSK_UNUSED)
{
    FILE *file = fopen("/etc/passwd", "re");
    const struct passwd *entry = NULL;

    while (file && (entry = fgetpwent(file)) && entry->pw_uid != getuid())
        ;
    setenv("USER", "somebody-else", 1);
    assert_string_equal(value("USER"), entry ? entry->pw_name : "somebody-else");
    if (!entry) {
        setenv("USER", "../x", 1);
        assert_null(value("USER"));
    }
    if (file)
        fclose(file);
}

static void the_current_folder(void **state HUSK_UNUSED)
{
    assert_int_equal(chdir("/usr"), 0);
    assert_string_equal(value("CWD"), "/usr");
}

static void the_environment_is_named(void **state HUSK_UNUSED)
{
    setenv("A_B", "c", 1);
    setenv("EMPTY", "", 1);
    unsetenv("UNSET");
    assert_string_equal(value("ENV:A_B"), "c");
    assert_string_equal(value("ENV:EMPTY"), "");
    assert_null(value("ENV:UNSET"));
}

static void there_are_no_others(void **state HUSK_UNUSED)
{
    static const char *const wrong[] = {"",    "HOM",  "HOMEX",   "home",   "PATH",
                                        "ENV", "ENV:", "env:A_B", "ENV:A=B"};
    const char *v = "untouched";

    for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
        assert_false(profile_variable(wrong[i], strlen(wrong[i]), &v));
    assert_string_equal(v, "untouched");
    /* Only SIZE bytes count. */
    assert_true(profile_variable("UIDX", 3, &v));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(folders_are_cleaned), cmocka_unit_test(the_root_is_no_folder_of_anyones),
        cmocka_unit_test(ids_are_numbers),     cmocka_unit_test(the_name_comes_from_passwd),
        cmocka_unit_test(the_current_folder),  cmocka_unit_test(the_environment_is_named),
        cmocka_unit_test(there_are_no_others),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
