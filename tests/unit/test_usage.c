/* What a sandbox has used, from files of the form of a cgroup's. */
#include "host/usage.h"
#include "base/fd.h"
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/husk-unit-XXXXXX";
static struct cgroup group = {.adopted = true};
static struct usage u;
static const struct rusage ru = {.ru_utime = {1, 500000}, .ru_stime = {2, 7}, .ru_maxrss = 100, .ru_inblock = 3};
static const char *const names[] = {"cpu.stat", "memory.peak", "pids.peak", "pids.events", "io.stat",
                                    "memory.events", "memory.events.local"};

static void put(const char *name, const char *text)
{
    int fd = openat(group.dir, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    assert_int_equal(fd_write_all(fd, text, strlen(text)), 0);
    close(fd);
}

static int begin(void **state HUSK_UNUSED)
{
    strcpy(folder, "/tmp/husk-unit-XXXXXX");
    assert_non_null(mkdtemp(folder));
    group.dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return group.dir < 0;
}

static int end(void **state HUSK_UNUSED)
{
    for (size_t i = 0; i < ARRAY_SIZE(names); i++)
        unlinkat(group.dir, names[i], 0);
    close(group.dir);
    return rmdir(folder);
}

static void without_a_cgroup_it_is_what_was_waited_for(void **state HUSK_UNUSED)
{
    usage_gather(&u, NULL, &ru);
    assert_true(u.cpu == FROM_RUSAGE && u.memory == FROM_RUSAGE && u.io == FROM_RUSAGE && u.pids == FROM_NOWHERE);
    assert_true(u.user_us == 1500000 && u.system_us == 2000007);
    assert_true(u.memory_peak == 100 << 10 && u.read_bytes == 3 * 512 && u.write_bytes == 0);
    assert_true(u.pids_peak == NOT_KNOWN && u.throttled == NOT_KNOWN && u.oom_kills == NOT_KNOWN);
}

static void a_cgroup_counts_all_of_it(void **state HUSK_UNUSED)
{
    put("cpu.stat", "usage_usec 30\nuser_usec 10\nsystem_usec 20\nnr_periods 9\nnr_throttled 4\n");
    put("memory.peak", "12345\n");
    put("pids.peak", "6\n");
    put("pids.events", "max 2\n");
    put("io.stat", "8:0 rbytes=100 wbytes=7 rios=1 wios=2 dbytes=50 dios=0\n8:16 rbytes=11 wbytes=1\n");
    put("memory.events", "low 0\nhigh 0\nmax 50\noom 3\noom_kill 2\n");
    put("memory.events.local", "oom 1\noom_kill 2\n");
    usage_gather(&u, &group, &ru);
    assert_true(u.cpu == FROM_CGROUP && u.memory == FROM_CGROUP && u.io == FROM_CGROUP && u.pids == FROM_CGROUP);
    assert_true(u.user_us == 10 && u.system_us == 20 && u.throttled == 4);
    assert_true(u.memory_peak == 12345 && u.pids_peak == 6 && u.refused_forks == 2);
    assert_true(u.read_bytes == 111 && u.write_bytes == 8);
    assert_true(u.oom_kills == 2 && u.own_oom);
}

/* Found by fuzzing: the sum was more than fits. */
static void a_sum_has_an_end(void **state HUSK_UNUSED)
{
    put("io.stat", "8:0 rbytes=9223372036854775807 wbytes=-5\n8:1 rbytes=1 wbytes=7\n");
    usage_gather(&u, &group, &ru);
    assert_true(u.read_bytes == INT64_MAX && u.write_bytes == 7);
}

static void what_it_does_not_tell_is_taken_from_elsewhere(void **state HUSK_UNUSED)
{
    put("cpu.stat", "usage_usec 30\nuser_usec 10\nsystem_usec 20\n");
    usage_gather(&u, &group, &ru);
    assert_true(u.cpu == FROM_CGROUP && u.throttled == NOT_KNOWN);
    assert_true(u.memory == FROM_RUSAGE && u.memory_peak == 100 << 10);
    assert_true(u.io == FROM_RUSAGE && u.pids == FROM_NOWHERE);
    group.adopted = false;
    usage_gather(&u, &group, &ru);
    assert_true(u.cpu == FROM_RUSAGE);
    group.adopted = true;
}

static void a_limit_of_another_is_not_its_own(void **state HUSK_UNUSED)
{
    put("memory.events", "oom 1\noom_kill 1\n");
    put("memory.events.local", "oom 0\noom_kill 0\n");
    usage_gather_oom(&u, &group);
    assert_true(u.oom_kills == 1 && !u.own_oom);
    put("memory.events", "oom 1\noom_kill 0\n");
    put("memory.events.local", "oom 1\noom_kill 0\n");
    usage_gather_oom(&u, &group);
    assert_true(u.oom_kills == 0 && !u.own_oom);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(without_a_cgroup_it_is_what_was_waited_for),
        TEST(a_cgroup_counts_all_of_it),
        TEST(a_sum_has_an_end),
        TEST(what_it_does_not_tell_is_taken_from_elsewhere),
        TEST(a_limit_of_another_is_not_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
