/* The rules of the network: what the kernel makes of them, in a network of the test's own. */
#include "inside/network.h"
#include "stage.h"
#include <arpa/inet.h>
#include <netinet/ip6.h>
#include <sys/socket.h>

static struct net_rule rules[8];
static size_t rule_count;

static struct net_rule *add(const char *to, unsigned prefix, bool accept)
{
    struct net_rule *rule = &rules[rule_count++];

    *rule = (struct net_rule){.accept = accept, .prefix = prefix};
    assert_true(ip_parse(to, &rule->to));
    return rule;
}

static void begin(void)
{
    bare_plan();
    plan.clone_flags |= CLONE_NEWNET;
    rule_count = 0;
}

/* User Mode Linux has no nf_tables: there the rules are an error, and nothing else can be shown. */
static bool has_no_rules(void)
{
    const char *vm = getenv("HUSK_VM");

    return vm && strcmp(vm, "uml") == 0;
}

static int guard(void)
{
    plan.net.helper = NET_HELPER_PASTA;
    plan.net.rules = rules;
    plan.net.rule_count = rule_count;
    prepare();
    works(loopback_up(in));
    if (has_no_rules()) {
        fails(network_guard(in), "closing the host to the sandbox's network", EOPNOTSUPP);
        skip();
    }
    return network_guard(in);
}

/* What comes of sending to ADDRESS: 0, or an errno. */
static int reach(int type, const char *address, uint16_t port)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(port)};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
    bool is_v6 = strchr(address, ':');
    HUSK_FD int fd = socket(is_v6 ? AF_INET6 : AF_INET, type | SOCK_CLOEXEC, 0);
    int r;

    inet_pton(AF_INET, address, &v4.sin_addr);
    inet_pton(AF_INET6, address, &v6.sin6_addr);
    r = connect(fd, is_v6 ? (struct sockaddr *)&v6 : (struct sockaddr *)&v4, is_v6 ? sizeof v6 : sizeof v4);
    if (r == 0 && type == SOCK_DGRAM)
        r = send(fd, "x", 1, 0) == 1 ? 0 : -1;
    return r < 0 ? errno : 0;
}

/* Without a rule all may be sent: so the tests below can fail. */
static void none_is_none(void **state HUSK_UNUSED)
{
    begin();
    works(guard());
    assert_int_equal(reach(SOCK_DGRAM, "127.0.0.1", 9), 0);
    assert_int_equal(reach(SOCK_DGRAM, "127.0.0.2", 9), 0);
}

static void an_address_is_closed(void **state HUSK_UNUSED)
{
    begin();
    add("127.0.0.2", 32, false);
    works(guard());
    assert_int_equal(reach(SOCK_DGRAM, "127.0.0.1", 9), 0);
    assert_int_equal(reach(SOCK_DGRAM, "127.0.0.3", 9), 0);
    assert_int_equal(reach(SOCK_DGRAM, "127.0.0.2", 9), EPERM);
    assert_int_equal(reach(SOCK_STREAM, "127.0.0.2", 9), ECONNREFUSED); /* at once */
}

static void what_is_told_of_is_closed(void **state HUSK_UNUSED)
{
    begin();
    spec.net_log.set = true;
    add("127.0.0.2", 32, false);
    works(guard());
    for (int i = 0; i < 300; i++) /* more than are told of at once */
        assert_int_equal(reach(SOCK_DGRAM, "127.0.0.2", 9), EPERM);
    assert_int_equal(reach(SOCK_STREAM, "127.0.0.2", 9), ECONNREFUSED);
    assert_int_equal(reach(SOCK_DGRAM, "127.0.0.1", 9), 0);
}

static void a_network_is_closed_to_its_last_bit(void **state HUSK_UNUSED)
{
    begin();
    add("127.16.0.0", 13, false);
    works(guard());
    assert_int_equal(reach(SOCK_DGRAM, "127.15.255.255", 9), 0);
    assert_int_equal(reach(SOCK_DGRAM, "127.16.0.0", 9), EPERM);
    assert_int_equal(reach(SOCK_DGRAM, "127.23.255.254", 9), EPERM);
    assert_int_equal(reach(SOCK_DGRAM, "127.24.0.0", 9), 0);
}

