#include "host/supervisor.h"
#include "base/bpf.h"
#include "base/child.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/syscalls.h"
#include "base/trim.h"
#include "gate/gate.h"
#include "host/refusal_text.h"
#include "spec/options.h"
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    MAX_ERRNO = 4095,    /* the kernel's: a larger one is cut to it */
    LINES = 50,          /* that are said */
    PATIENCE_MS = 5000, /* how long the launcher waits for a line */
};

struct supervisor {
    const struct plan *plan;
    int gate, listener, proc;
    struct refusals refusals;
};

/* ---- who made a call ------------------------------------------------------------------------ */

/* Opens /proc, if it is one and of our pid namespace: what it says of a pid is then of that pid. */
static int open_proc(void)
{
    HUSK_FD int proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
    char self[16] = "";

    if (proc < 0 || !fd_is_procfs(proc) || readlinkat(proc, "self", self, sizeof self - 1) <= 0 ||
        atoi(self) != getpid())
        return FD_NONE;
    return TAKE_FD(&proc);
}

static void read_program(int proc, pid_t pid, struct program *ret)
{
    HUSK_FD int dir = FD_NONE, comm = FD_NONE;
    char name[16];
    ssize_t n;

    memset(ret, 0, sizeof *ret);
    snprintf(name, sizeof name, "%d", (int)pid);
    if (proc < 0 || pid <= 0) /* 0: it is in no pid namespace of ours */
        return;
    dir = openat(proc, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (dir < 0)
        return;
    n = readlinkat(dir, "exe", ret->path, sizeof ret->path - 1);
    ret->path[MAX(n, 0)] = 0;
    comm = openat(dir, "comm", O_RDONLY | O_CLOEXEC);
    n = comm < 0 ? 0 : fd_read_full(comm, ret->name, sizeof ret->name - 1);
    if (n > 0 && ret->name[n - 1] == '\n')
        n--;
    ret->name[MAX(n, 0)] = 0;
}

/* ---- calls ---------------------------------------------------------------------------------- */

/* What the policy itself answers: a refusal, as the kernel asks us about nothing else. Should it not be one, ENOSYS. */
static int errno_for(const struct sock_fprog *policy, const struct seccomp_data *data)
{
    uint32_t answer = bpf_run(policy, data);

    if ((answer & SECCOMP_RET_ACTION_FULL) != SECCOMP_RET_ERRNO)
        return ENOSYS;
    return (int)MIN(answer & SECCOMP_RET_DATA, (uint32_t)MAX_ERRNO);
}

static void take_call(struct supervisor *s)
{
    union {
        struct seccomp_notif call;
        char room[256]; /* for what newer kernels may write */
    } u = {0};
    struct seccomp_notif_resp reply = {0};
    struct program by;

    if (ioctl(s->listener, SECCOMP_IOCTL_NOTIF_RECV, &u) < 0)
        return; /* who made it is gone */
    read_program(s->proc, (pid_t)u.call.pid, &by);
    /* Still there, so it was this process that was looked at. */
    if (ioctl(s->listener, SECCOMP_IOCTL_NOTIF_ID_VALID, &u.call.id) < 0)
        return;
    reply.id = u.call.id;
    reply.error = -errno_for(s->plan->seccomp_log, &u.call.data);
    if (ioctl(s->listener, SECCOMP_IOCTL_NOTIF_SEND, &reply) == 0)
        refusals_add(&s->refusals, &u.call.data, -reply.error, &by);
}

/* ---- the report ----------------------------------------------------------------------------- */

static void send_line(const struct supervisor *s, const char *fmt, ...) HUSK_PRINTF(2, 3);
static void send_line(const struct supervisor *s, const char *fmt, ...)
{
    struct gate_message m = {.kind = GATE_REFUSED};
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(m.text, sizeof m.text, fmt, ap);
    va_end(ap);
    gate_send_message(s->gate, &m, FD_NONE);
}

/* Has nothing the filter any more. */
static bool is_over(const struct supervisor *s)
{
    struct pollfd p = {.fd = s->listener, .events = POLLIN};

    return s->listener < 0 || (poll(&p, 1, 0) == 1 && !(p.revents & POLLIN));
}

static void send_report(struct supervisor *s)
{
    struct gate_message end = {.kind = GATE_REPORTED, .status = is_over(s)};
    struct refusals *r = &s->refusals;
    uint64_t total = refusals_total(r), said = 0;
    char text[1024];

    refusals_sort(r);
    for (size_t i = 0; i < r->count && i < LINES; i++) {
        const struct refusal *kind = &r->kinds[i];

        refusal_text(text, sizeof text, kind,
                     kind->program < REFUSAL_PROGRAMS ? &r->programs[kind->program] : NULL,
                     s->plan->filters[0].policy);
        send_line(s, "%s", text);
        said += kind->times;
    }
    if (said < total)
        send_line(s, "refused or not offered: %ju more calls, of other kinds or by other programs",
                  (uintmax_t)(total - said));
    end.value = (int)MIN(total, (uint64_t)INT_MAX);
    gate_send_message(s->gate, &end, FD_NONE);
}

static void take_message(struct supervisor *s)
{
    struct gate_message m;
    int fd, r = gate_receive(s->gate, &m, &fd);

    if (r == 1 && m.kind == GATE_LISTENER && s->listener < 0)
        s->listener = TAKE_FD(&fd);
    else if (r == 1 && m.kind == GATE_REPORT)
        send_report(s);
    if (r <= 0 || m.kind == GATE_REPORT)
        fd_closep(&s->gate); /* nobody will ask again */
    fd_closep(&fd);
}

/* ---- its life ------------------------------------------------------------------------------- */

static HUSK_NORETURN void supervise(struct supervisor *s)
{
    int patience = TRIM_AFTER_MS;

    /* What has the filter must be answered, also when nobody asks any more. */
    while (s->gate >= 0 || s->listener >= 0) {
        struct pollfd fds[] = {{.fd = s->listener, .events = POLLIN}, {.fd = s->gate, .events = POLLIN}};
        int n = poll(fds, ARRAY_SIZE(fds), patience);

        if (n < 0 && errno != EINTR)
            _exit(1);
        if (n == 0 && patience >= 0) {
            patience = -1;
            trim_code();
        }
        if (n <= 0)
            continue;
        if (fds[0].revents & POLLIN)
            take_call(s);
        else if (fds[0].revents)
            fd_closep(&s->listener); /* nothing has the filter */
        else if (fds[1].revents)
            take_message(s);
    }
    _exit(0);
}

int supervisor_start(const struct plan *plan, struct sandbox *sb, int *ret_fd)
{
    HUSK_FD int ours = FD_NONE, theirs = FD_NONE;
    int r = gate_open(&ours, &theirs), keep[1];

    if (r < 0)
        return log_errno(-r, "making the supervisor's gate");
    sb->supervisor = fork();
    if (sb->supervisor < 0)
        return log_errno(errno, "starting the supervisor of --seccomp-log");
    if (sb->supervisor == 0) {
        struct supervisor *s = arena_alloc(sizeof *s);

        /* Who is not held by a pid namespace must not get the listener by pidfd_getfd(2). Signals are
         * blocked by now, and those of the terminal do not come to another session. */
        if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
            _exit(1);
        setsid();
        prctl(PR_SET_NAME, "husk-log", 0, 0, 0); /* for ps(1) */
        keep[0] = ours;
        if (chdir("/") < 0 || fd_close_all_but(keep, 1) < 0)
            _exit(1);
        fd_close_standard();
        s->plan = plan;
        s->gate = ours;
        s->listener = FD_NONE;
        s->proc = open_proc();
        supervise(s);
    }
    *ret_fd = TAKE_FD(&theirs);
    return 0;
}

/* ---- the launcher's side -------------------------------------------------------------------- */

bool supervisor_is_lost(const struct sandbox *sb, int *ret_signal)
{
    siginfo_t info = {.si_pid = 0};

    *ret_signal = 0;
    if (sb->supervisor <= 0 || waitid(P_PID, (id_t)sb->supervisor, &info, WEXITED | WNOHANG | WNOWAIT) < 0 ||
        !info.si_pid)
        return false;
    if (info.si_code != CLD_EXITED)
        *ret_signal = info.si_status;
    return true;
}

/* The lines of the answer. How many calls there were, and in *RET_ENDS whether the supervisor ends now; -1 if
 * no answer comes. */
static int say_refused(int gate, bool *ret_ends)
{
    struct pollfd p = {.fd = gate, .events = POLLIN};
    struct gate_message m;
    int n;

    if (gate_send(gate, GATE_REPORT, 0, FD_NONE) < 0)
        return -1;
    for (;;) {
        while ((n = poll(&p, 1, PATIENCE_MS)) < 0 && errno == EINTR)
            ;
        if (n <= 0 || gate_receive(gate, &m, NULL) != 1)
            return -1;
        if (m.kind == GATE_REPORTED) {
            *ret_ends = m.status;
            return m.value;
        }
        if (m.kind == GATE_REFUSED)
            log_error("%s", m.text);
    }
}

/* Where something goes on without its husk, so does the supervisor. What has ended leaves no dead process
 * behind; and a supervisor that cannot end is not waited for. */
static void wait_for_end(struct sandbox *sb)
{
    HUSK_FD int pidfd = sys_pidfd_open(sb->supervisor);
    struct pollfd end = {.fd = pidfd, .events = POLLIN};
    int n = 0;

    while (pidfd >= 0 && (n = poll(&end, 1, PATIENCE_MS)) < 0 && errno == EINTR)
        ;
    if (n == 1)
        child_wait(sb->supervisor);
}

void supervisor_report(struct sandbox *sb, bool started)
{
    bool ends = true;
    int total;

    if (sb->supervisor <= 0)
        return;
    total = say_refused(sb->supervisor_gate, &ends);
    if (total < 0) {
        log_error("--seccomp-log: its supervisor does not answer: what was refused is not known");
        kill(sb->supervisor, SIGKILL);
    } else if (total == 0 && started) {
        log_error("no system call was refused");
    } else if (total > 0 && option_by_name("allow-syscall")) {
        log_hint("--allow-syscall NAME allows one call");
    }
    fd_closep(&sb->supervisor_gate);
    if (ends)
        wait_for_end(sb);
    sb->supervisor = 0;
}

void supervisor_end(struct sandbox *sb)
{
    if (sb->supervisor <= 0)
        return;
    kill(sb->supervisor, SIGKILL);
    wait_for_end(sb);
    sb->supervisor = 0;
}
