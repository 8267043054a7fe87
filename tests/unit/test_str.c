#include "base/str.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void number_is_strict(void **state HUSK_UNUSED)
{
    static const char *const wrong[] = {"",    " 1", "1 ",    "+1",  "-1",  "-0",
                                        "0x1", "1x", "1000x", "1.0", "1e3", "\xd9\xa1"};
    uint64_t v = 77;

    for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
        assert_false(parse_number(wrong[i], 10, UINT64_MAX, &v));
    assert_false(parse_number("8", 8, UINT64_MAX, &v));
    assert_false(parse_number("2", 10, 1, &v));
    assert_false(parse_number("10", 10, 9, &v));
    assert_int_equal(v, 77);
    assert_true(parse_number("0", 10, 0, &v));
    assert_int_equal(v, 0);
    assert_true(parse_number("0007", 10, 7, &v));
    assert_int_equal(v, 7);
    assert_true(parse_number("7777", 8, 07777, &v));
    assert_int_equal(v, 07777);
    assert_false(parse_number("10000", 8, 07777, &v));
}

static void number_does_not_wrap(void **state HUSK_UNUSED)
{
    uint64_t v = 77;

    assert_true(parse_number("18446744073709551615", 10, UINT64_MAX, &v));
    assert_true(v == UINT64_MAX);
    v = 77;
    assert_false(parse_number("18446744073709551616", 10, UINT64_MAX, &v));
    assert_false(parse_number("184467440737095516150", 10, UINT64_MAX, &v));
    assert_false(parse_number("99999999999999999999999", 10, UINT64_MAX, &v));
    assert_int_equal(v, 77);
}

static void id_is_32_bit_and_never_minus_1(void **state HUSK_UNUSED)
{
    static const char *const wrong[] = {"", "-1", "4294967295", "4294967296", "1000x", "0x10"};
    uint32_t id = 77;

    for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
        assert_false(parse_id(wrong[i], &id));
    assert_int_equal(id, 77);
    assert_true(parse_id("4294967294", &id));
    assert_true(id == 4294967294);
    assert_true(parse_id("0", &id));
    assert_int_equal(id, 0);
}

static void fd_fits_an_int(void **state HUSK_UNUSED)
{
    int fd = 77;

    assert_false(parse_fd("-1", &fd));
    assert_false(parse_fd("2147483648", &fd));
    assert_int_equal(fd, 77);
    assert_true(parse_fd("2147483647", &fd));
    assert_int_equal(fd, 2147483647);
}

static void check_seconds(const char *text, int64_t seconds, uint32_t nanoseconds)
{
    int64_t s = 77;
    uint32_t ns = 77;

    assert_true(parse_seconds(text, &s, &ns));
    assert_int_equal(s, seconds);
    assert_int_equal(ns, nanoseconds);
}

static void seconds_have_fractions_and_signs(void **state HUSK_UNUSED)
{
    static const char *const wrong[] = {"",   "-",  "+1",           ".",
                                        ".5", "1.", "1.1234567890", "--1",
                                        "1s", " 1", "1.5.5",        "99999999999999999999"};
    int64_t s = 77;
    uint32_t ns = 77;

    check_seconds("0", 0, 0);
    check_seconds("-0", 0, 0);
    check_seconds("3.25", 3, 250000000);
    check_seconds("0.000000001", 0, 1);
    check_seconds("-0.5", -1, 500000000);
    check_seconds("-86400", -86400, 0);
    check_seconds("-2.999999999", -3, 1);
    for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
        assert_false(parse_seconds(wrong[i], &s, &ns));
    assert_int_equal(s, 77);
}

static void check_escaped(const char *text, const char *wanted)
{
    char buf[200];

    assert_int_equal(escape_control(buf, sizeof buf, text), strlen(wanted));
    assert_string_equal(buf, wanted);
}

