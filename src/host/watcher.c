#include "host/watcher.h"
#include "base/child.h"
#include "base/fd.h"
#include "gate/gate.h"
#include <signal.h>
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
    if (pid == 0) { /* not tied to husk's parent, even if husk is: see prctl(2) */
        keep[0] = ours;
        HUSK_UNUSED int moved = chdir("/"); /* else it keeps a file system busy for a while, no more */
        /* With the other end open here as well, it would wait for its own end. */
        if (fd_close_all_but(keep, 1) < 0)
            _exit(1);
        fd_close_standard();
        run(ours);
        _exit(0);
    }
    /* Not left to the process itself: on a busy machine it might come to that only after the command, which is of our
     * group, has stopped or killed the group, by signals that cannot be blocked. */
    if (setpgid(pid, pid) < 0) {
        r = -errno;
        kill(pid, SIGKILL);
        child_wait(pid);
        return r;
    }
    *ret_fd = TAKE_FD(&theirs);
    return pid;
}
