/*
 * The guardian: a process that outlives the sandbox, only there for masks of what does not exist in a
 * folder of the host. It is told of each placeholder before that is made, and removes them when the
 * last process that could use them is gone, however that ended: it waits for an end of file.
 */
#pragma once
#include "host/spawn.h"

/* Starts it; RET_FD is the end that the child talks to. 0 or -errno, said. */
int guardian_start(struct sandbox *sb, int *ret_fd);

/* Waits until it has cleaned up. */
void guardian_wait(const struct sandbox *sb);
