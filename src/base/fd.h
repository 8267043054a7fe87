/*
 * File descriptors. Each has one owner; TAKE_FD is the only way to hand one on. An empty one is
 * -EBADF. Everything that husk opens is close-on-exec from birth; exec is what closes it.
 */
#pragma once
#include "base/util.h"
#include <errno.h>
#include <sys/types.h>

#define FD_NONE (-EBADF)

/* HUSK_FD int fd = ...: owns the fd, which is closed where the variable's scope ends. */
#define HUSK_FD HUSK_CLEANUP(fd_closep)

/* Hands the fd in *P on and leaves FD_NONE behind. */
#define TAKE_FD(p)                                                                                 \
    ({                                                                                             \
        int *take_ = (p), fd_ = *take_;                                                            \
        *take_ = FD_NONE;                                                                          \
        fd_;                                                                                       \
    })

/* Closes *FD if it is open, keeps errno, leaves FD_NONE. */
void fd_closep(int *fd);

/* Opens something, close-on-exec, in the place of each of 0, 1 and 2 that is closed: so that a file that is
 * opened later cannot get the number that messages are written to. 0 or -errno. */
int fd_fill_standard(void);

/* Closes 0, 1 and 2: who waits for the end of husk's output must not wait for a process that stays. */
void fd_close_standard(void);

/* An fd, close-on-exec, from which the SIZE bytes of DATA can be read, or -errno. It is a memfd called
 * NAME: a pipe could be full before anybody reads. */
int fd_with_data(const char *name, const void *data, size_t size);

/* Writes all of it, through EINTR and short writes. 0 or -errno. */
int fd_write_all(int fd, const void *data, size_t size);

/* Reads up to SIZE bytes until end of file, through EINTR. The number read, or -errno. */
ssize_t fd_read_full(int fd, void *buf, size_t size);

/* Reads FD to its end into arena memory (a 0 byte behind it), at most LIMIT bytes: more is -E2BIG.
 * 0 or -errno. Not for the child after clone. */
int fd_read_all(int fd, size_t limit, char **ret_data, size_t *ret_size);

/* Sets close-on-exec. 0 or -errno (EBADF: it is not open). */
int fd_set_cloexec(int fd);

/* Opens NAME in DIRFD, writes TEXT with one write(2) (as procfs wants), closes. 0 or -errno. */
int fd_write_file_at(int dirfd, const char *name, const char *text);

/* Closes every fd but 0, 1, 2 and the COUNT ones in KEEP, which is sorted here; negative and double
 * ones do no harm. 0 or -errno. */
int fd_close_all_but(int *keep, size_t count);
