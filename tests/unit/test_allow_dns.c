/* DNS messages: what is written can be read, and what is broken or foreign is not taken. */
#include "allow/dns.h"
#include <arpa/nameser.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

/* ---- messages by hand ------------------------------------------------------------------------ */

static uint8_t msg[2048];
static size_t size;

static void put(const void *data, size_t n)
{
    memcpy(msg + size, data, n);
    size += n;
}

static void put16(unsigned value)
{
    put((uint8_t[]){(uint8_t)(value >> 8), (uint8_t)value}, 2);
}

/* Labels that are separated by dots. */
static void put_name(const char *name)
{
    while (*name) {
        uint8_t n = (uint8_t)strcspn(name, ".");

        put(&n, 1);
        put(name, n);
        name += n + (name[n] == '.');
    }
    put("", 1);
}

static void begin(unsigned flags, unsigned questions, unsigned answers)
{
    size = 0;
    put16(0x1234);
    put16(flags);
    put16(questions);
    put16(answers);
    put16(0);
    put16(0);
}

static void put_question(const char *name, unsigned type)
{
    put_name(name);
    put16(type);
    put16(ns_c_in);
}

static void put_rr(const char *name, unsigned type, unsigned ttl, const void *data, size_t n)
{
    put_name(name);
    put16(type);
    put16(ns_c_in);
    put16(ttl >> 16);
    put16(ttl);
    put16((unsigned)n);
    put(data, n);
}

static void put_alias(const char *name, unsigned ttl, const char *to)
{
    size_t length;

    put_rr(name, ns_t_cname, ttl, "", 0);
    length = size;
    put_name(to);
    msg[length - 1] = (uint8_t)(size - length);
}

/* What follows the bytes must not be read: they end where memory does. */
static uint8_t *at_the_end(const void *data, size_t n)
{
    static uint8_t *page;
    size_t length = (size_t)sysconf(_SC_PAGESIZE);

    if (!page) {
        page = mmap(NULL, 2 * length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        assert_ptr_not_equal(page, MAP_FAILED);
        assert_int_equal(mprotect(page + length, length, PROT_NONE), 0);
    }
    assert_true(n <= length);
    memcpy(page + length - n, data, n);
    return page + length - n;
}

static int read_question(struct question *q)
{
    return dns_read_question(at_the_end(msg, size), size, q);
}

static const struct question asked = {.id = 0x1234, .type = ns_t_a, .name = "www.example.org"};
enum { RESPONSE = 0x8180 };

static int read_answer(struct answer *a)
{
    return dns_read_answer(at_the_end(msg, size), size, &asked, a);
}

/* ---- questions ------------------------------------------------------------------------------- */

static void questions_are_read(void **state HUSK_UNUSED)
{
    struct question q;

    begin(0x0100, 1, 0);
    put_question("Www.example.ORG", ns_t_aaaa);
    assert_int_equal(read_question(&q), ns_r_noerror);
    assert_string_equal(q.name, "Www.example.ORG");
    assert_true(q.id == 0x1234 && q.type == ns_t_aaaa && q.recursive);
    begin(0, 1, 0);
    put_question("", ns_t_ns);
    assert_int_equal(read_question(&q), ns_r_noerror);
    assert_string_equal(q.name, "");
    assert_false(q.recursive);
}

/* EDNS, as most programs ask. */
static void an_opt_record_does_no_harm(void **state HUSK_UNUSED)
{
    struct question q;

    begin(0x0120, 1, 0);
    msg[11] = 1;
    put_question("example.org", ns_t_a);
    put("\0\0\x29\x04\xd0\0\0\0\0\0\0", 11);
    assert_int_equal(read_question(&q), ns_r_noerror);
}

static void what_is_no_question_is_refused(void **state HUSK_UNUSED)
{
    struct question q;

    begin(0x0100, 1, 0);
    size = 11;
    assert_true(read_question(&q) < 0);
    begin(RESPONSE, 1, 0);
    put_question("example.org", ns_t_a);
    assert_true(read_question(&q) < 0); /* else two servers could talk for ever */
    begin(0x2800, 1, 0);
    put_question("example.org", ns_t_a);
    assert_int_equal(read_question(&q), ns_r_notimpl);
    begin(0x0100, 0, 0);
    assert_int_equal(read_question(&q), ns_r_formerr);
    assert_int_equal(q.id, 0x1234);
    begin(0x0100, 2, 0);
    put_question("example.org", ns_t_a);
    put_question("example.net", ns_t_a);
    assert_int_equal(read_question(&q), ns_r_formerr);
    assert_string_equal(q.name, "");
}

static void strange_names_are_refused(void **state HUSK_UNUSED)
{
    static const char *const names[] = {"a b.org", "a\\b.org", "a\n.org", "\xff.org", "*.org", "a/b.org"};
    struct question q;

    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        begin(0x0100, 1, 0);
        put_question(names[i], ns_t_a);
        assert_int_equal(read_question(&q), ns_r_formerr);
    }
    begin(0x0100, 1, 0);
    put("\7exa.org\0\0\1\0\1", 13); /* a dot in a label */
    assert_int_equal(read_question(&q), ns_r_formerr);
    begin(0x0100, 1, 0);
    put("\3a\0b\0\0\1\0\1", 9); /* a 0 in one */
    assert_int_equal(read_question(&q), ns_r_formerr);
    begin(0x0100, 1, 0);
    put("\xc0\x0c\0\1\0\1", 6); /* a pointer to itself */
    assert_int_equal(read_question(&q), ns_r_formerr);
    begin(0x0100, 1, 0);
    put("\1a\xc0\x0c\0\1\0\1", 8); /* and one in a circle */
    assert_int_equal(read_question(&q), ns_r_formerr);
    begin(0x0100, 1, 0);
    put("\x40xxxx\0\0\1\0\1", 10); /* a label of no known kind */
    assert_int_equal(read_question(&q), ns_r_formerr);
}

