#include "host/net_device.h"
#include "base/fd.h"
#include "base/syscalls.h"
#include <linux/if_tun.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

/* A helper opens the device when it starts, so among the first of its files. */
enum { FDS = 64 };

static bool is_device(int fd)
{
    const dev_t tun = makedev(10, 200); /* Documentation/admin-guide/devices.txt of Linux */
    struct stat st;

    return fstat(fd, &st) == 0 && S_ISCHR(st.st_mode) && st.st_rdev == tun;
}

void net_device_leave(int helper)
{
    for (int i = 0; helper >= 0 && i < FDS; i++) {
        HUSK_FD int fd = sys_pidfd_getfd(helper, i);

        if (fd < 0 && errno != EBADF)
            return; /* it has ended, or must not be looked at */
        if (fd >= 0 && is_device(fd)) {
            ioctl(fd, TUNSETPERSIST, 1);
            return;
        }
    }
}
