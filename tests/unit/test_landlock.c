/* src/plan/landlock.c: what Landlock is to allow, for a kernel of each ABI. */
#include "plan/landlock.h"
#include "bare_plan.h"
#include "base/log.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/mount.h>

enum {
    READ = LL_READ_FILE | LL_READ_DIR,
    ALL = LL_TRUNCATE * 2 - 1, /* but for LL_IOCTL_DEV */
};

/* A sandbox that cannot mount, and wants all there is. */
static int set_up(void **state HUSK_UNUSED)
{
    bare_plan();
    log_init("husk", false);
    plan.disable_userns = true;
    plan.set_caps = true;
    spec.landlock = (struct opt_parts){.set = true, .parts = LANDLOCK_ALL, .from.text = "--landlock all"};
    return 0;
}

static void derive(int abi)
{
    plan.landlock = (struct plan_landlock){0};
    assert_int_equal(landlock_derive(&plan, abi), 0);
}

static void each_abi_adds_something(void **state HUSK_UNUSED)
{
    static const struct {
        int abi;
        struct landlock_handled handled;
        const char *active, *lacks;
    } want[] = {
        {0, {0, 0, 0}, NULL, "it is not in this kernel, or not switched on"},
        {1, {0, 0, 0}, NULL, "files need ABI 2, abstract needs ABI 6, signals need ABI 6"},
        {2, {LL_REFER * 2 - 1, 0, 0}, "files", "abstract needs ABI 6, signals need ABI 6"},
        {3, {LL_TRUNCATE * 2 - 1, 0, 0}, "files", "abstract needs ABI 6, signals need ABI 6"},
        {4, {LL_TRUNCATE * 2 - 1, 0, 0}, "files", "abstract needs ABI 6, signals need ABI 6"},
        {5, {LL_IOCTL_DEV * 2 - 1, 0, 0}, "files", "abstract needs ABI 6, signals need ABI 6"},
        {6, {LL_IOCTL_DEV * 2 - 1, 0, 3}, "files, abstract, signals", NULL},
        {7, {LL_IOCTL_DEV * 2 - 1, 0, 3}, "files, abstract, signals", NULL},
        {4711, {LL_IOCTL_DEV * 2 - 1, 0, 3}, "files, abstract, signals", NULL},
    };

    for (size_t i = 0; i < ARRAY_SIZE(want); i++) {
        derive(want[i].abi);
        assert_memory_equal(&plan.landlock.handled, &want[i].handled, sizeof want[i].handled);
        assert_int_equal(landlock_is_used(&plan), want[i].active != NULL);
        assert_int_equal(plan.landlock.abi, want[i].abi);
        if (want[i].active)
            assert_string_equal(landlock_active(&plan), want[i].active);
        if (want[i].lacks)
            assert_string_equal(landlock_lacks(&plan), want[i].lacks);
        else
            assert_null(landlock_lacks(&plan));
    }
}

static void nothing_is_done_unasked(void **state HUSK_UNUSED)
{
    struct mount_op *op = add_op(MOUNT_TMPFS, NULL, "/tmp");

    spec.landlock = (struct opt_parts){0};
    derive(7);
    assert_false(landlock_is_used(&plan));
    assert_null(landlock_active(&plan));
    assert_null(landlock_lacks(&plan));
    assert_int_equal(op->rights, 0);
}

static void parts_are_independent(void **state HUSK_UNUSED)
{
    spec.landlock.parts = LANDLOCK_SIGNALS;
    derive(6);
    assert_string_equal(landlock_active(&plan), "signals");
    spec.landlock.parts = LANDLOCK_ABSTRACT;
    derive(6);
    assert_string_equal(landlock_active(&plan), "abstract");
    assert_null(landlock_lacks(&plan));
    spec.landlock.parts = LANDLOCK_FILES;
    derive(3);
    assert_string_equal(landlock_active(&plan), "files");
    assert_null(landlock_lacks(&plan));
}

/* ---- files ---------------------------------------------------------------------------------- */

