/*
 * husk-allow stands with one leg in the sandbox's network namespace and with the other one in that of its
 * caller: two processes, and between them a socketpair (SOCK_SEQPACKET) with these messages only. The
 * inner one asks, the outer one answers each question once, in any order.
 */
#pragma once
#include "allow/dns.h"

enum {
    LOOKUPS = 128,         /* questions on their way to a server at one time */
    LOOKUP_SECONDS = 10,   /* after which each is answered, well or ill */
};

struct ask {
    uint32_t serial;
    uint16_t type; /* A or AAAA */
    char name[DNS_NAME];
};

struct told {
    uint32_t serial;
    struct answer answer; /* of ns_r_servfail if there was none */
};
