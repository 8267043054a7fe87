/*
 * Each lookup has a socket of its own, and so a source port that nobody can foresee, connected to its
 * server, and an id from getrandom(2). It is UDP first; TCP where the answer did not fit.
 */
#include "allow/outer.h"
#include "allow/clock.h"
#include "allow/legs.h"
#include "base/fd.h"
#include "spec/allow.h"
#include <arpa/nameser.h>
#include <poll.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

enum {
    TRIES = 4,             /* of one lookup, each with the next server */
    TRY_MS = 2000,         /* for each of them */
    ANSWER_SIZE = 2 + 8192 /* of an answer over TCP, with its length; longer ones count as none */
};

struct lookup {
    bool used, tcp, sent; /* sent: the question has been, over TCP */
    uint32_t serial;
    struct question q;
    int fd;
    unsigned tries;
    int64_t deadline; /* of this try */
    size_t have;      /* bytes of BUF */
    uint8_t buf[ANSWER_SIZE];
    struct told told; /* what there is to say if nothing better comes */
};

static struct lookup lookups[LOOKUPS];
static const struct servers *servers;
static int legs;

static void finish(struct lookup *l)
{
    fd_closep(&l->fd);
    l->used = false;
    /* The inner leg has room for as many as may be on their way; without it there is nothing to do. */
    if (write(legs, &l->told, sizeof l->told) < 0)
        _exit(1);
}

/* Starts the next try, over UDP or TCP. false: it could not even be started. */
static bool start(struct lookup *l)
{
    const unsigned server = l->tries % servers->count;
    const struct sockaddr *address = (const void *)&servers->address[server];
    uint8_t query[DNS_UDP_SIZE];
    size_t n;

    fd_closep(&l->fd);
    l->have = 0;
    l->sent = false;
    l->deadline = clock_ms() + TRY_MS;
    if (getrandom(&l->q.id, sizeof l->q.id, 0) != sizeof l->q.id)
        return false;
    l->fd = socket(address->sa_family,
                   (l->tcp ? SOCK_STREAM : SOCK_DGRAM) | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (l->fd < 0)
        return false;
    if (connect(l->fd, address, servers->length[server]) < 0)
        return l->tcp && errno == EINPROGRESS;
    if (l->tcp)
        return true;
    n = dns_write_question(query, &l->q);
    return send(l->fd, query, n, MSG_NOSIGNAL) == (ssize_t)n;
}

/* On to the next server, at once if this one cannot be reached at all. */
static void retry(struct lookup *l)
{
    for (l->tcp = false; ++l->tries < TRIES;)
        if (start(l))
            return;
    finish(l);
}

static void retry_by_tcp(struct lookup *l)
{
    l->tcp = true;
    if (!start(l))
        retry(l);
}

/* The server has answered that it cannot: so would it once more, but another one may do better. */
static void ask_another(struct lookup *l)
{
    if (l->tries + 1 < servers->count)
        retry(l);
    else
        finish(l);
}

static void take(struct lookup *l, const uint8_t *data, size_t size)
{
    struct answer answer;
    int r = dns_read_answer(data, size, &l->q, &answer);

    if (r == -EMSGSIZE && !l->tcp) {
        retry_by_tcp(l);
    } else if (r == -EAGAIN && !l->tcp) {
        return; /* a forged or late one: the right one may follow */
    } else if (r < 0 || (answer.rcode != ns_r_noerror && answer.rcode != ns_r_nxdomain)) {
        ask_another(l);
    } else {
        l->told.answer = answer;
        finish(l);
    }
}

static void read_datagram(struct lookup *l)
{
    ssize_t n = recv(l->fd, l->buf, sizeof l->buf, 0);

    if (n >= 0)
        take(l, l->buf, (size_t)n);
    else if (errno != EAGAIN && errno != EINTR)
        retry(l);
}

/* The question goes out in one piece: the buffer of a new connection has room for it. */
static void send_by_tcp(struct lookup *l)
{
    uint8_t query[2 + DNS_UDP_SIZE];
    size_t n = dns_write_question(query + 2, &l->q);

    query[0] = (uint8_t)(n >> 8);
    query[1] = (uint8_t)n;
    l->sent = true;
    if (send(l->fd, query, n + 2, MSG_NOSIGNAL) != (ssize_t)n + 2)
        retry(l);
}

static void read_stream(struct lookup *l)
{
    ssize_t n = recv(l->fd, l->buf + l->have, sizeof l->buf - l->have, 0);
    size_t size;

    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n <= 0) { /* a full buffer reads as an end, too */
        retry(l);
        return;
    }
    l->have += (size_t)n;
    size = l->have < 2 ? 0 : (size_t)(l->buf[0] << 8 | l->buf[1]);
    if (l->have >= 2 && l->have >= 2 + size)
        take(l, l->buf + 2, size);
}

static void serve(struct lookup *l, short events)
{
    if (events && !l->tcp)
        read_datagram(l);
    else if (events && !l->sent)
        send_by_tcp(l);
    else if (events)
        read_stream(l);
    /* Also of a server that sends all the time, forgeries or a byte now and then. */
    if (l->used && clock_ms() >= l->deadline)
        retry(l);
}

static void begin(const struct ask *ask)
{
    struct lookup *l = lookups;

    while (l < lookups + LOOKUPS && l->used)
        l++;
    if (l == lookups + LOOKUPS)
        _exit(1); /* the inner leg counts them */
    memset(l, 0, offsetof(struct lookup, buf));
    memset(&l->told, 0, sizeof l->told);
    l->used = true;
    l->fd = FD_NONE;
    l->serial = l->told.serial = ask->serial;
    l->told.answer.rcode = ns_r_servfail;
    l->q.type = ask->type;
    memcpy(l->q.name, ask->name, sizeof l->q.name - 1);
    /* The inner leg has read what the sandbox sent: whatever became of it, no other questions go out. */
    if (!allow_is_name(l->q.name) || (l->q.type != ns_t_a && l->q.type != ns_t_aaaa))
        finish(l);
    else if (!start(l))
        retry(l);
}

/* How long to wait: until the first of the deadlines; -1: there is none. */
static int patience(void)
{
    int64_t first = INT64_MAX, now = clock_ms();

    for (size_t i = 0; i < LOOKUPS; i++)
        if (lookups[i].used)
            first = MIN(first, lookups[i].deadline);
    return first == INT64_MAX ? -1 : (int)MAX(0, first - now);
}

void outer_run(int legs_fd, const struct servers *list)
{
    struct pollfd polls[1 + LOOKUPS];
    struct ask ask;

    legs = legs_fd;
    servers = list;
    for (;;) {
        polls[LOOKUPS] = (struct pollfd){.fd = legs, .events = POLLIN};
        for (size_t i = 0; i < LOOKUPS; i++) {
            const struct lookup *l = &lookups[i];

            polls[i].fd = l->used ? l->fd : -1;
            polls[i].events = l->tcp && !l->sent ? POLLOUT : POLLIN;
            polls[i].revents = 0;
        }
        if (poll(polls, ARRAY_SIZE(polls), patience()) < 0 && errno != EINTR)
            _exit(1);
        for (size_t i = 0; i < LOOKUPS; i++)
            if (lookups[i].used)
                serve(&lookups[i], polls[i].revents);
        if (!polls[LOOKUPS].revents)
            continue;
        if (read(legs, &ask, sizeof ask) != sizeof ask)
            _exit(0); /* the inner leg is gone */
        begin(&ask);
    }
}
