#include "allow/inner.h"
#include "allow/clock.h"
#include "allow/refusals.h"
#include "base/fd.h"
#include "base/log.h"
#include "plan/net.h"
#include <arpa/inet.h>
#include <net/if.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { CONNECTIONS = 16, CONNECTION_MS = 10000, BACKLOG = 16 };

/* A client over TCP. Its number, as in struct client, is never given again. */
struct connection {
    int fd; /* 0: none */
    int number;
    int64_t deadline;
    size_t have;
    uint8_t buf[2 + DNS_UDP_SIZE]; /* its next message, with its length */
};

static struct connection connections[CONNECTIONS];
static int udp, last_number;

/* ---- listening ----------------------------------------------------------------------------- */

static int bring_up_loopback(int fd)
{
    struct ifreq lo = {.ifr_name = "lo"};

    if (ioctl(fd, SIOCGIFFLAGS, &lo) < 0)
        return -1;
    lo.ifr_flags |= IFF_UP;
    return ioctl(fd, SIOCSIFFLAGS, &lo);
}

int inner_listen(struct inner *inner)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(53)};
    const struct sockaddr *sa = (const void *)&address;
    const int flags = SOCK_CLOEXEC | SOCK_NONBLOCK;

    inet_pton(AF_INET, NET_DNS_LIST, &address.sin_addr);
    inner->udp = socket(AF_INET, SOCK_DGRAM | flags, 0);
    inner->tcp = socket(AF_INET, SOCK_STREAM | flags, 0);
    if (inner->udp < 0 || inner->tcp < 0)
        return log_errno(errno, "--allow: making the sockets of the resolver");
    if (bring_up_loopback(inner->udp) < 0)
        return log_errno(errno, "--allow: bringing up the loopback");
    if (bind(inner->udp, sa, sizeof address) < 0 || bind(inner->tcp, sa, sizeof address) < 0 ||
        listen(inner->tcp, BACKLOG) < 0)
        return log_errno(errno, "--allow: listening on " NET_DNS_LIST " port 53 of the sandbox");
    return 0;
}

/* ---- clients ------------------------------------------------------------------------------- */

static void hang_up(struct connection *c)
{
    close(c->fd);
    memset(c, 0, sizeof *c);
}

static void reply_by_tcp(struct connection *c, const uint8_t *data, size_t size)
{
    uint8_t message[2 + DNS_UDP_SIZE] = {(uint8_t)(size >> 8), (uint8_t)size};

    memcpy(message + 2, data, size);
    if (send(c->fd, message, size + 2, MSG_NOSIGNAL | MSG_DONTWAIT) != (ssize_t)size + 2)
        hang_up(c);
}

static void reply(const struct client *client, const uint8_t *data, size_t size)
{
    if (client->connection < 0) {
        /* One that cannot be sent is lost, as any datagram may be. */
        sendto(udp, data, size, MSG_NOSIGNAL | MSG_DONTWAIT, (const void *)&client->from,
               sizeof client->from);
        return;
    }
    for (size_t i = 0; i < CONNECTIONS; i++)
        if (connections[i].number == client->connection)
            reply_by_tcp(&connections[i], data, size);
}

static void read_udp(void)
{
    struct client client = {.connection = -1};
    socklen_t length = sizeof client.from;
    uint8_t data[DNS_UDP_SIZE + 1];
    ssize_t n = recvfrom(udp, data, sizeof data, MSG_DONTWAIT, (void *)&client.from, &length);

    if (n >= 0 && length == sizeof client.from)
        resolver_ask(data, (size_t)n, &client);
}

static void accept_tcp(int listener)
{
    int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

    for (size_t i = 0; fd >= 0 && i < CONNECTIONS; i++) {
        if (connections[i].number)
            continue;
        connections[i].fd = fd;
        connections[i].number = last_number = last_number == INT32_MAX ? 1 : last_number + 1;
        connections[i].deadline = clock_ms() + CONNECTION_MS;
        return;
    }
    if (fd >= 0)
        close(fd);
}

/* One message at a time: what follows it stays in the socket until then. */
static void read_tcp(struct connection *c)
{
    const struct client client = {.connection = c->number};
    size_t size = c->have < 2 ? 0 : (size_t)(c->buf[0] << 8 | c->buf[1]);
    ssize_t n = recv(c->fd, c->buf + c->have, (c->have < 2 ? 2 : 2 + size) - c->have, 0);

    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    c->have += n > 0 ? (size_t)n : 0;
    if (c->have >= 2)
        size = (size_t)(c->buf[0] << 8 | c->buf[1]);
    if (n <= 0 || (c->have >= 2 && (size == 0 || size > DNS_UDP_SIZE))) {
        hang_up(c);
    } else if (c->have >= 2 && c->have == 2 + size) {
        c->have = 0;
        c->deadline = clock_ms() + CONNECTION_MS;
        resolver_ask(c->buf + 2, size, &client);
    }
}

/* ---- all of it ----------------------------------------------------------------------------- */

enum { LIFE, LEGS, UDP, TCP, REFUSED, FIXED };

/* What is to be waited for, and for how many milliseconds at most. */
static int gather(const struct inner *inner, struct pollfd *polls)
{
    const int fixed[FIXED] = {inner->life, inner->legs, inner->udp, inner->tcp, inner->refusals};
    int64_t now = clock_ms(), first = INT64_MAX;

    for (size_t i = 0; i < FIXED; i++)
        polls[i] = (struct pollfd){.fd = fixed[i], .events = POLLIN};
    for (size_t i = 0; i < CONNECTIONS; i++) {
        struct connection *c = &connections[i];

        if (c->number && now >= c->deadline)
            hang_up(c);
        if (c->number)
            first = MIN(first, c->deadline);
        polls[FIXED + i] = (struct pollfd){.fd = c->number ? c->fd : -1, .events = POLLIN};
    }
    return first == INT64_MAX ? -1 : (int)(first - now);
}

static int read_told(int legs)
{
    struct told told;
    ssize_t n = read(legs, &told, sizeof told);

    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return 0;
    if (n != sizeof told)
        return -EPIPE;
    resolver_told(&told);
    return 0;
}

/* The command has ended; what was refused to it at last is known to the kernel by now. */
static int say_the_rest(int refusals)
{
    struct pollfd rest = {.fd = refusals, .events = POLLIN};

    while (refusals >= 0 && poll(&rest, 1, 0) > 0)
        if (refusals_read(refusals) < 0)
            break;
    return 0;
}

int inner_run(const struct inner *inner, struct resolver *resolver)
{
    struct pollfd polls[FIXED + CONNECTIONS];

    udp = inner->udp;
    resolver->legs = inner->legs;
    resolver->reply = reply;
    resolver_start(resolver);
    for (;;) {
        if (poll(polls, ARRAY_SIZE(polls), gather(inner, polls)) < 0) {
            if (errno == EINTR)
                continue;
            return -errno;
        }
        if (polls[LIFE].revents)
            return say_the_rest(inner->refusals);
        if (polls[LEGS].revents && read_told(inner->legs) < 0)
            return -EPIPE;
        for (size_t i = 0; i < CONNECTIONS; i++)
            if (polls[FIXED + i].revents && connections[i].number)
                read_tcp(&connections[i]);
        if (polls[UDP].revents)
            read_udp();
        if (polls[TCP].revents)
            accept_tcp(inner->tcp);
        if (polls[REFUSED].revents && refusals_read(inner->refusals) < 0)
            return -EIO;
    }
}
