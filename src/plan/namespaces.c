/* Which namespaces are new, and the options that only make sense together. */
#include "base/fd.h"
#include "base/log.h"
#include "plan/plan.h"
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>

/* Does this kernel lack the namespaces of FILE. Any other error is no reason to do without them. */
static bool is_unknown(const char *file)
{
    return access(file, F_OK) < 0 && errno == ENOENT;
}

/* --unshare-user-try for root: is a user namespace to be had? Others get one in any case, or fail. */
static bool userns_is_possible(void)
{
    char text[16] = "";
    HUSK_FD int fd = FD_NONE;

    if (is_unknown("/proc/self/ns/user"))
        return false;
    fd = open("/proc/sys/user/max_user_namespaces", O_RDONLY | O_CLOEXEC);
    return fd < 0 || fd_read_full(fd, text, sizeof text - 1) <= 0 || strcmp(text, "0\n") != 0;
}

static int check_user_options(const struct spec *s, bool new_user)
{
    bool any_user = new_user || s->userns.fd >= 0;
    bool asked = s->unshare & CLONE_NEWUSER; /* where bwrap does not count one that is implied */

    if (s->uid.set && !any_user)
        return log_error("Specifying --uid requires --unshare-user or --userns"), -EINVAL;
    if (s->gid.set && !any_user)
        return log_error("Specifying --gid requires --unshare-user or --userns"), -EINVAL;
    if ((s->map_root || s->map_auto || s->uid_map.count || s->gid_map.count) && !new_user)
        return log_error("%s needs --unshare-user", origin_text(&s->map_from)), -EINVAL;
    if (s->disable_userns && !asked)
        return log_error("--disable-userns requires --unshare-user"), -EINVAL;
    if (s->disable_userns && s->userns_block_fd.fd >= 0)
        return log_error("--disable-userns is not compatible with --userns-block-fd"), -EINVAL;
    if (s->userns_block_fd.fd >= 0 && !asked)
        return log_error("--userns-block-fd requires --unshare-user"), -EINVAL;
    if (s->userns_block_fd.fd >= 0 && s->info_fd.fd < 0)
        return log_error("--userns-block-fd requires --info-fd"), -EINVAL;
    return 0;
}

static int check_other_options(const struct spec *s)
{
    if (s->hostname.value && !(s->unshare & CLONE_NEWUTS))
        return log_error("Specifying --hostname requires --unshare-uts"), -EINVAL;
    if (s->as_pid_1 && !(s->unshare & CLONE_NEWPID))
        return log_error("Specifying --as-pid-1 requires --unshare-pid"), -EINVAL;
    if (s->as_pid_1 && s->lock_files.count)
        return log_error("Specifying --as-pid-1 and --lock-file is not permitted"), -EINVAL;
    if ((s->monotonic.value || s->boottime.value) && !(s->unshare & CLONE_NEWTIME)) {
        const struct opt_text *o = s->monotonic.value ? &s->monotonic : &s->boottime;

        return log_error("%s needs --unshare-time", origin_text(&o->from)), -EINVAL;
    }
    return 0;
}

int plan_namespaces(struct plan *plan)
{
    const struct spec *s = plan->spec;
    unsigned flags = s->unshare;
    int r;

    if (((s->unshare | s->unshare_try) & CLONE_NEWUSER) && s->userns.fd >= 0)
        return log_error("--userns is not compatible with --unshare-user"), -EINVAL;
    if (getuid() != 0 && s->userns.fd < 0)
        flags |= CLONE_NEWUSER;
    if ((s->unshare_try & CLONE_NEWUSER) && userns_is_possible())
        flags |= CLONE_NEWUSER;
    if ((s->unshare_try & CLONE_NEWCGROUP) && !is_unknown("/proc/self/ns/cgroup"))
        flags |= CLONE_NEWCGROUP;
    r = check_user_options(s, flags & CLONE_NEWUSER);
    if (r < 0 || (r = check_other_options(s)) < 0)
        return r;
    plan->unshared = flags | CLONE_NEWNS;
    plan->disable_userns = s->disable_userns;
    /* A time namespace takes its offsets before a process enters it: the child unshares it. */
    plan->clone_flags = plan->unshared & ~(unsigned)CLONE_NEWTIME;
    return 0;
}
