#include "host/hints.h"
#include "base/log.h"
#include "base/path.h"
#include "base/str.h"
#include "host/way.h"
#include "host/why.h"
#include "plan/names.h"
#include "spec/suggest.h"
#include <errno.h>
#include <linux/mount.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* FOLDER/NAME on the host, if that can be executed, else NULL. */
static const char *host_file(const struct plan *plan, const char *folder, const char *name)
{
    const char *path = *folder ? path_join(folder, name) : name;
    struct stat st;

    if (path[0] != '/' && !plan->old_cwd)
        return NULL;
    path = path_clean(path, plan->old_cwd ? plan->old_cwd : "/");
    return stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, X_OK) == 0 ? path : NULL;
}

/* Where the host has the command, by its PATH, or NULL. */
static const char *host_command(const struct plan *plan)
{
    const char *dirs = getenv("PATH"), *found = NULL;

    if (strchr(plan->file, '/'))
        return host_file(plan, "", plan->file);
    while (dirs && !found) {
        size_t n = strcspn(dirs, ":");

        found = host_file(plan, arena_strndup(dirs, n), plan->file);
        dirs = dirs[n] ? dirs + n + 1 : NULL;
    }
    return found;
}

/* Of these folders a sandbox lacks all or nothing, mostly since a profile does not include default. */
static bool is_system_program(const char *path)
{
    return path_is_below(path, "/usr") || path_is_below(path, "/bin") || path_is_below(path, "/sbin");
}

/* The last mount that has PATH in it, or NULL. */
static const struct mount_op *mount_of(const struct plan *plan, const char *path)
{
    for (size_t i = plan->mount_count; i-- > 0;) {
        const struct mount_op *op = &plan->mounts[i];

        if (op->dest && mount_kind_covers(op->kind) && path_is_below(path, path_clean(op->dest, "/")))
            return op;
    }
    return NULL;
}

/* Does a mount, the last one in its place, have something else there than the host's PATH? */
static const struct mount_op *covering(const struct plan *plan, const char *path)
{
    const struct mount_op *op = mount_of(plan, path);
    bool same = op && op->kind == MOUNT_BIND && streq(path_clean(op->source, "/"), path_clean(op->dest, "/"));

    return same ? NULL : op;
}

/* All of a command line in one word. */
static bool is_several_words(const struct plan *plan)
{
    const char *blank = strchr(plan->file, ' ');
    struct plan first = *plan;

    if (!blank || blank == plan->file)
        return false;
    first.file = arena_strndup(plan->file, (size_t)(blank - plan->file));
    return host_command(&first);
}

/* Why it is not on the host, either. */
static const char *why_not_on_host(const struct plan *plan)
{
    struct stat st;

    if (is_several_words(plan))
        return ": the command and its arguments are separate words";
    if (!strchr(plan->file, '/'))
        return ", and not on the host, by PATH";
    if (stat(path_clean(plan->file, plan->old_cwd ? plan->old_cwd : "/"), &st) < 0)
        return ", and not on the host";
    return ", and on the host it cannot be executed";
}

static void hint_not_inside(const struct plan *plan)
{
    const struct mount_op *cover;
    const char *path;
    char *real = NULL;

    if (log_is_bwrap() || !plan->file[0])
        return;
    path = host_command(plan);
    /* What the system only has a link to, as in /opt, is not shown with it. */
    if (path && is_system_program(path) && (real = realpath(path, NULL)))
        path = real;
    cover = path && is_system_program(path) ? covering(plan, path) : NULL;
    if (cover)
        log_hint("%s is not there in the sandbox: what is at its place is by %s", plan->file,
                 origin_text(&cover->from));
    else if (path && is_system_program(path))
        log_hint("%s is not there in the sandbox; profile default has it, and one that includes default", plan->file);
    else if (path)
        log_hint("%s is not there in the sandbox; -r %s shows it there, as the host has it", plan->file, path);
    else
        log_hint("%s is not there in the sandbox%s", plan->file, why_not_on_host(plan));
    free(real);
}

/* It is there, and EACCES: on the host, if that is what is shown, it can be seen why. */
static void hint_not_executable(const struct plan *plan)
{
    const struct mount_op *op;
    const char *path = plan->file;
    struct stat st;

    if (log_is_bwrap() || !strchr(path, '/') || (path[0] != '/' && !plan->old_cwd))
        return;
    path = path_clean(path, plan->old_cwd ? plan->old_cwd : "/");
    op = mount_of(plan, path);
    if (!op || covering(plan, path) || stat(path, &st) < 0)
        return;
    if (S_ISDIR(st.st_mode))
        log_hint("%s is a folder", plan->file);
    else if (!(st.st_mode & 0111))
        log_hint("it has no permission to be executed: chmod +x %s, or name the program that reads it", plan->file);
    else if (op->attrs & MOUNT_ATTR_NOEXEC)
        log_hint("nothing can be executed there: --noexec is for %s", origin_text(&op->from));
}

/* ---- mounts --------------------------------------------------------------------------------- */

