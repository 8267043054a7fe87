/*
 * The list of mounts, lowered: what depends on this system (mirrors, the current folder, user files)
 * becomes plain operations here, and husk's own folders are kept out of the sandbox.
 */
#include "base/fd.h"
#include "base/log.h"
#include "base/path.h"
#include "base/str.h"
#include "base/textmap.h"
#include "base/user.h"
#include "plan/names.h"
#include "plan/own_folders.h"
#include "plan/plan.h"
#include "plan/user_files.h"
#include <limits.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct lowering {
    struct plan *plan;
    VEC(struct mount_op) out;
    const struct mount_op *hidden_cwd; /* a --cwd that showed nothing */
    struct own_folders own;
};

static struct mount_op *put(struct lowering *l, const struct mount_op *op)
{
    struct mount_op *copy = VEC_PUSH(&l->out);

    *copy = *op;
    return copy;
}

static const char *inside_path(const struct mount_op *op)
{
    return path_clean(op->dest, "/");
}

/* ---- mirrors -------------------------------------------------------------------------------- */

static int lower_mirror(struct lowering *l, const struct mount_op *op)
{
    char text[PATH_MAX];
    ssize_t n = readlink(op->dest, text, sizeof text - 1);
    struct mount_op *to;

    if (n < 0 && (errno == ENOENT || errno == ENOTDIR))
        return 0;
    if (n < 0 && errno != EINVAL)
        return log_errno(errno, "looking at %s (%s)", op->dest, origin_text(&op->from));
    to = put(l, op);
    if (n >= 0) {
        to->kind = MOUNT_SYMLINK;
        to->source = arena_strndup(text, (size_t)n);
    } else {
        to->kind = MOUNT_BIND;
        to->source = op->dest;
        to->ro = to->try = true;
    }
    return 0;
}

/* ---- the current folder --------------------------------------------------------------------- */

/* Would a mount on PATH hide what an operation before it has set up? */
static bool covers_something(const struct lowering *l, const char *path)
{
    for (size_t i = 0; i < l->out.count; i++)
        if (l->out.items[i].dest && path_is_below(inside_path(&l->out.items[i]), path))
            return true;
    return false;
}

/* Is PATH in a /proc or /dev of the sandbox's own? */
static bool is_below_kernel_files(const struct lowering *l, const char *path)
{
    for (size_t i = 0; i < l->out.count; i++) {
        const struct mount_op *op = &l->out.items[i];

        if ((op->kind == MOUNT_PROC || op->kind == MOUNT_DEV) &&
            path_is_below(path, inside_path(op)))
            return true;
    }
    return false;
}

/* Is PATH where services have their sockets? A read-only bind would not close them. */
static bool is_below_run(const char *path)
{
    const char *own = getenv("XDG_RUNTIME_DIR");

    return path_is_below(path, "/run") || path_is_below(path, "/var/run") ||
           (own && own[0] == '/' && path_is_below(path, path_clean(own, "/")));
}

/* Does a bind show the host's PATH at its own place already? */
static bool is_shown(const struct lowering *l, const char *path)
{
    for (size_t i = 0; i < l->out.count; i++) {
        const struct mount_op *op = &l->out.items[i];

        if (op->kind == MOUNT_BIND && path_is_below(path, inside_path(op)) &&
            streq(path_clean(op->source, "/"), inside_path(op)))
            return true;
    }
    return false;
}

/* Notes which file OP, or its N-th layer, must show when the child mounts it. -ESTALE, said, if another one was noted
 * before. */
static int note_seen(struct mount_op *op, size_t n, dev_t dev, ino_t ino)
{
    struct seen_file *seen = op->seen ? &op->seen[n] : NULL;

    /* Each layer of an overlay is noted once: there is nothing to compare with. */
    if (seen && op->kind != MOUNT_OVERLAY && (seen->dev != dev || seen->ino != ino))
        return log_errno(ESTALE, "looking at %s (%s)", op->source, origin_text(&op->from));
    if (!seen)
        op->seen = arena_alloc((op->layer_count + 1) * sizeof *op->seen);
    op->seen[n] = (struct seen_file){dev, ino};
    return 0;
}

/* Is the folder FOLDER PATH itself, or does it hold it? By file, since links lead to homes too. A home that
 * may not be searched (EACCES) shows the command nothing, whose rights are no more than ours. 1, 0, or -errno,
 * said. */
