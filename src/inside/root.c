/*
 * The new root: an empty tmpfs, mounted over the old root. Paths that start at "/" still begin at the
 * old one, since a process's root does not move when something is mounted on it; the new tree is only
 * reached through in->root. So there is never a path inside that leads out.
 */
#include "base/fd.h"
#include "base/syscalls.h"
#include "inside/destination.h"
#include "inside/filesystem.h"
#include "inside/operations.h"
#include <sched.h>
#include <sys/stat.h>
#include <unistd.h>

/* Without a new user namespace the copied mounts are still shared with the host. */
static int stop_propagation(struct inside *in)
{
    if (in->plan->clone_flags & CLONE_NEWUSER)
        return 0; /* mount_namespaces(7): shared mounts of a less privileged one are slaves */
    if (sys_mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) < 0)
        return inside_fail(in, errno, NULL, "Failed to make / slave");
    return 0;
}

static int stack_on_old_root(struct inside *in, int mount, const char *what)
{
    if (sys_move_mount(mount, "", AT_FDCWD, "/", MOVE_MOUNT_F_EMPTY_PATH) < 0)
        return inside_fail_hint(in, HINT_MOUNT_API, errno, NULL, "mounting %s", what);
    return 0;
}

static bool needs_scratch(const struct plan *plan)
{
    for (size_t i = 0; i < plan->mount_count; i++) {
        const struct mount_op *op = &plan->mounts[i];

        if (op->kind == MOUNT_BIND_DATA || op->kind == MOUNT_MASK ||
            op->kind == MOUNT_OVERLAY || (op->kind == MOUNT_PROC && proc_needs_masks(plan)))
            return true;
    }
    return false;
}

int root_make(struct inside *in)
{
    const struct mount_op plain = {.kind = MOUNT_TMPFS};
    int r = stop_propagation(in);

    if (r < 0)
        return r;
    if (needs_scratch(in->plan)) {
        r = in->scratch = fs_tmpfs(in, &plain);
        if (r < 0 || (r = stack_on_old_root(in, in->scratch, "a scratch tmpfs")) < 0)
            return r;
        in->stacked++;
    }
    r = fs_tmpfs(in, &plain);
    if (r < 0 || (r = dest_set_root(in, r)) < 0 ||
        (r = landlock_allow(in, in->root, in->plan->landlock.root, NULL)) < 0)
        return r;
    return stack_on_old_root(in, in->root, "the root tmpfs");
}

int root_enter(struct inside *in)
{
    /* pivot_root(2), "pivot_root(".", ".")": the old root comes to lie on the new one, and goes. */
    if (fchdir(in->root) < 0)
        return inside_fail(in, errno, NULL, "chdir to the new root");
    if (sys_pivot_root(".", ".") < 0)
        return inside_fail_hint(in, HINT_MOUNT_API, errno, NULL, "pivot_root");
    /* It took with it what was stacked on it, and umount(2) takes the topmost one each time. */
    for (unsigned n = in->stacked + 1; n > 0; n--)
        if (sys_umount2(".", MNT_DETACH) < 0)
            return inside_fail(in, errno, NULL, "unmount old root");
    if (chdir("/") < 0)
        return inside_fail(in, errno, NULL, "chdir /");
    in->entered = true;
    fd_closep(&in->scratch);
    return 0;
}
