/* The command's limits, set by the process that becomes it. Each test is a process of its own. */
#include "spec/limits.h"
#include "stage.h"
#include <sched.h>
#include <sys/personality.h>
#include <unistd.h>

#define SHOULD(what)                                                                               \
    do {                                                                                           \
        if (!(what))                                                                               \
            return __LINE__ % 256;                                                                 \
    } while (0)

static int applied(void *arg HUSK_UNUSED)
{
    prepare();
    return limits_apply(in) < 0 ? 255 : 0;
}

/* What is noted when the limits are applied; NULL if they could be. */
static const char *failure(void)
{
    prepare();
    return limits_apply(in) < 0 ? in->error.text : NULL;
}

static int set_up(void **state HUSK_UNUSED)
{
    bare_plan();
    return 0;
}

static int nothing(void *arg HUSK_UNUSED)
{
    struct rlimit before[RLIM_NLIMITS], after;
    int personality_before = personality(0xffffffff);

    for (int i = 0; i < RLIM_NLIMITS; i++)
        SHOULD(getrlimit(i, &before[i]) == 0);
    SHOULD(applied(NULL) == 0);
    for (int i = 0; i < RLIM_NLIMITS; i++) {
        SHOULD(getrlimit(i, &after) == 0);
        SHOULD(memcmp(&after, &before[i], sizeof after) == 0);
    }
    SHOULD(personality(0xffffffff) == personality_before);
    return 0;
}

static void nothing_is_changed_unasked(void **state HUSK_UNUSED)
{
    assert_int_equal(status_of(nothing, NULL), 0);
}

static int all(void *arg HUSK_UNUSED)
{
    struct cpu_list cpus = {0};
    struct rlimit now;
    unsigned first = 0;

    SHOULD(sched_getaffinity(0, sizeof cpus, (void *)cpus.bits) == 0);
    while (!cpus_has(&cpus, first))
        first++;
    memset(&cpus, 0, sizeof cpus);
    cpus.bits[first / (8 * sizeof(long))] = 1UL << first % (8 * sizeof(long));
    spec.cpus.list = &cpus;
    spec.no_aslr.set = true;
    spec.nice = (struct opt_number){.set = true, .value = 19};
    plan.limits[plan.limit_count++] = (struct plan_limit){RLIMIT_NOFILE, {5, 6}, {0}};
    plan.limits[plan.limit_count++] = (struct plan_limit){RLIMIT_CPU, {700, 701}, {0}};
    SHOULD(applied(NULL) == 0);
    SHOULD(getpriority(PRIO_PROCESS, 0) == 19);
    SHOULD(personality(0xffffffff) & ADDR_NO_RANDOMIZE);
    SHOULD(getrlimit(RLIMIT_NOFILE, &now) == 0 && now.rlim_cur == 5 && now.rlim_max == 6);
    SHOULD(getrlimit(RLIMIT_CPU, &now) == 0 && now.rlim_cur == 700 && now.rlim_max == 701);
    memset(&cpus, 0, sizeof cpus);
    SHOULD(sched_getaffinity(0, sizeof cpus, (void *)cpus.bits) == 0);
    for (unsigned i = 0; i < CPU_LIMIT; i++)
        SHOULD(cpus_has(&cpus, i) == (i == first));
    return 0;
}

static void what_is_asked_for_is_set(void **state HUSK_UNUSED)
{
    assert_int_equal(status_of(all, NULL), 0);
}

/* The kernel would run it on those that there are. */
static int partly(void *arg HUSK_UNUSED)
{
    struct cpu_list cpus = {0};
    const char *text;

    memset(&cpus, 0xff, sizeof cpus);
    spec.cpus = (struct opt_cpus){&cpus, "0-8191", {.text = "--cpu-affinity 0-8191"}};
    text = failure();
    SHOULD(text && strstr(text, "is not there, or not for this process (--cpu-affinity 0-8191)"));
    memset(&cpus, 0, sizeof cpus);
    cpus.bits[ARRAY_SIZE(cpus.bits) - 1] = 1UL << (8 * sizeof(long) - 1);
    text = failure();
    SHOULD(text && strstr(text, "processor 8191 is not there"));
    return 0;
}

static void a_processor_that_is_missing_fails(void **state HUSK_UNUSED)
{
    assert_int_equal(status_of(partly, NULL), 0);
}

/* Inside there is no right over the host: what host/limits.c did not give cannot be had. */
static void nothing_can_be_raised_here(void **state HUSK_UNUSED)
{
    const struct rlimit low = {5, 5}, none = {0, 0};

    bare_plan();
    assert_int_equal(setrlimit(RLIMIT_NICE, &none), 0);
    assert_int_equal(setrlimit(RLIMIT_SIGPENDING, &low), 0);
    plan.limits[plan.limit_count++] =
        (struct plan_limit){RLIMIT_SIGPENDING, {5, 6}, {.text = "--rlimit x"}};
    prepare();
    fails(limits_apply(in), "setting the limit of sigpending (--rlimit x)", EPERM);
    plan.limit_count = 0;
    assert_int_equal(setpriority(PRIO_PROCESS, 0, 15), 0);
    spec.nice = (struct opt_number){true, 3, {.text = "--nice 3"}};
    fails(limits_apply(in), "setting the nice value (--nice 3)", EACCES);
}

static void the_oom_score_is_all_of_the_sandboxs(void **state HUSK_UNUSED)
{
    char text[16] = "";
    int fd;

    bare_plan();
    prepare();
    works(oom_score_set(in)); /* nothing to do */
    spec.oom_score_adj = (struct opt_number){true, 777, {.text = "--oom-score-adj 777"}};
    works(oom_score_set(in));
    fd = open("/proc/self/oom_score_adj", O_RDONLY | O_CLOEXEC);
    assert_true(read(fd, text, sizeof text - 1) > 0);
    assert_string_equal(text, "777\n");
    close(fd);
    in->entered = true;
    fd_closep(&in->proc);
    fails(oom_score_set(in), "the host's /proc is gone by now", ENOENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(nothing_is_changed_unasked, set_up),
        cmocka_unit_test_setup(what_is_asked_for_is_set, set_up),
        cmocka_unit_test_setup(a_processor_that_is_missing_fails, set_up),
        INSIDE(nothing_can_be_raised_here),
        IN_NAMESPACE(the_oom_score_is_all_of_the_sandboxs, CLONE_NEWUSER | CLONE_NEWNS, AS_ID_0),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
