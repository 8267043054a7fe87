/*
 * The order of things in the child. A stage may rely on all those above it having succeeded: the
 * first failure ends the child before the command was started.
 */
#include "inside/inside.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/syscalls.h"
#include "inside/listener.h"
#include "inside/network.h"
#include "inside/start.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static int (*const stages[])(struct inside *) = {
    identity_map,    /* first: without id maps we are nobody, and can make nothing */
    network_ask,     /* the maps stand, which its helper needs; it starts during the next stages */
    sources_open,    /* still as this user, so that its groups and ids count */
    identity_become, /* after the sources, which that id may not be allowed to see */
    landlock_begin,  /* the mounts add to it */
    root_make,       /* on top of the old root, which paths still start from */
    mounts_make,     /* below the new root's fd only: nothing there leads to the old root */
    landlock_finish, /* in->root is now what it stays: a mount on / may have changed it */
    clocks_set,      /* needs the host's /proc, which root_enter takes away */
    oom_score_set,   /* the same */
    hostname_set,    /* needs rights over the UTS namespace, which identity_settle gives up */
    loopback_up,     /* the same for the network */
    network_settle,  /* the same */
    root_enter,      /* not earlier: from here on the host's paths are gone */
    cgroup_enter,    /* as late as can be, since systemd takes its time; needs the same rights */
    network_wait,    /* the same for the helper of the network */
    identity_settle, /* gives up the first user namespace */
    block_wait,      /* the tree stands, the command has not started */
    process_settle,  /* after the ids, since the folder may be theirs only */
    caps_settle,     /* last: nothing above works without capabilities */
};

static size_t count_held(const struct plan *plan)
{
    size_t n = plan->spec->lock_files.count + plan->spec->sync_fds.count + 2;

    for (size_t i = 0; i < plan->mount_count; i++)
        if (plan->mounts[i].kind == MOUNT_MASK)
            n += strlen(plan->mounts[i].dest) / 2 + 1;
    return n;
}

int *in_hold(struct inside *in)
{
    if (in->held.count == in->held.capacity) {
        inside_fail(in, ENOSPC, NULL, "holding fds");
        inside_give_up(in);
    }
    in->held.items[in->held.count] = FD_NONE;
    return &in->held.items[in->held.count++];
}

struct inside *inside_prepare(const struct plan *plan)
{
    struct inside *in = arena_alloc(sizeof *in);

    in->plan = plan;
    in->proc = in->root = in->scratch = in->landlock = in->supervisor = FD_NONE;
    in->sources = arena_alloc((plan->mount_count + 1) * sizeof *in->sources);
    /* At most one file system an operation, and the root, the scratch and devpts. */
    in->own_devs = arena_alloc((plan->mount_count + 4) * sizeof *in->own_devs);
    if (plan->seccomp_log)
        in->handover = arena_alloc(sizeof *in->handover);
    if (plan->net.helper)
        in->guard = arena_alloc(network_guard_size());
    /* Masks can hold each folder on their way; then come the locks, the sync fds, and the two gates. */
    in->held.capacity = count_held(plan);
    in->held.items = arena_alloc(in->held.capacity * sizeof *in->held.items);
    for (size_t i = 0; i < plan->mount_count; i++) {
        const struct mount_op *op = &plan->mounts[i];

        in->sources[i].fd = FD_NONE;
        if (op->kind == MOUNT_OVERLAY)
            in->sources[i].layers = arena_alloc((op->layer_count + 2) * sizeof(int));
    }
    return in;
}

/* Whoever reads these waits for an end of file, and does only then what we wait for: maps, or a byte on --block-fd. */
static int close_status_fds(struct inside *in)
{
    const struct spec *s = in->plan->spec;
    const int fds[] = {s->info_fd.fd, s->json_status_fd.fd};
    int r;

    for (size_t i = 0; i < ARRAY_SIZE(fds); i++)
        if (fds[i] >= 0)
            close(fds[i]);
    r = fd_fill_standard();
    return r < 0 ? inside_fail(in, -r, NULL, "opening something in the place of a closed fd") : 0;
}