static void mounts_that_can_be_written_have_rules(void **state HUSK_UNUSED)
{
    const struct mount_op *ro = add_op(MOUNT_BIND, "/usr", "/usr"), *rw = add_op(MOUNT_BIND, "/a", "/a"),
                          *tmpfs = add_op(MOUNT_TMPFS, NULL, "/tmp"), *dev = add_op(MOUNT_DEV, NULL, "/dev"),
                          *proc = add_op(MOUNT_PROC, NULL, "/proc"), *dir = add_op(MOUNT_DIR, NULL, "/d"),
                          *mask = add_op(MOUNT_MASK, NULL, "/a/b"), *file = add_op(MOUNT_FILE, NULL, "/f"),
                          *data = add_op(MOUNT_BIND_DATA, NULL, "/g"), *devices = add_op(MOUNT_BIND, "/d", "/d"),
                          *link = add_op(MOUNT_SYMLINK, "x", "/l"), *layers = add_op(MOUNT_OVERLAY, NULL, "/o");

    ((struct mount_op *)ro)->ro = true;
    ((struct mount_op *)devices)->dev = true;
    ((struct mount_op *)layers)->overlay = OVERLAY_RO;
    derive(7);
    assert_int_equal(plan.landlock.everywhere, READ | LL_EXECUTE);
    assert_int_equal(ro->rights, 0);
    assert_int_equal(rw->rights, ALL);
    assert_int_equal(tmpfs->rights, ALL);
    assert_int_equal(dev->rights, ALL | LL_IOCTL_DEV);
    assert_int_equal(proc->rights, ALL);
    assert_int_equal(data->rights, ALL);
    assert_int_equal(devices->rights, ALL | LL_IOCTL_DEV);
    assert_int_equal(layers->rights, 0);
    assert_int_equal(dir->rights | mask->rights | file->rights | link->rights, 0);
    /* Nobody said that the root is read-only. */
    assert_int_equal(plan.landlock.root, ALL);
}

static void a_remount_takes_the_right_to_write(void **state HUSK_UNUSED)
{
    const struct mount_op *first = add_op(MOUNT_TMPFS, NULL, "/x"), *second = add_op(MOUNT_TMPFS, NULL, "//x/"),
                          *bind = add_op(MOUNT_BIND, "/b", "/b"), *dev = add_op(MOUNT_DEV, NULL, "/dev"),
                          *below = add_op(MOUNT_TMPFS, NULL, "/x/y");

    add_op(MOUNT_REMOUNT_RO, NULL, "/x");
    add_op(MOUNT_REMOUNT_RO, NULL, "/b/");
    add_op(MOUNT_REMOUNT_RO, NULL, "/dev");
    add_op(MOUNT_REMOUNT_RO, NULL, "/");
    derive(7);
    /* What is covered cannot be reached: a rule does no harm. */
    assert_int_equal(first->rights, ALL);
    assert_int_equal(second->rights, 0);
    assert_int_equal(below->rights, ALL);
    /* What came along below the bind is still writable, and the devices. */
    assert_int_equal(bind->rights, ALL);
    assert_int_equal(dev->rights, ALL | LL_IOCTL_DEV);
    assert_int_equal(plan.landlock.root, READ | LL_EXECUTE);
}

static void a_root_of_the_host_is_not_remounted_in_its_place(void **state HUSK_UNUSED)
{
    const struct mount_op *root = add_op(MOUNT_BIND, "/", "/");

    add_op(MOUNT_REMOUNT_RO, NULL, "/");
    derive(7);
    assert_int_equal(root->rights, ALL);
    assert_int_equal(plan.landlock.root, ALL);
    assert_int_equal(plan.landlock.everywhere, READ | LL_EXECUTE);
}

/* The right to execute cannot be taken away below: so the whole tree has not got it, and each mount. */
static void noexec_has_rules_for_all_others(void **state HUSK_UNUSED)
{
    const struct mount_op *ro = add_op(MOUNT_BIND, "/usr", "/usr"), *file = add_op(MOUNT_FILE, NULL, "/f"),
                          *tmpfs = add_op(MOUNT_TMPFS, NULL, "/tmp"), *mask = add_op(MOUNT_MASK, NULL, "/m");

    ((struct mount_op *)ro)->ro = true;
    ((struct mount_op *)tmpfs)->attrs = MOUNT_ATTR_NOEXEC;
    add_op(MOUNT_REMOUNT_RO, NULL, "/");
    derive(7);
    assert_int_equal(plan.landlock.everywhere, READ);
    assert_int_equal(plan.landlock.root, READ);
    assert_int_equal(ro->rights, READ | LL_EXECUTE);
    assert_int_equal(tmpfs->rights, ALL & ~LL_EXECUTE);
    assert_int_equal(file->rights, LL_READ_FILE | LL_EXECUTE);
    assert_int_equal(mask->rights, 0);
    /* Where nothing can be written, nobody can bring a program. */
    ((struct mount_op *)tmpfs)->ro = true;
    derive(7);
    assert_int_equal(plan.landlock.everywhere, READ | LL_EXECUTE);
    assert_int_equal(ro->rights | tmpfs->rights, 0);
}

