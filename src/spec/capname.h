/* Names of capabilities. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

/*
 * The mask (bit N: capability N) that NAME means: "CAP_NET_ADMIN" in any case, its number, or "ALL"
 * in any case (all 64 bits, those unknown today included). As husk the "CAP_" may be left out.
 * False for anything else.
 */
bool cap_mask_from_name(const char *name, uint64_t *ret_mask);

/* "net_admin" for CAP_NET_ADMIN; NULL for a number that has no name. */
const char *cap_name(unsigned cap);
