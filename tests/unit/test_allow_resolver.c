/*
 * The resolver between a client and the leg that asks outside, both of which are here; what it opens is noted in
 * place of rules for the kernel (allow-*.t have them).
 */
#include "allow/resolver.h"
#include "allow/refusals.h"
#include "base/str.h"
#include "capture.h"
#include <arpa/nameser.h>
#include <fcntl.h>
#include <sys/socket.h>

static struct admission opened[64];
static size_t opened_count;
static int may_open;

int rules_admit(struct rules *rules HUSK_UNUSED, const struct names *names HUSK_UNUSED, const char *name HUSK_UNUSED,
                const struct admission *list, size_t count)
{
    for (size_t i = 0; i < count && opened_count < ARRAY_SIZE(opened); i++)
        opened[opened_count++] = list[i];
    return may_open;
}

/* ---- around it ------------------------------------------------------------------------------- */

static const char *const list[] = {"example.org", "*.example.net:443", "10.1.0.0/16"};
static struct allow items[ARRAY_SIZE(list)];
static struct resolver resolver;
static int outer; /* the other end of its legs */

/* Of the last reply. */
static int reply_count, replied_to;
static uint8_t replied[DNS_UDP_SIZE];
static size_t replied_size;

static void take_reply(const struct client *client, const uint8_t *data, size_t size)
{
    assert_true(size <= sizeof replied);
    memcpy(replied, data, size);
    replied_size = size;
    replied_to = client->connection;
    reply_count++;
}

static int begin(void **state HUSK_UNUSED)
{
    static int pair[2];

    reply_count = 0;
    opened_count = 0;
    may_open = 0;
    if (resolver.legs)
        return 0;
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair), 0);
    for (size_t i = 0; i < ARRAY_SIZE(list); i++)
        assert_null(allow_parse(list[i], &items[i]));
    resolver = (struct resolver){.items = items,
                                 .item_count = ARRAY_SIZE(items),
                                 .names = names_make(items, ARRAY_SIZE(items)),
                                 .legs = pair[0],
                                 .reply = take_reply};
    outer = pair[1];
    resolver_start(&resolver);
    return 0;
}

static struct question question;

/* Client CLIENT asks for NAME. */
static void ask_as(int client, const char *name, uint16_t type)
{
    const struct client from = {.connection = client};
    uint8_t query[DNS_UDP_SIZE];

    question = (struct question){.id = 77, .type = type};
    str_copy(question.name, sizeof question.name, name);
    resolver_ask(query, dns_write_question(query, &question), &from);
}

static void ask(const char *name, uint16_t type)
{
    ask_as(5, name, type);
}

/* What is asked outside; false: nothing is. */
static bool is_asked(struct ask *ret)
{
    return recv(outer, ret, sizeof *ret, 0) == sizeof *ret;
}

/* The reply to the last question, which is one. */
static struct answer answer(void)
{
    struct answer a = {.rcode = 99};
    int r;

    assert_int_equal(reply_count, 1);
    assert_int_equal(replied[0] << 8 | replied[1], 77);
    reply_count = 0;
    r = dns_read_answer(replied, replied_size, &question, &a);
    if (r < 0)
        a.rcode = replied[3] & 15; /* of a question for no address */
    return a;
}

/* A question that is answered at once, and of which nobody outside hears. */
static void is_answered(const char *name, uint16_t type, unsigned rcode)
{
    struct ask asked;
    struct answer a;

    ask(name, type);
    assert_false(is_asked(&asked));
    a = answer();
    assert_int_equal(a.rcode, rcode);
    assert_int_equal(a.count, 0);
    assert_int_equal(opened_count, 0);
}

/* Asks for NAME, which is asked outside; the answer there has ADDRESSES, with blanks between them. */
static struct answer resolve(const char *name, uint16_t type, const char *addresses, unsigned rcode)
{
    struct told told = {.answer = {.rcode = rcode, .ttl = 300}};
    char text[256], *rest = text, *one;
    struct ask asked;

    ask(name, type);
    assert_int_equal(reply_count, 0);
    assert_true(is_asked(&asked));
    assert_int_equal(asked.type, type);
    str_copy(text, sizeof text, addresses);
    while ((one = strsep(&rest, " ")))
        if (*one)
            assert_true(ip_parse(one, &told.answer.ip[told.answer.count++]));
    told.serial = asked.serial;
    resolver_told(&told);
    return answer();
}

static void is_open(size_t i, const char *address)
{
    char text[IP_TEXT];

    assert_in_range(i, 0, opened_count - 1);
    assert_string_equal(ip_format(text, &opened[i].ip), address);
    assert_in_range(opened[i].seconds, 300, 400); /* longer than the answer counts */
}

/* ---- what it does ---------------------------------------------------------------------------- */