static void who_may_mount_is_not_limited(void **state HUSK_UNUSED)
{
    plan.disable_userns = false;
    derive(7);
    assert_int_equal(plan.landlock.handled.fs, 0);
    assert_string_equal(landlock_active(&plan), "abstract, signals");
    assert_string_equal(landlock_lacks(&plan), "not files, since the command may mount");
    plan.disable_userns = true;
    plan.caps = UINT64_C(1) << CAP_SYS_ADMIN;
    derive(7);
    assert_int_equal(plan.landlock.handled.fs, 0);
    plan.caps = 0;
    plan.set_caps = false;
    derive(7);
    assert_int_equal(plan.landlock.handled.fs, 0);
    plan.set_caps = true;
    plan.caps = ~(UINT64_C(1) << CAP_SYS_ADMIN);
    derive(7);
    assert_int_not_equal(plan.landlock.handled.fs, 0);
}

static bool has_fd(int fd)
{
    for (size_t i = 0; i < plan.landlock.fd_count; i++)
        if (plan.landlock.fds[i] == fd)
            return true;
    return false;
}

static void inherited_fds_are_found(void **state HUSK_UNUSED)
{
    int open_fd = dup(0), closed_fd = fcntl(0, F_DUPFD_CLOEXEC, 0);

    derive(7);
    assert_true(has_fd(0) && has_fd(1) && has_fd(2) && has_fd(open_fd));
    assert_false(has_fd(closed_fd));
    spec.close_fds = true;
    derive(7);
    assert_true(has_fd(2) && !has_fd(open_fd));
    *VEC_PUSH(&spec.keep_fds) = open_fd;
    derive(7);
    assert_true(has_fd(open_fd));
    close(open_fd);
    close(closed_fd);
}

/* ---- ports ---------------------------------------------------------------------------------- */

static void ports_are_never_left_out(void **state HUSK_UNUSED)
{
    spec.landlock.parts = 0;
    spec.tcp_bind = (struct opt_ports){.set = true, .from.text = "--tcp-bind 80"};
    refused(landlock_derive(&plan, 0), "--tcp-bind 80: needs Landlock, which this kernel has not");
    refused(landlock_derive(&plan, 3), "--tcp-bind 80: needs Landlock's ABI 4 (Linux 6.7), and this kernel has 3");
    derive(4);
    assert_int_equal(plan.landlock.handled.net, LL_BIND_TCP);
    assert_int_equal(plan.landlock.handled.fs | plan.landlock.handled.scoped, 0);
    assert_string_equal(landlock_active(&plan), "tcp");
    spec.tcp_connect = (struct opt_ports){.set = true, .from.text = "--tcp-connect 80"};
    refused(landlock_derive(&plan, 3), "--tcp-connect 80: needs");
    derive(7);
    assert_int_equal(plan.landlock.handled.net, LL_BIND_TCP | LL_CONNECT_TCP);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(each_abi_adds_something, set_up),
        cmocka_unit_test_setup(nothing_is_done_unasked, set_up),
        cmocka_unit_test_setup(parts_are_independent, set_up),
        cmocka_unit_test_setup(mounts_that_can_be_written_have_rules, set_up),
        cmocka_unit_test_setup(a_remount_takes_the_right_to_write, set_up),
        cmocka_unit_test_setup(a_root_of_the_host_is_not_remounted_in_its_place, set_up),
        cmocka_unit_test_setup(noexec_has_rules_for_all_others, set_up),
        cmocka_unit_test_setup(who_may_mount_is_not_limited, set_up),
        cmocka_unit_test_setup(inherited_fds_are_found, set_up),
        cmocka_unit_test_setup(ports_are_never_left_out, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
