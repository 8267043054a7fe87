#include "inside/destination.h"
#include "base/fd.h"
#include "base/resolve.h"
#include "base/str.h"
#include "base/syscalls.h"
#include "inside/filesystem.h"
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Asked before a mount point, or a folder on the way to one, is made in FOLDER. */
static int may_make(int folder, void *arg)
{
    struct inside *in = arg;
    struct stat st;

    if (in->plan->spec->host_mountpoints)
        return 0;
    if (fstat(folder, &st) < 0)
        return -errno;
    if (fs_is_own(in, st.st_dev))
        return 0;
    in->refused_host_mountpoint = true;
    return -ENOENT;
}

static int may_always(int folder HUSK_UNUSED, void *arg HUSK_UNUSED)
{
    return 0;
}

/* Is the last of PATH's first END bytes a slash, or a "." after one: the name is before it. */
static bool is_padding(const char *path, size_t end)
{
    return path[end - 1] == '/' || (path[end - 1] == '.' && path[end - 2] == '/');
}

/* Cuts PATH into its folder and last name. 0 or -errno. */
static int split(const char *path, char folder[PATH_MAX], char name[NAME_MAX + 1])
{
    size_t end = strlen(path), start;

    while (end > 1 && is_padding(path, end))
        end--;
    for (start = end; start > 0 && path[start - 1] != '/'; start--)
        ;
    if (end >= PATH_MAX || end - start > NAME_MAX)
        return -ENAMETOOLONG;
    memcpy(name, path + start, end - start);
    name[end - start] = 0;
    memcpy(folder, path, start);
    str_copy(folder + start, PATH_MAX - start, start ? "" : "/");
    if (!name[0] || streq(name, ".") || streq(name, ".."))
        return -EISDIR; /* there is nothing that could be made under such a name */
    return 0;
}

static int parent_of(struct inside *in, const char *path, may_make_in *may, char name[NAME_MAX + 1])
{
    char folder[PATH_MAX];
    int r = split(path, folder, name);

    return r < 0 ? r : resolve_make_dirs(in->root, folder, may, in);
}

