/* The options of what protects a second time. */
#include "parse.h"

static void landlock_has_parts(void **state HUSK_UNUSED)
{
    assert_int_equal(NONE("x"), 0);
    assert_false(spec.landlock.set);
    assert_int_equal(spec.landlock.parts, 0);
    assert_int_equal(HUSK("x"), 0);
    assert_int_equal(spec.landlock.parts, LANDLOCK_ALL);
    assert_non_null(spec.landlock.from.file);
    assert_int_equal(HUSK("--landlock", "none", "x"), 0);
    assert_true(spec.landlock.set && spec.landlock.parts == 0);
    assert_string_equal(said, "");
    assert_int_equal(NONE("--landlock", "files", "x"), 0);
    assert_int_equal(spec.landlock.parts, LANDLOCK_FILES);
    assert_int_equal(NONE("--landlock", "signals,abstract", "x"), 0);
    assert_int_equal(spec.landlock.parts, LANDLOCK_SIGNALS | LANDLOCK_ABSTRACT);
    assert_int_equal(NONE("--landlock", "signals", "--landlock", "files", "x"), 0);
    assert_int_equal(spec.landlock.parts, LANDLOCK_FILES);
    assert_string_equal(said, "husk: Only the last --landlock option will take effect\n");
    assert_int_equal(NONE("--landlock", "file", "x"), -EINVAL);
    assert_string_equal(said, "husk: --landlock file: there is all, none, files, abstract, signals; not file\n");
    assert_int_equal(NONE("--landlock", "files,", "x"), -EINVAL);
    assert_int_equal(NONE("--landlock", "", "x"), -EINVAL);
    assert_int_equal(BWRAP("--landlock", "all", "x"), -EINVAL);
}

static void ports_add_up(void **state HUSK_UNUSED)
{
    assert_int_equal(HUSK("x"), 0);
    assert_false(spec.tcp_connect.set || spec.tcp_bind.set);
    assert_int_equal(NONE("--tcp-connect", "443,8000-8080", "--tcp-connect=0", "--tcp-bind", "none", "x"), 0);
    assert_string_equal(said, "");
    assert_int_equal(spec.tcp_connect.ranges.count, 3);
    assert_int_equal(spec.tcp_connect.ranges.items[0].first, 443);
    assert_int_equal(spec.tcp_connect.ranges.items[0].last, 443);
    assert_int_equal(spec.tcp_connect.ranges.items[1].first, 8000);
    assert_int_equal(spec.tcp_connect.ranges.items[1].last, 8080);
    assert_int_equal(spec.tcp_connect.ranges.items[2].last, 0);
    assert_true(spec.tcp_bind.set);
    assert_int_equal(spec.tcp_bind.ranges.count, 0);
    assert_int_equal(NONE("--tcp-bind", "65535", "x"), 0);
    assert_int_equal(spec.tcp_bind.ranges.items[0].last, 65535);
}

static void others_are_no_ports(void **state HUSK_UNUSED)
{
    static char words[][8] = {"", ",", "1,", ",1", "x", "1-", "-1", "2-1", "65536", "1-65536", "0x1", "1 ", "none,1", "1-2-3"};

    for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
        assert_int_equal(NONE("--tcp-bind", words[i], "x"), -EINVAL);
        assert_non_null(strstr(said, ": ports from 0 to 65535 are wanted"));
    }
}

static void what_is_required_is_kept_in_order(void **state HUSK_UNUSED)
{
    assert_int_equal(NONE("--require", "landlock:6", "--require", "x", "-v", "x"), 0);
    assert_int_equal(spec.required.count, 2);
    assert_string_equal(spec.required.items[0].value, "landlock:6");
    assert_string_equal(spec.required.items[1].value, "x");
    assert_true(spec.verbose);
    write_profile("protected", "require seccomp\nlandlock none\ntcp-bind none\n");
    assert_int_equal(HUSK("-p", "protected", "--require", "pidns", "--landlock", "files", "x"), 0);
    assert_string_equal(said, "");
    assert_int_equal(spec.required.count, 2);
    assert_string_equal(spec.required.items[0].value, "seccomp");
    assert_true(spec.tcp_bind.set);
    assert_int_equal(HUSK("x"), 0);
    assert_int_equal(spec.required.count, 0);
    assert_false(spec.verbose);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(landlock_has_parts),
        cmocka_unit_test(ports_add_up),
        cmocka_unit_test(others_are_no_ports),
        cmocka_unit_test(what_is_required_is_kept_in_order),
    };

    return cmocka_run_group_tests(tests, home_set_up, home_tear_down);
}
