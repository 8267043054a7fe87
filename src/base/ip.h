/* Internet addresses of both families, and which of them are not of the public internet. */
#pragma once
#include "base/util.h"
#include <stdbool.h>

struct ip {
    int family;        /* AF_INET or AF_INET6 */
    uint8_t bytes[16]; /* in network order; of an IPv4 address the first four count, the others are 0 */
};

enum { IP_TEXT = 46 }; /* INET6_ADDRSTRLEN */

/* Which addresses something may lead to. */
enum ip_scope {
    IP_PUBLIC,
    IP_PRIVATE, /* of a local network: nobody outside has a say over it */
    IP_NEVER,   /* of this machine, of this link, of a cloud's metadata service, or of no one host */
};

/* An address as inet_pton(3) reads it: four decimal numbers, or IPv6 without a zone. */
bool ip_parse(const char *text, struct ip *ret_ip);

/* Writes IP to BUF, IP_TEXT bytes. Returns BUF. */
const char *ip_format(char *buf, const struct ip *ip);

/* 127.0.0.0/8 and ::1. */
bool ip_is_loopback(const struct ip *ip);

/* The number of bits of an address: 32 or 128. */
unsigned ip_bits(const struct ip *ip);

/* Is IP in the network of PREFIX bits that NET is the first address of. */
bool ip_in(const struct ip *ip, const struct ip *net, unsigned prefix);

/* Are all bits of NET behind PREFIX 0. */
bool ip_is_network(const struct ip *net, unsigned prefix);

/*
 * The scope of the network NET/PREFIX (of one address: PREFIX is ip_bits()): that of the smallest special
 * network that has all of it. *RET_WHAT says what that is, as in "link-local address"; NULL if public.
 * An IPv6 address that holds an IPv4 one has that one's scope.
 */
enum ip_scope ip_scope(const struct ip *net, unsigned prefix, const char **ret_what);

/* Makes the network NET/PREFIX of IPv4 the one of IPv6 by which a NAT64 leads there (64:ff9b::/96, RFC 6052). */
void ip_nat64(struct ip *net, unsigned *prefix);

/* The I-th network that ip_scope() has as IP_NEVER: first address and prefix; false: there are no more. */
bool ip_never(size_t i, struct ip *ret_net, unsigned *ret_prefix);
