/*
 * husk's own folders on the host: settings, cache, run-time state, existing or not. A sandbox must not
 * reach them: a command that writes a profile chooses its own sandbox the next time it is run.
 */
#pragma once
#include "spec/spec.h"
#include <limits.h>
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

/* The file of the host that a mount shows, after one lookup: a second one could lead elsewhere. */
struct shown_file {
    dev_t dev; /* both 0: there is none */
    ino_t ino;
    char path[PATH_MAX]; /* without links; "" if it has none */
};

/*
 * Looks at the system: every place that husk may take for one of its folders, whichever variables are
 * set the next time, and the profiles that this run has read, wherever they are. 0 or -errno, said.
 */
int own_folders_find(struct own_folders *own, const struct spec *spec, uint32_t uid);

/* Looks at what OP shows of the host; of an overlay at the N-th of its layers (from 0). 1; 0 if it shows
 * nothing, or no more; or -errno. */
int own_folders_look(const struct mount_op *op, size_t n, struct shown_file *ret);

/* The N-th (from 0) of the folders that a mount of SHOWN would show. False when there are no more. */
bool own_folders_match(const struct own_folders *own, const struct shown_file *shown, size_t n,
                      struct own_match *ret);
