/* Id maps as the kernel takes them. */
#include "gate/idmap_text.h"
#include "capture.h"

static const struct id_range map[] = {{0, 1000, 1}, {1, 100000, 65536}};

static void a_line_is_a_range(void **state HUSK_UNUSED)
{
    char text[ID_TEXT];

    assert_true(idmap_text(text, sizeof text, map, 2));
    assert_string_equal(text, "0 1000 1\n1 100000 65536\n");
    assert_true(idmap_identity(text, sizeof text, map, 2));
    assert_string_equal(text, "0 0 1\n1 1 65536\n");
    assert_true(idmap_text(text, sizeof text, map, 0));
    assert_string_equal(text, "");
}

/* The longest line fits into ID_LINE bytes, and not into one byte less than it needs. */
static void what_does_not_fit_is_told(void **state HUSK_UNUSED)
{
    const struct id_range wide = {4294967294, 4294967294, 4294967295};
    char text[ID_LINE];
    size_t n;

    assert_true(idmap_text(text, sizeof text, &wide, 1));
    assert_string_equal(text, "4294967294 4294967294 4294967295\n");
    n = strlen(text);
    assert_true(idmap_text(text, n + 1, &wide, 1));
    assert_false(idmap_text(text, n, &wide, 1));
    assert_false(idmap_text(text, 1, &wide, 1));
}

static void a_page_of_ranges_is_the_limit(void **state HUSK_UNUSED)
{
    static struct id_range many[340];
    char text[ID_TEXT];

    for (size_t i = 0; i < ARRAY_SIZE(many); i++)
        many[i] = (struct id_range){(uint32_t)i, (uint32_t)i, 1};
    assert_true(idmap_text(text, sizeof text, many, ARRAY_SIZE(many)));
    assert_int_equal(text[strlen(text) - 1], '\n');
    for (size_t i = 0; i < ARRAY_SIZE(many); i++)
        many[i].outside = 4000000000;
    assert_false(idmap_text(text, sizeof text, many, ARRAY_SIZE(many)));
    assert_true(idmap_identity(text, sizeof text, many, ARRAY_SIZE(many)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_is_a_range),
        cmocka_unit_test(what_does_not_fit_is_told),
        cmocka_unit_test(a_page_of_ranges_is_the_limit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
