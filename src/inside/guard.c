/*
 * The rules of the network, as nf_tables(8) of the kernel keeps them: a table "husk" of family inet with
 * a chain for what goes out. Each rule compares and ends in a verdict. In nft(8)'s words:
 *
 *     ct state established,related accept
 *     ip daddr 10.0.2.3 udp dport 53 accept
 *     ip daddr 169.254.0.0/16 reject with icmpx admin-prohibited
 *
 * The messages are of <linux/netfilter/nf_tables.h>; the kernel takes all of them or none (a batch).
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
#include <string.h>
#include <sys/socket.h>

#define TABLE "husk"
#define CHAIN "output"

/* nft's own number for the first of the registers that rules compute in: all of 16 bytes. */
enum { REGISTER = NFT_REG_1 };

static void message(struct netlink *n, int type, unsigned flags)
{
    const struct nfgenmsg body = {.nfgen_family = NFPROTO_INET, .version = NFNETLINK_V0};

    netlink_message(n, NFNL_SUBSYS_NFTABLES << 8 | type, flags, &body, sizeof body);
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

/* Errors are answered in any case, in order, before the answer that the last message asks for. One for each rule
 * would not fit into the socket where there are hundreds. */
static void add_chain(struct netlink *n, unsigned ack)
{
    size_t hook;

    message(n, NFT_MSG_NEWCHAIN, NLM_F_CREATE | NLM_F_EXCL | ack);
    netlink_put_text(n, NFTA_CHAIN_TABLE, TABLE);
    netlink_put_text(n, NFTA_CHAIN_NAME, CHAIN);
    netlink_put_text(n, NFTA_CHAIN_TYPE, "filter");
    hook = netlink_open(n, NFTA_CHAIN_HOOK);
    netlink_put_be32(n, NFTA_HOOK_HOOKNUM, NF_INET_LOCAL_OUT);
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
    unsigned char family = v4 ? NFPROTO_IPV4 : NFPROTO_IPV6, bits[16];
    uint32_t size = v4 ? 4 : 16;

    load_meta(n, NFT_META_NFPROTO);
    compare(n, &family, sizeof family);
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
    compare_by(n, NFT_CMP_NEQ, &none, sizeof none);
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

static void put_accept(struct netlink *n)
{
    struct expression e = open_expression(n, "immediate");
    size_t data, verdict;

    netlink_put_be32(n, NFTA_IMMEDIATE_DREG, NFT_REG_VERDICT);
    data = netlink_open(n, NFTA_IMMEDIATE_DATA);
    verdict = netlink_open(n, NFTA_DATA_VERDICT);
    netlink_put_be32(n, NFTA_VERDICT_CODE, NF_ACCEPT);
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

static void add_one_rule(struct netlink *n, const struct net_rule *rule, unsigned ack)
{
    size_t list;

    message(n, NFT_MSG_NEWRULE, NLM_F_CREATE | NLM_F_APPEND | ack);
    netlink_put_text(n, NFTA_RULE_TABLE, TABLE);
    netlink_put_text(n, NFTA_RULE_CHAIN, CHAIN);
    list = netlink_open(n, NFTA_RULE_EXPRESSIONS);
    if (rule->answers) {
        match_answers(n);
    } else {
        match_address(n, rule);
        match_protocol(n, rule);
    }
    if (rule->accept)
        put_accept(n);
    else
        put_reject(n, rule->protocol == IPPROTO_TCP);
    netlink_close(n, list);
}

static void add_rule(struct netlink *n, const struct net_rule *rule, unsigned ack)
{
    struct net_rule tcp = *rule;

    tcp.protocol = IPPROTO_TCP;
    if (!rule->accept && !rule->protocol)
        add_one_rule(n, &tcp, 0);
    add_one_rule(n, rule, ack);
}

/* ---- all of it ----------------------------------------------------------------------------- */

size_t network_guard_size(const struct plan *plan)
{
    return 1024 + plan->net.rule_count * 2 * 768;
}

int network_guard(struct inside *in)
{
    const struct plan_net *net = &in->plan->net;
    HUSK_FD int fd = netlink_socket(NETLINK_NETFILTER);
    struct netlink n;
    int r = fd;

    netlink_init(&n, in->guard, network_guard_size(in->plan));
    batch(&n, NFNL_MSG_BATCH_BEGIN);
    add_table(&n);
    add_chain(&n, net->rule_count ? 0 : NLM_F_ACK);
    for (size_t i = 0; i < net->rule_count; i++)
        add_rule(&n, &net->rules[i], i + 1 < net->rule_count ? 0 : NLM_F_ACK);
    batch(&n, NFNL_MSG_BATCH_END);
    if (fd >= 0)
        r = netlink_send(&n, fd, NULL);
    return r < 0 ? inside_fail_hint(in, HINT_NETFILTER, -r, &in->plan->spec->net.from,
                                    "closing the host to the sandbox's network")
                 : 0;
}
