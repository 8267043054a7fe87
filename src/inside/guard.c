/*
 * The rules of the network, as nf_tables(8) of the kernel keeps them: a table "husk" of family inet with
 * a chain for what goes out. Each rule compares and ends in a verdict. Those of addresses are many, and a
 * packet passes all of them: so each family has its own chain, and they are short. In nft(8)'s words:
 *
 *     chain output {
 *         oifname "lo" meta l4proto 6 tcp flags rst accept
 *         ip6 saddr :: drop
 *         meta nfproto ipv6 meta l4proto != 58 ip6 saddr != fd00::100 ip6 saddr != ::1 drop
 *         oifname "lo" accept
 *         ct state established,related accept
 *         meta nfproto ipv4 jump output4
 *         meta nfproto ipv6 jump output6
 *     }
 *     chain output4 {
 *         ip daddr 10.0.2.3 meta l4proto 17 udp dport 53 accept
 *         ip daddr 169.254.0.0/16 goto refuse
 *     }
 *     chain refuse {
 *         meta l4proto 6 reject with tcp reset
 *         reject with icmpx admin-prohibited
 *     }
 *
 * What comes in is not held up, but for advertisements of routers, by which slirp4netns would give the sandbox
 * one more address; and nothing is passed on: that would get around the first chain.
 *
 * The messages are of <linux/netfilter/nf_tables.h>; the kernel takes all of a batch or none of it.
 */
#include "base/fd.h"
#include "base/netlink.h"
#include "inside/network.h"
#include <endian.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>

#define TABLE "husk"
#define OUTPUT "output"
#define OUTPUT4 "output4"
#define OUTPUT6 "output6"
#define REFUSE "refuse"
#define INPUT "input"

/* nft's own number for the first of the registers that rules compute in: all of 16 bytes. */
enum { REGISTER = NFT_REG_1 };

static void message(struct netlink *n, int type, unsigned flags)
{
    const struct nfgenmsg body = {.nfgen_family = NFPROTO_INET, .version = NFNETLINK_V0};

    netlink_message(n, NFNL_SUBSYS_NFTABLES << 8 | type, flags | NLM_F_ACK, &body, sizeof body);
}

static void batch(struct netlink *n, int type)
{
    const struct nfgenmsg body = {.version = NFNETLINK_V0, .res_id = htobe16(NFNL_SUBSYS_NFTABLES)};

    netlink_message(n, type, 0, &body, sizeof body);
}

static void add_table(struct netlink *n)
{
    message(n, NFT_MSG_NEWTABLE, NLM_F_CREATE | NLM_F_EXCL);
    netlink_put_text(n, NFTA_TABLE_NAME, TABLE);
}

/* One that only rules of others lead to. */
static void add_chain(struct netlink *n, const char *name)
{
    message(n, NFT_MSG_NEWCHAIN, NLM_F_CREATE | NLM_F_EXCL);
    netlink_put_text(n, NFTA_CHAIN_TABLE, TABLE);
    netlink_put_text(n, NFTA_CHAIN_NAME, name);
}

/* NAME is as nft(8) calls the place WHERE; POLICY is for what no rule fits. */
static void add_chain_at(struct netlink *n, const char *name, uint32_t where, uint32_t policy)
{
    size_t hook;

    add_chain(n, name);
    netlink_put_text(n, NFTA_CHAIN_TYPE, "filter");
    netlink_put_be32(n, NFTA_CHAIN_POLICY, policy);
    hook = netlink_open(n, NFTA_CHAIN_HOOK);
    netlink_put_be32(n, NFTA_HOOK_HOOKNUM, where);
    netlink_put_be32(n, NFTA_HOOK_PRIORITY, 0);
    netlink_close(n, hook);
}

/* ---- expressions --------------------------------------------------------------------------- */

struct expression {
    size_t element, data;
};

