/*
 * --mask: what is there becomes empty and read-only; what is not there cannot be made.
 *
 * In a writable folder of the host the mask alone is not enough: the command could rename a folder on
 * the way to it and make another one in its place. A mount point cannot be renamed or removed, so each
 * folder on the way is bound on itself. A link on the way could be replaced just so, and nothing can
 * be mounted on it: that is refused.
 */
#include "base/fd.h"
#include "base/resolve.h"
#include "base/syscalls.h"
#include "inside/destination.h"
#include "inside/filesystem.h"
#include "inside/operations.h"
#include "inside/placeholder.h"
#include "inside/scratch.h"
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { MASK_ATTRS = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC };

static int mask_folder(struct inside *in, const struct mount_op *op, int at)
{
    struct mount_op empty = *op;
    HUSK_FD int mount = FD_NONE;

    empty.perms = 0555;
    empty.perms_set = true;
    empty.attrs = MASK_ATTRS;
    mount = fs_tmpfs(in, &empty);
    return mount < 0 ? mount : dest_attach(in, mount, at, op);
}

int mask_file(struct inside *in, const struct mount_op *op, int at)
{
    struct mount_attr attr = {.attr_set = MASK_ATTRS};
    HUSK_FD int tree = scratch_empty(in, op);

    if (tree < 0)
        return tree;
    if (sys_mount_setattr(tree, "", AT_EMPTY_PATH, &attr) < 0)
        return inside_fail(in, errno, &op->from, "masking %s", op->dest);
    return dest_attach(in, tree, at, op);
}

/* What FOLDER, on the way to a mask, is to the command. */
enum ground {
    GROUND_HOST,      /* of the host: it can make, rename and remove things that stay there */
    GROUND_OWN,       /* the same in a file system of the sandbox's own */
    GROUND_READ_ONLY, /* it cannot */
};

/* One of those, or negative, noted. */
static int ground_of(struct inside *in, const struct mount_op *op, int folder)
{
    struct statvfs fs;
    struct stat st;

    if (fstat(folder, &st) < 0 || fstatvfs(folder, &fs) < 0)
        return inside_fail(in, errno, &op->from, "masking %s: looking at a folder above it", op->dest);
    if (fs.f_flag & ST_RDONLY)
        return GROUND_READ_ONLY;
    return fs_is_own(in, st.st_dev) ? GROUND_OWN : GROUND_HOST;
}

