#include "allow/rules.h"
#include "base/alloc.h"
#include "base/fd.h"
#include "base/log.h"
#include "plan/net.h"
#include <linux/netlink.h>
#include <netinet/in.h>
#include <nftables/libnftables.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

struct rules {
    struct nft_ctx *nft;
};

/* Sets for names hold single addresses for a while. Without a port an item is in the set .._all. Networks are
 * intervals, in sets of their own for each protocol and port: see put_door(). Protocols are numbers everywhere,
 * since for their names the library would ask the name service. */
static const char sets[] =
    "  set name4 { type ipv4_addr . inet_proto . inet_service; flags timeout; size 65536; }\n"
    "  set name4_all { type ipv4_addr . inet_proto; flags timeout; size 65536; }\n"
    "  set name6 { type ipv6_addr . inet_proto . inet_service; flags timeout; size 65536; }\n"
    "  set name6_all { type ipv6_addr . inet_proto; flags timeout; size 65536; }\n"
    "  map nets { type inet_proto . inet_service : verdict; }\n"
    "  map nets_all { type inet_proto : verdict; }\n";

/*
 * What is on its way already goes on, also when its name's addresses have changed. Errors of ICMP that
 * belong to it are let through, else nobody learns the size of packets on the path. Without neighbour
 * discovery there is no IPv6. All of these the kernel sends and takes by itself; it also reports which groups
 * it listens to, which nobody needs to know.
 */
static const char known[] =
    "    ct state established accept\n"
    "    ct state related meta l4proto { 1, 58 } accept\n";

/*
 * What goes over the loopback is not tracked: a program can send over it to any address of IPv4 (with
 * SO_BINDTODEVICE) and from any of IPv6 (with IPV6_FREEBIND). Of a connection that was made up that way each packet
 * that fits would count as established.
 */
static const char output[] =
    "  chain loopback {\n"
    "    type filter hook output priority raw; policy accept;\n"
    "    oifname \"lo\" notrack\n"
    "  }\n"
    "  chain output {\n"
    "    type filter hook output priority filter; policy drop;\n"
    "    oifname \"lo\" accept\n"
    "%s"
    "    icmpv6 type { nd-router-solicit, nd-neighbor-solicit, nd-neighbor-advert } accept\n"
    "    icmpv6 type { mld-listener-report, mld2-listener-report } drop\n"
    "    ip daddr @never4 goto refuse\n"
    "    ip6 daddr @never6 goto refuse\n"
    "    ip daddr . meta l4proto . th dport @name4 accept\n"
    "    ip daddr . meta l4proto @name4_all accept\n"
    "    ip6 daddr . meta l4proto . th dport @name6 accept\n"
    "    ip6 daddr . meta l4proto @name6_all accept\n"
    "    meta l4proto . th dport vmap @nets\n"
    "    meta l4proto vmap @nets_all\n"
    "    goto refuse\n"
    "  }\n";

static const char input[] =
    "  chain input {\n"
    "    type filter hook input priority filter; policy drop;\n"
    "    iifname \"lo\" accept\n"
    "%s"
    "    icmpv6 type { nd-router-advert, nd-neighbor-solicit, nd-neighbor-advert } accept\n"
    "    meta l4proto . th dport @published accept\n"
    "  }\n"
    "  chain forward { type filter hook forward priority filter; policy drop; }\n";

struct rules *rules_open(void)
{
    struct rules *rules = arena_alloc(sizeof *rules);
    HUSK_FD int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER);

    /* Where that cannot be had the library ends the process with words of its own. */
    if (fd < 0) {
        log_errno(errno, "--allow: the kernel's packet filter");
        return NULL;
    }
    rules->nft = nft_ctx_new(NFT_CTX_DEFAULT);
    if (!rules->nft || nft_ctx_buffer_error(rules->nft) < 0 ||
        nft_ctx_buffer_output(rules->nft) < 0) {
        log_error("--allow: libnftables cannot be used");
        return NULL;
    }
    return rules;
}

/* Commands of nft(8), which count all or not at all. */
struct script {
    FILE *f;
    char *text;
    size_t size;
};

static int script_begin(struct script *script)
{
    *script = (struct script){0};
    script->f = open_memstream(&script->text, &script->size);
    return script->f ? 0 : log_errno(errno, "--allow: memory for the rules");
}

