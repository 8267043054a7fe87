/* The subordinate ids that /etc/subuid and /etc/subgid give to a user: see subuid(5). */
#pragma once
#include "spec/spec.h"

/* Ranges of host ids: OUTSIDE and COUNT; INSIDE is 0. */
struct subid_list {
    struct id_range *items;
    size_t count, capacity;
};

/*
 * Appends to RET all ranges of FILE (lines NAME:START:COUNT) whose name is USER (may be NULL) or
 * UID in decimal, in the file's order, without what an earlier line gave already. Empty lines,
 * comments and lines of other users are skipped, whatever they hold; a line of this user's that is
 * malformed is an error, since what it was to give is not known. 0, also when there is no FILE; or
 * -EINVAL, -E2BIG (over 64 MiB) or open(2)'s errors, said.
 */
int subid_ranges(const char *file, const char *user, uint32_t uid, struct subid_list *ret);

/* The command that gives USER the ranges that SUBUID and SUBGID lack, or NULL if they lack none or
 * if no range is free. The new range is free in both. In arena memory. */
const char *subid_advice(const char *subuid, const char *subgid, const char *user, uint32_t uid);

/* The hint for this user, whose name is USER, if something is lacking in /etc. */
void subid_hint(const char *user);