static void ipv6_is_closed_by_its_own_rule(void **state HUSK_UNUSED)
{
    begin();
    add("::", 64, false);
    works(guard());
    if (reach(SOCK_DGRAM, "::1", 9) == EADDRNOTAVAIL)
        cannot_show("there is no IPv6");
    assert_int_equal(reach(SOCK_DGRAM, "::1", 9), EPERM); /* of TCP the reset would be refused, too */
    assert_int_equal(reach(SOCK_DGRAM, "127.0.0.1", 9), 0);
}

static void the_first_rule_counts(void **state HUSK_UNUSED)
{
    struct net_rule *rule;

    begin();
    rule = add("127.0.0.2", 32, true);
    rule->protocol = IPPROTO_UDP;
    rule->port = 53;
    add("127.0.0.2", 32, false);
    works(guard());
    assert_int_equal(reach(SOCK_DGRAM, "127.0.0.2", 53), 0);
    assert_int_equal(reach(SOCK_DGRAM, "127.0.0.2", 54), EPERM);
    assert_int_equal(reach(SOCK_STREAM, "127.0.0.2", 53), ECONNREFUSED);
    assert_int_equal(reach(SOCK_DGRAM, "127.0.0.1", 54), 0);
}

/* What came in may be answered, by rules that let nothing out. */
static void answers_go_out(void **state HUSK_UNUSED)
{
    struct sockaddr_in here = {.sin_family = AF_INET}, peer = {.sin_family = AF_INET};
    socklen_t size = sizeof here;
    int a = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), b = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    char byte;

    begin();
    rules[rule_count++] = (struct net_rule){.accept = true, .match = NET_ANSWERS};
    add("127.0.0.2", 32, false);
    works(guard());
    inet_pton(AF_INET, "127.0.0.1", &here.sin_addr);
    inet_pton(AF_INET, "127.0.0.2", &peer.sin_addr);
    assert_int_equal(bind(a, (struct sockaddr *)&here, sizeof here), 0);
    assert_int_equal(bind(b, (struct sockaddr *)&peer, sizeof peer), 0);
    assert_int_equal(getsockname(a, (struct sockaddr *)&here, &size), 0);
    assert_int_equal(getsockname(b, (struct sockaddr *)&peer, &size), 0);
    assert_int_equal(sendto(a, "x", 1, 0, (struct sockaddr *)&peer, size), -1);
    assert_int_equal(errno, EPERM);
    assert_int_equal(sendto(b, "x", 1, 0, (struct sockaddr *)&here, size), 1);
    assert_int_equal(recv(a, &byte, 1, 0), 1);
    assert_int_equal(sendto(a, "x", 1, 0, (struct sockaddr *)&peer, size), 1);
    close(a);
    close(b);
}

/* What comes of a packet of PROTOCOL to the loopback that claims to come from SOURCE: 0, or an errno. */
static int send_as(const char *source, unsigned char protocol)
{
    struct sockaddr_in6 to = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    struct ip6_hdr header = {.ip6_nxt = protocol, .ip6_hlim = 255, .ip6_dst = to.sin6_addr};
    HUSK_FD int fd = socket(AF_INET6, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW);

    header.ip6_vfc = 6 << 4;
    assert_int_equal(inet_pton(AF_INET6, source, &header.ip6_src), 1);
    return sendto(fd, &header, sizeof header, 0, (struct sockaddr *)&to, sizeof to) < 0 ? errno : 0;
}

static void nobody_speaks_for_others(void **state HUSK_UNUSED)
{
    begin();
    add("fd00::100", 128, false)->match = NET_FOREIGN;
    works(guard());
    if (reach(SOCK_DGRAM, "::1", 9) == EADDRNOTAVAIL)
        cannot_show("there is no IPv6");
    assert_int_equal(send_as("fd00::100", IPPROTO_UDP), 0);
    assert_int_equal(send_as("::1", IPPROTO_UDP), 0);
    assert_int_equal(send_as("2001:db8::1", IPPROTO_UDP), EPERM);
    assert_int_equal(send_as("2001:db8::1", IPPROTO_ICMPV6), 0); /* the kernel's own */
    assert_int_equal(send_as("::", IPPROTO_ICMPV6), EPERM);      /* but for that, which pasta minds */
    assert_int_equal(send_as("::", IPPROTO_UDP), EPERM);
}

