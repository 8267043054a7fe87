/* --mask: what is there is hidden, what is not cannot be made, and no rename gets around it. */
#include "base/lock.h"
#include "stage.h"
#include <linux/magic.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* A writable folder of the host on /dir, and a mask in it. */
static struct mount_op *begin(const char *mask)
{
    host_begin();
    host_file("/tmp/dir/sub/file", "secret");
    host_file("/tmp/dir/sub/folder/file", "secret");
    host_link("/tmp/dir/link", "sub");
    add_op(MOUNT_BIND, "/tmp/dir", "/dir");
    return add_op(MOUNT_MASK, NULL, mask);
}

static int rename_inside(const char *from, const char *to)
{
    return renameat(in->root, from, in->root, to) < 0 ? -errno : 0;
}

static int mkdir_inside(const char *path)
{
    return mkdirat(in->root, path, 0755) < 0 ? -errno : 0;
}

static void a_file_becomes_an_empty_one(void **state HUSK_UNUSED)
{
    const char *before;

    begin("/dir/sub/file");
    before = host_tree();
    build();
    assert_int_equal(mode_inside("/dir/sub/file"), S_IFREG | 0444);
    assert_string_equal(text_inside("/dir/sub/file"), "");
    assert_int_equal(open_inside("/dir/sub/file", O_WRONLY), -EROFS);
    assert_string_equal(host_tree(), before);
}

static void a_folder_becomes_an_empty_one(void **state HUSK_UNUSED)
{
    begin("/dir/sub/folder");
    build();
    assert_int_equal(mode_inside("/dir/sub/folder"), S_IFDIR | 0555);
    assert_int_equal(mode_inside("/dir/sub/folder/file"), 0);
    assert_int_equal(mkdir_inside("dir/sub/folder/new"), -EROFS);
    assert_int_equal(mount_flags_inside("/dir/sub/folder"),
                     ST_RDONLY | ST_NOSUID | ST_NODEV | ST_NOEXEC);
}

/* Renamed, what is masked would be reached under another name. */
static void nothing_on_the_way_can_be_renamed(void **state HUSK_UNUSED)
{
    begin("/dir/sub/folder/file");
    build();
    assert_int_equal(rename_inside("dir/sub/folder/file", "dir/sub/folder/other"), -EBUSY);
    assert_int_equal(rename_inside("dir/sub/folder", "dir/sub/other"), -EBUSY);
    assert_int_equal(rename_inside("dir/sub", "dir/other"), -EBUSY);
    assert_int_equal(rename_inside("dir/link", "dir/other"), 0); /* what is not on the way can */
}

/* ---- what is not there --------------------------------------------------------------------- */

static void what_is_missing_cannot_be_made(void **state HUSK_UNUSED)
{
    struct stat st;

    begin("/dir/new");
    build();
    assert_int_equal(mkdir_inside("dir/new"), -EEXIST);
    assert_int_equal(open_inside("/dir/new/file", O_WRONLY | O_CREAT), -EROFS);
    assert_int_equal(rename_inside("dir/new", "dir/other"), -EBUSY);
    assert_int_equal(stat("/tmp/dir/new", &st), 0);
    assert_int_equal(st.st_mode, S_IFDIR | PLACEHOLDER_CLOSED);
}

static void nor_can_the_folders_on_its_way(void **state HUSK_UNUSED)
{
    begin("/dir/new/deep/file");
    build();
    assert_int_equal(rename_inside("dir/new", "dir/other"), -EBUSY);
    assert_int_equal(rename_inside("dir/new/deep", "dir/new/other"), -EBUSY);
    assert_int_equal(open_inside("/dir/new/deep/file/x", O_WRONLY | O_CREAT), -EROFS);
    assert_true(open_inside("/dir/new/beside", O_WRONLY | O_CREAT) >= 0);
}

static void another_sandboxs_placeholder_is_held_too(void **state HUSK_UNUSED)
{
    struct gate_message m;
    int fd, other;

    begin("/dir/new");
    assert_int_equal(mkdir("/tmp/dir/new", PLACEHOLDER_CLOSED), 0);
    other = open("/tmp/dir/new", O_RDONLY | O_CLOEXEC);
    assert_int_equal(lock_hold(other), 0); /* without that it is a folder like any other */
    build();
    do {
        assert_true(gate_has_news(guardian));
        assert_int_equal(gate_receive(guardian, &m, &fd), 1);
    } while (m.kind == GATE_CHILD);
    assert_int_equal(m.kind, GATE_PLACEHOLDER);
    assert_int_equal(mount_flags_inside("/dir/new") & ST_RDONLY, ST_RDONLY);
}

static void a_read_only_folder_needs_nothing(void **state HUSK_UNUSED)
{
    const char *before;

    begin("/dir/new/deep");
    ((struct mount_op *)plan.mounts)[0].ro = true;
    before = host_tree();
    build();
    assert_int_equal(mode_inside("/dir/new"), 0);
    assert_int_equal(mkdir_inside("dir/new"), -EROFS);
    assert_string_equal(host_tree(), before);
}

static void in_a_tmpfs_of_ours_it_gets_a_folder_to_lie_on(void **state HUSK_UNUSED)
{
    begin("/own/new");
    add_op(MOUNT_MASK, NULL, "/tried")->try = true;
    build();
    assert_int_equal(open_inside("/own/new/file", O_WRONLY | O_CREAT), -EROFS);
    assert_int_equal(mode_inside("/tried"), 0);
}

/* ---- links --------------------------------------------------------------------------------- */

static void a_link_that_could_be_replaced_is_refused(void **state HUSK_UNUSED)
{
    begin("/dir/link/file");
    build_fails("masking /dir/link/file: /dir/link is a link, which the command could replace", 0);
    bare_plan();
    add_op(MOUNT_BIND, "/tmp/dir", "/dir");
    add_op(MOUNT_MASK, NULL, "/dir/link");
    build_fails("/dir/link is a link, which the command could replace", 0);
}

static void a_link_that_stays_is_followed(void **state HUSK_UNUSED)
{
    begin("/dir/link/file");
    ((struct mount_op *)plan.mounts)[0].ro = true;
    add_op(MOUNT_SYMLINK, "/dir/sub/folder", "/ours");
    add_op(MOUNT_MASK, NULL, "/ours/file");
    build();
    assert_string_equal(text_inside("/dir/sub/file"), "");
    assert_string_equal(text_inside("/dir/sub/folder/file"), "");
}

static void odd_paths_fail(void **state HUSK_UNUSED)
{
    static const char *const odd[] = {"/", "", "//"};

    for (size_t i = 0; i < ARRAY_SIZE(odd); i++) {
        begin(odd[i]);
        build_fails("the root itself cannot be masked", 0);
    }
    begin(arena_printf("/%0300d", 0));
    build_fails("masking ", ENAMETOOLONG);
    begin("/dir/sub/file/below");
    build_fails("masking ", ENOTDIR);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        INSIDE(a_file_becomes_an_empty_one),
        INSIDE(a_folder_becomes_an_empty_one),
        INSIDE(nothing_on_the_way_can_be_renamed),
        INSIDE(what_is_missing_cannot_be_made),
        INSIDE(nor_can_the_folders_on_its_way),
        INSIDE(another_sandboxs_placeholder_is_held_too),
        INSIDE(a_read_only_folder_needs_nothing),
        INSIDE(in_a_tmpfs_of_ours_it_gets_a_folder_to_lie_on),
        INSIDE(a_link_that_could_be_replaced_is_refused),
        INSIDE(a_link_that_stays_is_followed),
        INSIDE(odd_paths_fail),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
