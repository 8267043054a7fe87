/* What --allow takes. */
#include "base/log.h"
#include "spec/allow.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* TEXT as it was understood, or what is wrong with it. */
static const char *read_as(const char *text)
{
    static char out[512];
    char address[IP_TEXT];
    struct allow a;
    const char *wrong = allow_parse(text, &a);

    if (wrong)
        return wrong;
    if (a.kind == ALLOW_NET)
        snprintf(out, sizeof out, "net %s/%u %u %s", ip_format(address, &a.net), a.prefix, a.port,
                 a.udp ? "udp" : "tcp");
    else
        snprintf(out, sizeof out, "%s %s %u %s", a.kind == ALLOW_NAME ? "name" : "below", a.name,
                 a.port, a.udp ? "udp" : "tcp");
    return out;
}

static void each_form_is_read(void **state HUSK_UNUSED)
{
    static const char *const cases[][2] = {
        {"example.org", "name example.org 0 tcp"},
        {"example.org:443", "name example.org 443 tcp"},
        {"example.org:53/udp", "name example.org 53 udp"},
        {"example.org/udp", "name example.org 0 udp"},
        {"example.org:443/tcp", "name example.org 443 tcp"},
        {"Example.ORG.", "name example.org 0 tcp"},
        {"*.example.org:443", "below example.org 443 tcp"},
        {"*.org", "below org 0 tcp"},
        {"intranet", "name intranet 0 tcp"},
        {"_srv.a-b.example.org", "name _srv.a-b.example.org 0 tcp"},
        {"xn--bcher-kva.example", "name xn--bcher-kva.example 0 tcp"},
        {"1.example.org", "name 1.example.org 0 tcp"},
        {"192.0.2.1", "net 192.0.2.1/32 0 tcp"},
        {"192.0.2.1:65535/udp", "net 192.0.2.1/32 65535 udp"},
        {"192.0.2.0/24", "net 192.0.2.0/24 0 tcp"},
        {"192.0.2.0/24:22", "net 192.0.2.0/24 22 tcp"},
        {"192.0.2.0/24/udp", "net 192.0.2.0/24 0 udp"},
        {"0.0.0.0/0", "net 0.0.0.0/0 0 tcp"},
        {"10.0.0.1", "net 10.0.0.1/32 0 tcp"},
        {"2001:db8::1", "net 2001:db8::1/128 0 tcp"},
        {"[2001:db8::1]", "net 2001:db8::1/128 0 tcp"},
        {"[2001:db8::1]:443", "net 2001:db8::1/128 443 tcp"},
        {"[2001:db8::/32]:53/udp", "net 2001:db8::/32 53 udp"},
        {"2001:db8::/32", "net 2001:db8::/32 0 tcp"},
        {"2001:db8::/32/udp", "net 2001:db8::/32 0 udp"},
        {"::/0", "net ::/0 0 tcp"},
        {"2001:db8::/32:53/udp", "a network of IPv6 with a port is in brackets, as in [2001:db8::/32]:80"},
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        assert_string_equal(read_as(cases[i][0]), cases[i][1]);
}

static void all_else_is_refused(void **state HUSK_UNUSED)
{
    static const char *const wrong[] = {
        "", " ", "*", "*.", "*.*.org", "a*.org", "www.*.org", ".", "..", ".org", "a..b", "a b",
        "-", ":", ":443", "example.org:", "example.org:0", "example.org:65536", "example.org:http",
        "example.org:1-2", "example.org:-1", "example.org:+1", "example.org: 1", "/udp", "x/",
        "example.org/tcp/udp", "example.org/24", "example.org:443/sctp", "example.org/udp:53",
        "http://example.org", "https://example.org/", "example.org/path", "a@example.org",
        "1.2.3", "1", "127.1", "0x7f000001", "1.2.3.0x4", "1.2.3.256", "010.0.0.1", "1.2.3.4.5",
        "192.0.2.1/33", "192.0.2.1/24", "192.0.2.0/", "192.0.2.0/-1", "192.0.2.0/0x8",
        "192.0.2.0/24/24", "2001:db8::1/32", "2001:db8::/129", "[2001:db8::1", "2001:db8::1]",
        "[2001:db8::1]x", "[2001:db8::1]443", "[192.0.2.1]:80", "[example.org]:80", "[]", "[]:1",
        "2001:db8::1:2:3:4:5:6:7:8", "fe80::1%eth0", "127.0.0.1", "127.0.0.0/8", "::1", "0.0.0.0",
        "169.254.169.254", "169.254.169.254:80", "169.254.0.0/16", "fe80::/10", "fd00:ec2::254",
        "224.0.0.1", "255.255.255.255", "::ffff:192.0.2.1", "::ffff:0:0/96", "localhost",
        "LOCALHOST:80", "a.localhost", "localhost.", "b\303\274cher.example", "a\n.org",
        "a,b.org", "a;b.org", "a\"b.org", "a}b.org",
    };

    for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
        struct allow a = {.port = 7};

        if (!allow_parse(wrong[i], &a))
            fail_msg("%s is taken as %s", wrong[i], read_as(wrong[i]));
        assert_int_equal(a.port, 7);
    }
}

static void names_have_their_sizes(void **state HUSK_UNUSED)
{
    char name[300];
    struct allow a;

    memset(name, 'a', sizeof name);
    strcpy(name + 63, ".org");
    assert_null(allow_parse(name, &a));
    memset(name, 'a', sizeof name);
    strcpy(name + 64, ".org");
    assert_non_null(allow_parse(name, &a));
    for (size_t i = 0; i < sizeof name - 1; i++)
        name[i] = i % 2 ? '.' : 'a';
    name[253] = 0;
    assert_null(allow_parse(name, &a));
    name[253] = '.';
    name[254] = 'a';
    name[255] = 0;
    assert_non_null(allow_parse(name, &a));
}

static void it_is_said_what_is_wrong(void **state HUSK_UNUSED)
{
    static const char *const cases[][2] = {
        {"b\303\274cher.example", "xn--"},
        {"*", "*.example.org"},
        {"169.254.169.254:80", "a link-local address, which no list opens"},
        {"192.0.2.1/24", "first address"},
        {"example.org:99999", "a port is a number"},
        {"1.2.3", "neither a whole address nor a name"},
        {"https://example.org/", "that is a URL"},
        {"example.org/x", "what follows the /"},
        {"localhost", "sandbox itself"},
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        if (!strstr(read_as(cases[i][0]), cases[i][1]))
            fail_msg("%s: %s", cases[i][0], read_as(cases[i][0]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_form_is_read),
        cmocka_unit_test(all_else_is_refused),
        cmocka_unit_test(names_have_their_sizes),
        cmocka_unit_test(it_is_said_what_is_wrong),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
