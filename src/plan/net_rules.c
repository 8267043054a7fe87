/*
 * What a network with a helper must not reach: a helper is a process of the host, so what it connects to
 * is reached as from the host itself. These rules are kept in the sandbox's own network namespace, below
 * anything that a program can choose; routes would not do, since a socket that is bound to a device gets
 * around those (ip_route_output_key_hash_rcu() of Linux takes what has no route to be next door then).
 */
#include "base/alloc.h"
#include "base/fd.h"
#include "base/log.h"
#include "plan/net.h"
#include "plan/plan.h"
#include <ifaddrs.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

typedef VEC(struct net_rule) rule_list;

static struct net_rule *add(rule_list *rules, bool accept, const char *to, unsigned prefix)
{
    struct net_rule *rule = VEC_PUSH(rules);

    rule->accept = accept;
    ip_parse(to, &rule->to);
    rule->prefix = prefix;
    return rule;
}

static void accept_port(rule_list *rules, const char *to, unsigned prefix, uint16_t port)
{
    static const int protocols[] = {IPPROTO_TCP, IPPROTO_UDP};

    for (size_t i = 0; i < ARRAY_SIZE(protocols); i++) {
        struct net_rule *rule = add(rules, true, to, prefix);

        rule->protocol = protocols[i];
        rule->port = port;
    }
}

static bool allows_all_of_host(const struct spec *s)
{
    for (size_t i = 0; i < s->loopback_ports.count; i++)
        if (!s->loopback_ports.items[i].port)
            return true;
    return false;
}

/*
 * The helper's own addresses, BITS in length: of the name server only that (with a list nothing: it is not
 * asked, and passes on each name), of the gateway what was asked for. libslirp 4.7 takes all the rest of its
 * network of IPv6 for the host's loopback, too.
 */
static void add_helper(rule_list *rules, const struct spec *s, const char *gateway, const char *dns,
                       unsigned bits)
{
    bool v4 = bits == 32;

    if (!s->allow.count)
        accept_port(rules, dns, bits, 53);
    for (size_t i = 0; i < s->loopback_ports.count; i++)
        if (s->loopback_ports.items[i].port)
            accept_port(rules, gateway, bits, s->loopback_ports.items[i].port);
    if (allows_all_of_host(s))
        add(rules, true, gateway, bits);
    if (!v4)
        add(rules, true, NET_NETWORK6, NET_PREFIX6)->protocol = IPPROTO_ICMPV6; /* neighbour discovery */
    add(rules, false, v4 ? NET_NETWORK4 : NET_NETWORK6, v4 ? NET_PREFIX4 : NET_PREFIX6);
}

/*
 * What no network leads to: see ip.c. A socket that is bound to the device sends to loopback addresses over it as
 * well, and the helper would hand that to the host's loopback: also by the addresses of IPv6 that stand for one of
 * IPv4, and older versions of libslirp by 255.255.255.255. What goes to many at once goes to the host, too, and to
 * its neighbours.
 */
static void add_never(rule_list *rules)
{
    struct ip net;
    unsigned prefix;

    add(rules, true, "fe80::", 10)->protocol = IPPROTO_ICMPV6; /* neighbour discovery */
    add(rules, true, "ff00::", 8)->protocol = IPPROTO_ICMPV6;  /* the same */
    for (size_t i = 0; ip_never(i, &net, &prefix); i++)
        *VEC_PUSH(rules) = (struct net_rule){.to = net, .prefix = prefix};
}

/* Closed by add_never(); a host with containers has hundreds. */
static bool is_link_local(const struct ip *ip)
{
    return ip->family == AF_INET ? ip->bytes[0] == 169 && ip->bytes[1] == 254
                                 : ip->bytes[0] == 0xfe && (ip->bytes[1] & 0xc0) == 0x80;
}

/* At ADDRESS of the host a service may listen that its firewall keeps from other machines. */
static void add_own(rule_list *rules, const struct sockaddr *address)
{
    struct net_rule rule = {.prefix = 32, .to.family = AF_INET};

    if (address->sa_family == AF_INET) {
        memcpy(rule.to.bytes, &((const struct sockaddr_in *)(const void *)address)->sin_addr, 4);
    } else if (address->sa_family == AF_INET6) {
        rule.prefix = 128;
        rule.to.family = AF_INET6;
        memcpy(rule.to.bytes, &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr, 16);
    } else {
        return;
    }
    if (!ip_is_loopback(&rule.to) && !is_link_local(&rule.to))
        *VEC_PUSH(rules) = rule;
}

static int add_host(rule_list *rules)
{
    struct ifaddrs *list;

    if (getifaddrs(&list) < 0)
        return log_errno(errno, "looking up the host's addresses");
    for (struct ifaddrs *i = list; i; i = i->ifa_next)
        if (i->ifa_addr)
            add_own(rules, i->ifa_addr);
    freeifaddrs(list);
    return 0;
}

/*
 * Nobody inside may claim to be somebody else: connection tracking would take that for a connection from
 * outside, and what is sent there for its answers. Of IPv6 each program can (IPV6_FREEBIND); of IPv4 the kernel
 * sends nothing from an address that it has not got (ip_route_output_key_hash_rcu()).
 */
static void add_own_rules(rule_list *rules)
{
    struct net_rule *foreign = add(rules, false, NET_OWN6, 128);

    foreign->match = NET_FOREIGN;
    *VEC_PUSH(rules) = (struct net_rule){.accept = true, .match = NET_INSIDE};
}

int plan_net_rules(struct plan *plan)
{
    rule_list rules = {0};
    int r = 0;

    add_own_rules(&rules);
    /* What is published is asked from the gateway's address, and from the host's own. */
    if (plan->spec->publish.count)
        *VEC_PUSH(&rules) = (struct net_rule){.accept = true, .match = NET_ANSWERS};
    add_helper(&rules, plan->spec, NET_GATEWAY4, NET_DNS4, 32);
    add_helper(&rules, plan->spec, NET_GATEWAY6, NET_DNS6, 128);
    add_never(&rules);
    if (!allows_all_of_host(plan->spec))
        r = add_host(&rules);
    plan->net.rules = rules.items;
    plan->net.rule_count = rules.count;
    return r;
}