static struct expression open_expression(struct netlink *n, const char *name)
{
    struct expression e = {.element = netlink_open(n, NFTA_LIST_ELEM)};

    netlink_put_text(n, NFTA_EXPR_NAME, name);
    e.data = netlink_open(n, NFTA_EXPR_DATA);
    return e;
}

static void close_expression(struct netlink *n, struct expression e)
{
    netlink_close(n, e.data);
    netlink_close(n, e.element);
}

static void put_value(struct netlink *n, unsigned type, const void *value, size_t size)
{
    size_t nest = netlink_open(n, type);

    netlink_put(n, NFTA_DATA_VALUE, value, size);
    netlink_close(n, nest);
}

static void compare_by(struct netlink *n, uint32_t how, const void *value, size_t size)
{
    struct expression e = open_expression(n, "cmp");

    netlink_put_be32(n, NFTA_CMP_SREG, REGISTER);
    netlink_put_be32(n, NFTA_CMP_OP, how);
    put_value(n, NFTA_CMP_DATA, value, size);
    close_expression(n, e);
}

/* Goes on with the rule only if the register holds VALUE. */
static void compare(struct netlink *n, const void *value, size_t size)
{
    compare_by(n, NFT_CMP_EQ, value, size);
}

/* Goes on only if it holds another one. */
static void compare_not(struct netlink *n, const void *value, size_t size)
{
    compare_by(n, NFT_CMP_NEQ, value, size);
}

static void load_meta(struct netlink *n, uint32_t key)
{
    struct expression e = open_expression(n, "meta");

    netlink_put_be32(n, NFTA_META_DREG, REGISTER);
    netlink_put_be32(n, NFTA_META_KEY, key);
    close_expression(n, e);
}

static void load_payload(struct netlink *n, uint32_t base, uint32_t offset, uint32_t size)
{
    struct expression e = open_expression(n, "payload");

    netlink_put_be32(n, NFTA_PAYLOAD_DREG, REGISTER);
    netlink_put_be32(n, NFTA_PAYLOAD_BASE, base);
    netlink_put_be32(n, NFTA_PAYLOAD_OFFSET, offset);
    netlink_put_be32(n, NFTA_PAYLOAD_LEN, size);
    close_expression(n, e);
}

static void mask(struct netlink *n, const void *bits, size_t size)
{
    static const unsigned char zeroes[16];
    struct expression e = open_expression(n, "bitwise");

    netlink_put_be32(n, NFTA_BITWISE_SREG, REGISTER);
    netlink_put_be32(n, NFTA_BITWISE_DREG, REGISTER);
    netlink_put_be32(n, NFTA_BITWISE_LEN, (uint32_t)size);
    put_value(n, NFTA_BITWISE_MASK, bits, size);
    put_value(n, NFTA_BITWISE_XOR, zeroes, size);
    close_expression(n, e);
}

/* The first PREFIX bits of BITS, SIZE bytes. */
static void prefix_mask(unsigned char *bits, size_t size, unsigned prefix)
{
    memset(bits, 0, size);
    for (unsigned i = 0; i < prefix; i++)
        bits[i / 8] |= (unsigned char)(0x80 >> i % 8);
}

/* The destination: at byte 16 of a header of IPv4, 24 of one of IPv6. */
static void match_address(struct netlink *n, const struct net_rule *rule)
{
    bool v4 = rule->to.family == AF_INET;
    uint32_t size = v4 ? 4 : 16;
    unsigned char bits[16];

    load_payload(n, NFT_PAYLOAD_NETWORK_HEADER, v4 ? 16 : 24, size);
    if (rule->prefix < size * 8) {
        prefix_mask(bits, size, rule->prefix);
        mask(n, bits, size);
    }
    compare(n, rule->to.bytes, size);
}