/* Ends SCRIPT, which does WHAT. */
static int script_run(struct script *script, struct rules *rules, const char *what)
{
    int r = -1;

    if (fclose(script->f) == 0)
        r = nft_run_cmd_from_buffer(rules->nft, script->text);
    else
        log_errno(errno, "--allow: %s", what);
    if (r != 0) {
        const char *said = nft_ctx_get_error_buffer(rules->nft);
        size_t n = said ? strcspn(said, "\n") : 0;

        log_error("--allow: %s: %.*s", what, (int)n, n ? said : "");
    }
    free(script->text);
    return r == 0 ? 0 : -1;
}

static bool is_same_door(const struct allow *a, const struct allow *b)
{
    return a->kind == b->kind && a->port == b->port && a->udp == b->udp;
}

/* Does another item hold all of ITEM? Of two that are the same the first one counts. */
static bool is_held(const struct rules_plan *plan, size_t i)
{
    const struct allow *item = &plan->items[i];

    for (size_t k = 0; k < plan->item_count; k++) {
        const struct allow *other = &plan->items[k];

        if (k == i || !is_same_door(item, other) || other->prefix > item->prefix ||
            (other->prefix == item->prefix && k > i))
            continue;
        if (ip_in(&item->net, &other->net, other->prefix))
            return true;
    }
    return false;
}

static unsigned protocol(bool udp)
{
    return udp ? IPPROTO_UDP : IPPROTO_TCP;
}

/* NET/PREFIX as an interval: nft(8) knows no network of all addresses. */
static void put_net(FILE *f, const struct ip *net, unsigned prefix)
{
    char first[IP_TEXT], last[IP_TEXT];
    struct ip end = *net;

    for (unsigned bit = prefix; bit < ip_bits(net); bit++)
        end.bytes[bit / 8] |= (uint8_t)(0x80 >> bit % 8);
    ip_format(first, net);
    if (prefix == ip_bits(net))
        fputs(first, f);
    else
        fprintf(f, "%s-%s", first, ip_format(last, &end));
}

/* Is there a network for this protocol and port before number I? */
static bool has_door(const struct rules_plan *plan, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (is_same_door(&plan->items[i], &plan->items[k]))
            return true;
    return false;
}

/*
 * The chain for the protocol and port (0: any) of ITEM, a network, its sets, and the way there. Sets of intervals
 * could hold address, protocol and port together, but Linux 6.12.117 refuses rules that look there.
 */
static void put_door(FILE *f, const struct allow *item)
{
    char door[16], key[16] = "";

    snprintf(door, sizeof door, "%u_%u", protocol(item->udp), item->port);
    if (item->port)
        snprintf(key, sizeof key, " . %u", item->port);
    fprintf(f, "add chain inet husk-allow net_%s\n", door);
    for (int version = 4; version <= 6; version += 2) {
        fprintf(f, "add set inet husk-allow net%d_%s { type ipv%d_addr; flags interval; }\n", version, door,
                version);
        fprintf(f, "add rule inet husk-allow net_%s %s daddr @net%d_%s accept\n", door,
                version == 4 ? "ip" : "ip6", version, door);
    }
    fprintf(f, "add element inet husk-allow nets%s { %u%s : jump net_%s }\n", item->port ? "" : "_all",
            protocol(item->udp), key, door);
}

static void put_net_element(FILE *f, const struct allow *item)
{
    fprintf(f, "add element inet husk-allow net%c_%u_%u { ", item->net.family == AF_INET ? '4' : '6',
            protocol(item->udp), item->port);
    put_net(f, &item->net, item->prefix);
    fputs(" }\n", f);
}

/* Intervals of a set must not overlap. Networks hold one another or are apart, so it is enough to leave out
 * those that are held by another one for the same port. Some at a time: who is root in a user namespace only
 * cannot send more than 200 kB at once. */
static int set_nets(struct rules *rules, const struct rules_plan *plan)
{
    enum { AT_ONCE = 500, DOOR = 20 }; /* what a door takes is that of so many elements */

    for (size_t i = 0; i < plan->item_count;) {
        struct script script;

        if (script_begin(&script) < 0)
            return -1;
        for (size_t put = 0; put < AT_ONCE && i < plan->item_count; i++) {
            if (plan->items[i].kind != ALLOW_NET)
                continue;
            if (!has_door(plan, i)) {
                put_door(script.f, &plan->items[i]);
                put += DOOR;
            }
            if (!is_held(plan, i)) {
                put_net_element(script.f, &plan->items[i]);
                put++;
            }
        }
        if (script_run(&script, rules, "opening the networks of the list") < 0)
            return -1;
    }
    return 0;
}

