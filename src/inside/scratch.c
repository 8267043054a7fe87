#include "inside/scratch.h"
#include "base/fd.h"
#include "base/syscalls.h"
#include <sys/stat.h>
#include <unistd.h>

static const char name[] = "file", empty[] = "empty";

int scratch_file(struct inside *in, const struct mount_op *op, mode_t mode)
{
    int fd = openat(in->scratch, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode);

    if (fd < 0)
        return inside_fail(in, errno, &op->from, "Can't create tmpfile for %s", op->dest);
    return fd;
}

static int bind_of(struct inside *in, const char *file)
{
    return sys_open_tree(in->scratch, file, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
}

static int bind_fail(struct inside *in, const struct mount_op *op)
{
    return inside_fail(in, errno, &op->from, "binding a file of husk's own on %s", op->dest);
}

int scratch_bind(struct inside *in, const struct mount_op *op)
{
    int tree = bind_of(in, name);

    return tree < 0 ? bind_fail(in, op) : tree;
}

int scratch_empty(struct inside *in, const struct mount_op *op)
{
    int tree = bind_of(in, empty);
    HUSK_FD int made = FD_NONE;

    if (tree < 0 && errno == ENOENT) {
        made = openat(in->scratch, empty, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444);
        if (made < 0)
            return inside_fail(in, errno, &op->from, "Can't create tmpfile for %s", op->dest);
        tree = bind_of(in, empty);
    }
    return tree < 0 ? bind_fail(in, op) : tree;
}

int scratch_unlink(struct inside *in, const struct mount_op *op)
{
    if (unlinkat(in->scratch, name, 0) < 0)
        return inside_fail(in, errno, &op->from, "Can't unlink tmpfile for %s", op->dest);
    return 0;
}