/* ct state established,related; the state is a number in the host's order. */
static void match_answers(struct netlink *n)
{
    const uint32_t bits = NF_CT_STATE_BIT(IP_CT_ESTABLISHED) | NF_CT_STATE_BIT(IP_CT_RELATED), none = 0;
    struct expression e = open_expression(n, "ct");

    netlink_put_be32(n, NFTA_CT_DREG, REGISTER);
    netlink_put_be32(n, NFTA_CT_KEY, NFT_CT_STATE);
    close_expression(n, e);
    mask(n, &bits, sizeof bits);
    compare_not(n, &none, sizeof none);
}

/* What goes over the loopback. */
static void match_inside(struct netlink *n)
{
    static const char loopback[IFNAMSIZ] = "lo";

    load_meta(n, NFT_META_OIFNAME);
    compare(n, loopback, sizeof loopback);
}

static void match_family(struct netlink *n, unsigned char family)
{
    load_meta(n, NFT_META_NFPROTO);
    compare(n, &family, sizeof family);
}

/* The source: at byte 8 of a header of IPv6. */
static void match_foreign(struct netlink *n, const struct ip *own)
{
    static const unsigned char loopback[16] = {[15] = 1};
    const unsigned char icmp = IPPROTO_ICMPV6;

    match_family(n, NFPROTO_IPV6);
    load_meta(n, NFT_META_L4PROTO);
    compare_not(n, &icmp, sizeof icmp);
    load_payload(n, NFT_PAYLOAD_NETWORK_HEADER, 8, sizeof own->bytes);
    compare_not(n, own->bytes, sizeof own->bytes);
    compare_not(n, loopback, sizeof loopback);
}

/* The port: the second number of a header of TCP and of UDP. */
static void match_protocol(struct netlink *n, const struct net_rule *rule)
{
    unsigned char protocol = (unsigned char)rule->protocol;
    uint16_t port = htobe16(rule->port);

    if (!rule->protocol)
        return;
    load_meta(n, NFT_META_L4PROTO);
    compare(n, &protocol, sizeof protocol);
    if (!rule->port)
        return;
    load_payload(n, NFT_PAYLOAD_TRANSPORT_HEADER, 2, sizeof port);
    compare(n, &port, sizeof port);
}

/* CHAIN is where it leads to; NULL: it ends there. */
static void put_verdict(struct netlink *n, int code, const char *chain)
{
    struct expression e = open_expression(n, "immediate");
    size_t data, verdict;

    netlink_put_be32(n, NFTA_IMMEDIATE_DREG, NFT_REG_VERDICT);
    data = netlink_open(n, NFTA_IMMEDIATE_DATA);
    verdict = netlink_open(n, NFTA_DATA_VERDICT);
    netlink_put_be32(n, NFTA_VERDICT_CODE, (uint32_t)code);
    if (chain)
        netlink_put_text(n, NFTA_VERDICT_CHAIN, chain);
    netlink_close(n, verdict);
    netlink_close(n, data);
    close_expression(n, e);
}

/* So that who tries it fails at once. By TCP with a reset: of an ICMP message for a connect(2) that still
 * holds its socket IPv6 only takes a note, and tries again after a second (tcp_v6_err()). */
static void put_reject(struct netlink *n, bool reset)
{
    const unsigned char code = NFT_REJECT_ICMPX_ADMIN_PROHIBITED;
    struct expression e = open_expression(n, "reject");

    netlink_put_be32(n, NFTA_REJECT_TYPE, reset ? NFT_REJECT_TCP_RST : NFT_REJECT_ICMPX_UNREACH);
    if (!reset)
        netlink_put(n, NFTA_REJECT_ICMP_CODE, &code, sizeof code);
    close_expression(n, e);
}

static size_t open_rule(struct netlink *n, const char *chain)
{
    message(n, NFT_MSG_NEWRULE, NLM_F_CREATE | NLM_F_APPEND);
    netlink_put_text(n, NFTA_RULE_TABLE, TABLE);
    netlink_put_text(n, NFTA_RULE_CHAIN, chain);
    return netlink_open(n, NFTA_RULE_EXPRESSIONS);
}