static void control_characters_are_escaped(void **state HUSK_UNUSED)
{
    check_escaped("plain /a b", "plain /a b");
    check_escaped("a\nb\tc\x1b[31m\x7f", "a\\nb\\tc\\x1b[31m\\x7f");
    check_escaped("\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80");
    check_escaped("\xc2\x9b", "\\xc2\\x9b");          /* CSI as one character */
    check_escaped("\xc0\xaf", "\\xc0\\xaf");          /* an overlong / */
    check_escaped("\xe0\x80\xaf", "\\xe0\\x80\\xaf"); /* the same, longer */
    check_escaped("\xed\xa0\x80", "\\xed\\xa0\\x80"); /* a surrogate */
    check_escaped("\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80");
    check_escaped("a\xff", "a\\xff");
    check_escaped("\xe2\x82", "\\xe2\\x82"); /* ends in the middle */
}

static void escaped_text_fits(void **state HUSK_UNUSED)
{
    char buf[16];

    for (size_t size = 1; size <= sizeof buf; size++) {
        size_t n;

        memset(buf, 'Z', sizeof buf);
        n = escape_control(buf, size, "ab\x1b\xc3\xa4\x01zzzzzzzzzzzzzzzz");
        assert_true(n < size);
        assert_int_equal(buf[n], 0);
        assert_int_equal(strlen(buf), n);
        for (size_t i = size; i < sizeof buf; i++)
            assert_int_equal(buf[i], 'Z');
        if (size > 4)
            assert_string_equal(buf + n - 3, "...");
    }
    assert_int_equal(escape_control(buf, 5, "abcd"), 4);
    assert_string_equal(buf, "abcd");
    assert_int_equal(escape_control(buf, 5, "abcde"), 4);
    assert_string_equal(buf, "a...");
}

static void json_is_escaped(void **state HUSK_UNUSED)
{
    char buf[100];

    assert_true(escape_json(buf, sizeof buf, "a\"b\\c\n\x01\xc3\xa4\xff"));
    assert_string_equal(buf, "\"a\\\"b\\\\c\\u000a\\u0001\xc3\xa4\\ufffd\"");
    assert_true(escape_json(buf, 3, ""));
    assert_string_equal(buf, "\"\"");
    assert_false(escape_json(buf, 2, ""));
    assert_true(escape_json(buf, 6, "abc"));
    assert_false(escape_json(buf, 5, "abc"));
}

static void json_has_no_c1_controls(void **state HUSK_UNUSED)
{
    char buf[100];

    assert_true(escape_json(buf, sizeof buf, "\xc2\x9b"));
    assert_null(strchr(buf, '\x9b'));
}

static void prefixes(void **state HUSK_UNUSED)
{
    assert_true(starts_with("abc", ""));
    assert_true(starts_with("abc", "abc"));
    assert_false(starts_with("ab", "abc"));
    assert_true(streq("", ""));
    assert_false(streq("a", "A"));
}

static bool dies(bool by_format, size_t size, const char *s)
{
    char buf[16];
    pid_t pid = fork();
    int status;

    assert_true(pid >= 0);
    if (pid == 0) {
        prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); /* no core file */
        _exit(by_format ? str_format(buf, size, "%s", s) != strlen(s) : str_copy(buf, size, s) != strlen(s));
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status) || WEXITSTATUS(status) == 0);
    return WIFSIGNALED(status);
}

static void what_does_not_fit_ends_it(void **state HUSK_UNUSED)
{
    char buf[4] = "ZZZ";

    assert_int_equal(str_copy(buf, sizeof buf, "ab"), 2);
    assert_string_equal(buf, "ab");
    assert_int_equal(str_format(buf, sizeof buf, "%d%c", 12, 'x'), 3);
    assert_string_equal(buf, "12x");
    for (int by_format = 0; by_format < 2; by_format++) {
        assert_false(dies(by_format, 4, "abc"));
        assert_true(dies(by_format, 3, "abc"));
        assert_false(dies(by_format, 1, ""));
        assert_true(dies(by_format, 0, ""));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(number_is_strict),
        cmocka_unit_test(number_does_not_wrap),
        cmocka_unit_test(id_is_32_bit_and_never_minus_1),
        cmocka_unit_test(fd_fits_an_int),
        cmocka_unit_test(seconds_have_fractions_and_signs),
        cmocka_unit_test(control_characters_are_escaped),
        cmocka_unit_test(escaped_text_fits),
        cmocka_unit_test(json_is_escaped),
        cmocka_unit_test(json_has_no_c1_controls),
        cmocka_unit_test(prefixes),
        cmocka_unit_test(what_does_not_fit_ends_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
