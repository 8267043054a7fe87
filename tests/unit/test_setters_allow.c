/* --allow and --net-log: what they bring, and what they do not go with. */
#include "parse.h"
#include <linux/sched.h>

static void a_list_brings_a_network(void **state HUSK_UNUSED)
{
    assert_int_equal(NONE("--allow", "example.org:443", "x"), 0);
    assert_int_equal(spec.net.mode, NET_USER);
    assert_true(spec.unshare & CLONE_NEWNET);
    assert_string_equal(spec.net.from.text, "--allow example.org:443");
    assert_int_equal(spec.allow.count, 1);
    assert_string_equal(spec.allow.items[0].text, "example.org:443");
    assert_int_equal(spec.allow.items[0].value.port, 443);
}

static void but_leaves_the_one_that_was_chosen(void **state HUSK_UNUSED)
{
    assert_int_equal(NONE("--net", "slirp4netns", "--allow", "a.example", "--allow", "b.example", "--net-log", "x"), 0);
    assert_int_equal(spec.net.mode, NET_SLIRP4NETNS);
    assert_int_equal(spec.allow.count, 2);
    assert_true(spec.net_log.set);
}

static void a_network_that_cannot_be_listed_is_refused(void **state HUSK_UNUSED)
{
    assert_int_equal(NONE("--net", "host", "--allow", "a.example", "x"), -EINVAL);
    assert_non_null(strstr(said, "husk: --allow a.example does not go with --net host\n"));
    assert_int_equal(NONE("--allow", "a.example", "--net", "none", "x"), -EINVAL);
    assert_int_equal(NONE("--allow", "a.example", "--net", "ns:/proc/self/ns/net", "x"), -EINVAL);
}

static void a_log_needs_a_list(void **state HUSK_UNUSED)
{
    assert_int_equal(NONE("--net-log", "x"), -EINVAL);
    assert_string_equal(said, "husk: --net-log: there is no --allow\n");
}

static void what_is_no_host_is_refused(void **state HUSK_UNUSED)
{
    assert_int_equal(NONE("--allow", "http://example.org/", "x"), -EINVAL);
    assert_string_equal(said, "husk: --allow http://example.org/: that is a URL; the list is of hosts\n");
    assert_int_equal(NONE("--allow", "127.0.0.1", "x"), -EINVAL);
    assert_int_equal(NONE("--allow", "", "x"), -EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_list_brings_a_network),
        cmocka_unit_test(but_leaves_the_one_that_was_chosen),
        cmocka_unit_test(a_network_that_cannot_be_listed_is_refused),
        cmocka_unit_test(a_log_needs_a_list),
        cmocka_unit_test(what_is_no_host_is_refused),
    };

    return cmocka_run_group_tests(tests, home_set_up, home_tear_down);
}
