#include "base/netlink.h"
#include "base/fd.h"
#include <arpa/inet.h>
#include <linux/netlink.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

void netlink_init(struct netlink *n, void *data, size_t size)
{
    *n = (struct netlink){.data = data, .size = size};
}

/* SIZE more bytes, and zeroes up to the next multiple of 4. */
static void append(struct netlink *n, const void *data, size_t size)
{
    size_t whole = NLMSG_ALIGN(size);
    struct nlmsghdr *m = (struct nlmsghdr *)(void *)(n->data + n->message);

    if (n->full || size > UINT16_MAX || n->size - n->used < whole) {
        n->full = true;
        return;
    }
    memset(n->data + n->used, 0, whole);
    if (size)
        memcpy(n->data + n->used, data, size);
    n->used += whole;
    m->nlmsg_len = (uint32_t)(n->used - n->message);
}

void netlink_message(struct netlink *n, int type, unsigned flags, const void *body, size_t size)
{
    struct nlmsghdr head = {.nlmsg_type = (uint16_t)type,
                            .nlmsg_flags = (uint16_t)(flags | NLM_F_REQUEST),
                            .nlmsg_seq = ++n->count};

    n->message = n->used;
    append(n, &head, sizeof head);
    append(n, body, size);
}

void netlink_put(struct netlink *n, unsigned type, const void *data, size_t size)
{
    struct nlattr head = {.nla_len = (uint16_t)(sizeof head + size), .nla_type = (uint16_t)type};

    append(n, &head, sizeof head);
    append(n, data, size);
}

void netlink_put_text(struct netlink *n, unsigned type, const char *text)
{
    netlink_put(n, type, text, strlen(text) + 1);
}

void netlink_put_u32(struct netlink *n, unsigned type, uint32_t value)
{
    netlink_put(n, type, &value, sizeof value);
}

void netlink_put_be32(struct netlink *n, unsigned type, uint32_t value)
{
    netlink_put_u32(n, type, htonl(value));
}

size_t netlink_open(struct netlink *n, unsigned type)
{
    size_t at = n->used;

    netlink_put(n, type | NLA_F_NESTED, NULL, 0);
    return at;
}

void netlink_close(struct netlink *n, size_t opened)
{
    struct nlattr *head = (struct nlattr *)(void *)(n->data + opened);

    if (!n->full)
        head->nla_len = (uint16_t)(n->used - opened);
    if (n->used - opened > UINT16_MAX)
        n->full = true;
}

int netlink_socket(int protocol)
{
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);

    return fd < 0 ? -errno : fd;
}

static unsigned count_acks(const struct netlink *n)
{
    unsigned wanted = 0;

    for (size_t at = 0; at < n->used;) {
        const struct nlmsghdr *m = (const struct nlmsghdr *)(const void *)(n->data + at);

        wanted += (m->nlmsg_flags & NLM_F_ACK) != 0;
        at += m->nlmsg_len;
    }
    return wanted;
}

/* Looks through one datagram of SIZE bytes. The answers found, or a negative errno. */
static int take_answers(const char *data, size_t size, unsigned *ret_which)
{
    int found = 0;

    for (size_t at = 0; size - at >= sizeof(struct nlmsghdr);) {
        const struct nlmsghdr *m = (const struct nlmsghdr *)(const void *)(data + at);
        const struct nlmsgerr *e = NLMSG_DATA(m);

        if (m->nlmsg_len < sizeof *m || m->nlmsg_len > size - at)
            return -EBADMSG;
        if (m->nlmsg_type == NLMSG_ERROR) {
            if (m->nlmsg_len < NLMSG_LENGTH(sizeof e->error))
                return -EBADMSG;
            if (e->error) {
                if (ret_which)
                    *ret_which = m->nlmsg_seq;
                return e->error;
            }
            found++;
        }
        at += MIN(NLMSG_ALIGN(m->nlmsg_len), size - at);
    }
    return found;
}

int netlink_send(const struct netlink *n, int fd, unsigned *ret_which)
{
    struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
    char answer[8192] __attribute__((aligned(NLMSG_ALIGNTO)));
    ssize_t size;
    int r;

    if (ret_which)
        *ret_which = 0;
    if (n->full)
        return -EMSGSIZE;
    do
        size = sendto(fd, n->data, n->used, 0, (struct sockaddr *)&kernel, sizeof kernel);
    while (size < 0 && errno == EINTR);
    if (size < 0)
        return -errno;
    for (unsigned wanted = count_acks(n); wanted;) {
        size = recv(fd, answer, sizeof answer, 0);
        if (size < 0 && errno == EINTR)
            continue;
        if (size <= 0)
            return size < 0 ? -errno : -EBADMSG;
        r = take_answers(answer, (size_t)size, ret_which);
        if (r < 0)
            return r;
        wanted -= MIN((unsigned)r, wanted);
    }
    return 0;
}
