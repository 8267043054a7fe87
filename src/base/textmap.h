/*
 * A map from texts to numbers, for what would otherwise compare each of many things with each other. The
 * keys are not copied, and must live as long as the map.
 */
#pragma once
#include "base/alloc.h"

/* {0} is an empty one. */
struct textmap {
    struct textmap_entry *entries;
    size_t count, room;
};

/* Where the map has the number of the first N bytes of KEY; NULL: it has none. Good until the next textmap_put(). */
size_t *textmap_get(const struct textmap *map, const char *key, size_t n);

/* The same; what it has no number for is put into it, with 0. */
size_t *textmap_put(struct textmap *map, const char *key, size_t n);
