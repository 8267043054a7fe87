/* What a network with a helper must not reach. */
#include "bare_plan.h"
#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netinet/in.h>

static int set_up(void **state HUSK_UNUSED)
{
    bare_plan();
    return 0;
}

static void make(void)
{
    assert_int_equal(plan_net_rules(&plan), 0);
}

/* Which rule counts for ADDRESS; NULL: none. */
static const struct net_rule *rule_for(const char *address, int protocol, uint16_t port)
{
    struct ip ip;

    assert_true(ip_parse(address, &ip));
    for (size_t i = 0; i < plan.net.rule_count; i++) {
        const struct net_rule *r = &plan.net.rules[i];

        if (r->match == NET_TO && ip_in(&ip, &r->to, r->prefix) && (!r->protocol || r->protocol == protocol) &&
            (!r->port || r->port == port))
            return r;
    }
    return NULL;
}

static bool is_open(const char *address, int protocol, uint16_t port)
{
    const struct net_rule *r = rule_for(address, protocol, port);

    return !r || r->accept;
}

static void what_is_near_is_closed(void **state HUSK_UNUSED)
{
    static const char *const closed[] = {
        "10.0.2.2",        "fd00::2",       "169.254.0.1",       "169.254.169.254", "169.254.255.255",
        "255.255.255.255", "fd00:ec2::254", "fd20:ce::254",      "fe80::1",         "febf::1",
        "100.100.100.200", "168.63.129.16", "fd00:c1::a9fe:a9fe", "192.0.0.192",
        "240.0.0.1",
        "64:ff9b::127.0.0.1", "64:ff9b::169.254.169.254", "64:ff9b::100.100.100.200", "64:ff9b::255.255.255.255",
    };

    make();
    for (size_t i = 0; i < ARRAY_SIZE(closed); i++)
        if (is_open(closed[i], IPPROTO_TCP, 80) || is_open(closed[i], IPPROTO_UDP, 53) ||
            is_open(closed[i], IPPROTO_ICMP, 0))
            fail_msg("%s is open", closed[i]);
    assert_true(is_open("192.0.2.1", IPPROTO_TCP, 80) && is_open("2001:db8::1", IPPROTO_TCP, 80));
    assert_true(is_open("64:ff9b::192.0.2.1", IPPROTO_TCP, 80) && is_open("64:ff9b:1::169.254.169.254", IPPROTO_TCP, 80));
    assert_true(is_open("169.253.0.1", IPPROTO_TCP, 80) && is_open("fec0::1", IPPROTO_TCP, 80));
}

/* From its first address to its last; what is beside it is open. */
static void each_network_is_closed_whole(void **state HUSK_UNUSED)
{
    static const char *const closed[] = {
        "0.0.0.0", "0.255.255.255", "127.0.0.0", "127.255.255.255", "224.0.0.0", "239.255.255.255",
        "10.0.2.0", "10.0.2.255", "169.254.0.0", "169.254.255.255", "::", "::ffff:ffff", "::ffff:0.0.0.0",
        "::ffff:255.255.255.255", "fd00::", "fd00::ffff:ffff:ffff:ffff", "fe80::",
        "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ff00::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    };
    static const char *const open[] = {"1.0.0.0", "126.255.255.255", "128.0.0.0", "223.255.255.255", "10.0.1.255",
                                       "10.0.3.0", "::1:0:0", "::fffe:ffff:ffff", "::1:0:0:0", "fd00:0:0:1::",
                                       "fec0::"};

    make();
    for (size_t i = 0; i < ARRAY_SIZE(closed); i++)
        if (is_open(closed[i], IPPROTO_TCP, 80) || is_open(closed[i], IPPROTO_UDP, 54))
            fail_msg("%s is open", closed[i]);
    for (size_t i = 0; i < ARRAY_SIZE(open); i++)
        if (!is_open(open[i], IPPROTO_TCP, 80) || !is_open(open[i], IPPROTO_UDP, 54))
            fail_msg("%s is closed", open[i]);
}

static void the_name_server_is_only_that(void **state HUSK_UNUSED)
{
    make();
    assert_true(is_open("10.0.2.3", IPPROTO_UDP, 53) && is_open("10.0.2.3", IPPROTO_TCP, 53));
    assert_true(is_open("fd00::3", IPPROTO_UDP, 53));
    assert_false(is_open("10.0.2.3", IPPROTO_TCP, 80) || is_open("fd00::3", IPPROTO_UDP, 54));
    assert_false(is_open("10.0.2.3", IPPROTO_ICMP, 0));
}

static void neighbours_can_be_found(void **state HUSK_UNUSED)
{
    make();
    assert_true(is_open("fe80::1", IPPROTO_ICMPV6, 0));
}

static void a_port_of_the_loopback_can_be_opened(void **state HUSK_UNUSED)
{
    VEC_PUSH(&spec.loopback_ports)->port = 8000;
    make();
    assert_true(is_open("10.0.2.2", IPPROTO_TCP, 8000) && is_open("fd00::2", IPPROTO_UDP, 8000));
    assert_false(is_open("10.0.2.2", IPPROTO_TCP, 8001) || is_open("169.254.169.254", IPPROTO_TCP, 8000));
}

static void nothing_else_opens_with_all_of_it(void **state HUSK_UNUSED)
{
    VEC_PUSH(&spec.loopback_ports)->port = 0;
    make();
    assert_true(is_open("10.0.2.2", IPPROTO_TCP, 22) && is_open("fd00::2", IPPROTO_TCP, 22));
    assert_false(is_open("169.254.169.254", IPPROTO_TCP, 80) || is_open("fe80::1", IPPROTO_TCP, 80) ||
                 is_open("10.0.2.3", IPPROTO_TCP, 80));
}

static void for_each_own(void (*check)(const char *address))
{
    char text[INET6_ADDRSTRLEN];
    struct ifaddrs *list;

    assert_int_equal(getifaddrs(&list), 0);
    for (struct ifaddrs *i = list; i; i = i->ifa_next) {
        const struct sockaddr *a = i->ifa_addr;

        if (a && a->sa_family == AF_INET)
            check(inet_ntop(AF_INET, &((const struct sockaddr_in *)(const void *)a)->sin_addr, text, sizeof text));
        if (a && a->sa_family == AF_INET6)
            check(inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)(const void *)a)->sin6_addr, text, sizeof text));
    }
    freeifaddrs(list);
}

