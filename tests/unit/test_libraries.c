/* The files that husk-seccomp's answers depend on: itself, and the libraries that it was started with. */
#include "seccomp/libraries.h"
#include "capture.h"

static struct seccomp_dependency noted[SECCOMP_DEPENDENCIES];

static void libraries_are_found_where_they_were_loaded_from(void **state HUSK_UNUSED)
{
    assert_true(libraries_note("/proc/self/exe", noted));
    assert_string_equal(noted[0].path, "/proc/self/exe");
    assert_non_null(strstr(noted[1].path, "libseccomp"));
    assert_non_null(strstr(noted[2].path, "libjson-c"));
    for (size_t i = 0; i < SECCOMP_DEPENDENCIES; i++)
        assert_int_equal(access(noted[i].path, R_OK), 0);
}

static void without_one_of_them_nothing_is_noted(void **state HUSK_UNUSED)
{
    assert_false(libraries_note("/nonexistent/husk-seccomp", noted));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(libraries_are_found_where_they_were_loaded_from),
        cmocka_unit_test(without_one_of_them_nothing_is_noted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
