/* Between machine.c and calls.c: calls that are bent. */
#pragma once
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/types.h>

/* ld's names: of ours, and of the one that is bent. */
#define WRAP(name) __wrap_##name
#define REAL(name) __real_##name
#define BENT(type, name, ...)                                                                      \
    type WRAP(name)(__VA_ARGS__);                                                                  \
    type REAL(name)(__VA_ARGS__);

BENT(int, open, const char *, int, ...)
BENT(int, openat, int, const char *, int, ...)
BENT(int, close, int)
BENT(ssize_t, read, int, void *, size_t)
BENT(ssize_t, write, int, const void *, size_t)
BENT(int, fcntl, int, int, ...)
BENT(int, fstat, int, struct stat *)
BENT(int, stat, const char *, struct stat *)
BENT(int, lstat, const char *, struct stat *)
BENT(int, access, const char *, int)
BENT(int, statvfs, const char *, struct statvfs *)
BENT(ssize_t, getxattr, const char *, const char *, void *, size_t)
BENT(ssize_t, readlink, const char *, char *, size_t)
BENT(char *, getcwd, char *, size_t)
BENT(FILE *, fopen, const char *, const char *)
BENT(int, socket, int, int, int)
BENT(int, connect, int, const struct sockaddr *, socklen_t)
BENT(int, shutdown, int, int)
BENT(ssize_t, recv, int, void *, size_t, int)
BENT(ssize_t, recvfrom, int, void *, size_t, int, struct sockaddr *, socklen_t *)
BENT(ssize_t, send, int, const void *, size_t, int)
BENT(ssize_t, sendto, int, const void *, size_t, int, const struct sockaddr *, socklen_t)
BENT(int, poll, struct pollfd *, nfds_t, int)

/* Those of -D_FORTIFY_SOURCE have no others behind them. */
int WRAP(__open_2)(const char *path, int flags);
int WRAP(__openat_2)(int dir, const char *path, int flags);
ssize_t WRAP(__read_chk)(int fd, void *buf, size_t size, size_t room);
ssize_t WRAP(__readlink_chk)(const char *path, char *buf, size_t size, size_t room);
char *WRAP(__getcwd_chk)(char *buf, size_t size, size_t room);
ssize_t WRAP(__recv_chk)(int fd, void *buf, size_t size, size_t room, int flags);
ssize_t WRAP(__recvfrom_chk)(int fd, void *buf, size_t size, size_t room, int flags, struct sockaddr *from,
                             socklen_t *from_size);

bool machine_is_on(void);
bool machine_is_closed(void);

/* As if husk had said it. */
void machine_say(const char *line);

/* Is PATH below FOLDER. */
bool path_is_in(const char *path, const char *folder);
