/*
 * Prints the option table as lines of tab-separated fields, for what is made from it or checked
 * against it outside of husk: the completions and the check of husk(1).
 *
 *     NAME  LETTER  NARGS  ARGS  FLAGS  GROUP  HELP
 *
 * LETTER and ARGS are "-" when there are none. FLAGS are letters as in options.def (B as bwrap too,
 * C command line only, P profiles only, L last wins, O optional argument), or "-".
 */
#include "spec/options.h"
#include <stdio.h>

static const char *flags_text(unsigned flags)
{
    static const char letters[] = "BCPLO"; /* in the order of enum option_flags */
    static char text[sizeof letters];
    size_t n = 0;

    for (size_t i = 0; letters[i]; i++)
        if (flags & 1u << i)
            text[n++] = letters[i];
    text[n] = 0;
    return n ? text : "-";
}

int main(void)
{
    for (size_t i = 0; i < option_count; i++) {
        const struct option *o = &options[i];
        printf("%s\t%c\t%u\t%s\t%s\t%s\t%s\n", o->name, o->letter ? o->letter : '-', o->nargs,
               *o->args ? o->args : "-", flags_text(o->flags), option_groups[o->group], o->help);
    }
    return fflush(stdout) || ferror(stdout);
}