static void put_never_set(FILE *f, int family)
{
    const char *before = "";
    unsigned prefix;
    struct ip net;

    fprintf(f, "  set never%c { type ipv%c_addr; flags interval; auto-merge; elements = {",
            family == AF_INET ? '4' : '6', family == AF_INET ? '4' : '6');
    for (size_t i = 0; ip_never(i, &net, &prefix); i++) {
        if (net.family != family)
            continue;
        fprintf(f, "%s ", before);
        put_net(f, &net, prefix);
        before = ",";
    }
    fputs(" } }\n", f);
}

static void put_published(FILE *f, const struct rules_plan *plan)
{
    fputs("  set published { type inet_proto . inet_service; ", f);
    for (size_t i = 0; i < plan->published_count; i++)
        fprintf(f, "%s %u . %u", i ? "," : "elements = {", protocol(plan->published[i].udp),
                plan->published[i].port);
    fputs(plan->published_count ? " } }\n" : "}\n", f);
}

/* At once, so that nobody waits for an answer that will not come. */
static void put_refuse(FILE *f, bool log)
{
    fputs("  chain refuse {\n", f);
    if (log)
        fprintf(f, "    limit rate 100/second burst 200 packets log group %d snaplen 64\n",
                NET_LOG_GROUP);
    fputs("    meta l4proto 6 reject with tcp reset\n"
          "    reject with icmpx admin-prohibited\n"
          "  }\n",
          f);
}

int rules_set(struct rules *rules, const struct rules_plan *plan)
{
    struct script script;

    if (script_begin(&script) < 0)
        return -1;
    fputs("table inet husk-allow {\n", script.f);
    fputs(sets, script.f);
    put_never_set(script.f, AF_INET);
    put_never_set(script.f, AF_INET6);
    put_published(script.f, plan);
    put_refuse(script.f, plan->log);
    fprintf(script.f, output, known);
    fprintf(script.f, input, known);
    fputs("}\n", script.f);
    if (script_run(&script, rules, "setting the rules") < 0)
        return -1;
    return set_nets(rules, plan);
}

/* ---- names --------------------------------------------------------------------------------- */

struct admissions {
    struct rules *rules;
    struct script script;
    const struct admission *list;
    size_t count, put; /* put: elements of SCRIPT */
    int r;
};

/* An element that is there already keeps its time when it is added (before Linux 6.12), and one that is not
 * there cannot be deleted: so it is added, deleted, and added anew, in one transaction. */
static void put_admission(FILE *f, const struct admission *one, const struct allow *item)
{
    static const char *const verbs[] = {"add", "delete", "add"};
    char element[IP_TEXT + 32], address[IP_TEXT];
    int n = snprintf(element, sizeof element, "%s . %u", ip_format(address, &one->ip),
                     protocol(item->udp));

    if (item->port)
        snprintf(element + n, sizeof element - (size_t)n, " . %u", item->port);
    for (size_t k = 0; k < ARRAY_SIZE(verbs); k++) {
        fprintf(f, "%s element inet husk-allow name%c%s { %s", verbs[k],
                one->ip.family == AF_INET ? '4' : '6', item->port ? "" : "_all", element);
        if (k != 1)
            fprintf(f, " timeout %us", one->seconds);
        fputs(" }\n", f);
    }
}

static int admit_put(struct admissions *a)
{
    if (a->put == 0)
        return 0;
    a->put = 0;
    return script_run(&a->script, a->rules, "opening the addresses of a name");
}

/* Some at a time, as in set_nets(): a name may be listed with many ports. */
static void put_admissions(void *arg, const struct allow *item)
{
    enum { AT_ONCE = 200 };
    struct admissions *a = arg;

    for (size_t i = 0; a->r == 0 && i < a->count; i++) {
        if (a->put == 0)
            a->r = script_begin(&a->script);
        if (a->r < 0)
            return;
        put_admission(a->script.f, &a->list[i], item);
        if (++a->put == AT_ONCE)
            a->r = admit_put(a);
    }
}

int rules_admit(struct rules *rules, const struct names *names, const char *name,
                const struct admission *list, size_t count)
{
    struct admissions a = {.rules = rules, .list = list, .count = count};

    names_each(names, name, put_admissions, &a);
    return a.r == 0 ? admit_put(&a) : a.r;
}
