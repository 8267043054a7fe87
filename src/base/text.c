#include "base/text.h"
#include "base/log.h"
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Makes room for N more bytes and the end. */
static void reserve(struct text *t, size_t n)
{
    size_t room = 2 * (t->length + n) + 32;
    char *moved;

    if (n < t->room && t->length + n < t->room)
        return;
    moved = arena_alloc(room);
    if (t->length)
        memcpy(moved, t->text, t->length);
    t->text = moved;
    t->room = room;
}

void text_add(struct text *t, const char *s, size_t n)
{
    reserve(t, n);
    memcpy(t->text + t->length, s, n);
    t->length += n;
    t->text[t->length] = 0;
}

void text_printf(struct text *t, const char *fmt, ...)
{
    va_list ap, again;
    int n;

    va_start(ap, fmt);
    va_copy(again, ap);
    n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    if (n < 0)
        die_errno(errno, "formatting a message");
    reserve(t, (size_t)n);
    vsnprintf(t->text + t->length, (size_t)n + 1, fmt, again);
    va_end(again);
    t->length += (size_t)n;
}
