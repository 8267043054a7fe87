/*
 * The leg inside: real clients on the loopback of a network of the test's own, the outer leg is this test. What it
 * opens would be rules of the kernel's (test_allow_rules.c).
 */
#include "allow/inner.h"
#include "base/alloc.h"
#include "base/str.h"
#include "capture.h"
#include "in_namespace.h"
#include "plan/net.h"
#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/wait.h>

enum { CONNECTIONS = 16 }; /* at one time */

int rules_admit(struct rules *rules HUSK_UNUSED, const struct names *names HUSK_UNUSED, const char *name HUSK_UNUSED,
                const struct admission *list HUSK_UNUSED, size_t count HUSK_UNUSED)
{
    return 0;
}

/* ---- around it ------------------------------------------------------------------------------- */

static int outer, life; /* our ends */
static pid_t leg;

static void begin(void)
{
    static struct allow item;
    struct resolver r = {.items = &item, .item_count = 1};
    struct inner inner = {.refusals = FD_NONE};
    int legs[2], ends[2];

    assert_null(allow_parse("example.org", &item));
    r.names = names_make(&item, 1);
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, legs), 0);
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    assert_int_equal(inner_listen(&inner), 0);
    leg = fork();
    assert_true(leg >= 0);
    if (leg == 0) {
        close(legs[1]);
        close(ends[1]);
        inner.legs = legs[0];
        inner.life = ends[0];
        fcntl(inner.legs, F_SETFL, O_NONBLOCK);
        _exit(-inner_run(&inner, &r));
    }
    close(inner.udp);
    close(inner.tcp);
    close(legs[0]);
    close(ends[0]);
    outer = legs[1];
    life = ends[1];
}

static void ends_with(int expected)
{
    int status;

    assert_int_equal(waitpid(leg, &status, 0), leg);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), expected);
}

static void end(void)
{
    close(life);
    ends_with(0);
}

static int connected(int type)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(53)};
    int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);

    inet_pton(AF_INET, NET_DNS_LIST, &to.sin_addr);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

static struct question question_for(const char *name)
{
    struct question q = {.id = 4711, .type = ns_t_a};

    str_copy(q.name, sizeof q.name, name);
    return q;
}

/* A message of TCP's: its length, and the question for NAME. */
static size_t tcp_question(uint8_t *data, const char *name)
{
    const struct question q = question_for(name);
    size_t n = dns_write_question(data + 2, &q);

    data[0] = (uint8_t)(n >> 8);
    data[1] = (uint8_t)n;
    return 2 + n;
}

/* Plays the outer leg once: EXAMPLE.ORG has an address. */
static void tell(void)
{
    struct told told = {.answer = {.count = 1, .ttl = 100}};
    struct ask ask;

    assert_int_equal(read(outer, &ask, sizeof ask), sizeof ask);
    assert_string_equal(ask.name, "example.org");
    told.serial = ask.serial;
    assert_true(ip_parse("192.31.196.1", &told.answer.ip[0]));
    assert_int_equal(write(outer, &told, sizeof told), sizeof told);
}

static void is_reply(const uint8_t *data, size_t n, const char *name, unsigned rcode, size_t count)
{
    const struct question q = question_for(name);
    struct answer a;

    assert_int_equal(dns_read_answer(data, n, &q, &a), 0);
    assert_int_equal(a.rcode, rcode);
    assert_int_equal(a.count, count);
}

static void replies_by_tcp(int fd, const char *name, unsigned rcode, size_t count)
{
    uint8_t data[2 + DNS_UDP_SIZE];
    size_t n;

    assert_int_equal(recv(fd, data, 2, MSG_WAITALL), 2);
    n = (size_t)(data[0] << 8 | data[1]);
    assert_in_range(n, 12, DNS_UDP_SIZE);
    assert_int_equal(recv(fd, data, n, MSG_WAITALL), n);
    is_reply(data, n, name, rcode, count);
}

/* Nothing more comes over FD. */
static void hangs_up(int fd)
{
    uint8_t byte;
    ssize_t n = recv(fd, &byte, 1, 0);

    assert_true(n == 0 || (n < 0 && errno == ECONNRESET));
    close(fd);
}

/* ---- UDP ------------------------------------------------------------------------------------- */

static void it_answers_by_udp(void **state HUSK_UNUSED)
{
    const struct question listed = question_for("example.org"), other = question_for("example.com");
    uint8_t data[DNS_UDP_SIZE];
    ssize_t n;
    int fd;

    begin();
    fd = connected(SOCK_DGRAM);
    assert_int_equal(send(fd, "", 0, 0), 0); /* which has no answer */
    assert_int_equal(send(fd, "x", 1, 0), 1);
    assert_true(send(fd, data, dns_write_question(data, &listed), 0) > 0);
    tell();
    n = recv(fd, data, sizeof data, 0);
    is_reply(data, (size_t)n, "example.org", ns_r_noerror, 1);
    assert_true(send(fd, data, dns_write_question(data, &other), 0) > 0);
    n = recv(fd, data, sizeof data, 0);
    is_reply(data, (size_t)n, "example.com", ns_r_nxdomain, 0);
    end();
}

