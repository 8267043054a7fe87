/* A plan with nothing in it, to be filled by hand. */
#pragma once
#include "plan/plan.h"

extern struct spec spec;
extern struct plan plan;

/* Starts anew: a user, mount, pid, ipc and uts namespace, id 0, no mounts, the command "true". */
void bare_plan(void);

/* One more operation at the end of the plan. There is room for 32, and they do not move. */
struct mount_op *add_op(enum mount_kind kind, const char *source, const char *dest);
