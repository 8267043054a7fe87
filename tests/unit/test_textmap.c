#include "base/textmap.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void what_is_not_in_it_is_not_found(void **state HUSK_UNUSED)
{
    struct textmap map = {0};

    assert_null(textmap_get(&map, "a", 1));
    *textmap_put(&map, "a", 1) = 7;
    assert_null(textmap_get(&map, "b", 1));
    assert_null(textmap_get(&map, "", 0));
    assert_int_equal(*textmap_get(&map, "a", 1), 7);
}

static void a_new_one_is_zero_and_an_old_one_is_kept(void **state HUSK_UNUSED)
{
    struct textmap map = {0};

    assert_int_equal(*textmap_put(&map, "x", 1), 0);
    *textmap_put(&map, "x", 1) = 3;
    assert_int_equal(*textmap_put(&map, "x", 1), 3);
    assert_int_equal(map.count, 1);
}

/* Only the length counts, not where the text ends. */
static void keys_are_parts_of_texts(void **state HUSK_UNUSED)
{
    struct textmap map = {0};

    *textmap_put(&map, "/a/b", 4) = 1;
    *textmap_put(&map, "/a/b", 2) = 2;
    *textmap_put(&map, "", 0) = 3;
    assert_int_equal(*textmap_get(&map, "/a/bc", 4), 1);
    assert_int_equal(*textmap_get(&map, "/ab", 2), 2);
    assert_int_equal(*textmap_get(&map, "z", 0), 3);
    assert_null(textmap_get(&map, "/a/b", 3));
}

static void many(void **state HUSK_UNUSED)
{
    struct textmap map = {0};

    for (size_t i = 0; i < 20000; i++) {
        const char *key = arena_printf("/a/%zu", i);

        *textmap_put(&map, key, strlen(key)) = i;
    }
    assert_int_equal(map.count, 20000);
    for (size_t i = 0; i < 20000; i++) {
        const char *key = arena_printf("/a/%zu", i);

        assert_int_equal(*textmap_get(&map, key, strlen(key)), i);
    }
    assert_null(textmap_get(&map, "/a/20000", 8));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_not_in_it_is_not_found),
        cmocka_unit_test(a_new_one_is_zero_and_an_old_one_is_kept),
        cmocka_unit_test(keys_are_parts_of_texts),
        cmocka_unit_test(many),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
