/* A refused call in words. */
#pragma once
#include "host/refusals.h"

/* The arguments that decide about the call of DATA, where its policy may look at them and they are numbers:
 * what two calls must have in common to be of one kind. Bits that do not count are 0. */
void refusal_args(const struct seccomp_data *data, uint32_t args[2]);

/* Writes what the kind REFUSAL is: "refused: unshare(CLONE_NEWUSER) (EPERM) 3 times by bash[/usr/bin/bash]",
 * and which policy other than POLICY (NULL: of none of these names) allows it. BY NULL: several programs. BUF
 * has SIZE bytes, always terminated. */
void refusal_text(char *buf, size_t size, const struct refusal *refusal, const struct program *by,
                  const char *policy);
