/*
 * A network that a helper of the host carries. The helper makes the device in our network namespace
 * while the mounts are being made; what it is configured with, and what it must not be used for, is
 * set here, with rights that the command will not have.
 */
#include "inside/network.h"
#include "base/fd.h"
#include "base/netlink.h"
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <string.h>
#include <unistd.h>

static int ask(struct inside *in)
{
    HUSK_FD int netns = FD_NONE;
    int r;

    if ((r = proc_open(in)) < 0)
        return r;
    netns = openat(in->proc, "self/ns/net", O_RDONLY | O_CLOEXEC);
    if (netns < 0)
        return inside_fail(in, errno, NULL, "opening the sandbox's network namespace");
    r = gate_send(in->gate, GATE_OFFLINE, 0, netns);
    return r < 0 ? inside_fail(in, -r, NULL, "asking for a network") : 0;
}

/* As early as can be. With a cgroup that is when we are in it: husk does nothing else before, and takes a
 * message that it has not asked for as one of a failure. */
int network_ask(struct inside *in)
{
    return in->plan->net.helper && !in->plan->cgroup.how ? ask(in) : 0;
}

static void put_address(struct netlink *n, unsigned type, const char *text)
{
    struct ip a;

    ip_parse(text, &a);
    netlink_put(n, type, a.bytes, a.family == AF_INET ? 4 : 16);
}

static void add_link(struct netlink *n, unsigned device)
{
    const struct ifinfomsg link = {.ifi_index = (int)device, .ifi_flags = IFF_UP, .ifi_change = IFF_UP};

    netlink_message(n, RTM_NEWLINK, NLM_F_ACK, &link, sizeof link);
    netlink_put_u32(n, IFLA_MTU, NET_MTU);
}

/* IFA_F_NODAD: there is nobody who could have it, and to find that out takes a second. */
static void add_address(struct netlink *n, unsigned device, int family, unsigned char prefix, const char *own)
{
    const struct ifaddrmsg to = {.ifa_family = (unsigned char)family,
                                 .ifa_prefixlen = prefix,
                                 .ifa_flags = family == AF_INET6 ? IFA_F_NODAD : 0,
                                 .ifa_index = device};

    netlink_message(n, RTM_NEWADDR, NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE, &to, sizeof to);
    put_address(n, IFA_LOCAL, own);
    put_address(n, IFA_ADDRESS, own);
}

static void add_default_route(struct netlink *n, unsigned device, int family, const char *gateway)
{
    const struct rtmsg route = {.rtm_family = (unsigned char)family,
                                .rtm_table = RT_TABLE_MAIN,
                                .rtm_protocol = RTPROT_STATIC,
                                .rtm_scope = RT_SCOPE_UNIVERSE,
                                .rtm_type = RTN_UNICAST};

    netlink_message(n, RTM_NEWROUTE, NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE, &route, sizeof route);
    put_address(n, RTA_GATEWAY, gateway);
    netlink_put_u32(n, RTA_OIF, device);
}

static int configure(struct inside *in)
{
    char buffer[1024] __attribute__((aligned(NLMSG_ALIGNTO)));
    unsigned device = if_nametoindex(NET_DEVICE);
    const struct origin *from = &in->plan->spec->net.from;
    HUSK_FD int fd = FD_NONE;
    struct netlink n;
    int r;

    if (!device)
        return inside_fail(in, errno, from, "%s made no device " NET_DEVICE, in->plan->net.program);
    netlink_init(&n, buffer, sizeof buffer);
    add_link(&n, device);
    add_address(&n, device, AF_INET, NET_PREFIX4, NET_OWN4);
    add_default_route(&n, device, AF_INET, NET_GATEWAY4);
    if (in->plan->net.ipv6) {
        add_address(&n, device, AF_INET6, NET_PREFIX6, NET_OWN6);
        add_default_route(&n, device, AF_INET6, NET_GATEWAY6);
    }
    fd = netlink_socket(NETLINK_ROUTE);
    r = fd < 0 ? fd : netlink_send(&n, fd, NULL);
    return r < 0 ? inside_fail(in, -r, from, "setting up " NET_DEVICE) : 0;
}

/* Ports below 1024 are kept for root for no reason in a network of one's own. Left as it is where /proc/sys
 * cannot be written, as in some containers. */
static void open_low_ports(struct inside *in)
{
    proc_write(in, "sys/net/ipv4/ip_unprivileged_port_start", "0");
}

int network_settle(struct inside *in)
{
    int r;

    if (!in->plan->net.helper)
        return 0;
    /* First the rules: from the moment that there is a way out, they hold. */
    if ((r = network_guard(in)) < 0)
        return r;
    open_low_ports(in);
    if (!in->plan->cgroup.how)
        return 0;
    r = cgroup_enter(in);
    return r < 0 ? r : ask(in);
}

int network_wait(struct inside *in)
{
    int r;

    if (!in->plan->net.helper)
        return 0;
    r = inside_wait(in, GATE_ONLINE, "the sandbox's network");
    return r < 0 ? r : configure(in);
}
