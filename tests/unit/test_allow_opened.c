/* Until when addresses are open. */
#include "allow/opened.h"
#include "base/util.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static unsigned until(const char *text, unsigned seconds)
{
    struct ip ip;

    assert_true(ip_parse(text, &ip));
    return opened_until(&ip, seconds);
}

static void it_only_gets_later(void **state HUSK_UNUSED)
{
    assert_int_equal(until("192.0.2.1", 100), 100);
    assert_int_equal(until("192.0.2.1", 200), 200);
    assert_in_range(until("192.0.2.1", 50), 190, 200);
    assert_int_equal(until("192.0.2.2", 50), 50);
    assert_int_equal(until("c000:201::", 50), 50); /* the same bytes */
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(it_only_gets_later)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
