#include "plan/own_folders.h"
#include "base/fd.h"
#include "base/path.h"
#include "base/str.h"
#include "base/syscalls.h"
#include "base/user.h"
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

static void add_ancestors(struct own_folders *own, const char *folder)
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
        if (n <= 1)
            return;
        *(strrchr(path, '/') + (strrchr(path, '/') == path)) = 0;
    }
}

/* PATH without links, as far as it exists; what does not is behind that. */
static const char *without_links(const char *path)
{
    char *there = arena_strdup(path), *real;

    while (!(real = realpath(there, NULL))) {
        char *slash = strrchr(there, '/');

        if (slash == there)
            return path;
        *slash = 0;
    }
    /* The arena lives as long as we do, and so may this. */
    return path[strlen(there)] ? path_join(real, path + strlen(there)) : real;
}

/* Both as it is called and as it is: each way it can be shown by a bind of a folder above it. */
static void add_folder(struct own_folders *own, const char *folder)
{
    const char *real = without_links(folder);

    add_ancestors(own, folder);
    if (!streq(real, folder))
        add_ancestors(own, real);
}

static void add_below(struct own_folders *own, const char *top, const char *place)
{
    if (top && top[0] == '/')
        add_folder(own, path_clean(path_join(path_join(top, place), "husk"), "/"));
}

void own_folders_find(struct own_folders *own, const struct spec *spec, uint32_t uid)
{
    const struct user_entry *user = user_by_id(uid);
    const char *home = getenv("HOME"), *listed = user ? user->home : NULL;

    if (home && listed && streq(home, listed))
        listed = NULL; /* the usual case: once is enough */
    for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
        add_below(own, getenv(places[i].variable), "");
        if (!places[i].below_home)
            continue;
        add_below(own, home, places[i].below_home);
        add_below(own, listed, places[i].below_home);
    }
    for (size_t i = 0; i < spec->profile_files.count; i++) {
        char cwd[PATH_MAX];

        if (getcwd(cwd, sizeof cwd) && cwd[0] == '/')
            add_folder(own, path_clean(spec->profile_files.items[i], cwd));
    }
}

/* What FD is. All stays empty if it cannot be told. */
static void look(int fd, struct shown_file *ret)
{
    char name[40];
    struct stat st;
    ssize_t n;

    if (fd < 0 || fstat(fd, &st) < 0)
        return;
    ret->dev = st.st_dev;
    ret->ino = st.st_ino;
    snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
    n = readlink(name, ret->path, sizeof ret->path - 1);
    ret->path[MAX(n, 0)] = 0;
}

/* The N-th of its layers and what is written to. NULL: there are no more. */
static const char *layer(const struct mount_op *op, size_t n)
{
    if (n < op->layer_count)
        return op->layers[n];
    return n == op->layer_count && op->overlay == OVERLAY_RW ? op->upper : NULL;
}

bool own_folders_look(const struct mount_op *op, size_t n, struct shown_file *ret)
{
    const char *path = n == 0 ? op->source : NULL;
    HUSK_FD int fd = FD_NONE;

    ret->dev = 0;
    ret->ino = 0;
    ret->path[0] = 0;
    switch (op->kind) {
    case MOUNT_BIND_FD:
        look(op->fd, ret);
        return n == 0;
    case MOUNT_OVERLAY:
        path = layer(op, n);
        break;
    case MOUNT_BIND:
        break;
    default:
        return false;
    }
    if (!path)
        return false;
    /* As the child will open it, with automounts; O_PATH in open(2) leaves those alone. */
    fd = sys_open_tree(AT_FDCWD, path, OPEN_TREE_CLOEXEC);
    /* A filter that refuses this call refuses the child's too, which will say so. */
    if (fd < 0 && (errno == EPERM || errno == ENOSYS))
        fd = open(path, O_PATH | O_CLOEXEC);
    look(fd, ret);
    return true;
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
