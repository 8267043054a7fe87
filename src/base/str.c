#include "base/str.h"
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool streq(const char *s, const char *t)
{
    return strcmp(s, t) == 0;
}

bool starts_with(const char *s, const char *prefix)
{
    return strncmp(s, prefix, strlen(prefix)) == 0;
}

size_t str_copy(char *to, size_t size, const char *s)
{
    size_t n = strlen(s);

    if (n >= size)
        __builtin_trap();
    memcpy(to, s, n + 1);
    return n;
}

size_t str_format(char *to, size_t size, const char *fmt, ...)
{
    va_list ap;
    int n;

    va_start(ap, fmt);
    n = vsnprintf(to, size, fmt, ap);
    va_end(ap);
    if (n < 0 || (size_t)n >= size)
        __builtin_trap();
    return (size_t)n;
}

bool parse_number(const char *s, unsigned base, uint64_t max, uint64_t *ret_value)
{
    uint64_t value = 0;

    if (!*s)
        return false;
    for (; *s; s++) {
        unsigned digit = (unsigned)(*s - '0');

        if (*s < '0' || digit >= base)
            return false;
        if (value > (max - digit) / base || digit > max)
            return false;
        value = value * base + digit;
    }
    *ret_value = value;
    return true;
}

bool parse_id(const char *s, uint32_t *ret_id)
{
    uint64_t v;

    if (!parse_number(s, 10, UINT32_MAX - 1, &v))
        return false;
    *ret_id = (uint32_t)v;
    return true;
}

bool parse_fd(const char *s, int *ret_fd)
{
    uint64_t v;

    if (!parse_number(s, 10, INT_MAX, &v))
        return false;
    *ret_fd = (int)v;
    return true;
}

bool parse_seconds(const char *s, int64_t *ret_seconds, uint32_t *ret_nanoseconds)
{
    char whole[20];
    bool negative = *s == '-';
    size_t digits = strspn(s += negative, "0123456789");
    uint64_t seconds;
    uint32_t ns = 0, unit = 100000000;

    if (digits >= sizeof whole)
        return false;
    memcpy(whole, s, digits);
    whole[digits] = 0;
    if (!parse_number(whole, 10, INT64_MAX / 2, &seconds))
        return false;
    s += digits;
    if (*s == '.') {
        if (!*++s || strlen(s) > 9 || s[strspn(s, "0123456789")])
            return false;
        for (; *s; s++, unit /= 10)
            ns += (uint32_t)(*s - '0') * unit;
    }
    if (*s)
        return false;
    *ret_seconds = negative ? -(int64_t)seconds - (ns > 0) : (int64_t)seconds;
    *ret_nanoseconds = negative && ns ? 1000000000 - ns : ns;
    return true;
}

/* Marks that change the direction of text, with which a name can look like another: U+200E, U+200F,
 * U+202A..U+202E, U+2066..U+2069. */
static bool turns_text(const unsigned char *s)
{
    unsigned c = (s[0] & 0x0fU) << 12 | (s[1] & 0x3fU) << 6 | (s[2] & 0x3fU);

    return c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

/* The length of the UTF-8 sequence at S that a terminal shows as a character, 0 if there is none:
 * overlong forms, surrogates and the C1 controls U+0080..U+009F are none. */
static size_t utf8_length(const unsigned char *s)
{
    size_t n = s[0] < 0x80 ? 1 : s[0] < 0xc2 ? 0 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : s[0] < 0xf5 ? 4 : 0;

    for (size_t i = 1; i < n; i++)
        if ((s[i] & 0xc0) != 0x80)
            return 0;
    if ((n == 1 && (s[0] < 0x20 || s[0] == 0x7f)) || (n == 2 && s[0] == 0xc2 && s[1] < 0xa0))
        return 0;
    if (n == 3 && ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] >= 0xa0)))
        return 0;
    if (n == 4 && ((s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] >= 0x90)))
        return 0;
    if (n == 3 && turns_text(s))
        return 0;
    return n;
}

static size_t escape_byte(char out[8], unsigned char c)
{
    switch (c) {
    case '\n':
        return str_copy(out, 8, "\\n");
    case '\t':
        return str_copy(out, 8, "\\t");
    default:
        return str_format(out, 8, "\\x%02x", c);
    }
}

size_t escape_control(char *buf, size_t size, const char *s)
{
    const unsigned char *u = (const unsigned char *)s;
    size_t used = 0, fits = 0; /* fits: the last length after which "..." still has room */

    while (*u) {
        char out[8];
        size_t n = utf8_length(u), take = n ? n : 1;

        if (n)
            memcpy(out, u, n);
        else
            n = escape_byte(out, *u);
        if (used + n >= size) {
            size_t dots = MIN((size_t)3, size - 1 - fits);

            memcpy(buf + fits, "...", dots);
            buf[fits + dots] = 0;
            return fits + dots;
        }
        memcpy(buf + used, out, n);
        used += n;
        if (used + 3 < size)
            fits = used;
        u += take;
    }
    buf[used] = 0;
    return used;
}

bool escape_json(char *buf, size_t size, const char *s)
{
    const unsigned char *u = (const unsigned char *)s;
    size_t used = 0;

    if (size < 3)
        return false;
    buf[used++] = '"';
    while (*u) {
        char out[8];
        size_t n = utf8_length(u), take = n ? n : 1;

        if (!n && u[0] == 0xe2 && (u[1] & 0xc0) == 0x80 && (u[2] & 0xc0) == 0x80 && turns_text(u)) {
            n = str_format(out, sizeof out, "\\u%04x", 0x2000U | (u[1] & 0x3fU) << 6 | (u[2] & 0x3fU));
            take = 3;
        } else if (n == 1 && (*u == '"' || *u == '\\'))
            n = str_format(out, sizeof out, "\\%c", *u);
        else if (n)
            memcpy(out, u, n);
        else if (*u < 0x80)
            n = str_format(out, sizeof out, "\\u%04x", *u);
        else
            n = str_copy(out, sizeof out, "\\ufffd");
        if (used + n + 2 > size)
            return false;
        memcpy(buf + used, out, n);
        used += n;
        u += take;
    }
    buf[used++] = '"';
    buf[used] = 0;
    return true;
}
