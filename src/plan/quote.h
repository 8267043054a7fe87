/* A stranger's text on a terminal, for --dry-run. */
#pragma once

/* S for a terminal: control characters escaped. In arena memory. */
const char *quote_plain(const char *s);

/* The same as one word: in double quotes, with \" and \\ inside, if it is empty or if it holds
 * blanks, quotes or what else would leave unclear where it ends. */
const char *quote_word(const char *s);
