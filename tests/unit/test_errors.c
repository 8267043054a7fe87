/* The texts of errnos: glibc's, whatever libc husk is linked with. */
#include "base/errors.h"
#include "base/util.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <limits.h>
#include <string.h>

/* The tests are linked with the system's libc. */
static void they_are_glibcs(void **state HUSK_UNUSED)
{
#ifdef __GLIBC__
    for (int err = 0; err < 200; err++)
        assert_string_equal(error_text(err), strerror(err));
#else
    assert_string_equal(error_text(EINVAL), "Invalid argument");
#endif
}

static void no_number_is_too_odd(void **state HUSK_UNUSED)
{
    assert_string_equal(error_text(-1), "Unknown error -1");
    assert_string_equal(error_text(INT_MAX), "Unknown error 2147483647");
    assert_string_equal(error_text(INT_MIN), "Unknown error -2147483648");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(they_are_glibcs),
        cmocka_unit_test(no_number_is_too_odd),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
