#include "base/alloc.h"
#include "base/log.h"
#include "base/sanitizers.h"
#include <errno.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_CHUNK = 256 * 1024, CHUNK = 16 * 1024 };

/* The first chunk is part of the program's zeroed data, of which the kernel gives only those pages that are
 * touched: a plain run never calls malloc, whose own data take pages and system calls. */
static alignas(max_align_t) char first_chunk[FIRST_CHUNK];
static char *next = first_chunk;
static size_t left = FIRST_CHUNK;

void *arena_alloc(size_t size)
{
    const size_t align = alignof(max_align_t);
    void *p;

    if (size > SIZE_MAX - align)
        die_errno(ENOMEM, "allocating memory");
    size = (size + align - 1) & ~(align - 1);
    /* The address sanitizer knows the bounds of what calloc gives. */
    if (WITH_ASAN || (size > left && size > CHUNK / 4)) {
        p = calloc(1, size);
        if (!p)
            die_errno(ENOMEM, "allocating %zu bytes", size);
        __lsan_ignore_object(p); /* the arena lives until the end */
        return p;
    }
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
    va_list ap;
    size_t room = WITH_ASAN ? 0 : left;
    char *s = next;
    int n;

    /* Straight to where it will stay, which mostly has the room. */
    va_start(ap, fmt);
    n = vsnprintf(s, room, fmt, ap);
    va_end(ap);
    if (n < 0)
        die_errno(errno, "formatting a message");
    if ((size_t)n < room)
        return arena_alloc((size_t)n + 1);
    memset(s, 0, room); /* that room is still to be given out, zeroed */
    s = arena_alloc((size_t)n + 1);
    va_start(ap, fmt);
    vsnprintf(s, (size_t)n + 1, fmt, ap);
    va_end(ap);
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
    /* The place may still hold an element that was removed. */
    return memset((char *)*items + (*count)++ * size, 0, size);
}
