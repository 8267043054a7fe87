/* --bind-data, and files of the plan's own: a private file, bound. It lives unlinked in the scratch tmpfs. */
#include "base/fd.h"
#include "inside/copy.h"
#include "inside/destination.h"
#include "inside/operations.h"
#include "inside/scratch.h"
#include <string.h>

int op_bind_data(struct inside *in, const struct mount_op *op, struct source *s HUSK_UNUSED)
{
    HUSK_FD int file = scratch_file(in, op, op->perms_set ? op->perms : 0600), tree = FD_NONE;
    int r;

    if (file < 0)
        return file;
    r = op->text ? fd_write_all(file, op->text, strlen(op->text)) : copy_fd(op->fd, file);
    if (r < 0)
        return inside_fail(in, -r, &op->from, "Can't write data to file %s", op->dest);
    fd_closep(&file);
    tree = scratch_bind(in, op);
    if (tree < 0)
        return tree;
    if ((r = source_restrict(in, tree, op)) < 0 || (r = dest_mount(in, tree, op, false)) < 0)
        return r;
    return scratch_unlink(in, op);
}
