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

/* Cuts PATH into its folder and last name. 0 or -errno. */
static int split(const char *path, char folder[PATH_MAX], char name[NAME_MAX + 1])
{
    size_t end = strlen(path), start;

    while (end > 1 && path[end - 1] == '/')
        end--;
    for (start = end; start > 0 && path[start - 1] != '/'; start--)
        ;
    if (end >= PATH_MAX || end - start > NAME_MAX)
        return -ENAMETOOLONG;
    memcpy(name, path + start, end - start);
    name[end - start] = 0;
    memcpy(folder, path, start);
    strcpy(folder + start, start ? "" : "/");
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

int dest_mountpoint(struct inside *in, const struct mount_op *op, bool is_dir)
{
    int fd = resolve_in_root(in->root, op->dest, O_PATH);

    if (fd == -ENOENT)
        fd = make_mountpoint(in, op->dest, is_dir);
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

/* Is FD the folder that in->root is. Nothing else can lead there but / itself. */
static bool is_root(const struct inside *in, int fd)
{
    struct stat a, b;

    return fstat(fd, &a) == 0 && fstat(in->root, &b) == 0 && a.st_dev == b.st_dev &&
           a.st_ino == b.st_ino;
}

int dest_attach(struct inside *in, int tree, int at, const struct mount_op *op)
{
    bool on_root = is_root(in, at);

    if (sys_move_mount(tree, "", at, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) < 0)
        return inside_fail(in, errno, &op->from, "mounting on %s", op->dest);
    if (!on_root)
        return 0;
    /* A lookup from the covered root's fd would stay below the new mount. */
    in->stacked++;
    fd_closep(&in->root);
    in->root = fcntl(tree, F_DUPFD_CLOEXEC, 0);
    return in->root < 0 ? inside_fail(in, errno, &op->from, "mounting on %s", op->dest) : 0;
}

int dest_mount(struct inside *in, int tree, const struct mount_op *op, bool is_dir)
{
    HUSK_FD int at = dest_mountpoint(in, op, is_dir);

    return at < 0 ? at : dest_attach(in, tree, at, op);
}
