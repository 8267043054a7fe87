/* Landlock's part of the plan: what it is to allow, worked out from the mounts and the options. */
#pragma once
#include "plan/plan.h"

/* Fills plan->landlock and the rights of the mounts, for a kernel with ABI (0: it has no Landlock).
 * -EOPNOTSUPP, said, if ports were asked for that this ABI cannot limit. */
int landlock_derive(struct plan *plan, int abi);

/* Is there a ruleset at all. */
bool landlock_is_used(const struct plan *plan);

/* What is limited, as in "files, abstract, signals, tcp"; NULL: nothing is. */
const char *landlock_active(const struct plan *plan);

/* What of --landlock was asked for and is not limited, and why; NULL: there is no such thing. */
const char *landlock_lacks(const struct plan *plan);
