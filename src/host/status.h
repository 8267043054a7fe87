/* --info-fd, --json-status-fd and --userns-block-fd: what another program is told, and awaited from it. */
#pragma once
#include "host/spawn.h"

/* Writes of the child to --info-fd, which it closes, and to --json-status-fd, and waits for the byte of
 * --userns-block-fd. The child must still be waiting. 0 or -errno, said. */
int status_tell_started(const struct plan *plan, const struct sandbox *sb);

/* Writes to --json-status-fd how the command ended. */
void status_tell_ended(const struct plan *plan, int status);
