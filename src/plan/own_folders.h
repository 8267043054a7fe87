/*
 * husk's own folders on the host: settings, cache, run-time state, existing or not. A sandbox must not
 * reach them: a command that writes a profile chooses its own sandbox the next time it is run.
 */
#pragma once
#include "spec/spec.h"
#include <sys/types.h>

/* A folder, or one that holds it, as the kernel knows it: links in a bind's source do not matter. */
struct own_ancestor {
    dev_t dev;
    ino_t ino;
    const char *below; /* from here to the folder; "" for the folder itself */
    const char *folder;
};

struct own_folders {
    VEC(struct own_ancestor) ancestors;
    VEC(const char *) folders;
};

struct own_match {
    const char *folder; /* the host path of husk's folder */
    const char *below;  /* where it would be below the bind's destination; "": the bind shows only it */
};

/* Looks at the system. 0 or -errno, said. */
int own_folders_find(struct own_folders *own);

/* The N-th (from 0) of the folders that OP, if it is some kind of bind, would show. 1, or 0 when there
 * are no more. */
int own_folders_match(const struct own_folders *own, const struct mount_op *op, size_t n,
                      struct own_match *ret);
