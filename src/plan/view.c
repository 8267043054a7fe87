/*
 * Theory of operation: the operations of a plan are strictly in order, so what the command sees in
 * the end follows from what comes later. A mount hides all that was made before at its dest or
 * below, and a --remount-ro counts for the mount that is on its dest at that time. Paths are
 * compared as text: links inside the sandbox are not followed here.
 */
#include "plan/view.h"
#include "base/fd.h"
#include "base/path.h"
#include "base/str.h"
#include "plan/names.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/mount.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What a root looks like that no operation replaces. */
static const struct mount_op root_op = {
    .kind = MOUNT_TMPFS,
    .dest = "/",
    .fd = FD_NONE,
};

static const char *fd_target(int fd)
{
    char target[PATH_MAX];
    ssize_t n = readlink(arena_printf("/proc/self/fd/%d", fd), target, sizeof target);

    return n > 0 ? arena_strndup(target, (size_t)n) : NULL;
}

/* Where the source of M's operation leads. */
static void look_at_source(struct mount_view *m)
{
    char *real;

    if (m->op->kind == MOUNT_BIND_FD) {
        m->source = fd_target(m->op->fd);
        m->missing = !m->source;
        return;
    }
    if (m->op->kind != MOUNT_BIND)
        return;
    m->source = m->op->source;
    real = realpath(m->source, NULL);
    if (real && !streq(real, m->source))
        m->real = arena_strdup(real);
    m->missing = !real && errno == ENOENT;
    free(real);
}

static void add_mount(struct view *v, const struct mount_op *op)
{
    struct mount_view *m = VEC_PUSH(&v->mounts);

    m->op = op;
    m->dest = path_clean(op->dest, "/");
    m->attrs = mount_op_attrs(op);
    if (op->kind == MOUNT_PROC && view_namespace(v->plan, CLONE_NEWPID) == NS_SHARED)
        m->attrs &= ~(uint64_t)MOUNT_ATTR_NOEXEC; /* it is a bind of the host's */
    m->ro = m->attrs && mount_op_is_ro(op);
    look_at_source(m);
}

/* What comes at a path after the operation that is looked at, as numbers in view.mounts; 0: nothing does. */
struct later {
    size_t cover, remount; /* the next one that hides all that was there, and the next --remount-ro */
};

/* That of each path, while the operations are looked at from the last one back. */
struct places {
    struct textmap numbers; /* of the path in .later, from 1 */
    VEC(struct later) later;
};

static struct later *at_path(struct places *p, const char *path, size_t length)
{
    const size_t *number = textmap_get(&p->numbers, path, length);

    return number ? &p->later.items[*number - 1] : NULL;
}

static void note_later(struct places *p, const struct mount_view *m, size_t i)
{
    bool covers = mount_kind_covers(m->op->kind) && !m->missing;
    size_t *number;

    if (!covers && m->op->kind != MOUNT_REMOUNT_RO)
        return;
    number = textmap_put(&p->numbers, m->dest, strlen(m->dest));
    if (!*number) {
        VEC_PUSH(&p->later);
        *number = p->later.count;
    }
    if (covers)
        p->later.items[*number - 1].cover = i;
    else
        p->later.items[*number - 1].remount = i;
}

/* The next operation that hides DEST, or 0: one at it, or at a folder above. */
static size_t next_cover(struct places *p, const char *dest)
{
    size_t length = strlen(dest), next = 0;

    for (;;) {
        const struct later *l = at_path(p, dest, length);

        if (l && l->cover && (!next || l->cover < next))
            next = l->cover;
        if (length <= 1)
            return next;
        while (length > 1 && dest[length - 1] != '/')
            length--;
        length -= length > 1; /* the slash, but for the root's */
    }
}

/* What the operations after M make of it. */
static void look_at_later(struct places *p, struct mount_view *m)
{
    const struct later *l = at_path(p, m->dest, strlen(m->dest));
    size_t cover = next_cover(p, m->dest);

    m->hidden = cover;
    if (l && l->remount && (!cover || l->remount < cover) && m->attrs && !m->ro)
        m->ro = m->ro_top_only = true;
    if (m->ro)
        m->attrs |= MOUNT_ATTR_RDONLY;
}

static void look_back(struct view *v)
{
    struct places places = {0};

    for (size_t i = v->mounts.count; i-- > 0;) {
        look_at_later(&places, &v->mounts.items[i]);
        note_later(&places, &v->mounts.items[i], i);
    }
}

