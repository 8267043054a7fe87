#include "plan/own_folders.h"
#include "base/log.h"
#include "base/path.h"
#include "base/str.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

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

int own_folders_find(struct own_folders *own)
{
    const char *home = getenv("HOME");

    for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
        const char *top = getenv(places[i].variable);

        if (top && top[0] == '/')
            add_ancestors(own, path_clean(path_join(top, "husk"), "/"));
        else if (places[i].below_home && home && home[0] == '/')
            add_ancestors(own, path_clean(path_join(places[i].below_home, "husk"), home));
    }
    return 0;
}

/* The file that a bind shows; false when OP shows none of the host's. */
static bool shown_file(const struct mount_op *op, struct stat *ret)
{
    switch (op->kind) {
    case MOUNT_BIND:
        return stat(op->source, ret) == 0;
    case MOUNT_BIND_FD:
        return fstat(op->fd, ret) == 0;
    case MOUNT_OVERLAY:
        return stat(op->overlay == OVERLAY_RW ? op->upper : op->layers[0], ret) == 0;
    default:
        return false;
    }
}

/* Is the bind's source inside one of the folders? As text: a link that leads there is somebody's own. */
static const char *folder_above(const struct own_folders *own, const struct mount_op *op)
{
    if (op->kind != MOUNT_BIND)
        return NULL;
    for (size_t i = 0; i < own->folders.count; i++)
        if (path_is_below(op->source, own->folders.items[i]))
            return own->folders.items[i];
    return NULL;
}

int own_folders_match(const struct own_folders *own, const struct mount_op *op, size_t n,
                      struct own_match *ret)
{
    struct stat st;

    ret->below = "";
    ret->folder = folder_above(own, op);
    if (ret->folder)
        return n == 0;
    if (!shown_file(op, &st))
        return 0;
    for (size_t i = 0; i < own->ancestors.count; i++) {
        const struct own_ancestor *a = &own->ancestors.items[i];

        if (a->dev == st.st_dev && a->ino == st.st_ino && n-- == 0) {
            ret->below = a->below;
            ret->folder = a->folder;
            return 1;
        }
    }
    return 0;
}
