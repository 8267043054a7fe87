/* A text that grows at its end: put together in a time that is linear in its length. */
#pragma once
#include "base/alloc.h"

/* {0} is an empty one. */
struct text {
    char *text; /* NULL, or terminated; in arena memory */
    size_t length, room;
};

/* Adds N bytes of S. */
void text_add(struct text *t, const char *s, size_t n);

/* Adds formatted text. */
void text_printf(struct text *t, const char *fmt, ...) HUSK_PRINTF(2, 3);
