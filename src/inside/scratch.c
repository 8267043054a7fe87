#include "inside/scratch.h"
#include "base/fd.h"
#include "base/syscalls.h"
#include <sys/stat.h>
#include <unistd.h>

static const char name[] = "file";

int scratch_file(struct inside *in, const struct mount_op *op, mode_t mode)
{
    int fd = openat(in->scratch, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode);

    if (fd < 0)
        return inside_fail(in, errno, &op->from, "Can't create tmpfile for %s", op->dest);
    return fd;
}

int scratch_bind(struct inside *in, const struct mount_op *op)
{
    int tree = sys_open_tree(in->scratch, name, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);

    if (tree < 0)
        return inside_fail(in, errno, &op->from, "binding a file of husk's own on %s", op->dest);
    return tree;
}

int scratch_unlink(struct inside *in, const struct mount_op *op)
{
    if (unlinkat(in->scratch, name, 0) < 0)
        return inside_fail(in, errno, &op->from, "Can't unlink tmpfile for %s", op->dest);
    return 0;
}
