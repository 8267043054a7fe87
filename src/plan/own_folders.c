#include "plan/own_folders.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/path.h"
#include "base/str.h"
#include "base/syscalls.h"
#include "base/user.h"
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Environment variables that place them, and where they are below HOME without. */
static const struct {
    const char *variable, *below_home;
} places[] = {
    {"XDG_CONFIG_HOME", ".config"},
    {"XDG_CACHE_HOME", ".cache"},
    {"XDG_STATE_HOME", ".local/state"},
    {"XDG_RUNTIME_DIR", NULL},
};

/* Does ERR say that this user cannot reach a path: it is not there, or closed. */
static bool is_out_of_reach(int err)
{
    return err == ENOENT || err == ENOTDIR || err == EACCES || err == ELOOP || err == ENAMETOOLONG;
}

static int add_ancestors(struct own_folders *own, const char *folder)
{
    char *path = arena_strdup(folder);
    size_t length = strlen(folder);

    *VEC_PUSH(&own->folders) = folder;
    for (;;) {
        struct stat st;
        size_t n = strlen(path);

        if (stat(path, &st) == 0)
            *VEC_PUSH(&own->ancestors) = (struct own_ancestor){
                .dev = st.st_dev,
                .ino = st.st_ino,
                .below = n < length ? folder + n + (n > 1) : "",
                .folder = folder,
            };
        else if (!is_out_of_reach(errno))
            return log_errno(errno, "looking at %s, which has or may have a folder of husk's", path);
        if (n <= 1)
            return 0;
        *(strrchr(path, '/') + (strrchr(path, '/') == path)) = 0;
    }
}

/* PATH with its links resolved as far as it exists; the rest is appended as it is. NULL: failed, said. */
static const char *without_links(const char *path)
{
    char *there = arena_strdup(path), real[PATH_MAX];

    while (!realpath(there, real)) {
        char *slash = strrchr(there, '/');

        if (!is_out_of_reach(errno)) {
            log_errno(errno, "looking for links in %s", path);
            return NULL;
        }
        if (slash == there)
            return path;
        *slash = 0;
    }
    return path[strlen(there)] ? path_join(real, path + strlen(there)) : arena_strdup(real);
}

/* By its name and by its real path: a bind of a folder above either would show it. */
static int add_folder(struct own_folders *own, const char *folder)
{
    const char *real = without_links(folder);
    int r = real ? add_ancestors(own, folder) : -EINVAL;

    return r < 0 || streq(real, folder) ? r : add_ancestors(own, real);
}

static int add_below(struct own_folders *own, const char *top, const char *place)
{
    if (!top || top[0] != '/')
        return 0;
    return add_folder(own, path_clean(path_join(path_join(top, place), "husk"), "/"));
}

static int add_profile(struct own_folders *own, const char *file)
{
    char cwd[PATH_MAX] = "/";

    if (file[0] != '/' && (!getcwd(cwd, sizeof cwd) || cwd[0] != '/'))
        return log_errno(ENOENT, "looking where the profile %s is", file);
    return add_folder(own, path_clean(file, cwd));
}

int own_folders_find(struct own_folders *own, const struct spec *spec, uint32_t uid)
{
    const struct user_entry *user = user_by_id(uid);
    const char *home = getenv("HOME"), *listed = user ? user->home : NULL;
    int r = 0;

    if (home && listed && streq(home, listed))
        listed = NULL; /* the usual case: once is enough */
    for (size_t i = 0; r == 0 && i < ARRAY_SIZE(places); i++) {
        r = add_below(own, getenv(places[i].variable), "");
        if (r == 0 && places[i].below_home)
            r = add_below(own, home, places[i].below_home);
        if (r == 0 && places[i].below_home)
            r = add_below(own, listed, places[i].below_home);
    }
    for (size_t i = 0; r == 0 && i < spec->profile_files.count; i++)
        r = add_profile(own, spec->profile_files.items[i]);
    return r;
}

/* What FD is; empty if it is none. 1, or -errno. */
static int look(int fd, struct shown_file *ret)
{
    char name[40];
    struct stat st;
    ssize_t n;

    if (fd < 0)
        return 1; /* the child will say so, if it fails there as well */
    if (fstat(fd, &st) < 0)
        return -errno;
    ret->dev = st.st_dev;
    ret->ino = st.st_ino;
    snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
    n = readlink(name, ret->path, sizeof ret->path - 1);
    /* Where /proc is something else, self_check() stops the launch, and says so. */
    if (n < 0 && errno != ENOENT)
        return -errno;
    ret->path[MAX(n, 0)] = 0;
    return 1;
}

/* The N-th of OP's layers, of which the last is the one that is written to. NULL: there are no more. */
static const char *layer(const struct mount_op *op, size_t n)
{
    if (n < op->layer_count)
        return op->layers[n];
    return n == op->layer_count && op->overlay == OVERLAY_RW ? op->upper : NULL;
}

int own_folders_look(const struct mount_op *op, size_t n, struct shown_file *ret)
{
    const char *path = n == 0 ? op->source : NULL;
    HUSK_FD int fd = FD_NONE;

    ret->dev = 0;
    ret->ino = 0;
    ret->path[0] = 0;
    switch (op->kind) {
    case MOUNT_BIND_FD:
        return n == 0 ? look(op->fd, ret) : 0;
    case MOUNT_OVERLAY:
        path = layer(op, n);
        break;
    case MOUNT_BIND:
        break;
    default:
        return 0;
    }
    if (!path)
        return 0;
    /* As the child will open it, with automounts; O_PATH in open(2) leaves those alone. */
    fd = sys_open_tree(AT_FDCWD, path, OPEN_TREE_CLOEXEC);
    /* A filter that refuses this call refuses the child's too, which will say so. */
    if (fd < 0 && (errno == EPERM || errno == ENOSYS))
        fd = open(path, O_PATH | O_CLOEXEC);
    return look(fd, ret);
}

/* Is SHOWN inside one of the folders. */
static const char *folder_above(const struct own_folders *own, const struct shown_file *shown)
{
    for (size_t i = 0; i < own->folders.count; i++)
        if (path_is_below(shown->path, own->folders.items[i]))
            return own->folders.items[i];
    return NULL;
}

bool own_folders_match(const struct own_folders *own, const struct shown_file *shown, size_t n,
                      struct own_match *ret)
{
    ret->below = "";
    ret->folder = folder_above(own, shown);
    if (ret->folder)
        return n == 0;
    for (size_t i = 0; i < own->ancestors.count; i++) {
        const struct own_ancestor *a = &own->ancestors.items[i];

        if (a->dev == shown->dev && a->ino == shown->ino && n-- == 0) {
            ret->below = a->below;
            ret->folder = a->folder;
            return true;
        }
    }
    return false;
}
