#include "inside/placeholder.h"
#include "base/fd.h"
#include "base/lock.h"
#include "base/syscalls.h"
#include "inside/filesystem.h"
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* How long others get, in milliseconds: to let go of a folder in which they are making or removing something, and to
 * remove what a killed sandbox left. Only tidiness depends on these, no protection. */
enum { PATIENCE_MS = 100, PATIENCE_FOR_LEFTOVER_MS = 50 };

int placeholder_may_be(int fd)
{
    struct stat st;

    return fstat(fd, &st) < 0 ? -errno : gate_is_placeholder_mode(st.st_mode);
}

/* Opens and holds NAME in FOLDER, so that nobody removes it. *RET_SHARED: somebody else holds it too.
 * An fd or -errno; -ENOENT: it is not there, or not any more. */
static int take(int folder, const char *name, bool *ret_shared)
{
    HUSK_FD int fd = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    struct stat held, there;
    int r = fd < 0 ? -errno : 0;

    if (r < 0)
        return r;
    r = lock_hold(fd);
    if (r < 0)
        return r;
    *ret_shared = lock_is_held(fd);
    if (fstat(fd, &held) < 0 || fstatat(folder, name, &there, AT_SYMLINK_NOFOLLOW) < 0 ||
        there.st_ino != held.st_ino)
        return -ENOENT;
    return TAKE_FD(&fd);
}

/* Hands the placeholder FD, which we hold, to the guardian as well, which is to remove it. */
static int hold(struct inside *in, const struct mount_op *op, int fd, mode_t mode)
{
    struct stat st;
    int r;

    /* Another sandbox's mask lies where we only pass through: what we make in it must be removable. */
    if (mode == PLACEHOLDER_OPEN && fstat(fd, &st) == 0 &&
        (st.st_mode & 07777) == PLACEHOLDER_CLOSED)
        fchmod(fd, PLACEHOLDER_OPEN);
    r = gate_send(in->guardian, GATE_HELD, 0, fd);
    return r < 0 ? inside_fail(in, -r, &op->from, "telling the guardian of %s", op->dest) : 0;
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

/* Nothing is there. 1: it was made, *RET_FD holds it; 0: somebody else was faster; 2: nobody can make
 * anything there; or negative, noted. */
static int make(struct inside *in, const struct mount_op *op, int folder, const char *name,
                mode_t mode, int *ret_fd)
{
    bool shared;
    int r = announce(in, op, folder, name);

    if (r < 0)
        return r;
    if (mkdirat(folder, name, mode) < 0) {
        if (errno == EEXIST)
            return 0;
        if (errno == EROFS || (errno == EACCES && is_foreign(in, folder)))
            return 2;
        return inside_fail(in, errno, &op->from, "masking %s, which does not exist", op->dest);
    }
    *ret_fd = take(folder, name, &shared);
    return *ret_fd == -ENOENT ? 0 : 1;
}

/*
 * The folder is busy, so that nobody makes or removes one meanwhile. What has the mode of a placeholder
 * and is held by nobody is one that a killed sandbox left, which its guardian is about to remove; or, if
 * it stays (LEFTOVER), a folder that a user gave this mode: held as well, but not ours to remove.
 *
 * 1: done; 0: try again; 2: nobody can make anything there; or negative, noted.
 */
static int try_one(struct inside *in, const struct mount_op *op, int folder, const char *name,
                   mode_t mode, bool leftover)
{
    bool shared = false, ours;
    HUSK_FD int fd = take(folder, name, &shared);
    int r;

    ours = shared || fd == -ENOENT;
    if (fd == -ENOENT)
        r = make(in, op, folder, name, mode, &fd);
    else
        r = shared && announce(in, op, folder, name) < 0 ? -EINVAL : 1;
    if (r != 1)
        return r;
    if (fd < 0)
        return inside_fail(in, -fd, &op->from, "masking %s", op->dest);
    if (!ours && !leftover)
        return 0;
    if (ours && (r = hold(in, op, fd, mode)) < 0)
        return r;
    /* The guardian may be killed; it is held then as long as the sandbox's first process. */
    *in_hold(in) = TAKE_FD(&fd);
    return 1;
}

int placeholder_make(struct inside *in, const struct mount_op *op, int folder, const char *name,
                     bool last)
{
    const struct timespec moment = {.tv_nsec = 1000000L};
    mode_t mode = last ? PLACEHOLDER_CLOSED : PLACEHOLDER_OPEN;

    for (int tries = 0; tries < 1000; tries++) {
        HUSK_FD int busy = lock_busy(folder, tries ? 1 : PATIENCE_MS);
        int r = try_one(in, op, folder, name, mode, tries >= PATIENCE_FOR_LEFTOVER_MS);

        if (r)
            return r == 2 ? 0 : r;
        fd_closep(&busy);
        nanosleep(&moment, NULL);
    }
    return inside_fail(in, EBUSY, &op->from, "masking %s: somebody keeps making and removing it",
                       op->dest);
}
