/* The scratch tmpfs: hidden under the new root until that is entered, and gone then. */
#pragma once
#include "inside/inside.h"

/* A new file in it, open for writing. An fd, or negative, noted. One at a time: then comes its bind. */
int scratch_file(struct inside *in, const struct mount_op *op, mode_t mode);

/* A detached bind of that file, or negative, noted. */
int scratch_bind(struct inside *in, const struct mount_op *op);

/* A detached bind of a file that is empty and stays so, mode 0444, or negative, noted. All have the same one,
 * and it keeps its name: the kernel mounts nothing on a file that has none, and what is masked by it may be
 * asked for again. The caller makes the bind read-only. */
int scratch_empty(struct inside *in, const struct mount_op *op);

/* Unlinks the file, once its bind is attached: before, the kernel would refuse that. 0 or negative,
 * noted. */
int scratch_unlink(struct inside *in, const struct mount_op *op);
