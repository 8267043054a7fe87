/* What the command has beyond what husk was started with is given, or said to be impossible. */
#include "bare_plan.h"
#include "base/log.h"
#include "base/syscalls.h"
#include "host/limits.h"
#include "in_namespace.h"
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

static void begin(void)
{
    log_init("husk", false);
    bare_plan();
}

static int oom_score(void)
{
    char text[16] = "";
    int fd = open("/proc/self/oom_score_adj", O_RDONLY | O_CLOEXEC);

    assert_true(read(fd, text, sizeof text - 1) > 0);
    close(fd);
    return atoi(text);
}

static int lower_ones(void *arg HUSK_UNUSED)
{
    struct rlimit before, after;
    int nice_value = getpriority(PRIO_PROCESS, 0), score = oom_score();

    if (getrlimit(RLIMIT_NOFILE, &before) < 0)
        return 2;
    plan.limits[plan.limit_count++] = (struct plan_limit){RLIMIT_NOFILE, {1, 2}, {0}};
    spec.nice = (struct opt_number){.set = true, .value = 19};
    spec.oom_score_adj = (struct opt_number){.set = true, .value = 1000};
    if (limits_raise(&plan) < 0 || getrlimit(RLIMIT_NOFILE, &after) < 0)
        return 3;
    return memcmp(&before, &after, sizeof before) != 0 || getpriority(PRIO_PROCESS, 0) != nice_value ||
           oom_score() != score;
}

/* Husk and its monitor keep what they have; the child limits itself. */
static void less_is_not_set_here(void **state HUSK_UNUSED)
{
    begin();
    assert_int_equal(status_of(lower_ones, NULL), 0);
}

/* In a user namespace of its own a process has no such rights, whoever it is outside. */
static void without_rights_more_is_refused(void **state HUSK_UNUSED)
{
    const struct rlimit low = {5, 5}, none = {0, 0};

    begin();
    assert_int_equal(setrlimit(RLIMIT_NICE, &none), 0);
    assert_int_equal(setrlimit(RLIMIT_SIGPENDING, &low), 0);
    plan.limits[plan.limit_count++] =
        (struct plan_limit){RLIMIT_SIGPENDING, {5, RLIM_INFINITY}, {.text = "--rlimit x"}};
    refused(limits_raise(&plan), "husk: raising the hard limit of sigpending to unlimited (--rlimit x): "
                                 "Operation not permitted\nhusk: hint: it is 5 here");
    plan.limit_count = 0;
    assert_int_equal(setpriority(PRIO_PROCESS, 0, 19), 0);
    spec.nice = (struct opt_number){true, 18, {.text = "--nice 18"}};
    refused(limits_raise(&plan), "husk: lowering the nice value from 19 (--nice 18): Permission denied");
    spec.nice.value = 19;
    assert_int_equal(limits_raise(&plan), 0);
    spec.oom_score_adj = (struct opt_number){true, -1000, {.text = "--oom-score-adj -1000"}};
    refused(limits_raise(&plan), "(--oom-score-adj -1000): Permission denied\nhusk: hint: ");
}

static void what_is_not_procfs_is_not_written_to(void **state HUSK_UNUSED)
{
    begin();
    assert_int_equal(sys_mount("tmpfs", "/proc", "tmpfs", 0, NULL), 0);
    spec.oom_score_adj = (struct opt_number){true, 5, {.text = "--oom-score-adj 5"}};
    refused(limits_raise(&plan), "what is on /proc is not procfs (--oom-score-adj 5)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(less_is_not_set_here),
        IN_NAMESPACE(without_rights_more_is_refused, CLONE_NEWUSER, AS_ID_0),
        INSIDE(what_is_not_procfs_is_not_written_to),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
