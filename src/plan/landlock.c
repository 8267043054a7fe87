/*
 * Landlock knows rights on a folder and all that is below it, and no way to take them away again further
 * down; they belong to the file, not to the mount. So the whole tree gets the rights that all of it may
 * have, and each mount with more of them has a rule of its own. What is below a mount with more rights has
 * them as well, for Landlock: there the mount's own flags are the one layer.
 */
#include "plan/landlock.h"
#include "base/fd.h"
#include "base/landlock.h"
#include "base/log.h"
#include "base/path.h"
#include "base/str.h"
#include "base/syscalls.h"
#include "base/textmap.h"
#include "plan/names.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>

/* What each ABI of the kernel has brought (landlock(7)). Later ones than the last are taken for it: they
 * only add to what is here. */
static const struct {
    int abi;
    struct landlock_handled adds;
} abis[] = {
    {1, {.fs = (LL_MAKE_SYM << 1) - 1}},
    {2, {.fs = LL_REFER}},
    {3, {.fs = LL_TRUNCATE}},
    {4, {.net = LL_BIND_TCP | LL_CONNECT_TCP}},
    {5, {.fs = LL_IOCTL_DEV}},
    {6, {.scoped = LL_SCOPE_ABSTRACT | LL_SCOPE_SIGNAL}},
};

enum {
    READ = LL_READ_FILE | LL_READ_DIR,
    WRITE = LL_WRITE_FILE | LL_REMOVE_DIR | LL_REMOVE_FILE | LL_MAKE_CHAR | LL_MAKE_DIR | LL_MAKE_REG |
            LL_MAKE_SOCK | LL_MAKE_FIFO | LL_MAKE_BLOCK | LL_MAKE_SYM | LL_REFER | LL_TRUNCATE,
};

/* Below ABI 2 no file can be moved or linked from one folder to another, whatever is allowed. */
enum { FILES_ABI = 2, TCP_ABI = 4, SCOPE_ABI = 6 };

static struct landlock_handled known_to(int abi)
{
    struct landlock_handled all = {0};

    for (size_t i = 0; i < ARRAY_SIZE(abis) && abis[i].abi <= abi; i++) {
        all.fs |= abis[i].adds.fs;
        all.net |= abis[i].adds.net;
        all.scoped |= abis[i].adds.scoped;
    }
    return all;
}

/* ---- files ---------------------------------------------------------------------------------- */

/* What comes next at a path. */
enum next { NEXT_NOTHING, NEXT_MOUNT, NEXT_REMOUNT };

/* For each of the COUNT operations OPS: is its mount remounted read-only later, before another one is put
 * there. One more element, at the end, says so of the root, which no operation makes. */
static const bool *find_remounted(const struct mount_op *ops, size_t count)
{
    bool *remounted = arena_alloc((count + 1) * sizeof *remounted);
    struct textmap next = {0};

    for (size_t i = count; i-- > 0;) {
        const char *dest;
        size_t *what;

        if (ops[i].kind != MOUNT_REMOUNT_RO && !mount_kind_covers(ops[i].kind))
            continue;
        dest = path_is_clean(ops[i].dest) ? ops[i].dest : path_clean(ops[i].dest, "/");
        what = textmap_put(&next, dest, strlen(dest));
        remounted[i] = *what == NEXT_REMOUNT;
        *what = ops[i].kind == MOUNT_REMOUNT_RO ? NEXT_REMOUNT : NEXT_MOUNT;
    }
    remounted[count] = *textmap_put(&next, "/", 1) == NEXT_REMOUNT;
    return remounted;
}

/* Can nothing be written in the mount of OP, nor in one that came with it. */
static bool is_read_only(const struct mount_op *op, bool remounted)
{
    if (mount_op_is_ro(op))
        return true;
    switch (op->kind) {
    case MOUNT_BIND:
    case MOUNT_BIND_FD: /* those below are not remounted with it */
    case MOUNT_DEV:     /* the devices are mounts of their own */
        return false;
    default:
        return remounted;
    }
}

static bool is_noexec(const struct mount_op *op)
{
    return op->attrs & MOUNT_ATTR_NOEXEC;
}

