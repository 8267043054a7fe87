/*
 * setns(2) puts not the caller but its children into a pid namespace, and the kernel makes a new one
 * only for who is in the one that it will be below of (copy_pid_ns()). So a helper, which is in it,
 * clones: with CLONE_PARENT, so that the sandbox is a child of husk's and not of the helper's. What the
 * helper is told is the pid of its own namespace; the pidfd of the sandbox tells husk its own.
 */
#include "host/pidns.h"
#include "base/child.h"
#include "base/fd.h"
#include "base/syscalls.h"
#include "gate/gate.h"
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The pid of PIDFD here, as procfs tells it. -1 and errno. */
static pid_t pid_of(int pidfd)
{
    char path[64], text[512], *line;
    ssize_t n;
    HUSK_FD int fd = FD_NONE;

    snprintf(path, sizeof path, "/proc/self/fdinfo/%d", pidfd);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    n = fd_read_full(fd, text, sizeof text - 1);
    text[n < 0 ? 0 : n] = 0;
    line = strstr(text, "\nPid:\t");
    n = line ? strtol(line + strlen("\nPid:\t"), NULL, 10) : 0;
    if (n > 0)
        return (pid_t)n;
    errno = ESRCH; /* 0 and -1: of no namespace that can be seen from here, or dead already */
    return -1;
}

/* Enters USERNS and becomes its id 0, which it must have; with one mapped id we are that already. -1 and errno. */
static int become_root_of(int userns)
{
    if (sys_setns(userns, CLONE_NEWUSER) < 0)
        return -1;
    if (getgid() != 0 && syscall(SYS_setresgid, 0, 0, 0) < 0)
        return -1;
    return getuid() != 0 ? (int)syscall(SYS_setresuid, 0, 0, 0) : 0;
}

/* The helper's life. It returns, with 0, only in the process that was cloned. */
static pid_t clone_for_husk(struct clone_args args, int userns, int gate)
{
    int pidfd = FD_NONE;
    pid_t pid;

    if (userns >= 0 && become_root_of(userns) < 0) {
        gate_send(gate, GATE_FAILED, errno, FD_NONE);
        _exit(0);
    }
    args.flags |= CLONE_PARENT | CLONE_PIDFD;
    args.exit_signal = 0; /* it is the helper's own, which is SIGCHLD */
    args.pidfd = (uintptr_t)&pidfd;
    pid = sys_clone3(&args);
    if (pid == 0) {
        fd_closep(&pidfd);
        return 0;
    }
    if (pid < 0)
        gate_send(gate, GATE_FAILED, errno, FD_NONE);
    else
        gate_send(gate, GATE_STARTED, 0, pidfd);
    _exit(0);
}

pid_t pidns_clone(const struct clone_args *args, int userns)
{
    HUSK_FD int ours = FD_NONE, theirs = FD_NONE, pidfd = FD_NONE;
    struct gate_message m;
    pid_t helper;
    int r = gate_open(&ours, &theirs);

    if (r < 0) {
        errno = -r;
        return -1;
    }
    helper = fork();
    if (helper == 0)
        return clone_for_husk(*args, userns, theirs);
    if (helper < 0)
        return -1;
    fd_closep(&theirs);
    r = gate_receive(ours, &m, &pidfd);
    child_wait(helper);
    if (r == 1 && m.kind == GATE_STARTED && pidfd >= 0)
        return pid_of(pidfd);
    errno = r == 1 && m.kind == GATE_FAILED ? m.value : ECHILD;
    return -1;
}
