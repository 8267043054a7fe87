/*
 * The network's keeper: the process that starts its helper, slirp4netns or pasta, and ends with the
 * sandbox, and the helper with it. It is the init of a pid namespace that holds only these two, so the
 * kernel ends the helper whatever becomes of husk, of the keeper or of the helper's own children. It is
 * there only for a network that has a helper. (host/keeper.h is another one, the cgroup's.)
 *
 * Both are in the sandbox's first user namespace, whose ids are this user's, and in the host's network:
 * they have rights over the sandbox's network, and none over the host. The command is in a second user
 * namespace and in another pid namespace: it neither sees nor reaches them.
 */
#pragma once
#include "host/spawn.h"

/* Starts it for NETNS, the sandbox's network namespace. 0 or -errno, said. It says ONLINE over its gate
 * once the network can be used. */
int net_keeper_start(const struct plan *plan, struct sandbox *sb, int netns);

/* Ends it and its helper, and waits until they are gone; with --net-log, until each refusal was told. Its exit
 * status: 0 if it had seen the sandbox end, else 128 + SIGKILL or 1. */
int net_keeper_end(struct sandbox *sb);
