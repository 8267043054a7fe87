/* The gate: messages arrive whole or not at all, and a side that is gone is an end of file. */
#include "gate/gate.h"
#include "capture.h"
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/stat.h>

static int host, child;

static int set_up(void **state HUSK_UNUSED)
{
    return gate_open(&host, &child);
}

static int tear_down(void **state HUSK_UNUSED)
{
    fd_closep(&host);
    fd_closep(&child);
    return 0;
}

static bool is_open(int fd)
{
    return fcntl(fd, F_GETFD) >= 0;
}

/* The number that the next fd would get: the same as before if none was left open. */
static int next_fd(void)
{
    int fd = dup(STDERR_FILENO);

    close(fd);
    return fd;
}

static void messages_arrive_in_order(void **state HUSK_UNUSED)
{
    struct gate_message m;
    int fd;

    assert_int_equal(gate_send(child, GATE_STARTED, 0, FD_NONE), 0);
    assert_int_equal(gate_send(child, GATE_STOPPED, 137, FD_NONE), 0);
    assert_int_equal(gate_receive(host, &m, &fd), 1);
    assert_int_equal(m.kind, GATE_STARTED);
    assert_int_equal(fd, FD_NONE);
    assert_int_equal(gate_receive(host, &m, &fd), 1);
    assert_int_equal(m.kind, GATE_STOPPED);
    assert_int_equal(m.value, 137);
    assert_int_equal(m.hint, HINT_NONE);
    assert_string_equal(m.text, "");
}

static void a_long_text_arrives_whole(void **state HUSK_UNUSED)
{
    static struct gate_message out, m;

    out = (struct gate_message){GATE_FAILED, ENOENT, 125, HINT_DEVPTS, 3, ""};
    memset(out.text, 'x', sizeof out.text - 1);
    assert_int_equal(gate_send_message(child, &out, FD_NONE), 0);
    assert_int_equal(gate_receive(host, &m, NULL), 1);
    assert_memory_equal(&m, &out, sizeof m);
}

static void an_fd_is_passed(void **state HUSK_UNUSED)
{
    struct gate_message m;
    struct stat want, got;
    int fd;

    assert_int_equal(fstat(host, &want), 0);
    assert_int_equal(gate_send(child, GATE_STARTED, 0, host), 0);
    assert_int_equal(gate_receive(host, &m, &fd), 1);
    assert_int_equal(fstat(fd, &got), 0);
    assert_int_equal(want.st_ino, got.st_ino);
    assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
    close(fd);
}

static void an_fd_that_nobody_wants_is_not_kept(void **state HUSK_UNUSED)
{
    struct gate_message m;
    int next = next_fd();

    assert_int_equal(gate_send(child, GATE_STARTED, 0, host), 0);
    assert_int_equal(gate_receive(host, &m, NULL), 1);
    assert_int_equal(next_fd(), next);
}

static void a_closed_side_is_an_end_of_file(void **state HUSK_UNUSED)
{
    struct gate_message m;
    int fd;

    assert_int_equal(gate_is_alive(host), 1);
    assert_int_equal(gate_send(child, GATE_STOPPED, 1, FD_NONE), 0);
    assert_int_equal(gate_is_alive(host), 1); /* a message is no death */
    fd_closep(&child);
    assert_int_equal(gate_is_alive(host), 0);
    assert_int_equal(gate_receive(host, &m, &fd), 1); /* what was said before counts */
    assert_int_equal(gate_receive(host, &m, &fd), 0);
    assert_int_equal(gate_send(host, GATE_MAPPED, 0, FD_NONE), -EPIPE); /* and no SIGPIPE */
}

/* A side that died with unread messages resets the connection: that is an end as well. */
static void an_end_with_unread_messages_is_an_end(void **state HUSK_UNUSED)
{
    struct gate_message m;

    assert_int_equal(gate_send(host, GATE_MAPPED, 0, FD_NONE), 0);
    fd_closep(&child);
    assert_int_equal(gate_receive(host, &m, NULL), 0);
}

/* The kernel tells of the unread ones first. */
static void what_was_said_before_that_end_counts(void **state HUSK_UNUSED)
{
    struct gate_message m;

    assert_int_equal(gate_send(host, GATE_MAPPED, 0, FD_NONE), 0);
    assert_int_equal(gate_send(child, GATE_STOPPED, 7, FD_NONE), 0);
    fd_closep(&child);
    assert_int_equal(gate_receive(host, &m, NULL), 1);
    assert_int_equal(m.value, 7);
    assert_int_equal(gate_receive(host, &m, NULL), 0);
}

