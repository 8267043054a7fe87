/* The names of the list, found by hash: the time to find one does not grow with their number. */
#pragma once
#include "spec/allow.h"

struct names;

/* Makes a table of those of the COUNT ITEMS that are names; ITEMS stay in use. In arena memory. */
struct names *names_make(const struct allow *items, size_t count);

/*
 * Calls FN for each item that allows NAME, which may be of any case: those that list it, and those that
 * list all below a name that it is below of. FN may be NULL. The number of calls; 0: it is not allowed.
 */
size_t names_each(const struct names *names, const char *name,
                  void (*fn)(void *arg, const struct allow *item), void *arg);
