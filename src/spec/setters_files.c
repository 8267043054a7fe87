/* Setters of the mount tree and of the modifiers that wait for the next entry in it. */
#include "base/fd.h"
#include "base/log.h"
#include "base/path.h"
#include "base/str.h"
#include "spec/setters.h"
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool takes_perms(enum mount_kind kind)
{
    return kind == MOUNT_TMPFS || kind == MOUNT_DIR || kind == MOUNT_FILE ||
           kind == MOUNT_BIND_DATA;
}

static bool takes_attrs(enum mount_kind kind)
{
    return kind == MOUNT_BIND || kind == MOUNT_BIND_FD || kind == MOUNT_BIND_DATA ||
           kind == MOUNT_TMPFS || kind == MOUNT_OVERLAY;
}

/* Hands the waiting modifiers that OP can have to it. The others stay, and are an error later. */
static void take_modifiers(struct parser *p, struct mount_op *op)
{
    if (p->perms_pending && takes_perms(op->kind)) {
        op->perms_set = true;
        op->perms = p->perms;
        p->perms_pending = false;
    }
    if (p->size_pending && op->kind == MOUNT_TMPFS) {
        op->size = p->size;
        p->size_pending = false;
    }
    if (takes_attrs(op->kind)) {
        op->attrs = p->attrs;
        p->attrs = 0;
    }
}

/* A new operation at the end of the list, its modifiers set. NULL, said, if DEST is empty. */
static struct mount_op *add_mount(struct parser *p, enum mount_kind kind, const char *dest)
{
    struct mount_op *op;

    if (dest && !*dest) {
        option_error(&p->origin, "the path inside is empty");
        return NULL;
    }
    op = VEC_PUSH(&p->spec->mounts);
    op->kind = kind;
    op->dest = dest;
    op->fd = FD_NONE;
    op->from = p->origin;
    take_modifiers(p, op);
    return op;
}

/* PATH from the current folder, cleaned as text: links in it are not looked at. NULL, said. */
static const char *from_cwd(const struct parser *p, const char *path)
{
    char cwd[PATH_MAX];

    if (!*path) {
        option_error(&p->origin, "the path is empty");
        return NULL;
    }
    if (path_is_clean(path))
        return path;
    if (path[0] == '/')
        return path_clean(path, "/");
    /* Linux answers "(unreachable)..." for a folder outside of the root. */
    if (!getcwd(cwd, sizeof cwd) || cwd[0] != '/') {
        option_error(&p->origin, "the path is relative, and the current folder has no name");
        return NULL;
    }
    return path_clean(path, cwd);
}

int set_same_path(struct parser *p, const struct option *o, char **args)
{
    const char *path = from_cwd(p, args[0]);
    struct mount_op *op = path ? add_mount(p, MOUNT_BIND, path) : NULL;

    if (!op)
        return -EINVAL;
    op->source = path;
    op->ro = !o->value;
    return 0;
}

int set_mount(struct parser *p, const struct option *o, char **args)
{
    enum mount_kind kind = (enum mount_kind)o->value;
    /* These two speak of a path of the host that is the same inside. */
    bool same = kind == MOUNT_MASK || kind == MOUNT_MIRROR;
    const char *dest = !o->nargs ? NULL : same ? from_cwd(p, args[0]) : args[0];

    if (o->nargs && !dest)
        return -EINVAL;
    return add_mount(p, kind, dest) ? 0 : -EINVAL;
}

static struct mount_op *find_cwd(struct spec *spec)
{
    for (size_t i = 0; i < spec->mounts.count; i++)
        if (spec->mounts.items[i].kind == MOUNT_CWD)
            return &spec->mounts.items[i];
    return NULL;
}

static void remove_mount(struct spec *spec, struct mount_op *op)
{
    struct mount_op *end = spec->mounts.items + spec->mounts.count;

    memmove(op, op + 1, (size_t)(end - (op + 1)) * sizeof *op);
    spec->mounts.count--;
}

/* There is at most one MOUNT_CWD, at the place where it was first asked for. */
int set_cwd(struct parser *p, const struct option *o HUSK_UNUSED, char **args)
{
    bool write = streq(args[0], "write"), hide = streq(args[0], "hide");
    struct mount_op *op = find_cwd(p->spec);

    if (!write && !hide && !streq(args[0], "read"))
        return option_error(&p->origin, "the current folder can be read, write or hide, not %s",
                            args[0]);
    if (hide) {
        if (op)
            remove_mount(p->spec, op);
        return 0;
    }
    if (!op)
        op = add_mount(p, MOUNT_CWD, NULL);
    op->ro = !write;
    op->from = p->origin;
    return 0;
}

int set_bind(struct parser *p, const struct option *o, char **args)
{
    struct mount_op *op = add_mount(p, MOUNT_BIND, args[1]);

    if (!op)
        return -EINVAL;
    op->source = args[0];
    op->ro = o->value & BIND_RO;
    op->try = o->value & BIND_TRY;
    op->dev = o->value & BIND_DEV;
    return 0;
}

