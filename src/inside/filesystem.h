/* New file systems, as detached mounts. */
#pragma once
#include "inside/inside.h"

/* A name and its text for fsconfig(2); TEXT NULL: a flag. */
struct fs_option {
    const char *name, *text;
};

/*
 * A new file system of type FS with COUNT options, mounted nowhere yet, with the MOUNT_ATTR_* of ATTRS.
 * FROM is the option to blame. A mount's fd, or negative, noted with HINT if that is the cause.
 */
int fs_new(struct inside *in, const char *fs, const struct fs_option *options, size_t count,
           uint64_t attrs, enum gate_hint hint, const struct origin *from);

/* A tmpfs: nosuid, nodev, OP's attrs, size, and permissions (0755 unless set). It counts as one of our
 * own from here on. */
int fs_tmpfs(struct inside *in, const struct mount_op *op);

/* Counts the file system of FD among those made here. 0 or negative, noted. */
int fs_own(struct inside *in, int fd);

/* Was the file system of ST made here. */
bool fs_is_own(const struct inside *in, dev_t dev);
