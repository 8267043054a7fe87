#include "plan/names.h"
#include "spec/capname.h"
#include <ctype.h>
#include <linux/mount.h>
#include <sched.h>

const struct ns_name ns_names[] = {
    {CLONE_NEWUSER, "user", "ids and capabilities count as they do on the host"},
    {CLONE_NEWNS, "mount", "the host's mounts"},
    {CLONE_NEWPID, "pid", "the host's processes can be seen and signalled"},
    {CLONE_NEWNET, "network", "the host's network, its local services and abstract sockets"},
    {CLONE_NEWIPC, "ipc", "the host's System V IPC and message queues"},
    {CLONE_NEWUTS, "uts", "the host's name"},
    {CLONE_NEWCGROUP, "cgroup", "the host's cgroup paths can be seen"},
    {CLONE_NEWTIME, "time", "the host's monotonic and boot-time clocks"},
};
const size_t ns_name_count = ARRAY_SIZE(ns_names);

const struct attr_name attr_names[] = {
    {MOUNT_ATTR_RDONLY, "ro"},
    {MOUNT_ATTR_NOSUID, "nosuid"},
    {MOUNT_ATTR_NODEV, "nodev"},
    {MOUNT_ATTR_NOEXEC, "noexec"},
    {MOUNT_ATTR_NOSYMFOLLOW, "nosymfollow"},
};
const size_t attr_name_count = ARRAY_SIZE(attr_names);

static const char *const kind_names[] = {
    [MOUNT_BIND] = "bind",
    [MOUNT_BIND_FD] = "bind-fd",
    [MOUNT_REMOUNT_RO] = "remount-ro",
    [MOUNT_OVERLAY] = "overlay",
    [MOUNT_PROC] = "proc",
    [MOUNT_DEV] = "dev",
    [MOUNT_TMPFS] = "tmpfs",
    [MOUNT_MQUEUE] = "mqueue",
    [MOUNT_DIR] = "dir",
    [MOUNT_FILE] = "file",
    [MOUNT_BIND_DATA] = "bind-data",
    [MOUNT_TEXT] = "text",
    [MOUNT_SYMLINK] = "symlink",
    [MOUNT_CHMOD] = "chmod",
    [MOUNT_MASK] = "mask",
    [MOUNT_CGROUP] = "cgroup2",
    [MOUNT_MIRROR] = "ro-mirror",
    [MOUNT_CWD] = "cwd",
    [MOUNT_USER_FILES] = "user-files",
};

const char *mount_kind_name(enum mount_kind kind)
{
    return kind < ARRAY_SIZE(kind_names) ? kind_names[kind] : "unknown";
}

bool mount_kind_covers(enum mount_kind kind)
{
    switch (kind) {
    case MOUNT_BIND:
    case MOUNT_BIND_FD:
    case MOUNT_OVERLAY:
    case MOUNT_PROC:
    case MOUNT_DEV:
    case MOUNT_TMPFS:
    case MOUNT_MQUEUE:
    case MOUNT_BIND_DATA:
    case MOUNT_MASK:
    case MOUNT_CGROUP:
        return true;
    default:
        return false;
    }
}

uint64_t mount_op_attrs(const struct mount_op *op)
{
    if (!mount_kind_covers(op->kind))
        return 0;
    switch (op->kind) {
    case MOUNT_BIND:
    case MOUNT_BIND_FD:
        return op->attrs | MOUNT_ATTR_NOSUID | (op->dev ? 0 : MOUNT_ATTR_NODEV);
    case MOUNT_PROC:
    case MOUNT_MQUEUE:
    case MOUNT_MASK:
    case MOUNT_CGROUP:
        return MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;
    default:
        return op->attrs | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV;
    }
}

bool mount_op_is_ro(const struct mount_op *op)
{
    return op->ro || op->kind == MOUNT_MASK ||
           (op->kind == MOUNT_OVERLAY && op->overlay == OVERLAY_RO);
}

const char *cap_display_name(unsigned cap)
{
    const char *name = cap_name(cap);
    char *shown;

    if (!name)
        return arena_printf("capability %u", cap);
    shown = arena_printf("CAP_%s", name);
    for (char *c = shown; *c; c++)
        *c = (char)toupper((unsigned char)*c);
    return shown;
}
