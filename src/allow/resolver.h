/*
 * The sandbox's only name server. It answers for names of the list, with addresses that it has opened
 * before; of others it says that there is no such name, without asking anybody.
 */
#pragma once
#include "allow/legs.h"
#include "allow/names.h"
#include "allow/rules.h"
#include <netinet/in.h>

/* Who asked. */
struct client {
    int connection;          /* over TCP: its number; else negative */
    struct sockaddr_in from; /* over UDP */
};

struct resolver {
    const struct allow *items; /* the list */
    size_t item_count;
    const struct names *names; /* those of it that are names */
    struct rules *rules;
    int legs; /* to the outer leg; non-blocking */
    void (*reply)(const struct client *client, const uint8_t *data, size_t size);
};

/* From now on the functions below work. R stays in use. */
void resolver_start(const struct resolver *r);

/* Takes a message of a client; replies now or when the outer leg has answered. */
void resolver_ask(const uint8_t *data, size_t size, const struct client *client);

/* Takes what the outer leg has to tell. */
void resolver_told(const struct told *told);
