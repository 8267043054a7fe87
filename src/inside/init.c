#include "inside/init.h"
#include "base/fd.h"
#include "base/trim.h"
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Keeps only what lasts as long as the sandbox: pipes that the command closes must be closed. */
static void close_the_rest(struct inside *in)
{
    *in_hold(in) = in->gate;
    *in_hold(in) = in->guardian;
    fd_close_all_but(in->held.items, in->held.count);
}

/* A command that lasts is waited for with as little memory as can be; a short one does not pay for that.
 * SIGCHLD is blocked, so one that came before ends the wait at once. */
static void trim_if_it_lasts(void)
{
    const struct timespec while_short = {.tv_nsec = TRIM_AFTER_MS * 1000000L};
    sigset_t child;

    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    if (sigtimedwait(&child, NULL, &while_short) < 0)
        trim_code();
}

/*
 * The monitor's word that the time of --timeout is up. All that is inside gets it, as timeout(1) tells a process
 * group: a shell hears it only when the child that it waits for has ended. Stopped, nothing could end. It comes by
 * sigqueue(3), from outside, whose pids are 0 here; a SIGTERM of others is nothing to husk's pid 1.
 */
static void tell_all(int sig, siginfo_t *info, void *context HUSK_UNUSED)
{
    int saved = errno;

    if (info->si_code == SI_QUEUE && info->si_pid == 0) {
        kill(-1, sig);
        kill(-1, SIGCONT);
    }
    errno = saved;
}

/* Only as pid 1, of a pid namespace of ours: elsewhere -1 is every process of this user's. */
static void hear_of_timeout(const struct plan *plan)
{
    const struct sigaction tell = {.sa_sigaction = tell_all, .sa_flags = SA_SIGINFO | SA_RESTART};
    sigset_t term;

    if (!plan->timeout || getpid() != 1)
        return;
    sigaction(SIGTERM, &tell, NULL);
    sigemptyset(&term);
    sigaddset(&term, SIGTERM);
    sigprocmask(SIG_UNBLOCK, &term, NULL); /* it may have been sent by now */
}

#ifndef W_EXITCODE /* musl has none */
#define W_EXITCODE(status, sig) ((status) << 8 | (sig))
#endif

static int status_of(const siginfo_t *info)
{
    return info->si_code == CLD_EXITED ? info->si_status : 128 + info->si_status;
}

/* As waitpid(2) has it. */
static int wait_status(const siginfo_t *info)
{
    return info->si_code == CLD_EXITED ? W_EXITCODE(info->si_status, 0)
                                       : W_EXITCODE(0, info->si_status);
}

void init_run(struct inside *in, pid_t payload)
{
    siginfo_t info;

    close_the_rest(in);
    hear_of_timeout(in->plan);
    trim_if_it_lasts();
    for (;;) {
        info.si_pid = 0;
        if (waitid(P_ALL, 0, &info, WEXITED | WSTOPPED | __WALL) < 0) {
            if (errno == EINTR)
                continue;
            _exit(1); /* no child left, and the command was not seen to end: cannot be */
        }
        if (info.si_pid != payload)
            continue;
        if (info.si_code == CLD_STOPPED)
            gate_send(in->gate, GATE_STOPPED, info.si_status, FD_NONE);
        else if (info.si_code != CLD_TRAPPED)
            break;
    }
    if (in->plan->spec->report != REPORT_NO)
        gate_send(in->gate, GATE_ENDED, wait_status(&info), FD_NONE);
    /* In a pid namespace of ours the kernel kills what is left, as soon as its init is gone. Elsewhere the
     * command's orphans go to the host's init and live on, as bwrap's do; the manual says so. */
    _exit(status_of(&info));
}
