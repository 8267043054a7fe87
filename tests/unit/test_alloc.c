#include "base/alloc.h"
#include <setjmp.h>
#include <stdalign.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void assert_zero(const char *p, size_t size)
{
    for (size_t i = 0; i < size; i++)
        assert_int_equal(p[i], 0);
}

/* Sizes around the chunk's: each piece is aligned, zeroed, and no other's. */
static void pieces_are_aligned_zeroed_and_apart(void **state HUSK_UNUSED)
{
    static const size_t sizes[] = {0, 1, 15, 16, 17, 4095, 4096, 4097, 16383, 16384, 100000};
    char *pieces[40 * ARRAY_SIZE(sizes)];
    size_t n = 0;

    for (int round = 0; round < 40; round++) {
        for (size_t i = 0; i < ARRAY_SIZE(sizes); i++, n++) {
            pieces[n] = arena_alloc(sizes[i]);
            assert_int_equal((uintptr_t)pieces[n] % alignof(max_align_t), 0);
            assert_zero(pieces[n], sizes[i]);
            memset(pieces[n], (int)(n % 255) + 1, sizes[i]);
        }
    }
    for (size_t k = 0; k < n; k++)
        for (size_t i = 0; i < sizes[k % ARRAY_SIZE(sizes)]; i++)
            assert_int_equal((unsigned char)pieces[k][i], k % 255 + 1);
}

static void strings(void **state HUSK_UNUSED)
{
    assert_string_equal(arena_strdup(""), "");
    assert_string_equal(arena_strdup("abc"), "abc");
    assert_string_equal(arena_strndup("abc", 2), "ab");
    assert_string_equal(arena_strndup("abc", 9), "abc");
    assert_string_equal(arena_strndup("abc", 0), "");
    assert_string_equal(arena_printf("%d-%s", 7, "x"), "7-x");
    assert_int_equal(strlen(arena_printf("%20000d", 1)), 20000);
}

static void vectors_grow_and_keep(void **state HUSK_UNUSED)
{
    VEC(int) numbers = {0};

    for (int i = 0; i < 10000; i++)
        *VEC_PUSH(&numbers) = i;
    assert_int_equal(numbers.count, 10000);
    for (int i = 0; i < 10000; i++)
        assert_int_equal(numbers.items[i], i);
}

/* An element that takes the place of a removed one has nothing of it. */
static void new_elements_are_zero(void **state HUSK_UNUSED)
{
    VEC(struct { char bytes[24]; }) items = {0};

    memset(VEC_PUSH(&items), 0xff, sizeof *items.items);
    items.count--;
    assert_zero(VEC_PUSH(&items)->bytes, sizeof *items.items);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_are_aligned_zeroed_and_apart),
        cmocka_unit_test(strings),
        cmocka_unit_test(vectors_grow_and_keep),
        cmocka_unit_test(new_elements_are_zero),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
