/* The limits of a plan. */
#include "bare_plan.h"

static int set_up(void **state HUSK_UNUSED)
{
    bare_plan();
    return 0;
}

static void those_asked_for_are_there_as_they_are(void **state HUSK_UNUSED)
{
    assert_int_equal(plan_limits(&plan), 0);
    assert_int_equal(plan.limit_count, 0);
    assert_int_equal(plan.umask, 022);
    spec.limits[RLIMIT_NOFILE] = (struct opt_limit){.set = true, .value = {3, RLIM_INFINITY}, .from.text = "a"};
    spec.limits[RLIMIT_CPU] = (struct opt_limit){.set = true, .value = {4, 5}};
    spec.umask = (struct opt_number){.set = true, .value = 077};
    assert_int_equal(plan_limits(&plan), 0);
    assert_int_equal(plan.limit_count, 2);
    assert_int_equal(plan.umask, 077);
    for (size_t i = 0; i < 2; i++) {
        bool files = plan.limits[i].resource == RLIMIT_NOFILE;

        assert_int_equal(plan.limits[i].resource, files ? RLIMIT_NOFILE : RLIMIT_CPU);
        assert_int_equal(plan.limits[i].value.rlim_cur, files ? 3 : 4);
        assert_true(plan.limits[i].value.rlim_max == (files ? RLIM_INFINITY : 5));
    }
}

/* --no-core is in the profile that everybody gets, also whose hard limit is 0. */
static void one_that_only_lowers_leaves_what_is_lower(void **state HUSK_UNUSED)
{
    static const struct rlimit none = {0, 0}, some = {0, 4096};

    spec.limits[RLIMIT_CORE] = (struct opt_limit){.set = true, .only_lower = true, .value = {1, 1}};
    assert_int_equal(setrlimit(RLIMIT_CORE, &some), 0);
    assert_int_equal(plan_limits(&plan), 0);
    assert_true(plan.limits[0].value.rlim_cur == 1 && plan.limits[0].value.rlim_max == 1);
    plan.limit_count = 0;
    assert_int_equal(setrlimit(RLIMIT_CORE, &none), 0);
    assert_int_equal(plan_limits(&plan), 0);
    assert_true(plan.limits[0].value.rlim_cur == 0 && plan.limits[0].value.rlim_max == 0);
}

static void a_timeout_has_its_second_part(void **state HUSK_UNUSED)
{
    assert_int_equal(plan_limits(&plan), 0);
    assert_int_equal(plan.timeout, 0);
    assert_false(plan.timed);
    spec.kill_after = (struct opt_duration){7, "7", {.text = "--kill-after 7"}};
    refused(plan_limits(&plan), "--kill-after 7 needs --timeout");
    spec.timeout = (struct opt_duration){3, "3", {.text = "--timeout 3"}};
    assert_int_equal(plan_limits(&plan), 0);
    assert_int_equal(plan.timeout, 3);
    assert_true(plan.timed);
    assert_int_equal(plan.kill_after, 7);
    spec.kill_after.text = NULL;
    assert_int_equal(plan_limits(&plan), 0);
    assert_int_equal(plan.kill_after, 5000000000);
}

static void a_report_takes_the_time_too(void **state HUSK_UNUSED)
{
    spec.report = REPORT_JSON;
    assert_int_equal(plan_limits(&plan), 0);
    assert_int_equal(plan.timeout, 0);
    assert_true(plan.timed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(those_asked_for_are_there_as_they_are, set_up),
        cmocka_unit_test_setup(one_that_only_lowers_leaves_what_is_lower, set_up),
        cmocka_unit_test_setup(a_timeout_has_its_second_part, set_up),
        cmocka_unit_test_setup(a_report_takes_the_time_too, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
