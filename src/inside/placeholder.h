/*
 * Placeholders: folders made on the host for a mask to lie on, because nothing else is there. They have
 * odd modes by which every husk knows them. The guardian, a process of the host side, hears of each
 * before it is made and removes it when the sandbox has ended, however that ended.
 *
 * Sandboxes that mask the same path share a placeholder: each holds a shared lock (flock(2)) on it, and
 * only who gets it exclusively may remove it, since a removed mount point takes the mask with it.
 */
#pragma once
#include "inside/inside.h"

/* Makes NAME in FOLDER, or takes what another sandbox made: a closed one (LAST), or an open one on the
 * way to it. 1: it stands and is held; 0: nobody can make anything there; or negative, noted. */
int placeholder_make(struct inside *in, const struct mount_op *op, int folder, const char *name,
                     bool last);

/* Is FD one. */
bool placeholder_is(int fd);

/* Is FOLDER of a file system that was made here. */
bool placeholder_is_ours(const struct inside *in, int folder);
