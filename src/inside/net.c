/*
 * The network namespace. To make one is the largest single cost of a launch, as much as all the mounts,
 * and neither needs the other: so a process beside us, on the same memory and fds, makes it and brings
 * the loopback up while we mount; then we enter it through the fd of the socket that was used for that.
 *
 * The loopback gets 127.0.0.1 and ::1 from the kernel when it comes up.
 */
#include "base/fd.h"
#include "base/raw_syscall.h"
#include "base/syscalls.h"
#include "inside/inside.h"
#include <linux/sockios.h>
#include <net/if.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STACK_SIZE = 16 * 1024 };

/* What the two share. The one beside writes it before it ends, we read it after. */
static struct beside {
    pid_t pid;
    const char *what; /* the last thing tried */
    long result;      /* the socket, or -errno */
    struct ifreq lo;
    char stack[STACK_SIZE] __attribute__((aligned(16)));
} beside;

/* errno is ours, not its own: so no libc in here. */
static int make_beside(void *arg HUSK_UNUSED)
{
    long fd, r;

    beside.what = "making a new network namespace";
    r = raw_syscall3(SYS_unshare, CLONE_NEWNET, 0, 0);
    if (r == 0) {
        beside.what = "bringing the loopback up";
        r = fd = raw_syscall3(SYS_socket, AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        if (fd >= 0 && (r = raw_syscall3(SYS_ioctl, fd, SIOCSIFFLAGS, (long)&beside.lo)) == 0)
            r = fd;
    }
    beside.result = r;
    raw_syscall3(SYS_exit, 0, 0, 0);
    return 0;
}

static void fill_loopback(struct ifreq *lo)
{
    memset(lo, 0, sizeof *lo);
    strcpy(lo->ifr_name, "lo");
    lo->ifr_flags = IFF_UP | IFF_RUNNING;
}

int net_begin(struct inside *in)
{
    if (!in->plan->net_beside)
        return 0;
    fill_loopback(&beside.lo);
    beside.result = -ECANCELED;
    /* No exit signal: it is waited for with __WALL. */
    beside.pid = clone(make_beside, beside.stack + STACK_SIZE, CLONE_VM | CLONE_FILES, NULL);
    if (beside.pid < 0)
        return inside_fail(in, errno, NULL, "making a new network namespace");
    return 0;
}

static int enter_made(struct inside *in)
{
    HUSK_FD int socket_fd = FD_NONE, ns = FD_NONE;

    if (waitpid(beside.pid, NULL, __WALL) != beside.pid)
        return inside_fail(in, errno, NULL, "making a new network namespace");
    if (beside.result < 0)
        return inside_fail(in, (int)-beside.result, NULL, "%s", beside.what);
    socket_fd = (int)beside.result;
    ns = ioctl(socket_fd, SIOCGSKNS); /* Linux 4.10 */
    if (ns < 0 || fd_set_cloexec(ns) < 0 || sys_setns(ns, CLONE_NEWNET) < 0)
        return inside_fail(in, errno, NULL, "entering the new network namespace");
    return 0;
}

int net_enter(struct inside *in)
{
    HUSK_FD int fd = FD_NONE;
    struct ifreq lo;

    if (in->plan->net_beside)
        return enter_made(in);
    if (!(in->plan->clone_flags & CLONE_NEWNET))
        return 0;
    fill_loopback(&lo);
    fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || ioctl(fd, SIOCSIFFLAGS, &lo) < 0)
        return inside_fail(in, errno, NULL, "loopback: Failed to bring it up");
    return 0;
}
