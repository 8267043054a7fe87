#include "allow/names.h"
#include "base/alloc.h"
#include <string.h>
#include <strings.h>

struct names {
    const struct allow *items;
    size_t mask;   /* of a hash: there are as many chains, a power of two */
    size_t *heads; /* of each chain, the index of its first item, + 1; 0: empty */
    size_t *next;  /* of each item, the same for the one that follows in its chain */
};

/* FNV-1a. Only the list decides what is in the table, so nobody can make its chains long but its owner. */
static size_t hash(const char *name)
{
    uint64_t h = UINT64_C(14695981039346656037);

    for (; *name; name++) {
        char c = *name;

        h = (h ^ (uint8_t)(c >= 'A' && c <= 'Z' ? c + 'a' - 'A' : c)) * UINT64_C(1099511628211);
    }
    return (size_t)(h ^ h >> 32);
}

struct names *names_make(const struct allow *items, size_t count)
{
    struct names *names = arena_alloc(sizeof *names);
    size_t chains = 16;

    while (chains < count)
        chains *= 2;
    names->items = items;
    names->mask = chains - 1;
    names->heads = arena_alloc(chains * sizeof *names->heads);
    names->next = arena_alloc((count + 1) * sizeof *names->next);
    for (size_t i = 0; i < count; i++) {
        size_t *head;

        if (items[i].kind == ALLOW_NET)
            continue;
        head = &names->heads[hash(items[i].name) & names->mask];
        names->next[i] = *head;
        *head = i + 1;
    }
    return names;
}

size_t names_each(const struct names *names, const char *name,
                  void (*fn)(void *arg, const struct allow *item), void *arg)
{
    enum allow_kind kind = ALLOW_NAME;
    size_t found = 0;

    while (name) {
        for (size_t i = names->heads[hash(name) & names->mask]; i; i = names->next[i - 1]) {
            const struct allow *item = &names->items[i - 1];

            if (item->kind != kind || strcasecmp(item->name, name) != 0)
                continue;
            found++;
            if (fn)
                fn(arg, item);
        }
        name = strchr(name, '.');
        name = name ? name + 1 : NULL;
        kind = ALLOW_SUBDOMAINS;
    }
    return found;
}
