#include "base/fd.h"
#include "base/str.h"
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static bool is_open(int fd)
{
    return fcntl(fd, F_GETFD) >= 0;
}

static void closep_keeps_errno_and_leaves_none(void **state HUSK_UNUSED)
{
    int fd = dup(STDERR_FILENO), copy = fd;

    errno = ENOMEM;
    fd_closep(&fd);
    assert_int_equal(errno, ENOMEM);
    assert_int_equal(fd, FD_NONE);
    assert_false(is_open(copy));
    fd_closep(&fd);
    assert_int_equal(fd, FD_NONE);
}

static void take_hands_on_the_only_one(void **state HUSK_UNUSED)
{
    int fd = 7, taken = TAKE_FD(&fd);

    assert_int_equal(taken, 7);
    assert_int_equal(fd, FD_NONE);
}

/* Writes SIZE bytes to FD in a process of its own, slowly enough for short reads. */
static pid_t write_in_pieces(int fd, const char *data, size_t size)
{
    pid_t pid = fork();

    if (pid)
        return pid;
    for (size_t i = 0; i < size; i += 1000)
        if (fd_write_all(fd, data + i, MIN((size_t)1000, size - i)) < 0)
            _exit(1);
    _exit(0);
}

static void all_is_written_and_read(void **state HUSK_UNUSED)
{
    static char data[300000];
    char *got;
    size_t size;
    int ends[2], status;
    pid_t pid;

    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (char)(i * 7);
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    pid = write_in_pieces(ends[1], data, sizeof data);
    close(ends[1]);
    assert_int_equal(fd_read_all(ends[0], sizeof data, &got, &size), 0);
    assert_int_equal(size, sizeof data);
    assert_memory_equal(got, data, size);
    assert_int_equal(got[size], 0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    close(ends[0]);
}

/* The buffer's own sizes and the limit, one byte less and one more. */
static void read_all_keeps_its_limit(void **state HUSK_UNUSED)
{
    static const size_t sizes[] = {0, 1, 4095, 4096, 4097, 8192};
    static char data[9000];

    for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
        HUSK_FD int fd = fd_with_data("test", data, sizes[i]);
        char *got;
        size_t size = 77;

        assert_int_equal(fd_read_all(fd, sizes[i], &got, &size), 0);
        assert_int_equal(size, sizes[i]);
        lseek(fd, 0, SEEK_SET);
        if (sizes[i])
            assert_int_equal(fd_read_all(fd, sizes[i] - 1, &got, &size), -E2BIG);
    }
}

static void read_full_stops_at_the_end(void **state HUSK_UNUSED)
{
    HUSK_FD int fd = fd_with_data("test", "abc", 3);
    char buf[10];

    assert_int_equal(fd_read_full(fd, buf, 2), 2);
    assert_int_equal(fd_read_full(fd, buf, sizeof buf), 1);
    assert_int_equal(fd_read_full(fd, buf, sizeof buf), 0);
    assert_int_equal(fd_read_full(-1, buf, 1), -EBADF);
}

static void errors_are_returned(void **state HUSK_UNUSED)
{
    HUSK_FD int folder = open("/", O_RDONLY | O_CLOEXEC | O_DIRECTORY);
    char *data;
    size_t size;

    assert_int_equal(fd_read_all(folder, 10, &data, &size), -EISDIR);
    assert_int_equal(fd_write_all(folder, "x", 1), -EBADF);
    assert_int_equal(fd_set_cloexec(-1), -EBADF);
}

static void cloexec_is_set(void **state HUSK_UNUSED)
{
    int fd = dup(STDERR_FILENO);

    assert_int_equal(fcntl(fd, F_GETFD), 0);
    assert_int_equal(fd_set_cloexec(fd), 0);
    assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
    assert_int_equal(fd_set_cloexec(fd), 0);
    close(fd);
}

static void a_file_gets_one_write(void **state HUSK_UNUSED)
{
    char folder[] = "/tmp/husk-fd-XXXXXX", text[10] = "";
    HUSK_FD int dir = FD_NONE, file = FD_NONE;

    assert_non_null(mkdtemp(folder));
    dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    assert_int_equal(fd_write_file_at(dir, "f", "abc"), -ENOENT);
    file = openat(dir, "f", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    assert_int_equal(fd_write_file_at(dir, "f", "abc"), 0);
    assert_int_equal(fd_read_full(file, text, sizeof text), 3);
    assert_string_equal(text, "abc");
    assert_int_equal(symlinkat("f", dir, "link"), 0);
    assert_int_equal(fd_write_file_at(dir, "link", "x"), -ELOOP);
    unlinkat(dir, "f", 0);
    unlinkat(dir, "link", 0);
    rmdir(folder);
}

/* In a process of its own: the exit status tells which of the fds were wrong. */
static int close_all_but_some(void)
{
    int keep[] = {40, -1, 11, 2, 40, 0, 12}, wrong = 0;

    for (int fd = 10; fd <= 50; fd++)
        dup2(STDERR_FILENO, fd);
    if (fd_close_all_but(keep, ARRAY_SIZE(keep)) < 0)
        return 100;
    for (int fd = 0; fd <= 60; fd++)
        wrong += is_open(fd) != (fd <= 2 || fd == 11 || fd == 12 || fd == 40);
    return wrong;
}

static void the_standard_ones_are_closed(void **state HUSK_UNUSED)
{
    pid_t pid = fork();
    int status;

    if (pid == 0) {
        int open = 0;

        fd_close_standard();
        for (int fd = 0; fd < 3; fd++)
            open += fcntl(fd, F_GETFD) >= 0;
        _exit(open);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}

static void all_but_some_are_closed(void **state HUSK_UNUSED)
{
    pid_t pid = fork();
    int status;

    if (pid == 0)
        _exit(close_all_but_some());
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(closep_keeps_errno_and_leaves_none),
        cmocka_unit_test(take_hands_on_the_only_one),
        cmocka_unit_test(all_is_written_and_read),
        cmocka_unit_test(read_all_keeps_its_limit),
        cmocka_unit_test(read_full_stops_at_the_end),
        cmocka_unit_test(errors_are_returned),
        cmocka_unit_test(cloexec_is_set),
        cmocka_unit_test(a_file_gets_one_write),
        cmocka_unit_test(the_standard_ones_are_closed),
        cmocka_unit_test(all_but_some_are_closed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
