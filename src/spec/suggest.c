#include "spec/suggest.h"
#include "base/alloc.h"
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

size_t suggest_distance(const char *word, const char *b)
{
    size_t d;

    if (strlen(word) > LONGEST || strlen(b) > LONGEST)
        return SIZE_MAX;
    d = distance(word, b);
    return d <= 1 + strlen(word) / 4 ? d : SIZE_MAX;
}

const char *suggest_letters(const char *word)
{
    const char *letters = word + 1, *text = "";

    if (word[0] != '-' || strlen(letters) < 2 || strlen(letters) > LONGEST)
        return NULL;
    for (; *letters; letters++) {
        if (!option_by_letter(*letters))
            return NULL;
        text = arena_printf("%s%s-%c", text, *text ? " " : "", *letters);
    }
    return text;
}

/* Is the whole name O at the start of WORD ("network" for net), or WORD at its start ("prof")? */
static bool is_start(const char *word, const char *o)
{
    size_t shorter = MIN(strlen(word), strlen(o));

    return shorter >= 3 && strncmp(word, o, shorter) == 0;
}

const char *suggest_option(const char *word, bool in_profile)
{
    size_t best = SIZE_MAX, starts = 0;
    const char *start = NULL;
    const char *name = NULL;

    for (const struct option *o = options; o < options + option_count; o++) {
        size_t d;

        if (o->flags & (in_profile ? OPT_CMDLINE_ONLY : OPT_PROFILE_ONLY))
            continue;
        if (is_start(word, o->name)) {
            starts++;
            start = o->name;
        }
        d = suggest_distance(word, o->name);
        if (d < best) {
            best = d;
            name = o->name;
        }
    }
    return name || starts != 1 ? name : start;
}