static int is_or_holds(const struct stat *folder, const char *path)
{
    struct stat st, above;

    if (!path || path[0] != '/')
        return 0;
    if (stat(path, &st) < 0)
        return errno == ENOENT || errno == ENOTDIR || errno == EACCES
                   ? 0
                   : log_errno(errno, "looking at the home %s", path);
    if (!S_ISDIR(st.st_mode)) /* as of users of the system that have /dev/null */
        return 0;
    while (st.st_dev != folder->st_dev || st.st_ino != folder->st_ino) {
        path = path_join(path, "..");
        if (stat(path, &above) < 0)
            return errno == EACCES ? 0 : log_errno(errno, "looking at the home, %s", path);
        if (above.st_dev == st.st_dev && above.st_ino == st.st_ino)
            return 0; /* the root */
        st = above;
    }
    return 1;
}

/* Every folder that may be meant by "home": inside, outside, and by the list of users, since the first
 * two are only variables. */
static int is_or_holds_home(const struct lowering *l, const struct stat *cwd)
{
    const struct user_entry *user = user_by_id(l->plan->ids.real_uid);
    const char *const homes[] = {l->plan->home, getenv("HOME"), user ? user->home : NULL};
    int r = 0;

    for (size_t i = 0; r == 0 && i < ARRAY_SIZE(homes); i++)
        r = is_or_holds(cwd, homes[i]);
    return r;
}

static int lower_cwd(struct lowering *l, const struct mount_op *op)
{
    const char *cwd = l->plan->old_cwd;
    struct mount_op *to;
    struct stat st;
    int home, r;

    if (!cwd) {
        l->hidden_cwd = op;
        return 0;
    }
    if (op->ro && is_shown(l, cwd))
        return 0;
    r = stat(".", &st) < 0 ? -errno : 0;
    if (r == -EACCES) { /* as with sudo -u, in a folder that is closed to that user */
        l->hidden_cwd = op;
        return 0;
    }
    if (r < 0)
        return log_errno(-r, "looking at the current folder (%s)", origin_text(&op->from));
    home = is_or_holds_home(l, &st);
    if (home < 0)
        return home;
    if (streq(cwd, "/") || home || covers_something(l, cwd) ||
        is_below_kernel_files(l, cwd) || is_below_run(cwd)) {
        l->hidden_cwd = op;
        return 0;
    }
    to = put(l, op);
    to->kind = MOUNT_BIND;
    to->source = to->dest = cwd;
    /* The folder itself, not what is called so by the time it is looked up. */
    return note_seen(to, 0, st.st_dev, st.st_ino);
}

static void hint_hidden_cwd(const struct lowering *l)
{
    const char *cwd = l->plan->old_cwd;

    if (!l->hidden_cwd || l->plan->spec->chdir.value || l->plan->spec->dry_run)
        return;
    if (cwd && is_shown(l, cwd))
        return;
    if (!cwd)
        log_hint("the current folder was removed or has no path, so it is not shown inside");
    else if (access(".", F_OK) < 0)
        log_hint("%s may not be entered by this user, so it is not shown inside", cwd);
    else if (streq(cwd, "/"))
        log_hint("the current folder is /, which is not shown inside");
    else
        log_hint("%s is not shown inside, since it is or holds your home or a system folder; "
                 "-r . or -w . shows it",
                 cwd);
}

/* ---- user files ----------------------------------------------------------------------------- */

static int lower_user_files(struct lowering *l, const struct mount_op *op)
{
    const struct {
        const char *dest, *text;
    } files[] = {
        {"/etc/passwd", user_files_passwd(l->plan)},
        {"/etc/group", user_files_group(l->plan)},
        {"/etc/hosts", user_files_hosts(l->plan)},
    };

    for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
        struct mount_op *to = put(l, op);

        to->kind = MOUNT_TEXT;
        to->dest = files[i].dest;
        to->text = files[i].text;
        to->perms = 0644;
        to->perms_set = true;
    }
    return 0;
}

/* ---- husk's own folders --------------------------------------------------------------------- */

