/* src/allow/resolver.c: what the outer leg may say, which could have been taken over by a server's answer. */
#include "allow/resolver.h"
#include "base/util.h"
#include <arpa/nameser.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

static const struct client client = {.connection = 7};
static struct allow items[2];
static struct resolver resolver = {.items = items, .item_count = ARRAY_SIZE(items)};
static int outer;
static uint8_t said[DNS_UDP_SIZE];
static size_t replies;

static void reply(const struct client *to, const uint8_t *data, size_t size)
{
    assert_int_equal(to->connection, client.connection);
    memcpy(said, data, size);
    replies++;
}

static int set_up(void **state HUSK_UNUSED)
{
    int legs[2];

    assert_null(allow_parse("www.example.org:80", &items[0]));
    assert_null(allow_parse("10.0.0.0/8", &items[1])); /* so that nothing has to be opened */
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, legs), 0);
    resolver.legs = legs[0];
    outer = legs[1];
    resolver.names = names_make(items, ARRAY_SIZE(items));
    resolver.reply = reply;
    replies = 0;
    resolver_start(&resolver);
    return 0;
}

static int tear_down(void **state HUSK_UNUSED)
{
    close(resolver.legs);
    close(outer);
    return 0;
}

/* Asks for TYPE; what the outer leg is to answer. */
static struct ask ask_for(uint16_t type)
{
    struct question q = {.id = 9, .type = type, .recursive = true, .name = "www.example.org"};
    uint8_t data[DNS_UDP_SIZE];
    struct ask ask;

    resolver_ask(data, dns_write_question(data, &q), &client);
    assert_int_equal(recv(outer, &ask, sizeof ask, MSG_DONTWAIT), sizeof ask);
    assert_int_equal(ask.type, type);
    return ask;
}

/* The rcode that a client gets when the outer leg answers a question for TYPE with A. */
static unsigned told(uint16_t type, const struct answer *a)
{
    const struct told t = {.serial = ask_for(type).serial, .answer = *a};
    size_t before = replies;

    resolver_told(&t);
    assert_int_equal(replies, before + 1);
    resolver_told(&t); /* again, and nobody waits for it */
    assert_int_equal(replies, before + 1);
    return said[3] & 15;
}

static struct ip ip(const char *text)
{
    struct ip a;

    assert_true(ip_parse(text, &a));
    return a;
}

static void what_is_no_answer_is_none(void **state HUSK_UNUSED)
{
    const struct answer family4 = {.count = 1, .ip = {ip("10.0.0.1")}}, family6 = {.count = 1, .ip = {ip("fd00::1")}},
                        many = {.count = DNS_ADDRESSES + 1, .ip = {ip("10.0.0.1")}}, rcode = {.rcode = 16},
                        both = {.rcode = ns_r_nxdomain, .count = 1, .ip = {ip("10.0.0.1")}};

    assert_int_equal(told(ns_t_aaaa, &family4), ns_r_servfail);
    assert_int_equal(told(ns_t_a, &family6), ns_r_servfail);
    assert_int_equal(told(ns_t_a, &many), ns_r_servfail);
    assert_int_equal(told(ns_t_a, &rcode), ns_r_servfail);
    assert_int_equal(told(ns_t_a, &both), ns_r_servfail);
}

static void what_is_one_is_passed_on(void **state HUSK_UNUSED)
{
    const struct answer one = {.ttl = 60, .count = 1, .ip = {ip("10.0.0.1")}}, none = {.rcode = ns_r_nxdomain};

    assert_int_equal(told(ns_t_aaaa, &none), ns_r_nxdomain);
    assert_int_equal(told(ns_t_a, &one), ns_r_noerror);
    assert_int_equal(said[6] << 8 | said[7], 1); /* answers */
}

static void nobody_else_is_answered(void **state HUSK_UNUSED)
{
    const struct told other = {.serial = 12345};

    resolver_told(&other);
    assert_int_equal(replies, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_no_answer_is_none, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_one_is_passed_on, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nobody_else_is_answered, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
