/* The arena once more, in place of base/alloc.c: with a block for each allocation, freed after an input. */
#include "fuzz.h"
#include <stdarg.h>

static void **blocks;
static size_t taken, room, permanent;

/* What was allocated before the first input stays. */
void arena_track(void)
{
    permanent = taken;
}

void arena_free(void)
{
    while (taken > permanent)
        free(blocks[--taken]);
}

void *arena_alloc(size_t size)
{
    if (taken == room) {
        void **moved = realloc(blocks, (room + 1024) * 2 * sizeof *blocks);

        FUZZ_CHECK(moved);
        blocks = moved;
        room = (room + 1024) * 2;
    }
    blocks[taken] = calloc(1, size);
    FUZZ_CHECK(blocks[taken]);
    return blocks[taken++];
}

char *arena_strndup(const char *s, size_t n)
{
    n = strnlen(s, n);
    return memcpy(arena_alloc(n + 1), s, n);
}

char *arena_strdup(const char *s)
{
    return arena_strndup(s, strlen(s));
}

char *arena_printf(const char *fmt, ...)
{
    va_list ap;
    char *s, *copy;
    int n;

    va_start(ap, fmt);
    n = vasprintf(&s, fmt, ap);
    va_end(ap);
    FUZZ_CHECK(n >= 0);
    copy = arena_strdup(s);
    free(s);
    return copy;
}

void *arena_grow(void **items, size_t *count, size_t *capacity, size_t size)
{
    if (*count == *capacity) {
        size_t more = *capacity ? *capacity * 2 : 8;
        void *moved = arena_alloc(more * size);

        if (*count)
            memcpy(moved, *items, *count * size);
        *items = moved;
        *capacity = more;
    }
    return memset((char *)*items + (*count)++ * size, 0, size);
}
