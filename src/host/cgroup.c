#include "host/cgroup.h"
#include "base/errors.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/str.h"
#include "gate/gate.h"
#include "host/cgdir.h"
#include "host/keeper.h"
#include "host/scope.h"
#include "spec/limits.h"
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/vfs.h>
#include <unistd.h>

/* How deep and how many the cgroups inside may be: each takes memory of the kernel's, and is removed by husk. */
static const char max_depth[] = "32", max_descendants[] = "1000";

/* ---- errors ---------------------------------------------------------------------------------- */

int cgroup_fail(struct cgroup *c, int err, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(c->error.text, sizeof c->error.text, fmt, ap);
    va_end(ap);
    c->error.err = err;
    return err ? -err : -EINVAL;
}

void cgroup_hint(struct cgroup *c, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(c->error.hint, sizeof c->error.hint, fmt, ap);
    va_end(ap);
}

static int say(const struct plan *plan, const struct cgroup *c, int r)
{
    const char *from = origin_text(c->error.from ? c->error.from : plan->cgroup.from);

    if (c->error.err)
        log_errno(c->error.err, "%s: %s", from, c->error.text);
    else
        log_error("%s: %s", from, c->error.text);
    if (c->error.hint[0])
        log_hint("%s", c->error.hint);
    return r;
}

/* ---- controllers ----------------------------------------------------------------------------- */

static int no_controller(struct cgroup *c, const struct plan *plan, const struct cgroup_file *f)
{
    HUSK_FD int top = cgdir_open("/sys/fs/cgroup");
    const char *name = f->controller;
    bool known = top >= 0 && cgdir_has_word(top, "cgroup.controllers", name);

    c->error.from = f->from;

    if (top >= 0 && !known)
        return cgroup_fail(c, 0, "the cgroup controller %s is not there: this kernel has none, or it is used by "
                                 "cgroup v1, or not given to this container", name);
    if (plan->cgroup.how == CGROUP_SCOPE)
        cgroup_hint(c, "let systemd delegate it: sudo systemctl edit user@.service, with the lines [Service] and "
                       "Delegate=cpu cpuset io memory pids; it counts from the next login on (or restart of "
                       "user@%u.service)", plan->ids.real_uid);
    else
        cgroup_hint(c, "it must be enabled in the cgroup.subtree_control of the folder above, and of all above "
                       "that one");
    return cgroup_fail(c, 0, "the cgroup controller %s is not delegated to this user", name);
}

static int check_controllers(const struct plan *plan, struct cgroup *c)
{
    for (size_t i = 0; i < plan->cgroup.file_count; i++)
        if (!cgdir_has_word(c->parent, "cgroup.controllers", plan->cgroup.files[i].controller))
            return no_controller(c, plan, &plan->cgroup.files[i]);
    return 0;
}

/* R is of a write there, or of making a folder. */
static void hint_closed(struct cgroup *c, int r)
{
    if (r == -EROFS)
        cgroup_hint(c, "cgroups are mounted read-only here: start this container with a writable /sys/fs/cgroup");
    else if (r == -EACCES || r == -EPERM)
        cgroup_hint(c, "a folder is wanted that belongs to this user, with its cgroup.procs and "
                       "cgroup.subtree_control");
}

/* Enables controller NAME for the children of DIR. 0 or -errno. */
static int enable(int dir, const char *name)
{
    if (cgdir_has_word(dir, "cgroup.subtree_control", name))
        return 0;
    return fd_write_file_at(dir, "cgroup.subtree_control", arena_printf("+%s", name));
}

/* Those that a limit needs must be had. The others are for the report, and for cgroups inside. */
static int enable_controllers(const struct plan *plan, struct cgroup *c)
{
    static const char *const all[] = {"memory", "pids", "io", "cpu", "cpuset"};
    const struct spec *s = plan->spec;
    size_t wanted = s->cgroup.fs.set ? 5 : s->report != REPORT_NO ? 3 : 2;

    for (size_t i = 0; i < plan->cgroup.file_count; i++) {
        int r = enable(c->parent, plan->cgroup.files[i].controller);

        hint_closed(c, r);
        if (r == -EBUSY)
            cgroup_hint(c, "a cgroup with processes of its own cannot give controllers to others: its "
                           "cgroup.procs must be empty");
        c->error.from = r < 0 ? plan->cgroup.files[i].from : NULL;
        if (r < 0)
            return cgroup_fail(c, -r, "enabling the cgroup controller %s", plan->cgroup.files[i].controller);
    }
    for (size_t i = 0; i < wanted; i++)
        if (cgdir_has_word(c->parent, "cgroup.controllers", all[i]))
            enable(c->parent, all[i]);
    return 0;
}

