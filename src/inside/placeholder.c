#include "inside/placeholder.h"
#include "base/fd.h"
#include "base/syscalls.h"
#include "inside/filesystem.h"
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* By its mode, and since somebody holds it, if only to remove it: a folder that a user gave that mode is
 * not one. */
bool placeholder_is(int fd)
{
    HUSK_FD int own = FD_NONE;
    struct stat st;

    if (fstat(fd, &st) < 0 || !gate_is_placeholder_mode(st.st_mode))
        return false;
    own = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC); /* FD is an O_PATH one */
    return own >= 0 && flock(own, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK;
}

bool placeholder_is_ours(const struct inside *in, int folder)
{
    struct stat st;

    return fstat(folder, &st) == 0 && fs_is_own(in, st.st_dev);
}

/* Locks NAME in FOLDER and gives the guardian the lock to hold. 1: done; 0: it was removed meanwhile,
 * try again; or negative, noted. */
static int hold(struct inside *in, const struct mount_op *op, int folder, const char *name,
                mode_t mode)
{
    HUSK_FD int fd = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    struct stat held, there;
    int r;

    if (fd < 0 && errno == ENOENT)
        return 0;
    if (fd < 0 || flock(fd, LOCK_SH) < 0 || fstat(fd, &held) < 0)
        return inside_fail(in, errno, &op->from, "masking %s", op->dest);
    if (fstatat(folder, name, &there, AT_SYMLINK_NOFOLLOW) < 0 || there.st_ino != held.st_ino)
        return 0;
    /* What another sandbox masks is a way for us: what we put there must be removable. */
    if (mode == PLACEHOLDER_OPEN && (held.st_mode & 07777) == PLACEHOLDER_CLOSED)
        fchmod(fd, PLACEHOLDER_OPEN);
    r = gate_send(in->guardian, GATE_HELD, 0, fd);
    if (r < 0)
        return inside_fail(in, -r, &op->from, "telling the guardian of %s", op->dest);
    /* The guardian may be killed; the lock then lasts as long as the sandbox's first process. */
    *in_hold(in) = TAKE_FD(&fd);
    return 1;
}

/* Tells the guardian once whose end to wait for. */
static int announce_self(struct inside *in, const struct mount_op *op)
{
    HUSK_FD int self = FD_NONE;
    int r;

    if (in->guardian_knows)
        return 0;
    self = sys_pidfd_open(getpid());
    r = self < 0 ? -errno : gate_send(in->guardian, GATE_CHILD, 0, self);
    if (r < 0)
        return inside_fail(in, -r, &op->from, "telling the guardian of %s", op->dest);
    in->guardian_knows = true;
    return 0;
}

static int announce(struct inside *in, const struct mount_op *op, int folder, const char *name)
{
    struct gate_message m = {.kind = GATE_PLACEHOLDER};
    int r = announce_self(in, op);

    if (r < 0)
        return r;
    snprintf(m.text, sizeof m.text, "%s", name);
    r = gate_send_message(in->guardian, &m, folder);
    return r < 0 ? inside_fail(in, -r, &op->from, "telling the guardian of %s", op->dest) : 0;
}

/* Does FOLDER belong to somebody whom the command cannot be, so that it cannot change its mode either?
 * The kernel shows all of those as one, the overflow id; the command may be that one only alone. */
static bool is_foreign(const struct inside *in, int folder)
{
    const struct plan_ids *ids = &in->plan->ids;
    struct stat st;

    return ids->how == IDS_SINGLE && fstat(folder, &st) == 0 &&
           st.st_uid != ids->uid_map[0].inside;
}

int placeholder_make(struct inside *in, const struct mount_op *op, int folder, const char *name,
                     bool last)
{
    mode_t mode = last ? PLACEHOLDER_CLOSED : PLACEHOLDER_OPEN;
    int r = announce(in, op, folder, name);

    while (r == 0) {
        if (mkdirat(folder, name, mode) < 0 && errno != EEXIST) {
            if (errno == EROFS || (errno == EACCES && is_foreign(in, folder)))
                return 0;
            return inside_fail(in, errno, &op->from, "masking %s, which does not exist", op->dest);
        }
        r = hold(in, op, folder, name, mode);
    }
    return r;
}
