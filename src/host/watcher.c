#include "host/watcher.h"
#include "base/fd.h"
#include "gate/gate.h"
#include <sys/prctl.h>
#include <unistd.h>

pid_t watcher_start(watcher_main *run, int *ret_fd)
{
    HUSK_FD int ours = FD_NONE, theirs = FD_NONE;
    int r = gate_open(&ours, &theirs), keep[1];
    pid_t pid;

    if (r < 0)
        return r;
    pid = fork();
    if (pid < 0)
        return -errno;
    if (pid == 0) {
        /* Signals are blocked by now; those of the terminal do not come to another session. */
        prctl(PR_SET_PDEATHSIG, 0, 0, 0, 0);
        setsid();
        keep[0] = ours;
        HUSK_UNUSED int moved = chdir("/"); /* else it keeps a file system busy for a while, no more */
        /* With the other end open here as well, it would wait for its own end. */
        if (fd_close_all_but(keep, 1) < 0)
            _exit(1);
        for (int fd = 0; fd < 3; fd++)
            close(fd); /* who waits for the end of husk's output must not wait for this */
        run(ours);
        _exit(0);
    }
    *ret_fd = TAKE_FD(&theirs);
    return pid;
}