/* ---- what we write --------------------------------------------------------------------------- */

static void our_question_is_one(void **state HUSK_UNUSED)
{
    struct question q;

    size = dns_write_question(msg, &asked);
    assert_int_equal(read_question(&q), ns_r_noerror);
    assert_string_equal(q.name, asked.name);
    assert_true(q.id == asked.id && q.type == asked.type && q.recursive);
}

static void our_reply_is_an_answer(void **state HUSK_UNUSED)
{
    struct answer a = {.ttl = 77, .count = 2}, b;

    ip_parse("192.0.2.1", &a.ip[0]);
    ip_parse("192.0.2.2", &a.ip[1]);
    size = dns_write_reply(msg, &asked, &a);
    assert_int_equal(read_answer(&b), 0);
    assert_true(b.rcode == ns_r_noerror && b.count == 2 && b.ttl == 77);
    assert_memory_equal(&b.ip[1], &a.ip[1], sizeof b.ip[1]);
    a = (struct answer){.rcode = ns_r_nxdomain};
    size = dns_write_reply(msg, &asked, &a);
    assert_int_equal(read_answer(&b), 0);
    assert_true(b.rcode == ns_r_nxdomain && b.count == 0);
}

static void replies_have_their_size(void **state HUSK_UNUSED)
{
    struct question q = {.id = 1, .type = ns_t_aaaa};
    struct answer a = {.ttl = 1, .count = DNS_ADDRESSES}, b;

    for (size_t i = 0; i < 253; i++)
        q.name[i] = i % 2 ? '.' : 'a';
    for (size_t i = 0; i < a.count; i++)
        ip_parse("2001:db8::1", &a.ip[i]);
    size = dns_write_reply(msg, &q, &a);
    assert_in_range(size, 450, DNS_UDP_SIZE);
    assert_int_equal(dns_read_answer(msg, size, &q, &b), 0);
    assert_int_equal(b.count, 8);
    q.type = 0;
    a = (struct answer){.rcode = ns_r_formerr};
    assert_int_equal(dns_write_reply(msg, &q, &a), 12); /* to what could not be read */
}

