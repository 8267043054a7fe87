/*
 * Hints about refused user namespaces: each cause as facts and, where this machine lets us, for
 * real.
 */
#include "base/alloc.h"
#include "base/fd.h"
#include "base/str.h"
#include "host/why.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void has(const char *hint, const char *part)
{
    if (!hint || !strstr(hint, part))
        fail_msg("no \"%s\" in: %s", part, hint ? hint : "(no hint)");
}

/* A machine on which nothing is wrong. */
static struct facts healthy(void)
{
    return (struct facts){.has_proc = true,
                          .has_userns = true,
                          .max_userns = 1000,
                          .debian_clone = UNKNOWN,
                          .apparmor_userns = UNKNOWN,
                          .os = "",
                          .os_like = ""};
}

/* ---- decisions ----------------------------------------------------------------------------- */

static void a_healthy_machine_gives_no_hint(void **state HUSK_UNUSED)
{
    struct facts f = healthy();

    assert_null(userns_hint(EACCES, NULL, &f));
    assert_null(userns_hint(EINVAL, NULL, &f));
    assert_null(userns_hint(ENOMEM, NULL, &f));
    assert_null(userns_hint(EPERM, "uid_map", &f));
    assert_null(procfs_hint(EPERM, &f));
    assert_null(procfs_hint(ENODEV, &f));
}

static void limits_are_named(void **state HUSK_UNUSED)
{
    struct facts f = healthy();

    has(userns_hint(ENOSPC, NULL, &f), "user.max_user_namespaces=2000");
    f.zero_limit = "net";
    has(userns_hint(ENOSPC, NULL, &f), "user.max_net_namespaces is 0: sudo");
    f.nested = true;
    has(userns_hint(ENOSPC, NULL, &f), "is 0 in this user namespace");
    f.zero_limit = NULL;
    f.max_userns = INT32_MAX;
    has(userns_hint(ENOSPC, NULL, &f), "nested 32 deep");
    has(userns_hint(EUSERS, NULL, &f), "nested 32 deep");
    has(userns_hint(ENOSPC, "unshare user ns", &f), "nested 32 deep");
    has(userns_hint(EAGAIN, NULL, &f), "pids.max");
    f.max_userns = UNKNOWN;
    assert_null(userns_hint(ENOSPC, NULL, &f));
}

static void switches_are_named(void **state HUSK_UNUSED)
{
    struct facts f = healthy();

    f.debian_clone = 0;
    has(userns_hint(EPERM, NULL, &f), "kernel.unprivileged_userns_clone=1");
    f.admin = true;
    assert_null(userns_hint(EACCES, NULL, &f));
    f = healthy();
    f.apparmor_userns = 1;
    has(userns_hint(EPERM, NULL, &f), "kernel.apparmor_restrict_unprivileged_userns=0");
    has(userns_hint(EACCES, NULL, &f), "kernel.apparmor_restrict_unprivileged_userns=0");
    has(userns_hint(EACCES, "uid_map", &f), "kernel.apparmor_restrict_unprivileged_userns=0");
    has(userns_hint(EPERM, "mounting /proc", &f), "kernel.apparmor_restrict_unprivileged_userns=0");
    f.apparmor_userns = 0;
    assert_null(userns_hint(EPERM, "uid_map", &f));
    f.has_userns = false;
    has(userns_hint(EINVAL, NULL, &f), "CONFIG_USER_NS");
}

static void filters_are_named_with_their_container(void **state HUSK_UNUSED)
{
    static const char *const words[] = {
        [CONTAINER_NONE] = "RestrictNamespaces=",
        [CONTAINER_DOCKER] = "docker run --security-opt seccomp=unconfined",
        [CONTAINER_PODMAN] = "podman run --security-opt seccomp=unconfined",
        [CONTAINER_KUBERNETES] = "seccompProfile",
        [CONTAINER_OTHER] = "this container's seccomp filter",
    };
    struct facts f = healthy();

    for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
        f.container = (enum container)i;
        f.seccomp = false;
        assert_null(userns_hint(EACCES, NULL, &f));
        f.seccomp = true;
        has(userns_hint(EPERM, NULL, &f), words[i]);
        has(userns_hint(ENOSYS, NULL, &f), words[i]);
        assert_null(userns_hint(EPERM, "uid_map", &f));
    }
}

