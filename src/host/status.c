#include "host/status.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/str.h"
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static const struct {
    unsigned flag;
    const char *file, *key;
} namespaces[] = {
    {CLONE_NEWCGROUP, "cgroup", "cgroup-namespace"}, {CLONE_NEWIPC, "ipc", "ipc-namespace"},
    {CLONE_NEWNS, "mnt", "mnt-namespace"},           {CLONE_NEWNET, "net", "net-namespace"},
    {CLONE_NEWPID, "pid", "pid-namespace"},          {CLONE_NEWUTS, "uts", "uts-namespace"},
};

static int add_namespaces(const struct plan *plan, const struct sandbox *sb, const char *comma,
                          char *text, size_t size)
{
    size_t used = strlen(text);

    for (size_t i = 0; i < ARRAY_SIZE(namespaces); i++) {
        char path[64];
        struct stat st;

        if (!(plan->clone_flags & namespaces[i].flag))
            continue;
        snprintf(path, sizeof path, "/proc/%d/ns/%s", (int)sb->pid, namespaces[i].file);
        if (stat(path, &st) < 0)
            return log_errno(errno, "open %s failed", path);
        used += (size_t)snprintf(text + used, size - used, "%s\"%s\": %ju", comma, namespaces[i].key,
                                 (uintmax_t)st.st_ino);
    }
    return 0;
}

static int write_to(int fd, const char *what, const char *text)
{
    int r = fd_write_all(fd, text, strlen(text));

    return r < 0 ? log_errno(-r, "Write to %s", what) : 0;
}

/* An object of JSON to WHAT, laid out as bwrap does. */
static int tell(const struct plan *plan, const struct sandbox *sb, int fd, const char *what, const char *start,
                const char *comma, const char *end)
{
    char text[512];
    int r;

    snprintf(text, sizeof text, "%s\"child-pid\": %d", start, (int)sb->pid);
    if ((r = add_namespaces(plan, sb, comma, text, sizeof text - strlen(end))) < 0)
        return r;
    str_copy(text + strlen(text), sizeof text - strlen(text), end);
    return write_to(fd, what, text);
}

static int wait_for_maps(const struct plan *plan, const struct sandbox *sb)
{
    const struct opt_fd *block = &plan->spec->userns_block_fd;
    struct pollfd fds[] = {{.fd = block->fd, .events = POLLIN}, {.fd = sb->gate, .events = 0}};
    sigset_t mask = plan->mask;
    char byte;
    ssize_t n;

    if (block->fd < 0)
        return 0;
    /* The byte may never come: with the caller's signal mask, what ends husk ends it here. But for SIGCHLD, which
     * would be lost to the monitor. */
    sigaddset(&mask, SIGCHLD);
    while (ppoll(fds, ARRAY_SIZE(fds), NULL, &mask) < 0)
        if (errno != EINTR)
            return log_errno(errno, "waiting for %s", origin_text(&block->from));
    if (!fds[0].revents)
        return 0; /* the child is dead, and the monitor will say it */
    n = fd_read_full(block->fd, &byte, 1);
    return n < 0 ? log_errno((int)-n, "waiting for %s", origin_text(&block->from)) : 0;
}

int status_tell_started(const struct plan *plan, const struct sandbox *sb)
{
    int info = plan->spec->info_fd.fd, json = plan->spec->json_status_fd.fd, r = 0;

    if (info >= 0) {
        r = tell(plan, sb, info, "info_fd", "{\n    ", ",\n    ", "\n}\n");
        fd_closep(&info); /* who reads it waits for the end of file */
    }
    if (r == 0 && json >= 0)
        r = tell(plan, sb, json, "json_status_fd", "{ ", ", ", " }\n");
    return r < 0 ? r : wait_for_maps(plan, sb);
}

void status_tell_ended(const struct plan *plan, int status)
{
    int fd = plan->spec->json_status_fd.fd;
    char text[64];

    if (fd < 0)
        return;
    snprintf(text, sizeof text, "{ \"exit-code\": %d }\n", status);
    write_to(fd, "json_status_fd", text);
}