/* -rw is -r w, but seldom meant to be. */
static const char *joined_hint(const struct mount_op *op)
{
    const char *letters;

    if (op->from.file || !op->from.text || op->kind != MOUNT_BIND)
        return NULL;
    letters = suggest_letters(op->from.text);
    return letters ? arena_printf("short options are given one by one: %s", letters) : NULL;
}

/* A profile's line has one of the folders that the environment names, but that is no folder. */
static const char *variable_hint(const struct mount_op *op)
{
    static const char *const names[] = {"HOME", "XDG_RUNTIME_DIR"};

    for (size_t i = 0; op->from.file && op->from.text && i < ARRAY_SIZE(names); i++) {
        const char *value = getenv(names[i]);
        struct stat st;

        if (!value || !strstr(op->from.text, arena_printf("${%s}", names[i])))
            continue;
        if (stat(value, &st) == 0 ? !S_ISDIR(st.st_mode) : errno == ENOTDIR)
            return arena_printf("%s is %s, which is not a folder", names[i], value);
    }
    return NULL;
}

/* What made the place of OP read-only, an operation before it. */
static const char *read_only_hint(const struct plan *plan, const struct mount_op *op)
{
    const char *path = path_clean(op->dest, "/");

    for (const struct mount_op *above = op; above-- > plan->mounts;) {
        if (!above->dest || !mount_kind_covers(above->kind) ||
            !path_is_below(path, path_clean(above->dest, "/")))
            continue;
        return above->ro || above->kind == MOUNT_MASK
                   ? arena_printf("the folder that it is in is read-only there by %s",
                                  origin_text(&above->from))
                   : NULL;
    }
    return NULL;
}

static const char *source_hint(const struct mount_op *op)
{
    const char *hint = op->kind == MOUNT_BIND ? way_hint(op->source) : NULL;

    for (size_t i = 0; !hint && i < op->layer_count; i++)
        hint = way_hint(op->layers[i]);
    if (!hint && op->upper)
        hint = way_hint(op->upper);
    if (!hint && op->kind == MOUNT_MASK)
        hint = way_hint(path_clean(op->dest, "/"));
    return hint;
}

/* A ~ that came here is a name: the shell, which has it mean the home, only sees it where a word starts. */
static const char *tilde_hint(const struct mount_op *op)
{
    if (op->from.file || op->kind != MOUNT_BIND || !strstr(op->source, "~/"))
        return NULL;
    return "~ is the home only where a word starts, without quotes: as in --read ~/x, not --read=~/x";
}

static bool is_folder(const char *path)
{
    struct stat st;

    return stat(path, &st) < 0 || S_ISDIR(st.st_mode);
}

/* The kernel says no more than EINVAL. */
static const char *overlay_hint(const struct mount_op *op)
{
    struct stat up, work;

    for (size_t i = 0; i < op->layer_count; i++)
        if (!is_folder(op->layers[i]))
            return arena_printf("%s is not a folder", op->layers[i]);
    if (!op->upper || stat(op->upper, &up) < 0 || stat(op->work, &work) < 0)
        return NULL;
    if (!S_ISDIR(up.st_mode) || !S_ISDIR(work.st_mode))
        return arena_printf("%s is not a folder", S_ISDIR(up.st_mode) ? op->work : op->upper);
    if (up.st_dev != work.st_dev)
        return arena_printf("%s and %s must be on the same file system", op->upper, op->work);
    if (path_is_below(path_clean(op->work, "/"), path_clean(op->upper, "/")) ||
        path_is_below(path_clean(op->upper, "/"), path_clean(op->work, "/")))
        return arena_printf("%s and %s must not be in each other", op->upper, op->work);
    return NULL;
}

static const char *mount_op_hint(const struct plan *plan, const struct mount_op *op, int err)
{
    const char *hint;

    switch (err) {
    case ENOENT:
        return (hint = joined_hint(op)) ? hint : tilde_hint(op);
    case EINVAL:
    case ELOOP:
        return op->kind == MOUNT_OVERLAY ? overlay_hint(op) : NULL;
    case EACCES:
        return source_hint(op);
    case ENOTDIR:
        return variable_hint(op);
    case EROFS:
        return op->kind == MOUNT_OVERLAY ? NULL : read_only_hint(plan, op); /* it may be the upper layer */
    default:
        return NULL;
    }
}

/* Of what is known of the mount alone, whichever step of it failed. */
static void hint_mount(const struct plan *plan, const struct gate_message *m)
{
    const char *hint = NULL;

    if (!log_is_bwrap() && m->mount > 0 && (size_t)m->mount <= plan->mount_count)
        hint = mount_op_hint(plan, &plan->mounts[m->mount - 1], m->value);
    if (hint)
        log_hint("%s", hint);
}

