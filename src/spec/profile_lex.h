/*
 * Cuts a profile's text into lines and words.
 *
 *     line    = [ NAME { WORD } ] [ "#" comment ]
 *     NAME    = an option's, of [a-z0-9-]; never the outcome of an expansion
 *     WORD    = { plain text | ${VARIABLE} | '...' | "..." }, a ~ or ~/ at its start is ${HOME}
 *
 * Within '...' nothing is special. Within "..." ${VARIABLE} is, and \\ \" \$ stand for \ " $.
 * Where a shell would do more, as for $VARIABLE, ~user or a \ outside of quotes, there is an error:
 * a path that is not the one that was meant may be one that was to be hidden.
 *
 * A line that starts with "if ${VARIABLE}" counts only if VARIABLE is set and not empty.
 */
#pragma once
#include "spec/spec.h"

enum { PROFILE_NAME = 32, PROFILE_WORDS = 4 }; /* both are more than any option has */

/* One line with an option. */
struct profile_line {
    char name[PROFILE_NAME];    /* cut off if longer */
    char *words[PROFILE_WORDS]; /* behind the name; NULL for those that are not there */
    size_t word_count;          /* the number of words, more than PROFILE_WORDS included */
    bool skip; /* its condition does not hold; what WORDS expand to is not to be used */
    struct origin origin;
};

struct profile_lexer {
    const char *file; /* for origins and messages */
    const char *pos, *line_start;
    unsigned line;
    bool skip; /* within a line whose condition does not hold */
};

/* TEXT ends with a 0 and stays in use. */
void profile_lex_init(struct profile_lexer *lexer, const char *file, const char *text);

/* The next line that has an option, in arena memory: 1; 0 at the end; or -EINVAL, said. */
int profile_lex(struct profile_lexer *lx, struct profile_line *ret_line);