static uint64_t rights_of(const struct mount_op *op, bool remounted)
{
    uint64_t rights = READ | (is_noexec(op) ? 0 : LL_EXECUTE);

    if (!is_read_only(op, remounted))
        rights |= WRITE;
    if (op->kind == MOUNT_DEV || !(mount_op_attrs(op) & MOUNT_ATTR_NODEV))
        rights |= LL_IOCTL_DEV;
    return rights;
}

static bool has_rights(const struct mount_op *op)
{
    return mount_kind_covers(op->kind) && op->kind != MOUNT_MASK;
}

/* Is there a mount where the command can write, but must not execute what it has written. */
static bool any_writable_noexec(const struct mount_op *ops, size_t count, const bool *remounted)
{
    for (size_t i = 0; i < count; i++)
        if (has_rights(&ops[i]) && is_noexec(&ops[i]) && !is_read_only(&ops[i], remounted[i]))
            return true;
    return false;
}

static void derive_rights(struct plan *plan)
{
    struct mount_op *ops = (struct mount_op *)plan->mounts;
    size_t count = plan->mount_count;
    const bool *remounted = find_remounted(ops, count);
    uint64_t everywhere = READ | (any_writable_noexec(ops, count, remounted) ? 0 : LL_EXECUTE);

    for (size_t i = 0; i < count; i++) {
        uint64_t rights = has_rights(&ops[i]) ? rights_of(&ops[i], remounted[i]) : 0;

        if (ops[i].kind == MOUNT_FILE) /* which the root may hold */
            rights = LL_READ_FILE | LL_EXECUTE;
        ops[i].rights = rights & ~everywhere ? rights : 0;
    }
    plan->landlock.everywhere = everywhere;
    plan->landlock.root = everywhere;
    if (!remounted[count])
        plan->landlock.root |= READ | LL_EXECUTE | WRITE;
}

/* May the command mount something? Then there are no rules on files: under them nobody can mount. */
static bool may_mount(const struct plan *plan)
{
    bool admin = !plan->set_caps || plan->caps >> CAP_SYS_ADMIN & 1;

    return admin || !plan->disable_userns;
}

/* ---- inherited fds -------------------------------------------------------------------------- */

/*
 * What the command inherits it can open again, through /proc/self/fd, and nothing of that need be in the
 * sandbox's tree. What husk itself opened, and what its options consumed, is close-on-exec by now.
 */
static void find_fds(struct plan *plan)
{
    const struct spec *s = plan->spec;
    VEC(int) fds = {0};
    uint64_t fd;
    DIR *dir;

    for (int std = 0; std <= STDERR_FILENO; std++)
        *VEC_PUSH(&fds) = std;
    for (size_t i = 0; s->close_fds && i < s->keep_fds.count; i++)
        *VEC_PUSH(&fds) = s->keep_fds.items[i];
    dir = s->close_fds ? NULL : opendir("/proc/self/fd");
    for (struct dirent *e; dir && (e = readdir(dir));)
        if (parse_number(e->d_name, 10, INT_MAX, &fd) && fd > STDERR_FILENO &&
            !(fcntl((int)fd, F_GETFD) & FD_CLOEXEC))
            *VEC_PUSH(&fds) = (int)fd;
    if (dir)
        closedir(dir);
    plan->landlock.fds = fds.items;
    plan->landlock.fd_count = fds.count;
}

/* ---- the plan ------------------------------------------------------------------------------- */

static int check_ports(const struct plan *plan, const struct opt_ports *ports)
{
    if (!ports->set || plan->landlock.abi >= TCP_ABI)
        return 0;
    if (plan->landlock.abi)
        log_error("%s: needs Landlock's ABI %d (Linux 6.7), and this kernel has %d",
                  origin_text(&ports->from), TCP_ABI, plan->landlock.abi);
    else
        log_error("%s: needs Landlock, which this kernel has not, or not switched on",
                  origin_text(&ports->from));
    return -EOPNOTSUPP;
}