static void hint_chdir(const struct plan *plan, int err)
{
    const char *path = plan->spec->chdir.value, *closed = NULL;
    struct stat st;

    if (log_is_bwrap() || !path)
        return;
    if (path[0] != '/') {
        if (err == ENOENT)
            log_hint("a relative folder starts from / inside: give it with its whole path");
        return;
    }
    if (err == ENOENT && stat(path, &st) == 0 && S_ISDIR(st.st_mode))
        log_hint("%s is not there in the sandbox; -r %s shows it there, as the host has it", path, path);
    else if (err == EACCES && (closed = way_hint(path_join(path, "."))))
        log_hint("%s", closed);
}

/* ---- the network ---------------------------------------------------------------------------- */

static void hint_port(int err)
{
    if (err == EACCES)
        log_hint("ports that low are for root (net.ipv4.ip_unprivileged_port_start): publish on a higher one");
}

static void hint_network(const struct plan *plan, int err, const char *text)
{
    if (strstr(text, "unrecognized option") || strstr(text, "invalid option"))
        log_hint("%s is too old: husk needs slirp4netns 1.0, or passt of March 2023, or later",
                 plan->net.program);
    else if (strstr(text, "publishing"))
        hint_port(err);
    else if (strstr(text, "External interface not usable"))
        log_hint("pasta takes the interface of the host's default route, and there is none; slirp4netns needs none");
    else if (access("/dev/net/tun", F_OK) < 0)
        log_hint("there is no /dev/net/tun: load the module tun, or give it to this container");
    else if (access("/dev/net/tun", R_OK | W_OK) < 0)
        log_hint("this user may not open /dev/net/tun, which most systems allow everybody (mode 0666)");
}

static void hint_own_folder(const struct plan *plan)
{
    log_hint("husk hides its own folders in what it shows, and the mapped ids may not search the way "
             "there: map this user and its group too (--uid-map INSIDE:%u:1 --gid-map "
             "INSIDE:%u:1), or show less",
             plan->ids.real_uid, plan->ids.real_gid);
}

static void hint_apparmor(int err)
{
    if (err == ENOENT)
        log_hint("there is no such profile in the kernel: load it (sudo apparmor_parser -r FILE); sudo "
                 "aa-status lists those that are there");
    else if (err == EACCES)
        log_hint("the profile that husk is confined by does not allow it: it needs change_profile");
}

static void hint_seccomp(int err)
{
    if (err == EINVAL)
        log_hint("this kernel was built without seccomp filters (CONFIG_SECCOMP_FILTER): install "
                 "another one, or go without a policy (--seccomp-profile none)");
}

static void hint_listener(int err)
{
    if (err == EBUSY)
        log_hint("husk was started under a filter that has a listener already, such as another husk's "
                 "--seccomp-log or a container manager's; the kernel allows one, so go without --seccomp-log");
}

static void hint_processes(const struct plan *plan, int err)
{
    const struct opt_amount *most = &plan->spec->cgroup.pids;

    if (err == EAGAIN && most->text && most->value == 1)
        log_hint("husk's own pid 1 is a process, too: %s leaves none for the command", origin_text(&most->from));
}

void hints_print(const struct plan *plan, const struct gate_message *m)
{
    switch ((enum gate_hint)m->hint) {
    case HINT_NONE:
        hint_mount(plan, m);
        break;
    case HINT_USERNS:
        why_no_userns(m->value, m->text);
        break;
    case HINT_PROCFS:
        why_no_procfs(m->value);
        break;
    case HINT_HOST_MOUNTPOINT:
        log_hint("make it on the host first (mkdir or touch), or allow it with --host-mountpoints");
        break;
    case HINT_MOUNT_API:
        why_no_mount(m->value);
        break;
    case HINT_DEVPTS:
        if (m->value == EINVAL)
            log_hint("a new /dev needs id 0 inside: add 0 to --uid-map and --gid-map");
        break;
    case HINT_FDS:
        log_hint("each bind takes an open file for a moment: raise the hard limit (ulimit -Hn)");
        break;
    case HINT_OWN_FOLDER:
        hint_own_folder(plan);
        break;
    case HINT_APPARMOR:
        hint_apparmor(m->value);
        break;
    case HINT_SECCOMP:
        hint_seccomp(m->value);
        break;
    case HINT_NETWORK:
        hint_network(plan, m->value, m->text);
        break;
    case HINT_NETFILTER:
        log_hint("what the network must not reach is kept by nf_tables: load that module, or build it into the "
                 "kernel (CONFIG_NF_TABLES_INET, CONFIG_NFT_REJECT)");
        break;
    case HINT_LISTENER:
        hint_listener(m->value);
        break;
    case HINT_NOT_INSIDE:
        hint_not_inside(plan);
        break;
    case HINT_NOT_EXECUTABLE:
        hint_not_executable(plan);
        break;
    case HINT_CHDIR:
        hint_chdir(plan, m->value);
        break;
    case HINT_INTERPRETER:
        if (!log_is_bwrap())
            log_hint("%s is there, but the interpreter or loader that it names is not", plan->file);
        break;
    case HINT_PROCESSES:
        hint_processes(plan, m->value);
        break;
    }
}