/* --cgroup-fs: the controllers that the sandbox has can be used by cgroups inside as well. */
static int enable_inside(const struct plan *plan, struct cgroup *c)
{
    char names[CGDIR_TEXT], *rest = names, *name;
    int r = plan->spec->cgroup.fs.set ? cgdir_read(c->dir, "cgroup.controllers", names) : 0;

    if (!plan->spec->cgroup.fs.set)
        return 0;
    while (r == 0 && (name = strsep(&rest, " \n")))
        if (*name)
            r = enable(c->dir, name);
    return r < 0 ? cgroup_fail(c, -r, "enabling the cgroup controllers inside") : 0;
}

/* ---- limits ---------------------------------------------------------------------------------- */

static bool has_line(char *text, const char *line)
{
    char *next;

    while ((next = strsep(&text, "\n")))
        if (streq(next, line))
            return true;
    return false;
}

/* Are the processors that may be used in DIR those of LIST, all of them and no others. */
static bool has_processors(int dir, const char *list)
{
    struct cpu_list want = {0}, got = {0};
    char text[CGDIR_TEXT];

    if (cgdir_read(dir, "cpuset.cpus.effective", text) < 0)
        return false;
    text[strcspn(text, "\n")] = 0;
    return cpus_parse(list, &want) && cpus_parse(text, &got) && memcmp(&want, &got, sizeof got) == 0;
}

/* The kernel may round, cut or drop what was written. */
static int check_file(struct cgroup *c, const struct cgroup_file *f)
{
    char text[CGDIR_TEXT];
    int r = cgdir_read(c->dir, f->name, text);

    if (r < 0)
        return cgroup_fail(c, -r, "reading %s back", f->name);
    if (f->is_list && !has_processors(c->dir, f->line))
        return cgroup_fail(c, 0, "not all processors of %s are there, or may be used", f->line);
    if (!f->is_list && !has_line(text, f->line)) {
        text[strcspn(text, "\n")] = 0;
        return cgroup_fail(c, 0, "%s is %s, and not %s as it was set", f->name, text, f->line);
    }
    return 0;
}

/* Without swap in the kernel there is nothing to limit. */
static bool is_needless(const struct cgroup_file *f, int r)
{
    return r == -ENOENT && streq(f->name, "memory.swap.max") && streq(f->line, "0") &&
           access("/proc/swaps", F_OK) < 0 && errno == ENOENT;
}

static int set_file(struct cgroup *c, const struct cgroup_file *f)
{
    int r = fd_write_file_at(c->dir, f->name, f->line);

    if (is_needless(f, r))
        return 0;
    if (r == -ENOENT && streq(f->name, "memory.swap.max"))
        cgroup_hint(c, "this kernel does not count swap: boot it with swapaccount=1, or allow swap with "
                       "--memory-swap -1");
    else if (r == -ENOENT)
        cgroup_hint(c, "this kernel was built without it");
    else if (r == -ENODEV && streq(f->name, "io.max"))
        cgroup_hint(c, "only a whole disk can be limited, not a part of it");
    return r < 0 ? cgroup_fail(c, -r, "setting %s to %s", f->name, f->line) : check_file(c, f);
}

static int set_limits(const struct plan *plan, struct cgroup *c)
{
    int r = fd_write_file_at(c->dir, "cgroup.max.depth", max_depth);

    if (r == 0)
        r = fd_write_file_at(c->dir, "cgroup.max.descendants", max_descendants);
    if (r < 0)
        return cgroup_fail(c, -r, "limiting the cgroups inside");
    for (size_t i = 0; r == 0 && i < plan->cgroup.file_count; i++) {
        r = set_file(c, &plan->cgroup.files[i]);
        c->error.from = r < 0 ? plan->cgroup.files[i].from : NULL;
    }
    return r;
}

/* ---- places ---------------------------------------------------------------------------------- */

/* An ordinary user may move a process only between cgroups that are below one of his own. */
static int move(struct cgroup *c, int dir, pid_t pid)
{
    int r = cgdir_move(dir, pid);

    if (r == -EACCES || r == -EPERM || r == -ENOENT)
        cgroup_hint(c, "husk itself must run in a cgroup that was delegated together with that folder");
    return r < 0 ? cgroup_fail(c, -r, "moving the sandbox into its cgroup") : 0;
}

static int make_group(const struct sandbox *sb, struct cgroup *c)
{
    int r = keeper_tell(sb, c->parent, c->name);

    if (r < 0)
        return cgroup_fail(c, -r, "telling the keeper of the cgroup");
    c->dir = cgdir_make(c->parent, c->name);
    hint_closed(c, c->dir);
    if (c->dir < 0)
        return cgroup_fail(c, -c->dir, "making a cgroup");
    c->root = cgdir_make(c->dir, "root");
    return c->root < 0 ? cgroup_fail(c, -c->root, "making a cgroup") : 0;
}

