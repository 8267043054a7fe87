/*
 * Where the bench works and as whom: its temporary folder, its user, its mounts.
 *
 * Started as root, it acts as an ordinary user from the start (effective ids only), so that all it
 * makes belongs to that user; a case either becomes the user for good or root again.
 */
#include "base/fd.h"
#include "base/log.h"
#include "bench.h"
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- the user */

void user_act(const struct bench *b)
{
    if (getuid() == 0 && (setegid(b->gid) < 0 || seteuid(b->uid) < 0))
        die_errno(errno, "acting as %s", b->user);
}

static int user_regain_root(void)
{
    if (getuid() == 0 && geteuid() != 0 && (seteuid(0) < 0 || setegid(0) < 0))
        return log_errno(errno, "becoming root again");
    return 0;
}

int user_become(const struct bench *b)
{
    int r = user_regain_root();

    if (r < 0)
        return r;
    if (getuid() == 0 &&
        (initgroups(b->user, b->gid) < 0 || setresgid(b->gid, b->gid, b->gid) < 0 ||
         setresuid(b->uid, b->uid, b->uid) < 0))
        return log_errno(errno, "becoming %s", b->user);
    /* After the ids: changing them clears it. */
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    return 0;
}

enum outcome enter_user(const struct bench *b, const struct bench_case *bc HUSK_UNUSED)
{
    return user_become(b) < 0 ? FAILED : DONE;
}

enum outcome enter_root(const struct bench *b HUSK_UNUSED, const struct bench_case *bc HUSK_UNUSED)
{
    if (user_regain_root() < 0)
        return FAILED;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    return DONE;
}

/* ---- mounts */

/* Maps this user and group to themselves in the user namespace that was just made. */
static int map_self(uid_t uid, gid_t gid)
{
    int r = fd_write_file_at(AT_FDCWD, "/proc/self/setgroups", "deny");

    if (r == 0)
        r = fd_write_file_at(AT_FDCWD, "/proc/self/uid_map", arena_printf("%u %u 1", uid, uid));
    if (r == 0)
        r = fd_write_file_at(AT_FDCWD, "/proc/self/gid_map", arena_printf("%u %u 1", gid, gid));
    return r < 0 ? log_errno(-r, "mapping ids for a private mount namespace") : 0;
}

/* A mount namespace of our own, from which nothing spreads: as root just so, else with a user
 * namespace. 0 or -errno, said. */
static int own_mounts(void)
{
    uid_t uid = geteuid();
    gid_t gid = getegid();

    if (unshare(uid == 0 ? CLONE_NEWNS : CLONE_NEWUSER | CLONE_NEWNS) < 0)
        return log_errno(errno, "making a private mount namespace");
    if (uid != 0 && map_self(uid, gid) < 0)
        return -EPERM;
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
        return log_errno(errno, "making mounts private");
    return 0;
}

static int add_mounts(const struct bench *b, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        const char *path = bind_source(b, i);

        if (mount("bench", path, "tmpfs", MS_NOSUID | MS_NODEV, "size=4k,mode=755") < 0)
            return log_errno(errno, "mounting a tmpfs on %s", path);
    }
    return 0;
}

void place_hide_hybrid(void)
{
    const char *half = "/sys/fs/cgroup/unified";

    if (getuid() == 0 && access(half, F_OK) == 0 && own_mounts() == 0)
        umount2(half, MNT_DETACH);
}

enum outcome enter_mounts(const struct bench *b, const struct bench_case *bc)
{
    if (user_regain_root() < 0)
        return FAILED;
    if (own_mounts() < 0 || add_mounts(b, bc->arg) < 0)
        return SKIPPED;
    return enter_user(b, bc);
}

/* ---- the temporary folder */

int place_make(struct bench *b)
{
    const char *tmp = getenv("TMPDIR");
    char *dir = arena_printf("%s/husk-bench.XXXXXX", tmp && *tmp == '/' ? tmp : "/tmp");

    if (!mkdtemp(dir))
        return log_errno(errno, "making %s", dir);
    b->dir = dir;
    b->work = arena_printf("%s/work", dir);
    b->home = arena_printf("%s/home", dir);
    b->link = arena_printf("%s/bwrap", dir);
    if (mkdir(b->work, 0755) < 0 || mkdir(b->home, 0755) < 0 ||
        mkdir(arena_printf("%s/binds", dir), 0755) < 0 || symlink(b->husk, b->link) < 0)
        return log_errno(errno, "filling %s", dir);
    if (chdir(b->work) < 0)
        return log_errno(errno, "going to %s", b->work);
    return make_bind_sources(b, BIND_SOURCES);
}

static int remove_one(const char *path, const struct stat *st HUSK_UNUSED, int type HUSK_UNUSED,
                      struct FTW *ftw HUSK_UNUSED)
{
    return remove(path);
}

void place_remove(const struct bench *b)
{
    if (b->dir && nftw(b->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT) < 0)
        log_errno(errno, "removing %s", b->dir);
}

/* ---- programs */

const char *program_find(const char *name)
{
    const char *path = getenv("PATH"), *end;

    if (strchr(name, '/'))
        return realpath(name, NULL);
    for (path = path ? path : "/usr/bin:/bin"; *path; path = *end ? end + 1 : end) {
        char *full;

        end = strchrnul(path, ':');
        full = arena_printf("%.*s/%s", (int)(end - path), path, name);
        if (*full == '/' && faccessat(AT_FDCWD, full, X_OK, AT_EACCESS) == 0)
            return realpath(full, NULL);
    }
    errno = ENOENT;
    return NULL;
}
