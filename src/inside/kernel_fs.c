/* procfs and mqueue. */
#include "base/fd.h"
#include "base/log.h"
#include "base/str.h"
#include "base/syscalls.h"
#include "inside/destination.h"
#include "inside/filesystem.h"
#include "inside/operations.h"
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NO_SUID_DEV_EXEC = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC };

int op_mqueue(struct inside *in, const struct mount_op *op, struct source *s HUSK_UNUSED)
{
    HUSK_FD int mount =
        fs_new(in, "mqueue", NULL, 0, NO_SUID_DEV_EXEC, HINT_MOUNT_API, &op->from);

    return mount < 0 ? mount : dest_mount(in, mount, op, true);
}

/*
 * Can none of the files below PROC's sys be written by us? They belong to the first root, whatever the capabilities
 * here, so one of them stands for all; but only where the command has no second id that could be that root's.
 */
static bool is_sys_safe(const struct inside *in, int proc)
{
    return in->plan->ids.how == IDS_SINGLE &&
           faccessat(proc, "sys/kernel/core_pattern", W_OK, 0) < 0 &&
           (errno == EACCES || errno == EROFS);
}

/*
 * Does NAME of PROC need a cover: not where it is missing, or cannot be written anyway. The folder sys says of
 * itself that it cannot be written, while the files below it can. A cover that is not needed does harm: where
 * there is one, the kernel refuses to mount a new procfs in a sandbox inside this one (mnt_already_visible()).
 * 1, 0, or negative, noted.
 */
static int needs_cover(struct inside *in, const struct mount_op *op, int proc, const char *name)
{
    bool sys = streq(name, "sys");
    int mode = sys ? F_OK : W_OK;

    if (sys && !in->plan->disable_userns && is_sys_safe(in, proc))
        return 0;
    if (faccessat(proc, name, mode, 0) == 0)
        return 1;
    if (errno == EACCES || errno == ENOENT || errno == EROFS)
        return 0;
    return inside_fail(in, errno, &op->from, "Can't access %s/%s", op->dest, name);
}

/* Covers NAME of the procfs PROC, which is attached, with a read-only bind of itself. */
static int cover(struct inside *in, const struct mount_op *op, int proc, const char *name)
{
    struct mount_attr ro = {.attr_set = MOUNT_ATTR_RDONLY | NO_SUID_DEV_EXEC};
    HUSK_FD int tree = FD_NONE, at = FD_NONE;
    int r = needs_cover(in, op, proc, name);

    if (r <= 0)
        return r;
    at = openat(proc, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    tree = sys_open_tree(proc, name,
                         OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE | AT_SYMLINK_NOFOLLOW);
    if (at < 0 || tree < 0 || sys_mount_setattr(tree, "", AT_EMPTY_PATH | AT_RECURSIVE, &ro) < 0 ||
        sys_move_mount(tree, "", at, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) < 0)
        return inside_fail(in, errno, &op->from, "covering %s/%s", op->dest, name);
    return 0;
}

/* ---- what the machine's root can read ------------------------------------------------------- */

bool proc_needs_masks(const struct plan *plan)
{
    const struct plan_ids *ids = &plan->ids;

    if (log_is_bwrap())
        return false;
    if (ids->how == IDS_NONE)
        return ids->real_uid == 0 || plan->spec->userns.fd >= 0;
    for (size_t i = 0; i < ids->uid_map_count; i++)
        if (ids->uid_map[i].outside == 0)
            return true;
    return ids->how == IDS_OUTSIDE; /* whoever writes the maps knows */
}

/*
 * Would FILE, which is NAME of PROC, tell a root inside more than it tells everybody? A user who is root in a
 * container only does not own it, and a mask would do harm there: see needs_cover(). With several ids the
 * command may have another one than we have now, so whatever is there is masked.
 */
static bool is_secret(const struct inside *in, int proc, const char *name, int file)
{
    enum id_how how = in->plan->ids.how;
    struct stat st;

    if (how == IDS_RANGES || how == IDS_OUTSIDE || fstat(file, &st) < 0)
        return true;
    if (faccessat(proc, name, R_OK, 0) < 0)
        return errno != EACCES;
    return st.st_uid == getuid() || !(st.st_mode & S_IROTH);
}

/* Masks NAME of the procfs PROC, which is attached, if it is there and tells too much. */
static int mask_secret(struct inside *in, const struct mount_op *op, int proc, const char *name)
{
    char path[PATH_MAX];
    struct mount_op mask = *op;
    HUSK_FD int file = openat(proc, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);

    if (file < 0 && errno == ENOENT)
        return 0;
    if (file < 0)
        return inside_fail(in, errno, &op->from, "masking %s/%s", op->dest, name);
    if (!is_secret(in, proc, name, file))
        return 0;
    snprintf(path, sizeof path, "%s/%s", op->dest, name);
    mask.dest = path; /* for messages */
    return mask_file(in, &mask, file);
}

/* The kernel's memory, logs and keys: what only root can read, or what shows more to root. */
static int mask_secrets(struct inside *in, const struct mount_op *op, int proc)
{
    static const char *const secrets[] = {
        "kcore",      "vmcore",      "kmsg",           "kpagecount",  "kpageflags", "kpagecgroup",
        "slabinfo",   "vmallocinfo", "pagetypeinfo",   "allocinfo",   "timer_list", "timer_stats",
        "sched_debug", "latency_stats", "keys",        "key-users",   "config.gz",
    };
    int r = 0;

    if (!proc_needs_masks(in->plan))
        return 0;
    for (size_t i = 0; r == 0 && i < ARRAY_SIZE(secrets); i++)
        r = mask_secret(in, op, proc, secrets[i]);
    return r;
}

int op_proc(struct inside *in, const struct mount_op *op, struct source *s)
{
    /* Where the host's root is root inside too, these would change the machine. */
    static const char *const covered[] = {"sys",  "sysrq-trigger", "irq",  "bus",
                                          "acpi", "asound",        "fs",   "mtrr", "scsi"};
    HUSK_FD int mount = TAKE_FD(&s->fd);
    int r;

    if (mount < 0)
        mount = fs_new(in, "proc", NULL, 0, NO_SUID_DEV_EXEC, HINT_PROCFS, &op->from);
    if (mount < 0)
        return mount;
    r = dest_mount(in, mount, op, true);
    for (size_t i = 0; r == 0 && i < ARRAY_SIZE(covered); i++)
        r = cover(in, op, mount, covered[i]);
    return r < 0 ? r : mask_secrets(in, op, mount);
}