/* Makes the mount point, which is missing. An O_PATH fd or -errno. */
static int make_mountpoint(struct inside *in, const char *path, bool is_dir)
{
    char name[NAME_MAX + 1];
    HUSK_FD int folder = parent_of(in, path, may_make, name), fd = FD_NONE;
    int r;

    if (folder < 0)
        return folder;
    r = may_make(folder, in);
    if (r < 0)
        return r;
    if (is_dir) {
        if (mkdirat(folder, name, 0755) < 0)
            return -errno;
    } else {
        fd = openat(folder, name, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0444);
        if (fd < 0)
            return -errno;
        fd_closep(&fd);
    }
    fd = openat(folder, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    return fd < 0 ? -errno : TAKE_FD(&fd);
}

/* Where the link at PATH leads to, in TARGET, which may be PATH. 0 or -errno; -EINVAL: there is no link. */
static int follow(struct inside *in, const char *path, char target[PATH_MAX])
{
    char folder[PATH_MAX], name[NAME_MAX + 1], text[PATH_MAX];
    HUSK_FD int at = FD_NONE;
    ssize_t n;
    int r = split(path, folder, name);

    if (r < 0)
        return r;
    at = resolve_in_root(in->root, folder, O_PATH | O_DIRECTORY);
    if (at < 0)
        return at;
    n = readlinkat(at, name, text, sizeof text - 1);
    if (n < 0)
        return -errno;
    text[n] = 0;
    if (strlen(folder) + (size_t)n >= PATH_MAX)
        return -ENAMETOOLONG;
    str_format(target, PATH_MAX, "%s%s", text[0] == '/' ? "" : folder, text);
    return 0;
}

/*
 * A file of husk's own goes to where a link leads that leads nowhere yet: the host's /etc/resolv.conf is one to a
 * folder below /run, of which a sandbox has its own.
 */
static int make_where_it_leads(struct inside *in, const char *path)
{
    enum { LINKS = 8 };
    char target[PATH_MAX];

    for (int i = 0; i < LINKS && follow(in, path, target) == 0; i++)
        path = target;
    return make_mountpoint(in, path, false);
}

int dest_mountpoint(struct inside *in, const struct mount_op *op, bool is_dir)
{
    int fd = resolve_in_root(in->root, op->dest, O_PATH);

    if (fd == -ENOENT)
        fd = op->text && !is_dir ? make_where_it_leads(in, op->dest) : make_mountpoint(in, op->dest, is_dir);
    if (fd >= 0)
        return fd;
    if (in->refused_host_mountpoint)
        return inside_fail_hint(in, HINT_HOST_MOUNTPOINT, 0, &op->from,
                                "%s does not exist, and would have to be made in a folder of the host",
                                op->dest);
    return inside_fail(in, -fd, &op->from, is_dir ? "Can't mkdir %s" : "Can't create file at %s",
                       op->dest);
}

int dest_existing(struct inside *in, const struct mount_op *op)
{
    int fd = resolve_in_root(in->root, op->dest, O_PATH);

    return fd >= 0 ? fd : inside_fail(in, -fd, &op->from, "Can't find %s inside", op->dest);
}

int dest_parent(struct inside *in, const struct mount_op *op, char name[NAME_MAX + 1])
{
    int fd = parent_of(in, op->dest, may_always, name);

    return fd >= 0 ? fd : inside_fail(in, -fd, &op->from, "Can't mkdir parents for %s", op->dest);
}

int dest_folder(struct inside *in, const char *path, char name[NAME_MAX + 1])
{
    char folder[PATH_MAX];
    int r = split(path, folder, name);

    return r < 0 ? r : resolve_in_root(in->root, folder, O_PATH | O_DIRECTORY);
}

int dest_set_root(struct inside *in, int fd)
{
    struct statx st;

    if (sys_statx(fd, "", AT_EMPTY_PATH, STATX_MNT_ID, &st) < 0)
        return inside_fail(in, errno, NULL, "looking at the new root");
    in->root = fd;
    in->root_mount = st.stx_mnt_id;
    return 0;
}

/* Is FD the place where in->root is: its mount, and the top of that. The file alone would not tell, as
 * the same folder may be bound elsewhere too. 1, 0, or negative, noted. */
static int is_root(struct inside *in, int fd, const struct mount_op *op)
{
    struct statx st;

    if (sys_statx(fd, "", AT_EMPTY_PATH, STATX_MNT_ID, &st) < 0)
        return inside_fail(in, errno, &op->from, "looking at %s inside", op->dest);
    return st.stx_mnt_id == in->root_mount && (st.stx_attributes & STATX_ATTR_MOUNT_ROOT);
}

/* Of a folder on a file, or a file on a folder, the kernel says EINVAL, which can be so much. */
static int attach_errno(int err, int tree, int at)
{
    struct stat what, where;

    if (err != EINVAL || fstat(tree, &what) < 0 || fstat(at, &where) < 0 ||
        S_ISDIR(what.st_mode) == S_ISDIR(where.st_mode))
        return err;
    return S_ISDIR(what.st_mode) ? ENOTDIR : EISDIR;
}

int dest_attach(struct inside *in, int tree, int at, const struct mount_op *op)
{
    int on_root = is_root(in, at, op);

    if (on_root < 0)
        return on_root;
    if (sys_move_mount(tree, "", at, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) < 0)
        return inside_fail(in, attach_errno(errno, tree, at), &op->from, "mounting on %s", op->dest);
    if (!on_root)
        return 0;
    /* A lookup from the covered root's fd would stay below the new mount. */
    in->stacked++;
    fd_closep(&in->root);
    at = fcntl(tree, F_DUPFD_CLOEXEC, 0);
    if (at < 0)
        return inside_fail(in, errno, &op->from, "mounting on %s", op->dest);
    return dest_set_root(in, at);
}

/*
 * The short way, for most mounts: in a folder of a file system made here the mount point is made at
 * once, without looking first. 1: mounted; 0: something is there, or it is for the long way to say what
 * is wrong; negative: failed, noted.
 */
static int mount_on_new(struct inside *in, int tree, const struct mount_op *op, bool is_dir)
{
    char name[NAME_MAX + 1];
    HUSK_FD int folder = dest_folder(in, op->dest, name), file = FD_NONE;
    struct stat st;

    if (folder < 0 || fstat(folder, &st) < 0 || !fs_is_own(in, st.st_dev))
        return 0;
    if (is_dir && mkdirat(folder, name, 0755) < 0)
        return 0;
    if (!is_dir && (file = openat(folder, name, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0444)) < 0)
        return 0;
    if (sys_move_mount(tree, "", folder, name, MOVE_MOUNT_F_EMPTY_PATH) < 0)
        return inside_fail(in, errno, &op->from, "mounting on %s", op->dest);
    return 1;
}

int dest_mount(struct inside *in, int tree, const struct mount_op *op, bool is_dir)
{
    HUSK_FD int at = FD_NONE;
    int r = mount_on_new(in, tree, op, is_dir);

    if (r == 0) {
        at = dest_mountpoint(in, op, is_dir);
        r = at < 0 ? at : dest_attach(in, tree, at, op);
    }
    return r < 0 ? r : landlock_allow(in, tree, op->rights, &op->from);
}