/* Masks what is BELOW OP's destination: husk's own, for the command must not choose its next sandbox. */
static void mask_below(struct lowering *l, const struct mount_op *op, const char *below)
{
    struct mount_op *mask = put(l, op);

    mask->kind = MOUNT_MASK;
    mask->dest = path_join(inside_path(op), below);
    mask->try = true; /* unlike --mask, it matters only where the bind is really there */
    mask->fd = FD_NONE;
    mask->perms_set = false;
    mask->attrs = 0;
    l->plan->has_guardian = true;
}

/* Masks those of husk's own folders that the operation WHICH would show. */
static int mask_own_folders(struct lowering *l, size_t which)
{
    struct mount_op op = l->out.items[which]; /* a copy: masks make the list grow */
    struct shown_file shown;
    struct own_match match;
    int r = 0, there;

    for (size_t n = 0; r == 0 && (there = own_folders_look(&op, n, &shown)) != 0; n++) {
        if (there < 0)
            return log_errno(-there, "looking at what %s shows", origin_text(&op.from));
        r = note_seen(&l->out.items[which], n, shown.dev, shown.ino);
        for (size_t i = 0; r == 0 && own_folders_match(&l->own, &shown, i, &match); i++) {
            if (!match.below[0])
                return log_error("%s: husk's own folder or profile cannot be shown inside (%s)",
                                 match.folder, origin_text(&op.from)),
                       -EACCES;
            mask_below(l, &op, match.below);
        }
    }
    return r;
}

static int lower(struct lowering *l, const struct mount_op *op)
{
    switch (op->kind) {
    case MOUNT_MIRROR:
        return lower_mirror(l, op);
    case MOUNT_CWD:
        return lower_cwd(l, op);
    case MOUNT_USER_FILES:
        return lower_user_files(l, op);
    case MOUNT_MASK:
        l->plan->has_guardian = true;
        break;
    default:
        break;
    }
    put(l, op);
    return 0;
}

/* ---- files of the network ------------------------------------------------------------------- */

/* Where in the list the file DEST is to be made: right after the last operation that shows something there, which is
 * then *RET_THERE. If there is none (NULL), before the root becomes read-only. */
static size_t place_of(const struct lowering *l, const char *dest, struct mount_op **ret_there)
{
    size_t place = l->out.count;

    *ret_there = NULL;
    for (size_t i = 0; i < l->out.count; i++) {
        struct mount_op *op = &l->out.items[i];

        if (op->kind == MOUNT_REMOUNT_RO && !*ret_there && place == l->out.count &&
            streq(inside_path(op), "/"))
            place = i;
        if (op->kind == MOUNT_TEXT ? streq(inside_path(op), dest)
                                   : mount_kind_covers(op->kind) && path_is_below(dest, inside_path(op))) {
            *ret_there = op;
            place = i + 1;
        }
    }
    return place;
}

/* Does OP show the host's own DEST at the same place, as profiles do it? */
static bool is_host_file(const struct mount_op *op, const char *dest)
{
    return op->kind == MOUNT_BIND && streq(inside_path(op), dest) &&
           streq(path_clean(op->source, "/"), dest);
}

/* Makes the file DEST hold TEXT, unless an option puts something of its own there. */
static void put_file(struct lowering *l, const char *dest, const char *text, const struct origin *from)
{
    struct mount_op op = {.kind = MOUNT_BIND_DATA, .dest = dest, .fd = FD_NONE, .text = text, .ro = true,
                          .perms = 0444, .perms_set = true, .from = *from};
    struct mount_op *there;
    size_t at;

    if (!text)
        return;
    at = place_of(l, dest, &there);
    if (there && streq(inside_path(there), dest)) {
        if (is_host_file(there, dest))
            *there = op;
        else if (there->kind == MOUNT_TEXT)
            there->text = text;
        return;
    }
    VEC_PUSH(&l->out);
    memmove(&l->out.items[at + 1], &l->out.items[at], (l->out.count - 1 - at) * sizeof op);
    l->out.items[at] = op;
}

static void put_network_files(struct lowering *l)
{
    const struct spec *s = l->plan->spec;
    const struct plan_net *net = &l->plan->net;

    put_file(l, "/etc/resolv.conf", net->resolv_conf,
             s->dns.count ? &s->dns.items[0].from : &s->net.from);
    put_file(l, "/etc/hosts", net->hosts, s->hosts.count ? &s->hosts.items[0].from : &s->net.from);
}

