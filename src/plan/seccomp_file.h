/* A seccomp profile in a file: compiled by the program husk-seccomp, or found in the cache. */
#pragma once
#include "plan/seccomp_tune.h"

/* Reads the file of SPEC's --seccomp-profile and gets its program. Fills *BASE, and in *FILTER what is known
 * of the file. 0 or -errno, said: the file or the helper cannot be had, or the profile is wrong. */
int seccomp_file(const struct plan *plan, struct seccomp_base *base, struct plan_filter *filter);
