/* The id maps that are written from outside, while the child waits at the first gate. */
#pragma once
#include "host/spawn.h"

/* Writes the id maps of the child's user namespace, if they are ranges: as root directly, else through
 * newuidmap(1) and newgidmap(1). 0 or -errno, said. */
int idmap_write(const struct plan *plan, const struct sandbox *sb);
