#include "host/scope.h"
#include "base/child.h"
#include "base/clock.h"
#include "base/fd.h"
#include "base/path.h"
#include "base/str.h"
#include "base/user.h"
#include "gate/gate.h"
#include "host/cgdir.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- where the manager is -------------------------------------------------------------------- */

struct manager {
    bool system;                /* the machine's, for its root; else the user's own */
    const char *direct, *bus;   /* its own socket, and that of the bus */
    bool has_direct, has_bus;
};

/* Below su(1), cron and services there often is a manager though XDG_RUNTIME_DIR is not set. Who is root only in a
 * user namespace cannot open the system's. */
static struct manager find_manager(const struct plan *plan)
{
    const char *folder = getenv("XDG_RUNTIME_DIR");
    struct manager m = {.system = plan->ids.real_uid == 0 && access("/run/systemd/private", W_OK) == 0};

    if (!folder || folder[0] != '/')
        folder = arena_printf("/run/user/%u", plan->ids.real_uid);
    m.direct = m.system ? "/run/systemd/private" : path_join(folder, "systemd/private");
    m.bus = m.system ? "/run/dbus/system_bus_socket" : path_join(folder, "bus");
    m.has_direct = access(m.direct, F_OK) == 0;
    m.has_bus = access(m.bus, F_OK) == 0;
    return m;
}

/* The address of SOCKET as sd-bus reads it. A path may hold any character: what is not plain is escaped. */
static const char *address_of(const char *socket)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_/.";
    const size_t size = 3 * strlen(socket) + 16;
    char *text = arena_alloc(size), *end = text + str_copy(text, size, "unix:path=");

    for (const char *c = socket; *c; c++)
        if (strchr(plain, *c))
            *end++ = *c;
        else
            end += str_format(end, size - (size_t)(end - text), "%%%02x", (unsigned char)*c);
    return text;
}

static void hint_no_manager(const struct plan *plan, struct cgroup *c)
{
    uint32_t uid = plan->ids.real_uid;
    const char *name;

    if (access("/run/systemd/system", F_OK) < 0) {
        if (access("/sys/fs/cgroup/cgroup.procs", W_OK) == 0)
            cgroup_hint(c, "this system was not started by systemd; --cgroup-parent /sys/fs/cgroup may do");
        else
            cgroup_hint(c, "this system was not started by systemd: --cgroup-parent DIR takes a cgroup v2 "
                           "folder that was delegated to this user");
        return;
    }
    name = user_name(uid);
    cgroup_hint(c, "log in (su and sudo are no logins), or keep one always running: sudo loginctl "
                   "enable-linger %s", name ? name : arena_printf("%u", uid));
}

int scope_prepare(const struct plan *plan, struct cgroup *c)
{
    struct manager m = find_manager(plan);

    if (m.has_direct || m.has_bus)
        return 0;
    hint_no_manager(plan, c);
    return cgroup_fail(c, 0, "there is no manager of systemd to ask: neither %s nor %s is there", m.direct, m.bus);
}

/* ---- the helper program ---------------------------------------------------------------------- */

static pid_t start_helper(const struct plan *plan, const struct sandbox *sb, const char *unit, int gate,
                          struct cgroup *c)
{
    struct manager m = find_manager(plan);
    const char *helper = child_own("husk-scope");
    const char *given = m.system ? NULL : getenv("DBUS_SESSION_BUS_ADDRESS");
    char *argv[] = {(char *)helper,
                    arena_printf("%d", gate),
                    (char *)(m.has_direct ? address_of(m.direct) : ""),
                    (char *)(given && *given ? given : address_of(m.bus)),
                    (char *)unit,
                    (char *)plan->cgroup.slice,
                    (char *)plan->cgroup.description,
                    /* husk's limit of processes replaces systemd's, which may be lower. */
                    (char *)(plan->spec->cgroup.pids.text ? "infinity" : ""),
                    arena_printf("%d", (int)sb->pid),
                    arena_printf("%d", (int)sb->keeper),
                    NULL};
    const struct child_fds fds = {.in = -1, .out = -1, .keep = &gate, .keep_count = 1};
    pid_t pid;

    if (!helper) {
        cgroup_hint(c, "it is a part of husk, which may have been built without it; --cgroup-parent DIR does without");
        return cgroup_fail(c, errno, "looking for husk-scope, which talks to systemd");
    }
    pid = child_start_with(argv, &fds);
    return pid < 0 ? cgroup_fail(c, -pid, "running %s", helper) : pid;
}

/* Waits for news at GATE, with the caller's signal mask, so that signals that end husk do so here as well. SIGCHLD
 * stays blocked: it would be lost, and the monitor would never hear that the sandbox has ended. */
static int wait_news(const struct plan *plan, int gate)
{
    int64_t end = monotonic_ms() + SCOPE_PATIENCE_MS;
    sigset_t mask = plan->mask;

    sigaddset(&mask, SIGCHLD);
    for (;;) {
        struct pollfd p = {.fd = gate, .events = POLLIN};
        int64_t left = MAX(end - monotonic_ms(), 0);
        struct timespec most = {.tv_sec = left / 1000, .tv_nsec = left % 1000 * 1000000};
        int n = ppoll(&p, 1, &most, &mask);

        if (n > 0)
            return 0;
        if (n == 0)
            return -ETIMEDOUT;
        if (errno != EINTR)
            return -errno;
    }
}