static void one_of_several_causes_is_named(void **state HUSK_UNUSED)
{
    struct facts f = healthy();

    /* Ubuntu, in a Docker container: its filter comes first. */
    f.apparmor_userns = 1;
    f.seccomp = true;
    f.container = CONTAINER_DOCKER;
    f.apparmor_label = "docker-default";
    has(userns_hint(EPERM, NULL, &f), "seccomp=unconfined");
    f.apparmor_userns = 0;
    has(userns_hint(EACCES, NULL, &f), "docker-default refuses it: start the container with "
                                       "docker run --security-opt apparmor=unconfined");
    /* Ubuntu, in a program that has a filter of its own. */
    f = healthy();
    f.apparmor_userns = 1;
    f.seccomp = true;
    has(userns_hint(EPERM, NULL, &f), "kernel.apparmor_restrict");
    f.chrooted = true;
    has(userns_hint(EPERM, NULL, &f), "is chrooted");
}

static void a_chroot_is_what_is_left(void **state HUSK_UNUSED)
{
    struct facts f = healthy();

    has(userns_hint(EPERM, NULL, &f), "is probably chrooted");
    f.chrooted = true;
    has(userns_hint(EPERM, NULL, &f), "is chrooted");
    f.chrooted = false;
    f.container = CONTAINER_OTHER;
    assert_null(userns_hint(EPERM, NULL, &f));
}

static void security_modules_are_named(void **state HUSK_UNUSED)
{
    struct facts f = healthy();

    f.selinux = true;
    has(userns_hint(EACCES, NULL, &f), "SELinux");
    f.apparmor_label = "/usr/bin/husk";
    has(userns_hint(EACCES, "uid_map", &f), "AppArmor profile /usr/bin/husk");
    f.unmapped = true;
    has(userns_hint(EPERM, NULL, &f), "does not map");
}

static void refused_mounts_are_explained(void **state HUSK_UNUSED)
{
    struct facts f = healthy();

    assert_null(mount_hint(EPERM, &f));
    assert_null(mount_hint(ENOENT, &f));
    has(mount_hint(ENOSYS, &f), "Linux 5.14");
    f.seccomp = true;
    has(mount_hint(ENOSYS, &f), "refuses mounts");
    has(mount_hint(EPERM, &f), "refuses mounts");
    assert_null(mount_hint(EACCES, &f));
    f.apparmor_userns = 1;
    has(mount_hint(EACCES, &f), "kernel.apparmor_restrict_unprivileged_userns=0");
}

static void trouble_with_proc_is_named(void **state HUSK_UNUSED)
{
    struct facts f = healthy();

    f.proc_read_only = true;
    has(userns_hint(EROFS, "uid_map", &f), "/proc is mounted read-only");
    has(procfs_hint(EPERM, &f), "/proc is read-only here");
    f.proc_read_only = false;
    f.covered = "/proc/kcore";
    has(userns_hint(EROFS, "uid_map", &f), "writable /proc");
    has(procfs_hint(EPERM, &f), "/proc/kcore is covered here");
    has(procfs_hint(EPERM, &f), "--ro-bind /proc /proc");
    f.container = CONTAINER_DOCKER;
    has(procfs_hint(EPERM, &f), "docker run --security-opt systempaths=unconfined");
    f.container = CONTAINER_PODMAN;
    has(procfs_hint(EPERM, &f), "unmask=ALL");
    f.has_proc = false;
    has(userns_hint(ENOENT, "uid_map", &f), "mount -t proc");
    f.has_proc = true;
    has(userns_hint(ENODEV, "what is on /proc", &f), "mount -t proc");
    f.has_proc = false;
    has(procfs_hint(EPERM, &f), "mount -t proc");
}

