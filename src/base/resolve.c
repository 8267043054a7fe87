#include "base/resolve.h"
#include "base/fd.h"
#include "base/str.h"
#include "base/syscalls.h"
#include <errno.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

enum { MAX_LINKS = 40 }; /* as the kernel's MAXSYMLINKS */

int resolve_in_root(int root, const char *path, int flags)
{
    int fd = sys_openat2(root, path, (uint64_t)flags, 0, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);

    if (fd >= 0)
        return fd;
    return errno == ENOSYS ? resolve_by_walking(root, path, flags) : -errno;
}

/* ---- the walk ------------------------------------------------------------------------------- */

struct walk {
    int root;
    int at;              /* owned: where the walk stands */
    int links;           /* followed so far */
    unsigned depth;      /* folders below the root */
    char rest[PATH_MAX]; /* what is still to be walked */
};

static int walk_to(struct walk *w, int fd)
{
    fd_closep(&w->at);
    w->at = fd;
    return fd < 0 ? -errno : 0;
}

static int walk_to_root(struct walk *w)
{
    w->depth = 0;
    return walk_to(w, openat(w->root, ".", O_PATH | O_DIRECTORY | O_CLOEXEC));
}

/* Is A the same place as B: a folder may be bound in several places, which differ in their mounts. */
static bool same_place(int a, int b)
{
    const unsigned want = STATX_INO | STATX_MNT_ID; /* Linux 5.8; gVisor has 0 for every mount */
    struct statx x, y;

    return sys_statx(a, "", AT_EMPTY_PATH, want, &x) < 0 || sys_statx(b, "", AT_EMPTY_PATH, want, &y) < 0 ||
           (x.stx_ino == y.stx_ino && x.stx_dev_major == y.stx_dev_major &&
            x.stx_dev_minor == y.stx_dev_minor && x.stx_mnt_id == y.stx_mnt_id);
}

/* "..", which stops at the root: the depth finds it where something is mounted on it, the comparison where
 * folders were moved meanwhile. */
static int walk_up(struct walk *w)
{
    if (w->depth == 0 || same_place(w->at, w->root))
        return 0;
    w->depth--;
    return walk_to(w, openat(w->at, "..", O_PATH | O_DIRECTORY | O_CLOEXEC));
}

/* Puts the text of LINK (an O_PATH fd) before what is left to walk. */
static int walk_link(struct walk *w, int link)
{
    char text[PATH_MAX];
    struct statfs fs;
    ssize_t n;
    size_t rest = strlen(w->rest);

    if (++w->links > MAX_LINKS)
        return -ELOOP;
    /* Magic links of procfs do not lead where their text says. */
    if (fstatfs(link, &fs) < 0)
        return -errno;
    if (fs.f_type == PROC_SUPER_MAGIC)
        return -ELOOP;
    n = readlinkat(link, "", text, sizeof text);
    if (n < 0)
        return -errno;
    if ((size_t)n + 1 + rest >= sizeof w->rest)
        return -ENAMETOOLONG;
    memmove(w->rest + n + 1, w->rest, rest + 1);
    memcpy(w->rest, text, (size_t)n);
    w->rest[n] = '/';
    if (!rest)
        w->rest[n] = 0;
    return text[0] == '/' ? walk_to_root(w) : 0;
}

/* Cuts the first component off the rest. False when there is none. */
static bool walk_next(struct walk *w, char name[NAME_MAX + 1], int *error)
{
    size_t skip = strspn(w->rest, "/"), n = strcspn(w->rest + skip, "/");

    *error = n > NAME_MAX ? -ENAMETOOLONG : 0;
    if (!n || *error)
        return false;
    memcpy(name, w->rest + skip, n);
    name[n] = 0;
    memmove(w->rest, w->rest + skip + n, strlen(w->rest + skip + n) + 1);
    return true;
}

static int walk_step(struct walk *w, const char *name, int flags)
{
    bool last = !w->rest[strspn(w->rest, "/")];
    struct stat st;
    HUSK_FD int fd = FD_NONE;

    if (streq(name, "."))
        return 0;
    if (streq(name, ".."))
        return walk_up(w);
    fd = openat(w->at, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) < 0)
        return -errno;
    if (S_ISLNK(st.st_mode) && !(last && !w->rest[0] && (flags & O_NOFOLLOW)))
        return walk_link(w, fd);
    if (!S_ISDIR(st.st_mode) && (!last || w->rest[0] || (flags & O_DIRECTORY)))
        return -ENOTDIR;
    w->depth++;
    return walk_to(w, TAKE_FD(&fd));
}

int resolve_by_walking(int root, const char *path, int flags)
{
    struct walk w = {.root = root, .at = FD_NONE};
    char name[NAME_MAX + 1];
    int r;

    if (!*path)
        return -ENOENT;
    if (strlen(path) >= sizeof w.rest)
        return -ENAMETOOLONG;
    str_copy(w.rest, sizeof w.rest, path);
    r = walk_to_root(&w);
    while (r == 0 && walk_next(&w, name, &r))
        r = walk_step(&w, name, flags);
    if (r < 0) {
        fd_closep(&w.at);
        return r;
    }
    return w.at;
}

/* ---- making folders ------------------------------------------------------------------------- */

int resolve_make_dirs(int root, const char *path, may_make_in *may_make, void *arg)
{
    char done[PATH_MAX] = "";
    size_t used = 0;
    int at = resolve_in_root(root, path, O_PATH | O_DIRECTORY);

    if (at != -ENOENT)
        return at;
    at = openat(root, ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (at < 0)
        return -errno;
    for (;;) {
        size_t skip = strspn(path, "/"), n = strcspn(path + skip, "/");
        HUSK_FD int above = at;
        int r;

        if (!n)
            return TAKE_FD(&above);
        if (n > NAME_MAX || used + n + 2 > sizeof done)
            return -ENAMETOOLONG;
        /* Each prefix is looked up from the root, so that links on the way are followed inside it. */
        used += str_format(done + used, sizeof done - used, "/%.*s", (int)n, path + skip);
        path += skip + n;
        at = resolve_in_root(root, done, O_PATH | O_DIRECTORY);
        if (at == -ENOENT) {
            r = may_make(above, arg);
            if (r < 0)
                return r;
            /* A dangling link stands here: it is not followed, and EEXIST says so. */
            if (mkdirat(above, done + used - n, 0755) < 0)
                return -errno;
            at = openat(above, done + used - n, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
            if (at < 0)
                return -errno;
        }
        if (at < 0)
            return at;
    }
}
