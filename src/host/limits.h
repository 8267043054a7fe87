/* Limits whose setting takes rights on the host, which a child in a user namespace of its own does not have. */
#pragma once
#include "plan/plan.h"

/*
 * Gives this process what PLAN has for the command beyond what husk was started with: higher hard limits, a
 * lower nice value, a lower score of the OOM killer; the child inherits them and sets the rest. Nothing else
 * is changed. 0 or -errno, said, with a hint.
 */
int limits_raise(const struct plan *plan);
