/* The files of cgroups, read from files of the same form; tests/functional has the real ones. */
#include "host/cgdir.h"
#include "base/fd.h"
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/husk-unit-XXXXXX";
static int dir;

static void put(const char *name, const char *text)
{
    int fd = openat(dir, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    assert_int_equal(fd_write_all(fd, text, strlen(text)), 0);
    close(fd);
}

static int begin(void **state HUSK_UNUSED)
{
    assert_non_null(mkdtemp(folder));
    dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return dir < 0;
}

static int end(void **state HUSK_UNUSED)
{
    unlinkat(dir, "file", 0);
    close(dir);
    return rmdir(folder);
}

static void numbers_are_found_by_their_key(void **state HUSK_UNUSED)
{
    put("file", "low 1\noom 22\noom_kill 3\n");
    assert_int_equal(cgdir_number(dir, "file", "oom"), 22);
    assert_int_equal(cgdir_number(dir, "file", "oom_kill"), 3);
    assert_int_equal(cgdir_number(dir, "file", "oo"), -ENOENT);
    assert_int_equal(cgdir_number(dir, "none", "oom"), -ENOENT);
    put("file", "12345\n");
    assert_int_equal(cgdir_number(dir, "file", NULL), 12345);
    put("file", "max\n");
    assert_int_equal(cgdir_number(dir, "file", NULL), -EBADMSG);
}

static void words_are_whole_ones(void **state HUSK_UNUSED)
{
    put("file", "cpuset io memory\n");
    assert_true(cgdir_has_word(dir, "file", "cpuset") && cgdir_has_word(dir, "file", "memory"));
    assert_false(cgdir_has_word(dir, "file", "cpu") || cgdir_has_word(dir, "none", "cpu"));
}

static void only_one_process_is_at_home(void **state HUSK_UNUSED)
{
    put("file", "");
    unlinkat(dir, "cgroup.procs", 0);
    assert_false(cgdir_is_home_of(dir, 12));
    put("cgroup.procs", "12\n");
    assert_true(cgdir_is_home_of(dir, 12));
    assert_false(cgdir_is_home_of(dir, 1));
    put("cgroup.procs", "12\n13\n");
    assert_false(cgdir_is_home_of(dir, 12));
    unlinkat(dir, "cgroup.procs", 0);
}

static void other_file_systems_are_refused(void **state HUSK_UNUSED)
{
    assert_int_equal(cgdir_open("/tmp"), -ENOTTY);
    assert_int_equal(cgdir_open("/proc/self"), -ENOTTY);
    assert_int_equal(cgdir_open("/none"), -ENOENT);
    assert_int_equal(cgdir_end(dir, "none"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_found_by_their_key),
        cmocka_unit_test(words_are_whole_ones),
        cmocka_unit_test(only_one_process_is_at_home),
        cmocka_unit_test(other_file_systems_are_refused),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
