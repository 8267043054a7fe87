#include "base/ip.h"
#include <arpa/inet.h>
#include <string.h>

/*
 * IANA's registries of special-purpose addresses (RFC 6890), and the metadata services of clouds, which
 * hand out credentials to whoever asks. Left out are the ranges for documentation, which lead nowhere.
 */
static const struct special {
    const char *net;
    unsigned prefix;
    enum ip_scope scope;
    const char *what;
} specials[] = {
    {"0.0.0.0", 8, IP_NEVER, "an address of this machine"},
    {"10.0.0.0", 8, IP_PRIVATE, "a private address"},
    {"100.64.0.0", 10, IP_PRIVATE, "an address of a provider's own network"},
    {"100.100.100.200", 32, IP_NEVER, "a metadata service"},
    {"127.0.0.0", 8, IP_NEVER, "a loopback address"},
    {"168.63.129.16", 32, IP_NEVER, "a metadata service"},
    {"169.254.0.0", 16, IP_NEVER, "a link-local address"},
    {"172.16.0.0", 12, IP_PRIVATE, "a private address"},
    {"192.0.0.0", 24, IP_PRIVATE, "a special address"},
    {"192.0.0.192", 32, IP_NEVER, "a metadata service"},
    {"192.88.99.0", 24, IP_PRIVATE, "a special address"},
    {"192.168.0.0", 16, IP_PRIVATE, "a private address"},
    {"198.18.0.0", 15, IP_PRIVATE, "a private address"},
    {"224.0.0.0", 4, IP_NEVER, "a multicast address"},
    {"240.0.0.0", 4, IP_NEVER, "a reserved address"},
    /* Public is what is below 2000::/3, and what leads through a NAT64 to a public IPv4 address. */
    {"::", 3, IP_PRIVATE, "a special address"},
    {"::", 96, IP_NEVER, "an address of this machine"},
    {"::ffff:0:0", 96, IP_NEVER, "an IPv4-mapped address"},
    {"64:ff9b::", 96, IP_PUBLIC, NULL},
    {"2001::", 32, IP_PRIVATE, "an address of a tunnel"},
    {"2002::", 16, IP_PRIVATE, "an address of a tunnel"},
    {"4000::", 2, IP_PRIVATE, "a special address"},
    {"8000::", 1, IP_PRIVATE, "a special address"},
    {"fc00::", 7, IP_PRIVATE, "a private address"},
    {"fd00:c1::a9fe:a9fe", 128, IP_NEVER, "a metadata service"},
    {"fd00:ec2::254", 128, IP_NEVER, "a metadata service"},
    {"fd20:ce::254", 128, IP_NEVER, "a metadata service"},
    {"fe80::", 10, IP_NEVER, "a link-local address"},
    {"ff00::", 8, IP_NEVER, "a multicast address"},
};

bool ip_parse(const char *text, struct ip *ret_ip)
{
    struct ip ip = {.family = strchr(text, ':') ? AF_INET6 : AF_INET};

    if (inet_pton(ip.family, text, ip.bytes) != 1)
        return false;
    *ret_ip = ip;
    return true;
}

const char *ip_format(char *buf, const struct ip *ip)
{
    if (!inet_ntop(ip->family, ip->bytes, buf, IP_TEXT))
        buf[0] = 0;
    return buf;
}

bool ip_is_loopback(const struct ip *ip)
{
    static const uint8_t one[16] = {[15] = 1};

    return ip->family == AF_INET ? ip->bytes[0] == 127 : memcmp(ip->bytes, one, sizeof one) == 0;
}

unsigned ip_bits(const struct ip *ip)
{
    return ip->family == AF_INET ? 32 : 128;
}

/* The bits of byte I that a network of PREFIX bits fixes. */
static uint8_t mask_of(unsigned i, unsigned prefix)
{
    unsigned bits = prefix > 8 * i ? MIN(prefix - 8 * i, 8U) : 0;

    return 0xff00U >> bits & 0xffU;
}

bool ip_in(const struct ip *ip, const struct ip *net, unsigned prefix)
{
    if (ip->family != net->family)
        return false;
    for (unsigned i = 0; i < ip_bits(ip) / 8; i++)
        if ((ip->bytes[i] ^ net->bytes[i]) & mask_of(i, prefix))
            return false;
    return true;
}

bool ip_is_network(const struct ip *net, unsigned prefix)
{
    for (unsigned i = 0; i < ip_bits(net) / 8; i++)
        if (net->bytes[i] & ~mask_of(i, prefix))
            return false;
    return true;
}

/* The smallest special network that NET/PREFIX is in; NULL: none. */
static const struct special *find(const struct ip *net, unsigned prefix)
{
    const struct special *best = NULL;

    for (size_t i = 0; i < ARRAY_SIZE(specials); i++) {
        const struct special *s = &specials[i];
        struct ip first;

        if (s->prefix <= prefix && ip_parse(s->net, &first) && ip_in(net, &first, s->prefix) &&
            (!best || s->prefix > best->prefix))
            best = s;
    }
    return best;
}

enum ip_scope ip_scope(const struct ip *net, unsigned prefix, const char **ret_what)
{
    const struct special *s = find(net, prefix);
    struct ip inner = {.family = AF_INET};

    *ret_what = s ? s->what : NULL;
    if (!s)
        return IP_PUBLIC;
    if (s->scope != IP_PUBLIC)
        return s->scope;
    memcpy(inner.bytes, net->bytes + 12, 4);
    return ip_scope(&inner, prefix - 96, ret_what);
}

void ip_nat64(struct ip *net, unsigned *prefix)
{
    uint8_t inner[4];

    memcpy(inner, net->bytes, sizeof inner);
    ip_parse("64:ff9b::", net);
    memcpy(net->bytes + 12, inner, sizeof inner);
    *prefix += 96;
}

/* First those of the table, then what leads to those of IPv4 through a NAT64. */
bool ip_never(size_t i, struct ip *ret_net, unsigned *ret_prefix)
{
    for (size_t k = 0; k < 2 * ARRAY_SIZE(specials); k++) {
        const struct special *s = &specials[k % ARRAY_SIZE(specials)];
        bool by_nat64 = k >= ARRAY_SIZE(specials);

        if (s->scope != IP_NEVER || (by_nat64 && strchr(s->net, ':')) || i--)
            continue;
        ip_parse(s->net, ret_net);
        *ret_prefix = s->prefix;
        if (by_nat64)
            ip_nat64(ret_net, ret_prefix);
        return true;
    }
    return false;
}
