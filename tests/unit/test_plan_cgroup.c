/* The limits of a plan as the files of a cgroup. */
#include "base/str.h"
#include "bare_plan.h"
#include <sched.h>

static int set_up(void **state HUSK_UNUSED)
{
    bare_plan();
    plan.clone_flags = plan.unshared = CLONE_NEWUSER | CLONE_NEWCGROUP;
    return 0;
}

static struct opt_amount amount(uint64_t value, const char *text)
{
    return (struct opt_amount){value, text, {.text = text}};
}

/* NAME LINE of each file. */
static const char *files(void)
{
    const char *text = "";

    for (size_t i = 0; i < plan.cgroup.file_count; i++)
        text = arena_printf("%s%s %s\n", text, plan.cgroup.files[i].name, plan.cgroup.files[i].line);
    return text;
}

static void without_a_limit_there_is_no_cgroup(void **state HUSK_UNUSED)
{
    assert_int_equal(plan_cgroup(&plan), 0);
    assert_int_equal(plan.cgroup.how, CGROUP_NONE);
    assert_true(plan.clone_flags & CLONE_NEWCGROUP);
    spec.cgroup.memory = amount(AMOUNT_UNLIMITED, "unlimited");
    spec.cgroup.pids = amount(AMOUNT_UNLIMITED, "-1");
    spec.cgroup.memory_swap = amount(AMOUNT_UNLIMITED, "-1");
    assert_int_equal(plan_cgroup(&plan), 0);
    assert_int_equal(plan.cgroup.how, CGROUP_NONE);
}

static void each_limit_has_its_files(void **state HUSK_UNUSED)
{
    spec.cgroup.memory = amount(100 << 20, "100M");
    spec.cgroup.memory_reservation = amount(50 << 20, "50M");
    spec.cgroup.cpus = amount(50000, "0.5");
    spec.cgroup.pids = amount(20, "20");
    assert_int_equal(plan_cgroup(&plan), 0);
    assert_string_equal(files(), "memory.low 52428800\nmemory.max 104857600\nmemory.oom.group 1\n"
                                 "memory.swap.max 0\ncpu.max 50000 100000\npids.max 20\n");
    assert_int_equal(plan.cgroup.how, CGROUP_SCOPE);
    assert_string_equal(plan.cgroup.slice, "husk.slice");
    assert_null(plan.cgroup.unit);
    assert_string_equal(plan.cgroup.description, "husk: true");
    /* The child makes the namespace when it is where it belongs. */
    assert_false(plan.clone_flags & CLONE_NEWCGROUP);
    assert_true(plan.unshared & CLONE_NEWCGROUP);
}

static void sizes_are_whole_pages(void **state HUSK_UNUSED)
{
    spec.cgroup.memory = amount(1000000, "1000000");
    spec.cgroup.memory_swap = amount(2000000, "2000000");
    assert_int_equal(plan_cgroup(&plan), 0);
    assert_string_equal(files(), "memory.max 999424\nmemory.oom.group 1\nmemory.swap.max 999424\n");
    spec.cgroup.memory = amount(5, "--memory 5");
    spec.cgroup.memory_swap.text = NULL;
    refused(plan_cgroup(&plan), "--memory 5 is less than a page");
}

static void swap_is_what_is_more_than_memory(void **state HUSK_UNUSED)
{
    spec.cgroup.memory = amount(100 << 20, "--memory 100M");
    spec.cgroup.memory_swap = amount(100 << 20, "--memory-swap 100M");
    assert_int_equal(plan_cgroup(&plan), 0);
    assert_non_null(strstr(files(), "memory.swap.max 0\n"));
    spec.cgroup.memory_swap = amount(AMOUNT_UNLIMITED, "-1");
    assert_int_equal(plan_cgroup(&plan), 0);
    assert_null(strstr(files(), "memory.swap.max"));
    spec.cgroup.memory_swap = amount(1, "--memory-swap 1");
    refused(plan_cgroup(&plan), "--memory-swap 1 is less than --memory 100M, which is a part of it");
    spec.cgroup.memory.text = NULL;
    refused(plan_cgroup(&plan), "--memory-swap 1 needs --memory");
}

static void disks_are_numbers(void **state HUSK_UNUSED)
{
    *VEC_PUSH(&spec.cgroup.io_max) = (struct opt_io_max){.device = "8:16", .rbps = 1024, .from.text = "a"};
    assert_int_equal(plan_cgroup(&plan), 0);
    assert_string_equal(files(), "io.max 8:16 rbps=1024 wbps=max riops=max wiops=max\n");
    spec.cgroup.io_max.items[0].device = "/dev/null";
    refused(plan_cgroup(&plan), "a: /dev/null is not a disk");
    spec.cgroup.io_max.items[0].device = "/dev/none";
    refused(plan_cgroup(&plan), "a: looking at /dev/none: No such file or directory");
}

static void a_parent_is_in_the_place_of_systemd(void **state HUSK_UNUSED)
{
    spec.cgroup.parent = (struct opt_text){"/x", {.text = "--cgroup-parent /x"}};
    assert_int_equal(plan_cgroup(&plan), 0);
    assert_int_equal(plan.cgroup.how, CGROUP_PARENT);
    spec.cgroup.slice = (struct opt_text){"s", {.text = "--slice s"}};
    refused(plan_cgroup(&plan),
            "--cgroup-parent /x is not compatible with --slice s: it is for where there is no systemd");
}

static void who_writes_inside_must_be_this_user(void **state HUSK_UNUSED)
{
    static const struct id_range others = {0, 100000, 10};

    spec.cgroup.fs = (struct opt_flag){true, {.text = "--cgroup-fs"}};
    assert_int_equal(plan_cgroup(&plan), 0);
    plan.ids.how = IDS_RANGES;
    plan.ids.uid_map = &others;
    plan.ids.uid_map_count = 1;
    refused(plan_cgroup(&plan), "--cgroup-fs: the command is not this user outside, so it could not write there");
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(without_a_limit_there_is_no_cgroup),  TEST(each_limit_has_its_files),
        TEST(sizes_are_whole_pages),               TEST(swap_is_what_is_more_than_memory),
        TEST(disks_are_numbers),                   TEST(a_parent_is_in_the_place_of_systemd),
        TEST(who_writes_inside_must_be_this_user),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
