/*
 * The cgroup of the sandbox, from inside. The host side puts the child there and sets the limits one level
 * above (host/cgroup.h), so that the root of the child's cgroup namespace, all that it can ever mount, holds
 * none of them.
 */
#include "base/fd.h"
#include "base/str.h"
#include "base/syscalls.h"
#include "inside/destination.h"
#include "inside/filesystem.h"
#include "inside/operations.h"
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int cgroup_enter(struct inside *in)
{
    const struct plan_cgroup *c = &in->plan->cgroup;
    int r;

    if (c->how == CGROUP_NONE || in->in_cgroup)
        return 0;
    if ((r = inside_wait(in, GATE_ADOPTED, "the cgroup")) < 0)
        return r;
    if (sys_unshare(CLONE_NEWCGROUP) < 0)
        return inside_fail_hint(in, HINT_USERNS, errno, c->from, "making the cgroup namespace");
    in->in_cgroup = true;
    return 0;
}

/* Enables for the children of CGROUP all that it has itself. */
static int enable_all(struct inside *in, const struct mount_op *op, int cgroup)
{
    HUSK_FD int fd = openat(cgroup, "cgroup.controllers", O_RDONLY | O_CLOEXEC);
    char names[256] = "", line[512] = "";
    ssize_t n = fd < 0 ? -errno : fd_read_full(fd, names, sizeof names - 1);
    size_t used = 0;
    int r;

    if (n < 0)
        return inside_fail(in, (int)-n, &op->from, "reading %s/cgroup.controllers", op->dest);
    for (char *name = names; *name;) {
        size_t length = strcspn(name, " \n");

        if (length)
            used += (size_t)snprintf(line + used, sizeof line - used, "+%.*s ", (int)length, name);
        name += length + (name[length] != 0);
    }
    r = used ? fd_write_file_at(cgroup, "cgroup.subtree_control", line) : 0;
    return r < 0 ? inside_fail(in, -r, &op->from, "writing %s/cgroup.subtree_control", op->dest) : 0;
}

/*
 * --cgroup-fs. A cgroup whose children have controllers cannot have processes of its own, so all of the sandbox
 * goes into a child of it, as in a container whose init is systemd.
 */
int op_cgroup(struct inside *in, const struct mount_op *op, struct source *s HUSK_UNUSED)
{
    const uint64_t attrs = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;
    int r = cgroup_enter(in);
    HUSK_FD int mount = r < 0 ? r : fs_new(in, "cgroup2", NULL, 0, attrs, HINT_MOUNT_API, &op->from);

    if (mount < 0)
        return mount;
    if (mkdirat(mount, "init", 0755) < 0)
        return inside_fail(in, errno, &op->from, "making %s/init", op->dest);
    r = fd_write_file_at(mount, "init/cgroup.procs", "0");
    if (r < 0)
        return inside_fail(in, -r, &op->from, "entering %s/init", op->dest);
    r = enable_all(in, op, mount);
    return r < 0 ? r : dest_mount(in, mount, op, true);
}
