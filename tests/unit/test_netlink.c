/* Messages of netlink: their bytes, what does not fit, and the kernel's answers. */
#include "base/netlink.h"
#include "base/fd.h"
#include <setjmp.h>
#include <stdarg.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

#include <cmocka.h>

static char buffer[256] __attribute__((aligned(NLMSG_ALIGNTO)));
static struct netlink n;

static const struct nlmsghdr *message(size_t at)
{
    return (const struct nlmsghdr *)(const void *)(buffer + at);
}

static void attributes_are_padded_and_nested(void **state HUSK_UNUSED)
{
    const struct ifinfomsg body = {.ifi_index = 7};
    const struct nlattr *outer, *inner;
    size_t opened;

    netlink_init(&n, buffer, sizeof buffer);
    netlink_message(&n, RTM_GETLINK, NLM_F_ACK, &body, sizeof body);
    opened = netlink_open(&n, 5);
    netlink_put_text(&n, 6, "abcd"); /* 5 bytes, and 3 of padding */
    netlink_close(&n, opened);
    outer = (const struct nlattr *)(const void *)(buffer + opened);
    inner = outer + 1;
    assert_int_equal(opened, NLMSG_LENGTH(sizeof body));
    assert_int_equal(outer->nla_type, 5 | NLA_F_NESTED);
    assert_int_equal(outer->nla_len, 4 + 4 + 8);
    assert_int_equal(inner->nla_len, 4 + 5);
    assert_memory_equal(inner + 1, "abcd\0\0\0", 8);
    assert_int_equal(message(0)->nlmsg_len, n.used);
    assert_int_equal(message(0)->nlmsg_flags, NLM_F_REQUEST | NLM_F_ACK);
    netlink_message(&n, RTM_GETLINK, 0, &body, sizeof body);
    assert_int_equal(message(message(0)->nlmsg_len)->nlmsg_seq, 2);
    assert_int_equal(message(0)->nlmsg_len + message(message(0)->nlmsg_len)->nlmsg_len, n.used);
}

static void what_does_not_fit_is_not_sent(void **state HUSK_UNUSED)
{
    char small[64] __attribute__((aligned(NLMSG_ALIGNTO)));
    HUSK_FD int fd = netlink_socket(NETLINK_ROUTE);

    netlink_init(&n, small, sizeof small);
    netlink_message(&n, RTM_GETLINK, 0, NULL, 0);
    for (int i = 0; i < 20; i++)
        netlink_put_u32(&n, 1, 1);
    assert_true(n.full);
    assert_true(n.used <= sizeof small);
    assert_int_equal(netlink_send(&n, fd, NULL), -EMSGSIZE);
}

static void the_first_error_says_which(void **state HUSK_UNUSED)
{
    const struct ifinfomsg good = {.ifi_index = 1}, bad = {.ifi_index = 0x7ffffff0};
    HUSK_FD int fd = netlink_socket(NETLINK_ROUTE);
    unsigned which = 9;

    assert_true(fd >= 0);
    netlink_init(&n, buffer, sizeof buffer);
    netlink_message(&n, RTM_GETLINK, NLM_F_ACK, &good, sizeof good);
    assert_int_equal(netlink_send(&n, fd, &which), 0);
    assert_int_equal(which, 0);
    netlink_init(&n, buffer, sizeof buffer);
    netlink_message(&n, RTM_GETLINK, NLM_F_ACK, &good, sizeof good);
    netlink_message(&n, RTM_GETLINK, NLM_F_ACK, &bad, sizeof bad);
    assert_int_equal(netlink_send(&n, fd, &which), -ENODEV);
    assert_int_equal(which, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(attributes_are_padded_and_nested),
        cmocka_unit_test(what_does_not_fit_is_not_sent),
        cmocka_unit_test(the_first_error_says_which),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
