/* Addresses, and which of them are not of the public internet. */
#include "base/ip.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/socket.h>

#include <cmocka.h>

static struct ip ip_of(const char *text)
{
    struct ip ip = {0};

    if (!ip_parse(text, &ip))
        fail_msg("%s is no address", text);
    return ip;
}

static void addresses_are_read(void **state HUSK_UNUSED)
{
    static const char *const wrong[] = {
        "",        "1.2.3",      "1.2.3.4.5",       "1.2.3.256", "01.2.3.4", " 1.2.3.4",
        "1.2.3.4 ", "0x1.2.3.4", "fe80::1%eth0", "1::2::3",   "[::1]",    "example.org",
    };
    struct ip ip = {.family = 7};
    char text[IP_TEXT];

    for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
        if (ip_parse(wrong[i], &ip))
            fail_msg("%s is taken for an address", wrong[i]);
    assert_int_equal(ip.family, 7);
    ip = ip_of("192.0.2.1");
    assert_int_equal(ip.family, AF_INET);
    assert_int_equal(ip_bits(&ip), 32);
    assert_string_equal(ip_format(text, &ip), "192.0.2.1");
    ip = ip_of("2001:DB8:0:0::1");
    assert_int_equal(ip_bits(&ip), 128);
    assert_string_equal(ip_format(text, &ip), "2001:db8::1");
}

static void loopbacks_are_known(void **state HUSK_UNUSED)
{
    struct ip a = ip_of("127.200.0.1"), b = ip_of("::1"), c = ip_of("128.0.0.1"), d = ip_of("::");

    assert_true(ip_is_loopback(&a) && ip_is_loopback(&b));
    assert_false(ip_is_loopback(&c) || ip_is_loopback(&d));
}

static bool in(const char *ip, const char *net, unsigned prefix)
{
    struct ip a = ip_of(ip), b = ip_of(net);

    return ip_in(&a, &b, prefix);
}

static void networks_hold_addresses(void **state HUSK_UNUSED)
{
    struct ip net = ip_of("10.1.0.0");

    assert_true(in("10.1.2.3", "10.1.0.0", 16));
    assert_false(in("10.2.0.0", "10.1.0.0", 16));
    assert_true(in("10.1.127.255", "10.1.0.0", 17));
    assert_false(in("10.1.128.0", "10.1.0.0", 17));
    assert_true(in("255.1.1.1", "0.0.0.0", 0));
    assert_true(in("10.1.2.3", "10.1.2.3", 32));
    assert_false(in("10.1.2.2", "10.1.2.3", 32));
    assert_false(in("::1", "0.0.0.0", 0));
    assert_true(in("2001:db8::ffff", "2001:db8::", 112));
    assert_false(in("2001:db8::1:0", "2001:db8::", 112));
    assert_true(ip_is_network(&net, 16));
    assert_true(ip_is_network(&net, 32));
    assert_false(ip_is_network(&net, 15));
    assert_false(ip_is_network(&net, 0));
}

static enum ip_scope scope_of(const char *text)
{
    struct ip ip = ip_of(text);
    const char *what;
    enum ip_scope scope = ip_scope(&ip, ip_bits(&ip), &what);

    assert_true((scope == IP_PUBLIC) == (what == NULL));
    return scope;
}

static void check_scope(enum ip_scope scope, const char *const *texts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (scope_of(texts[i]) != scope)
            fail_msg("%s has scope %d", texts[i], scope_of(texts[i]));
}

static void scopes_are_known(void **state HUSK_UNUSED)
{
    static const char *const public[] = {
        "1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255",
        "128.0.0.0", "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0",
        "192.167.255.255", "192.169.0.0", "223.255.255.255", "168.63.129.17", "2606:4700::1",
        "3fff::1", "64:ff9b::1.1.1.1", "2001:1::1",
    };
    static const char *const private[] = {
        "10.0.0.0", "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.0.1", "100.64.0.1",
        "198.18.0.1", "198.19.255.255", "192.0.0.8", "fc00::1", "fd12:3456::1", "fec0::1",
        "2002:a00:1::", "2001:0:1::", "64:ff9b::10.0.0.1", "64:ff9b:1::a00:1", "100::1",
        "4000::1", "8000::1", "1::1",
    };
    static const char *const never[] = {
        "0.0.0.0", "0.1.2.3", "127.0.0.1", "127.255.255.255", "169.254.169.254", "169.254.0.1",
        "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "100.100.100.200",
        "168.63.129.16", "192.0.0.192", "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1",
        "::ffff:1.1.1.1", "fe80::1", "febf::1", "ff02::1", "fd00:ec2::254", "fd20:ce::254", "fd00:c1::a9fe:a9fe",
        "64:ff9b::127.0.0.1", "64:ff9b::169.254.169.254",
    };

    check_scope(IP_PUBLIC, public, ARRAY_SIZE(public));
    check_scope(IP_PRIVATE, private, ARRAY_SIZE(private));
    check_scope(IP_NEVER, never, ARRAY_SIZE(never));
}

static enum ip_scope scope_of_net(const char *text, unsigned prefix)
{
    struct ip ip = ip_of(text);
    const char *what;

    return ip_scope(&ip, prefix, &what);
}

/* A network has the scope of what holds all of it. */
static void networks_have_scopes(void **state HUSK_UNUSED)
{
    assert_int_equal(scope_of_net("0.0.0.0", 0), IP_PUBLIC);
    assert_int_equal(scope_of_net("::", 0), IP_PUBLIC);
    assert_int_equal(scope_of_net("::", 3), IP_PRIVATE);
    assert_int_equal(scope_of_net("10.0.0.0", 8), IP_PRIVATE);
    assert_int_equal(scope_of_net("10.1.0.0", 16), IP_PRIVATE);
    assert_int_equal(scope_of_net("169.254.0.0", 16), IP_NEVER);
    assert_int_equal(scope_of_net("169.254.169.0", 24), IP_NEVER);
    assert_int_equal(scope_of_net("168.0.0.0", 6), IP_PUBLIC);
    assert_int_equal(scope_of_net("64:ff9b::", 96), IP_PUBLIC);
    assert_int_equal(scope_of_net("64:ff9b::a00:0", 104), IP_PRIVATE);
}

static void what_is_never_reached_is_listed(void **state HUSK_UNUSED)
{
    struct ip net, metadata = ip_of("169.254.169.254"), by_nat64 = ip_of("64:ff9b::169.254.169.254");
    unsigned prefix;
    int found = 0;
    size_t i = 0;

    for (; ip_never(i, &net, &prefix); i++) {
        const char *what;

        assert_int_equal(ip_scope(&net, prefix, &what), IP_NEVER);
        found += ip_in(&metadata, &net, prefix) || ip_in(&by_nat64, &net, prefix);
    }
    assert_true(found == 2 && i > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_are_read),
        cmocka_unit_test(loopbacks_are_known),
        cmocka_unit_test(networks_hold_addresses),
        cmocka_unit_test(scopes_are_known),
        cmocka_unit_test(networks_have_scopes),
        cmocka_unit_test(what_is_never_reached_is_listed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
