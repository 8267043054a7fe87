/*
 * Signals are passed on to the command, unless it has got them as well; see host/signals.h. Before the command
 * has started, a signal that would end husk ends the sandbox.
 *
 * When the command is stopped, husk stops too, so that the shell that runs it notices; continued, it
 * continues the command.
 *
 * Waking up costs a short command more than most of its set-up. So for the first moments only signals
 * wake the monitor, the child's end among them; what the gate holds is read then, before them.
 */
#include "host/monitor.h"
#include "base/alloc.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/syscalls.h"
#include "base/trim.h"
#include "gate/gate.h"
#include "host/cgroup.h"
#include "host/guardian.h"
#include "host/hints.h"
#include "host/net_keeper.h"
#include "host/report.h"
#include "host/signals.h"
#include "host/status.h"
#include "host/supervisor.h"
#include "host/terminal.h"
#include "host/timeout.h"
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STATUS_UNKNOWN = -1 };

struct watch {
    const struct plan *plan;
    struct sandbox *sb;
    int signals; /* a signalfd */
    int command; /* a pidfd; FD_NONE: not started yet */
    int tty;
    bool started;
    int status; /* what husk will end with */
    bool child_gone;
    struct outcome outcome; /* for the report */
    struct timeout time;
    const char *network_lost; /* why, once the command's network has gone */
    bool net_keeper_gone;
    int patience; /* milliseconds of the first moments; -1: they are over */
};

static void stop_with_command(const struct watch *w)
{
    if (timeout_is_up(&w->time))
        return; /* it is to end, and this must see to it */
    raise(SIGSTOP); /* the one stop signal that cannot be blocked */
    /* Here again after a SIGCONT, which is also in the signalfd and is passed on from there. */
}

static void end_before_start(struct watch *w, int sig)
{
    switch (sig) {
    case SIGTSTP:
        raise(SIGSTOP);
        break;
    case SIGCONT:
    case SIGWINCH:
        break;
    default:
        w->status = 128 + sig;
        kill(w->sb->pid, SIGKILL);
    }
}

/* Nothing of the sandbox is to go on: husk has failed, and has said so. */
static void give_up(struct watch *w)
{
    w->status = log_exit_status(EXIT_HUSK);
    kill(w->sb->pid, SIGKILL);
}

/* The command waits for the word that it runs. */
static int start_clock(struct watch *w)
{
    int r = w->plan->timeout ? timeout_start(&w->time, w->plan) : 0;

    if (r < 0)
        return r;
    r = gate_send(w->sb->gate, GATE_TIMED, 0, FD_NONE);
    if (r == -EPIPE) {
        kill(w->sb->pid, SIGKILL); /* it is dead, which is seen elsewhere; nobody waits in vain */
        return 0;
    }
    return r < 0 ? log_errno(-r, "telling that the clock runs") : 0;
}

static void command_started(struct watch *w, int pidfd)
{
    w->started = true;
    w->command = pidfd;
    w->outcome.begun = report_time(w->plan);
    if (w->plan->timed && start_clock(w) < 0) {
        w->started = false;
        give_up(w);
    }
}

static void say_failure(struct watch *w, const struct gate_message *m)
{
    if (m->value)
        log_errno(m->value, "%s", m->text);
    else
        log_error("%s", m->text);
    hints_print(w->plan, m);
    timeout_stop(&w->time);
    w->started = false;
    w->status = log_exit_status(m->status);
}

/* An end of file without an init: the command was executed, or the child is dead. */
static void gate_closed(struct watch *w)
{
    fd_closep(&w->sb->gate);
    if (!w->plan->has_init && !w->plan->timed && w->status == STATUS_UNKNOWN)
        command_started(w, sys_pidfd_open(w->sb->pid));
}

/* The child goes on meanwhile, and waits for the network when its mounts are made. */
static void bring_network(struct watch *w, int netns)
{
    if (!w->plan->net.helper || w->sb->net_keeper.pid || net_keeper_start(w->plan, w->sb, netns) < 0)
        give_up(w);
}

