/* The process table, as /proc shows it. */
#include "base/fd.h"
#include "bench.h"
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Reads /proc/PID/NAME into BUF and terminates it. 0 or -errno. */
static int proc_read(pid_t pid, const char *name, char *buf, size_t size)
{
    HUSK_FD int fd = FD_NONE;
    char path[64];
    ssize_t n;

    snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    n = fd_read_full(fd, buf, size - 1);
    if (n < 0)
        return (int)n;
    buf[n] = 0;
    return 0;
}

/* The parent of PID, or -1 if PID is gone. */
static pid_t proc_parent(pid_t pid)
{
    char stat[1024], *end;
    int parent;

    if (proc_read(pid, "stat", stat, sizeof stat) < 0)
        return -1;
    end = strrchr(stat, ')'); /* a name may hold blanks and brackets */
    if (!end || sscanf(end + 1, " %*c %d", &parent) != 1)
        return -1;
    return parent;
}

size_t proc_children(pid_t parent, pid_t *ret_pids, size_t max)
{
    DIR *dir = opendir("/proc");
    const struct dirent *entry;
    size_t count = 0;

    while (dir && count < max && (entry = readdir(dir))) {
        pid_t pid = isdigit((unsigned char)*entry->d_name) ? atoi(entry->d_name) : 0;

        if (pid > 0 && proc_parent(pid) == parent)
            ret_pids[count++] = pid;
    }
    if (dir)
        closedir(dir);
    return count;
}

bool proc_is_named(pid_t pid, const char *name)
{
    char comm[64];

    if (proc_read(pid, "comm", comm, sizeof comm) < 0)
        return false;
    comm[strcspn(comm, "\n")] = 0;
    return strcmp(comm, name) == 0;
}

long proc_pss(pid_t pid)
{
    char text[4096], *line;
    int r = proc_read(pid, "smaps_rollup", text, sizeof text);

    if (r < 0)
        return r;
    line = strstr(text, "\nPss:");
    return line ? strtol(line + strlen("\nPss:"), NULL, 10) : -ENODATA;
}
