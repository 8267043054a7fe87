/*
 * The leg that asks name servers, and servers that are as servers are on the internet. They are sockets of this
 * test's, on the loopback; no time is waited for: a deadline is over when the test says so.
 */
#include "allow/outer.c" /* for its lookups */
#include "base/ip.h"
#include "base/str.h"
#include "capture.h"
#include "in_namespace.h"
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/wait.h>

static struct servers both;    /* on one and the same port */
static int udp[2], tcp[2];     /* theirs */
static int inner;              /* the other end of the legs */
static struct lookup *const l = &lookups[0];

/* ---- servers --------------------------------------------------------------------------------- */

static int bound(int type, struct sockaddr_in *at)
{
    socklen_t size = sizeof *at;
    int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);

    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (struct sockaddr *)at, sizeof *at), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)at, &size), 0);
    return fd;
}

/* In a network of the test's own, where nobody else has the ports. */
static void begin_test(void)
{
    struct ifreq lo = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING};
    HUSK_FD int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    int pair[2];

    assert_int_equal(ioctl(fd, SIOCSIFFLAGS, &lo), 0);
    both.count = 2;
    for (unsigned i = 0; i < both.count; i++) {
        struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};

        tcp[i] = bound(SOCK_STREAM, &at);
        assert_int_equal(listen(tcp[i], 4), 0);
        udp[i] = bound(SOCK_DGRAM, &at);
        memcpy(&both.address[i], &at, sizeof at);
        both.length[i] = sizeof at;
    }
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair), 0);
    legs = pair[0];
    inner = pair[1];
    servers = &both;
    memset(lookups, 0, sizeof lookups);
}

/* What server I is asked, and by whom. */
static struct question asked_of(int i, struct sockaddr_in *from)
{
    struct question q = {.id = 0};
    socklen_t size = sizeof *from;
    uint8_t data[DNS_UDP_SIZE];
    ssize_t n = recvfrom(udp[i], data, sizeof data, 0, (struct sockaddr *)from, &size);

    assert_true(n > 0);
    assert_int_equal(dns_read_question(data, (size_t)n, &q), 0);
    return q;
}

static bool is_not_asked(int i)
{
    uint8_t byte;

    return recv(udp[i], &byte, 1, MSG_DONTWAIT) < 0 && errno == EAGAIN;
}

/* The answer to Q, one address. */
static size_t write_answer(uint8_t *data, const struct question *q, unsigned rcode)
{
    struct answer a = {.rcode = rcode, .ttl = 60, .count = rcode == 0};

    assert_true(ip_parse("192.31.196.1", &a.ip[0]));
    return dns_write_reply(data, q, &a);
}

static void send_answer(int i, const struct question *q, unsigned rcode, const struct sockaddr_in *to)
{
    uint8_t data[DNS_UDP_SIZE];
    size_t n = write_answer(data, q, rcode);

    assert_int_equal(sendto(udp[i], data, n, 0, (const struct sockaddr *)to, sizeof *to), n);
}

/* ---- the leg --------------------------------------------------------------------------------- */

static void ask(const char *name, uint16_t type)
{
    struct ask one = {.serial = 11, .type = type};

    str_copy(one.name, sizeof one.name, name);
    begin(&one);
}

/* Waits for EVENTS of the lookup, and has it look. If its deadline is not over, it will not be. */
static void serve_when(short events)
{
    struct pollfd p = {.fd = l->fd, .events = events};

    assert_true(l->used);
    assert_int_equal(poll(&p, 1, -1), 1);
    if (l->deadline)
        l->deadline = INT64_MAX;
    serve(l, p.revents);
}

static void read_it(void)
{
    serve_when(POLLIN);
}

static bool has_told(struct told *ret)
{
    return recv(inner, ret, sizeof *ret, 0) == sizeof *ret;
}

/* The lookup has ended with RCODE, and COUNT addresses. */
static void is_told(unsigned rcode, size_t count)
{
    struct told told;

    assert_true(has_told(&told));
    assert_false(l->used);
    assert_int_equal(l->fd, FD_NONE);
    assert_int_equal(told.serial, 11);
    assert_int_equal(told.answer.rcode, rcode);
    assert_int_equal(told.answer.count, count);
}

static void goes_on(void)
{
    struct told told;

    assert_true(l->used);
    assert_false(has_told(&told));
}

/* ---- UDP ------------------------------------------------------------------------------------- */

static void an_answer_is_told(void **state HUSK_UNUSED)
{
    struct sockaddr_in from;
    struct question q;

    begin_test();
    ask("example.org", ns_t_a);
    goes_on();
    assert_true(patience() >= 0 && patience() <= TRY_MS);
    q = asked_of(0, &from);
    assert_string_equal(q.name, "example.org");
    send_answer(0, &q, ns_r_noerror, &from);
    read_it();
    is_told(ns_r_noerror, 1);
    assert_int_equal(patience(), -1);
    ask("none.example.org", ns_t_a);
    q = asked_of(0, &from);
    send_answer(0, &q, ns_r_nxdomain, &from);
    read_it();
    is_told(ns_r_nxdomain, 0);
}

