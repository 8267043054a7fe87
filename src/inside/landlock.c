/*
 * The Landlock ruleset: each mount adds its rule when it is attached, by its own fd, so no path is looked up.
 * Only the command's process enters it. The process that sets the sandbox up has to mount, and as the reaper it is
 * not one that the command may signal.
 */
#include "base/landlock.h"
#include "base/fd.h"
#include "base/syscalls.h"
#include "inside/inside.h"
#include "plan/landlock.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

/* Of a file the kernel takes only rights that make sense for one. */
static int add_path(struct inside *in, int fd, uint64_t rights)
{
    struct landlock_path_rule rule = {.fd = fd, .allowed = rights & in->plan->landlock.handled.fs};

    if (!rule.allowed || sys_landlock_add_rule(in->landlock, LL_RULE_PATH, &rule) == 0)
        return 0;
    if (errno != EINVAL)
        return -errno;
    rule.allowed &= LL_FILE_RIGHTS;
    if (!rule.allowed || sys_landlock_add_rule(in->landlock, LL_RULE_PATH, &rule) == 0)
        return 0;
    return -errno;
}

int landlock_allow(struct inside *in, int fd, uint64_t rights, const struct origin *from)
{
    int r;

    if (!rights || !in->plan->landlock.handled.fs)
        return 0;
    r = add_path(in, fd, rights);
    return r < 0 ? inside_fail(in, -r, from, "adding a Landlock rule") : 0;
}

/*
 * An fd that was handed in opens its file again through /proc/self/fd, also where the tree has no such file:
 * as it is open now, and no wider. A folder, and what is only a place (O_PATH), with all that is there.
 */
static int allow_fd(struct inside *in, int fd)
{
    static const uint64_t by_mode[] = {
        [O_RDONLY] = LL_READ_FILE | LL_EXECUTE,
        [O_WRONLY] = LL_WRITE_FILE | LL_TRUNCATE,
        [O_RDWR] = LL_READ_FILE | LL_EXECUTE | LL_WRITE_FILE | LL_TRUNCATE,
    };
    int flags = fcntl(fd, F_GETFL), r;
    uint64_t rights = UINT64_MAX;
    struct stat st;

    if (flags < 0 && errno == EBADF)
        return 0; /* it is closed */
    if (flags < 0 || fstat(fd, &st) < 0)
        return inside_fail(in, errno, NULL, "looking at fd %d", fd);
    if (!S_ISDIR(st.st_mode) && !(flags & O_PATH))
        rights = by_mode[MIN(flags & O_ACCMODE, O_RDWR)] | LL_IOCTL_DEV;
    r = add_path(in, fd, rights);
    /* Pipes, sockets and their like are in no tree, and not limited. */
    if (r == 0 || r == -EBADFD)
        return 0;
    return inside_fail(in, -r, NULL, "adding a Landlock rule for fd %d", fd);
}

static int allow_ports(struct inside *in, const struct opt_ports *ports, uint64_t right)
{
    for (size_t i = 0; i < ports->ranges.count; i++) {
        const struct port_range *range = &ports->ranges.items[i];

        for (unsigned port = range->first; port <= range->last; port++) {
            const struct landlock_port_rule rule = {.allowed = right, .port = port};

            if (sys_landlock_add_rule(in->landlock, LL_RULE_PORT, &rule) < 0)
                return inside_fail(in, errno, &ports->from, "adding a Landlock rule for port %u", port);
        }
    }
    return 0;
}

int landlock_begin(struct inside *in)
{
    const struct landlock_handled *handled = &in->plan->landlock.handled;

    if (!landlock_is_used(in->plan))
        return 0;
    in->landlock = sys_landlock_create_ruleset(handled, sizeof *handled);
    return in->landlock < 0 ? inside_fail(in, errno, NULL, "making a Landlock ruleset") : 0;
}

int landlock_finish(struct inside *in)
{
    const struct plan_landlock *l = &in->plan->landlock;
    int r = landlock_allow(in, in->root, l->everywhere, NULL);

    for (size_t i = 0; r == 0 && i < l->fd_count; i++)
        r = allow_fd(in, l->fds[i]);
    if (r == 0)
        r = allow_ports(in, &in->plan->spec->tcp_connect, LL_CONNECT_TCP);
    if (r == 0)
        r = allow_ports(in, &in->plan->spec->tcp_bind, LL_BIND_TCP);
    return r;
}

int landlock_enter(struct inside *in)
{
    if (!landlock_is_used(in->plan))
        return 0;
    if (sys_landlock_restrict_self(in->landlock) < 0)
        return inside_fail(in, errno, NULL, "entering the Landlock ruleset");
    return 0;
}