/* A network that never came up is a failure; without one that did, the command goes on. */
static void network_failed(struct watch *w, const struct gate_message *m)
{
    if (w->sb->net_keeper.online) {
        w->network_lost = arena_strdup(m->text);
        return;
    }
    say_failure(w, m);
    kill(w->sb->pid, SIGKILL);
}

static void network_is_up(struct watch *w)
{
    /* Without a gate the child is dead, which is seen elsewhere. */
    int r = w->sb->gate < 0 ? -EPIPE : gate_send(w->sb->gate, GATE_ONLINE, 0, FD_NONE);

    w->sb->net_keeper.online = true;
    if (r == 0 || r == -EPIPE)
        return;
    log_errno(-r, "telling that the network is up");
    give_up(w);
}

/* FD_NONE: there is no keeper, or it has nothing more to say. */
static int network_gate(const struct watch *w)
{
    return w->sb->net_keeper.pid ? w->sb->net_keeper.gate : FD_NONE;
}

static void look_at_child(struct watch *w);

/* Is the sandbox ending? Then its network's keeper and helper end as well, and that is no failure. */
static bool is_ending(struct watch *w)
{
    look_at_child(w);
    return w->child_gone || w->status != STATUS_UNKNOWN;
}

static void take_network(struct watch *w)
{
    struct gate_message m;
    int r = gate_receive(w->sb->net_keeper.gate, &m, NULL);

    if (r == 1 && m.kind == GATE_ONLINE && !w->sb->net_keeper.online) {
        network_is_up(w);
        return;
    }
    fd_closep(&w->sb->net_keeper.gate);
    if (!w->sb->net_keeper.online && is_ending(w))
        return;
    if (r == 1 && m.kind == GATE_FAILED) {
        network_failed(w, &m);
    } else if (!w->sb->net_keeper.online) {
        log_error("the keeper of the network has ended");
        give_up(w);
    } else {
        w->net_keeper_gone = true; /* as it does when it sees the sandbox end */
    }
}

static void take_message(struct watch *w)
{
    struct gate_message m;
    int fd, r = gate_receive(w->sb->gate, &m, &fd);

    if (r == 0) {
        gate_closed(w);
        return;
    }
    if (r < 0) {
        log_errno(-r, "reading from the sandbox");
        give_up(w);
        fd_closep(&w->sb->gate);
        return;
    }
    switch (m.kind) {
    case GATE_FAILED:
        say_failure(w, &m);
        break;
    case GATE_OFFLINE:
        bring_network(w, fd);
        break;
    case GATE_STARTED:
        command_started(w, TAKE_FD(&fd));
        break;
    case GATE_STOPPED:
        stop_with_command(w);
        break;
    case GATE_ENDED:
        w->outcome.wait_status = m.value;
        break;
    default:
        break;
    }
    fd_closep(&fd);
}

/* The child has what it needs. Husk must hold no end of a pipe that the command may close. */
static void close_the_rest(struct watch *w)
{
    const struct cgroup *c = w->sb->cgroup;
    int keep[] = {w->signals,
                  w->sb->gate,
                  w->plan->spec->json_status_fd.fd,
                  w->sb->keeper > 0 ? w->sb->keeper_gate : FD_NONE,
                  c ? c->parent : FD_NONE,
                  c ? c->dir : FD_NONE,
                  w->plan->spec->report_file.value ? w->sb->report : FD_NONE,
                  w->sb->supervisor > 0 ? w->sb->supervisor_gate : FD_NONE};

    fd_close_all_but(keep, ARRAY_SIZE(keep));
}

static void take_messages(struct watch *w)
{
    while (w->sb->gate >= 0 && gate_has_news(w->sb->gate))
        take_message(w);
    if (network_gate(w) >= 0 && gate_has_news(network_gate(w)))
        take_network(w);
}

