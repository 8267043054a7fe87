/* What the command finds itself in: folder, umask, session, limits; and the wait for --block-fd. */
#include "base/fd.h"
#include "base/resolve.h"
#include "base/str.h"
#include "inside/inside.h"
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

int block_wait(struct inside *in)
{
    const struct opt_fd *block = &in->plan->spec->block_fd;
    /* The gate's end means that the launcher died: nobody may be left to write the byte. */
    struct pollfd fds[] = {{.fd = in->gate, .events = 0}, {.fd = block->fd, .events = POLLIN}};
    char byte;

    if (block->fd < 0)
        return 0;
    while (poll(fds, ARRAY_SIZE(fds), -1) < 0)
        if (errno != EINTR)
            return inside_fail(in, errno, &block->from, "waiting for fd %d", block->fd);
    if (fds[0].revents)
        _exit(1);
    if (fd_read_full(block->fd, &byte, 1) < 0)
        return inside_fail(in, errno, &block->from, "waiting for fd %d", block->fd);
    return 0;
}

/* Enters PATH. PWD is the path as it was given, links and all, unless it is relative. Not by chdir(2), by which a
 * path through /proc/self/fd would lead to the host: husk has fds of it until exec. 0 or -errno. */
static int enter(const struct inside *in, const char *path, char pwd[PATH_MAX])
{
    HUSK_FD int folder = resolve_in_root(in->root, path, O_PATH | O_DIRECTORY);

    if (folder < 0)
        return folder;
    if (fchdir(folder) < 0)
        return -errno;
    if (path[0] != '/')
        return getcwd(pwd, PATH_MAX) ? 0 : -errno;
    str_copy(pwd, PATH_MAX, path); /* a longer one would not have been found */
    return 0;
}

/* Does R say that there is no such folder inside, or none that may be entered: another one will do. */
static bool is_no_folder(int r)
{
    return r == -ENOENT || r == -ENOTDIR || r == -EACCES || r == -ELOOP || r == -ENAMETOOLONG;
}

/* Where the command starts: --chdir, which must work; else the old folder if it is there inside too;
 * else the home; else /. */
static int enter_folder(struct inside *in)
{
    const struct plan *plan = in->plan;
    const struct opt_text *asked = &plan->spec->chdir;
    /* The plan left room for a path behind it. */
    char *pwd = plan->env[plan->pwd_slot] + strlen("PWD=");
    const char *const places[] = {plan->old_cwd, plan->home, "/"};
    int r = -ENOENT;

    if (asked->value) {
        r = enter(in, asked->value, pwd);
        return r < 0 ? inside_fail_hint(in, HINT_CHDIR, -r, &asked->from, "Can't chdir to %s",
                                        asked->value)
                     : 0;
    }
    for (size_t i = 0; i < ARRAY_SIZE(places) && is_no_folder(r); i++)
        if (places[i])
            r = enter(in, places[i], pwd);
    return r < 0 ? inside_fail(in, -r, NULL, "Can't chdir to the current folder, the home or /") : 0;
}

int process_settle(struct inside *in)
{
    const struct plan *plan = in->plan;
    int r = enter_folder(in);

    if (r < 0)
        return r;
    umask(plan->umask);
    /* One that was asked for is the command's alone: it may be less than the reaper needs. */
    if (!plan->spec->limits[RLIMIT_NOFILE].set && setrlimit(RLIMIT_NOFILE, &plan->nofile) < 0)
        return inside_fail(in, errno, NULL, "setting the limit of open files");
    if (plan->spec->new_session && setsid() < 0)
        return inside_fail(in, errno, NULL, "setsid");
    return 0;
}
