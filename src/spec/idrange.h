/* Ranges of user and group ids, as --uid-map and --gid-map have them. Pure functions. */
#pragma once
#include "spec/spec.h"

/* "INSIDE:OUTSIDE:COUNT", all decimal, COUNT > 0, and no id beyond 4294967294. False if not. */
bool idrange_parse(const char *text, struct id_range *ret_range);

/* Do A and B have an id in common, inside or outside. */
bool idrange_overlap(const struct id_range *a, const struct id_range *b);