static struct reach *add_reach(struct view *v, size_t i, const char *host)
{
    struct reach *r = VEC_PUSH(&v->reach);

    r->host = host;
    r->inside = v->mounts.items[i].dest;
    r->mount = i;
    return r;
}

static void add_overlay_reach(struct view *v, size_t i)
{
    const struct mount_op *op = v->mounts.items[i].op;

    for (size_t k = 0; k < op->layer_count; k++)
        add_reach(v, i, op->layers[k]);
    if (op->overlay == OVERLAY_RW)
        add_reach(v, i, op->upper)->write = !v->mounts.items[i].ro;
}

/* The host's things that mount number I shows. */
static void add_mount_reach(struct view *v, size_t i)
{
    const struct mount_view *m = &v->mounts.items[i];
    bool own_pids = view_namespace(v->plan, CLONE_NEWPID) != NS_SHARED;
    struct reach *r;

    if (m->hidden || m->missing)
        return;
    if (m->op->kind == MOUNT_OVERLAY) {
        add_overlay_reach(v, i);
    } else if (m->source) {
        r = add_reach(v, i, m->real ? m->real : m->source);
        r->submounts = m->ro_top_only;
        r->write = !m->ro || r->submounts;
        r->devices = m->op->dev;
    } else if (m->op->kind == MOUNT_PROC && !own_pids) {
        add_reach(v, i, "/proc")->write = !m->ro;
    }
}

/* ---- what covers a part of another one ------------------------------------------------------ */

/* Paths as they sort: each is followed by all that is below it. */
static int compare_covers(const void *a, const void *b)
{
    const struct mount_view *l = *(const struct mount_view *const *)a;
    const struct mount_view *r = *(const struct mount_view *const *)b;
    int order = path_compare(l->dest, r->dest);

    return order ? order : l < r ? -1 : l > r;
}

static int compare_views(const void *a, const void *b)
{
    const struct mount_view *l = *(const struct mount_view *const *)a;
    const struct mount_view *r = *(const struct mount_view *const *)b;

    return l < r ? -1 : l > r;
}

static void sort_covers(struct view *v)
{
    for (size_t i = 0; i < v->mounts.count; i++) {
        const struct mount_view *m = &v->mounts.items[i];

        if (!m->hidden && !m->missing && mount_kind_covers(m->op->kind))
            *VEC_PUSH(&v->covers) = m;
    }
    if (v->covers.count)
        qsort(v->covers.items, v->covers.count, sizeof *v->covers.items, compare_covers);
}

