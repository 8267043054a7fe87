/* Folders, files, links and permissions in the new tree. */
#include "base/fd.h"
#include "base/resolve.h"
#include "base/str.h"
#include "base/syscalls.h"
#include "inside/copy.h"
#include "inside/destination.h"
#include "inside/filesystem.h"
#include "inside/operations.h"
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int op_dir(struct inside *in, const struct mount_op *op, struct source *s HUSK_UNUSED)
{
    char name[NAME_MAX + 1];
    HUSK_FD int there = resolve_in_root(in->root, op->dest, O_PATH | O_DIRECTORY), folder = FD_NONE;

    if (there >= 0)
        return 0;
    folder = dest_parent(in, op, name);
    if (folder < 0)
        return folder;
    if (mkdirat(folder, name, op->perms_set ? op->perms : 0755) < 0)
        return inside_fail(in, errno, &op->from, "Can't mkdir %s", op->dest);
    return 0;
}

/* Opens OP's destination for writing, emptied; made with MODE if it is missing. An fd, or negative. */
static int create_file(struct inside *in, const struct mount_op *op, mode_t mode)
{
    char name[NAME_MAX + 1];
    HUSK_FD int folder = dest_parent(in, op, name);
    /* O_NONBLOCK: a FIFO without a reader is an error, and not waited for. */
    const int flags = O_WRONLY | O_CREAT | O_TRUNC | O_NOCTTY | O_NONBLOCK;
    int fd;

    if (folder < 0)
        return folder;
    fd = sys_openat2(in->root, op->dest, (uint64_t)flags, mode,
                     RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);
    if (fd < 0 && errno == ENOSYS)
        fd = openat(folder, name, flags | O_NOFOLLOW | O_CLOEXEC, mode);
    return fd >= 0 ? fd : inside_fail(in, errno, &op->from, "Can't create file %s", op->dest);
}

int op_file(struct inside *in, const struct mount_op *op, struct source *s HUSK_UNUSED)
{
    HUSK_FD int to = create_file(in, op, op->perms_set ? op->perms : 0666);
    int r;

    if (to < 0)
        return to;
    r = copy_fd(op->fd, to);
    if (r < 0)
        return inside_fail(in, -r, &op->from, "Can't write data to file %s", op->dest);
    return landlock_allow(in, to, op->rights, &op->from);
}

int op_text(struct inside *in, const struct mount_op *op, struct source *s HUSK_UNUSED)
{
    char name[NAME_MAX + 1];
    HUSK_FD int folder = dest_parent(in, op, name), to = FD_NONE;
    struct stat st;
    int r;

    if (folder < 0)
        return folder;
    /* Nobody named this file: it must not be one of the host's. */
    if (fstat(folder, &st) < 0 || !fs_is_own(in, st.st_dev))
        return inside_fail(in, 0, &op->from, "%s would be written in a folder of the host", op->dest);
    to = create_file(in, op, op->perms_set ? op->perms : 0644);
    if (to < 0)
        return to;
    r = fd_write_all(to, op->text, strlen(op->text));
    return r < 0 ? inside_fail(in, -r, &op->from, "Can't write data to file %s", op->dest) : 0;
}

/* The same link may stand there already: a second profile line, or a root that has it. */
static int check_same_link(struct inside *in, const struct mount_op *op, int folder,
                           const char *name)
{
    char text[PATH_MAX];
    ssize_t n = readlinkat(folder, name, text, sizeof text - 1);

    if (n < 0)
        return inside_fail(in, EEXIST, &op->from, "Can't make symlink at %s: existing destination is "
                           "not a symlink", op->dest);
    text[n] = 0;
    if (!streq(text, op->source))
        return inside_fail(in, 0, &op->from, "Can't make symlink at %s: existing destination is %s",
                           op->dest, text);
    return 0;
}

int op_symlink(struct inside *in, const struct mount_op *op, struct source *s HUSK_UNUSED)
{
    char name[NAME_MAX + 1];
    HUSK_FD int folder = dest_parent(in, op, name);

    if (folder < 0)
        return folder;
    if (symlinkat(op->source, folder, name) == 0)
        return 0;
    if (errno == EEXIST)
        return check_same_link(in, op, folder, name);
    return inside_fail(in, errno, &op->from, "Can't make symlink at %s", op->dest);
}

/* chmod(2) follows what /proc/self/fd/N stands for: the file that was looked up, and no other. */
int op_chmod(struct inside *in, const struct mount_op *op, struct source *s HUSK_UNUSED)
{
    char name[32];
    HUSK_FD int fd = dest_existing(in, op);

    if (fd < 0 || proc_open(in) < 0)
        return -EINVAL; /* noted by whichever it was */
    snprintf(name, sizeof name, "self/fd/%d", fd);
    if (fchmodat(in->proc, name, op->perms, 0) < 0)
        return inside_fail(in, errno, &op->from, "Can't chmod %#o %s", op->perms, op->dest);
    return 0;
}