static void hint_for(const struct plan *plan, struct cgroup *c, int err)
{
    const char *user = find_manager(plan).system ? "" : "--user ";

    switch (err) {
    case EEXIST:
        cgroup_hint(c, "a unit of that name is there already: systemctl %sstatus %s", user, plan->cgroup.unit);
        break;
    case EACCES:
    case EPERM:
        cgroup_hint(c, "the manager of systemd, or the policy of the bus, does not let this user do it");
        break;
    case ECONNREFUSED:
    case ENOENT:
    case ECONNRESET:
        hint_no_manager(plan, c);
        break;
    case ETIMEDOUT:
        cgroup_hint(c, "systemd or the bus hangs: see whether systemctl %sstatus answers", user);
        break;
    }
}

/* What comes of the helper's answer: R of gate_receive(), M, and its exit STATUS. */
static int judge(const struct plan *plan, struct cgroup *c, int r, const struct gate_message *m, int status)
{
    if (r == 1 && m->kind == GATE_ADOPTED && status == 0)
        return 0;
    if (r != 1 || m->kind != GATE_FAILED)
        return cgroup_fail(c, 0, "husk-scope, which talks to systemd, ended with status %d", status);
    hint_for(plan, c, m->value);
    return cgroup_fail(c, m->status == 0 ? m->value : 0, "%s", m->text);
}

/* ---- the place ------------------------------------------------------------------------------- */

/* Where TEXT, a /proc/PID/cgroup, has its process in the tree of cgroup v2, "" if that is not below what can be seen
 * here. */
static void read_place(char *text, char path[CGDIR_TEXT])
{
    char *line;

    path[0] = 0;
    while ((line = strsep(&text, "\n")))
        if (starts_with(line, "0::/") && !strstr(line, "/.."))
            str_copy(path, CGDIR_TEXT, line + strlen("0::"));
}

static int place_of(pid_t pid, char path[CGDIR_TEXT])
{
    HUSK_FD int proc = open(arena_printf("/proc/%d", (int)pid), O_PATH | O_DIRECTORY | O_CLOEXEC);
    char text[CGDIR_TEXT];
    int r = proc < 0 ? -errno : cgdir_read(proc, "cgroup", text);

    if (r == 0)
        read_place(text, path);
    return r;
}

/* Whatever the answer was: where the two processes are, only the kernel is asked. */
static int find_scope(const struct sandbox *sb, struct cgroup *c, const char *unit)
{
    char child[CGDIR_TEXT], keeper[CGDIR_TEXT];
    int r = place_of(sb->pid, child);

    if (r == 0)
        r = place_of(sb->keeper, keeper);
    if (r < 0)
        return cgroup_fail(c, -r, "looking for the cgroup of the sandbox");
    if (!streq(path_base(child), unit))
        return cgroup_fail(c, 0, "systemd has not put the sandbox into %s, but it is in %s", unit, child);
    if (!streq(child, keeper))
        return cgroup_fail(c, 0, "systemd has not put the keeper into %s, but it is in %s", unit, keeper);
    c->parent = cgdir_open(arena_printf("/sys/fs/cgroup%s", child));
    return c->parent < 0 ? cgroup_fail(c, -c->parent, "opening the cgroup of %s", unit) : 0;
}

/* A cgroup with processes cannot have controllers below. The helper is moved as well: since Linux 6.19 a process is
 * counted for a moment after it was waited for. */
static int move_others(const struct sandbox *sb, struct cgroup *c, pid_t helper)
{
    HUSK_FD int keeper = cgdir_make(c->parent, "keeper");
    int r;

    if (keeper < 0)
        return cgroup_fail(c, -keeper, "making a cgroup");
    if ((r = cgdir_move(keeper, sb->keeper)) == 0)
        r = cgdir_move(keeper, helper);
    return r < 0 ? cgroup_fail(c, -r, "moving the keeper into its cgroup") : 0;
}

/* ---- the outcome ----------------------------------------------------------------------------- */

/* The helper stays in the scope until GATE is closed. */
static int take_answer(const struct plan *plan, const struct sandbox *sb, struct cgroup *c, const char *unit, int *gate,
                       pid_t helper)
{
    struct gate_message m;
    int r = wait_news(plan, *gate), placed = 0;

    if (r < 0) {
        kill(helper, SIGKILL);
        child_wait(helper);
        hint_for(plan, c, -r);
        return cgroup_fail(c, r == -ETIMEDOUT ? 0 : -r, "systemd did not answer within %d s",
                           SCOPE_PATIENCE_MS / 1000);
    }
    r = gate_receive(*gate, &m, NULL);
    if (r == 1 && m.kind == GATE_ADOPTED && (placed = find_scope(sb, c, unit)) == 0)
        placed = move_others(sb, c, helper);
    fd_closep(gate);
    r = judge(plan, c, r, &m, child_wait(helper));
    return r < 0 ? r : placed;
}

static int ask(const struct plan *plan, const struct sandbox *sb, struct cgroup *c, const char *unit)
{
    HUSK_FD int ours = FD_NONE, theirs = FD_NONE;
    int r = gate_open(&ours, &theirs);
    pid_t helper;

    if (r < 0)
        return cgroup_fail(c, -r, "making a gate");
    helper = start_helper(plan, sb, unit, theirs, c);
    fd_closep(&theirs);
    return helper < 0 ? helper : take_answer(plan, sb, c, unit, &ours, helper);
}

int scope_start(const struct plan *plan, const struct sandbox *sb, struct cgroup *c)
{
    const char *unit = plan->cgroup.unit;
    int r = unit ? 0 : cgroup_new_name(c, ".scope", &unit);

    return r < 0 ? r : ask(plan, sb, c, unit);
}