/* The child has ended, and nobody has said why yet. */
static int status_of_end(const struct watch *w, const siginfo_t *info)
{
    if (info->si_code == CLD_EXITED)
        return info->si_status;
    if (w->plan->has_init && !w->started && !log_is_bwrap()) {
        log_error("the sandbox was ended by signal %d before its command was started", info->si_status);
        return log_exit_status(EXIT_HUSK);
    }
    return 128 + info->si_status;
}

/* The command's own end, for the report. With an init that is killed, the kernel kills it too: by the pid namespace, or
 * since it is tied to its parent. */
static void note_end(struct watch *w, const siginfo_t *info)
{
    bool exited = info->si_code == CLD_EXITED;

    if (!w->plan->has_init)
        w->outcome.wait_status = exited ? info->si_status << 8 : info->si_status;
    else if (!exited && w->outcome.wait_status == STATUS_UNKNOWN &&
             (w->plan->cgroup.how || (w->plan->clone_flags & CLONE_NEWPID)))
        w->outcome.wait_status = SIGKILL;
}

/* Has the child changed its state? */
static void look_at_child(struct watch *w)
{
    siginfo_t info = {.si_pid = 0};
    int what = WEXITED | WNOHANG | (w->plan->has_init ? 0 : WSTOPPED);

    /* SIGCHLD may also be about something else, or come late: of the guardian's end, of a stop before the end. */
    while (!w->child_gone) {
        if (sys_waitid(w->sb->pid, &info, what, &w->outcome.usage) < 0) {
            log_errno(errno, "waiting for the sandbox"); /* cannot be; waiting on would be for ever */
            give_up(w);
            w->child_gone = true;
            return;
        }
        if (!info.si_pid)
            return;
        if (info.si_code == CLD_STOPPED) {
            stop_with_command(w);
            info.si_pid = 0;
            continue;
        }
        if (info.si_code == CLD_TRAPPED)
            return;
        w->child_gone = true;
        w->outcome.ended = report_time(w->plan);
        take_messages(w); /* what it said before counts, and is all there now */
        note_end(w, &info);
        if (w->status == STATUS_UNKNOWN && w->time.struck)
            w->status = w->time.killed ? 128 + SIGKILL : EXIT_TIMEOUT;
        if (w->status == STATUS_UNKNOWN)
            w->status = status_of_end(w, &info);
    }
}

/* Without its supervisor the policy would refuse with another errno, and nobody would know of it. */
static void look_at_supervisor(struct watch *w)
{
    int sig;

    if (w->child_gone || !supervisor_is_lost(w->sb, &sig))
        return;
    log_error("--seccomp-log: its supervisor is gone (signal %d), so the sandbox is ended", sig);
    supervisor_end(w->sb);
    give_up(w);
}

static void pass_on(struct watch *w, const struct signalfd_siginfo *info)
{
    int sig = (int)info->ssi_signo;

    /* Its sender may have seen the command at work, of whose start we have yet to read. */
    if (!w->started)
        take_messages(w);
    if (!w->started) {
        end_before_start(w, sig);
        return;
    }
    if (w->command >= 0 && !signal_reaches_command(w->plan, info))
        sys_pidfd_send_signal(w->command, sig);
}

static void take_signals(struct watch *w)
{
    struct signalfd_siginfo info;

    while (read(w->signals, &info, sizeof info) == (ssize_t)sizeof info) {
        if (info.ssi_signo == SIGCHLD) {
            look_at_child(w);
            look_at_supervisor(w);
        } else if (info.ssi_code != SI_TIMER) { /* one of a timer is our own, and only wakes us */
            pass_on(w, &info);
        }
    }
}

static void keep_time(struct watch *w)
{
    switch (timeout_next(&w->time)) {
    case TIMEOUT_NOTHING:
        break;
    case TIMEOUT_TERM:
        if (w->plan->has_init) {
            sigqueue(w->sb->pid, SIGTERM, (union sigval){0}); /* it tells all that is inside */
            kill(w->sb->pid, SIGCONT); /* stopped, it could not */
        } else if (w->command >= 0) {
            sys_pidfd_send_signal(w->command, SIGTERM);
            sys_pidfd_send_signal(w->command, SIGCONT);
        }
        break;
    case TIMEOUT_KILL:
        kill(w->sb->pid, SIGKILL); /* pid 1: the kernel ends all that is inside */
        break;
    }
}

