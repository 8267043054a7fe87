/* The mounts of a plan as a tree. */
#include "plan/tree.h"
#include "bare_plan.h"
#include "base/log.h"
#include <linux/mount.h>

static int set_up(void **state HUSK_UNUSED)
{
    log_init("husk", false);
    bare_plan();
    return 0;
}

static const char *shown(void)
{
    struct view v;

    view_init(&v, &plan);
    capture_start(STDOUT_FILENO);
    tree_show(&v);
    return capture_stop();
}

static void is_shown(const char *want)
{
    assert_string_equal(shown(), want);
}

static void an_empty_plan_is_a_root(void **state HUSK_UNUSED)
{
    is_shown("  /  tmpfs  rw,nosuid,nodev  husk\n");
}

/* Sorted, and what is below a path right behind it, which '-' is not, though it sorts before '/'. */
static void what_is_below_follows(void **state HUSK_UNUSED)
{
    add_op(MOUNT_DIR, NULL, "/a-b");
    add_op(MOUNT_DIR, NULL, "/z");
    add_op(MOUNT_DIR, NULL, "/a/x/y");
    add_op(MOUNT_DIR, NULL, "/a");
    add_op(MOUNT_DIR, NULL, "/a/b");
    is_shown("  /          tmpfs  rw,nosuid,nodev  husk\n"
             "  |- a       dir                     --option\n"
             "  |  |- b    dir                     --option\n"
             "  |  `- x/y  dir                     --option\n"
             "  |- a-b     dir                     --option\n"
             "  `- z       dir                     --option\n");
}

static void each_says_what_it_is(void **state HUSK_UNUSED)
{
    static const char *const layers[] = {"/l 1", "/l2"};
    struct mount_op *op = add_op(MOUNT_OVERLAY, NULL, "/o");
    const char *text;

    op->layers = layers;
    op->layer_count = 2;
    op->overlay = OVERLAY_TMP;
    add_op(MOUNT_SYMLINK, "to", "/s");
    add_op(MOUNT_TEXT, NULL, "/t")->text = "12345";
    add_op(MOUNT_BIND, "/no/such/file", "/b")->try = true;
    op = add_op(MOUNT_TMPFS, NULL, "/p");
    op->perms_set = true;
    op->perms = 01777;
    op->size = 4096;
    text = shown();
    assert_non_null(strstr(text, "overlay of \"/l 1\" /l2, changes are thrown away"));
    assert_non_null(strstr(text, "symlink to to"));
    assert_non_null(strstr(text, "file of 5 bytes"));
    assert_non_null(strstr(text, "bind /no/such/file, absent: left out"));
    assert_non_null(strstr(text, "rw,nosuid,nodev 1777 size=4096"));
}

static void what_later_ones_do_is_told(void **state HUSK_UNUSED)
{
    const char *text;

    add_op(MOUNT_DIR, NULL, "/a/below");
    add_op(MOUNT_TMPFS, NULL, "/a");
    add_op(MOUNT_REMOUNT_RO, NULL, "/a");
    text = shown();
    assert_non_null(strstr(text, "--option, hidden by a later mount"));
    assert_non_null(strstr(text, "ro,nosuid,nodev  --option, but not what is mounted below it"));
}

int main(void)
{
#define PLAIN(test) cmocka_unit_test_setup(test, set_up)
    const struct CMUnitTest tests[] = {
        PLAIN(an_empty_plan_is_a_root),
        PLAIN(what_is_below_follows),
        PLAIN(each_says_what_it_is),
        PLAIN(what_later_ones_do_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
