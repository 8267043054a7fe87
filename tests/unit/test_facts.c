/* What is found out about this machine, from files made for it below a root of their own. */
#include "base/alloc.h"
#include "base/fd.h"
#include "host/facts.h"
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char root[] = "/tmp/husk-why-XXXXXX";

static int make_root(void **state HUSK_UNUSED)
{
    return mkdtemp(strcpy(root, "/tmp/husk-why-XXXXXX")) ? 0 : -1;
}

static int remove_root(void **state HUSK_UNUSED)
{
    return system(arena_printf("rm -rf %s", root));
}

/* Makes ROOT/NAME, with the folders above it. */
static void put(const char *name, const char *text)
{
    char *path = arena_printf("%s/%s", root, name);
    int fd;

    for (char *slash = path + strlen(root) + 1; (slash = strchr(slash, '/')); *slash++ = '/') {
        *slash = 0;
        mkdir(path, 0700);
    }
    fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_int_equal(fd_write_all(fd, text, strlen(text)), 0);
    close(fd);
}

static const struct facts *gathered(void)
{
    static struct facts facts;

    facts_gather(&facts, root);
    return &facts;
}

static void nothing_to_see_is_unknown(void **state HUSK_UNUSED)
{
    const struct facts *f = gathered();

    assert_false(f->has_proc || f->proc_read_only || f->has_userns || f->chrooted || f->nested ||
                 f->unmapped || f->admin || f->seccomp || f->no_new_privs || f->selinux);
    assert_int_equal(f->max_userns, UNKNOWN);
    assert_int_equal(f->debian_clone, UNKNOWN);
    assert_int_equal(f->apparmor_userns, UNKNOWN);
    assert_int_equal(f->container, CONTAINER_NONE);
    assert_null(f->zero_limit);
    assert_null(f->covered);
    assert_null(f->apparmor_label);
    assert_string_equal(f->os, "");
}

static void sysctls_are_read(void **state HUSK_UNUSED)
{
    const struct facts *f;

    put("proc/sys/user/max_user_namespaces", "5\n");
    put("proc/sys/user/max_net_namespaces", "0\n");
    put("proc/sys/kernel/unprivileged_userns_clone", "0\n");
    put("proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1\n");
    put("sys/fs/selinux/enforce", "1");
    f = gathered();
    assert_int_equal(f->max_userns, 5);
    assert_string_equal(f->zero_limit, "net");
    assert_int_equal(f->debian_clone, 0);
    assert_int_equal(f->apparmor_userns, 1);
    assert_true(f->selinux);
    put("proc/sys/user/max_user_namespaces", "0\n");
    put("proc/sys/kernel/unprivileged_userns_clone", "junk\n");
    f = gathered();
    assert_string_equal(f->zero_limit, "user");
    assert_int_equal(f->debian_clone, UNKNOWN);
}

static void the_process_is_read(void **state HUSK_UNUSED)
{
    const struct facts *f;

    put("proc/self/status", "Name:\tSeccomp:\nCapEff:\t000001ffffffffff\nNoNewPrivs:\t1\n"
                            "Seccomp:\t2\nSeccomp_filters:\t0\n");
    put("proc/self/attr/current", "docker-default (enforce)\n");
    put("proc/self/uid_map", arena_printf("%10u %10u %10u\n", geteuid(), 0, 1));
    put("proc/self/gid_map", arena_printf("%10u %10u %10u\n", getegid(), 0, 1));
    f = gathered();
    assert_true(f->has_proc && f->seccomp && f->no_new_privs && f->admin && f->nested);
    assert_false(f->unmapped);
    assert_string_equal(f->apparmor_label, "docker-default");
    put("proc/self/status", "Name:\tx\nCapEff:\t0000000000000000\nNoNewPrivs:\t0\nSeccomp:\t0\n");
    put("proc/self/attr/current", "docker-default (complain)\n");
    put("proc/self/uid_map", "         0          0 4294967295\n");
    put("proc/self/gid_map", "");
    f = gathered();
    assert_false(f->seccomp || f->no_new_privs || f->admin || f->nested);
    assert_true(f->unmapped);
    assert_null(f->apparmor_label);
}

static void mounts_are_read(void **state HUSK_UNUSED)
{
    const struct facts *f;

    put("proc/self/mountinfo", "1 0 8:1 / / rw,relatime - ext4 /dev/a rw\n"
                               "2 1 0:5 / /proc rw,nosuid - proc proc rw\n"
                               "3 2 0:6 / /proc/sys/fs/binfmt_misc rw - binfmt_misc x rw\n");
    f = gathered();
    assert_false(f->chrooted || f->proc_read_only);
    assert_null(f->covered);
    put("proc/self/mountinfo", "2 1 0:5 / /proc ro,nosuid - proc proc rw\n"
                               "3 2 0:6 / /proc/kcore rw - tmpfs x rw\n"
                               "4 2 0:6 / /proc/keys rw - tmpfs x rw\n");
    f = gathered();
    assert_true(f->chrooted && f->proc_read_only);
    assert_string_equal(f->covered, "/proc/kcore");
}

static void containers_are_recognised(void **state HUSK_UNUSED)
{
    const char *environ_1 = arena_printf("%s/proc/1/environ", root);
    int fd;

    put("proc/1/environ", "");
    assert_int_equal(gathered()->container, CONTAINER_NONE);
    fd = open(environ_1, O_WRONLY | O_TRUNC | O_CLOEXEC);
    assert_int_equal(write(fd, "A=container=\0container=lxc", 27), 27);
    close(fd);
    assert_int_equal(gathered()->container, CONTAINER_OTHER);
    put(".dockerenv", "");
    assert_int_equal(gathered()->container, CONTAINER_DOCKER);
    put("run/.containerenv", "");
    assert_int_equal(gathered()->container, CONTAINER_PODMAN);
    put("run/secrets/kubernetes.io/x", "");
    assert_int_equal(gathered()->container, CONTAINER_KUBERNETES);
}

static void distributions_are_recognised(void **state HUSK_UNUSED)
{
    const struct facts *f;

    put("usr/lib/os-release", "ID=alpine\n");
    assert_string_equal(gathered()->os, "alpine");
    put("etc/os-release", "NAME=x\nVERSION_ID=3\nID=\"mint\"\nID_LIKE='ubuntu debian'\n");
    f = gathered();
    assert_string_equal(f->os, "mint");
    assert_string_equal(f->os_like, "ubuntu debian");
}

static void helpers_are_looked_at(void **state HUSK_UNUSED)
{
    struct helper_facts h;
    char *path = arena_printf("%s/helper", root);

    put("helper", "");
    helper_facts_gather(&h, path);
    assert_false(h.privileged);
    if (geteuid() == 0) {
        assert_int_equal(chmod(path, 04755), 0);
        helper_facts_gather(&h, path);
        assert_true(h.privileged);
    }
    helper_facts_gather(&h, NULL);
    assert_null(h.path);
    helper_facts_gather(&h, "/proc/self/status"); /* procfs is mounted nosuid nearly everywhere */
    assert_false(h.privileged);
}

int main(void)
{
#define WITH_ROOT(test) cmocka_unit_test_setup_teardown(test, make_root, remove_root)
    const struct CMUnitTest tests[] = {
        WITH_ROOT(nothing_to_see_is_unknown), WITH_ROOT(sysctls_are_read),
        WITH_ROOT(the_process_is_read),       WITH_ROOT(mounts_are_read),
        WITH_ROOT(containers_are_recognised), WITH_ROOT(distributions_are_recognised),
        WITH_ROOT(helpers_are_looked_at),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
