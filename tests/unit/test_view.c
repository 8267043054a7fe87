/* Facts read off a plan. */
#include "plan/view.h"
#include "bare_plan.h"
#include "base/log.h"
#include "base/syscalls.h"
#include <fcntl.h>

static struct view v;
static size_t count;

static int set_up(void **state HUSK_UNUSED)
{
    log_init("husk", false);
    bare_plan();
    return 0;
}

static void the_first_mount_is_the_root(void **state HUSK_UNUSED)
{
    view_init(&v, &plan);
    assert_int_equal(v.mounts.count, 1);
    assert_string_equal(v.mounts.items[0].dest, "/");
    assert_false(v.mounts.items[0].ro);
    assert_int_equal(v.reach.count, 0);
}

static void later_mounts_hide(void **state HUSK_UNUSED)
{
    add_op(MOUNT_DIR, NULL, "a//b/../c");
    add_op(MOUNT_BIND, "/no/such/file", "/a")->try = true; /* hides nothing */
    view_init(&v, &plan);
    assert_string_equal(v.mounts.items[1].dest, "/a/c");
    assert_false(v.mounts.items[1].hidden);
    assert_true(v.mounts.items[2].missing);
    add_op(MOUNT_TMPFS, NULL, "/a");
    view_init(&v, &plan);
    assert_true(v.mounts.items[1].hidden && v.mounts.items[2].hidden);
    assert_false(v.mounts.items[0].hidden || v.mounts.items[3].hidden);
}

static void read_only_in_the_end(void **state HUSK_UNUSED)
{
    add_op(MOUNT_BIND, "/dev", "/a")->ro = true;
    add_op(MOUNT_BIND, "/dev", "/b");
    add_op(MOUNT_REMOUNT_RO, NULL, "/b/");
    view_init(&v, &plan);
    assert_true(v.mounts.items[1].ro && !v.mounts.items[1].ro_top_only);
    assert_true(v.mounts.items[2].ro && v.mounts.items[2].ro_top_only);
    assert_true(v.mounts.items[2].attrs & MOUNT_ATTR_RDONLY);
    assert_false(v.mounts.items[0].ro);
}

/* The order counts: a mount that comes later takes a --remount-ro before it along, and one after it is its own. */
static void a_remount_counts_for_what_is_there(void **state HUSK_UNUSED)
{
    add_op(MOUNT_BIND, "/dev", "/a/b");
    add_op(MOUNT_REMOUNT_RO, NULL, "/a/b");
    add_op(MOUNT_TMPFS, NULL, "/a");
    add_op(MOUNT_BIND, "/dev", "/a/b");
    add_op(MOUNT_TMPFS, NULL, "/a/bc");
    add_op(MOUNT_REMOUNT_RO, NULL, "/");
    view_init(&v, &plan);
    assert_true(v.mounts.items[1].ro && v.mounts.items[1].hidden);
    assert_false(v.mounts.items[4].ro || v.mounts.items[4].hidden);
    assert_false(v.mounts.items[3].hidden || v.mounts.items[5].hidden || v.mounts.items[5].ro);
    assert_true(v.mounts.items[0].ro);
}

/* In the order of the operations, whatever their paths; not what only starts with the same letters. */
static void excepts_are_what_lies_below(void **state HUSK_UNUSED)
{
    add_op(MOUNT_TMPFS, NULL, "/a/y");
    add_op(MOUNT_BIND, "/dev", "/a");
    add_op(MOUNT_TMPFS, NULL, "/a/z");
    add_op(MOUNT_TMPFS, NULL, "/a/x/deep");
    add_op(MOUNT_TMPFS, NULL, "/a-b");
    add_op(MOUNT_DIR, NULL, "/a/dir");
    view_init(&v, &plan);
    assert_int_equal(v.reach.count, 1);
    assert_ptr_equal(view_excepts(&v, &v.reach.items[0], &count)[0], &v.mounts.items[3]);
    assert_ptr_equal(view_excepts(&v, &v.reach.items[0], &count)[1], &v.mounts.items[4]);
    assert_int_equal(count, 2);
}

static void binds_reach_the_host(void **state HUSK_UNUSED)
{
    add_op(MOUNT_BIND, "/proc/../dev", "/a")->dev = true;
    add_op(MOUNT_BIND, "/dev", "/b")->ro = true;
    add_op(MOUNT_TMPFS, NULL, "/a/x");
    view_init(&v, &plan);
    assert_int_equal(v.reach.count, 2);
    assert_string_equal(v.reach.items[0].host, "/dev"); /* where it leads */
    assert_string_equal(v.reach.items[0].inside, "/a");
    assert_true(v.reach.items[0].write && v.reach.items[0].devices);
    assert_false(v.reach.items[1].write || v.reach.items[1].devices);
    assert_ptr_equal(view_excepts(&v, &v.reach.items[0], &count)[0], &v.mounts.items[3]);
    assert_int_equal(count, 1);
    assert_null(view_excepts(&v, &v.reach.items[1], &count));
    assert_int_equal(count, 0);
}

