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

/* What the operations after number I make of it. */
static void look_at_later(struct view *v, size_t i)
{
    struct mount_view *m = &v->mounts.items[i];

    for (const struct mount_view *later = m + 1; later < v->mounts.items + v->mounts.count;
         later++) {
        if (mount_kind_covers(later->op->kind) && !later->missing &&
            path_is_below(m->dest, later->dest)) {
            m->hidden = true;
            break;
        }
        if (later->op->kind == MOUNT_REMOUNT_RO && m->attrs && !m->ro &&
            streq(later->dest, m->dest))
            m->ro = m->ro_top_only = true;
    }
    if (m->ro)
        m->attrs |= MOUNT_ATTR_RDONLY;
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

bool view_excepts(const struct view *v, const struct reach *r, size_t i)
{
    const struct mount_view *m = &v->mounts.items[i];

    return i > r->mount && !m->hidden && !m->missing && mount_kind_covers(m->op->kind) &&
           !streq(m->dest, r->inside) && path_is_below(m->dest, r->inside);
}

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
    for (size_t i = 0; i < v->mounts.count; i++)
        look_at_later(v, i);
    for (size_t i = 0; i < v->mounts.count; i++)
        add_mount_reach(v, i);
    look_at_fds(v);
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

enum env_source view_env_source(const struct plan *plan, size_t slot)
{
    const struct spec *spec = plan->spec;
    const char *entry = plan->env[slot], *equals = strchr(entry, '=');
    const char *name = equals ? arena_strndup(entry, (size_t)(equals - entry)) : entry;
    const char *outside = getenv(name);
    enum env_source source = outside ? ENV_FROM_HOST : ENV_FROM_HUSK;

    if (plan->pwd_slot >= 0 && (size_t)plan->pwd_slot == slot)
        return ENV_FROM_HUSK;
    for (size_t i = 0; i < spec->env.count; i++) {
        const struct env_op *op = &spec->env.items[i];

        if (op->kind == ENV_SET && streq(op->name, name))
            source = ENV_FROM_OPTION;
        else if (op->kind == ENV_KEEP && outside && pattern_takes(op->name, name))
            source = ENV_FROM_HOST;
    }
    return source;
}

bool view_host_privileges(const struct plan *plan)
{
    return view_namespace(plan, CLONE_NEWUSER) == NS_SHARED && (plan->caps || !plan->set_caps);
}