/* The child, which is alone in the scope, must leave it before it can have controllers below. */
static int settle_in_scope(const struct plan *plan, const struct sandbox *sb, struct cgroup *c)
{
    int r;

    c->name = "sandbox";
    if ((r = scope_start(plan, sb, c)) < 0 || (r = check_controllers(plan, c)) < 0 ||
        (r = make_group(sb, c)) < 0 || (r = move(c, c->root, sb->pid)) < 0 ||
        (r = enable_controllers(plan, c)) < 0 || (r = set_limits(plan, c)) < 0)
        return r;
    return enable_inside(plan, c);
}

int cgroup_new_name(struct cgroup *c, const char *end, const char **ret)
{
    uint64_t random;

    if (getrandom(&random, sizeof random, 0) != (ssize_t)sizeof random)
        return cgroup_fail(c, errno, "getrandom");
    *ret = arena_printf("husk-%d-%016jx%s", (int)getpid(), (uintmax_t)random, end);
    return 0;
}

static int settle_in_parent(const struct plan *plan, const struct sandbox *sb, struct cgroup *c)
{
    int r = cgroup_new_name(c, "", &c->name);

    if (r < 0 || (r = enable_controllers(plan, c)) < 0 || (r = make_group(sb, c)) < 0 ||
        (r = set_limits(plan, c)) < 0 || (r = enable_inside(plan, c)) < 0)
        return r;
    return move(c, c->root, sb->pid);
}

/* ---- the doors ------------------------------------------------------------------------------- */

static int open_parent(const struct plan *plan, struct cgroup *c)
{
    const char *path = plan->spec->cgroup.parent.value;

    c->parent = cgdir_open(path);
    c->error.from = c->parent < 0 ? &plan->spec->cgroup.parent.from : NULL;
    if (c->parent == -ENOTTY)
        return cgroup_fail(c, 0, "%s is not a folder of cgroup v2", path);
    if (c->parent < 0)
        return cgroup_fail(c, -c->parent, "opening %s", path);
    return check_controllers(plan, c);
}

static int look_for_v2(struct cgroup *c)
{
    HUSK_FD int top = open("/sys/fs/cgroup", O_PATH | O_DIRECTORY | O_CLOEXEC);

    if (top >= 0 && fd_is_cgroup2(top))
        return 0;
    cgroup_hint(c, "boot with systemd.unified_cgroup_hierarchy=1 on the kernel's command line, or start this "
                   "container on a host that has it; --timeout and --rlimit work without");
    return cgroup_fail(c, 0, "that needs cgroup v2 on /sys/fs/cgroup, and there is %s",
                       top < 0 || access("/sys/fs/cgroup/memory", F_OK) < 0 ? "none" : "cgroup v1");
}

int cgroup_prepare(const struct plan *plan, struct sandbox *sb)
{
    struct cgroup *c;
    int r;

    if (plan->cgroup.how == CGROUP_NONE)
        return 0;
    c = sb->cgroup = arena_alloc(sizeof *c);
    c->parent = c->dir = c->root = FD_NONE;
    if (plan->cgroup.how == CGROUP_PARENT)
        r = open_parent(plan, c);
    else if ((r = look_for_v2(c)) == 0)
        r = scope_prepare(plan, c);
    return r < 0 ? say(plan, c, r) : 0;
}

int cgroup_adopt(const struct plan *plan, struct sandbox *sb)
{
    struct cgroup *c = sb->cgroup;
    int r;

    /* Until it is told that it was adopted, all that the child can say is that it has failed. Then that is reported,
     * not that it was gone here. */
    if (!c || gate_has_news(sb->gate))
        return 0;
    r = plan->cgroup.how == CGROUP_SCOPE ? settle_in_scope(plan, sb, c) : settle_in_parent(plan, sb, c);
    if (r == 0 && !cgdir_is_home_of(c->root, sb->pid)) {
        if (cgdir_number(c->dir, "memory.events", "oom_kill") > 0)
            cgroup_hint(c, "it was killed for want of memory");
        r = cgroup_fail(c, 0, "the sandbox is not in its cgroup");
    }
    c->adopted = r == 0;
    fd_closep(&c->root);
    return r < 0 && !gate_has_news(sb->gate) ? say(plan, c, r) : 0;
}

int cgroup_let_go(const struct sandbox *sb)
{
    return sb->cgroup->adopted ? gate_send(sb->gate, GATE_ADOPTED, 0, FD_NONE) : 0;
}

void cgroup_stop(struct sandbox *sb)
{
    int r = sb->cgroup && sb->cgroup->dir >= 0 ? cgdir_kill(sb->cgroup->dir) : 0;

    if (r < 0 && r != -ENODEV)
        log_warning("not all of the sandbox's processes have ended: %s", error_text(-r));
}

void cgroup_end(struct sandbox *sb)
{
    if (sb->cgroup && sb->cgroup->dir >= 0)
        cgdir_end(sb->cgroup->parent, sb->cgroup->name);
    keeper_end(sb);
}