static void what_is_no_message_is_refused(void **state HUSK_UNUSED)
{
    const struct gate_message good = {.kind = GATE_STOPPED};
    struct gate_message low = {.kind = -1}, high = {.kind = GATE_GROUP + 1}, m;
    const size_t head = offsetof(struct gate_message, text);
    static char huge[sizeof(struct gate_message) + 1];
    const struct {
        const void *data;
        size_t size;
    } bad[] = {{&good, 1}, {&good, head}, {&low, head + 1}, {&high, head + 1}, {huge, sizeof huge}};
    int fd, next = next_fd();

    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        assert_int_equal(send(child, bad[i].data, bad[i].size, 0), bad[i].size);
        assert_int_equal(gate_receive(host, &m, &fd), -EBADMSG);
        assert_int_equal(fd, FD_NONE);
    }
    memset(huge, 'x', sizeof huge);
    memcpy(huge, &good, head);
    assert_int_equal(send(child, huge, sizeof m, 0), sizeof m); /* its text has no end */
    assert_int_equal(gate_receive(host, &m, &fd), -EBADMSG);
    assert_int_equal(next_fd(), next);
}

static void a_bad_messages_fd_is_not_kept(void **state HUSK_UNUSED)
{
    const struct gate_message bad = {.kind = 99};
    struct gate_message m;
    int fd, next = next_fd();

    assert_int_equal(gate_send_message(child, &bad, host), 0);
    assert_int_equal(gate_receive(host, &m, &fd), -EBADMSG);
    assert_int_equal(fd, FD_NONE);
    assert_int_equal(next_fd(), next);
}

/* SIZE bytes of a message that would be fine, and COUNT fds. */
static void send_with_fds(size_t size, size_t count)
{
    struct gate_message m = {.kind = GATE_STARTED};
    struct iovec iov = {.iov_base = &m, .iov_len = size};
    int fds[3] = {STDERR_FILENO, STDERR_FILENO, STDERR_FILENO};
    union {
        struct cmsghdr header;
        char room[CMSG_SPACE(sizeof fds)];
    } control = {.header = {.cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS}};
    struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control,
                         .msg_controllen = CMSG_SPACE(count * sizeof *fds)};

    control.header.cmsg_len = CMSG_LEN(count * sizeof *fds);
    memcpy(CMSG_DATA(&control.header), fds, count * sizeof *fds);
    assert_int_equal(sendmsg(child, &msg, 0), size);
}

/* Found by fuzzing: there is room for one, and by alignment for another. */
static void of_several_fds_none_is_kept(void **state HUSK_UNUSED)
{
    struct gate_message m;
    int first = next_fd(), fd;

    for (size_t count = 2; count <= 3; count++) {
        send_with_fds(offsetof(struct gate_message, text) + 1, count);
        assert_int_equal(gate_receive(host, &m, &fd), -EBADMSG);
        assert_int_equal(fd, FD_NONE);
        assert_int_equal(next_fd(), first);
    }
    send_with_fds(0, 1);
    assert_int_equal(gate_receive(host, &m, &fd), 0);
    assert_int_equal(next_fd(), first);
}

static void both_ends_are_close_on_exec(void **state HUSK_UNUSED)
{
    assert_true(is_open(host) && is_open(child));
    assert_true(fcntl(host, F_GETFD) & fcntl(child, F_GETFD) & FD_CLOEXEC);
    assert_int_equal(gate_send(FD_NONE, GATE_STOPPED, 0, FD_NONE), -EBADF);
    assert_int_equal(gate_receive(FD_NONE, &(struct gate_message){0}, NULL), -EBADF);
}

static void a_placeholder_is_known_by_its_mode(void **state HUSK_UNUSED)
{
    assert_true(gate_is_placeholder_mode(S_IFDIR | 01555));
    assert_true(gate_is_placeholder_mode(S_IFDIR | 01755));
    assert_false(gate_is_placeholder_mode(S_IFDIR | 0755));
    assert_false(gate_is_placeholder_mode(S_IFDIR | 0555));
    assert_false(gate_is_placeholder_mode(S_IFDIR | 01777));
    assert_false(gate_is_placeholder_mode(S_IFREG | 01555));
}

int main(void)
{
#define WITH_GATE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        WITH_GATE(messages_arrive_in_order),
        WITH_GATE(a_long_text_arrives_whole),
        WITH_GATE(an_fd_is_passed),
        WITH_GATE(an_fd_that_nobody_wants_is_not_kept),
        WITH_GATE(a_closed_side_is_an_end_of_file),
        WITH_GATE(an_end_with_unread_messages_is_an_end),
        WITH_GATE(what_was_said_before_that_end_counts),
        WITH_GATE(what_is_no_message_is_refused),
        WITH_GATE(a_bad_messages_fd_is_not_kept),
        WITH_GATE(of_several_fds_none_is_kept),
        WITH_GATE(both_ends_are_close_on_exec),
        cmocka_unit_test(a_placeholder_is_known_by_its_mode),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