/* Said at the end, and not when it struck: stderr may be a pipe that the command has filled. */
static void say_timeout(const struct watch *w)
{
    const struct opt_duration *timeout = &w->plan->spec->timeout;

    log_error("%s: timeout of %s%s reached (%s)", w->plan->file, timeout->text,
              timeout_unit(timeout), timeout->from.file ? origin_text(&timeout->from) : "--timeout");
}

static void tell_outcome(struct watch *w)
{
    w->outcome.status = w->status;
    w->outcome.timed_out = w->time.struck;
    report(w->plan, w->sb, &w->outcome);
}

static void watch_until_gone(struct watch *w)
{
    /* The command waits for its clock or network. */
    bool quick = w->plan->timed || w->plan->net.helper;

    while (!w->child_gone) {
        struct pollfd fds[] = {{.fd = w->signals, .events = POLLIN},
                               {.fd = w->sb->gate, .events = POLLIN},
                               {.fd = network_gate(w), .events = POLLIN}};
        int n = poll(fds, w->patience < 0 || quick ? 3 : 1, timeout_wait(&w->time, w->patience));

        if (n < 0 && errno != EINTR) {
            log_errno(errno, "watching the sandbox"); /* unwatched it does not go on */
            give_up(w);
            while (waitpid(w->sb->pid, NULL, 0) < 0 && errno == EINTR)
                ;
            return;
        }
        take_messages(w);
        take_signals(w);
        if (!w->child_gone)
            keep_time(w);
        if (n == 0 && w->patience >= 0) {
            w->patience = -1;
            trim_code();
        }
    }
}

int monitor_prepare(struct sandbox *sb)
{
    sb->signals = signals_open();
    return sb->signals < 0 ? log_errno(errno, "Can't create signalfd") : 0;
}

int monitor(const struct plan *plan, struct sandbox *sb)
{
    struct watch w = {.plan = plan,
                      .sb = sb,
                      .signals = sb->signals,
                      .command = FD_NONE,
                      .tty = terminal_note(),
                      .status = STATUS_UNKNOWN,
                      .outcome.wait_status = STATUS_UNKNOWN,
                      .patience = TRIM_AFTER_MS};
    int r = 0;

    if (plan->first_gate)
        r = gate_send(sb->gate, GATE_MAPPED, 0, FD_NONE);
    if (r == 0 && sb->cgroup)
        r = cgroup_let_go(sb);
    /* EPIPE: the child is dead, and what it said will be read. */
    if (r < 0 && r != -EPIPE) {
        log_errno(-r, "opening the gate");
        return monitor_abort(sb);
    }
    close_the_rest(&w);
    watch_until_gone(&w);
    if (net_keeper_end(sb) != 0 && w.net_keeper_gone)
        w.network_lost = "its keeper has ended";
    timeout_stop(&w.time);
    terminal_restore(w.tty);
    cgroup_stop(sb);
    if (w.started && w.time.struck)
        say_timeout(&w);
    if (w.started && w.network_lost)
        log_warning("the command lost its network: %s", w.network_lost);
    supervisor_report(sb, w.started);
    if (w.started)
        tell_outcome(&w);
    else
        report_oom(plan, sb); /* its own set-up takes some */
    if (w.started)
        status_tell_ended(plan, w.status);
    cgroup_end(sb);
    guardian_wait(sb);
    return w.status == STATUS_UNKNOWN ? log_exit_status(EXIT_HUSK) : w.status;
}

int monitor_abort(struct sandbox *sb)
{
    kill(sb->pid, SIGKILL);
    while (waitpid(sb->pid, NULL, 0) < 0 && errno == EINTR)
        ;
    cgroup_stop(sb);
    supervisor_end(sb);
    cgroup_end(sb);
    guardian_wait(sb);
    return log_exit_status(EXIT_HUSK);
}
