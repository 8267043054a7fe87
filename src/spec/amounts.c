#include "spec/amounts.h"
#include "base/str.h"
#include <string.h>

static bool is_unlimited(const char *text)
{
    return streq(text, "unlimited") || streq(text, "-1");
}

/* TEXT as a multiple of 1/UNIT, UNIT being at most 2^40: what is smaller than that is dropped. */
static bool parse_fraction(const char *text, size_t length, uint64_t unit, uint64_t *ret)
{
    const uint64_t scale = 1000000000;
    uint64_t whole = 0, part = 0, digit = scale;
    const char *dot = memchr(text, '.', length), *end = text + length;
    char buf[24];
    size_t n = (size_t)((dot ? dot : end) - text);

    if (n >= sizeof buf || (dot && (dot + 1 == end || end - dot > 10)))
        return false;
    memcpy(buf, text, n);
    buf[n] = 0;
    /* Nothing before the dot is 0, as in Docker's own examples (--cpus .5). */
    if (!(n == 0 && dot) && !parse_number(buf, 10, (UINT64_MAX >> 2) / unit, &whole))
        return false;
    for (const char *c = dot ? dot + 1 : end; c < end; c++) {
        if (*c < '0' || *c > '9')
            return false;
        digit /= 10;
        part += (uint64_t)(*c - '0') * digit;
    }
    *ret = whole * unit + (uint64_t)((unsigned __int128)part * unit / scale);
    return true;
}

bool amount_size(const char *text, uint64_t *ret)
{
    static const char units[] = "bkmgt";
    size_t length = strlen(text);
    const char *unit;
    uint64_t value;

    if (is_unlimited(text)) {
        *ret = AMOUNT_UNLIMITED;
        return true;
    }
    unit = length ? strchr(units, text[length - 1] | 0x20) : NULL;
    if (unit && *unit)
        length--;
    else
        unit = units;
    if (!parse_fraction(text, length, 1ULL << 10 * (unit - units), &value) || value == 0)
        return false;
    *ret = value;
    return true;
}

bool amount_cpus(const char *text, uint64_t *ret)
{
    uint64_t value;

    if (streq(text, "unlimited")) {
        *ret = AMOUNT_UNLIMITED;
        return true;
    }
    if (!parse_fraction(text, strlen(text), CPU_PERIOD_US, &value) || value < CPU_QUOTA_MIN_US ||
        value > (uint64_t)CPU_LIMIT * CPU_PERIOD_US)
        return false;
    *ret = value;
    return true;
}

bool amount_count(const char *text, uint64_t max, bool unlimited, uint64_t *ret)
{
    uint64_t value;

    if (unlimited && is_unlimited(text)) {
        *ret = AMOUNT_UNLIMITED;
        return true;
    }
    if (!parse_number(text, 10, max, &value) || value == 0)
        return false;
    *ret = value;
    return true;
}

/* Where the device ends: at the colon before the first key, which has none in it. */
static const char *device_end(const char *text)
{
    const char *equals = strchr(text, '=');

    while (equals && equals > text && *equals != ':')
        equals--;
    return equals && equals > text ? equals : NULL;
}

static bool add_pair(const char *pair, struct opt_io_max *ret)
{
    static const char *const keys[] = {"rbps", "wbps", "riops", "wiops"};
    uint64_t *const values[] = {&ret->rbps, &ret->wbps, &ret->riops, &ret->wiops};
    const char *equals = strchr(pair, '=');

    for (size_t i = 0; equals && i < ARRAY_SIZE(keys); i++) {
        if (strlen(keys[i]) != (size_t)(equals - pair) || strncmp(pair, keys[i], strlen(keys[i])) != 0)
            continue;
        return !*values[i] && (i < 2 ? amount_size(equals + 1, values[i])
                                     : amount_count(equals + 1, UINT32_MAX - 1, true, values[i]));
    }
    return false;
}

bool amount_io(const char *text, struct opt_io_max *ret)
{
    const char *end = device_end(text), *pair = end ? end + 1 : NULL;

    if (!end)
        return false;
    ret->device = arena_strndup(text, (size_t)(end - text));
    for (;;) {
        size_t length = strcspn(pair, ",");

        if (!add_pair(arena_strndup(pair, length), ret))
            return false;
        if (!pair[length])
            return true;
        pair += length + 1;
    }
}
