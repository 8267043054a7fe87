/* What the command may do beyond its ids: capabilities, and the seccomp filters that were given. */
#include "base/fd.h"
#include "base/log.h"
#include "plan/plan.h"
#include "plan/seccomp.h"
#include "plan/seccomp_log.h"
#include "plan/tcp_guard.h"
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/magic.h>
#include <sched.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

enum { FILTER_LIMIT = 65535 * sizeof(struct sock_filter) }; /* sock_fprog.len is 16 bits wide */

/* This process's effective set, which only root passes on. */
static int own_caps(uint64_t *ret)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2];

    if (syscall(SYS_capget, &header, data) < 0)
        return log_errno(errno, "reading husk's capabilities");
    *ret = data[0].effective | (uint64_t)data[1].effective << 32;
    return 0;
}

int plan_caps(struct plan *plan)
{
    const struct spec *s = plan->spec;
    /* The set that comes with --map-auto is the same whoever starts husk. */
    bool passed_on = plan->ids.real_uid == 0 && !s->map_auto, chosen = !passed_on || s->caps_touched;
    uint64_t base = 0;
    int r = passed_on ? own_caps(&base) : 0;

    if (r < 0)
        return r;
    if (plan->ids.uid == 0)
        base |= s->cap_root;
    plan->caps = (base | s->cap_add) & ~s->cap_drop;
    /* In a new user namespace the child has all of them, also those that root did not have outside. */
    plan->set_caps = chosen || (plan->clone_flags & CLONE_NEWUSER) || s->userns.fd >= 0;
    /* A root of mapped ids gets its capabilities from exec itself; in the inheritable set they would
     * stay with what it starts as another user (CVE-2022-27650 elsewhere). */
    plan->ambient = chosen && plan->caps && !(plan->ids.how == IDS_RANGES && plan->ids.uid == 0);
    return 0;
}

/* Does SELinux enforce labels? selinuxfs, at its one place, is also there where the kernel has SELinux but no
 * policy was loaded, as on Debian. Then the kernel takes any label and does nothing with it; its own label is
 * the bare word `kernel', where one of a policy has colons. */
static bool selinux_is_on(void)
{
    HUSK_FD int fd =
        open("/sys/fs/selinux/initial_contexts/kernel", O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    struct statfs fs;
    char context[4096];
    ssize_t n;

    if (fd < 0 || fstatfs(fd, &fs) < 0 || fs.f_type != SELINUX_MAGIC)
        return false;
    n = fd_read_full(fd, context, sizeof context);
    return n > 0 && memchr(context, ':', (size_t)n);
}

static int check_label(const struct opt_text *label)
{
    if (!label->value)
        return 0;
    /* Of an empty one the kernel would take nothing, and say nothing. */
    if (!label->value[0] && !log_is_bwrap())
        return log_error("%s: a label is wanted", origin_text(&label->from)), -EINVAL;
    if (selinux_is_on())
        return 0;
    if (log_is_bwrap())
        log_error("labeling not supported on this system");
    else
        log_error("%s: labels need SELinux, which is off here", origin_text(&label->from));
    return -EOPNOTSUPP;
}

static int read_filter(const struct opt_fd *from, struct plan_filter *ret)
{
    char *data;
    size_t size;
    int r = fd_read_all(from->fd, FILTER_LIMIT, &data, &size);

    if (r < 0)
        return log_errno(-r, "reading seccomp data (%s)", origin_text(&from->from));
    if (size % sizeof(struct sock_filter))
        return log_error("Invalid seccomp data, must be multiple of 8 (%s)",
                         origin_text(&from->from)),
               -EINVAL;
    ret->prog.len = (unsigned short)(size / sizeof(struct sock_filter));
    ret->prog.filter = (struct sock_filter *)data;
    ret->from = from->from;
    return 0;
}

int plan_filters(struct plan *plan)
{
    const struct spec *s = plan->spec;
    VEC(struct plan_filter) filters = {0};
    struct plan_filter policy;
    int r = check_label(&s->exec_label);

    if (r == 0)
        r = check_label(&s->file_label);
    if (r == 0)
        r = plan_seccomp(plan, &policy);
    if (r >= 0 && s->seccomp_log.set)
        r = plan_seccomp_log(plan, r > 0 ? &policy : NULL) < 0 ? -EINVAL : 1;
    if (r > 0) {
        *VEC_PUSH(&filters) = policy;
        r = 0;
    }
    if (plan->landlock.handled.net)
        tcp_guard(plan, VEC_PUSH(&filters));
    for (size_t i = 0; r == 0 && i < s->seccomp.count; i++)
        r = read_filter(&s->seccomp.items[i], VEC_PUSH(&filters));
    if (r == 0 && s->seccomp_last.fd >= 0)
        r = read_filter(&s->seccomp_last, VEC_PUSH(&filters));
    plan->filters = filters.items;
    plan->filter_count = filters.count;
    return r;
}
