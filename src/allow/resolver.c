#include "allow/resolver.h"
#include "allow/clock.h"
#include "allow/opened.h"
#include "allow/refusals.h"
#include "base/log.h"
#include "base/str.h"
#include <arpa/nameser.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

/* Nothing of this grows with what is asked: there is room for so much, and what is more fails. */
enum {
    WAITERS = 1024,
    CACHED = 512,
    TTL_MAX = 3600,      /* seconds; for longer no answer is kept, nor an address open */
    TTL_NEGATIVE = 5,    /* of "there is no such name", which comes without one */
    OPEN_MIN = 60,       /* seconds; a program needs some time from the answer to the connection */
    OPEN_LONGER = 60,    /* than the answer counts */
    ASKS_PER_SECOND = 1000, ASKS_AT_ONCE = 10000, /* to servers outside; of a program that asks for all of its list */
    WAIT_MS = LOOKUP_SECONDS * 1000, /* for room to ask; who waits for longer has given up */
};

struct lookup {
    bool used;
    uint32_t serial;
    uint16_t type;
    char name[DNS_NAME];
};

struct waiter {
    bool used;
    uint32_t serial; /* of its lookup; 0: there was no room for one yet */
    int64_t since;
    struct question q;
    struct client client;
};

struct cached {
    uint16_t type; /* 0: empty */
    int64_t until;
    char name[DNS_NAME];
    struct answer answer;
};

static const struct resolver *me;
static struct lookup lookups[LOOKUPS];
static struct waiter waiters[WAITERS];
static struct cached cache[CACHED];
static uint32_t last_serial;

void resolver_start(const struct resolver *r)
{
    me = r;
}

/* NAME as it is looked up, to LOWER, DNS_NAME bytes. */
static void to_lower(char *lower, const char *name)
{
    str_copy(lower, DNS_NAME, name);
    for (char *c = lower; *c; c++)
        *c = *c >= 'A' && *c <= 'Z' ? (char)(*c + 'a' - 'A') : *c;
}

static void reply(const struct client *client, const struct question *q, const struct answer *a)
{
    uint8_t data[DNS_UDP_SIZE];

    me->reply(client, data, dns_write_reply(data, q, a));
}

static void reply_rcode(const struct client *client, const struct question *q, unsigned rcode)
{
    const struct answer a = {.rcode = rcode};

    reply(client, q, &a);
}

/* ---- the cache ----------------------------------------------------------------------------- */

/* The one place where the answer for NAME can be. */
static struct cached *cache_place(const char *name, uint16_t type)
{
    uint32_t h = type;

    for (; *name; name++)
        h = (h ^ (uint8_t)*name) * 16777619u;
    return &cache[(h ^ h >> 16) % CACHED];
}

/* The answer, with the rest of its time in *RET; false: there is none. */
static bool cache_find(const char *name, uint16_t type, struct answer *ret)
{
    const struct cached *c = cache_place(name, type);
    int64_t left = c->until - clock_ms();

    if (c->type != type || left <= 0 || !streq(c->name, name))
        return false;
    *ret = c->answer;
    ret->ttl = (uint32_t)(left / 1000);
    return true;
}

static void cache_keep(const char *name, uint16_t type, const struct answer *a)
{
    struct cached *c = cache_place(name, type);

    c->type = type;
    c->until = clock_ms() + (int64_t)a->ttl * 1000;
    c->answer = *a;
    str_copy(c->name, sizeof c->name, name);
}

/* ---- asking -------------------------------------------------------------------------------- */

static bool may_ask_now(void)
{
    static int64_t tokens = ASKS_AT_ONCE * 1000, last;
    int64_t now = clock_ms();

    tokens = MIN(ASKS_AT_ONCE * 1000, tokens + (now - last) * ASKS_PER_SECOND);
    last = now;
    if (tokens < 1000)
        return false;
    tokens -= 1000;
    return true;
}

/* The serial of the lookup of NAME that is on its way, or of a new one; 0: there is no room for that now, but
 * there will be; negative: nobody can be asked. */
static int64_t look_up(const char *name, uint16_t type)
{
    struct ask ask = {.type = type};
    struct lookup *room = NULL;

    for (size_t i = 0; i < LOOKUPS; i++) {
        struct lookup *l = &lookups[i];

        if (l->used && l->type == type && streq(l->name, name))
            return l->serial;
        if (!l->used && !room)
            room = l;
    }
    if (!room)
        return 0;
    if (!may_ask_now())
        return -EBUSY;
    if (++last_serial == 0)
        last_serial = 1;
    ask.serial = last_serial;
    str_copy(ask.name, sizeof ask.name, name);
    if (write(me->legs, &ask, sizeof ask) != sizeof ask)
        return -EPIPE;
    room->used = true;
    room->serial = ask.serial;
    room->type = type;
    str_copy(room->name, sizeof room->name, name);
    return room->serial;
}

static void end_waiting(struct waiter *w, const struct answer *a)
{
    w->used = false;
    reply(&w->client, &w->q, a);
}

