/* Options of the network: which one, and what leads into it. */
#include "parse.h"
#include <linux/sched.h>
#include <sys/socket.h>

static void the_last_network_counts(void **state HUSK_UNUSED)
{
    assert_int_equal(NONE("--net", "pasta", "x"), 0);
    assert_int_equal(spec.net.mode, NET_PASTA);
    assert_true(spec.unshare & CLONE_NEWNET);
    assert_int_equal(NONE("--net", "pasta", "--net", "host", "x"), 0);
    assert_int_equal(spec.net.mode, NET_PLAIN);
    assert_false(spec.unshare & CLONE_NEWNET);
    assert_int_equal(NONE("--net", "host", "--net", "user", "x"), 0);
    assert_int_equal(spec.net.mode, NET_USER);
    assert_int_equal(NONE("--net", "slirp4netns", "--net", "none", "x"), 0);
    assert_int_equal(spec.net.mode, NET_PLAIN);
    assert_true(spec.unshare & CLONE_NEWNET);
}

static void a_namespace_is_joined(void **state HUSK_UNUSED)
{
    assert_int_equal(NONE("--net", "none", "--net", "ns:/proc/self/ns/net", "x"), 0);
    assert_int_equal(spec.net.mode, NET_JOIN);
    assert_true(spec.net.ns >= 0);
    assert_false(spec.unshare & CLONE_NEWNET);
    assert_true(NONE("--net", "ns:/nowhere", "x") < 0);
    assert_true(NONE("--net", "ns:", "x") < 0);
}

static void other_words_are_refused(void **state HUSK_UNUSED)
{
    assert_int_equal(NONE("--net", "bridge", "x"), -EINVAL);
    assert_string_equal(said, "husk: --net bridge: the network can be none, host, user, slirp4netns, pasta or "
                              "ns:PATH, not bridge\n");
    assert_int_equal(NONE("--dns", "example.org", "x"), -EINVAL);
    assert_int_equal(NONE("--add-host", "db", "x"), -EINVAL);
    assert_int_equal(NONE("--publish", "80", "x"), -EINVAL);
    assert_int_equal(NONE("--allow-host-loopback=0", "x"), -EINVAL);
    assert_int_equal(NONE("--allow-host-loopback=65536", "x"), -EINVAL);
}

static void what_can_be_given_often_adds_up(void **state HUSK_UNUSED)
{
    assert_int_equal(NONE("--publish", "80:80", "--publish", "81:81/udp", "--dns", "192.0.2.1", "--dns",
                          "2001:db8::1", "--add-host", "db:192.0.2.7", "--allow-host-loopback=80",
                          "--allow-host-loopback", "x"),
                     0);
    assert_int_equal(spec.publish.count, 2);
    assert_true(spec.publish.items[1].value.udp);
    assert_int_equal(spec.dns.count, 2);
    assert_int_equal(spec.dns.items[1].value.family, AF_INET6);
    assert_string_equal(spec.hosts.items[0].name, "db");
    assert_int_equal(spec.loopback_ports.items[0].port, 80);
    assert_int_equal(spec.loopback_ports.items[1].port, 0);
}

/* A number behind it is the port: no command is called so. Behind "--" it is one all the same. */
static void a_port_may_be_the_next_word(void **state HUSK_UNUSED)
{
    assert_int_equal(NONE("--allow-host-loopback", "8000", "--allow-host-loopback", "80x"), 0);
    assert_int_equal(spec.loopback_ports.items[0].port, 8000);
    assert_int_equal(spec.loopback_ports.items[1].port, 0);
    assert_string_equal(spec.command[0], "80x");
    assert_int_equal(NONE("--allow-host-loopback", "--", "8000"), 0);
    assert_int_equal(spec.loopback_ports.items[0].port, 0);
    assert_string_equal(spec.command[0], "8000");
    assert_int_equal(NONE("--allow-host-loopback", "65536", "x"), -EINVAL);
    assert_string_equal(said, "husk: --allow-host-loopback 65536: a port is a number from 1 to 65535\n");
    assert_int_equal(NONE("--scope", "80"), 0); /* only where a number is what it takes */
    assert_string_equal(spec.command[0], "80");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_last_network_counts),
        cmocka_unit_test(a_namespace_is_joined),
        cmocka_unit_test(other_words_are_refused),
        cmocka_unit_test(what_can_be_given_often_adds_up),
        cmocka_unit_test(a_port_may_be_the_next_word),
    };

    return cmocka_run_group_tests(tests, home_set_up, home_tear_down);
}
