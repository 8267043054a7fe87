/* Words of the network's options. */
#include "spec/net.h"
#include "base/alloc.h"
#include <setjmp.h>
#include <stdarg.h>
#include <sys/socket.h>

#include <cmocka.h>

/* The parts of WORD, as text. */
static const char *published(const char *word)
{
    struct publish p;
    char text[IP_TEXT];

    if (publish_parse(word, &p))
        return NULL;
    return arena_printf("%s %u-%u %u %s", ip_format(text, &p.host), p.host_first, p.host_last,
                        p.inside_first, p.udp ? "udp" : "tcp");
}

static void ports_are_published(void **state HUSK_UNUSED)
{
    assert_string_equal(published("8080:80"), "127.0.0.1 8080-8080 80 tcp");
    assert_string_equal(published("8080:80/tcp"), "127.0.0.1 8080-8080 80 tcp");
    assert_string_equal(published("0.0.0.0:53:5353/udp"), "0.0.0.0 53-53 5353 udp");
    assert_string_equal(published("[::1]:8000-8010:80-90"), "::1 8000-8010 80 tcp");
    assert_string_equal(published("65535:65535"), "127.0.0.1 65535-65535 65535 tcp");
    assert_string_equal(published("8080-8082:80"), "127.0.0.1 8080-8082 80 tcp");
    assert_string_equal(published("[::1]:8000-8001:65534/udp"), "::1 8000-8001 65534 udp");
}

static void what_is_no_port_is_refused(void **state HUSK_UNUSED)
{
    static const char *const bad[] = {
        "",          "80",           ":80",       "80:",        "0:80",          "80:0",
        "65536:80",  "80-70:80-70",  "80-82:80-81", "80:80-81",   "80-:80",        "a:80",
        "80:80/sctp", "80:80/",      "[::1:80:80", "[::1]80:80", "1.2.3:80:80",  "::1:80:80",
        "+80:80",    " 80:80",       "80:80:80:80", "80-81:65535", "80-81:", "80-81:80-",
    };

    for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
        assert_null(published(bad[i]));
}

static void names_have_addresses(void **state HUSK_UNUSED)
{
    static const char *const bad[] = {"", "db", "db:", ":1.2.3.4", "a b:1.2.3.4", "a\nb:1.2.3.4", "db:x",
                                      "#:1.2.3.4", "db:[", "db:[]", "db:[::1", "db:[1.2.3.4]"};
    char text[IP_TEXT];
    struct ip a;
    const char *name;

    assert_null(host_entry_parse("db.example.net:2001:db8::1", &name, &a));
    assert_string_equal(name, "db.example.net");
    assert_string_equal(ip_format(text, &a), "2001:db8::1");
    assert_null(host_entry_parse("db:[2001:db8::1]", &name, &a));
    assert_string_equal(ip_format(text, &a), "2001:db8::1");
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
        assert_non_null(host_entry_parse(bad[i], &name, &a));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ports_are_published),         cmocka_unit_test(what_is_no_port_is_refused),
        cmocka_unit_test(names_have_addresses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