/* ---- answers --------------------------------------------------------------------------------- */

static void aliases_are_followed(void **state HUSK_UNUSED)
{
    struct answer a;

    begin(RESPONSE, 1, 5);
    put_question("www.example.org", ns_t_a);
    put_rr("b.example.net", ns_t_a, 50, "\1\2\3\4", 4);
    put_alias("a.example.net", 40, "B.example.net");
    put_alias("WWW.example.org", 60, "a.example.net");
    put_rr("other.example.net", ns_t_a, 1, "\5\5\5\5", 4);
    put_rr("www.example.org", ns_t_a, 1, "\6\6\6\6", 4); /* besides an alias: not valid */
    assert_int_equal(read_answer(&a), 0);
    assert_int_equal(a.count, 1);
    assert_memory_equal(a.ip[0].bytes, "\1\2\3\4", 4);
    assert_int_equal(a.ttl, 40);
}

static void circles_of_aliases_end(void **state HUSK_UNUSED)
{
    struct answer a;

    begin(RESPONSE, 1, 2);
    put_question("www.example.org", ns_t_a);
    put_alias("www.example.org", 60, "b.example.org");
    put_alias("b.example.org", 60, "www.example.org");
    assert_int_equal(read_answer(&a), -EBADMSG);
}

static void what_answers_something_else_is_left(void **state HUSK_UNUSED)
{
    struct answer a;

    begin(RESPONSE, 1, 0);
    put_question("www.example.net", ns_t_a);
    assert_int_equal(read_answer(&a), -EAGAIN);
    begin(RESPONSE, 1, 0);
    put_question("www.example.org", ns_t_aaaa);
    assert_int_equal(read_answer(&a), -EAGAIN);
    begin(RESPONSE, 0, 1);
    put_rr("www.example.org", ns_t_a, 50, "\1\2\3\4", 4);
    assert_int_equal(read_answer(&a), -EAGAIN);
    begin(0x0100, 1, 0);
    put_question("www.example.org", ns_t_a);
    assert_int_equal(read_answer(&a), -EAGAIN);
    begin(RESPONSE, 1, 0);
    put_question("www.example.org", ns_t_a);
    msg[1] ^= 1;
    assert_int_equal(read_answer(&a), -EAGAIN);
}

static void other_outcomes_are_told_apart(void **state HUSK_UNUSED)
{
    struct answer a;

    begin(RESPONSE | 0x0200, 1, 0);
    put_question("www.example.org", ns_t_a);
    assert_int_equal(read_answer(&a), -EMSGSIZE);
    begin(RESPONSE | ns_r_servfail, 1, 0);
    put_question("www.example.org", ns_t_a);
    assert_int_equal(read_answer(&a), 0);
    assert_int_equal(a.rcode, ns_r_servfail);
    begin(RESPONSE, 1, 0);
    put_question("www.example.org", ns_t_a);
    assert_int_equal(read_answer(&a), 0);
    assert_true(a.rcode == ns_r_noerror && a.count == 0);
}

static void broken_records_are_refused(void **state HUSK_UNUSED)
{
    struct answer a;

    begin(RESPONSE, 1, 1);
    put_question("www.example.org", ns_t_a);
    put_rr("www.example.org", ns_t_a, 50, "\1\2\3\4\5", 5);
    assert_int_equal(read_answer(&a), -EBADMSG);
    begin(RESPONSE, 1, 1);
    put_question("www.example.org", ns_t_a);
    put_rr("www.example.org", ns_t_cname, 50, "\xc0\xff", 2); /* leads behind the end */
    assert_int_equal(read_answer(&a), -EBADMSG);
    begin(RESPONSE, 1, 60000);
    put_question("www.example.org", ns_t_a);
    put_rr("www.example.org", ns_t_a, 50, "\1\2\3\4", 4);
    assert_int_equal(read_answer(&a), -EBADMSG);
}

