/*
 * Looking a path up below a folder that is taken for the root: absolute links start at it again,
 * ".." stops at it, and procfs's magic links are refused. That is openat2(2) with RESOLVE_IN_ROOT
 * and RESOLVE_NO_MAGICLINKS; where it answers ENOSYS (some containers' filters, gVisor) an own walk
 * with O_PATH fds does the same. Needs only search permission on the folders passed.
 *
 * For the child after clone: no allocation.
 */
#pragma once
#include <sys/types.h>

/*
 * Opens PATH (absolute or relative, both from ROOT) with FLAGS, O_PATH among them; O_NOFOLLOW keeps a
 * link in the last component unfollowed. An O_PATH fd, or -errno (ENOENT, ENOTDIR, ELOOP, ...).
 */
int resolve_in_root(int root, const char *path, int flags);

/*
 * Opens the folder PATH below ROOT and makes what is missing of it, mode 0755. MAY_MAKE is asked with
 * the fd of each folder before something is made in it: 0, or -errno, which ends it.
 * An O_PATH fd, or -errno.
 */
typedef int may_make_in(int folder, void *arg);
int resolve_make_dirs(int root, const char *path, may_make_in *may_make, void *arg);

/* The walk that stands in for openat2; its own function so that tests can compare the two. */
int resolve_by_walking(int root, const char *path, int flags);