int landlock_derive(struct plan *plan, int abi)
{
    const struct spec *s = plan->spec;
    struct plan_landlock *l = &plan->landlock;
    struct landlock_handled known = known_to(abi);
    unsigned parts = s->landlock.parts;
    int r;

    l->abi = abi;
    if ((r = check_ports(plan, &s->tcp_connect)) < 0 || (r = check_ports(plan, &s->tcp_bind)) < 0)
        return r;
    if (parts & LANDLOCK_FILES && abi >= FILES_ABI && !may_mount(plan)) {
        l->handled.fs = known.fs;
        derive_rights(plan);
        find_fds(plan);
    }
    if (parts & LANDLOCK_ABSTRACT)
        l->handled.scoped |= known.scoped & LL_SCOPE_ABSTRACT;
    if (parts & LANDLOCK_SIGNALS)
        l->handled.scoped |= known.scoped & LL_SCOPE_SIGNAL;
    l->handled.net = (s->tcp_connect.set ? LL_CONNECT_TCP : 0) | (s->tcp_bind.set ? LL_BIND_TCP : 0);
    return 0;
}

/* The kernel's ABI. 0: Landlock cannot be had, so there is no second layer, which is an error only where an option
 * asks for it by name. That is so where the kernel has none (ENOSYS), where it is off (EOPNOTSUPP), and where a filter
 * that husk was started under refuses it (EPERM, EACCES). Any other error means something else: -errno, said. */
static int kernel_abi(void)
{
    int abi = sys_landlock_version();

    if (abi >= 0)
        return abi;
    return errno == ENOSYS || errno == EOPNOTSUPP || errno == EPERM || errno == EACCES
               ? 0
               : log_errno(errno, "asking the kernel for its version of Landlock");
}

/* X11, session buses and others listen there, which whoever asks for the host's network may not know. */
static void say_open_sockets(const struct plan *plan)
{
    const struct spec *s = plan->spec;

    if (!(s->landlock.parts & LANDLOCK_ABSTRACT) || plan->landlock.handled.scoped & LL_SCOPE_ABSTRACT ||
        plan->unshared & CLONE_NEWNET || s->net.mode == NET_JOIN)
        return;
    log_hint("on the host's network its abstract sockets are in reach, as of X11 or a session bus: closing them "
             "takes Landlock of Linux 6.12");
}

int plan_landlock(struct plan *plan)
{
    const struct spec *s = plan->spec;
    bool wanted = s->landlock.parts || s->tcp_connect.set || s->tcp_bind.set || s->required.count;
    int abi = wanted ? kernel_abi() : 0, r;

    if (abi < 0 || (r = landlock_derive(plan, abi)) < 0)
        return abi < 0 ? abi : r;
    say_open_sockets(plan);
    return 0;
}

bool landlock_is_used(const struct plan *plan)
{
    const struct landlock_handled *h = &plan->landlock.handled;

    return h->fs || h->net || h->scoped;
}

/* ---- words about it ------------------------------------------------------------------------- */

static const char *add_word(const char *text, const char *word, bool add)
{
    return !add ? text : text ? arena_printf("%s, %s", text, word) : word;
}

const char *landlock_active(const struct plan *plan)
{
    const struct landlock_handled *h = &plan->landlock.handled;
    const char *text = add_word(NULL, "files", h->fs);

    text = add_word(text, "abstract", h->scoped & LL_SCOPE_ABSTRACT);
    text = add_word(text, "signals", h->scoped & LL_SCOPE_SIGNAL);
    return add_word(text, "tcp", h->net);
}

const char *landlock_lacks(const struct plan *plan)
{
    unsigned parts = plan->spec->landlock.parts;
    const struct plan_landlock *l = &plan->landlock;
    bool no_abstract = parts & LANDLOCK_ABSTRACT && !(l->handled.scoped & LL_SCOPE_ABSTRACT);
    bool no_signals = parts & LANDLOCK_SIGNALS && !(l->handled.scoped & LL_SCOPE_SIGNAL);
    const char *text = NULL, *why;

    if (parts && !l->abi)
        return "it is not in this kernel, or not switched on";
    if (parts & LANDLOCK_FILES && !l->handled.fs) {
        why = l->abi < FILES_ABI ? "files need ABI 2" : "not files, since the command may mount";
        text = add_word(text, why, true);
    }
    text = add_word(text, "abstract needs ABI 6", no_abstract);
    return add_word(text, "signals need ABI 6", no_signals);
}
