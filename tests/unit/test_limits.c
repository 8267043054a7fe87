/* What limits, durations and lists of processors are written as. */
#include "spec/limits.h"
#include "base/str.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int resource;
static struct rlimit value;

static void is(const char *text, int want, rlim_t soft, rlim_t hard)
{
    const char *reason = limit_parse(text, &resource, &value);

    if (reason)
        fail_msg("%s: %s", text, reason);
    assert_int_equal(resource, want);
    assert_true(value.rlim_cur == soft && value.rlim_max == hard);
}

static void every_resource_has_its_name(void **state HUSK_UNUSED)
{
    bool seen[RLIM_NLIMITS] = {false};

    assert_int_equal(limit_name_count, RLIM_NLIMITS);
    for (size_t i = 0; i < limit_name_count; i++) {
        char text[64];

        assert_false(seen[limit_names[i].resource]);
        seen[limit_names[i].resource] = true;
        assert_string_equal(limit_name(limit_names[i].resource), limit_names[i].name);
        strcat(strcpy(text, limit_names[i].name), "=7");
        is(text, limit_names[i].resource, 7, 7);
    }
}

static void one_value_is_both(void **state HUSK_UNUSED)
{
    is("nofile=1024", RLIMIT_NOFILE, 1024, 1024);
    is("nofile=1024:2048", RLIMIT_NOFILE, 1024, 2048);
    is("core=0:unlimited", RLIMIT_CORE, 0, RLIM_INFINITY);
    is("cpu=unlimited", RLIMIT_CPU, RLIM_INFINITY, RLIM_INFINITY);
    is("as=unlimited:unlimited", RLIMIT_AS, RLIM_INFINITY, RLIM_INFINITY);
}

static void bytes_have_units(void **state HUSK_UNUSED)
{
    is("as=1k", RLIMIT_AS, 1024, 1024);
    is("fsize=3M:2G", RLIMIT_FSIZE, 3 << 20, 2ULL << 30);
    is("stack=17179869183G", RLIMIT_STACK, 17179869183ULL << 30, 17179869183ULL << 30);
    is("data=18446744073709551614", RLIMIT_DATA, RLIM_INFINITY - 1, RLIM_INFINITY - 1);
}

static void all_else_is_refused(void **state HUSK_UNUSED)
{
    static const char *const wrong[] = {
        "",           "nofile",      "=1",          "nofile=",     "nofile=:1",    "nofile=1:",
        "nofile=1:2:3", "nofile=1k", "Nofile=1",    "nofile =1",   "nofile=-1",    "nofile=+1",
        "nofile= 1",  "nofile=0x10", "nofile=1.5",  "nofiles=1",   "nofil=1",      "RLIMIT_NOFILE=1",
        "as=k",       "as=1K",       "as=1kM",      "as=1kB",      "as=1 k",       "as=unlimitedk",
        "as=Unlimited", "as=inf",    "as=-1",       "as=17179869184G", "cpu=18446744073709551615",
        "cpu=18446744073709551616", "cpu=000000000000000000000000001", "nofile=2:1",
        "nofile=unlimited:5",
    };

    resource = -7;
    for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
        if (!limit_parse(wrong[i], &resource, &value))
            fail_msg("%s", wrong[i]);
    assert_int_equal(resource, -7);
}

/* ---- durations ----------------------------------------------------------------------------- */

static void durations_have_units_and_decimals(void **state HUSK_UNUSED)
{
    static const struct {
        const char *text;
        int64_t ns;
    } right[] = {
        {"1", 1000000000},           {"30s", 30000000000},       {"0.5", 500000000},
        {"1.5m", 90000000000},       {"2h", 7200000000000},      {"0.000000001", 1},
        {"0.25d", 21600000000000},   {"007", 7000000000},        {"36600d", 3162240000000000000},
        {"3162240000", 3162240000000000000},
    };
    int64_t ns;

    for (size_t i = 0; i < ARRAY_SIZE(right); i++) {
        assert_true(duration_parse(right[i].text, &ns));
        assert_int_equal(ns, right[i].ns);
    }
}

/* timeout(1) takes 0 for no limit at all. */
static void no_other_durations(void **state HUSK_UNUSED)
{
    static const char *const wrong[] = {
        "",      "s",     "0",    "0s",   "0.0",       "-1",     "+1",     "1 s",         " 1",
        "1ms",   "1S",    "1ss",  "1.",   ".5",        "1.5.5",  "1e3",    "0x10",        "inf",
        "infinity", "nan", "36601d", "3162240001", "18446744073709551617", "99999999999999999999999d",
        "0.0000000001", "1,5", "1:30", "0.00000000000000000000000000000000000000000000001",
    };
    int64_t ns = -7;

    for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
        if (duration_parse(wrong[i], &ns))
            fail_msg("%s", wrong[i]);
    assert_int_equal(ns, -7);
}

/* ---- processors, numbers ------------------------------------------------------------------- */

static void processors_are_numbers_and_ranges(void **state HUSK_UNUSED)
{
    struct cpu_list list = {0};

    assert_true(cpus_parse("0-3,5,70-71,8191,2-4", &list));
    for (unsigned i = 0; i < CPU_LIMIT; i++)
        assert_int_equal(cpus_has(&list, i), i <= 5 || i == 70 || i == 71 || i == 8191);
}

static void no_other_lists(void **state HUSK_UNUSED)
{
    static const char *const wrong[] = {"",   ",",    "0,",   ",0",   "0,,1",  "3-1", "-1", "1-",
                                        "0-", "8192", "0-8192", "0-7:2", "all", "0x1", "1 2", "1, 2",
                                        "1-2-3", "00000000000000000001"};

    for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
        struct cpu_list list = {0};

        if (cpus_parse(wrong[i], &list))
            fail_msg("%s", wrong[i]);
    }
}

static void integers_have_bounds(void **state HUSK_UNUSED)
{
    static const char *const wrong[] = {"", "-", "--1", "+1", " 1", "1 ", "20", "-21", "1.0", "4294967296",
                                        "-4294967296", "18446744073709551617"};
    int n = 7;

    for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
        assert_false(parse_integer(wrong[i], -20, 19, &n));
    assert_int_equal(n, 7);
    assert_true(parse_integer("-20", -20, 19, &n));
    assert_int_equal(n, -20);
    assert_true(parse_integer("19", -20, 19, &n));
    assert_int_equal(n, 19);
    assert_true(parse_integer("-0", -20, 19, &n));
    assert_int_equal(n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_resource_has_its_name),
        cmocka_unit_test(one_value_is_both),
        cmocka_unit_test(bytes_have_units),
        cmocka_unit_test(all_else_is_refused),
        cmocka_unit_test(durations_have_units_and_decimals),
        cmocka_unit_test(no_other_durations),
        cmocka_unit_test(processors_are_numbers_and_ranges),
        cmocka_unit_test(no_other_lists),
        cmocka_unit_test(integers_have_bounds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
