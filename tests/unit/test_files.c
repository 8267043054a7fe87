/* Folders, files, links and permissions in the new tree. */
#include "stage.h"

static struct mount_op *with_perms(struct mount_op *op, mode_t perms)
{
    op->perms_set = true;
    op->perms = perms;
    return op;
}

static void add_file(const char *dest, const char *text)
{
    add_op(MOUNT_FILE, NULL, dest)->fd = fd_with(text);
}

static void add_text(const char *dest, const char *text)
{
    add_op(MOUNT_TEXT, NULL, dest)->text = text;
}

static void folders_are_made(void **state HUSK_UNUSED)
{
    host_begin();
    add_op(MOUNT_DIR, NULL, "/a/b");
    with_perms(add_op(MOUNT_DIR, NULL, "/private"), 0700);
    with_perms(add_op(MOUNT_DIR, NULL, "/a"), 0700); /* is there already: left as it is */
    add_op(MOUNT_DIR, NULL, "/");
    add_op(MOUNT_DIR, NULL, "relative/");
    build();
    assert_int_equal(mode_inside("/a"), S_IFDIR | 0755);
    assert_int_equal(mode_inside("/a/b"), S_IFDIR | 0755);
    assert_int_equal(mode_inside("/private"), S_IFDIR | 0700);
    assert_int_equal(mode_inside("/relative"), S_IFDIR | 0755);
}

static void a_folder_is_not_made_over_something_else(void **state HUSK_UNUSED)
{
    host_begin();
    add_text("/file", "");
    add_op(MOUNT_DIR, NULL, "/file");
    build_fails("Can't mkdir /file", EEXIST);
    bare_plan();
    add_text("/file", "");
    add_op(MOUNT_DIR, NULL, "/file/below");
    build_fails("Can't mkdir parents for /file/below", ENOTDIR);
    bare_plan();
    add_op(MOUNT_SYMLINK, "/nowhere", "/link");
    add_op(MOUNT_DIR, NULL, "/link");
    build_fails("Can't mkdir /link", EEXIST);
}

static void files_are_written(void **state HUSK_UNUSED)
{
    static char big[100000];

    host_begin();
    memset(big, 'x', sizeof big - 1);
    add_file("/a/file", "text");
    add_file("/big", big);
    add_text("/text", "some text");
    with_perms(add_op(MOUNT_FILE, NULL, "/closed"), 0400)->fd = fd_with("");
    build();
    assert_string_equal(text_inside("/a/file"), "text");
    assert_int_equal(mode_inside("/a/file"), S_IFREG | 0666);
    assert_string_equal(text_inside("/big"), big);
    assert_string_equal(text_inside("/text"), "some text");
    assert_int_equal(mode_inside("/text"), S_IFREG | 0644);
    assert_int_equal(mode_inside("/closed"), S_IFREG | 0400);
}

static void what_was_there_is_written_over(void **state HUSK_UNUSED)
{
    host_begin();
    add_file("/file", "a longer text");
    add_op(MOUNT_SYMLINK, "file", "/link");
    add_file("/link", "short");
    build();
    assert_string_equal(text_inside("/file"), "short");
    assert_string_equal(link_inside("/link"), "file");
}

static void what_cannot_be_written_fails(void **state HUSK_UNUSED)
{
    host_begin();
    add_op(MOUNT_DIR, NULL, "/dir");
    add_file("/dir", "text");
    build_fails("Can't create file /dir", EISDIR);
    bare_plan();
    add_op(MOUNT_FILE, NULL, "/file")->fd = open("/tmp", O_RDONLY | O_CLOEXEC);
    build_fails("Can't write data to file /file", EISDIR);
    bare_plan();
    add_op(MOUNT_TMPFS, NULL, "/full")->size = 4096;
    add_file("/full/file", arena_printf("%05000d", 0));
    build_fails("Can't write data to file /full/file", ENOSPC);
}

static void links_are_made(void **state HUSK_UNUSED)
{
    host_begin();
    add_op(MOUNT_SYMLINK, "../any text", "/a/link");
    add_op(MOUNT_SYMLINK, "../any text", "/a/link"); /* the same again: no harm */
    build();
    assert_string_equal(link_inside("/a/link"), "../any text");
    assert_int_equal(mode_inside("/any text"), 0);
}

static void a_link_is_not_made_over_something_else(void **state HUSK_UNUSED)
{
    host_begin();
    add_op(MOUNT_SYMLINK, "one", "/link");
    add_op(MOUNT_SYMLINK, "other", "/link");
    build_fails("Can't make symlink at /link: existing destination is one", 0);
    bare_plan();
    add_text("/file", "");
    add_op(MOUNT_SYMLINK, "one", "/file");
    build_fails("Can't make symlink at /file: existing destination is not a symlink", EEXIST);
}

static void permissions_are_changed(void **state HUSK_UNUSED)
{
    host_begin();
    add_op(MOUNT_DIR, NULL, "/a/b");
    add_op(MOUNT_SYMLINK, "b", "/a/link");
    with_perms(add_op(MOUNT_CHMOD, NULL, "/a/link"), 01777);
    with_perms(add_op(MOUNT_CHMOD, NULL, "/"), 0700);
    build();
    assert_int_equal(mode_inside("/a/b"), S_IFDIR | 01777);
    assert_int_equal(mode_inside("/"), S_IFDIR | 0700);
}

static void permissions_that_cannot_be_changed_fail(void **state HUSK_UNUSED)
{
    host_begin();
    host_dir("/tmp/dir");
    with_perms(add_op(MOUNT_CHMOD, NULL, "/gone"), 0700);
    build_fails("Can't find /gone inside", ENOENT);
    bare_plan();
    add_op(MOUNT_BIND, "/tmp/dir", "/a")->ro = true;
    with_perms(add_op(MOUNT_CHMOD, NULL, "/a"), 0700);
    build_fails("Can't chmod 0700 /a", EROFS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        INSIDE(folders_are_made),
        INSIDE(a_folder_is_not_made_over_something_else),
        INSIDE(files_are_written),
        INSIDE(what_was_there_is_written_over),
        INSIDE(what_cannot_be_written_fails),
        INSIDE(links_are_made),
        INSIDE(a_link_is_not_made_over_something_else),
        INSIDE(permissions_are_changed),
        INSIDE(permissions_that_cannot_be_changed_fail),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
