/*
 * The rules of nftables(8) that make the network a list: one table, `inet husk-allow', in the network namespace
 * of the process that calls rules_open(). What is allowed are elements of sets, so a packet costs the same
 * however long the list is. Elements for names come and go; all else stands until the namespace is gone.
 */
#pragma once
#include "allow/names.h"

struct rules;

/* The doors of the sandbox that are published: connections from outside may come in there. */
struct published {
    uint16_t port;
    bool udp;
};

struct rules_plan {
    const struct allow *items;
    size_t item_count;
    const struct published *published;
    size_t published_count;
    bool log; /* packets that are refused go to NFLOG's group NET_LOG_GROUP */
};

/* Takes hold of the network namespace that the caller is in: needs CAP_NET_ADMIN over it, now and later.
 * NULL, said. Once for each process. */
struct rules *rules_open(void);

/* Sets the rules of PLAN. 0 or negative, said: then less is open than should be. */
int rules_set(struct rules *rules, const struct rules_plan *plan);

/* An address that is to be open for so many seconds from now, however long it was before. */
struct admission {
    struct ip ip;
    unsigned seconds;
};

/* Opens the COUNT addresses of LIST at the ports at which NAMES allows NAME. 0 or negative, said: then some of
 * them may not be open. */
int rules_admit(struct rules *rules, const struct names *names, const char *name,
                const struct admission *list, size_t count);