static void trouble_with_helpers_is_named(void **state HUSK_UNUSED)
{
    struct helper_facts h = {0};
    struct facts f = healthy();

    has(helper_hint("newuidmap", &h, &f), "package uidmap, shadow-utils or shadow-uidmap");
    f.os = "linuxmint";
    f.os_like = "ubuntu debian";
    has(helper_hint("newuidmap", &h, &f),
        "newuidmap is not installed: sudo apt-get install uidmap");
    f.os = "alpine";
    f.os_like = "";
    has(helper_hint("newgidmap", &h, &f), "apk add shadow-uidmap");
    h.path = "/usr/bin/newuidmap";
    has(helper_hint("newuidmap", &h, &f), "sudo chmod u+s /usr/bin/newuidmap");
    h.privileged = true;
    assert_null(helper_hint("newuidmap", &h, &f));
    f.no_new_privs = true;
    has(helper_hint("newuidmap", &h, &f), "no_new_privs");
    h.nosuid = true;
    has(helper_hint("newuidmap", &h, &f), "mounted nosuid");
}

/* ---- for real ------------------------------------------------------------------------------ */

static char root[] = "/tmp/husk-why-XXXXXX";

static int make_root(void **state HUSK_UNUSED)
{
    return mkdtemp(strcpy(root, "/tmp/husk-why-XXXXXX")) ? 0 : -1;
}

static int remove_root(void **state HUSK_UNUSED)
{
    return system(arena_printf("rm -rf %s", root));
}

enum { REFUSED_AS_EXPECTED = 0, WRONG_HINT = 1, NOT_REFUSED = 2, CANNOT_TRY = 77 };

static int write_map(const char *name, unsigned inside, unsigned outside)
{
    char *text = arena_printf("%u %u 1", inside, outside);

    return fd_write_file_at(AT_FDCWD, arena_printf("/proc/self/%s", name), text);
}

/* A new user namespace in which this user is root, together with FLAGS. */
static bool become_root(int flags)
{
    unsigned uid = geteuid(), gid = getegid();

    return unshare(CLONE_NEWUSER | flags) == 0 &&
           fd_write_file_at(AT_FDCWD, "/proc/self/setgroups", "deny") == 0 &&
           write_map("uid_map", 0, uid) == 0 && write_map("gid_map", 0, gid) == 0;
}

static int is_hint(int got, const char *hint, int err, const char *part)
{
    if (got == err && hint && strstr(hint, part))
        return REFUSED_AS_EXPECTED;
    fprintf(stderr, "%s: %s\n", strerror(got), hint ? hint : "(no hint)");
    return WRONG_HINT;
}

/* Does a user namespace fail with ERR, and does the hint for it have PART. */
static int is_refused(int err, const char *part)
{
    struct facts f;
    int got;

    if (unshare(CLONE_NEWUSER) == 0)
        return NOT_REFUSED;
    got = errno;
    facts_gather(&f, "");
    return is_hint(got, userns_hint(got, NULL, &f), err, part);
}

/* Runs EXPERIMENT in a process of its own. */
static void try(int (*experiment)(void))
{
    int status;
    pid_t pid = fork();

    if (pid == 0)
        _exit(experiment());
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) == CANNOT_TRY && !getenv("HUSK_MUST_WORK"))
        skip();
    assert_int_equal(WEXITSTATUS(status), REFUSED_AS_EXPECTED);
}

static int with_a_limit_of_0(void)
{
    if (!become_root(0) ||
        fd_write_file_at(AT_FDCWD, "/proc/sys/user/max_user_namespaces", "0") < 0)
        return CANNOT_TRY;
    return is_refused(ENOSPC, "user.max_user_namespaces is 0 in this user namespace");
}

static int with_a_limit_used_up(void)
{
    if (!become_root(0) ||
        fd_write_file_at(AT_FDCWD, "/proc/sys/user/max_user_namespaces", "1") < 0 ||
        !become_root(0))
        return CANNOT_TRY;
    /* This one counts against the namespace above, whose limit cannot be seen from here. */
    return is_refused(ENOSPC, "a limit outside of it, user.max_user_namespaces, is used up");
}

static int nested_too_deep(void)
{
    for (int i = 0; i < 40; i++)
        if (!become_root(0))
            return i ? is_refused(ENOSPC, "nested 32 deep") : CANNOT_TRY;
    return NOT_REFUSED;
}

static int unmapped(void)
{
    if (unshare(CLONE_NEWUSER) < 0)
        return CANNOT_TRY;
    return is_refused(EPERM, "does not map husk's own user and group");
}

