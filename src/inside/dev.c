/*
 * A minimal /dev: the harmless devices of the host, bound one by one and checked to be what their name
 * says; a devpts of its own, so that no terminal of the host can be reached; the usual links.
 */
#include "base/fd.h"
#include "base/syscalls.h"
#include "inside/destination.h"
#include "inside/filesystem.h"
#include "inside/operations.h"
#include <stdio.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* As Documentation/admin-guide/devices.txt of the kernel numbers them. */
static const struct {
    const char *name;
    unsigned major, minor;
} devices[] = {
    {"null", 1, 3}, {"zero", 1, 5}, {"full", 1, 7}, {"random", 1, 8}, {"urandom", 1, 9}, {"tty", 5, 0},
};

static const struct {
    const char *name, *target;
} links[] = {
    {"stdin", "/proc/self/fd/0"}, {"stdout", "/proc/self/fd/1"}, {"stderr", "/proc/self/fd/2"},
    {"fd", "/proc/self/fd"},      {"core", "/proc/kcore"},       {"ptmx", "pts/ptmx"},
};

/* Binds the host's device PATH, whose number must be RDEV, on a new file NAME in DEV. */
static int bind_device(struct inside *in, const struct mount_op *op, int dev, const char *path,
                       const char *name, dev_t rdev)
{
    struct mount_attr attr = {.attr_set = MOUNT_ATTR_NOSUID};
    HUSK_FD int tree = sys_open_tree(AT_FDCWD, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
    HUSK_FD int at = FD_NONE;
    struct stat st;

    if (tree < 0 || fstat(tree, &st) < 0)
        return inside_fail(in, errno, &op->from, "Can't find source path %s", path);
    if (!S_ISCHR(st.st_mode) || st.st_rdev != rdev)
        return inside_fail(in, 0, &op->from, "%s is not the device it should be", path);
    at = openat(dev, name, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0444);
    if (at < 0)
        return inside_fail(in, errno, &op->from, "Can't create file %s/%s", op->dest, name);
    if (sys_mount_setattr(tree, "", AT_EMPTY_PATH, &attr) < 0 ||
        sys_move_mount(tree, "", at, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) < 0)
        return inside_fail(in, errno, &op->from, "binding %s on %s/%s", path, op->dest, name);
    return 0;
}

static int bind_devices(struct inside *in, const struct mount_op *op, int dev)
{
    for (size_t i = 0; i < ARRAY_SIZE(devices); i++) {
        char path[32];
        int r;

        snprintf(path, sizeof path, "/dev/%s", devices[i].name);
        r = bind_device(in, op, dev, path, devices[i].name,
                        makedev(devices[i].major, devices[i].minor));
        if (r < 0)
            return r;
    }
    return 0;
}

static int make_links(struct inside *in, const struct mount_op *op, int dev)
{
    for (size_t i = 0; i < ARRAY_SIZE(links); i++)
        if (symlinkat(links[i].target, dev, links[i].name) < 0)
            return inside_fail(in, errno, &op->from, "Can't create symlink %s/%s", op->dest,
                               links[i].name);
    if (mkdirat(dev, "shm", 0755) < 0)
        return inside_fail(in, errno, &op->from, "Can't create %s/shm", op->dest);
    return 0;
}

/* Kernels before 6.15 attach nothing to what is itself detached: DEV is in place by now. */
static int mount_devpts(struct inside *in, const struct mount_op *op, int dev)
{
    static const struct fs_option options[] = {
        {"newinstance", NULL}, {"ptmxmode", "0666"}, {"mode", "620"}};
    HUSK_FD int mount = FD_NONE;

    if (mkdirat(dev, "pts", 0755) < 0)
        return inside_fail(in, errno, &op->from, "Can't create %s/pts", op->dest);
    mount = fs_new(in, "devpts", options, ARRAY_SIZE(options), MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC,
                   HINT_DEVPTS, &op->from);
    if (mount < 0)
        return mount;
    if (sys_move_mount(mount, "", dev, "pts", MOVE_MOUNT_F_EMPTY_PATH) < 0)
        return inside_fail(in, errno, &op->from, "Can't mount devpts on %s/pts", op->dest);
    return 0;
}

/* The terminal that husk's stdout is, and no other file that its path may lead to by now. */
static int bind_console(struct inside *in, const struct mount_op *op, int dev)
{
    struct stat st;

    if (!in->plan->tty)
        return 0;
    if (fstat(STDOUT_FILENO, &st) < 0)
        return inside_fail(in, errno, &op->from, "looking at the terminal");
    return bind_device(in, op, dev, in->plan->tty, "console", st.st_rdev);
}

int op_dev(struct inside *in, const struct mount_op *op, struct source *s HUSK_UNUSED)
{
    HUSK_FD int dev = fs_tmpfs(in, op);
    int r;

    if (dev < 0)
        return dev;
    if ((r = dest_mount(in, dev, op, true)) < 0 || (r = bind_devices(in, op, dev)) < 0 ||
        (r = make_links(in, op, dev)) < 0 || (r = mount_devpts(in, op, dev)) < 0)
        return r;
    return bind_console(in, op, dev);
}