void inside_main(struct inside *in, int gate, int guardian, int supervisor)
{
    in->gate = gate;
    in->guardian = guardian;
    in->supervisor = supervisor;
    umask(0);
    if (close_status_fds(in) < 0)
        inside_give_up(in);
    for (size_t i = 0; i < ARRAY_SIZE(stages); i++)
        if (stages[i](in) < 0)
            inside_give_up(in);
    start_command(in);
}

/* Which of the plan's mounts FROM is the origin of, from 1; or 0. */
static int mount_number(const struct plan *plan, const struct origin *from)
{
    for (size_t i = 0; i < plan->mount_count; i++)
        if (&plan->mounts[i].from == from)
            return (int)i + 1;
    return 0;
}

static int note(struct inside *in, enum gate_hint hint, int err, const struct origin *from,
                const char *fmt, va_list ap)
{
    struct gate_message *m = &in->error;
    char origin[512];
    size_t used;

    if (m->text[0])
        return -EINVAL; /* the first one is the cause */
    m->kind = GATE_FAILED;
    m->value = err;
    m->hint = (int)(hint == HINT_NONE && err == EMFILE ? HINT_FDS : hint);
    m->mount = mount_number(in->plan, from);
    m->status = EXIT_HUSK;
    vsnprintf(m->text, sizeof m->text, fmt, ap);
    used = strlen(m->text);
    if (from && from->text && !log_is_bwrap())
        snprintf(m->text + used, sizeof m->text - used, " (%s)",
                 origin_format(origin, sizeof origin, from));
    return err ? -err : -EINVAL;
}

int inside_fail(struct inside *in, int err, const struct origin *from, const char *fmt, ...)
{
    va_list ap;
    int r;

    va_start(ap, fmt);
    r = note(in, HINT_NONE, err, from, fmt, ap);
    va_end(ap);
    return r;
}

int inside_fail_hint(struct inside *in, enum gate_hint hint, int err, const struct origin *from,
                     const char *fmt, ...)
{
    va_list ap;
    int r;

    va_start(ap, fmt);
    r = note(in, hint, err, from, fmt, ap);
    va_end(ap);
    return r;
}

int inside_wait(struct inside *in, enum gate_kind kind, const char *what)
{
    struct gate_message m;
    int r = gate_receive(in->gate, &m, NULL);

    if (r == 0)
        inside_exit(1);
    if (r > 0 && m.kind != (int)kind)
        r = -EPROTO;
    return r < 0 ? inside_fail(in, -r, NULL, "waiting for %s", what) : 0;
}

void inside_forget(struct inside *in)
{
    in->error.text[0] = 0;
}

void inside_exit(int status)
{
    syscall(SYS_exit_group, status);
    for (;;)
        __builtin_trap();
}

void inside_give_up(struct inside *in)
{
    if (!in->error.text[0])
        inside_fail(in, 0, NULL, "a stage failed without saying why");
    gate_send_message(in->gate, &in->error, FD_NONE);
    inside_exit(log_exit_status(in->error.status));
}

int proc_open(struct inside *in)
{
    if (in->proc >= 0)
        return 0;
    if (in->entered) /* it would be the sandbox's own: see needs_host_proc() */
        return inside_fail(in, ENOENT, NULL, "the host's /proc is gone by now");
    in->proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (in->proc < 0)
        return inside_fail_hint(in, HINT_USERNS, errno, NULL, "Can't open /proc");
    if (!fd_is_procfs(in->proc))
        return inside_fail_hint(in, HINT_USERNS, ENODEV, NULL, "what is on /proc is not procfs");
    return 0;
}

int proc_write(struct inside *in, const char *name, const char *text)
{
    int r = proc_open(in);

    return r < 0 ? r : fd_write_file_at(in->proc, name, text);
}
