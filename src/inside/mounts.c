/* Every operation of the plan, strictly in order. */
#include "base/fd.h"
#include "base/syscalls.h"
#include "inside/destination.h"
#include "inside/filesystem.h"
#include "inside/operations.h"

static mount_operation *const operations[] = {
    [MOUNT_BIND] = op_bind,           [MOUNT_BIND_FD] = op_bind,
    [MOUNT_REMOUNT_RO] = op_remount_ro, [MOUNT_OVERLAY] = op_overlay,
    [MOUNT_PROC] = op_proc,           [MOUNT_DEV] = op_dev,
    [MOUNT_TMPFS] = op_tmpfs,         [MOUNT_MQUEUE] = op_mqueue,
    [MOUNT_DIR] = op_dir,             [MOUNT_FILE] = op_file,
    [MOUNT_BIND_DATA] = op_bind_data, [MOUNT_TEXT] = op_text,
    [MOUNT_SYMLINK] = op_symlink,     [MOUNT_CHMOD] = op_chmod,
    [MOUNT_MASK] = op_mask,           [MOUNT_CGROUP] = op_cgroup,
};

int mounts_make(struct inside *in)
{
    for (size_t i = 0; i < in->plan->mount_count; i++) {
        const struct mount_op *op = &in->plan->mounts[i];
        mount_operation *run = op->kind < ARRAY_SIZE(operations) ? operations[op->kind] : NULL;
        int r;

        if (!run)
            return inside_fail(in, 0, &op->from, "operation %d is not known inside", (int)op->kind);
        r = run(in, op, &in->sources[i]);
        if (r < 0)
            return r;
        fd_closep(&in->sources[i].fd);
    }
    return 0;
}

int op_bind(struct inside *in, const struct mount_op *op, struct source *s)
{
    if (s->fd < 0)
        return 0; /* a -try whose source is not there */
    return dest_mount(in, s->fd, op, s->is_dir);
}

int op_tmpfs(struct inside *in, const struct mount_op *op, struct source *s HUSK_UNUSED)
{
    HUSK_FD int mount = fs_tmpfs(in, op);

    return mount < 0 ? mount : dest_mount(in, mount, op, true);
}

/* One mount, not those below it; only the flag is added, whatever else it has stays. */
int op_remount_ro(struct inside *in, const struct mount_op *op, struct source *s HUSK_UNUSED)
{
    struct mount_attr ro = {.attr_set = MOUNT_ATTR_RDONLY};
    HUSK_FD int at = dest_existing(in, op);

    if (at < 0)
        return at;
    if (sys_mount_setattr(at, "", AT_EMPTY_PATH, &ro) < 0)
        return inside_fail(in, errno, &op->from, "Can't remount readonly on %s", op->dest);
    return 0;
}