static void no_two_questions_are_the_same(void **state HUSK_UNUSED)
{
    struct sockaddr_in from[2] = {0};
    unsigned same = 0;

    begin_test();
    for (unsigned i = 0; i < 8; i++) {
        struct question q[2];

        memset(lookups, 0, 2 * sizeof *l);
        ask("example.org", ns_t_a);
        ask("example.org", ns_t_a);
        q[0] = asked_of(0, &from[0]);
        q[1] = asked_of(0, &from[1]);
        assert_int_not_equal(from[0].sin_port, from[1].sin_port);
        same += q[0].id == q[1].id;
        fd_closep(&lookups[0].fd);
        fd_closep(&lookups[1].fd);
    }
    assert_true(same < 3); /* by chance once in 65536 */
}

/* They come to the right port from the right address, but know no id. */
static void a_forged_answer_is_passed_over(void **state HUSK_UNUSED)
{
    struct sockaddr_in from;
    struct question q;

    begin_test();
    ask("example.org", ns_t_a);
    q = asked_of(0, &from);
    q.id++;
    send_answer(0, &q, ns_r_noerror, &from);
    read_it();
    goes_on();
    q.id--;
    str_copy(q.name, sizeof q.name, "example.com");
    send_answer(0, &q, ns_r_noerror, &from);
    read_it();
    goes_on();
    str_copy(q.name, sizeof q.name, "example.org");
    send_answer(0, &q, ns_r_noerror, &from);
    read_it();
    is_told(ns_r_noerror, 1);
}

static void a_server_that_cannot_is_not_asked_twice(void **state HUSK_UNUSED)
{
    struct sockaddr_in from;
    struct question q;

    begin_test();
    ask("example.org", ns_t_a);
    q = asked_of(0, &from);
    send_answer(0, &q, ns_r_refused, &from);
    read_it();
    goes_on();
    q = asked_of(1, &from);
    send_answer(1, &q, ns_r_servfail, &from);
    read_it();
    is_told(ns_r_servfail, 0);
}

static void one_that_is_not_there_is_passed_over(void **state HUSK_UNUSED)
{
    struct sockaddr_in from;
    struct question q;

    begin_test();
    close(udp[0]);
    ask("example.org", ns_t_a);
    read_it(); /* ICMP says so */
    goes_on();
    q = asked_of(1, &from);
    send_answer(1, &q, ns_r_noerror, &from);
    read_it();
    is_told(ns_r_noerror, 1);
}

/* ---- in time --------------------------------------------------------------------------------- */

static void each_try_has_an_end(void **state HUSK_UNUSED)
{
    struct sockaddr_in from;

    begin_test();
    ask("example.org", ns_t_a);
    for (unsigned i = 0; i < TRIES; i++) {
        goes_on();
        asked_of((int)i % 2, &from);
        l->deadline = INT64_MAX;
        serve(l, 0);
        goes_on();
        l->deadline = 0;
        assert_int_equal(patience(), 0);
        serve(l, 0);
    }
    is_told(ns_r_servfail, 0);
}

/* Also one in which there is always something to read. */
static void a_flood_is_no_reason_to_wait(void **state HUSK_UNUSED)
{
    struct sockaddr_in from;
    struct question q;

    begin_test();
    ask("example.org", ns_t_a);
    for (unsigned i = 0; i < TRIES; i++) {
        q = asked_of((int)i % 2, &from);
        q.id++;
        for (unsigned k = 0; k < 20; k++) {
            send_answer((int)i % 2, &q, ns_r_noerror, &from);
            send_answer((int)i % 2, &q, ns_r_noerror, &from);
            read_it();
            goes_on();
        }
        l->deadline = 0;
        read_it();
    }
    is_told(ns_r_servfail, 0);
}

/* ---- TCP ------------------------------------------------------------------------------------- */

/* Has the lookup go over to TCP; the connection at server I. */
static int go_to_tcp(int i, struct question *ret)
{
    struct sockaddr_in from;
    uint8_t data[2 + DNS_UDP_SIZE];
    struct question q = asked_of(i, &from);
    size_t n = write_answer(data, &q, ns_r_noerror);
    ssize_t got;
    int fd;

    data[2] |= 2; /* it is cut off */
    assert_int_equal(sendto(udp[i], data, n, 0, (struct sockaddr *)&from, sizeof from), n);
    read_it();
    goes_on();
    assert_true(l->tcp && !l->sent);
    fd = accept4(tcp[i], NULL, NULL, SOCK_CLOEXEC);
    assert_true(fd >= 0);
    serve_when(POLLOUT);
    got = recv(fd, data, sizeof data, 0);
    assert_true(got > 2 && got == 2 + (data[0] << 8 | data[1]));
    assert_int_equal(dns_read_question(data + 2, (size_t)got - 2, ret), 0);
    return fd;
}

