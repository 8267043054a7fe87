/* The child's part of a network that a helper carries: it asks for it, waits, and sets it up. */
#include "inside/network.h"
#include "stage.h"
#include <linux/if_tun.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/wait.h>

static void begin(void)
{
    static const struct origin from = {.text = "--net pasta"};

    bare_plan();
    plan.clone_flags |= CLONE_NEWNET;
    plan.net.helper = NET_HELPER_PASTA;
    plan.net.program = "/pasta";
    spec.net.from = from;
    prepare();
}

/* What the helper does. The fd, which holds the device. */
static int make_device(void)
{
    struct ifreq request = {.ifr_name = NET_DEVICE, .ifr_flags = IFF_TAP | IFF_NO_PI};
    int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);

    if (fd < 0 || ioctl(fd, TUNSETIFF, &request) < 0)
        cannot_show("/dev/net/tun cannot be used");
    return fd;
}

static const char *text_of(const char *path)
{
    char *text;
    size_t size;
    HUSK_FD int fd = open(path, O_RDONLY | O_CLOEXEC);

    assert_int_equal(fd_read_all(fd, 64 * 1024, &text, &size), 0);
    return text;
}

static int bring_up(void)
{
    int r = network_settle(in);

    return r < 0 ? r : network_wait(in);
}

static void without_a_helper_nothing_is_asked(void **state HUSK_UNUSED)
{
    begin();
    plan.net.helper = NET_HELPER_NONE;
    works(network_ask(in));
    works(bring_up());
    assert_false(gate_has_news(gate));
}

static void it_hands_over_its_network(void **state HUSK_UNUSED)
{
    struct gate_message m;
    struct stat ours, theirs;
    int fd;

    begin();
    works(network_ask(in));
    assert_int_equal(gate_receive(gate, &m, &fd), 1);
    assert_int_equal(m.kind, GATE_OFFLINE);
    assert_int_equal(fstat(fd, &theirs), 0);
    assert_int_equal(stat("/proc/self/ns/net", &ours), 0);
    assert_int_equal(ours.st_ino, theirs.st_ino);
    close(fd);
}

/* Before it is in its cgroup, the launcher takes what it says for a failure. */
static void with_a_cgroup_it_asks_later(void **state HUSK_UNUSED)
{
    begin();
    plan.cgroup.how = CGROUP_SCOPE;
    works(network_ask(in));
    assert_false(gate_has_news(gate));
}

static int settle(void *arg HUSK_UNUSED)
{
    return bring_up() < 0 ? 3 : 0;
}

/* User Mode Linux has no nf_tables: what is shown there is that nothing goes on without. */
static void need_rules(void)
{
    const char *vm = getenv("HUSK_VM");

    if (!vm || strcmp(vm, "uml") != 0)
        return;
    fails(network_settle(in), "closing the host to the sandbox's network", EOPNOTSUPP);
    skip();
}

static void it_goes_no_further_without_the_word(void **state HUSK_UNUSED)
{
    begin();
    need_rules();
    close(gate);
    assert_int_equal(status_of(settle, NULL), 1); /* and husk, if it lives, has said why */
}

static void another_word_is_none(void **state HUSK_UNUSED)
{
    begin();
    need_rules();
    assert_int_equal(gate_send(gate, GATE_TIMED, 0, FD_NONE), 0);
    fails(bring_up(), "waiting for the sandbox's network", EPROTO);
}

static void what_cannot_be_heard_is_said(void **state HUSK_UNUSED)
{
    begin();
    need_rules();
    in->gate = open("/dev/null", O_RDWR | O_CLOEXEC);
    fails(bring_up(), "waiting for the sandbox's network", ENOTSOCK);
}

static void a_device_that_is_not_there_is_an_error(void **state HUSK_UNUSED)
{
    begin();
    need_rules();
    assert_int_equal(gate_send(gate, GATE_ONLINE, 0, FD_NONE), 0);
    fails(bring_up(), "/pasta made no device tap0 (--net pasta)", ENODEV);
}

static void the_device_is_set_up(void **state HUSK_UNUSED)
{
    const char *routes;
    int device;

    begin();
    need_rules();
    device = make_device();
    assert_int_equal(gate_send(gate, GATE_ONLINE, 0, FD_NONE), 0);
    works(bring_up());
    routes = text_of("/proc/thread-self/net/route");
    assert_non_null(strstr(routes, "tap0\t00000000\t0202000A")); /* by 10.0.2.2 */
    assert_non_null(strstr(routes, "tap0\t0002000A\t00000000"));
    assert_null(strstr(text_of("/proc/thread-self/net/if_inet6"), "fd0000"));
    close(device);
}

static void with_ipv6_where_there_is_some(void **state HUSK_UNUSED)
{
    int device;

    begin();
    plan.net.ipv6 = true;
    need_rules();
    device = make_device();
    assert_int_equal(gate_send(gate, GATE_ONLINE, 0, FD_NONE), 0);
    works(bring_up());
    assert_non_null(strstr(text_of("/proc/thread-self/net/if_inet6"), "fd000000000000000000000000000100"));
    assert_non_null(strstr(text_of("/proc/thread-self/net/ipv6_route"),
                           "00000000000000000000000000000000 00 00000000000000000000000000000000 00 "
                           "fd000000000000000000000000000002"));
    close(device);
}

#define IN_NETWORK(body) IN_NAMESPACE(body, INSIDE_FLAGS | CLONE_NEWNET, AS_ID_0)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_NETWORK(without_a_helper_nothing_is_asked),
        IN_NETWORK(it_hands_over_its_network),
        IN_NETWORK(with_a_cgroup_it_asks_later),
        IN_NETWORK(it_goes_no_further_without_the_word),
        IN_NETWORK(another_word_is_none),
        IN_NETWORK(what_cannot_be_heard_is_said),
        IN_NETWORK(a_device_that_is_not_there_is_an_error),
        IN_NETWORK(the_device_is_set_up),
        IN_NETWORK(with_ipv6_where_there_is_some),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
