#include "spec/limits.h"
#include "base/str.h"
#include <string.h>

const struct limit_name limit_names[] = {
    {"as", RLIMIT_AS, true},
    {"core", RLIMIT_CORE, true},
    {"cpu", RLIMIT_CPU, false},
    {"data", RLIMIT_DATA, true},
    {"fsize", RLIMIT_FSIZE, true},
    {"locks", RLIMIT_LOCKS, false},
    {"memlock", RLIMIT_MEMLOCK, true},
    {"msgqueue", RLIMIT_MSGQUEUE, true},
    {"nice", RLIMIT_NICE, false},
    {"nofile", RLIMIT_NOFILE, false},
    {"nproc", RLIMIT_NPROC, false},
    {"rss", RLIMIT_RSS, true},
    {"rtprio", RLIMIT_RTPRIO, false},
    {"rttime", RLIMIT_RTTIME, false},
    {"sigpending", RLIMIT_SIGPENDING, false},
    {"stack", RLIMIT_STACK, true},
};
const size_t limit_name_count = ARRAY_SIZE(limit_names);

const char *limit_name(int resource)
{
    for (size_t i = 0; i < limit_name_count; i++)
        if (limit_names[i].resource == resource)
            return limit_names[i].name;
    return "?";
}

const char *limit_text(rlim_t value)
{
    return value == RLIM_INFINITY ? "unlimited" : arena_printf("%ju", (uintmax_t)value);
}

/* Copies the SIZE bytes at S as a text. False if they do not fit. */
static bool cut(char *buf, size_t room, const char *s, size_t size)
{
    if (size >= room)
        return false;
    memcpy(buf, s, size);
    buf[size] = 0;
    return true;
}

/* ---- limits --------------------------------------------------------------------------------- */

static const struct limit_name *find(const char *name, size_t length)
{
    for (size_t i = 0; i < limit_name_count; i++)
        if (strlen(limit_names[i].name) == length && !memcmp(limit_names[i].name, name, length))
            return &limit_names[i];
    return NULL;
}

/* RLIM_INFINITY itself is not a number that could be meant. */
static bool parse_value(const char *s, size_t length, bool bytes, rlim_t *ret)
{
    const uint64_t max = (uint64_t)RLIM_INFINITY - 1;
    unsigned shift = 0;
    char text[24];
    uint64_t value;

    if (!cut(text, sizeof text, s, length))
        return false;
    if (streq(text, "unlimited")) {
        *ret = RLIM_INFINITY;
        return true;
    }
    if (bytes && length > 1) {
        char unit = text[length - 1];

        shift = unit == 'k' ? 10 : unit == 'M' ? 20 : unit == 'G' ? 30 : 0;
        if (shift)
            text[length - 1] = 0;
    }
    if (!parse_number(text, 10, max >> shift, &value))
        return false;
    *ret = (rlim_t)(value << shift);
    return true;
}

const char *limit_parse(const char *text, int *ret_resource, struct rlimit *ret_value)
{
    size_t name = strcspn(text, "="), soft;
    const struct limit_name *limit = find(text, name);
    const char *value = text + name + 1, *hard;
    struct rlimit r;

    if (!text[name])
        return "NAME=SOFT or NAME=SOFT:HARD is wanted";
    if (!limit)
        return "there is no such limit; see getrlimit(2)";
    soft = strcspn(value, ":");
    hard = value[soft] ? value + soft + 1 : NULL;
    if (!parse_value(value, soft, limit->bytes, &r.rlim_cur) ||
        (hard && !parse_value(hard, strlen(hard), limit->bytes, &r.rlim_max)))
        return limit->bytes ? "a limit is a number of bytes (with k, M or G) or unlimited"
                            : "a limit is a number or unlimited";
    if (!hard)
        r.rlim_max = r.rlim_cur;
    if (r.rlim_cur > r.rlim_max) /* RLIM_INFINITY is the largest */
        return "the soft limit cannot be above the hard one";
    *ret_resource = limit->resource;
    *ret_value = r;
    return NULL;
}

/* ---- durations ------------------------------------------------------------------------------ */

static bool unit_seconds(const char *s, int64_t *ret)
{
    static const struct {
        const char *text;
        int64_t seconds;
    } units[] = {{"", 1}, {"s", 1}, {"m", 60}, {"h", 60 * 60}, {"d", 24 * 60 * 60}};

    for (size_t i = 0; i < ARRAY_SIZE(units); i++)
        if (streq(s, units[i].text)) {
            *ret = units[i].seconds;
            return true;
        }
    return false;
}

bool duration_parse(const char *text, int64_t *ret_ns)
{
    const int64_t second = 1000000000,
                  most = 100LL * 366 * 24 * 60 * 60; /* * second fits 63 bits */
    size_t length = strspn(text, "0123456789.");
    char number[40];
    int64_t seconds, unit, ns;
    uint32_t part;

    /* A number before the point, as strtod(3) would not ask for. */
    if (!strspn(text, "0123456789") || !cut(number, sizeof number, text, length) ||
        !unit_seconds(text + length, &unit) || !parse_seconds(number, &seconds, &part) ||
        seconds > most / unit)
        return false;
    ns = seconds * unit * second + part * unit;
    if (ns == 0)
        return false;
    *ret_ns = ns;
    return true;
}

/* ---- processors, numbers -------------------------------------------------------------------- */

enum { BITS = 8 * sizeof(unsigned long) };

bool cpus_has(const struct cpu_list *list, unsigned cpu)
{
    return list->bits[cpu / BITS] >> cpu % BITS & 1;
}

/* N or N-M, up to a comma or the end. */
static bool add_range(const char *s, size_t length, struct cpu_list *list)
{
    char text[16], *dash;
    uint64_t first, last;

    if (!cut(text, sizeof text, s, length))
        return false;
    dash = strchr(text, '-');
    if (dash)
        *dash++ = 0;
    if (!parse_number(text, 10, CPU_LIMIT - 1, &first) ||
        !parse_number(dash ? dash : text, 10, CPU_LIMIT - 1, &last) || last < first)
        return false;
    for (uint64_t cpu = first; cpu <= last; cpu++)
        list->bits[cpu / BITS] |= 1UL << cpu % BITS;
    return true;
}

bool cpus_parse(const char *text, struct cpu_list *ret)
{
    for (;;) {
        size_t length = strcspn(text, ",");

        if (!add_range(text, length, ret))
            return false;
        if (!text[length])
            return true;
        text += length + 1;
    }
}

bool parse_integer(const char *text, int min, int max, int *ret)
{
    bool negative = *text == '-';
    uint64_t size;
    int value;

    if (!parse_number(text + negative, 10, 1000000, &size))
        return false;
    value = negative ? -(int)size : (int)size;
    if (value < min || value > max)
        return false;
    *ret = value;
    return true;
}
