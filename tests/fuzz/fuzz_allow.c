/* The list that --allow makes of the network, one line each. What was read and is written out again reads the
 * same, and a name of the list is found in its table. */
#include "allow/names.h"
#include "fuzz.h"
#include <sys/socket.h>

enum { ITEMS = 64 };

static const char *written(const struct allow *a)
{
    const char *protocol = a->udp ? "/udp" : "", *port = a->port ? arena_printf(":%u", a->port) : "";
    char text[IP_TEXT];

    if (a->kind == ALLOW_NAME)
        return arena_printf("%s%s%s", a->name, port, protocol);
    if (a->kind == ALLOW_SUBDOMAINS)
        return arena_printf("*.%s%s%s", a->name, port, protocol);
    return arena_printf(a->net.family == AF_INET6 ? "[%s/%u]%s%s" : "%s/%u%s%s", ip_format(text, &a->net), a->prefix,
                        port, protocol);
}

static void check(const struct allow *a)
{
    struct allow again;
    const char *what;

    FUZZ_CHECK(!allow_parse(written(a), &again));
    FUZZ_CHECK(again.kind == a->kind && again.port == a->port && again.udp == a->udp);
    if (a->kind != ALLOW_NET) {
        FUZZ_CHECK(streq(a->name, again.name) && allow_is_name(a->name) && strlen(a->name) <= 253);
        return;
    }
    FUZZ_CHECK(again.prefix == a->prefix && memcmp(&a->net, &again.net, sizeof a->net) == 0);
    FUZZ_CHECK(ip_is_network(&a->net, a->prefix) && ip_scope(&a->net, a->prefix, &what) != IP_NEVER);
}

void fuzz_allow(const uint8_t *data, size_t size)
{
    char *text = input_text(data, size), *line;
    struct allow items[ITEMS];
    size_t count = 0;
    struct names *names;

    machine_close();
    while (count < ITEMS && (line = strsep(&text, "\n"))) {
        const char *wrong = allow_parse(line, &items[count]);

        FUZZ_CHECK(!wrong || *wrong);
        if (!wrong)
            check(&items[count++]);
    }
    names = names_make(items, count);
    for (size_t i = 0; i < count; i++) {
        if (items[i].kind == ALLOW_NAME)
            FUZZ_CHECK(names_each(names, items[i].name, NULL, NULL) > 0);
        else if (items[i].kind == ALLOW_SUBDOMAINS)
            FUZZ_CHECK(names_each(names, arena_printf("x.%s", items[i].name), NULL, NULL) > 0);
    }
}
