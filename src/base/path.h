/* Paths as text. Pure functions; those that allocate say so. */
#pragma once
#include "base/util.h"
#include <stdbool.h>

/* Is PATH the same as TOP or below it. Both absolute and clean. */
bool path_is_below(const char *path, const char *top);

/* Orders clean paths so that each is followed by all that is below it: less than 0, 0, or more. */
int path_compare(const char *s, const char *t);

/* PATH as an absolute one without ".", ".." (lexically), doubled or trailing slashes; relative to
 * BASE, which is absolute. In arena memory. */
char *path_clean(const char *path, const char *base);

/* Would path_clean leave PATH as it is. */
bool path_is_clean(const char *path);

/* DIR/NAME in arena memory, with one slash between them. */
char *path_join(const char *dir, const char *name);

/* What is behind the last slash. */
const char *path_base(const char *path);
