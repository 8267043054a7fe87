/*
 * floor: what a launch costs at least. It takes the words of the realistic line and makes the calls of the
 * kernel that these need, with no check, no message, no care for what could be in the way, and no reaper: nobody
 * may use it for a sandbox. What husk takes longer is the price of all that.
 */
#include "base/str.h"
#include "base/syscalls.h"
#include "base/util.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/sched.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void check(long r, const char *what)
{
    if (r >= 0)
        return;
    fprintf(stderr, "floor: %s: %s\n", what, strerror(errno));
    _exit(1);
}

static void put(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);

    check(fd, path);
    check(write(fd, text, strlen(text)), path);
    close(fd);
}

static void map(unsigned inside, unsigned outside, unsigned gid_inside, unsigned gid_outside)
{
    char text[64];

    put("/proc/self/setgroups", "deny");
    snprintf(text, sizeof text, "%u %u 1", inside, outside);
    put("/proc/self/uid_map", text);
    snprintf(text, sizeof text, "%u %u 1", gid_inside, gid_outside);
    put("/proc/self/gid_map", text);
}

static int new_fs(const char *type, const char *key, const char *value, unsigned attrs)
{
    int context = sys_fsopen(type, FSOPEN_CLOEXEC), mount;

    check(context, type);
    if (key)
        check(sys_fsconfig(context, FSCONFIG_SET_STRING, key, value, 0), key);
    check(sys_fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0), type);
    mount = sys_fsmount(context, FSMOUNT_CLOEXEC, attrs);
    check(mount, type);
    close(context);
    return mount;
}

/* The folders above PATH, which is relative to the new root. */
static void make_parents(const char *path)
{
    char part[256];

    for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
        snprintf(part, sizeof part, "%.*s", (int)(slash - path), path);
        mkdir(part, 0755);
    }
}

static void attach(int mount, const char *dest, bool is_dir)
{
    make_parents(dest);
    if (is_dir)
        mkdir(dest, 0755);
    else
        close(open(dest, O_CREAT | O_WRONLY | O_CLOEXEC, 0444));
    check(sys_move_mount(mount, "", AT_FDCWD, dest, MOVE_MOUNT_F_EMPTY_PATH), dest);
    close(mount);
}

static void bind_on(const char *source, const char *dest, uint64_t attrs)
{
    struct mount_attr attr = {.attr_set = MOUNT_ATTR_NOSUID | attrs};
    int tree = sys_open_tree(AT_FDCWD, source, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
    struct stat st;

    if (tree < 0 && errno == ENOENT)
        return;
    check(tree, source);
    check(fstat(tree, &st), source);
    check(sys_mount_setattr(tree, "", AT_EMPTY_PATH | AT_RECURSIVE, &attr), source);
    attach(tree, dest, S_ISDIR(st.st_mode));
}

static void make_dev(void)
{
    static const char *const nodes[] = {"null", "zero", "full", "random", "urandom", "tty"};
    char from[32], to[32];

    attach(new_fs("tmpfs", "mode", "0755", MOUNT_ATTR_NOSUID), "dev", true);
    for (size_t i = 0; i < ARRAY_SIZE(nodes); i++) {
        snprintf(from, sizeof from, "/dev/%s", nodes[i]);
        snprintf(to, sizeof to, "dev/%s", nodes[i]);
        bind_on(from, to, 0);
    }
    check(symlink("/proc/self/fd", "dev/fd"), "fd");
    check(symlink("/proc/self/fd/0", "dev/stdin"), "stdin");
    check(symlink("/proc/self/fd/1", "dev/stdout"), "stdout");
    check(symlink("/proc/self/fd/2", "dev/stderr"), "stderr");
    check(symlink("/proc/kcore", "dev/core"), "core");
    check(mkdir("dev/shm", 0755), "shm");
    attach(new_fs("devpts", "mode", "620", MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC), "dev/pts", true);
    check(symlink("pts/ptmx", "dev/ptmx"), "ptmx");
}

static void loopback(void)
{
    struct ifreq lo = {.ifr_name = "lo", .ifr_flags = IFF_UP};
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    check(ioctl(fd, SIOCSIFFLAGS, &lo), "lo");
    close(fd);
}

/* One option. How many words it has; 0: it is the command. */
static int option(char **w, const char **cwd)
{
    const char *o = w[0] + 2;

    if (w[0][0] != '-')
        return 0;
    if (streq(o, "ro-bind") || streq(o, "ro-bind-try"))
        return bind_on(w[1], w[2] + 1, MOUNT_ATTR_RDONLY | MOUNT_ATTR_NODEV), 3;
    if (streq(o, "bind"))
        return bind_on(w[1], w[2] + 1, MOUNT_ATTR_NODEV), 3;
    if (streq(o, "symlink"))
        return make_parents(w[2] + 1), check(symlink(w[1], w[2] + 1), w[2]), 3;
    if (streq(o, "tmpfs"))
        return attach(new_fs("tmpfs", "mode", "0755", MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV), w[1] + 1, true), 2;
    if (streq(o, "proc"))
        return attach(new_fs("proc", NULL, NULL, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC),
                      w[1] + 1, true), 2;
    if (streq(o, "dev"))
        return make_dev(), 2;
    if (streq(o, "dir"))
        return make_parents(w[1] + 1), mkdir(w[1] + 1, 0755), 2;
    if (streq(o, "hostname"))
        return check(sethostname(w[1], strlen(w[1])), o), 2;
    if (streq(o, "chdir"))
        return *cwd = w[1], 2;
    if (streq(o, "new-session"))
        return setsid(), 1;
    return streq(o, "setenv") ? 3 : 1;
}

static int inside(char **words, unsigned uid, unsigned gid)
{
    static char *env[] = {(char *)"PATH=/usr/bin:/bin", (char *)"HOME=/home/user", (char *)"USER=user",
                          (char *)"LANG=C.UTF-8", (char *)"TERM=dumb", NULL};
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct none[2] = {0};
    const char *cwd = "/";
    int root, n;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    map(0, uid, 0, gid);
    root = new_fs("tmpfs", "mode", "0755", MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV);
    check(sys_move_mount(root, "", AT_FDCWD, "/", MOVE_MOUNT_F_EMPTY_PATH), "/");
    check(fchdir(root), "/");
    while ((n = option(words, &cwd)))
        words += n;
    loopback();
    check(sys_pivot_root(".", "."), "pivot_root");
    check(sys_umount2(".", 2 /* MNT_DETACH */), "umount");
    check(chdir("/"), "/");
    check(sys_unshare(CLONE_NEWUSER), "unshare");
    map(uid, 0, gid, 0);
    check(chdir(cwd), cwd);
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    check(syscall(SYS_capset, &header, none), "capset");
    n = fork();
    if (n == 0) {
        execve(words[0], words, env);
        _exit(127);
    }
    waitpid(n, &n, 0);
    return WEXITSTATUS(n);
}

int main(int argc, char **argv)
{
    struct clone_args args = {
        .flags = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS |
                 CLONE_NEWCGROUP,
        .exit_signal = SIGCHLD,
    };
    unsigned uid = getuid(), gid = getgid();
    int status;
    long pid;

    if (argc < 2)
        return 2;
    if (streq(argv[1], "--version"))
        return puts("the bare calls of the kernel, no sandbox") < 0;
    pid = syscall(SYS_clone3, &args, sizeof args);
    check(pid, "clone3");
    if (pid == 0)
        _exit(inside(argv + 1, uid, gid));
    waitpid((pid_t)pid, &status, 0);
    return WEXITSTATUS(status);
}
