/* A transient scope of systemd's, by the helper program husk-scope, which speaks D-Bus. */
#pragma once
#include "host/cgroup.h"

/* Is there a manager that can be asked. 0 or negative, noted in C. */
int scope_prepare(const struct plan *plan, struct cgroup *c);

/* Asks for a scope that holds the child and the keeper, and waits until it does, SCOPE_PATIENCE_MS at most. C->parent
 * is then its folder, and in it is the child alone: the keeper is in its folder `keeper'. 0 or negative, noted in C. */
enum { SCOPE_PATIENCE_MS = 20000 };
int scope_start(const struct plan *plan, const struct sandbox *sb, struct cgroup *c);