static void is_closed_unless_loopback(const char *address)
{
    struct ip ip;

    assert_true(ip_parse(address, &ip));
    if (!ip_is_loopback(&ip))
        assert_false(is_open(address, IPPROTO_TCP, 22));
}

static void each_address_of_the_host_is_closed(void **state HUSK_UNUSED)
{
    make();
    for_each_own(is_closed_unless_loopback);
}

/* The number of the first rule that is of that sort; all of them, if there is none. */
static size_t first_of(enum net_match match)
{
    size_t i = 0;

    while (i < plan.net.rule_count && plan.net.rules[i].match != match)
        i++;
    return i;
}

static void answers_come_first_with_publish(void **state HUSK_UNUSED)
{
    make();
    assert_int_equal(first_of(NET_ANSWERS), plan.net.rule_count);
    VEC_PUSH(&spec.publish);
    make();
    assert_true(first_of(NET_ANSWERS) < first_of(NET_TO));
    assert_true(plan.net.rules[first_of(NET_ANSWERS)].accept);
}

/* Else what claims to be an answer, or to come from one of the loopback, would go out. */
static void foreign_sources_are_dropped_before_all(void **state HUSK_UNUSED)
{
    VEC_PUSH(&spec.publish);
    make();
    assert_int_equal(first_of(NET_FOREIGN), 0);
    assert_false(plan.net.rules[0].accept);
    assert_true(first_of(NET_INSIDE) < first_of(NET_ANSWERS));
    assert_true(plan.net.rules[first_of(NET_INSIDE)].accept);
}

static void loopback_addresses_do_not_leave(void **state HUSK_UNUSED)
{
    static const char *const closed[] = {"127.0.0.1", "0.0.0.0", "::1", "::ffff:127.0.0.1", "224.0.0.1", "ff02::1"};

    make();
    for (size_t i = 0; i < ARRAY_SIZE(closed); i++)
        if (is_open(closed[i], IPPROTO_UDP, 80) || is_open(closed[i], IPPROTO_TCP, 80))
            fail_msg("%s is open", closed[i]);
}

/* It would answer for every name. */
static void with_a_list_the_name_server_is_closed(void **state HUSK_UNUSED)
{
    VEC_PUSH(&spec.allow);
    make();
    assert_false(is_open("10.0.2.3", IPPROTO_UDP, 53) || is_open("fd00::3", IPPROTO_UDP, 53));
}

#define T(name) cmocka_unit_test_setup(name, set_up)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(what_is_near_is_closed),
        T(each_network_is_closed_whole),
        T(the_name_server_is_only_that),
        T(neighbours_can_be_found),
        T(a_port_of_the_loopback_can_be_opened),
        T(nothing_else_opens_with_all_of_it),
        T(each_address_of_the_host_is_closed),
        T(answers_come_first_with_publish),
        T(foreign_sources_are_dropped_before_all),
        T(loopback_addresses_do_not_leave),
        T(with_a_list_the_name_server_is_closed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
