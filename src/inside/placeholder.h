/*
 * Placeholders: folders made on the host for a mask to lie on, because nothing else is there. They have
 * odd modes by which every husk knows them. The guardian, a process of the host side, hears of each
 * before it is made and removes it when the sandbox has ended, however that ended.
 *
 * Sandboxes that mask the same path share a placeholder: each holds it, and the last one's guardian
 * removes it, since a removed mount point takes the mask with it. Who looks, makes or removes makes the
 * folder around it busy meanwhile; see base/lock.h.
 */
#pragma once
#include "inside/inside.h"

/* Makes NAME in FOLDER, or takes what another sandbox made: a closed one (LAST), or an open one on the
 * way to it. A folder that only looks like one is held and otherwise left alone. 1: it stands and is
 * held; 0: nobody can make anything there; or negative, noted. */
int placeholder_make(struct inside *in, const struct mount_op *op, int folder, const char *name,
                     bool last);

/* Does FD look like one, by its mode. 1, 0 or -errno. */
int placeholder_may_be(int fd);