/* ---- masks ---------------------------------------------------------------------------------- */

static const struct mount_op *find_mask(const struct lowering *l)
{
    for (size_t i = 0; i < l->out.count; i++)
        if (l->out.items[i].kind == MOUNT_MASK && !l->out.items[i].try)
            return &l->out.items[i];
    return NULL;
}

/*
 * A mask is a mount. It holds if the command can neither take it off nor leave the mount namespace that it is
 * in for one of its own, and if the guardian knows when the last process has ended. So --mask brings a user
 * namespace, in which no further ones can be made, and a pid namespace. Masks of husk's own folders bring
 * neither: `default' has both, and with `none' the options mean what they say.
 */
static int protect_masks(struct lowering *l)
{
    struct plan *plan = l->plan;
    const struct mount_op *mask = find_mask(l);

    if (!mask)
        return 0;
    if (plan->spec->userns.fd >= 0 || plan->spec->userns_block_fd.fd >= 0)
        return log_error("%s does not go with --userns or --userns-block-fd", origin_text(&mask->from)),
               -EINVAL;
    plan->unshared |= CLONE_NEWUSER | CLONE_NEWPID;
    plan->clone_flags |= CLONE_NEWUSER | CLONE_NEWPID;
    plan->disable_userns = true;
    return plan_ids(plan);
}

/* The number that NUMBERS has for the nearest folder above PATH, or 0. */
static size_t number_above(const struct textmap *numbers, const char *path)
{
    size_t length = strlen(path);

    while (length > 1) {
        const size_t *number;

        while (path[--length] != '/')
            ;
        number = textmap_get(numbers, path, MAX(length, (size_t)1));
        if (number)
            return *number;
    }
    return 0;
}

/* Does OP show files of the host, with what is below them? */
static bool shows_host(const struct mount_op *op)
{
    return op->kind == MOUNT_BIND || op->kind == MOUNT_BIND_FD || op->kind == MOUNT_OVERLAY;
}

/*
 * A later mount of a folder above what --mask names would show it again, unnoticed by whoever relies on a
 * profile's mask. One on the path itself names what it shows. The list is read from its end, so that for each mask
 * it is known what comes after it; a mask that is given once more after that mount is good. 0 or -EINVAL, said.
 */
static int check_masks(const struct lowering *l)
{
    struct textmap shown = {0}, masked = {0};

    for (size_t i = find_mask(l) ? l->out.count : 0; i-- > 0;) {
        const struct mount_op *op = &l->out.items[i];
        const char *path;
        size_t by;

        if (!shows_host(op) && (op->kind != MOUNT_MASK || op->try))
            continue;
        path = inside_path(op);
        if (op->kind != MOUNT_MASK) {
            *textmap_put(&shown, path, strlen(path)) = i;
            continue;
        }
        by = number_above(&shown, path);
        if (by && !textmap_get(&masked, path, strlen(path)) && !number_above(&masked, path)) {
            log_error("what %s hides would be shown again by %s", origin_text(&op->from),
                      origin_text(&l->out.items[by].from));
            log_hint("mounts are made in the order given: give the mask after it");
            return -EINVAL;
        }
        *textmap_put(&masked, path, strlen(path)) = 1;
    }
    return 0;
}

int plan_mounts(struct plan *plan)
{
    struct lowering l = {.plan = plan};
    char tty[PATH_MAX];
    int r = 0;

    if (!log_is_bwrap())
        r = own_folders_find(&l.own, plan->spec, plan->ids.real_uid);
    for (size_t i = 0; r == 0 && i < plan->spec->mounts.count; i++) {
        size_t before = l.out.count;

        r = lower(&l, &plan->spec->mounts.items[i]);
        for (size_t n = l.out.count; r == 0 && !log_is_bwrap() && before < n; before++)
            r = mask_own_folders(&l, before);
    }
    if (r < 0 || (r = check_masks(&l)) < 0 || (r = protect_masks(&l)) < 0)
        return r;
    put_network_files(&l);
    hint_hidden_cwd(&l);
    if (ttyname_r(STDOUT_FILENO, tty, sizeof tty) == 0)
        plan->tty = arena_strdup(tty);
    plan->mounts = l.out.items;
    plan->mount_count = l.out.count;
    return 0;
}