/* Binds the folder FD on itself, so that it can be neither renamed nor removed. */
static int pin(struct inside *in, const struct mount_op *op, int fd)
{
    HUSK_FD int tree = FD_NONE;
    struct statx st;

    if (sys_statx(fd, "", AT_EMPTY_PATH, 0, &st) < 0)
        return inside_fail(in, errno, &op->from, "masking %s: looking at a folder above it", op->dest);
    if (st.stx_attributes & STATX_ATTR_MOUNT_ROOT)
        return 0;
    tree = sys_open_tree(fd, "", AT_EMPTY_PATH | AT_RECURSIVE | OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
    if (tree < 0)
        return inside_fail(in, errno, &op->from, "masking %s: holding a folder above it", op->dest);
    return dest_attach(in, tree, fd, op);
}

/* Where the walk to a mask stands. */
struct way {
    char path[PATH_MAX]; /* down to the present component */
    const char *rest;    /* behind it */
    const char *name;    /* its name, in path */
    int folder;          /* owned: what it is in */
    int ground;          /* what that is: one of enum ground */
};

static bool is_last(const struct way *w)
{
    return !w->rest[strspn(w->rest, "/")];
}

static int next_component(struct way *w)
{
    size_t skip = strspn(w->rest, "/"), n = strcspn(w->rest + skip, "/"), used = strlen(w->path);

    if (!n)
        return 0;
    if (used + n + 2 > sizeof w->path || n > NAME_MAX)
        return -ENAMETOOLONG;
    w->path[used] = '/';
    memcpy(w->path + used + 1, w->rest + skip, n);
    w->path[used + 1 + n] = 0;
    w->name = w->path + used + 1;
    w->rest += skip + n;
    return 1;
}

/* The component is not there. 1: something was put in its place, *RET_AT is an O_PATH fd of it; 0: the
 * mask is made, or nothing can be made there and none is needed; negative: failed, noted. */
static int stand_in(struct inside *in, const struct mount_op *op, const struct way *w, int *ret_at)
{
    int r;

    if (w->ground == GROUND_HOST) {
        r = placeholder_make(in, op, w->folder, w->name, is_last(w));
        if (r <= 0)
            return r;
        *ret_at = openat(w->folder, w->name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
        return *ret_at < 0 ? inside_fail(in, errno, &op->from, "masking %s", op->dest) : 1;
    }
    /* Nobody makes anything in a read-only folder. In a tmpfs of ours there is nothing that the mask of one of husk's
     * own folders would hide; a mask that was asked for gets a folder to lie on, made by dest_mountpoint(). */
    if (op->try || w->ground == GROUND_READ_ONLY)
        return 0;
    r = dest_mountpoint(in, op, true);
    if (r >= 0) {
        HUSK_FD int at = r;

        r = mask_folder(in, op, at);
    }
    return r;
}

static int mask_last(struct inside *in, const struct mount_op *op, int at)
{
    struct stat st;

    if (fstat(at, &st) < 0)
        return inside_fail(in, errno, &op->from, "masking %s", op->dest);
    return S_ISDIR(st.st_mode) ? mask_folder(in, op, at) : mask_file(in, op, at);
}

/* Follows a link where it is safe: nobody can replace it. */
static int follow(struct inside *in, const struct mount_op *op, const struct way *w, int *at)
{
    struct stat st;

    if (fstat(*at, &st) < 0)
        return inside_fail(in, errno, &op->from, "masking %s", op->dest);
    if (!S_ISLNK(st.st_mode))
        return 0;
    if (w->ground == GROUND_HOST)
        return inside_fail(in, 0, &op->from,
                           "masking %s: %s is a link, which the command could replace", op->dest,
                           w->path);
    fd_closep(at);
    *at = resolve_in_root(in->root, w->path, O_PATH);
    return *at < 0 ? inside_fail(in, -*at, &op->from, "masking %s", op->dest) : 0;
}

/* FOLDER, on the way to one of husk's own, may not be searched. With one id the command cannot get past it either,
 * unless the folder is its own and it opens it; with several the command may have another id than we have now. */
static int out_of_reach(struct inside *in, const struct mount_op *op, int folder)
{
    struct stat st;

    if (in->plan->ids.how == IDS_SINGLE && fstat(folder, &st) == 0 && st.st_uid != getuid())
        return 0;
    return inside_fail_hint(in, HINT_OWN_FOLDER, EACCES, &op->from, "masking %s", op->dest);
}

/* One component. 1: go on with the next one; 0: done; negative: failed, noted. */
static int step(struct inside *in, const struct mount_op *op, struct way *w)
{
    HUSK_FD int at = resolve_in_root(in->root, w->path, O_PATH | O_NOFOLLOW);
    int r = w->ground = ground_of(in, op, w->folder);
    bool writable = w->ground == GROUND_HOST;

    if (r < 0)
        return r;
    r = at >= 0 && writable ? placeholder_may_be(at) : 0;
    if (r < 0)
        return inside_fail(in, -r, &op->from, "masking %s", op->dest);

    /* Another sandbox's placeholder is as good as nothing: it may go at any time. */
    if (at == -ENOENT || r) {
        fd_closep(&at);
        if ((r = stand_in(in, op, w, &at)) <= 0)
            return r;
    }
    if (at == -EACCES && op->try)
        return out_of_reach(in, op, w->folder);
    if (at < 0)
        return inside_fail(in, -at, &op->from, "masking %s", op->dest);
    if ((r = follow(in, op, w, &at)) < 0)
        return r;
    if (is_last(w))
        return mask_last(in, op, at);
    if (writable && (r = pin(in, op, at)) < 0)
        return r;
    fd_closep(&w->folder);
    /* Looked up again: what was just bound on it counts from here on. */
    w->folder = resolve_in_root(in->root, w->path, O_PATH | O_DIRECTORY);
    return w->folder < 0 ? inside_fail(in, -w->folder, &op->from, "masking %s", op->dest) : 1;
}

static int walk(struct inside *in, const struct mount_op *op)
{
    struct way w = {.rest = op->dest, .folder = fcntl(in->root, F_DUPFD_CLOEXEC, 0)};
    int r = w.folder < 0 ? -errno : 1, steps = 0;

    while (r == 1 && (r = next_component(&w)) == 1) {
        r = step(in, op, &w);
        steps++;
    }
    fd_closep(&w.folder);
    if (r == 0 && !steps)
        return inside_fail(in, 0, &op->from, "masking %s: the root itself cannot be masked", op->dest);
    if (r < 0)
        inside_fail(in, -r, &op->from, "masking %s", op->dest); /* unless it is noted already */
    return r;
}

int op_mask(struct inside *in, const struct mount_op *op, struct source *s HUSK_UNUSED)
{
    int r = walk(in, op);

    /* In a read-only view another sandbox's placeholder can go while it is looked at: then it is as if nothing had been
     * there. */
    for (int tries = 0; r == -ENOENT && tries < 100; tries++) {
        inside_forget(in);
        r = walk(in, op);
    }
    return r;
}
