/* The bare calls: that each is the one it says, with its arguments in their order. */
#include "stage.h"
#include <linux/close_range.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void openat2_resolves_as_told(void **state HUSK_UNUSED)
{
    int fd;

    host_begin();
    host_file("/tmp/root/file", "");
    host_link("/tmp/root/link", "/file");
    fd = sys_openat2(AT_FDCWD, "/tmp/root", O_PATH, 0, 0);
    assert_true(fd >= 0);
    assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
    assert_true(sys_openat2(fd, "link", O_RDONLY, 0, RESOLVE_IN_ROOT) >= 0);
    assert_int_equal(sys_openat2(fd, "link", O_RDONLY, 0, 0), -1);
    assert_int_equal(errno, ENOENT);
    assert_int_equal(sys_openat2(fd, "link", O_RDONLY, 0, RESOLVE_NO_SYMLINKS), -1);
    assert_int_equal(errno, ELOOP);
    assert_int_equal(sys_openat2(fd, "new", O_WRONLY | O_CREAT, 010000, 0), -1); /* no such mode */
    assert_int_equal(errno, EINVAL);
}

static void a_tree_is_copied_restricted_and_attached(void **state HUSK_UNUSED)
{
    struct mount_attr ro = {.attr_set = MOUNT_ATTR_RDONLY};
    int tree;

    host_begin();
    host_file("/tmp/from/file", "");
    host_dir("/tmp/to");
    tree = sys_open_tree(AT_FDCWD, "/tmp/from", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
    assert_true(tree >= 0);
    assert_int_equal(sys_mount_setattr(tree, "", AT_EMPTY_PATH, &ro), 0);
    assert_int_equal(sys_move_mount(tree, "", AT_FDCWD, "/tmp/to", MOVE_MOUNT_F_EMPTY_PATH), 0);
    assert_int_equal(open("/tmp/to/file", O_WRONLY | O_CLOEXEC), -1);
    assert_int_equal(errno, EROFS);
    assert_true(open("/tmp/from/file", O_WRONLY | O_CLOEXEC) >= 0);
    assert_int_equal(sys_umount2("/tmp/to", MNT_DETACH), 0);
    assert_int_equal(access("/tmp/to/file", F_OK), -1);
}

static void a_file_system_is_made(void **state HUSK_UNUSED)
{
    struct statvfs fs;
    int context, mount;

    host_begin();
    context = sys_fsopen("tmpfs", FSOPEN_CLOEXEC);
    assert_true(context >= 0);
    assert_int_equal(sys_fsconfig(context, FSCONFIG_SET_STRING, "size", "8192", 0), 0);
    assert_int_equal(sys_fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0), 0);
    mount = sys_fsmount(context, FSMOUNT_CLOEXEC, MOUNT_ATTR_NOEXEC);
    assert_true(mount >= 0);
    assert_int_equal(fstatvfs(mount, &fs), 0);
    assert_int_equal(fs.f_blocks * fs.f_frsize, 8192);
    assert_true(fs.f_flag & ST_NOEXEC);
}

static void procfs_is_told_from_others(void **state HUSK_UNUSED)
{
    HUSK_FD int proc = open("/proc", O_PATH | O_CLOEXEC), file = FD_NONE, other = FD_NONE;

    host_begin();
    host_file("/tmp/proc/self/status", "");
    file = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
    other = open("/tmp/proc", O_PATH | O_CLOEXEC);
    assert_true(fd_is_procfs(proc));
    assert_true(fd_is_procfs(file));
    assert_false(fd_is_procfs(other));
    assert_false(fd_is_procfs(FD_NONE));
}

static void namespaces_are_left_and_entered(void **state HUSK_UNUSED)
{
    HUSK_FD int old = open("/proc/self/ns/uts", O_RDONLY | O_CLOEXEC), now = FD_NONE;
    struct stat a, b;

    assert_int_equal(sys_unshare(CLONE_NEWUTS), 0);
    now = open("/proc/self/ns/uts", O_RDONLY | O_CLOEXEC);
    assert_int_equal(fstat(old, &a), 0);
    assert_int_equal(fstat(now, &b), 0);
    assert_int_not_equal(a.st_ino, b.st_ino);
    assert_int_equal(sys_setns(old, CLONE_NEWNET), -1); /* it is of another kind */
    assert_int_equal(errno, EINVAL);
    assert_int_equal(sys_setns(old, CLONE_NEWUTS), 0);
    assert_int_equal(stat("/proc/self/ns/uts", &b), 0);
    assert_int_equal(a.st_ino, b.st_ino);
}

static void a_process_is_signalled_through_its_fd(void **state HUSK_UNUSED)
{
    pid_t pid = fork();
    int fd, status;

    if (pid == 0)
        _exit(pause());
    fd = sys_pidfd_open(pid);
    assert_true(fd >= 0);
    assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
    assert_int_equal(sys_pidfd_send_signal(fd, SIGTERM), 0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
    assert_int_equal(sys_pidfd_send_signal(fd, SIGTERM), -1);
    assert_int_equal(errno, ESRCH);
    close(fd);
}

static void ranges_of_fds_are_closed(void **state HUSK_UNUSED)
{
    int a = fcntl(STDERR_FILENO, F_DUPFD, 100), b = fcntl(STDERR_FILENO, F_DUPFD, a + 1);
    int c = fcntl(STDERR_FILENO, F_DUPFD, b + 1);

    assert_int_equal(sys_close_range((unsigned)a, (unsigned)b, 0), 0);
    assert_int_equal(fcntl(a, F_GETFD), -1);
    assert_int_equal(fcntl(b, F_GETFD), -1);
    assert_int_equal(fcntl(c, F_GETFD), 0);
    assert_int_equal(sys_close_range((unsigned)c, (unsigned)c, CLOSE_RANGE_CLOEXEC), 0);
    assert_int_equal(fcntl(c, F_GETFD), FD_CLOEXEC);
    close(c);
}

/* getppid answers errno 77 from here on. */
static int filter_getppid(void *arg HUSK_UNUSED)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | 77),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    const struct sock_fprog prog = {ARRAY_SIZE(code), code};

    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || sys_seccomp_set_filter(&prog) < 0)
        return 1;
    return syscall(SYS_getppid) == -1 && errno == 77 ? 0 : 2;
}

static void a_filter_is_loaded(void **state HUSK_UNUSED)
{
    assert_int_equal(status_of(filter_getppid, NULL), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        INSIDE(openat2_resolves_as_told),
        INSIDE(a_tree_is_copied_restricted_and_attached),
        INSIDE(a_file_system_is_made),
        INSIDE(procfs_is_told_from_others),
        INSIDE(namespaces_are_left_and_entered),
        cmocka_unit_test(a_process_is_signalled_through_its_fd),
        cmocka_unit_test(ranges_of_fds_are_closed),
        cmocka_unit_test(a_filter_is_loaded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