static int chrooted(void)
{
    if (!become_root(CLONE_NEWNS) || mkdir(arena_printf("%s/proc", root), 0700) < 0 ||
        mount("/proc", arena_printf("%s/proc", root), NULL, MS_BIND | MS_REC, NULL) < 0 ||
        chroot(root) < 0 || chdir("/") < 0)
        return CANNOT_TRY;
    return is_refused(EPERM, "is chrooted");
}

static int read_only_proc(void)
{
    struct facts f;
    int r;

    if (!become_root(CLONE_NEWNS) || mount("/proc", "/proc", NULL, MS_BIND | MS_REC, NULL) < 0 ||
        chdir("/proc") < 0 ||
        mount(NULL, ".", NULL, MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC,
              NULL) < 0 ||
        unshare(CLONE_NEWUSER) < 0)
        return CANNOT_TRY;
    r = write_map("uid_map", 0, 0);
    facts_gather(&f, "");
    return r == 0
               ? NOT_REFUSED
               : is_hint(-r, userns_hint(-r, "uid_map", &f), EROFS, "/proc is mounted read-only");
}

static int filtered(void)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_unshare, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog prog = {ARRAY_SIZE(code), code};

    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog) < 0)
        return CANNOT_TRY;
    return is_refused(EPERM, "seccomp filter");
}

/* Called in a pid namespace of its own, whose procfs could be mounted but for what covers ours. */
static int mount_refused_procfs(void)
{
    struct facts f;
    int got;

    if (mount("proc", root, "proc", 0, NULL) == 0)
        return NOT_REFUSED;
    got = errno;
    facts_gather(&f, "");
    return is_hint(got, procfs_hint(got, &f), EPERM, "/proc/uptime is covered here");
}

static int covered_proc(void)
{
    int status;

    if (!become_root(CLONE_NEWNS) || mount("/dev/null", "/proc/uptime", NULL, MS_BIND, NULL) < 0 ||
        !become_root(CLONE_NEWNS | CLONE_NEWPID))
        return CANNOT_TRY;
    if (fork() == 0)
        _exit(mount_refused_procfs());
    return wait(&status) < 0 || !WIFEXITED(status) ? WRONG_HINT : WEXITSTATUS(status);
}

static void a_limit_of_0_is_found(void **state HUSK_UNUSED)
{
    try(with_a_limit_of_0);
}

static void a_limit_used_up_is_found(void **state HUSK_UNUSED)
{
    try(with_a_limit_used_up);
}

static void deep_nesting_is_found(void **state HUSK_UNUSED)
{
    try(nested_too_deep);
}

static void a_lack_of_maps_is_found(void **state HUSK_UNUSED)
{
    try(unmapped);
}

static void a_chroot_is_found(void **state HUSK_UNUSED)
{
    try(chrooted);
}

static void a_read_only_proc_is_found(void **state HUSK_UNUSED)
{
    try(read_only_proc);
}

static void a_filter_is_found(void **state HUSK_UNUSED)
{
    try(filtered);
}

static void a_covered_proc_is_found(void **state HUSK_UNUSED)
{
    try(covered_proc);
}

int main(void)
{
#define WITH_ROOT(test) cmocka_unit_test_setup_teardown(test, make_root, remove_root)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_healthy_machine_gives_no_hint),
        cmocka_unit_test(limits_are_named),
        cmocka_unit_test(switches_are_named),
        cmocka_unit_test(filters_are_named_with_their_container),
        cmocka_unit_test(one_of_several_causes_is_named),
        cmocka_unit_test(a_chroot_is_what_is_left),
        cmocka_unit_test(security_modules_are_named),
        cmocka_unit_test(refused_mounts_are_explained),
        cmocka_unit_test(trouble_with_proc_is_named),
        cmocka_unit_test(trouble_with_helpers_is_named),
        cmocka_unit_test(a_limit_of_0_is_found),
        cmocka_unit_test(a_limit_used_up_is_found),
        cmocka_unit_test(deep_nesting_is_found),
        cmocka_unit_test(a_lack_of_maps_is_found),
        WITH_ROOT(a_chroot_is_found),
        cmocka_unit_test(a_read_only_proc_is_found),
        cmocka_unit_test(a_filter_is_found),
        WITH_ROOT(a_covered_proc_is_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
