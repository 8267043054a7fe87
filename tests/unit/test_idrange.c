#include "spec/idrange.h"
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void check(const char *text, uint32_t inside, uint32_t outside, uint32_t count)
{
    struct id_range r = {7, 7, 7};

    assert_true(idrange_parse(text, &r));
    assert_true(r.inside == inside && r.outside == outside && r.count == count);
}

static void ranges_are_read(void **state HUSK_UNUSED)
{
    check("0:1000:1", 0, 1000, 1);
    check("1:100000:65536", 1, 100000, 65536);
    check("0:0:4294967295", 0, 0, 4294967295);
    check("4294967294:4294967294:1", 4294967294, 4294967294, 1);
    check("1:2147483648:2147483647", 1, 2147483648, 2147483647);
}

static void all_else_is_refused(void **state HUSK_UNUSED)
{
    static const char *const wrong[] = {
        "",
        "0",
        "0:1",
        "0:1:",
        ":1:1",
        "0::1",
        "0:1:0",
        "0:1:2:3",
        "0:1:2:",
        "-1:0:1",
        "0:-1:1",
        "0:0:-1",
        "+0:0:1",
        " 0:0:1",
        "0:0:1 ",
        "0x0:0:1",
        "a:0:1",
        "0:0:1000x",
        "0:0:4294967296",
        "4294967295:0:1",
        "0:4294967295:1",
        "1:0:4294967295",
        "0:1:4294967295",
        "4294967294:0:2",
        "0:4294967294:2",
        "2147483648:0:2147483648",
        "00000000000:0:1",
        "0:0",
    };
    struct id_range r = {7, 7, 7};

    for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
        assert_false(idrange_parse(wrong[i], &r));
    assert_true(r.inside == 7 && r.outside == 7 && r.count == 7);
}

static void overlap_both_ways(const struct id_range *a, const struct id_range *b, bool wanted)
{
    assert_int_equal(idrange_overlap(a, b), wanted);
    assert_int_equal(idrange_overlap(b, a), wanted);
}

static void overlaps_are_found(void **state HUSK_UNUSED)
{
    const struct id_range a = {10, 1000, 10};

    overlap_both_ways(&a, &a, true);
    overlap_both_ways(&a, &(struct id_range){20, 2000, 1}, false);
    overlap_both_ways(&a, &(struct id_range){19, 2000, 1}, true);
    overlap_both_ways(&a, &(struct id_range){0, 2000, 10}, false);
    overlap_both_ways(&a, &(struct id_range){0, 2000, 11}, true);
    overlap_both_ways(&a, &(struct id_range){0, 1010, 1}, false);
    overlap_both_ways(&a, &(struct id_range){0, 1009, 1}, true);
    overlap_both_ways(&a, &(struct id_range){0, 999, 1}, false);
    overlap_both_ways(&a, &(struct id_range){0, 0, 4294967295}, true);
    overlap_both_ways(&(struct id_range){0, 0, 4294967294},
                      &(struct id_range){4294967294, 4294967294, 1}, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranges_are_read),
        cmocka_unit_test(all_else_is_refused),
        cmocka_unit_test(overlaps_are_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
