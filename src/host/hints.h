/* What to do about a failure inside: the child says which kind it was, this side looks for the cause. */
#pragma once
#include "gate/gate.h"
#include "plan/plan.h"

/* Says at most one hint line for M, a GATE_FAILED. */
void hints_print(const struct plan *plan, const struct gate_message *m);
