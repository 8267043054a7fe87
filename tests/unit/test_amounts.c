/* What the limits of a cgroup are written as. */
#include "spec/amounts.h"
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static uint64_t value;

static void sizes_are_in_powers_of_1024(void **state HUSK_UNUSED)
{
    static const struct {
        const char *text;
        uint64_t want;
    } sizes[] = {{"1", 1},          {"200M", 200 << 20},   {"200m", 200 << 20}, {"64k", 64 << 10},
                 {"1.5G", 3ULL << 29}, {"2t", 2ULL << 40}, {"7b", 7},           {"0.5k", 512},
                 {".5k", 512},         {"1.000000001k", 1024}};

    for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
        assert_true(amount_size(sizes[i].text, &value));
        assert_int_equal(value, sizes[i].want);
    }
    assert_true(amount_size("unlimited", &value) && value == AMOUNT_UNLIMITED);
    assert_true(amount_size("-1", &value) && value == AMOUNT_UNLIMITED);
}

static void what_is_no_size(void **state HUSK_UNUSED)
{
    static const char *const wrong[] = {"", "0", "M", "-2", "1x", "1MB", "1 M", "+1", ".", ".k", ".-5k", "1.", "1.k",
                                        "1..5k", "1.2.3k", "0x10", "99999999999t", "1.0000000001k", "max", "0.1"};

    for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
        if (amount_size(wrong[i], &value))
            fail_msg("%s is no size", wrong[i]);
}

static void processors_are_parts_of_a_period(void **state HUSK_UNUSED)
{
    assert_true(amount_cpus("0.5", &value) && value == 50000);
    assert_true(amount_cpus(".5", &value) && value == 50000);
    assert_true(amount_cpus("2", &value) && value == 200000);
    assert_true(amount_cpus("0.01", &value) && value == 1000);
    assert_true(amount_cpus("1.123456", &value) && value == 112345);
    assert_true(amount_cpus("unlimited", &value) && value == AMOUNT_UNLIMITED);
    assert_false(amount_cpus("0.009", &value) || amount_cpus("0", &value) || amount_cpus("-1", &value) ||
                 amount_cpus("1k", &value) || amount_cpus("", &value) || amount_cpus(".", &value) ||
                 amount_cpus("8193", &value));
}

static void counts_have_bounds(void **state HUSK_UNUSED)
{
    assert_true(amount_count("10", 10, false, &value) && value == 10);
    assert_true(amount_count("-1", 10, true, &value) && value == AMOUNT_UNLIMITED);
    assert_false(amount_count("11", 10, true, &value) || amount_count("0", 10, true, &value) ||
                 amount_count("-1", 10, false, &value) || amount_count("", 10, true, &value));
}

static void disks_have_limits_by_key(void **state HUSK_UNUSED)
{
    struct opt_io_max io = {0};

    assert_true(amount_io("/dev/disk/by-id/a:b:rbps=10M,wiops=100", &io));
    assert_string_equal(io.device, "/dev/disk/by-id/a:b");
    assert_true(io.rbps == 10 << 20 && io.wiops == 100 && !io.wbps && !io.riops);
    io = (struct opt_io_max){0};
    assert_true(amount_io("8:16:wbps=unlimited", &io));
    assert_string_equal(io.device, "8:16");
    assert_true(io.wbps == AMOUNT_UNLIMITED);
}

static void what_are_no_limits_of_a_disk(void **state HUSK_UNUSED)
{
    static const char *const wrong[] = {"",          "/dev/sda",        "/dev/sda:",      "/dev/sda:rbps",
                                        ":rbps=1",   "/dev/sda:rbps=",  "/dev/sda:x=1",   "rbps=1",
                                        "a:rbps=1,", "a:rbps=1,rbps=2", "a:riops=1k"};

    for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
        struct opt_io_max io = {0};

        if (amount_io(wrong[i], &io))
            fail_msg("%s is none", wrong[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes_are_in_powers_of_1024),
        cmocka_unit_test(what_is_no_size),
        cmocka_unit_test(processors_are_parts_of_a_period),
        cmocka_unit_test(counts_have_bounds),
        cmocka_unit_test(disks_have_limits_by_key),
        cmocka_unit_test(what_are_no_limits_of_a_disk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
