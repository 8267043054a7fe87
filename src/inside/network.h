/* Between the stages of the network: see network.c, and guard.c for the rules. */
#pragma once
#include "inside/inside.h"

/* The bytes that network_guard() needs in in->guard. */
size_t network_guard_size(void);

/* Has the kernel keep the plan's rules in this network namespace. 0 or negative, noted. */
int network_guard(struct inside *in);
