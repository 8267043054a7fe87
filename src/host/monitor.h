/* The monitor: what husk is while the sandbox runs. It passes signals on, stops with the command, and
 * ends with its status. */
#pragma once
#include "host/spawn.h"

/* Opens what the monitor may fail to get, before there is a command that could run meanwhile. 0 or
 * -errno, said. */
int monitor_prepare(struct sandbox *sb);

/* Lets the child go on if it waits at the first gate, and stays until it has ended. The exit status of
 * husk: the command's, 128 + N for signal N, or husk's own failure (said). */
int monitor(const struct plan *plan, struct sandbox *sb);

/* Ends a sandbox that cannot go on: kills the child and waits for it. Husk's failure status. */
int monitor_abort(struct sandbox *sb);
