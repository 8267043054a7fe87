#include "base/text.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void an_empty_one_has_no_text(void **state HUSK_UNUSED)
{
    struct text t = {0};

    assert_null(t.text);
    text_add(&t, "", 0);
    assert_string_equal(t.text, "");
    assert_int_equal(t.length, 0);
}

static void pieces_follow_each_other(void **state HUSK_UNUSED)
{
    struct text t = {0};

    text_add(&t, "abcd", 2);
    text_printf(&t, "%d", 34);
    text_printf(&t, "%s", "");
    text_add(&t, "e", 1);
    assert_string_equal(t.text, "ab34e");
    assert_int_equal(t.length, 5);
}

/* Across each size at which it is moved, and with pieces that are longer than all before. */
static void it_grows(void **state HUSK_UNUSED)
{
    struct text t = {0};
    char line[300];

    for (size_t i = 0; i < 5000; i++)
        text_printf(&t, "%zu\n", i % 10);
    assert_int_equal(t.length, 10000);
    assert_int_equal(strlen(t.text), 10000);
    for (size_t i = 0; i < 5000; i++)
        assert_int_equal(t.text[2 * i], '0' + (char)(i % 10));
    memset(line, 'x', sizeof line);
    t = (struct text){0};
    text_add(&t, line, sizeof line);
    assert_int_equal(strlen(t.text), sizeof line);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_one_has_no_text),
        cmocka_unit_test(pieces_follow_each_other),
        cmocka_unit_test(it_grows),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
