/* The operations on the new tree, by kind; mounts.c has the table. Each returns 0 or negative, noted.
 * S is what sources.c opened for OP. */
#pragma once
#include "inside/inside.h"

typedef int mount_operation(struct inside *in, const struct mount_op *op, struct source *s);

mount_operation op_bind, op_remount_ro, op_tmpfs, op_mqueue, op_proc; /* mounts.c, kernel_fs.c */
mount_operation op_dev;                                               /* dev.c */
mount_operation op_overlay;                                           /* overlay.c */
mount_operation op_dir, op_file, op_text, op_symlink, op_chmod;       /* files.c */
mount_operation op_bind_data;                                         /* data.c */
mount_operation op_mask;                                              /* mask.c */
mount_operation op_cgroup;                                            /* cgroup.c */

/* mask.c: puts the empty file of scratch.h, read-only, on AT, which is OP's. 0 or negative, noted. */
int mask_file(struct inside *in, const struct mount_op *op, int at);

/* kernel_fs.c: may the command be the machine's root, so that a procfs would tell it more than others.
 * Never as bwrap, which masks nothing. */
bool proc_needs_masks(const struct plan *plan);

/* sources.c: the rights of bind OP, on the whole tree below FD, not yet attached. */
int source_restrict(struct inside *in, int fd, const struct mount_op *op);