/* Of what fits none of them, the chain says nothing. */
static void add_address_rule(struct netlink *n, const struct net_rule *rule)
{
    size_t list = open_rule(n, rule->to.family == AF_INET ? OUTPUT4 : OUTPUT6);

    match_address(n, rule);
    match_protocol(n, rule);
    if (rule->accept)
        put_verdict(n, NF_ACCEPT, NULL);
    else
        put_verdict(n, NFT_GOTO, REFUSE);
    netlink_close(n, list);
}

static void add_accept_rule(struct netlink *n, void (*match)(struct netlink *))
{
    size_t list = open_rule(n, OUTPUT);

    match(n);
    put_verdict(n, NF_ACCEPT, NULL);
    netlink_close(n, list);
}

/* The resets by which the kernel refuses a connection (put_reject()) come from where that was to lead to. A
 * program cannot send one from there: it would have to have a connection. (At byte 13: the flags.) */
static void accept_resets(struct netlink *n)
{
    const unsigned char tcp = IPPROTO_TCP, reset = 0x04;
    size_t list = open_rule(n, OUTPUT);

    match_inside(n);
    load_meta(n, NFT_META_L4PROTO);
    compare(n, &tcp, sizeof tcp);
    load_payload(n, NFT_PAYLOAD_TRANSPORT_HEADER, 13, sizeof reset);
    mask(n, &reset, sizeof reset);
    compare(n, &reset, sizeof reset);
    put_verdict(n, NF_ACCEPT, NULL);
    netlink_close(n, list);
}

/* By what comes from nobody the kernel asks whether it may have its link-local address, in the first second. pasta
 * of 2023 takes its peer's address from whatever it gets, and sent the answers to connections to nobody then. */
static void drop_nobodys(struct netlink *n)
{
    static const unsigned char nobody[16];
    size_t list = open_rule(n, OUTPUT);

    match_family(n, NFPROTO_IPV6);
    load_payload(n, NFT_PAYLOAD_NETWORK_HEADER, 8, sizeof nobody);
    compare(n, nobody, sizeof nobody);
    put_verdict(n, NF_DROP, NULL);
    netlink_close(n, list);
}

/* Dropped, since who it claims to come from must not be told. */
static void add_foreign_rule(struct netlink *n, const struct net_rule *rule)
{
    size_t list;

    accept_resets(n);
    drop_nobodys(n);
    list = open_rule(n, OUTPUT);
    match_foreign(n, &rule->to);
    put_verdict(n, NF_DROP, NULL);
    netlink_close(n, list);
}

static void add_rule(struct netlink *n, const struct net_rule *rule)
{
    switch (rule->match) {
    case NET_TO:
        add_address_rule(n, rule);
        break;
    case NET_ANSWERS:
        add_accept_rule(n, match_answers);
        break;
    case NET_INSIDE:
        add_accept_rule(n, match_inside);
        break;
    case NET_FOREIGN:
        add_foreign_rule(n, rule);
    }
}

/* The way from OUTPUT to CHAIN, for packets of FAMILY. */
static void add_family(struct netlink *n, unsigned char family, const char *chain)
{
    size_t list = open_rule(n, OUTPUT);

    match_family(n, family);
    put_verdict(n, NFT_JUMP, chain);
    netlink_close(n, list);
}

/* Tells husk-allow, as the rules of the list do, at most as often: which of both a packet meets first is open, and what
 * is listed only these refuse. In nft's words: limit rate 100/second burst 200 packets log group 53 snaplen 64. */
