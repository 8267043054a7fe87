/* One line of the list that --allow makes of the network: HOST[:PORT][/tcp|/udp]. */
#pragma once
#include "base/ip.h"
#include <stdbool.h>

enum allow_kind {
    ALLOW_NAME,       /* exactly NAME */
    ALLOW_SUBDOMAINS, /* all that ends in .NAME, at any depth, but not NAME itself */
    ALLOW_NET,        /* NET/PREFIX */
};

struct allow {
    enum allow_kind kind;
    const char *name; /* lower-case, without a dot at its end; at most 253 bytes; in arena memory */
    struct ip net;
    unsigned prefix; /* bits; of a single address all of them */
    uint16_t port;   /* 0: each */
    bool udp;        /* else TCP */
};

/*
 * Reads TEXT: HOST is a name, *.NAME, an address, or a network such as 192.0.2.0/24; an IPv6 one stands
 * in brackets if a port follows. NULL if all is well; else what is wrong, in words that can follow
 * "--allow TEXT: ". In arena memory.
 */
const char *allow_parse(const char *text, struct allow *ret_allow);

/* Is NAME one that can be listed, or asked for: labels of letters, digits, - and _, with dots between. */
bool allow_is_name(const char *name);
