#include "base/lock.h"
#include "base/fd.h"
#include <fcntl.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

int lock_hold(int fd)
{
    struct flock whole = {.l_type = F_RDLCK, .l_whence = SEEK_SET};

    return fcntl(fd, F_OFD_SETLK, &whole) < 0 ? -errno : 0;
}

bool lock_is_held(int fd)
{
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

    return fcntl(fd, F_OFD_GETLK, &whole) < 0 || whole.l_type != F_UNLCK;
}

int lock_busy(int folder, int patience_ms)
{
    const struct timespec moment = {.tv_nsec = 1000000L};
    HUSK_FD int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0)
        return -errno;
    while (flock(fd, LOCK_EX | LOCK_NB) < 0) {
        if ((errno != EWOULDBLOCK && errno != EINTR) || patience_ms-- <= 0)
            return -errno;
        nanosleep(&moment, NULL);
    }
    return TAKE_FD(&fd);
}
