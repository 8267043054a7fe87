/*
 * The keeper: a process of husk's own, only there for sandboxes with a cgroup. Where systemd has made a scope, that
 * stays as long as the keeper lives in it, so what was used can still be read when the sandbox is over. And when husk
 * is gone, however it ended, the keeper kills what is left in the sandbox's cgroup and removes that.
 */
#pragma once
#include "host/spawn.h"

/* Starts it. 0 or -errno, said. */
int keeper_start(struct sandbox *sb);

/* Tells it that NAME is about to be made in the cgroup PARENT. 0 or -errno. */
int keeper_tell(const struct sandbox *sb, int parent, const char *name);

/* Lets it end, and waits until it has. */
void keeper_end(struct sandbox *sb);
