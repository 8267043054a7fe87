#include "host/signals.h"
#include <signal.h>
#include <unistd.h>

/* Those that are passed on, besides SIGCHLD which is ours. */
static const int passed[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGWINCH,
                             SIGTSTP, SIGCONT};

int signals_open(void)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    for (size_t i = 0; i < ARRAY_SIZE(passed); i++) {
        struct sigaction now;

        /* nohup(1) and a script's "&" have some ignored: they stay so, for the command as well. */
        if (sigaction(passed[i], NULL, &now) == 0 && now.sa_handler != SIG_IGN)
            sigaddset(&set, passed[i]);
    }
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

bool signal_reaches_command(const struct plan *plan, const struct signalfd_siginfo *info)
{
    if (info->ssi_code != SI_KERNEL || plan->spec->new_session)
        return false;
    switch (info->ssi_signo) {
    case SIGCONT:
        return false; /* the command's job may not be the one that the shell continued */
    case SIGHUP:
        return getsid(0) != getpid(); /* tty_signal_session_leader() */
    default:
        return true;
    }
}
