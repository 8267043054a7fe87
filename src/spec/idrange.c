#include "spec/idrange.h"
#include "base/str.h"
#include <string.h>

/* Reads the number before the first END in TEXT; returns what is behind it, or NULL. */
static const char *read_field(const char *text, char end, uint32_t *ret_number)
{
    const char *stop = strchr(text, end);
    char digits[11]; /* of UINT32_MAX, and a 0 */
    uint64_t number;
    size_t n;

    if (!stop)
        return NULL;
    n = (size_t)(stop - text);
    if (n >= sizeof digits)
        return NULL;
    memcpy(digits, text, n);
    digits[n] = 0;
    if (!parse_number(digits, 10, UINT32_MAX, &number))
        return NULL;
    *ret_number = (uint32_t)number;
    return stop + (end != 0);
}

bool idrange_parse(const char *text, struct id_range *ret_range)
{
    struct id_range range;

    text = read_field(text, ':', &range.inside);
    text = text ? read_field(text, ':', &range.outside) : NULL;
    text = text ? read_field(text, 0, &range.count) : NULL;
    /* The id 4294967295 is -1: INSIDE + COUNT - 1 must stay below it. */
    if (!text || !range.count || range.count > UINT32_MAX - range.inside ||
        range.count > UINT32_MAX - range.outside)
        return false;
    *ret_range = range;
    return true;
}

static bool meet(uint32_t a, uint32_t a_count, uint32_t b, uint32_t b_count)
{
    return a < b ? b - a < a_count : a - b < b_count;
}

bool idrange_overlap(const struct id_range *a, const struct id_range *b)
{
    return meet(a->inside, a->count, b->inside, b->count) ||
           meet(a->outside, a->count, b->outside, b->count);
}
