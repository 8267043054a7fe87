#include "host/guardian.h"
#include "base/alloc.h"
#include "base/child.h"
#include "base/fd.h"
#include "base/lock.h"
#include "base/log.h"
#include "gate/gate.h"
#include "host/watcher.h"
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct placeholder {
    int folder;
    char *name;
    int held; /* see base/lock.h; FD_NONE while it is only announced */
};

static mode_t current_umask(void)
{
    mode_t mask = umask(022);

    umask(mask);
    return mask;
}

/* How long to wait for others that make or remove something in the same folder, in milliseconds. */
enum { PATIENCE_MS = 2000 };

/* Removes P if it is one, is empty, and no other sandbox uses it. *PATIENCE is what is left of it: a
 * stranger that keeps a folder busy can use it up only once. */
static void remove_placeholder(struct placeholder *p, int *patience)
{
    HUSK_FD int busy = lock_busy(p->folder, *patience);
    struct stat st, there;

    if (busy == -EWOULDBLOCK)
        *patience = 0;
    if (p->held < 0)
        p->held = openat(p->folder, p->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (p->held < 0 || fstat(p->held, &st) < 0 || !gate_is_placeholder_mode(st.st_mode))
        return;
    if (lock_is_held(p->held)) {
        fd_closep(&p->held);
        return; /* the last who uses it removes it */
    }
    if (fstatat(p->folder, p->name, &there, AT_SYMLINK_NOFOLLOW) < 0 || there.st_ino != st.st_ino)
        return;
    /* With something in it, it is a folder like others from now on. */
    if (unlinkat(p->folder, p->name, AT_REMOVEDIR) < 0 && errno == ENOTEMPTY)
        fchmod(p->held, 0777 & ~current_umask());
}

/* Until then the masks are needed: a mount point that is removed takes the mount on it away. */
static void wait_for_end(int child)
{
    struct pollfd end = {.fd = child, .events = POLLIN};

    while (child >= 0 && poll(&end, 1, -1) < 0 && errno == EINTR)
        ;
}

static void guard(int gate)
{
    VEC(struct placeholder) list = {0};
    struct gate_message m;
    int fd, child = FD_NONE, patience = PATIENCE_MS;

    while (gate_receive(gate, &m, &fd) == 1) {
        if (m.kind == GATE_PLACEHOLDER && fd >= 0)
            *VEC_PUSH(&list) = (struct placeholder){fd, arena_strdup(m.text), FD_NONE};
        else if (m.kind == GATE_HELD && fd >= 0 && list.count && list.items[list.count - 1].held < 0)
            list.items[list.count - 1].held = fd;
        else if (m.kind == GATE_CHILD && child < 0)
            child = fd;
        else
            fd_closep(&fd);
    }
    wait_for_end(child);
    for (size_t i = list.count; i-- > 0;)
        remove_placeholder(&list.items[i], &patience);
}

int guardian_start(struct sandbox *sb, int *ret_fd)
{
    pid_t pid = watcher_start(guard, ret_fd);

    if (pid < 0)
        return log_errno(-pid, "starting the guardian");
    sb->guardian = pid;
    return 0;
}

void guardian_wait(const struct sandbox *sb)
{
    if (sb->guardian > 0)
        child_wait(sb->guardian);
}
