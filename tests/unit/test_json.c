/* JSON: commas, indentation and strings, whatever they hold. */
#include "plan/json.h"
#include "base/str.h"
#include "capture.h"

static char *text;
static size_t size;

/* What WRITE writes. */
static const char *written(void (*write)(struct json *j))
{
    struct json j = {.out = open_memstream(&text, &size)};

    assert_non_null(j.out);
    write(&j);
    fclose(j.out);
    return text;
}

static int free_text(void **state HUSK_UNUSED)
{
    free(text);
    return 0;
}

static void all_kinds(struct json *j)
{
    json_open(j, NULL, '{');
    json_text(j, "text", "a \"b\"");
    json_text(j, "none", NULL);
    json_number(j, "most", UINT64_MAX);
    json_bool(j, "yes", true);
    json_open(j, "list", '[');
    json_number(j, NULL, 0);
    json_bool(j, NULL, false);
    json_close(j, ']');
    json_close(j, '}');
}

static void values_are_separated_and_indented(void **state HUSK_UNUSED)
{
    assert_string_equal(written(all_kinds), "{\n"
                                            "  \"text\": \"a \\\"b\\\"\",\n"
                                            "  \"none\": null,\n"
                                            "  \"most\": 18446744073709551615,\n"
                                            "  \"yes\": true,\n"
                                            "  \"list\": [\n"
                                            "    0,\n"
                                            "    false\n"
                                            "  ]\n"
                                            "}");
}

static void empty_ones(struct json *j)
{
    json_open(j, NULL, '[');
    json_open(j, NULL, '{');
    json_close(j, '}');
    json_open(j, NULL, '[');
    json_close(j, ']');
    json_close(j, ']');
}

static void empty_ones_stay_in_a_line(void **state HUSK_UNUSED)
{
    assert_string_equal(written(empty_ones), "[\n  {},\n  []\n]");
}

static void odd_strings(struct json *j)
{
    char all[256];

    for (int i = 0; i < 255; i++)
        all[i] = (char)(i + 1);
    all[255] = 0;
    json_open(j, NULL, '{');
    json_text(j, "a\nb", all);
    json_close(j, '}');
}

static void odd_strings_are_escaped(void **state HUSK_UNUSED)
{
    const char *json = written(odd_strings);

    assert_true(starts_with(json, "{\n  \"a\\u000ab\": \"\\u0001"));
    for (const char *c = json + 2; c < json + size - 2; c++)
        assert_true((unsigned char)*c >= ' '); /* else it would be none */
    assert_string_equal(json + size - 3, "\"\n}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(values_are_separated_and_indented, free_text),
        cmocka_unit_test_teardown(empty_ones_stay_in_a_line, free_text),
        cmocka_unit_test_teardown(odd_strings_are_escaped, free_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