static void what_was_cut_off_is_asked_by_tcp(void **state HUSK_UNUSED)
{
    uint8_t data[2 + DNS_UDP_SIZE];
    struct question q;
    size_t n;
    int fd;

    begin_test();
    ask("example.org", ns_t_a);
    fd = go_to_tcp(0, &q);
    n = write_answer(data + 2, &q, ns_r_noerror);
    data[0] = 0;
    data[1] = (uint8_t)n;
    for (size_t at = 0; at < n + 2; at += 5) { /* in pieces */
        goes_on();
        assert_true(send(fd, data + at, MIN((size_t)5, n + 2 - at), 0) > 0);
        read_it();
    }
    is_told(ns_r_noerror, 1);
    close(fd);
}

static void a_hang_up_is_another_try(void **state HUSK_UNUSED)
{
    struct sockaddr_in from;
    struct question q;

    begin_test();
    ask("example.org", ns_t_a);
    close(go_to_tcp(0, &q));
    read_it();
    goes_on();
    assert_false(l->tcp);
    q = asked_of(1, &from);
    send_answer(1, &q, ns_r_noerror, &from);
    read_it();
    is_told(ns_r_noerror, 1);
}

static void so_is_too_much(void **state HUSK_UNUSED)
{
    static const uint8_t much[ANSWER_SIZE + 1] = {0xff, 0xff};
    struct sockaddr_in from;
    struct question q;
    int fd;

    begin_test();
    ask("example.org", ns_t_a);
    fd = go_to_tcp(0, &q);
    assert_int_equal(send(fd, much, sizeof much, 0), sizeof much);
    while (l->tcp)
        read_it();
    goes_on();
    asked_of(1, &from);
    close(fd);
}

/* A byte now and then, for ever. */
static void a_trickle_has_an_end(void **state HUSK_UNUSED)
{
    struct question q;
    int fd;

    begin_test();
    ask("example.org", ns_t_a);
    fd = go_to_tcp(0, &q);
    assert_int_equal(send(fd, "\1", 1, 0), 1);
    read_it();
    assert_true(l->tcp);
    assert_int_equal(send(fd, "\1", 1, 0), 1);
    l->deadline = 0;
    read_it();
    goes_on();
    assert_false(l->tcp);
    assert_int_equal(l->tries, 1);
    close(fd);
}

/* ---- the inner leg --------------------------------------------------------------------------- */

/* Which may have been taken over by what the sandbox sent. */
static void nothing_else_is_asked(void **state HUSK_UNUSED)
{
    static const struct {
        const char *name;
        uint16_t type;
    } bad[] = {
        {"", ns_t_a}, {"a..b", ns_t_a}, {".", ns_t_a}, {"a b", ns_t_a}, {"\300\014", ns_t_a},
        {"a/b", ns_t_aaaa}, {"example.org", ns_t_txt}, {"example.org", ns_t_axfr}, {"example.org", 0},
        {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.org", ns_t_a},
    };
    struct ask endless = {.serial = 11, .type = ns_t_a};

    begin_test();
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        ask(bad[i].name, bad[i].type);
        is_told(ns_r_servfail, 0);
        assert_true(is_not_asked(0) && is_not_asked(1));
    }
    memset(endless.name, 'a', sizeof endless.name);
    begin(&endless);
    is_told(ns_r_servfail, 0);
    assert_true(is_not_asked(0));
}

/* All of it, with an end. */
static int run(void *arg HUSK_UNUSED)
{
    close(inner);
    outer_run(legs, &both);
}

static void it_ends_with_the_inner_leg(void **state HUSK_UNUSED)
{
    pid_t pid;
    int status;

    begin_test();
    fcntl(legs, F_SETFL, 0); /* blocking, as husk-allow has it */
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0)
        _exit(run(NULL));
    close(legs);
    close(inner);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}

/* Each in a network of its own. */
#define TEST(body) IN_NAMESPACE(body, CLONE_NEWUSER | CLONE_NEWNET, AS_ID_0)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_answer_is_told),
        TEST(no_two_questions_are_the_same),
        TEST(a_forged_answer_is_passed_over),
        TEST(a_server_that_cannot_is_not_asked_twice),
        TEST(one_that_is_not_there_is_passed_over),
        TEST(each_try_has_an_end),
        TEST(a_flood_is_no_reason_to_wait),
        TEST(what_was_cut_off_is_asked_by_tcp),
        TEST(a_hang_up_is_another_try),
        TEST(so_is_too_much),
        TEST(a_trickle_has_an_end),
        TEST(nothing_else_is_asked),
        TEST(it_ends_with_the_inner_leg),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
