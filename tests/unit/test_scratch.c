/* The scratch tmpfs: a file, its bind, and nothing left of it. */
#include "inside/scratch.h"
#include "stage.h"
#include <unistd.h>

/* A data file that is never attached makes root_make() provide the scratch tmpfs. */
static const struct mount_op *begin(void)
{
    const struct mount_op *op;

    host_begin();
    op = add_op(MOUNT_BIND_DATA, NULL, "/a");
    prepare();
    works(root_make(in));
    return op;
}

static void a_file_lives_as_its_bind(void **state HUSK_UNUSED)
{
    const struct mount_op *op = begin();
    int file = works(scratch_file(in, op, 0640)), tree, at;
    struct stat st;

    assert_int_equal(fd_write_all(file, "text", 4), 0);
    tree = works(scratch_bind(in, op));
    at = openat(in->root, "a", O_CREAT | O_WRONLY | O_CLOEXEC, 0644);
    assert_int_equal(
        sys_move_mount(tree, "", at, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH), 0);
    works(scratch_unlink(in, op));
    assert_string_equal(text_inside("/a"), "text");
    assert_int_equal(mode_inside("/a"), S_IFREG | 0640);
    assert_int_equal(fstat(file, &st), 0);
    assert_int_equal(st.st_nlink, 0);
}

static void there_is_one_at_a_time(void **state HUSK_UNUSED)
{
    const struct mount_op *op = begin();

    works(scratch_file(in, op, 0600));
    fails(scratch_file(in, op, 0600), "Can't create tmpfile for /a (--option)", EEXIST);
    works(scratch_unlink(in, op));
    fails(scratch_unlink(in, op), "Can't unlink tmpfile for /a", ENOENT);
    fails(scratch_bind(in, op), "binding a file of husk's own on /a", ENOENT);
}

/* What is mounted where it is can be covered by something else. */
static void all_have_the_same_empty_file(void **state HUSK_UNUSED)
{
    const struct mount_op *op = begin();
    int tree = works(scratch_empty(in, op)), again = works(scratch_empty(in, op)), at;
    struct stat st, second;

    assert_int_equal(fstat(tree, &st), 0);
    assert_int_equal(fstat(again, &second), 0);
    assert_int_equal(st.st_ino, second.st_ino);
    assert_int_equal(st.st_size, 0);
    assert_int_equal(st.st_mode, S_IFREG | 0444);
    works(openat(in->root, "a", O_CREAT | O_WRONLY | O_CLOEXEC, 0644));
    for (int i = 0; i < 2; i++) {
        at = works(openat(in->root, "a", O_PATH | O_CLOEXEC));
        assert_int_equal(sys_move_mount(i ? again : tree, "", at, "",
                                        MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH), 0);
    }
}

static void there_is_none_unless_something_needs_it(void **state HUSK_UNUSED)
{
    host_begin();
    add_op(MOUNT_TMPFS, NULL, "/a");
    prepare();
    works(root_make(in));
    assert_int_equal(in->scratch, FD_NONE);
    assert_int_equal(in->stacked, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        INSIDE(a_file_lives_as_its_bind),
        INSIDE(there_is_one_at_a_time),
        INSIDE(all_have_the_same_empty_file),
        INSIDE(there_is_none_unless_something_needs_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
