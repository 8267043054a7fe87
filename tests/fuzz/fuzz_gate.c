/* A message of the gate, as bytes; the first one says how many fds come with it. */
#include "base/log.h"
#include "fuzz.h"
#include "gate/gate.h"
#include <fcntl.h>
#include <stddef.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MOST_FDS = 3 };

static bool send_bytes(int gate, const void *data, size_t size, size_t fds)
{
    struct iovec iov = {.iov_base = (void *)data, .iov_len = size};
    union {
        struct cmsghdr header;
        char room[CMSG_SPACE(MOST_FDS * sizeof(int))];
    } control = {0};
    struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};
    int list[MOST_FDS] = {gate, gate, gate};

    if (fds) {
        control.header.cmsg_level = SOL_SOCKET;
        control.header.cmsg_type = SCM_RIGHTS;
        control.header.cmsg_len = CMSG_LEN(fds * sizeof(int));
        memcpy(CMSG_DATA(&control.header), list, fds * sizeof(int));
        msg.msg_control = &control;
        msg.msg_controllen = CMSG_SPACE(fds * sizeof(int));
    }
    return sendmsg(gate, &msg, MSG_NOSIGNAL | MSG_DONTWAIT) == (ssize_t)size;
}

/* How many fds are open: each that comes is taken or closed. */
static size_t open_fds(void)
{
    size_t count = 0;

    for (int fd = 0; fd < 32; fd++)
        count += fcntl(fd, F_GETFD) >= 0;
    return count;
}

/* What was taken is sent on and taken again. */
static void pass_on(int from, int to, const struct gate_message *m)
{
    struct gate_message *again = arena_alloc(sizeof *again);

    FUZZ_CHECK(gate_send_message(to, m, FD_NONE) == 0 && gate_receive(from, again, NULL) == 1);
    FUZZ_CHECK(again->kind == m->kind && again->value == m->value && again->status == m->status &&
               again->hint == m->hint && streq(again->text, m->text));
    log_error("%s", again->text); /* which is looked at */
    machine_said();
}

void fuzz_gate(const uint8_t *data, size_t size)
{
    struct gate_message *m = arena_alloc(sizeof *m);
    const size_t head = offsetof(struct gate_message, text);
    size_t before = open_fds();
    int host, child, fd = FD_NONE, r;

    if (!size || gate_open(&host, &child) < 0)
        return;
    memset(m, 'x', sizeof *m); /* what a short message leaves */
    if (send_bytes(child, data + 1, size - 1, data[0] & MOST_FDS)) {
        r = gate_receive(host, m, data[0] & 4 ? NULL : &fd);
        FUZZ_CHECK(r == 1 || r == -EBADMSG || (r == 0 && size == 1));
        FUZZ_CHECK(r == 1 || fd == FD_NONE);
        FUZZ_CHECK(fd == FD_NONE || (data[0] & MOST_FDS) == 1);
        if (r == 1) {
            FUZZ_CHECK(size - 1 > head && size - 1 <= sizeof *m);
            FUZZ_CHECK(strnlen(m->text, sizeof m->text) < size - 1 - head);
            FUZZ_CHECK(m->kind >= GATE_MAPPED && m->kind <= GATE_GROUP);
            pass_on(host, child, m);
        }
    }
    fd_closep(&fd);
    close(host);
    close(child);
    FUZZ_CHECK(open_fds() == before);
}
