/*
 * Sources: opened by path once, on the host's tree, before anything is mounted or made. Each is from
 * then on a detached copy of a mount tree, which no rename or link on the host can turn elsewhere.
 */
#include "base/fd.h"
#include "base/syscalls.h"
#include "inside/operations.h"
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CLONE_TREE = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE };

/* The rights of a bind, on the whole tree below FD at once, while nobody can see it. */
int source_restrict(struct inside *in, int fd, const struct mount_op *op)
{
    struct mount_attr attr = {
        .attr_set = MOUNT_ATTR_NOSUID | op->attrs | (op->dev ? 0 : MOUNT_ATTR_NODEV) |
                    (op->ro ? MOUNT_ATTR_RDONLY : 0),
        /* What the host mounts below a read-only source later would arrive writable: not let in. A
         * writable one is a slave, so that a disk plugged in shows up, as bwrap's users expect; for root
         * without a user namespace the copy would else be a peer, and mount on the host too. */
        .propagation = op->ro ? MS_PRIVATE : MS_SLAVE,
    };

    if (sys_mount_setattr(fd, "", AT_EMPTY_PATH | AT_RECURSIVE, &attr) < 0)
        return inside_fail_hint(in, HINT_MOUNT_API, errno, &op->from,
                                "restricting the bind of %s on %s", op->source ? op->source : "an fd",
                                op->dest);
    return 0;
}

/* Names can be turned elsewhere at any time: what is shown, of an overlay as its N-th layer, must be what the plan
 * decided about. */
static int check_seen(struct inside *in, const struct mount_op *op, size_t n, const struct stat *st,
                      const char *path)
{
    if (!op->seen || (st->st_dev == op->seen[n].dev && st->st_ino == op->seen[n].ino))
        return 0;
    if (!op->seen[n].ino)
        return inside_fail(in, 0, &op->from, "%s could not be looked at before, and so it is not shown", path);
    return inside_fail(in, 0, &op->from, "%s was replaced by another file while husk looked at it",
                       path);
}

static int note_kind(struct inside *in, struct source *s, const struct mount_op *op)
{
    struct stat st;

    if (fstat(s->fd, &st) < 0)
        return inside_fail_hint(in, HINT_MOUNT_API, errno, &op->from, "Can't get type of source %s",
                                op->source); /* of an open file only a security module refuses it */
    s->is_dir = S_ISDIR(st.st_mode);
    return check_seen(in, op, 0, &st, op->source);
}

static int open_bind(struct inside *in, const struct mount_op *op, struct source *s)
{
    int r;

    s->fd = sys_open_tree(AT_FDCWD, op->source, CLONE_TREE);
    if (s->fd < 0 && errno == ENOENT && op->try)
        return 0;
    if (s->fd < 0)
        return inside_fail_hint(in, errno == EPERM || errno == ENOSYS ? HINT_MOUNT_API : HINT_NONE,
                                errno, &op->from, "Can't find source path %s", op->source);
    r = note_kind(in, s, op);
    return r < 0 ? r : source_restrict(in, s->fd, op);
}

/*
 * An fd that was opened before clone is of the host's mount namespace, where open_tree(2) does not
 * work for us. So its path is looked up, and what is found must be the same file.
 */
static int open_bind_fd(struct inside *in, const struct mount_op *op, struct source *s)
{
    char name[32], path[PATH_MAX];
    struct stat want, got;
    ssize_t n;
    int r = proc_open(in);

    if (r < 0)
        return r;
    snprintf(name, sizeof name, "self/fd/%d", op->fd);
    n = readlinkat(in->proc, name, path, sizeof path - 1);
    if (n < 0)
        return inside_fail(in, errno, &op->from, "Can't read the path of fd %d", op->fd);
    path[n] = 0;
    s->fd = sys_open_tree(AT_FDCWD, path, CLONE_TREE);
    if (s->fd < 0 || fstat(op->fd, &want) < 0 || fstat(s->fd, &got) < 0)
        return inside_fail(in, errno, &op->from, "Can't find source path %s of fd %d", path, op->fd);
    if (want.st_dev != got.st_dev || want.st_ino != got.st_ino)
        return inside_fail(in, 0, &op->from, "Race condition binding dirfd: %s is not fd %d", path,
                           op->fd);
    s->is_dir = S_ISDIR(got.st_mode);
    return source_restrict(in, s->fd, op);
}

static int open_layer(struct inside *in, const struct mount_op *op, const char *path, int *ret)
{
    *ret = sys_open_tree(AT_FDCWD, path, OPEN_TREE_CLOEXEC);
    if (*ret < 0)
        return inside_fail(in, errno, &op->from, "Can't find source path %s", path);
    return 0;
}

/* The N-th layer, which is shown; the upper folder is behind the others. */
static int open_shown(struct inside *in, const struct mount_op *op, size_t n, const char *path, int *ret)
{
    struct stat st;
    int r = open_layer(in, op, path, ret);

    if (r < 0)
        return r;
    if (fstat(*ret, &st) < 0)
        return inside_fail(in, errno, &op->from, "looking at the layers of %s", op->dest);
    return check_seen(in, op, n, &st, path);
}

static int open_overlay(struct inside *in, const struct mount_op *op, struct source *s)
{
    int r = 0;
    size_t n = op->layer_count;

    for (size_t i = 0; r == 0 && i < n; i++)
        r = open_shown(in, op, i, op->layers[i], &s->layers[i]);
    if (r == 0 && op->overlay == OVERLAY_RW)
        r = open_shown(in, op, n, op->upper, &s->layers[n]);
    if (r == 0 && op->overlay == OVERLAY_RW)
        r = open_layer(in, op, op->work, &s->layers[n + 1]);
    return r;
}

/* Without a pid namespace of its own, procfs is the host's. */
static int open_proc(struct inside *in, const struct mount_op *op, struct source *s)
{
    const struct mount_op bind = {.dest = op->dest, .source = "/proc", .from = op->from};

    if ((in->plan->clone_flags & CLONE_NEWPID) || in->plan->spec->pidns.fd >= 0)
        return 0;
    return open_bind(in, &bind, s);
}

static int open_source(struct inside *in, const struct mount_op *op, struct source *s)
{
    switch (op->kind) {
    case MOUNT_BIND:
        return open_bind(in, op, s);
    case MOUNT_BIND_FD:
        return open_bind_fd(in, op, s);
    case MOUNT_OVERLAY:
        return open_overlay(in, op, s);
    case MOUNT_PROC:
        return open_proc(in, op, s);
    default:
        return 0;
    }
}

int sources_open(struct inside *in)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < in->plan->mount_count; i++)
        r = open_source(in, &in->plan->mounts[i], &in->sources[i]);
    return r;
}
