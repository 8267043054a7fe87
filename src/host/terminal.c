#include "host/terminal.h"
#include "base/fd.h"
#include <errno.h>
#include <signal.h>
#include <unistd.h>

int terminal_note(void)
{
    pid_t job = getpgrp();

    for (int fd = 0; fd < 3; fd++)
        if (tcgetpgrp(fd) == job)
            return fd;
    return FD_NONE;
}

void terminal_restore(int tty)
{
    pid_t job = tty >= 0 ? tcgetpgrp(tty) : -1;

    /* A job that lives is none of the sandbox's: husk was stopped, and the shell took the terminal back. */
    if (job <= 0 || job == getpgrp() || kill(-job, 0) == 0 || errno != ESRCH)
        return;
    /* SIGTTOU, which a background job gets for this, is blocked: then it is allowed (tcsetpgrp(3)). */
    tcsetpgrp(tty, getpgrp());
}