/* ---- TCP ------------------------------------------------------------------------------------- */

static void it_answers_by_tcp(void **state HUSK_UNUSED)
{
    uint8_t data[2 * (2 + DNS_UDP_SIZE)];
    size_t n;
    int fd;

    begin();
    fd = connected(SOCK_STREAM);
    n = tcp_question(data, "example.org");
    for (size_t i = 0; i < n; i++)
        assert_int_equal(send(fd, data + i, 1, 0), 1);
    tell();
    replies_by_tcp(fd, "example.org", ns_r_noerror, 1);
    /* Two at once. */
    n = tcp_question(data, "example.com");
    n += tcp_question(data + n, "example.net");
    assert_int_equal(send(fd, data, n, 0), n);
    replies_by_tcp(fd, "example.com", ns_r_nxdomain, 0);
    replies_by_tcp(fd, "example.net", ns_r_nxdomain, 0);
    shutdown(fd, SHUT_WR);
    hangs_up(fd);
    end();
}

static void what_has_no_length_is_hung_up_on(void **state HUSK_UNUSED)
{
    int fd;

    begin();
    fd = connected(SOCK_STREAM);
    assert_int_equal(send(fd, "\0\0", 2, 0), 2);
    hangs_up(fd);
    fd = connected(SOCK_STREAM);
    assert_int_equal(send(fd, "\2\1", 2, 0), 2); /* 513 */
    hangs_up(fd);
    end();
}

static void there_is_an_end_to_clients(void **state HUSK_UNUSED)
{
    uint8_t data[2 + DNS_UDP_SIZE];
    const size_t n = tcp_question(data, "example.com");
    int fds[CONNECTIONS], fd;

    begin();
    for (size_t i = 0; i < CONNECTIONS; i++) {
        fds[i] = connected(SOCK_STREAM);
        assert_int_equal(send(fds[i], data, n, 0), n);
        replies_by_tcp(fds[i], "example.com", ns_r_nxdomain, 0);
    }
    hangs_up(connected(SOCK_STREAM));
    /* One goes, and there is room. */
    shutdown(fds[0], SHUT_WR);
    hangs_up(fds[0]);
    fd = connected(SOCK_STREAM);
    assert_int_equal(send(fd, data, n, 0), n);
    replies_by_tcp(fd, "example.com", ns_r_nxdomain, 0);
    end();
}

/* The answer for one who has gone does not come to the next one at the same place. */
static void who_has_gone_gets_nothing(void **state HUSK_UNUSED)
{
    uint8_t data[2 + DNS_UDP_SIZE];
    size_t n = tcp_question(data, "example.org");
    struct told told = {.answer = {.count = 1, .ttl = 100}};
    struct ask ask;
    int fd;

    begin();
    fd = connected(SOCK_STREAM);
    assert_int_equal(send(fd, data, n, 0), n);
    assert_int_equal(read(outer, &ask, sizeof ask), sizeof ask);
    shutdown(fd, SHUT_WR);
    hangs_up(fd);
    fd = connected(SOCK_STREAM);
    n = tcp_question(data, "example.com");
    assert_int_equal(send(fd, data, n, 0), n);
    replies_by_tcp(fd, "example.com", ns_r_nxdomain, 0);
    told.serial = ask.serial;
    assert_true(ip_parse("192.31.196.1", &told.answer.ip[0]));
    assert_int_equal(write(outer, &told, sizeof told), sizeof told);
    n = tcp_question(data, "example.net");
    assert_int_equal(send(fd, data, n, 0), n);
    replies_by_tcp(fd, "example.net", ns_r_nxdomain, 0);
    end();
}

/* ---- its end --------------------------------------------------------------------------------- */

static void without_the_outer_leg_it_ends(void **state HUSK_UNUSED)
{
    begin();
    close(outer);
    ends_with(EPIPE);
    begin();
    assert_int_equal(write(outer, "cut", 3), 3);
    ends_with(EPIPE);
}

static void a_second_one_has_no_address(void **state HUSK_UNUSED)
{
    struct inner inner;
    const char *said;

    begin();
    capture_start(STDERR_FILENO);
    assert_true(inner_listen(&inner) < 0);
    said = capture_stop();
    assert_non_null(strstr(said, "--allow: listening on " NET_DNS_LIST " port 53 of the sandbox: Address already in use"));
    end();
}

#define TEST(body) IN_NAMESPACE(body, CLONE_NEWUSER | CLONE_NEWNET, AS_ID_0)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(it_answers_by_udp),
        TEST(it_answers_by_tcp),
        TEST(what_has_no_length_is_hung_up_on),
        TEST(there_is_an_end_to_clients),
        TEST(who_has_gone_gets_nothing),
        TEST(without_the_outer_leg_it_ends),
        TEST(a_second_one_has_no_address),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
