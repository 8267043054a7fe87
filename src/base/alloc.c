#include "base/alloc.h"
#include "base/log.h"
#include "base/sanitizers.h"
#include <errno.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    CHUNK = 16 * 1024,
    /* More than this is allocated by itself. With the address sanitizer that is everything: it knows the
     * bounds of what calloc gives. */
    OWN = WITH_ASAN ? 0 : CHUNK / 4,
};

/* The first chunk is part of the program's zeroed data: a plain run never calls malloc. */
static alignas(max_align_t) char first_chunk[CHUNK];
static char *next = first_chunk;
static size_t left = CHUNK;

void *arena_alloc(size_t size)
{
    const size_t align = alignof(max_align_t);
    void *p;

    if (size > OWN) {
        p = calloc(1, size);
        if (!p)
            die_errno(ENOMEM, "allocating %zu bytes", size);
        __lsan_ignore_object(p); /* the arena lives until the end */
        return p;
    }
    size = (size + align - 1) & ~(align - 1);
    if (size > left) {
        next = calloc(1, CHUNK);
        if (!next)
            die_errno(ENOMEM, "allocating memory");
        left = CHUNK;
    }
    p = next;
    next += size;
    left -= size;
    return p;
}

char *arena_strndup(const char *s, size_t n)
{
    n = strnlen(s, n);
    return memcpy(arena_alloc(n + 1), s, n);
}

char *arena_strdup(const char *s)
{
    size_t n = strlen(s);

    return memcpy(arena_alloc(n + 1), s, n);
}

char *arena_printf(const char *fmt, ...)
{
    va_list ap, again;
    char *s;
    int n;

    va_start(ap, fmt);
    va_copy(again, ap);
    n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    if (n < 0)
        die_errno(errno, "formatting a message");
    s = arena_alloc((size_t)n + 1);
    vsnprintf(s, (size_t)n + 1, fmt, again);
    va_end(again);
    return s;
}

void *arena_grow(void **items, size_t *count, size_t *capacity, size_t size)
{
    if (*count == *capacity) {
        size_t more = *capacity ? *capacity * 2 : 8;
        void *moved;

        if (more > SIZE_MAX / 2 / size)
            die_errno(ENOMEM, "allocating memory");
        moved = arena_alloc(more * size);
        if (*count)
            memcpy(moved, *items, *count * size);
        *items = moved;
        *capacity = more;
    }
    /* An element that was there before may have been taken away again. */
    return memset((char *)*items + (*count)++ * size, 0, size);
}