static void add_log(struct netlink *n)
{
    const uint16_t group = htobe16(NET_LOG_GROUP);
    const uint64_t rate = htobe64(100), second = htobe64(1);
    size_t list = open_rule(n, REFUSE);
    struct expression e = open_expression(n, "limit");

    netlink_put(n, NFTA_LIMIT_RATE, &rate, sizeof rate);
    netlink_put(n, NFTA_LIMIT_UNIT, &second, sizeof second);
    netlink_put_be32(n, NFTA_LIMIT_BURST, 200);
    close_expression(n, e);
    e = open_expression(n, "log");
    netlink_put(n, NFTA_LOG_GROUP, &group, sizeof group);
    netlink_put_be32(n, NFTA_LOG_SNAPLEN, 64);
    close_expression(n, e);
    netlink_close(n, list);
}

static void add_refuse(struct netlink *n)
{
    const unsigned char tcp = IPPROTO_TCP;
    size_t list = open_rule(n, REFUSE);

    load_meta(n, NFT_META_L4PROTO);
    compare(n, &tcp, sizeof tcp);
    put_reject(n, true);
    netlink_close(n, list);
    list = open_rule(n, REFUSE);
    put_reject(n, false);
    netlink_close(n, list);
}

/* The type: the first byte of a header of ICMP. */
static void drop_router_advertisements(struct netlink *n)
{
    const unsigned char icmp = IPPROTO_ICMPV6, type = 134; /* RFC 4861 */
    size_t list = open_rule(n, INPUT);

    load_meta(n, NFT_META_L4PROTO);
    compare(n, &icmp, sizeof icmp);
    load_payload(n, NFT_PAYLOAD_TRANSPORT_HEADER, 0, sizeof type);
    compare(n, &type, sizeof type);
    put_verdict(n, NF_DROP, NULL);
    netlink_close(n, list);
}

/* ---- all of it ----------------------------------------------------------------------------- */

/* As many of the plan's rules as are sent at once: the kernel answers for each of them, and drops answers
 * that have no room (ENOBUFS, from some 250 on). */
enum { AT_ONCE = 50 };

size_t network_guard_size(void)
{
    return 8192 + AT_ONCE * 768;
}

static void add_base(struct netlink *n, bool log)
{
    add_table(n);
    add_chain_at(n, OUTPUT, NF_INET_LOCAL_OUT, NF_ACCEPT);
    add_chain_at(n, INPUT, NF_INET_LOCAL_IN, NF_ACCEPT);
    add_chain_at(n, "forward", NF_INET_FORWARD, NF_DROP);
    add_chain(n, OUTPUT4);
    add_chain(n, OUTPUT6);
    add_chain(n, REFUSE);
    if (log)
        add_log(n);
    add_refuse(n);
    drop_router_advertisements(n);
}

/* Those from number FIRST on; with the first ones what they are in, after the last ones the way there. */
static int send_rules(struct inside *in, int fd, size_t first)
{
    const struct plan_net *net = &in->plan->net;
    struct netlink n;

    netlink_init(&n, in->guard, network_guard_size());
    batch(&n, NFNL_MSG_BATCH_BEGIN);
    if (first == 0)
        add_base(&n, in->plan->spec->net_log.set);
    for (size_t i = first; i < MIN(first + AT_ONCE, net->rule_count); i++)
        add_rule(&n, &net->rules[i]);
    if (first + AT_ONCE >= net->rule_count) {
        add_family(&n, NFPROTO_IPV4, OUTPUT4);
        add_family(&n, NFPROTO_IPV6, OUTPUT6);
    }
    batch(&n, NFNL_MSG_BATCH_END);
    return netlink_send(&n, fd, NULL);
}

int network_guard(struct inside *in)
{
    HUSK_FD int fd = netlink_socket(NETLINK_NETFILTER);
    int r = MIN(fd, 0);

    /* Without any there is the base all the same. */
    for (size_t first = 0; r == 0 && (first == 0 || first < in->plan->net.rule_count); first += AT_ONCE)
        r = send_rules(in, fd, first);
    return r < 0 ? inside_fail_hint(in, HINT_NETFILTER, -r, &in->plan->spec->net.from,
                                    "closing the host to the sandbox's network")
                 : 0;
}
