#include "base/textmap.h"
#include <string.h>

struct textmap_entry {
    const char *key; /* NULL: the entry is free */
    size_t length, value;
};

static size_t hash(const char *key, size_t n)
{
    uint64_t h = 0xcbf29ce484222325; /* FNV-1a */

    for (size_t i = 0; i < n; i++)
        h = (h ^ (unsigned char)key[i]) * 0x100000001b3;
    return (size_t)(h ^ h >> 32);
}

/* Where KEY is, or the free entry where it belongs. There is always a free one. */
static struct textmap_entry *find(const struct textmap *map, const char *key, size_t n)
{
    size_t i = hash(key, n) & (map->room - 1);

    for (;; i = (i + 1) & (map->room - 1)) {
        struct textmap_entry *e = &map->entries[i];

        if (!e->key || (e->length == n && memcmp(e->key, key, n) == 0))
            return e;
    }
}

static void grow(struct textmap *map)
{
    struct textmap old = *map;

    map->room = old.room ? 2 * old.room : 64;
    map->entries = arena_alloc(map->room * sizeof *map->entries);
    for (size_t i = 0; i < old.room; i++)
        if (old.entries[i].key)
            *find(map, old.entries[i].key, old.entries[i].length) = old.entries[i];
}

size_t *textmap_get(const struct textmap *map, const char *key, size_t n)
{
    struct textmap_entry *e = map->room ? find(map, key, n) : NULL;

    return e && e->key ? &e->value : NULL;
}

size_t *textmap_put(struct textmap *map, const char *key, size_t n)
{
    struct textmap_entry *e;

    if (2 * map->count >= map->room)
        grow(map);
    e = find(map, key, n);
    if (!e->key) {
        *e = (struct textmap_entry){.key = key, .length = n};
        map->count++;
    }
    return &e->value;
}
