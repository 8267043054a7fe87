/*
 * The keeper: a process of husk's own, only there for sandboxes with a cgroup. While it lives in a scope of
 * systemd's, beside the sandbox, that stays, so what the sandbox has used can still be read when it is over. And
 * when husk is gone, however it ended, it kills what is left in the sandbox's cgroup and removes that.
 */
#pragma once
#include "host/spawn.h"

/* Starts it. 0 or -errno, said. */
int keeper_start(struct sandbox *sb);

/* Tells it that NAME is about to be made in the cgroup PARENT. 0 or -errno. */
int keeper_tell(const struct sandbox *sb, int parent, const char *name);

/* Lets it end, and waits until it has. */
void keeper_end(struct sandbox *sb);
