/* The options of the command's limits. */
#include "parse.h"
#include "spec/limits.h"

static void each_limit_has_its_own_value(void **state HUSK_UNUSED)
{
    assert_int_equal(NONE("--rlimit", "nofile=5:6", "--rlimit=cpu=7", "x"), 0);
    assert_true(spec.limits[RLIMIT_NOFILE].set && spec.limits[RLIMIT_CPU].set);
    assert_false(spec.limits[RLIMIT_AS].set);
    assert_int_equal(spec.limits[RLIMIT_NOFILE].value.rlim_max, 6);
    assert_int_equal(spec.limits[RLIMIT_CPU].value.rlim_max, 7);
    assert_string_equal(spec.limits[RLIMIT_CPU].from.text, "--rlimit=cpu=7");
    assert_string_equal(said, "");
    assert_int_equal(NONE("--rlimit", "cpu=1", "--rlimit", "cpu=2", "x"), 0);
    assert_int_equal(spec.limits[RLIMIT_CPU].value.rlim_cur, 2);
    assert_string_equal(said, "husk: Only the last --rlimit option will take effect\n");
    write_profile("limits", "rlimit cpu=1\nrlimit cpu=2\nnice 3\n");
    assert_int_equal(HUSK("-p", "limits", "--rlimit", "cpu=3", "--nice", "4", "x"), 0);
    assert_int_equal(spec.limits[RLIMIT_CPU].value.rlim_cur, 3);
    assert_string_equal(said, "");
    assert_int_equal(NONE("--rlimit", "cpu=x", "x"), -EINVAL);
    assert_string_equal(said, "husk: --rlimit cpu=x: a limit is a number or unlimited\n");
}

static void no_core_is_a_limit_that_can_be_replaced(void **state HUSK_UNUSED)
{
    const struct opt_limit *core = &spec.limits[RLIMIT_CORE];

    assert_int_equal(HUSK("x"), 0);
    assert_true(core->set && core->only_lower && core->from.file);
    assert_int_equal(core->value.rlim_max, 1);
    assert_int_equal(HUSK("--rlimit", "core=unlimited", "x"), 0);
    assert_true(core->set && !core->only_lower);
    assert_true(core->value.rlim_cur == RLIM_INFINITY);
    assert_int_equal(NONE("--rlimit", "core=5", "--no-core", "x"), 0);
    assert_int_equal(core->value.rlim_max, 1);
}

static void at_most_leaves_what_is_lower(void **state HUSK_UNUSED)
{
    const struct opt_limit *nproc = &spec.limits[RLIMIT_NPROC];

    assert_int_equal(NONE("--rlimit-at-most", "nproc=50", "x"), 0);
    assert_true(nproc->set && nproc->only_lower);
    assert_int_equal(nproc->value.rlim_max, 50);
    assert_int_equal(HUSK("--rlimit", "nproc=5", "x"), 0);
    assert_true(nproc->set && !nproc->only_lower);
    assert_string_equal(said, "");
    assert_int_equal(NONE("--rlimit-at-most", "nproc", "x"), -EINVAL);
}

static void by_default_core_dumps_and_processes_are_limited(void **state HUSK_UNUSED)
{
    assert_int_equal(HUSK("x"), 0);
    for (int i = 0; i < RLIM_NLIMITS; i++)
        assert_int_equal(spec.limits[i].set, i == RLIMIT_CORE || i == RLIMIT_NPROC);
    assert_false(spec.nice.set || spec.oom_score_adj.set || spec.umask.set || spec.no_aslr.set);
    assert_null(spec.cpus.list);
    assert_null(spec.timeout.text);
}

static void numbers_have_bounds(void **state HUSK_UNUSED)
{
    assert_int_equal(NONE("--nice", "-20", "--oom-score-adj", "-1000", "--umask", "0777", "x"), 0);
    assert_true(spec.nice.set && spec.nice.value == -20);
    assert_true(spec.oom_score_adj.set && spec.oom_score_adj.value == -1000);
    assert_true(spec.umask.set && spec.umask.value == 0777);
    assert_int_equal(NONE("--nice", "20", "x"), -EINVAL);
    assert_string_equal(said, "husk: --nice 20: a number from -20 to 19 is wanted\n");
    assert_int_equal(NONE("--oom-score-adj", "1001", "x"), -EINVAL);
    assert_int_equal(NONE("--umask", "01000", "x"), -EINVAL);
    assert_int_equal(NONE("--umask", "9", "x"), -EINVAL);
    assert_int_equal(NONE("--umask", "", "x"), -EINVAL);
    assert_int_equal(NONE("--nice", "1", "--nice", "2", "x"), 0);
    assert_int_equal(spec.nice.value, 2);
    assert_string_equal(said, "husk: Only the last --nice option will take effect\n");
}

static void processors_and_addresses(void **state HUSK_UNUSED)
{
    assert_int_equal(NONE("--cpu-affinity", "1,3", "--no-aslr", "x"), 0);
    assert_true(cpus_has(spec.cpus.list, 3) && !cpus_has(spec.cpus.list, 2));
    assert_true(spec.no_aslr.set);
    assert_int_equal(NONE("--cpu-affinity", "3-1", "x"), -EINVAL);
    assert_int_equal(NONE("--cpu-affinity", "3", "--cpu-affinity", "4", "x"), 0);
    assert_false(cpus_has(spec.cpus.list, 3));
}

static void a_timeout_brings_a_pid_namespace(void **state HUSK_UNUSED)
{
    assert_int_equal(NONE("--timeout", "1.5m", "--kill-after", "2", "x"), 0);
    assert_int_equal(spec.timeout.ns, 90000000000);
    assert_string_equal(spec.timeout.text, "1.5m");
    assert_int_equal(spec.kill_after.ns, 2000000000);
    assert_int_equal(spec.unshare, CLONE_NEWPID);
    assert_string_equal(spec.unshare_from[__builtin_ctz(CLONE_NEWPID)].text, "--timeout 1.5m");
    assert_int_equal(NONE("--timeout", "0", "x"), -EINVAL);
    assert_string_equal(said, "husk: --timeout 0: a number with s, m, h or d, more than 0, is wanted\n");
    assert_int_equal(NONE("--kill-after", "-1", "x"), -EINVAL);
    assert_int_equal(NONE("--timeout", "1", "--timeout", "2", "x"), 0);
    assert_int_equal(spec.timeout.ns, 2000000000);
    assert_string_equal(said, "husk: Only the last --timeout option will take effect\n");
}

static void bwrap_knows_none_of_them(void **state HUSK_UNUSED)
{
    static char *const names[] = {"--rlimit", "--no-core", "--umask", "--nice", "--oom-score-adj",
                                  "--cpu-affinity", "--no-aslr", "--timeout", "--kill-after"};

    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        assert_int_equal(BWRAP(names[i], "1", "x"), -EINVAL);
        assert_string_equal(said, arena_printf("bwrap: Unknown option %s\n", names[i]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_limit_has_its_own_value),
        cmocka_unit_test(no_core_is_a_limit_that_can_be_replaced),
        cmocka_unit_test(at_most_leaves_what_is_lower),
        cmocka_unit_test(by_default_core_dumps_and_processes_are_limited),
        cmocka_unit_test(numbers_have_bounds),
        cmocka_unit_test(processors_and_addresses),
        cmocka_unit_test(a_timeout_brings_a_pid_namespace),
        cmocka_unit_test(bwrap_knows_none_of_them),
    };

    return cmocka_run_group_tests(tests, home_set_up, home_tear_down);
}
