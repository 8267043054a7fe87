#include "spec/suggest.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void near_names_are_found(void **state HUSK_UNUSED)
{
    assert_string_equal(suggest_option("bnd", false), "bind");
    assert_string_equal(suggest_option("binds", false), "bind");
    assert_string_equal(suggest_option("unshare-nett", false), "unshare-net");
    assert_string_equal(suggest_option("unsharenet", false), "unshare-net");
    assert_string_equal(suggest_option("die-wiht-parent", false), "die-with-parent");
    assert_string_equal(suggest_option("ro_bind", false), "ro-bind");
}

static void far_names_are_not(void **state HUSK_UNUSED)
{
    char long_word[1000];

    memset(long_word, 'a', sizeof long_word - 1);
    long_word[sizeof long_word - 1] = 0;
    assert_null(suggest_option("no-such-option", false));
    assert_null(suggest_option("zzzz", false));
    assert_null(suggest_option(long_word, false));
    assert_null(suggest_option("", false));
}

static void one_name_and_more_is_found(void **state HUSK_UNUSED)
{
    assert_string_equal(suggest_option("network", false), "net");
    assert_string_equal(suggest_option("write-only", false), "write");
    assert_string_equal(suggest_option("disable", false), "disable-userns");
    assert_null(suggest_option("unshare", false)); /* which one? */
}

static void each_place_has_its_own(void **state HUSK_UNUSED)
{
    assert_string_equal(suggest_option("includ", true), "include");
    assert_null(suggest_option("includ", false));
    assert_string_equal(suggest_option("print-profil", false), "print-profile");
    assert_null(suggest_option("print-profil", true));
}

static void joined_letters_are_taken_apart(void **state HUSK_UNUSED)
{
    assert_string_equal(suggest_letters("-vw"), "-v -w");
    assert_string_equal(suggest_letters("-vrw"), "-v -r -w");
    assert_null(suggest_letters("-v"));
    assert_null(suggest_letters("-"));
    assert_null(suggest_letters("vw"));
    assert_null(suggest_letters("--"));
    assert_null(suggest_letters("-v-"));
    assert_null(suggest_letters("-vz"));
    assert_null(suggest_letters("-w."));
    assert_null(suggest_letters("-vvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvv"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(near_names_are_found),
        cmocka_unit_test(far_names_are_not),
        cmocka_unit_test(one_name_and_more_is_found),
        cmocka_unit_test(each_place_has_its_own),
        cmocka_unit_test(joined_letters_are_taken_apart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
