#include "host/terminal.h"
#include "base/fd.h"
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
    /* SIGTTOU, which a background job gets for this, is blocked: then it is allowed (tcsetpgrp(3)). */
    if (tty >= 0 && tcgetpgrp(tty) != getpgrp())
        tcsetpgrp(tty, getpgrp());
}
