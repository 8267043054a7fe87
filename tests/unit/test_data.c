/* --bind-data: a private file, bound. */
#include "stage.h"
#include <sys/statvfs.h>
#include <unistd.h>

static struct mount_op *add_data(const char *dest, const char *text)
{
    struct mount_op *op = add_op(MOUNT_BIND_DATA, NULL, dest);

    op->fd = fd_with(text);
    return op;
}

static void data_becomes_a_file(void **state HUSK_UNUSED)
{
    struct mount_op *op;

    host_begin();
    add_data("/a/one", "first");
    op = add_data("/a/two", "second");
    op->ro = op->perms_set = true;
    op->perms = 0444;
    build();
    assert_string_equal(text_inside("/a/one"), "first");
    assert_int_equal(mode_inside("/a/one"), S_IFREG | 0600);
    assert_int_equal(mount_flags_inside("/a/one"), ST_NOSUID | ST_NODEV);
    assert_string_equal(text_inside("/a/two"), "second");
    assert_int_equal(mode_inside("/a/two"), S_IFREG | 0444);
    assert_int_equal(open_inside("/a/two", O_WRONLY), -EROFS);
}

/* Where the data came from, and what the mount is on, are not written to. */
static void writing_to_it_stays_inside(void **state HUSK_UNUSED)
{
    struct mount_op *op;
    const char *before;
    char first;
    int fd;

    host_begin();
    host_file("/tmp/file", "host");
    before = host_tree();
    add_op(MOUNT_BIND, "/tmp", "/tmp");
    op = add_data("/tmp/file", "data");
    build();
    fd = works(open_inside("/tmp/file", O_WRONLY));
    assert_int_equal(fd_write_all(fd, "X", 1), 0);
    assert_string_equal(text_inside("/tmp/file"), "Xata");
    assert_int_equal(pread(op->fd, &first, 1, 0), 1);
    assert_int_equal(first, 'd');
    assert_string_equal(host_tree(), before);
}

static void nothing_is_left_of_it_elsewhere(void **state HUSK_UNUSED)
{
    struct stat st;

    host_begin();
    add_data("/a", "text");
    build();
    assert_int_equal(faccessat(in->scratch, "file", F_OK, 0), -1);
    assert_int_equal(fstatat(in->root, "a", &st, 0), 0);
    assert_int_equal(st.st_nlink, 0);
}

static void data_that_cannot_be_read_fails(void **state HUSK_UNUSED)
{
    host_begin();
    add_op(MOUNT_BIND_DATA, NULL, "/a")->fd = open("/tmp", O_RDONLY | O_CLOEXEC);
    build_fails("Can't write data to file /a (--option)", EISDIR);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        INSIDE(data_becomes_a_file),
        INSIDE(writing_to_it_stays_inside),
        INSIDE(nothing_is_left_of_it_elsewhere),
        INSIDE(data_that_cannot_be_read_fails),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
