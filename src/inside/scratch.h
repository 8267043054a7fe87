/* The scratch tmpfs: hidden under the new root until that is entered, and gone then. */
#pragma once
#include "inside/inside.h"

/* A new file in it, open for writing. An fd, or negative, noted. One at a time: scratch_take() next. */
int scratch_file(struct inside *in, const struct mount_op *op, mode_t mode);

/* Unlinks that file and returns a detached bind of it, or negative, noted. */
int scratch_take(struct inside *in, const struct mount_op *op);