static void times_are_bounded(void **state HUSK_UNUSED)
{
    struct answer a;

    begin(RESPONSE, 1, 1);
    put_question("www.example.org", ns_t_a);
    put_rr("www.example.org", ns_t_a, 0x80000001, "\1\2\3\4", 4);
    assert_int_equal(read_answer(&a), 0);
    assert_int_equal(a.ttl, 0);
    begin(RESPONSE, 1, 1);
    put_question("www.example.org", ns_t_a);
    put_rr("www.example.org", ns_t_a, 0x7fffffff, "\1\2\3\4", 4);
    assert_int_equal(read_answer(&a), 0);
    assert_int_equal(a.ttl, DNS_TTL_MAX);
}

static void many_addresses_are_cut(void **state HUSK_UNUSED)
{
    struct answer a;

    begin(RESPONSE, 1, 40);
    put_question("www.example.org", ns_t_a);
    for (unsigned i = 0; i < 40; i++)
        put_rr("www.example.org", ns_t_a, 50, (uint8_t[]){1, 2, 3, (uint8_t)i}, 4);
    assert_int_equal(read_answer(&a), 0);
    assert_int_equal(a.count, DNS_ADDRESSES);
}

/* Each message that is one byte, or one bit, away from a good one is read within its bounds, and what comes
 * of it is within its own. */
static void no_byte_does_harm(void **state HUSK_UNUSED)
{
    uint8_t good[sizeof msg];
    size_t good_size;
    struct question q;
    struct answer a;

    begin(RESPONSE, 1, 3);
    put_question("www.example.org", ns_t_a);
    put_alias("www.example.org", 60, "b.example.org");
    put_rr("b.example.org", ns_t_a, 50, "\1\2\3\4", 4);
    put("\xc0\x0c\0\1\0\1\0\0\0\1\0\4\1\1\1\1", 16);
    assert_int_equal(read_answer(&a), 0);
    memcpy(good, msg, good_size = size);
    for (size = 0; size < good_size; size++) {
        read_answer(&a);
        read_question(&q);
    }
    for (size_t bit = 0; bit < 8 * good_size; bit++) {
        memcpy(msg, good, size = good_size);
        msg[bit / 8] ^= (uint8_t)(1 << bit % 8);
        read_answer(&a);
        assert_true(a.count <= DNS_ADDRESSES && a.ttl <= DNS_TTL_MAX);
        msg[2] &= 0x7f;
        read_question(&q);
        assert_true(strlen(q.name) < DNS_NAME);
    }
    srandom(1);
    for (unsigned i = 0; i < 20000; i++) {
        memcpy(msg, good, size = good_size);
        for (unsigned k = 0; k < 6; k++)
            msg[2 + (size_t)random() % (size - 2)] = (uint8_t)random();
        size = 12 + (size_t)random() % (size - 11);
        read_answer(&a);
        assert_true(a.count <= DNS_ADDRESSES && a.ttl <= DNS_TTL_MAX);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(questions_are_read),
        cmocka_unit_test(an_opt_record_does_no_harm),
        cmocka_unit_test(what_is_no_question_is_refused),
        cmocka_unit_test(strange_names_are_refused),
        cmocka_unit_test(our_question_is_one),
        cmocka_unit_test(our_reply_is_an_answer),
        cmocka_unit_test(replies_have_their_size),
        cmocka_unit_test(aliases_are_followed),
        cmocka_unit_test(circles_of_aliases_end),
        cmocka_unit_test(what_answers_something_else_is_left),
        cmocka_unit_test(other_outcomes_are_told_apart),
        cmocka_unit_test(broken_records_are_refused),
        cmocka_unit_test(times_are_bounded),
        cmocka_unit_test(many_addresses_are_cut),
        cmocka_unit_test(no_byte_does_harm),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
