/*
 * --seccomp-log: the policy with its refusals handed to a supervisor (seccomp_unotify(2)), who answers
 * each with the errno that the policy has for it, and counts.
 */
#pragma once
#include "plan/plan.h"

/*
 * Turns FILTER, a policy, into one with a listener. What it answered before stays in plan->seccomp_log, for
 * the supervisor. FILTER NULL: there is no policy, which is an error. 0 or -errno, said.
 */
int plan_seccomp_log(struct plan *plan, struct plan_filter *filter);