/* W, which waits for room, gets what it asks for, a lookup, or a refusal. false: there is no room yet. */
static bool serve(struct waiter *w)
{
    const struct answer none = {.rcode = ns_r_servfail};
    char name[DNS_NAME];
    struct answer a;
    int64_t serial;

    to_lower(name, w->q.name);
    if (cache_find(name, w->q.type, &a)) {
        end_waiting(w, &a);
        return true;
    }
    serial = clock_ms() - w->since < WAIT_MS ? look_up(name, w->q.type) : -ETIMEDOUT;
    if (serial < 0)
        end_waiting(w, &none);
    else
        w->serial = (uint32_t)serial;
    return serial != 0;
}

/* There may be room now: for those who wait for it, who has waited longest first. */
static void serve_waiters(void)
{
    struct waiter *first;

    do {
        first = NULL;
        for (size_t i = 0; i < WAITERS; i++)
            if (waiters[i].used && !waiters[i].serial && (!first || waiters[i].since < first->since))
                first = &waiters[i];
    } while (first && serve(first));
}

static void wait_for(const struct question *q, const struct client *client)
{
    struct waiter *w = waiters;

    while (w < waiters + WAITERS && w->used)
        w++;
    if (w == waiters + WAITERS) {
        reply_rcode(client, q, ns_r_servfail);
        return;
    }
    *w = (struct waiter){.used = true, .since = clock_ms(), .q = *q, .client = *client};
    serve(w);
}

void resolver_ask(const uint8_t *data, size_t size, const struct client *client)
{
    struct question q;
    struct answer a;
    char name[DNS_NAME];
    int r = dns_read_question(data, size, &q);

    if (r < 0)
        return;
    if (r != ns_r_noerror) {
        reply_rcode(client, &q, (unsigned)r);
        return;
    }
    to_lower(name, q.name);
    if (names_each(me->names, name, NULL, NULL) == 0) {
        refusal_say("the name %s", name[0] ? name : ".");
        reply_rcode(client, &q, ns_r_nxdomain); /* programs give up at that, and try on after REFUSED */
    } else if (q.type != ns_t_a && q.type != ns_t_aaaa) {
        /* HTTPS records, for example, have addresses and keys in them that would go past the list. */
        reply_rcode(client, &q, ns_r_noerror);
    } else if (cache_find(name, q.type, &a)) {
        reply(client, &q, &a);
    } else {
        wait_for(&q, client);
    }
}

/* ---- answers ------------------------------------------------------------------------------- */

/* Is IP in a network of the list? Then that says which ports, and the name opens no more of it. */
static bool is_listed(const struct ip *ip)
{
    for (size_t i = 0; i < me->item_count; i++) {
        const struct allow *item = &me->items[i];

        if (item->kind == ALLOW_NET && ip_in(ip, &item->net, item->prefix))
            return true;
    }
    return false;
}

/* Takes from A what a name of the list may not lead to; what is left and has to be opened goes to LIST. Its
 * number. Whoever rules over a name could else point it at what only this machine can reach. */
static size_t sift(struct answer *a, const char *name, struct admission *list)
{
    const unsigned seconds = MAX(a->ttl, OPEN_MIN) + OPEN_LONGER;
    size_t kept = 0, opened = 0;

    for (size_t i = 0; i < a->count; i++) {
        const struct ip ip = a->ip[i];
        const char *what;
        enum ip_scope scope = ip_scope(&ip, ip_bits(&ip), &what);
        char text[IP_TEXT];

        if (scope != IP_PUBLIC && (scope == IP_NEVER || !is_listed(&ip))) {
            refusal_say("the name %s: it leads to %s, %s", name, ip_format(text, &ip), what);
            continue;
        }
        if (scope == IP_PUBLIC)
            list[opened++] = (struct admission){ip, opened_until(&ip, seconds)};
        a->ip[kept++] = ip;
    }
    a->count = kept;
    return opened;
}

/* Is that an answer to L? The other leg reads what strangers send, and could have been taken over. */
static bool is_sound(const struct answer *a, const struct lookup *l)
{
    const int family = l->type == ns_t_a ? AF_INET : AF_INET6;

    if (a->count > DNS_ADDRESSES || a->rcode > 15 || (a->rcode != ns_r_noerror && a->count))
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (a->ip[i].family != family)
            return false;
    return true;
}

/* Makes *A what the waiters for L are to get, with its addresses open. */
static void settle(struct answer *a, const struct lookup *l)
{
    struct admission list[DNS_ADDRESSES];
    size_t count;

    if (!is_sound(a, l)) {
        *a = (struct answer){.rcode = ns_r_servfail};
        return;
    }
    a->ttl = a->count ? MIN(a->ttl, TTL_MAX) : TTL_NEGATIVE;
    count = sift(a, l->name, list);
    if (rules_admit(me->rules, me->names, l->name, list, count) < 0)
        *a = (struct answer){.rcode = ns_r_servfail};
    else if (a->rcode == ns_r_noerror || a->rcode == ns_r_nxdomain)
        cache_keep(l->name, l->type, a);
}

void resolver_told(const struct told *told)
{
    struct answer a = told->answer;
    struct lookup *l = lookups;

    while (l < lookups + LOOKUPS && !(l->used && l->serial == told->serial))
        l++;
    if (l == lookups + LOOKUPS)
        return;
    settle(&a, l);
    l->used = false;
    for (size_t i = 0; i < WAITERS; i++)
        if (waiters[i].used && waiters[i].serial == told->serial)
            end_waiting(&waiters[i], &a);
    serve_waiters();
}