/* What an fd holds can be read once: a second file from it would be empty. */
static int check_unread(const struct parser *p, int fd)
{
    const struct spec *s = p->spec;

    for (size_t i = 0; i < s->mounts.count; i++)
        if ((s->mounts.items[i].kind == MOUNT_FILE || s->mounts.items[i].kind == MOUNT_BIND_DATA) &&
            s->mounts.items[i].fd == fd)
            return option_error(&p->origin, "fd %d is used up by %s", fd,
                                origin_text(&s->mounts.items[i].from));
    return 0;
}

int set_fd_mount(struct parser *p, const struct option *o, char **args)
{
    static const enum mount_kind kinds[] = {
        [FDM_BIND] = MOUNT_BIND_FD,   [FDM_RO_BIND] = MOUNT_BIND_FD,   [FDM_FILE] = MOUNT_FILE,
        [FDM_DATA] = MOUNT_BIND_DATA, [FDM_RO_DATA] = MOUNT_BIND_DATA,
    };
    struct mount_op *op;
    int fd = FD_NONE, r = take_fd(p, args[0], &fd);

    if (r < 0 || (kinds[o->value] != MOUNT_BIND_FD && (r = check_unread(p, fd)) < 0))
        return r;
    op = add_mount(p, kinds[o->value], args[1]);
    if (!op)
        return -EINVAL;
    op->fd = fd;
    op->ro = o->value == FDM_RO_BIND || o->value == FDM_RO_DATA;
    return 0;
}

int set_symlink(struct parser *p, const struct option *o HUSK_UNUSED, char **args)
{
    struct mount_op *op;

    if (!*args[0])
        return option_error(&p->origin, "a symbolic link must point to something");
    op = add_mount(p, MOUNT_SYMLINK, args[1]);
    if (!op)
        return -EINVAL;
    op->source = args[0];
    return 0;
}

int read_mode(const struct parser *p, const char *name, const char *octal, mode_t *ret_mode)
{
    uint64_t mode;

    if (!parse_number(octal, 8, 07777, &mode))
        return option_error(&p->origin, "--%s takes an octal argument <= 07777", name);
    *ret_mode = (mode_t)mode;
    return 0;
}

int set_chmod(struct parser *p, const struct option *o, char **args)
{
    struct mount_op *op;
    mode_t mode = 0;
    int r = read_mode(p, o->name, args[0], &mode);

    if (r < 0)
        return r;
    op = add_mount(p, MOUNT_CHMOD, args[1]);
    if (!op)
        return -EINVAL;
    op->perms_set = true;
    op->perms = mode;
    return 0;
}

int set_overlay_src(struct parser *p, const struct option *o HUSK_UNUSED, char **args)
{
    *VEC_PUSH(&p->overlay_layers) = args[0];
    p->pending_from = p->origin;
    return 0;
}

int set_overlay(struct parser *p, const struct option *o, char **args)
{
    enum overlay_kind kind = (enum overlay_kind)o->value;
    struct mount_op *op;

    if (kind == OVERLAY_RO && p->overlay_layers.count < 2)
        return option_error(&p->origin, "--%s requires at least two --overlay-src", o->name);
    if (p->overlay_layers.count < 1)
        return option_error(&p->origin, "--%s requires at least one --overlay-src", o->name);
    op = add_mount(p, MOUNT_OVERLAY, args[o->nargs - 1]);
    if (!op)
        return -EINVAL;
    op->overlay = kind;
    op->ro = kind == OVERLAY_RO;
    op->layers = p->overlay_layers.items;
    op->layer_count = p->overlay_layers.count;
    if (kind == OVERLAY_RW) {
        op->upper = args[0];
        op->work = args[1];
    }
    p->overlay_layers = (__typeof__(p->overlay_layers)){0};
    return 0;
}

int set_lock_file(struct parser *p, const struct option *o HUSK_UNUSED, char **args)
{
    if (!*args[0])
        return option_error(&p->origin, "the path inside is empty");
    *VEC_PUSH(&p->spec->lock_files) = (struct opt_text){args[0], p->origin};
    return 0;
}

int set_perms(struct parser *p, const struct option *o, char **args)
{
    if (p->perms_pending)
        return option_error(&p->origin, "--perms given twice for the same action");
    p->perms_pending = true;
    p->pending_from = p->origin;
    return read_mode(p, o->name, args[0], &p->perms);
}

int set_size(struct parser *p, const struct option *o HUSK_UNUSED, char **args)
{
    const uint64_t max = SIZE_MAX >> 1; /* what tmpfs takes, and bwrap */
    unsigned long long size;
    char *end;

    if (p->size_pending)
        return option_error(&p->origin, "--size given twice for the same action");
    /* As bwrap: 0x and a leading 0 are understood; strtoull alone would take "-1". */
    errno = 0;
    size = strtoull(args[0], &end, 0);
    if (args[0][0] < '0' || args[0][0] > '9' || errno || *end || !size)
        return option_error(&p->origin, "--size takes a non-zero number of bytes");
    if (size > max)
        return option_error(&p->origin, "--size (for tmpfs) is limited to %llu",
                            (unsigned long long)max);
    p->size_pending = true;
    p->size = size;
    p->pending_from = p->origin;
    return 0;
}

int set_attr(struct parser *p, const struct option *o, char **args HUSK_UNUSED)
{
    p->attrs |= (uint64_t)o->value;
    p->pending_from = p->origin;
    return 0;
}
