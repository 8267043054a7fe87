#include "base/path.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void below_ends_at_a_slash(void **state HUSK_UNUSED)
{
    assert_true(path_is_below("/a", "/a"));
    assert_true(path_is_below("/a/b", "/a"));
    assert_false(path_is_below("/ab", "/a"));
    assert_false(path_is_below("/", "/a"));
    assert_true(path_is_below("/", "/"));
    assert_true(path_is_below("/a/b", "/"));
}

static const struct {
    const char *path, *base, *clean;
} cases[] = {
    {"/", "/x", "/"},           {"//", "/x", "/"},
    {"/a//b/", "/x", "/a/b"},   {"/./a/./b/.", "/x", "/a/b"},
    {"/a/../b", "/x", "/b"},    {"/..", "/x", "/"},
    {"/../../a/..", "/x", "/"}, {"/a/b/c/../../d", "/x", "/a/d"},
    {"/...", "/x", "/..."},     {"/..a/.b/c.", "/x", "/..a/.b/c."},
    {"a", "/x", "/x/a"},        {"a", "/", "/a"},
    {".", "/x/y", "/x/y"},      {"..", "/x/y", "/x"},
    {"../../..", "/x/y", "/"},  {"", "/x", "/x"},
};

static void clean_paths(void **state HUSK_UNUSED)
{
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        assert_string_equal(path_clean(cases[i].path, cases[i].base), cases[i].clean);
}

/* is_clean says yes exactly when there is nothing to do. */
static void is_clean_agrees_with_clean(void **state HUSK_UNUSED)
{
    static const char *const odd[] = {"/a/.",     "/a/..",  "/a/b/", "/.a",
                                      "/a/..b/c", "/a/.b.", "a/b",   ""};

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        assert_int_equal(path_is_clean(cases[i].path),
                         strcmp(path_clean(cases[i].path, "/x"), cases[i].path) == 0);
    for (size_t i = 0; i < ARRAY_SIZE(odd); i++)
        assert_int_equal(path_is_clean(odd[i]), strcmp(path_clean(odd[i], "/x"), odd[i]) == 0);
}

static void join_has_one_slash(void **state HUSK_UNUSED)
{
    assert_string_equal(path_join("/a", "b"), "/a/b");
    assert_string_equal(path_join("/a/", "/b"), "/a/b");
    assert_string_equal(path_join("/", "//b"), "/b");
    assert_string_equal(path_join("a", ""), "a/");
}

static void base_is_the_last_part(void **state HUSK_UNUSED)
{
    assert_string_equal(path_base("/a/b"), "b");
    assert_string_equal(path_base("b"), "b");
    assert_string_equal(path_base("/a/"), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(below_ends_at_a_slash),      cmocka_unit_test(clean_paths),
        cmocka_unit_test(is_clean_agrees_with_clean), cmocka_unit_test(join_has_one_slash),
        cmocka_unit_test(base_is_the_last_part),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
