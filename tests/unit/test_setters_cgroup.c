/* The options of what limits all of a sandbox, and of the report. */
#include "parse.h"

static void limits_are_kept_with_their_words(void **state HUSK_UNUSED)
{
    const struct opt_cgroup *c = &spec.cgroup;

    assert_int_equal(NONE("--memory", "200M", "--cpus=0.5", "--pids-limit", "7", "--cpu-weight", "3", "x"), 0);
    assert_int_equal(c->memory.value, 200 << 20);
    assert_string_equal(c->memory.text, "200M");
    assert_string_equal(c->memory.from.text, "--memory 200M");
    assert_true(c->cpus.value == 50000 && c->pids.value == 7 && c->cpu_weight.value == 3);
    assert_null(c->memory_swap.text);
    assert_string_equal(said, "");
    assert_int_equal(NONE("--memory", "1M", "--memory", "2M", "x"), 0);
    assert_int_equal(c->memory.value, 2 << 20);
    assert_string_equal(said, "husk: Only the last --memory option will take effect\n");
    write_profile("small", "memory 5M\nscope\npids-limit 9\n");
    assert_int_equal(HUSK("-p", "small", "--pids-limit", "unlimited", "x"), 0);
    assert_int_equal(c->memory.value, 5 << 20);
    assert_true(c->pids.value == AMOUNT_UNLIMITED && c->scope.set && !c->scope_name.value);
    assert_string_equal(said, "");
}

static void what_is_no_limit_is_refused(void **state HUSK_UNUSED)
{
    assert_int_equal(NONE("--memory", "much", "x"), -EINVAL);
    assert_string_equal(said, "husk: --memory much: a size such as 200M or 1.5G, or unlimited, is wanted\n");
    assert_int_equal(NONE("--cpus", "0", "x"), -EINVAL);
    assert_int_equal(NONE("--pids-limit", "0", "x"), -EINVAL);
    assert_int_equal(NONE("--io-weight", "10001", "x"), -EINVAL);
    assert_int_equal(NONE("--cpuset-cpus", "a", "x"), -EINVAL);
    assert_int_equal(NONE("--io-max", "/dev/sda", "x"), -EINVAL);
    assert_int_equal(NONE("--cgroup-parent", "relative", "x"), -EINVAL);
    assert_int_equal(BWRAP("--memory", "1M", "x"), -EINVAL);
}

static void units_have_names_of_systemd(void **state HUSK_UNUSED)
{
    const struct opt_cgroup *c = &spec.cgroup;

    assert_int_equal(NONE("--scope=a.scope", "--slice", "b-c.slice", "x"), 0);
    assert_string_equal(c->scope_name.value, "a");
    assert_string_equal(c->slice.value, "b-c");
    assert_int_equal(NONE("--scope=a/b", "x"), -EINVAL);
    assert_int_equal(NONE("--scope=", "x"), -EINVAL);
    assert_int_equal(NONE("--scope=a%n", "x"), -EINVAL);
    assert_int_equal(NONE("--slice", "a--b", "x"), -EINVAL);
    assert_int_equal(NONE("--slice", "-a", "x"), -EINVAL);
    assert_int_equal(NONE("--slice", "a-", "x"), -EINVAL);
}

static void the_tree_of_cgroups_is_a_mount(void **state HUSK_UNUSED)
{
    assert_int_equal(NONE("--cgroup-fs", "--cgroup-fs", "x"), 0);
    assert_int_equal(spec.mounts.count, 1);
    assert_int_equal(spec.mounts.items[0].kind, MOUNT_CGROUP);
    assert_string_equal(spec.mounts.items[0].dest, "/sys/fs/cgroup");
}

static void a_report_goes_somewhere(void **state HUSK_UNUSED)
{
    assert_int_equal(NONE("--report", "x"), 0);
    assert_true(spec.report == REPORT_TEXT && !spec.report_file.value);
    assert_int_equal(NONE("--report=json", "x"), 0);
    assert_true(spec.report == REPORT_JSON && !spec.report_file.value);
    assert_int_equal(NONE("--report=/a/b", "x"), 0);
    assert_int_equal(spec.report, REPORT_JSON);
    assert_string_equal(spec.report_file.value, "/a/b");
    assert_int_equal(NONE("--report=", "x"), -EINVAL);
    write_profile("telling", "report\n");
    assert_int_equal(HUSK("-p", "telling", "x"), -EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(limits_are_kept_with_their_words), cmocka_unit_test(what_is_no_limit_is_refused),
        cmocka_unit_test(units_have_names_of_systemd),      cmocka_unit_test(the_tree_of_cgroups_is_a_mount),
        cmocka_unit_test(a_report_goes_somewhere),
    };
    return cmocka_run_group_tests(tests, home_set_up, home_tear_down);
}
