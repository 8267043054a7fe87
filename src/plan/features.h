/* What protects the command: --require asks for it by name, --verbose says it. */
#pragma once
#include "plan/plan.h"

/* Is every feature that --require names in PLAN. 0; -EINVAL for a name that there is not, or
 * -EOPNOTSUPP; said. */
int plan_features(struct plan *plan);

/* Says in one line on stderr what is active and what is not, if --verbose is given. */
void features_say(const struct plan *plan);