/* Does a message of ICMPv6 of this TYPE arrive? Before another one that is sent behind it and does. */
static bool arrives(unsigned char type)
{
    enum { LAST = 200 }; /* RFC 4443: for experiments */
    const struct sockaddr_in6 to = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    const struct timeval patience = {.tv_sec = 60};
    HUSK_FD int out = socket(AF_INET6, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMPV6);
    HUSK_FD int here = socket(AF_INET6, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMPV6);
    const unsigned char messages[][16] = {{type}, {LAST}};
    unsigned char got[64] = {0};
    bool seen = false;

    assert_int_equal(setsockopt(here, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience), 0);
    for (size_t i = 0; i < ARRAY_SIZE(messages); i++)
        assert_int_equal(sendto(out, messages[i], sizeof messages[i], 0, (const struct sockaddr *)&to, sizeof to),
                         sizeof messages[i]);
    while (got[0] != LAST) {
        assert_true(recv(here, got, sizeof got, 0) > 0);
        seen |= got[0] == type;
    }
    return seen;
}

/* By which slirp4netns would give the sandbox one more address. */
static void routers_are_not_listened_to(void **state HUSK_UNUSED)
{
    enum { ROUTER_SOLICITATION = 133, ROUTER_ADVERTISEMENT, NEIGHBOUR_SOLICITATION };

    begin();
    prepare();
    works(loopback_up(in));
    if (reach(SOCK_DGRAM, "::1", 9) == EADDRNOTAVAIL)
        cannot_show("there is no IPv6");
    assert_true(arrives(ROUTER_ADVERTISEMENT));
    works(guard());
    assert_true(arrives(ROUTER_SOLICITATION));
    assert_false(arrives(ROUTER_ADVERTISEMENT));
    assert_true(arrives(NEIGHBOUR_SOLICITATION));
}

static void rules_that_cannot_be_set_are_an_error(void **state HUSK_UNUSED)
{
    static const struct origin from = {.text = "--net user"};

    begin();
    spec.net.from = from;
    add("127.0.0.2", 32, false);
    works(guard());
    fails(network_guard(in), "closing the host to the sandbox's network (--net user)", EEXIST);
    assert_int_equal(reach(SOCK_DGRAM, "127.0.0.2", 9), EPERM); /* the first ones hold */
}

/* As many as a host has addresses: the messages fit. */
static void there_is_room_for_all(void **state HUSK_UNUSED)
{
    static struct net_rule many[500];

    begin();
    for (size_t i = 0; i < ARRAY_SIZE(many); i++) {
        char text[IP_TEXT];

        snprintf(text, sizeof text, "2001:db8::%zx", i + 1);
        many[i] = (struct net_rule){.prefix = i % 2 ? 128 : 127, .protocol = i % 3 ? 0 : IPPROTO_UDP, .port = 53};
        assert_true(ip_parse(text, &many[i].to));
    }
    plan.net.rules = many;
    plan.net.rule_count = ARRAY_SIZE(many);
    plan.net.helper = NET_HELPER_PASTA;
    prepare();
    if (!has_no_rules())
        works(network_guard(in));
}

#define IN_NETWORK(body) IN_NAMESPACE(body, INSIDE_FLAGS | CLONE_NEWNET, AS_ID_0)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_NETWORK(none_is_none),
        IN_NETWORK(an_address_is_closed),
        IN_NETWORK(what_is_told_of_is_closed),
        IN_NETWORK(a_network_is_closed_to_its_last_bit),
        IN_NETWORK(ipv6_is_closed_by_its_own_rule),
        IN_NETWORK(the_first_rule_counts),
        IN_NETWORK(answers_go_out),
        IN_NETWORK(nobody_speaks_for_others),
        IN_NETWORK(routers_are_not_listened_to),
        IN_NETWORK(rules_that_cannot_be_set_are_an_error),
        IN_NETWORK(there_is_room_for_all),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