/* The first of the covers that comes behind PATH. */
static size_t first_behind(const struct view *v, const char *path)
{
    size_t low = 0, high = v->covers.count;

    while (low < high) {
        size_t middle = (low + high) / 2;

        if (path_compare(v->covers.items[middle]->dest, path) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* What lies below R and is not hidden was put there after it. */
const struct mount_view *const *view_excepts(const struct view *v, const struct reach *r,
                                             size_t *ret_count)
{
    size_t first = first_behind(v, r->inside), n = first;
    const struct mount_view **excepts;

    while (n < v->covers.count && path_is_below(v->covers.items[n]->dest, r->inside))
        n++;
    *ret_count = n - first;
    if (n == first)
        return NULL;
    excepts = arena_alloc((n - first) * sizeof *excepts);
    memcpy(excepts, v->covers.items + first, (n - first) * sizeof *excepts);
    qsort(excepts, n - first, sizeof *excepts, compare_views);
    return excepts;
}

/* ---- fds, folders --------------------------------------------------------------------------- */

/* Would the command inherit FD, if it stays open. */
static bool is_wanted(const struct spec *spec, int fd)
{
    if (!spec->close_fds || fd <= STDERR_FILENO)
        return true;
    for (size_t i = 0; i < spec->keep_fds.count; i++)
        if (spec->keep_fds.items[i] == fd)
            return true;
    return false;
}

static int compare_fds(const void *a, const void *b)
{
    return ((const struct fd_view *)a)->fd - ((const struct fd_view *)b)->fd;
}

/* What husk itself opened, and what its options consumed, is close-on-exec by now. */
static void look_at_fds(struct view *v)
{
    DIR *dir = opendir("/proc/self/fd");
    uint64_t fd;

    if (!dir)
        return;
    for (struct dirent *e; (e = readdir(dir));) {
        if (!parse_number(e->d_name, 10, INT_MAX, &fd))
            continue;
        if ((fcntl((int)fd, F_GETFD) & FD_CLOEXEC) || !is_wanted(v->plan->spec, (int)fd))
            continue;
        *VEC_PUSH(&v->fds) = (struct fd_view){(int)fd, fd_target((int)fd)};
    }
    closedir(dir);
    if (v->fds.count)
        qsort(v->fds.items, v->fds.count, sizeof *v->fds.items, compare_fds);
}

static void look_at_env(struct view *v)
{
    const struct spec *spec = v->plan->spec;

    for (size_t i = 0; i < spec->env.count; i++) {
        const struct env_op *op = &spec->env.items[i];

        if (op->kind == ENV_SET)
            *textmap_put(&v->env_set, op->name, strlen(op->name)) = i + 1;
        else if (op->kind == ENV_KEEP)
            *VEC_PUSH(&v->env_keeps) = i;
    }
}

static void look_at_start(struct view *v)
{
    const struct plan *plan = v->plan;

    if (plan->spec->chdir.value) {
        *VEC_PUSH(&v->starts) = plan->spec->chdir.value;
        return;
    }
    if (plan->old_cwd)
        *VEC_PUSH(&v->starts) = plan->old_cwd;
    if (plan->home)
        *VEC_PUSH(&v->starts) = plan->home;
    *VEC_PUSH(&v->starts) = "/";
}

void view_init(struct view *v, const struct plan *plan)
{
    *v = (struct view){.plan = plan};
    add_mount(v, &root_op);
    for (size_t i = 0; i < plan->mount_count; i++)
        add_mount(v, &plan->mounts[i]);
    look_back(v);
    sort_covers(v);
    for (size_t i = 0; i < v->mounts.count; i++)
        add_mount_reach(v, i);
    look_at_fds(v);
    look_at_env(v);
    look_at_start(v);
}

enum ns_state view_namespace(const struct plan *plan, unsigned flag)
{
    const struct spec *spec = plan->spec;

    if (flag == CLONE_NEWNS || (plan->unshared & flag))
        return NS_NEW;
    if (flag == CLONE_NEWUSER && (spec->userns.fd >= 0 || spec->userns2.fd >= 0))
        return NS_ENTERED;
    if (flag == CLONE_NEWPID && spec->pidns.fd >= 0)
        return NS_ENTERED;
    if (flag == CLONE_NEWNET && spec->net.mode == NET_JOIN)
        return NS_ENTERED;
    return NS_SHARED;
}

const struct origin *view_namespace_from(const struct plan *plan, unsigned flag)
{
    const struct spec *spec = plan->spec;

    if (flag == CLONE_NEWCGROUP && plan->cgroup.how && !((spec->unshare | spec->unshare_try) & flag))
        return plan->cgroup.from;
    if (view_namespace(plan, flag) != NS_ENTERED)
        return &spec->unshare_from[__builtin_ctz(flag)];
    if (flag == CLONE_NEWPID)
        return &spec->pidns.from;
    if (flag == CLONE_NEWNET)
        return &spec->net.from;
    return spec->userns.fd >= 0 ? &spec->userns.from : &spec->userns2.from;
}

/* Does the ENV_KEEP pattern PATTERN (a name, or PREFIX*) take NAME in. */
static bool pattern_takes(const char *pattern, const char *name)
{
    size_t n = strlen(pattern);

    if (n && pattern[n - 1] == '*')
        return strncmp(pattern, name, n - 1) == 0;
    return streq(pattern, name);
}

enum env_source view_env_source(const struct view *v, size_t slot)
{
    const struct plan *plan = v->plan;
    const char *entry = plan->env[slot], *equals = strchr(entry, '=');
    const char *name = equals ? arena_strndup(entry, (size_t)(equals - entry)) : entry;
    const char *outside = getenv(name);
    const size_t *set = textmap_get(&v->env_set, name, strlen(name));
    enum env_source source = set ? ENV_FROM_OPTION : outside ? ENV_FROM_HOST : ENV_FROM_HUSK;

    if (plan->pwd_slot >= 0 && (size_t)plan->pwd_slot == slot)
        return ENV_FROM_HUSK;
    for (size_t i = v->env_keeps.count; set && outside && i-- > 0 && v->env_keeps.items[i] >= *set;)
        if (pattern_takes(plan->spec->env.items[v->env_keeps.items[i]].name, name))
            return ENV_FROM_HOST;
    return source;
}

bool view_host_privileges(const struct plan *plan)
{
    return view_namespace(plan, CLONE_NEWUSER) == NS_SHARED && (plan->caps || !plan->set_caps);
}
