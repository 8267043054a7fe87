/* Words of the network's options: ports, hosts, and what is published. Pure. */
#pragma once
#include "base/ip.h"

/* A port: 1 to 65535. */
bool net_port_parse(const char *word, uint16_t *ret);

/* Ports of the host that lead to as many inside. */
struct publish {
    struct ip host; /* where the host listens */
    uint16_t host_first, host_last, inside_first;
    bool udp;
};

/* [ADDR:]HOSTPORT[-END]:PORT[-END][/tcp|/udp], an address of IPv6 in brackets; 127.0.0.1 if there is
 * none. PORT without an END is the first of as many as on the host. NULL, or what is wrong with it. */
const char *publish_parse(const char *word, struct publish *ret);

/* NAME:IP, for a line of /etc/hosts; an address of IPv6 may be in brackets. NULL, or what is wrong with it. *RET_NAME is in arena memory. */
const char *host_entry_parse(const char *word, const char **ret_name, struct ip *ret);