static void procfs_reaches_it_where_it_is_the_hosts(void **state HUSK_UNUSED)
{
    add_op(MOUNT_PROC, NULL, "/proc");
    view_init(&v, &plan);
    assert_int_equal(v.reach.count, 0);
    assert_true(v.mounts.items[1].attrs & MOUNT_ATTR_NOEXEC);
    plan.unshared &= ~CLONE_NEWPID;
    view_init(&v, &plan);
    assert_int_equal(v.reach.count, 1);
    assert_string_equal(v.reach.items[0].host, "/proc");
}

static bool has_fd(int fd)
{
    for (size_t i = 0; i < v.fds.count; i++)
        if (v.fds.items[i].fd == fd)
            return true;
    return false;
}

static void inherited_fds_are_those_that_stay_open(void **state HUSK_UNUSED)
{
    HUSK_FD int open_fd = fcntl(STDERR_FILENO, F_DUPFD, 50);
    HUSK_FD int own = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 50);

    view_init(&v, &plan);
    assert_true(has_fd(STDERR_FILENO) && has_fd(open_fd) && !has_fd(own));
    spec.close_fds = true;
    view_init(&v, &plan);
    assert_true(has_fd(STDERR_FILENO) && !has_fd(open_fd));
    *VEC_PUSH(&spec.keep_fds) = open_fd;
    view_init(&v, &plan);
    assert_true(has_fd(open_fd) && !has_fd(own));
}

static void namespaces_are_new_entered_or_shared(void **state HUSK_UNUSED)
{
    assert_int_equal(view_namespace(&plan, CLONE_NEWPID), NS_NEW);
    assert_int_equal(view_namespace(&plan, CLONE_NEWNET), NS_SHARED);
    assert_int_equal(view_namespace(&plan, CLONE_NEWNS), NS_NEW);
    plan.unshared = 0;
    assert_int_equal(view_namespace(&plan, CLONE_NEWNS), NS_NEW); /* always */
    assert_int_equal(view_namespace(&plan, CLONE_NEWUSER), NS_SHARED);
    spec.userns2 = (struct opt_fd){5, {.text = "--userns2 5"}};
    assert_int_equal(view_namespace(&plan, CLONE_NEWUSER), NS_ENTERED);
    assert_string_equal(view_namespace_from(&plan, CLONE_NEWUSER)->text, "--userns2 5");
}

static void capabilities_count_on_the_host_without_a_user_namespace(void **state HUSK_UNUSED)
{
    plan.set_caps = false;
    assert_false(view_host_privileges(&plan));
    plan.unshared &= ~CLONE_NEWUSER;
    assert_true(view_host_privileges(&plan));
    plan.set_caps = true;
    assert_false(view_host_privileges(&plan));
    plan.caps = 1;
    assert_true(view_host_privileges(&plan));
}

static void variables_have_a_source(void **state HUSK_UNUSED)
{
    static char *env[] = {(char *)"OUTSIDE=1", (char *)"ASKED=2", (char *)"PWD=/", (char *)"KEPT_X=3", NULL};

    setenv("OUTSIDE", "1", 1);
    setenv("KEPT_X", "3", 1);
    unsetenv("ASKED");
    plan.env = env;
    plan.pwd_slot = 2;
    *VEC_PUSH(&spec.env) = (struct env_op){ENV_SET, "ASKED", "2"};
    *VEC_PUSH(&spec.env) = (struct env_op){ENV_SET, "KEPT_X", "4"};
    *VEC_PUSH(&spec.env) = (struct env_op){ENV_KEEP, "KEPT_*", NULL};
    view_init(&v, &plan);
    assert_int_equal(view_env_source(&v, 0), ENV_FROM_HOST);
    assert_int_equal(view_env_source(&v, 1), ENV_FROM_OPTION);
    assert_int_equal(view_env_source(&v, 2), ENV_FROM_HUSK);
    assert_int_equal(view_env_source(&v, 3), ENV_FROM_HOST);
}

int main(void)
{
#define PLAIN(test) cmocka_unit_test_setup(test, set_up)
    const struct CMUnitTest tests[] = {
        PLAIN(the_first_mount_is_the_root),
        PLAIN(later_mounts_hide),
        PLAIN(read_only_in_the_end),
        PLAIN(a_remount_counts_for_what_is_there),
        PLAIN(excepts_are_what_lies_below),
        PLAIN(binds_reach_the_host),
        PLAIN(procfs_reaches_it_where_it_is_the_hosts),
        PLAIN(inherited_fds_are_those_that_stay_open),
        PLAIN(namespaces_are_new_entered_or_shared),
        PLAIN(capabilities_count_on_the_host_without_a_user_namespace),
        PLAIN(variables_have_a_source),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
