#include "base/syscalls.h"
#include <errno.h>
#include <linux/close_range.h>
#include <linux/magic.h>
#include <linux/seccomp.h>
#include <linux/time_types.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

pid_t sys_clone3(struct clone_args *args)
{
    return (pid_t)syscall(SYS_clone3, args, sizeof *args);
}

int sys_unshare(unsigned flags)
{
    return (int)syscall(SYS_unshare, flags);
}

int sys_setns(int fd, int nstype)
{
    return (int)syscall(SYS_setns, fd, nstype);
}

int sys_open_tree(int dirfd, const char *path, unsigned flags)
{
    return (int)syscall(SYS_open_tree, dirfd, path, flags);
}

int sys_move_mount(int from, const char *from_path, int to, const char *to_path, unsigned flags)
{
    return (int)syscall(SYS_move_mount, from, from_path, to, to_path, flags);
}

int sys_mount_setattr(int dirfd, const char *path, unsigned flags, struct mount_attr *attr)
{
    return (int)syscall(SYS_mount_setattr, dirfd, path, flags, attr, sizeof *attr);
}

int sys_fsopen(const char *fs, unsigned flags)
{
    return (int)syscall(SYS_fsopen, fs, flags);
}

int sys_fsconfig(int fs, unsigned cmd, const char *key, const void *value, int aux)
{
    return (int)syscall(SYS_fsconfig, fs, cmd, key, value, aux);
}

int sys_fsmount(int fs, unsigned flags, unsigned attrs)
{
    return (int)syscall(SYS_fsmount, fs, flags, attrs);
}

int sys_mount(const char *source, const char *target, const char *type, unsigned long flags,
              const char *data)
{
    return (int)syscall(SYS_mount, source, target, type, flags, data);
}

int sys_umount2(const char *target, int flags)
{
    return (int)syscall(SYS_umount2, target, flags);
}

int sys_pivot_root(const char *new_root, const char *put_old)
{
    return (int)syscall(SYS_pivot_root, new_root, put_old);
}

int sys_pidfd_open(pid_t pid)
{
    return (int)syscall(SYS_pidfd_open, pid, 0);
}

int sys_pidfd_send_signal(int pidfd, int sig)
{
    return (int)syscall(SYS_pidfd_send_signal, pidfd, sig, NULL, 0);
}

int sys_pidfd_getfd(int pidfd, int fd)
{
    return (int)syscall(SYS_pidfd_getfd, pidfd, fd, 0);
}

int sys_timer_create(int clock, int sig, int *ret)
{
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = sig};

    return (int)syscall(SYS_timer_create, clock, &event, ret);
}

int sys_timer_set(int timer, int64_t first, int64_t then)
{
    const int64_t second = 1000000000;
    struct __kernel_itimerspec when = {
        .it_value = {first / second, first % second},
        .it_interval = {then / second, then % second},
    };

#ifdef SYS_timer_settime64 /* where a long has 32 bits */
    return (int)syscall(SYS_timer_settime64, timer, 0, &when, NULL);
#else
    return (int)syscall(SYS_timer_settime, timer, 0, &when, NULL);
#endif
}

int sys_close_range(unsigned first, unsigned last, unsigned flags)
{
    return (int)syscall(SYS_close_range, first, last, flags);
}

int sys_seccomp_set_filter(const void *fprog)
{
    /* As bwrap does it, not by seccomp(2), which the filter before may deny. */
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, fprog, 0, 0);
}

int sys_landlock_version(void)
{
    return (int)syscall(SYS_landlock_create_ruleset, NULL, 0, 1 /* LANDLOCK_CREATE_RULESET_VERSION */);
}

int sys_landlock_create_ruleset(const void *attr, size_t size)
{
    return (int)syscall(SYS_landlock_create_ruleset, attr, size, 0);
}

int sys_landlock_add_rule(int ruleset, unsigned type, const void *rule)
{
    return (int)syscall(SYS_landlock_add_rule, ruleset, type, rule, 0);
}

int sys_landlock_restrict_self(int ruleset)
{
    return (int)syscall(SYS_landlock_restrict_self, ruleset, 0);
}

int sys_seccomp(unsigned operation, unsigned flags, const void *arg)
{
    return (int)syscall(SYS_seccomp, operation, flags, arg);
}

int sys_seccomp_listener(const void *fprog)
{
    const unsigned flags = SECCOMP_FILTER_FLAG_NEW_LISTENER;
    const unsigned wait_killable = 1 << 5; /* SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV, Linux 5.19 */
    int fd = (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags | wait_killable, fprog);

    if (fd < 0 && errno == EINVAL)
        fd = (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, fprog);
    return fd;
}

int sys_statx(int dirfd, const char *path, int flags, unsigned mask, struct statx *st)
{
    return (int)syscall(SYS_statx, dirfd, path, flags, mask, st);
}

int sys_openat2(int dirfd, const char *path, uint64_t flags, mode_t mode, uint64_t resolve)
{
    struct open_how how = {.flags = flags | O_CLOEXEC, .mode = mode, .resolve = resolve};
    int fd;

    do
        fd = (int)syscall(SYS_openat2, dirfd, path, &how, sizeof how);
    while (fd < 0 && errno == EAGAIN);
    return fd;
}

bool fd_is_procfs(int fd)
{
    struct statfs fs;

    return fstatfs(fd, &fs) == 0 && fs.f_type == PROC_SUPER_MAGIC;
}

int sys_waitid(pid_t pid, siginfo_t *info, int options, struct rusage *usage)
{
    return (int)syscall(SYS_waitid, P_PID, pid, info, options, usage);
}
