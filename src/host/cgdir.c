#include "host/cgdir.h"
#include "base/clock.h"
#include "base/fd.h"
#include "base/str.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

enum { PATIENCE_MS = 10000 };

bool fd_is_cgroup2(int fd)
{
    struct statfs fs;

    return fstatfs(fd, &fs) == 0 && fs.f_type == CGROUP2_SUPER_MAGIC;
}

int cgdir_open(const char *path)
{
    HUSK_FD int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0)
        return -errno;
    return fd_is_cgroup2(fd) ? TAKE_FD(&fd) : -ENOTTY;
}

static int open_child(int parent, const char *name)
{
    int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

    return fd < 0 ? -errno : fd;
}

int cgdir_make(int parent, const char *name)
{
    return mkdirat(parent, name, 0755) < 0 ? -errno : open_child(parent, name);
}

/* ---- files ----------------------------------------------------------------------------------- */

int cgdir_read(int dir, const char *file, char *buf)
{
    HUSK_FD int fd = openat(dir, file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    ssize_t n;

    if (fd < 0)
        return -errno;
    n = fd_read_full(fd, buf, CGDIR_TEXT - 1);
    if (n < 0)
        return (int)n;
    buf[n] = 0;
    return 0;
}

bool cgdir_has_word(int dir, const char *file, const char *word)
{
    char text[CGDIR_TEXT], *rest = text, *next;

    if (cgdir_read(dir, file, text) < 0)
        return false;
    while ((next = strsep(&rest, " \n")))
        if (streq(next, word))
            return true;
    return false;
}

int64_t cgdir_number(int dir, const char *file, const char *key)
{
    char text[CGDIR_TEXT], *rest = text, *line;
    size_t length = key ? strlen(key) : 0;
    int r = cgdir_read(dir, file, text);
    uint64_t value;

    if (r < 0)
        return r;
    while ((line = strsep(&rest, "\n"))) {
        const char *at = line;

        if (key && (strncmp(line, key, length) != 0 || line[length] != ' '))
            continue;
        if (key)
            at += length + 1;
        return parse_number(at, 10, INT64_MAX, &value) ? (int64_t)value : -EBADMSG;
    }
    return -ENOENT;
}

/* ---- processes ------------------------------------------------------------------------------- */

int cgdir_move(int dir, pid_t pid)
{
    char text[16];

    snprintf(text, sizeof text, "%d", (int)pid);
    return fd_write_file_at(dir, "cgroup.procs", text);
}

bool cgdir_is_home_of(int dir, pid_t pid)
{
    char text[CGDIR_TEXT], want[16];

    snprintf(want, sizeof want, "%d\n", (int)pid);
    return cgdir_read(dir, "cgroup.procs", text) == 0 && streq(text, want);
}

/* cgroup.events tells of a change as POLLPRI, counted from the last time that it was read from its start. */
static int wait_empty(int dir)
{
    HUSK_FD int events = openat(dir, "cgroup.events", O_RDONLY | O_CLOEXEC);
    int64_t end = monotonic_ms() + PATIENCE_MS;
    char text[256];

    if (events < 0)
        return -errno;
    for (;;) {
        struct pollfd change = {.fd = events, .events = POLLPRI};
        ssize_t n = pread(events, text, sizeof text - 1, 0);
        int64_t left = end - monotonic_ms();

        if (n < 0)
            return -errno;
        text[n] = 0;
        if (strstr(text, "populated 0"))
            return 0;
        if (left <= 0)
            return -ETIME;
        if (poll(&change, 1, (int)left) < 0 && errno != EINTR)
            return -errno;
    }
}

int cgdir_kill(int dir)
{
    int r;

    if (cgdir_number(dir, "cgroup.events", "populated") == 0)
        return 0;
    r = fd_write_file_at(dir, "cgroup.kill", "1");
    return r < 0 ? r : wait_empty(dir);
}

/* ---- the end --------------------------------------------------------------------------------- */

/* Removes the cgroups below DIR. How deep they can be is limited where husk makes DIR: see cgroup.c. */
static void remove_children(int dir)
{
    int copy = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *list = copy < 0 ? NULL : fdopendir(copy);
    struct dirent *entry;

    while (list && (entry = readdir(list))) {
        HUSK_FD int child = FD_NONE;

        if (entry->d_type != DT_DIR || streq(entry->d_name, ".") || streq(entry->d_name, ".."))
            continue;
        child = open_child(dir, entry->d_name);
        if (child >= 0)
            remove_children(child);
        unlinkat(dir, entry->d_name, AT_REMOVEDIR);
    }
    if (list)
        closedir(list);
    else
        fd_closep(&copy);
}

int cgdir_end(int parent, const char *name)
{
    HUSK_FD int dir = open_child(parent, name);
    int r;

    if (dir < 0)
        return dir == -ENOENT || dir == -ENODEV ? 0 : dir;
    r = cgdir_kill(dir);
    if (r < 0)
        return r == -ENODEV ? 0 : r; /* the other of the two who do this was faster */
    remove_children(dir);
    return unlinkat(parent, name, AT_REMOVEDIR) < 0 && errno != ENOENT ? -errno : 0;
}
