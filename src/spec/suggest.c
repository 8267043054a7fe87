#include "spec/suggest.h"
#include <string.h>

enum { LONGEST = 32 };

/* How many letters to insert, delete or replace to get from A to B; both are short. */
static size_t distance(const char *a, const char *b)
{
    size_t row[LONGEST + 1], length = strlen(b);

    for (size_t j = 0; j <= length; j++)
        row[j] = j;
    for (size_t i = 1; a[i - 1]; i++) {
        size_t diagonal = row[0];

        row[0] = i;
        for (size_t j = 1; j <= length; j++) {
            size_t replace = diagonal + (a[i - 1] != b[j - 1]);

            diagonal = row[j];
            row[j] = MIN(MIN(row[j], row[j - 1]) + 1, replace);
        }
    }
    return row[length];
}

const char *suggest_option(const char *word, bool in_profile)
{
    size_t length = strlen(word), best = 1 + length / 4;
    const char *name = NULL;

    if (length > LONGEST)
        return NULL;
    for (const struct option *o = options; o < options + option_count; o++) {
        size_t d;

        if (o->flags & (in_profile ? OPT_CMDLINE_ONLY : OPT_PROFILE_ONLY))
            continue;
        d = strlen(o->name) <= LONGEST ? distance(word, o->name) : LONGEST;
        if (d < best || (d == best && !name)) {
            best = d;
            name = o->name;
        }
    }
    return name;
}
