/* What protects the command: plan_features() checks what --require asks for, --verbose says it. */
#pragma once
#include "plan/plan.h"

/* Says in one line on stderr what is active and what is not, if --verbose is given. */
void features_say(const struct plan *plan);
