/*
 * Destinations: looked up below in->root alone, with links followed inside it, and made where they are
 * missing, but never silently in a folder of the host (unless --host-mountpoints, or as bwrap).
 */
#pragma once
#include "inside/inside.h"

/* Opens OP's destination, and makes a folder (0755) or an empty file (0444) there if nothing is. An
 * O_PATH fd, or negative, noted. */
int dest_mountpoint(struct inside *in, const struct mount_op *op, bool is_dir);

/* Opens what is at OP's destination. An O_PATH fd, or negative, noted. */
int dest_existing(struct inside *in, const struct mount_op *op);

/* Opens the folder that OP's destination is in, made where it is missing (0755, on the host too: who
 * asks for a file there asks for its folders), and puts its last name into NAME. An O_PATH fd, or
 * negative, noted. */
int dest_parent(struct inside *in, const struct mount_op *op, char name[NAME_MAX + 1]);

/* Mounts TREE there, a detached mount. On / the tree becomes the root. 0 or negative, noted. */
int dest_attach(struct inside *in, int tree, int at, const struct mount_op *op);

/* Makes FD, which is taken over, the root that destinations are looked up from. 0 or negative, noted. */
int dest_set_root(struct inside *in, int fd);

/* dest_mountpoint() and dest_attach(). */
int dest_mount(struct inside *in, int tree, const struct mount_op *op, bool is_dir);

/* Opens the folder that PATH is in, which must exist, and puts its last name into NAME. An O_PATH fd or
 * -errno, not noted. */
int dest_folder(struct inside *in, const char *path, char name[NAME_MAX + 1]);
