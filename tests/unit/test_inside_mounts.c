/* src/inside/mounts.c: every operation of the plan, in order; tmpfs and remount-ro. */
#include "stage.h"
#include <linux/magic.h>
#include <sys/statvfs.h>

static void the_order_is_the_plans(void **state HUSK_UNUSED)
{
    host_begin();
    host_file("/tmp/file", "text");
    add_op(MOUNT_BIND, "/tmp/file", "/a/hidden");
    add_op(MOUNT_TMPFS, NULL, "/a");
    add_op(MOUNT_BIND, "/tmp/file", "/a/shown");
    add_op(MOUNT_REMOUNT_RO, NULL, "/a");
    build();
    assert_int_equal(mode_inside("/a/hidden"), 0);
    assert_string_equal(text_inside("/a/shown"), "text");
    assert_int_equal(open_inside("/a/new", O_CREAT | O_WRONLY), -EROFS);
    for (size_t i = 0; i < plan.mount_count; i++)
        assert_int_equal(in->sources[i].fd, FD_NONE);
}

static void the_first_failure_is_the_last_operation(void **state HUSK_UNUSED)
{
    host_begin();
    add_op(MOUNT_DIR, NULL, "/a");
    add_op(MOUNT_REMOUNT_RO, NULL, "/gone");
    add_op(MOUNT_DIR, NULL, "/b");
    build_fails("Can't find /gone inside (--option)", ENOENT);
    assert_int_equal(mode_inside("/a"), S_IFDIR | 0755);
    assert_int_equal(mode_inside("/b"), 0);
}

/* What the plan should have lowered, and numbers that are no operation, are not passed over. */
static void an_unknown_operation_fails(void **state HUSK_UNUSED)
{
    static const int kinds[] = {MOUNT_MIRROR, MOUNT_CWD, MOUNT_USER_FILES, 1000, -1};

    host_begin();
    for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
        bare_plan();
        add_op((enum mount_kind)kinds[i], NULL, "/a");
        build_fails(arena_printf("operation %d is not known inside", kinds[i]), 0);
    }
}

static void a_tmpfs_is_mounted(void **state HUSK_UNUSED)
{
    struct mount_op *op;

    host_begin();
    add_op(MOUNT_TMPFS, NULL, "/plain");
    op = add_op(MOUNT_TMPFS, NULL, "/private");
    op->perms_set = true;
    op->perms = 0700;
    op->attrs = MOUNT_ATTR_NOEXEC;
    build();
    assert_int_equal(fs_inside("/plain"), TMPFS_MAGIC);
    assert_int_equal(mode_inside("/plain"), S_IFDIR | 0755);
    assert_int_equal(mount_flags_inside("/plain"), ST_NOSUID | ST_NODEV);
    assert_int_equal(mode_inside("/private"), S_IFDIR | 0700);
    assert_int_equal(mount_flags_inside("/private"), ST_NOSUID | ST_NODEV | ST_NOEXEC);
}

static void remount_ro_is_for_one_mount(void **state HUSK_UNUSED)
{
    host_begin();
    add_op(MOUNT_TMPFS, NULL, "/a")->attrs = MOUNT_ATTR_NOEXEC;
    add_op(MOUNT_TMPFS, NULL, "/a/below");
    add_op(MOUNT_REMOUNT_RO, NULL, "/a");
    add_op(MOUNT_REMOUNT_RO, NULL, "/");
    build();
    assert_int_equal(mount_flags_inside("/a"), ST_NOSUID | ST_NODEV | ST_NOEXEC | ST_RDONLY);
    assert_int_equal(mount_flags_inside("/a/below"), ST_NOSUID | ST_NODEV);
    assert_int_equal(open_inside("/new", O_CREAT | O_WRONLY), -EROFS);
}

static void what_is_no_mount_cannot_be_remounted(void **state HUSK_UNUSED)
{
    host_begin();
    add_op(MOUNT_DIR, NULL, "/a");
    add_op(MOUNT_REMOUNT_RO, NULL, "/a");
    build_fails("Can't remount readonly on /a", EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        INSIDE(the_order_is_the_plans),
        INSIDE(the_first_failure_is_the_last_operation),
        INSIDE(an_unknown_operation_fails),
        INSIDE(a_tmpfs_is_mounted),
        INSIDE(remount_ro_is_for_one_mount),
        INSIDE(what_is_no_mount_cannot_be_remounted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
