/* A seccomp filter that closes the ways around --tcp-connect and --tcp-bind. */
#pragma once
#include "plan/plan.h"

/* Makes it in arena memory. */
void tcp_guard(const struct plan *plan, struct plan_filter *ret_filter);
