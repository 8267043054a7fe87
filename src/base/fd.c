#include "base/fd.h"
#include "base/alloc.h"
#include "base/syscalls.h"
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

void fd_closep(int *fd)
{
    if (*fd >= 0) {
        int saved = errno;

        close(*fd);
        errno = saved;
    }
    *fd = FD_NONE;
}

int fd_fill_standard(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        if (fcntl(fd, F_GETFD) >= 0)
            continue;
        /* The lowest free number is this one. */
        if (open("/dev/null", O_RDWR | O_CLOEXEC) != fd && open("/", O_PATH | O_CLOEXEC) != fd)
            return -EBADF;
    }
    return 0;
}

void fd_close_standard(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        close(fd);
}

int fd_with_data(const char *name, const void *data, size_t size)
{
    HUSK_FD int fd = memfd_create(name, MFD_CLOEXEC);
    int r = fd < 0 ? -errno : fd_write_all(fd, data, size);

    if (r == 0 && lseek(fd, 0, SEEK_SET) < 0)
        r = -errno;
    return r < 0 ? r : TAKE_FD(&fd);
}

int fd_write_all(int fd, const void *data, size_t size)
{
    const char *p = data;

    while (size) {
        ssize_t n = write(fd, p, size);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -errno;
        p += n;
        size -= (size_t)n;
    }
    return 0;
}

ssize_t fd_read_full(int fd, void *buf, size_t size)
{
    size_t have = 0;

    while (have < size) {
        ssize_t n = read(fd, (char *)buf + have, size - have);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -errno;
        if (n == 0)
            break;
        have += (size_t)n;
    }
    return (ssize_t)have;
}

int fd_read_all(int fd, size_t limit, char **ret_data, size_t *ret_size)
{
    size_t room = 4096, have = 0;
    char *data = arena_alloc(room + 1);

    for (;;) {
        ssize_t n = fd_read_full(fd, data + have, room - have);

        if (n < 0)
            return (int)n;
        have += (size_t)n;
        if (have > limit)
            return -E2BIG;
        if (have < room)
            break;
        room *= 2;
        data = memcpy(arena_alloc(room + 1), data, have);
    }
    data[have] = 0;
    *ret_data = data;
    *ret_size = have;
    return 0;
}

int fd_set_cloexec(int fd)
{
    int flags = fcntl(fd, F_GETFD);

    if (flags < 0 || (!(flags & FD_CLOEXEC) && fcntl(fd, F_SETFD, flags | FD_CLOEXEC) < 0))
        return -errno;
    return 0;
}

int fd_write_file_at(int dirfd, const char *name, const char *text)
{
    HUSK_FD int fd = openat(dirfd, name, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
    ssize_t n;

    if (fd < 0)
        return -errno;
    n = write(fd, text, strlen(text));
    if (n < 0)
        return -errno;
    return (size_t)n == strlen(text) ? 0 : -EIO;
}

/* Insertion: there are a handful, and qsort(3) may allocate. */
static void sort(int *fds, size_t count)
{
    for (size_t i = 1; i < count; i++)
        for (size_t k = i; k > 0 && fds[k] < fds[k - 1]; k--) {
            int fd = fds[k];

            fds[k] = fds[k - 1];
            fds[k - 1] = fd;
        }
}

int fd_close_all_but(int *keep, size_t count)
{
    unsigned first = STDERR_FILENO + 1;

    sort(keep, count);
    for (size_t i = 0; i < count; i++) {
        unsigned fd = (unsigned)keep[i];

        if (keep[i] < 0 || fd < first)
            continue;
        if (fd > first && sys_close_range(first, fd - 1, 0) < 0)
            return -errno;
        first = fd + 1;
    }
    return sys_close_range(first, ~0U, 0) < 0 ? -errno : 0;
}