static void of_other_names_nobody_hears(void **state HUSK_UNUSED)
{
    is_answered("example.com", ns_t_a, ns_r_nxdomain);
    is_answered("x.example.org", ns_t_a, ns_r_nxdomain);
    is_answered("example.net", ns_t_aaaa, ns_r_nxdomain);
    is_answered("secret.of.the.command.example.com", ns_t_txt, ns_r_nxdomain);
    is_answered("", ns_t_ns, ns_r_nxdomain);
}

static void other_types_have_no_answer(void **state HUSK_UNUSED)
{
    is_answered("example.org", ns_t_txt, ns_r_noerror);
    is_answered("a.example.net", 65, ns_r_noerror); /* HTTPS */
    is_answered("a.example.net", ns_t_any, ns_r_noerror);
}

static void what_is_no_question_is_dropped_or_refused(void **state HUSK_UNUSED)
{
    static const uint8_t update[12] = {0, 77, 5 << 3};
    const struct client from = {.connection = 5};

    resolver_ask((const uint8_t *)"x", 1, &from);
    assert_int_equal(reply_count, 0);
    resolver_ask(update, sizeof update, &from);
    assert_int_equal(answer().rcode, ns_r_notimpl);
}

static void an_address_is_open_before_it_is_told(void **state HUSK_UNUSED)
{
    struct answer a = resolve("Example.ORG", ns_t_a, "192.31.196.1 192.31.196.2", ns_r_noerror);
    struct ask asked;

    assert_int_equal(a.rcode, ns_r_noerror);
    assert_int_equal(a.count, 2);
    assert_int_equal(opened_count, 2);
    is_open(0, "192.31.196.1");
    is_open(1, "192.31.196.2");
    ask("example.org", ns_t_a); /* it is remembered, in any case of letters */
    assert_false(is_asked(&asked));
    assert_int_equal(answer().count, 2);
    assert_int_equal(opened_count, 2);
    a = resolve("a.example.net", ns_t_aaaa, "2600::1", ns_r_noerror);
    assert_int_equal(a.count, 1);
    is_open(2, "2600::1");
}

static void what_cannot_be_opened_is_not_told(void **state HUSK_UNUSED)
{
    may_open = -1;
    assert_int_equal(resolve("shut.example.net", ns_t_a, "192.31.196.1", ns_r_noerror).rcode, ns_r_servfail);
    may_open = 0; /* and not remembered */
    assert_int_equal(resolve("shut.example.net", ns_t_a, "192.31.196.1", ns_r_noerror).count, 1);
}

static void names_do_not_lead_to_this_machine(void **state HUSK_UNUSED)
{
    struct answer a = resolve("in.example.net", ns_t_a, "127.0.0.1 10.2.0.1 169.254.169.254 192.31.196.3", ns_r_noerror);

    assert_int_equal(a.count, 1);
    assert_int_equal(opened_count, 1);
    is_open(0, "192.31.196.3");
    /* What the list has says by itself what is open. */
    opened_count = 0;
    a = resolve("own.example.net", ns_t_a, "10.1.2.3 192.168.0.1", ns_r_noerror);
    assert_int_equal(a.count, 1);
    assert_int_equal(a.ip[0].bytes[1], 1);
    assert_int_equal(opened_count, 0);
    assert_int_equal(resolve("six.example.net", ns_t_aaaa, "::1 ::ffff:127.0.0.1 fe80::1", ns_r_noerror).count, 0);
    assert_int_equal(opened_count, 0);
}

static void that_there_is_none_is_told(void **state HUSK_UNUSED)
{
    assert_int_equal(resolve("none.example.net", ns_t_a, "", ns_r_nxdomain).rcode, ns_r_nxdomain);
    assert_int_equal(resolve("bad.example.net", ns_t_a, "", ns_r_servfail).rcode, ns_r_servfail);
    assert_int_equal(resolve("bad.example.net", ns_t_a, "", ns_r_servfail).rcode, ns_r_servfail);
}

/* ---- a leg outside that was taken over ------------------------------------------------------- */

static void is_unsound(const char *name, uint16_t type, const struct answer *a)
{
    struct ask asked;

    ask(name, type);
    assert_true(is_asked(&asked));
    resolver_told(&(struct told){.serial = asked.serial, .answer = *a});
    assert_int_equal(answer().rcode, ns_r_servfail);
    assert_int_equal(opened_count, 0);
}

