/*
 * The kernel's calls that libc does not wrap everywhere, as they are: -1 and errno on failure.
 * Only <linux/mount.h> is used for the mount API, since <sys/mount.h> of glibc 2.36 clashes with it.
 * Oldest kernel: 5.14. What a container's filter or gVisor may refuse has a fallback where it is called.
 */
#pragma once
#include <fcntl.h>
#include <linux/mount.h>
#include <linux/openat2.h>
#include <linux/sched.h>
#include <linux/stat.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

#ifndef MOUNT_ATTR_NOSYMFOLLOW
#define MOUNT_ATTR_NOSYMFOLLOW 0x00200000 /* Linux 5.14 */
#endif
#ifndef MNT_DETACH
#define MNT_DETACH 2
#endif

pid_t sys_clone3(struct clone_args *args);
int sys_unshare(unsigned flags);
int sys_setns(int fd, int nstype);

int sys_open_tree(int dirfd, const char *path, unsigned flags);
int sys_move_mount(int from, const char *from_path, int to, const char *to_path, unsigned flags);
int sys_mount_setattr(int dirfd, const char *path, unsigned flags, struct mount_attr *attr);
int sys_fsopen(const char *fs, unsigned flags);
int sys_fsconfig(int fs, unsigned cmd, const char *key, const void *value, int aux);
int sys_fsmount(int fs, unsigned flags, unsigned attrs);
int sys_mount(const char *source, const char *target, const char *type, unsigned long flags,
              const char *data);
int sys_umount2(const char *target, int flags);
int sys_pivot_root(const char *new_root, const char *put_old);

int sys_pidfd_open(pid_t pid);
int sys_pidfd_send_signal(int pidfd, int sig);
int sys_pidfd_getfd(int pidfd, int fd); /* close-on-exec */

/* waitid(2) for process PID. *USAGE is what it has used, and the processes that it waited for (getrusage(2)): an
 * argument of the kernel's that libc's waitid() lacks. */
int sys_waitid(pid_t pid, siginfo_t *info, int options, struct rusage *usage);

/*
 * A timer on CLOCK that sends SIG to this process; *RET is its number. Not by libc, whose timers bring threads
 * along.
 */
int sys_timer_create(int clock, int sig, int *ret);

/* Sets it off in FIRST nanoseconds (0: stops it), and then every THEN nanoseconds (0: only once). */
int sys_timer_set(int timer, int64_t first, int64_t then);

int sys_close_range(unsigned first, unsigned last, unsigned flags);
int sys_seccomp_set_filter(const void *fprog);
int sys_seccomp(unsigned operation, unsigned flags, const void *arg);

/* Loads a filter with a listener, whose fd (close-on-exec) it returns: seccomp_unotify(2). EBUSY: a filter of this
 * process has one already. From Linux 5.19 on, a process that waits for an answer can only be killed. */
int sys_seccomp_listener(const void *fprog);

/* landlock(7); its structures are in base/landlock.h. */
int sys_landlock_version(void);
int sys_landlock_create_ruleset(const void *attr, size_t size);
int sys_landlock_add_rule(int ruleset, unsigned type, const void *rule);
int sys_landlock_restrict_self(int ruleset);

/* statx(2), which musl lacks before 1.2.4. */
int sys_statx(int dirfd, const char *path, int flags, unsigned mask, struct statx *st);

/* openat2(2); retried while it answers EAGAIN (a rename in between). */
int sys_openat2(int dirfd, const char *path, uint64_t flags, mode_t mode, uint64_t resolve);

/* Is FD on procfs: what is written there must not land in a file that somebody put in its place. */
bool fd_is_procfs(int fd);
