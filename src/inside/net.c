/* The loopback of a new network namespace; the kernel gives it 127.0.0.1 and ::1 when it comes up. */
#include "base/fd.h"
#include "inside/inside.h"
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

int loopback_up(struct inside *in)
{
    struct ifreq lo = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING};
    HUSK_FD int fd = FD_NONE;

    if (!(in->plan->clone_flags & CLONE_NEWNET))
        return 0;
    fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || ioctl(fd, SIOCSIFFLAGS, &lo) < 0)
        return inside_fail(in, errno, NULL, "loopback: Failed to bring it up");
    return 0;
}
