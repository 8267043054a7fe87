#include "gate/gate.h"
#include "base/fd.h"
#include <poll.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

int gate_open(int *ret_host, int *ret_child)
{
    int pair[2];

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
        return -errno;
    *ret_host = pair[0];
    *ret_child = pair[1];
    return 0;
}

/* Room for one fd in a control message. */
union control {
    struct cmsghdr header;
    char room[CMSG_SPACE(sizeof(int))];
};

int gate_send_message(int gate, const struct gate_message *m, int pass_fd)
{
    /* Most messages have no text: only what is used goes over. */
    size_t size = offsetof(struct gate_message, text) + strlen(m->text) + 1;
    struct iovec iov = {.iov_base = (void *)m, .iov_len = size};
    union control control = {0};
    struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};
    ssize_t n;

    if (pass_fd >= 0) {
        control.header.cmsg_level = SOL_SOCKET;
        control.header.cmsg_type = SCM_RIGHTS;
        control.header.cmsg_len = CMSG_LEN(sizeof(int));
        memcpy(CMSG_DATA(&control.header), &pass_fd, sizeof(int));
        msg.msg_control = &control;
        msg.msg_controllen = sizeof control;
    }
    do
        n = sendmsg(gate, &msg, MSG_NOSIGNAL);
    while (n < 0 && errno == EINTR);
    return n < 0 ? -errno : 0;
}

int gate_send(int gate, enum gate_kind kind, int value, int pass_fd)
{
    struct gate_message m;

    /* Not zeroed whole: the text is 4 KiB and empty. */
    m.kind = (int)kind;
    m.value = value;
    m.status = 0;
    m.hint = HINT_NONE;
    m.mount = 0;
    m.text[0] = 0;
    return gate_send_message(gate, &m, pass_fd);
}

/* The fd that came with MSG in *RET_FD, if one did. False: it was more than one, and they are closed; alignment
 * leaves room for two. */
static bool take_only_fd(struct msghdr *msg, int *ret_fd)
{
    struct cmsghdr *c = CMSG_FIRSTHDR(msg);
    size_t count = 0;
    int fd;

    if (c && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS)
        count = (c->cmsg_len - CMSG_LEN(0)) / sizeof fd;
    for (size_t i = 0; i < count; i++) {
        memcpy(&fd, CMSG_DATA(c) + i * sizeof fd, sizeof fd);
        if (count == 1)
            *ret_fd = fd;
        else
            close(fd);
    }
    return count <= 1;
}

static bool message_is_whole(const struct gate_message *m, size_t size)
{
    const size_t head = offsetof(struct gate_message, text);

    return size > head && m->kind >= GATE_MAPPED && m->kind <= GATE_GROUP &&
           memchr(m->text, 0, size - head);
}

int gate_receive(int gate, struct gate_message *m, int *ret_fd)
{
    struct iovec iov = {.iov_base = m, .iov_len = sizeof *m};
    union control control;
    struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};
    HUSK_FD int fd = FD_NONE;
    ssize_t n;

    if (ret_fd) {
        *ret_fd = FD_NONE;
        msg.msg_control = &control;
        msg.msg_controllen = sizeof control;
    }
    /* ECONNRESET, said once: the other side is gone and has left something unread. What it sent before
     * comes after that, and then the end of file. */
    do
        n = recvmsg(gate, &msg, MSG_CMSG_CLOEXEC);
    while (n < 0 && (errno == EINTR || errno == ECONNRESET));
    if (n < 0)
        return -errno;
    if (ret_fd && !take_only_fd(&msg, &fd))
        return -EBADMSG;
    if (n == 0) /* or a message of nothing, of which we have none */
        return 0;
    if ((msg.msg_flags & MSG_TRUNC) || !message_is_whole(m, (size_t)n))
        return -EBADMSG;
    if (ret_fd)
        *ret_fd = TAKE_FD(&fd);
    return 1;
}

bool gate_has_news(int gate)
{
    struct pollfd p = {.fd = gate, .events = POLLIN};

    return poll(&p, 1, 0) > 0;
}

int gate_is_alive(int gate)
{
    struct pollfd p = {.fd = gate, .events = 0};
    int n;

    while ((n = poll(&p, 1, 0)) < 0 && errno == EINTR)
        ;
    return n < 0 ? -errno : n == 0;
}

bool gate_is_placeholder_mode(mode_t mode)
{
    return S_ISDIR(mode) &&
           ((mode & 07777) == PLACEHOLDER_CLOSED || (mode & 07777) == PLACEHOLDER_OPEN);
}
