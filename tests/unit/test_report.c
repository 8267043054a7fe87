/* The report, and where it goes. */
#include "host/report.h"
#include "bare_plan.h"
#include "base/fd.h"
#include "capture.h"
#include "host/cgroup.h"
#include <fcntl.h>
#include <sys/stat.h>

static struct sandbox sb;
static struct outcome outcome;

static int set_up(void **state HUSK_UNUSED)
{
    bare_plan();
    plan.file = "cc";
    sb = (struct sandbox){.report = FD_NONE};
    outcome = (struct outcome){.status = 3, .wait_status = 3 << 8, .begun = 5, .ended = 1500000005};
    outcome.usage.ru_utime.tv_sec = 2;
    return 0;
}

static const char *said(void)
{
    capture_start(STDERR_FILENO);
    report(&plan, &sb, &outcome);
    return capture_stop();
}

static void only_if_asked_for(void **state HUSK_UNUSED)
{
    assert_string_equal(said(), "");
    assert_int_equal(report_time(&plan), 0);
    spec.report = REPORT_TEXT;
    assert_true(report_time(&plan) > 0);
}

static void in_words(void **state HUSK_UNUSED)
{
    const char *text;

    spec.report = REPORT_TEXT;
    text = said();
    assert_non_null(strstr(text, "cc: exit status 3 after 1.500 s\n"));
    assert_non_null(strstr(text, "processor: 2.000 s in programs, 0.000 s in the kernel"));
    outcome.wait_status = 9;
    assert_non_null(strstr(said(), "cc: signal 9 (Killed) after"));
    outcome.wait_status = -1;
    assert_non_null(strstr(said(), "cc: status 3 after"));
    outcome.timed_out = true;
    spec.timeout.text = "30";
    assert_non_null(strstr(said(), ", timeout 30s\n"));
}

static void as_json(void **state HUSK_UNUSED)
{
    const char *text;

    spec.report = REPORT_JSON;
    text = said();
    assert_non_null(strstr(text, "\"exit_code\": 3,\n  \"signal\": null,\n  \"limit\": null,"));
    assert_non_null(strstr(text, "\"wall_us\": 1500000,"));
    outcome.wait_status = 9;
    assert_non_null(strstr(said(), "\"exit_code\": null,\n  \"signal\": 9,"));
}

static void into_a_file(void **state HUSK_UNUSED)
{
    char folder[] = "/tmp/husk-unit-XXXXXX";
    const char *path, *way;
    struct stat st;

    assert_non_null(mkdtemp(folder));
    path = arena_printf("%s/report", folder);
    way = arena_printf("%s/link", folder);
    spec.report = REPORT_JSON;
    spec.report_file = (struct opt_text){path, {.text = "--report=x"}};
    assert_int_equal(report_prepare(&plan, &sb), 0);
    assert_string_equal(said(), "");
    assert_int_equal(stat(path, &st), 0);
    assert_true(st.st_size > 100);
    assert_int_equal(symlink(path, way), 0);
    spec.report_file.value = way;
    capture_start(STDERR_FILENO);
    assert_int_equal(report_prepare(&plan, &sb), -ELOOP);
    capture_stop();
    unlink(way);
    unlink(path);
    rmdir(folder);
}

static void put(int dir, const char *name, const char *text)
{
    int fd = openat(dir, name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

    assert_int_equal(fd_write_all(fd, text, strlen(text)), 0);
    close(fd);
}

/* Not adopted yet, asked for or not. */
static void a_kill_before_the_start_is_told(void **state HUSK_UNUSED)
{
    char folder[] = "/tmp/husk-unit-XXXXXX";
    struct cgroup group = {.parent = FD_NONE, .root = FD_NONE};

    sb.cgroup = &group;
    spec.cgroup.memory = (struct opt_amount){4096, "4k", {.text = "--memory 4k"}};
    assert_non_null(mkdtemp(folder));
    group.dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    put(group.dir, "memory.events", "oom 1\noom_kill 1\n");
    put(group.dir, "memory.events.local", "oom 1\noom_kill 0\n");
    capture_start(STDERR_FILENO);
    report_oom(&plan, &sb);
    assert_string_equal(capture_stop(), "husk: cc: killed: memory limit 4k reached (--memory 4k)\n");
    unlinkat(group.dir, "memory.events", 0);
    unlinkat(group.dir, "memory.events.local", 0);
    fd_closep(&group.dir);
    rmdir(folder);
    capture_start(STDERR_FILENO);
    report_oom(&plan, &sb); /* where there was none yet */
    assert_string_equal(capture_stop(), "");
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(only_if_asked_for), TEST(in_words), TEST(as_json), TEST(into_a_file),
                                       TEST(a_kill_before_the_start_is_told)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
