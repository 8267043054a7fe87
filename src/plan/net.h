/*
 * The sandbox's network, where a program of the distribution carries it: slirp4netns or pasta. Both give
 * the same view inside, so that nothing depends on which one is there: one device, tap0, with these
 * addresses, of which the helper answers for the gateway (the host's own loopback, closed unless asked
 * for) and for the name server (it passes questions on to the host's).
 */
#pragma once
#include "spec/net.h"
#include <stddef.h>

#define NET_DEVICE "tap0"
#define NET_NETWORK4 "10.0.2.0"
#define NET_OWN4 "10.0.2.100"
#define NET_GATEWAY4 "10.0.2.2"
#define NET_DNS4 "10.0.2.3"
#define NET_NETWORK6 "fd00::"
#define NET_OWN6 "fd00::100"
#define NET_GATEWAY6 "fd00::2"
#define NET_DNS6 "fd00::3"
/* With --allow: husk's own resolver, on the sandbox's loopback. */
#define NET_DNS_LIST "127.0.0.53"
enum { NET_PREFIX4 = 24, NET_PREFIX6 = 64, NET_MTU = 65520 };

/* With --net-log: the group of NFLOG that refused packets go to, where husk-allow hears of them. */
enum { NET_LOG_GROUP = 53 };

/* The name that leads to the host's loopback, where that is allowed. */
#define NET_HOST_NAME "host.husk.internal"

enum net_helper { NET_HELPER_NONE, NET_HELPER_SLIRP4NETNS, NET_HELPER_PASTA };

enum net_match {
    NET_TO,      /* what goes to TO, by PROTOCOL and PORT */
    NET_ANSWERS, /* what belongs to a connection that has been let in or out */
    NET_INSIDE,  /* what does not leave the sandbox: goes over its loopback */
    NET_FOREIGN, /* IPv6 that claims to come from neither TO nor the loopback; but for ICMP, which only the
                    kernel sends */
};

/* What may be sent where: the first rule that fits a packet decides, and a packet that none fits may pass. The
 * rules of NET_TO come after the others. */
struct net_rule {
    bool accept; /* else it is refused, and the sender told (not of what is foreign: there is no such sender) */
    enum net_match match;
    struct ip to;
    unsigned prefix; /* bits of TO that count */
    int protocol;    /* IPPROTO_*; 0: any */
    uint16_t port;   /* with TCP and UDP; 0: any */
};

struct plan_net {
    enum net_helper helper;
    const char *program; /* its absolute path */
    bool ipv6;           /* the host has a way out by IPv6 */
    const struct net_rule *rules;
    size_t rule_count;
    const char *list;         /* what may be reached, a line each, as --allow takes it; NULL: no list */
    const char *list_program; /* the absolute path of husk-allow */
    const char *resolv_conf, *hosts; /* the files' texts; NULL: as the profile has them */
};

/* "slirp4netns" or "pasta". */
const char *net_helper_name(enum net_helper helper);

/* The text of the host's file PATH, at most LIMIT bytes; NULL if there is none, or no right to read it. 0 or
 * -errno, said. */
int net_read_file(const char *path, size_t limit, char **ret_text);

struct plan;

/* The rules that keep it from the host, for a network with a helper. 0 or -errno, said. */
int plan_net_rules(struct plan *plan);

/* The list of --allow, if there is one. 0 or -errno, said. */
int plan_net_list(struct plan *plan);

/* The texts of /etc/resolv.conf and /etc/hosts. 0 or -errno, said. */
int plan_net_files(struct plan *plan);
