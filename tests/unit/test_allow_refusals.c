/* How refused packets are named, and that there is an end to it. */
#include "allow/refusals.h"
#include "base/str.h"
#include "capture.h"
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_log.h>
#include <linux/netlink.h>
#include <sys/socket.h>

static const char *named(const void *packet, size_t n)
{
    static char text[128];

    return refusal_format(text, sizeof text, packet, n) ? text : "no packet";
}

static void packets_have_names(void **state HUSK_UNUSED)
{
    uint8_t v4[28] = {0x45, [9] = 6, [16] = 192, 0, 2, 1, [22] = 1, 0xbb};
    uint8_t v6[48] = {0x60, [6] = 17, [24] = 0x20, 1, 0xd, 0xb8, [39] = 1, [43] = 53};

    assert_string_equal(named(v4, sizeof v4), "192.0.2.1:443");
    v4[9] = 17;
    assert_string_equal(named(v4, sizeof v4), "192.0.2.1:443/udp");
    assert_string_equal(named(v4, 23), "192.0.2.1 (UDP)");
    v4[9] = 1;
    assert_string_equal(named(v4, sizeof v4), "192.0.2.1 (ICMP)");
    v4[9] = 132;
    assert_string_equal(named(v4, sizeof v4), "192.0.2.1 (protocol 132)");
    assert_string_equal(named(v6, sizeof v6), "[2001:db8::1]:53/udp");
    v6[6] = 6;
    assert_string_equal(named(v6, sizeof v6), "[2001:db8::1]:53");
    v6[6] = 58;
    assert_string_equal(named(v6, sizeof v6), "2001:db8::1 (ICMP)");
}

static void what_is_none_has_no_name(void **state HUSK_UNUSED)
{
    uint8_t packet[48] = {0x45};

    assert_string_equal(named(packet, 19), "no packet");
    packet[0] = 0x41; /* a header of 4 bytes */
    assert_string_equal(named(packet, sizeof packet), "no packet");
    packet[0] = 0x60;
    assert_string_equal(named(packet, 39), "no packet");
    packet[0] = 0x75;
    assert_string_equal(named(packet, sizeof packet), "no packet");
    assert_string_equal(named(packet, 0), "no packet");
    packet[0] = 0x4f; /* options up to byte 60, of which we have 48 */
    packet[9] = 6;
    assert_string_equal(named(packet, sizeof packet), "0.0.0.0 (TCP)");
}

static unsigned lines(const char *text)
{
    unsigned n = 0;

    for (; *text; text++)
        n += *text == '\n';
    return n;
}

static void each_is_said_once(void **state HUSK_UNUSED)
{
    capture_start(STDERR_FILENO);
    refusal_say("one");
    assert_string_equal(capture_stop(), "");
    refusals_show();
    capture_start(STDERR_FILENO);
    refusal_say("one");
    refusal_say("one");
    refusal_say("%s", "two");
    refusal_say("one");
    assert_string_equal(capture_stop(), "husk: network: refused one\nhusk: network: refused two\n");
}

static void there_is_an_end(void **state HUSK_UNUSED)
{
    const char *text;

    capture_start(STDERR_FILENO);
    for (unsigned i = 0; i < 2 * REFUSALS; i++)
        refusal_say("number %u", i);
    text = capture_stop();
    assert_int_equal(lines(text), REFUSALS - 4 + 1);
    assert_non_null(strstr(text, "what else is refused is not shown"));
}

/* A pipe that nobody reads must not hold up the resolver; the line is lost, and can come again. */
static void nobody_is_waited_for(void **state HUSK_UNUSED)
{
    int saved = dup(STDERR_FILENO), ends[2];
    char page[4096] = {0};

    assert_int_equal(pipe(ends), 0);
    assert_int_equal(dup2(ends[1], STDERR_FILENO), STDERR_FILENO);
    for (int i = 0; i < 16; i++)
        assert_int_equal(write(ends[1], page, sizeof page), sizeof page);
    alarm(20);
    refusal_say("in vain");
    alarm(0);
    dup2(saved, STDERR_FILENO);
    close(saved);
    close(ends[0]);
    close(ends[1]);
}

/* A netlink socket's port, as the kernel chose it. */
static uint32_t port_of(int fd)
{
    struct sockaddr_nl self = {.nl_family = AF_NETLINK};
    socklen_t length = sizeof self;

    assert_int_equal(bind(fd, (void *)&self, sizeof self), 0);
    assert_int_equal(getsockname(fd, (void *)&self, &length), 0);
    return self.nl_pid;
}

struct logged {
    struct nlmsghdr head;
    struct nfgenmsg nfg;
    struct nlattr attribute;
    uint8_t packet[28];
};

/* A packet as the kernel logs it, to 192.0.2.LAST. */
static struct logged log_packet(uint8_t last)
{
    return (struct logged){
        .head = {.nlmsg_len = sizeof(struct logged), .nlmsg_type = NFNL_SUBSYS_ULOG << 8 | NFULNL_MSG_PACKET},
        .attribute = {.nla_len = sizeof(struct nlattr) + 28, .nla_type = NFULA_PAYLOAD},
        .packet = {0x45, [9] = 6, [16] = 192, 0, 2, last, [22] = 1, 0xbb},
    };
}

static const char *said_of(int fd)
{
    capture_start(STDERR_FILENO);
    assert_int_equal(refusals_read(fd), 0);
    return capture_stop();
}

/* Found by fuzzing: libmnl goes on to a message whose length is 2^31 or more, far outside of the buffer. */
static void lengths_are_checked(void **state HUSK_UNUSED)
{
    struct logged twice[2] = {log_packet(1), log_packet(2)};
    int ends[2];

    refusals_show();
    assert_int_equal(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, ends), 0);
    assert_int_equal(send(ends[1], twice, sizeof twice, 0), sizeof twice);
    assert_string_equal(said_of(ends[0]), "husk: network: refused 192.0.2.1:443\n"
                                          "husk: network: refused 192.0.2.2:443\n");
    twice[0] = log_packet(3);
    twice[1].head.nlmsg_len = 0xa0a0a0a0;
    assert_int_equal(send(ends[1], twice, sizeof twice, 0), sizeof twice);
    assert_string_equal(said_of(ends[0]), "");
    close(ends[0]);
    close(ends[1]);
}

/* NETLINK_USERSOCK is the one family where any process may send to another. */
static void only_the_kernel_is_heard(void **state HUSK_UNUSED)
{
    int ours = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_USERSOCK);
    int theirs = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_USERSOCK);
    struct sockaddr_nl to = {.nl_family = AF_NETLINK};
    struct logged packet = log_packet(4);

    assert_true(ours >= 0 && theirs >= 0);
    to.nl_pid = port_of(ours);
    assert_int_equal(sendto(theirs, &packet, sizeof packet, 0, (void *)&to, sizeof to), sizeof packet);
    assert_string_equal(said_of(ours), "");
    close(ours);
    close(theirs);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(packets_have_names),   cmocka_unit_test(what_is_none_has_no_name),
        cmocka_unit_test(each_is_said_once),    cmocka_unit_test(nobody_is_waited_for),
        cmocka_unit_test(lengths_are_checked),  cmocka_unit_test(only_the_kernel_is_heard),
        cmocka_unit_test(there_is_an_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