static void what_is_no_answer_opens_nothing(void **state HUSK_UNUSED)
{
    struct answer a = {.ttl = 300, .count = 1};

    assert_true(ip_parse("2600::1", &a.ip[0]));
    is_unsound("u1.example.net", ns_t_a, &a);
    assert_true(ip_parse("192.31.196.1", &a.ip[0]));
    is_unsound("u2.example.net", ns_t_aaaa, &a);
    a.ip[0].family = AF_UNIX;
    is_unsound("u3.example.net", ns_t_a, &a);
    assert_true(ip_parse("192.31.196.1", &a.ip[0]));
    a.rcode = ns_r_nxdomain;
    is_unsound("u4.example.net", ns_t_a, &a);
    a.rcode = 16;
    is_unsound("u5.example.net", ns_t_a, &a);
    a = (struct answer){.ttl = 300, .count = DNS_ADDRESSES + 1};
    is_unsound("u6.example.net", ns_t_a, &a);
    a.count = SIZE_MAX;
    is_unsound("u7.example.net", ns_t_a, &a);
}

static void nobody_gets_what_was_not_asked(void **state HUSK_UNUSED)
{
    struct told told = {.answer = {.count = 1, .ttl = 300}};
    struct ask asked;

    assert_true(ip_parse("192.31.196.1", &told.answer.ip[0]));
    ask("w.example.net", ns_t_a);
    assert_true(is_asked(&asked));
    told.serial = asked.serial + 1;
    resolver_told(&told);
    assert_int_equal(reply_count, 0);
    assert_int_equal(opened_count, 0);
    told.serial = asked.serial;
    resolver_told(&told);
    assert_int_equal(answer().count, 1);
    resolver_told(&told); /* once more */
    assert_int_equal(reply_count, 0);
    assert_int_equal(opened_count, 1);
}

/* ---- many ------------------------------------------------------------------------------------ */

static void who_asks_the_same_waits_for_the_same(void **state HUSK_UNUSED)
{
    struct told told = {.answer = {.count = 1, .ttl = 300}};
    struct ask asked, again;

    assert_true(ip_parse("192.31.196.1", &told.answer.ip[0]));
    ask_as(6, "both.example.net", ns_t_a);
    ask_as(7, "BOTH.example.net", ns_t_a);
    assert_true(is_asked(&asked));
    assert_string_equal(asked.name, "both.example.net");
    assert_false(is_asked(&again));
    told.serial = asked.serial;
    resolver_told(&told);
    assert_int_equal(reply_count, 2);
    assert_int_equal(replied_to, 7);
}

/* A program may ask for all that a long list has, one by one. */
static void many_names_are_asked_for(void **state HUSK_UNUSED)
{
    char name[64];

    for (unsigned i = 0; i < 3000; i++) {
        snprintf(name, sizeof name, "one%u.example.net", i);
        if (resolve(name, ns_t_a, "192.31.196.1", ns_r_noerror).count != 1)
            fail_msg("number %u was refused", i);
    }
}

static size_t ask_many(const char *what, size_t count, uint32_t *first)
{
    struct ask asked;
    size_t sent = 0;
    char name[64];

    for (size_t i = 0; i < count; i++) {
        snprintf(name, sizeof name, "%s%zu.example.net", what, i);
        ask(name, ns_t_a);
        if (is_asked(&asked) && sent++ == 0)
            *first = asked.serial;
    }
    return sent;
}

/* As many as may be on their way; more wait for room, and when too many do, one is refused at once. Comes last:
 * these stay. */
static void there_is_an_end_to_what_is_asked(void **state HUSK_UNUSED)
{
    struct told told = {.answer.rcode = ns_r_nxdomain};
    uint32_t none;
    struct ask asked;

    assert_int_equal(ask_many("n", LOOKUPS, &told.serial), LOOKUPS);
    ask("n1.example.net", ns_t_a); /* the same */
    assert_int_equal(ask_many("more", 800, &none), 0);
    assert_int_equal(reply_count, 0);
    is_answered("example.com", ns_t_a, ns_r_nxdomain);
    resolver_told(&told);
    assert_int_equal(answer().rcode, ns_r_nxdomain);
    assert_true(is_asked(&asked)); /* who has waited longest */
    assert_string_equal(asked.name, "more0.example.net");
    assert_false(is_asked(&asked));
    assert_int_equal(ask_many("many", 400, &none), 0);
    assert_in_range(reply_count, 200, 399);
    reply_count = 0;
    is_answered("more.example.net", ns_t_a, ns_r_servfail);
    ask("one2999.example.net", ns_t_a); /* which is known */
    assert_int_equal(answer().count, 1);
}

#define TEST(name) cmocka_unit_test_setup(name, begin)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(of_other_names_nobody_hears),
        TEST(other_types_have_no_answer),
        TEST(what_is_no_question_is_dropped_or_refused),
        TEST(an_address_is_open_before_it_is_told),
        TEST(what_cannot_be_opened_is_not_told),
        TEST(names_do_not_lead_to_this_machine),
        TEST(that_there_is_none_is_told),
        TEST(what_is_no_answer_opens_nothing),
        TEST(nobody_gets_what_was_not_asked),
        TEST(who_asks_the_same_waits_for_the_same),
        TEST(many_names_are_asked_for),
        TEST(there_is_an_end_to_what_is_asked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
