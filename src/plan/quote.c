#include "plan/quote.h"
#include "base/alloc.h"
#include "base/str.h"
#include <string.h>

const char *quote_plain(const char *s)
{
    size_t size = 4 * strlen(s) + 4; /* each byte as \xNN, and room never to be cut off */
    char *buf = arena_alloc(size);

    escape_control(buf, size, s);
    return buf;
}

static bool is_plain_word(const char *s)
{
    for (const char *c = s; *c; c++)
        if (strchr(" \"'\\`()<>,", *c) || (unsigned char)*c < ' ' || *c == 0x7f)
            return false;
    return *s;
}

const char *quote_word(const char *s)
{
    char *quoted, *p;

    if (is_plain_word(s))
        return quote_plain(s);
    quoted = p = arena_alloc(2 * strlen(s) + 3);
    *p++ = '"';
    for (; *s; s++) {
        if (*s == '"' || *s == '\\')
            *p++ = '\\';
        *p++ = *s;
    }
    *p = '"';
    return quote_plain(quoted);
}
