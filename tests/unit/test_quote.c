/* A stranger's text for a terminal. */
#include "plan/quote.h"
#include "capture.h"

static void a_plain_word_stays_as_it_is(void **state HUSK_UNUSED)
{
    static const char *const words[] = {"a", "/usr/lib64/x-1.2_3+b", "k=v", "--bind", "\xc3\xa9"};

    for (size_t i = 0; i < ARRAY_SIZE(words); i++)
        assert_string_equal(quote_word(words[i]), words[i]);
}

static void it_is_clear_where_a_word_ends(void **state HUSK_UNUSED)
{
    assert_string_equal(quote_word(""), "\"\"");
    assert_string_equal(quote_word("a b"), "\"a b\"");
    assert_string_equal(quote_word("a,b"), "\"a,b\"");
    assert_string_equal(quote_word("say \"\\\""), "\"say \\\"\\\\\\\"\"");
    assert_string_equal(quote_word("it's"), "\"it's\"");
}

static void what_a_terminal_obeys_is_escaped(void **state HUSK_UNUSED)
{
    assert_string_equal(quote_plain("a b"), "a b");
    assert_string_equal(quote_plain("\x1b[31m\n"), "\\x1b[31m\\n");
    assert_string_equal(quote_word("\x1b[31m"), "\"\\x1b[31m\"");
    assert_string_equal(quote_word("\x7f"), "\"\\x7f\"");
}

static void nothing_is_cut_off(void **state HUSK_UNUSED)
{
    static char text[10001];

    memset(text, 1, sizeof text - 1);
    assert_int_equal(strlen(quote_plain(text)), 4 * (sizeof text - 1));
    memset(text, '"', sizeof text - 1);
    assert_int_equal(strlen(quote_word(text)), 2 * (sizeof text - 1) + 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plain_word_stays_as_it_is),
        cmocka_unit_test(it_is_clear_where_a_word_ends),
        cmocka_unit_test(what_a_terminal_obeys_is_escaped),
        cmocka_unit_test(nothing_is_cut_off),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
