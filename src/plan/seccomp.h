/* The built-in seccomp policies: which one the command gets. See docs/seccomp.md. */
#pragma once
#include "plan/plan.h"

/* Finds the policy that --seccomp-profile names. 1 and *RET_FILTER if there is one, 0 if none was
 * asked for; -EINVAL, said, for a name that there is not, or where the policy would be of no use or
 * unsafe. */
int plan_seccomp(const struct plan *plan, struct plan_filter *ret_filter);
