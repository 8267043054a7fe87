/* Which names a list allows. */
#include "allow/names.h"
#include "base/alloc.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct allow items[2000];

static struct names *make(const char *const *texts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        assert_null(allow_parse(texts[i], &items[i]));
    return names_make(items, count);
}

static void add_port(void *arg, const struct allow *item)
{
    unsigned *sum = arg;

    *sum += item->port;
}

static unsigned ports_of(const struct names *names, const char *name)
{
    unsigned sum = 0;

    names_each(names, name, add_port, &sum);
    return sum;
}

static void names_are_found(void **state HUSK_UNUSED)
{
    static const char *const list[] = {
        "example.org:1",      "example.org:2/udp", "*.example.org:4", "*.b.example.org:8",
        "a.b.example.org:16", "192.0.2.1:32",      "*.net:64",
    };
    const struct names *n = make(list, ARRAY_SIZE(list));

    assert_int_equal(ports_of(n, "example.org"), 3);
    assert_int_equal(ports_of(n, "EXAMPLE.org"), 3);
    assert_int_equal(ports_of(n, "www.example.org"), 4);
    assert_int_equal(ports_of(n, "x.y.z.example.org"), 4);
    assert_int_equal(ports_of(n, "b.example.org"), 4);
    assert_int_equal(ports_of(n, "c.b.example.org"), 12);
    assert_int_equal(ports_of(n, "a.b.example.org"), 28);
    assert_int_equal(ports_of(n, "example.net"), 64);
    assert_int_equal(names_each(n, "a.b.example.org", NULL, NULL), 3);
}

static void others_are_not(void **state HUSK_UNUSED)
{
    static const char *const list[] = {"example.org", "*.example.net", "192.0.2.1"};
    static const char *const others[] = {
        "", "org", "www.example.org", "xexample.org", "example.orgx", "example.or", "example.net",
        "xexample.net", "example.net.org", "192.0.2.1", ".example.net.", "example.org.",
    };
    const struct names *n = make(list, ARRAY_SIZE(list));

    for (size_t i = 0; i < ARRAY_SIZE(others); i++)
        if (names_each(n, others[i], NULL, NULL))
            fail_msg("%s is allowed", others[i]);
    n = names_make(items, 0);
    assert_int_equal(names_each(n, "example.org", NULL, NULL), 0);
}

static void many_are_found(void **state HUSK_UNUSED)
{
    const char *texts[ARRAY_SIZE(items)];
    const struct names *n;

    for (size_t i = 0; i < ARRAY_SIZE(items); i++)
        texts[i] = arena_printf("host%zu.example.org:%zu", i, i + 1);
    n = make(texts, ARRAY_SIZE(items));
    for (size_t i = 0; i < ARRAY_SIZE(items); i++)
        assert_int_equal(ports_of(n, arena_printf("host%zu.example.org", i)), i + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_found),
        cmocka_unit_test(others_are_not),
        cmocka_unit_test(many_are_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
