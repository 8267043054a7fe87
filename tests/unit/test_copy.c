/* Copying what an fd holds. */
#include "inside/copy.h"
#include "capture.h"
#include <errno.h>
#include <fcntl.h>

static int file_of(size_t size)
{
    int fd = memfd_create("from", MFD_CLOEXEC);

    for (size_t i = 0; i < size; i++)
        assert_int_equal(pwrite(fd, &(char){(char)(i * 7)}, 1, (off_t)i), 1);
    return fd;
}

static void every_byte_is_copied_from_where_it_stands(void **state HUSK_UNUSED)
{
    static const size_t sizes[] = {0, 1, 16 * 1024 - 1, 16 * 1024, 16 * 1024 + 1, 40000};

    for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
        HUSK_FD int from = file_of(sizes[i]), to = memfd_create("to", MFD_CLOEXEC);
        off_t skip = sizes[i] > 100 ? 100 : 0;

        assert_int_equal(lseek(from, skip, SEEK_SET), skip);
        assert_int_equal(copy_fd(from, to), 0);
        assert_int_equal(lseek(to, 0, SEEK_END), (off_t)sizes[i] - skip);
        for (off_t at = 0; at + skip < (off_t)sizes[i]; at += 997) {
            char byte;

            assert_int_equal(pread(to, &byte, 1, at), 1);
            assert_int_equal(byte, (char)((at + skip) * 7));
        }
    }
}

static void a_pipe_is_read_to_its_end(void **state HUSK_UNUSED)
{
    HUSK_FD int to = memfd_create("to", MFD_CLOEXEC);
    int ends[2];

    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    assert_int_equal(fd_write_all(ends[1], "some", 4), 0);
    assert_int_equal(fd_write_all(ends[1], "thing", 5), 0);
    close(ends[1]);
    assert_int_equal(copy_fd(ends[0], to), 0);
    assert_int_equal(lseek(to, 0, SEEK_END), 9);
    close(ends[0]);
}

static void errors_of_both_sides_count(void **state HUSK_UNUSED)
{
    HUSK_FD int from = file_of(10), full = open("/dev/full", O_WRONLY | O_CLOEXEC);
    HUSK_FD int folder = open("/", O_RDONLY | O_CLOEXEC);

    assert_int_equal(lseek(from, 0, SEEK_SET), 0);
    assert_int_equal(copy_fd(from, full), -ENOSPC);
    assert_int_equal(copy_fd(folder, full), -EISDIR);
    assert_int_equal(copy_fd(FD_NONE, full), -EBADF);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_byte_is_copied_from_where_it_stands),
        cmocka_unit_test(a_pipe_is_read_to_its_end),
        cmocka_unit_test(errors_of_both_sides_count),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
