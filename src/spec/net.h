/* Words of the network's options: addresses, ports, and what is published. Pure. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

/* An address of IPv4 or IPv6; FAMILY is AF_INET or AF_INET6, BYTES are in network order. */
struct net_address {
    int family;
    unsigned char bytes[16];
};

/* Room for any address as text, terminated. */
enum { NET_ADDRESS_TEXT = 46 };

/* Reads all of WORD as an address (no brackets, no zone). */
bool net_address_parse(const char *word, struct net_address *ret);

/* Writes A to BUF, of NET_ADDRESS_TEXT bytes. Returns BUF. */
const char *net_address_text(char *buf, const struct net_address *a);

bool net_address_is_loopback(const struct net_address *a);

/* A port: 1 to 65535. */
bool net_port_parse(const char *word, uint16_t *ret);

/* Ports of the host that lead to as many inside. */
struct publish {
    struct net_address host; /* where the host listens */
    uint16_t host_first, host_last, inside_first;
    bool udp;
};

/* [ADDR:]HOSTPORT[-END]:PORT[-END][/tcp|/udp], an address of IPv6 in brackets; 127.0.0.1 if there is
 * none. NULL, or what is wrong with it. */
const char *publish_parse(const char *word, struct publish *ret);

/* NAME:IP, for a line of /etc/hosts. NULL, or what is wrong with it. *RET_NAME is in arena memory. */
const char *host_entry_parse(const char *word, const char **ret_name, struct net_address *ret);
