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

static void processors_are_a_part_of_each_period(void **state HUSK_UNUSED)
{
    static const struct cpu_list some;

    spec.cgroup.cpus = amount(250000, "2.5");
    spec.cgroup.cpu_weight = amount(10, "10");
    spec.cgroup.cpuset.list = &some;
    spec.cgroup.cpuset.text = "0-2,7";
    assert_int_equal(plan_cgroup(&plan), 0);
    assert_string_equal(files(), "cpu.max 250000 100000\ncpu.weight 10\ncpuset.cpus 0-2,7\n");
    assert_false(plan.cgroup.files[0].is_list);
    assert_true(plan.cgroup.files[2].is_list); /* which the kernel may write in another way */
    spec.cgroup.cpus = amount(AMOUNT_UNLIMITED, "-1");
    assert_int_equal(plan_cgroup(&plan), 0);
    assert_string_equal(files(), "cpu.weight 10\ncpuset.cpus 0-2,7\n");
}

static void each_file_knows_its_option_and_controller(void **state HUSK_UNUSED)
{
    static const char *const controllers[] = {"memory", "memory", "memory", "memory", "cpu", "pids", "io"};
    static const char *const options[] = {"a", "b", "b", "c", "d", "e", "f"};

    spec.cgroup.memory_high = amount(1 << 20, "a");
    spec.cgroup.memory = amount(2 << 20, "b");
    spec.cgroup.memory_swap = amount(3 << 20, "c");
    spec.cgroup.cpus = amount(1000, "d");
    spec.cgroup.pids = amount(1, "e");
    spec.cgroup.io_weight = amount(10000, "f");
    assert_int_equal(plan_cgroup(&plan), 0);
    assert_string_equal(files(), "memory.high 1048576\nmemory.max 2097152\nmemory.oom.group 1\n"
                                 "memory.swap.max 1048576\ncpu.max 1000 100000\npids.max 1\n"
                                 "io.weight default 10000\n");
    for (size_t i = 0; i < ARRAY_SIZE(options); i++) {
        assert_string_equal(plan.cgroup.files[i].controller, controllers[i]);
        assert_string_equal(plan.cgroup.files[i].from->text, options[i]);
    }
    assert_string_equal(plan.cgroup.from->text, "a");
}

static void a_reservation_is_a_part_of_memory(void **state HUSK_UNUSED)
{
    spec.cgroup.memory_reservation = amount((1 << 20) + 1, "--memory-reservation 1M1");
    spec.cgroup.memory = amount(1 << 20, "--memory 1M");
    refused(plan_cgroup(&plan), "--memory-reservation 1M1 is more than --memory 1M");
    spec.cgroup.memory_reservation.value--;
    assert_int_equal(plan_cgroup(&plan), 0);
    spec.cgroup.memory = amount(AMOUNT_UNLIMITED, "-1");
    assert_int_equal(plan_cgroup(&plan), 0); /* without an end it needs none, nor does it limit swap */
    assert_string_equal(files(), "memory.low 1048576\n");
}

static void without_memory_there_is_nothing_to_add_swap_to(void **state HUSK_UNUSED)
{
    spec.cgroup.memory = amount(AMOUNT_UNLIMITED, "-1");
    spec.cgroup.memory_swap = amount(1 << 20, "--memory-swap 1M");
    refused(plan_cgroup(&plan), "--memory-swap 1M needs --memory");
}

static void a_page_is_the_least(void **state HUSK_UNUSED)
{
    uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);

    spec.cgroup.memory = amount(page - 1, "--memory P");
    refused(plan_cgroup(&plan), "--memory P is less than a page");
    spec.cgroup.memory = amount(2 * page - 1, "--memory P");
    assert_int_equal(plan_cgroup(&plan), 0);
    assert_string_equal(files(), arena_printf("memory.max %ju\nmemory.oom.group 1\nmemory.swap.max 0\n",
                                              (uintmax_t)page));
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

static void each_disk_has_a_line(void **state HUSK_UNUSED)
{
    *VEC_PUSH(&spec.cgroup.io_max) = (struct opt_io_max){.device = "8:0", .wbps = 5, .from.text = "a"};
    *VEC_PUSH(&spec.cgroup.io_max) =
        (struct opt_io_max){.device = "8:16", .riops = AMOUNT_UNLIMITED, .wiops = 7, .from.text = "b"};
    assert_int_equal(plan_cgroup(&plan), 0);
    assert_string_equal(files(), "io.max 8:0 rbps=max wbps=5 riops=max wiops=max\n"
                                 "io.max 8:16 rbps=max wbps=max riops=max wiops=7\n");
    assert_string_equal(plan.cgroup.files[1].from->text, "b");
    spec.cgroup.io_max.items[1].device = "8:16 rbps=1"; /* one number, and no more of the line */
    refused(plan_cgroup(&plan), "b: looking at 8:16 rbps=1: No such file or directory");
    spec.cgroup.io_max.items[1].device = "8";
    refused(plan_cgroup(&plan), "b: looking at 8: No such file or directory");
}

/* The kernel has one line for a disk: a second one would take back what the first one limits. */
static void a_disk_has_one_line(void **state HUSK_UNUSED)
{
    static const struct opt_io_max rates[] = {
        {.device = "8:0", .rbps = 5, .wbps = 6, .from.text = "a"},
        {.device = "8:16", .rbps = 7, .from.text = "b"},
        {.device = "8:0", .wbps = AMOUNT_UNLIMITED, .wiops = 8, .from.text = "c"},
        {.device = "08:016", .rbps = 9, .from.text = "d"},
    };

    for (size_t i = 0; i < ARRAY_SIZE(rates); i++)
        *VEC_PUSH(&spec.cgroup.io_max) = rates[i];
    assert_int_equal(plan_cgroup(&plan), 0);
    assert_string_equal(files(), "io.max 8:0 rbps=5 wbps=max riops=max wiops=8\n"
                                 "io.max 8:16 rbps=9 wbps=max riops=max wiops=max\n");
    assert_string_equal(plan.cgroup.files[0].from->text, "c");
    assert_string_equal(plan.cgroup.files[1].from->text, "d");
}

static void a_disk_without_a_limit_has_no_line(void **state HUSK_UNUSED)
{
    *VEC_PUSH(&spec.cgroup.io_max) = (struct opt_io_max){.device = "8:0", .rbps = 5, .from.text = "a"};
    *VEC_PUSH(&spec.cgroup.io_max) =
        (struct opt_io_max){.device = "8:0", .rbps = AMOUNT_UNLIMITED, .from.text = "b"};
    assert_int_equal(plan_cgroup(&plan), 0);
    assert_int_equal(plan.cgroup.how, CGROUP_NONE);
}

/* Where and how it is called. */
static void names_are_units(void **state HUSK_UNUSED)
{
    static char *argv[] = {"a\nb\x1b[m", NULL};

    plan.argv = argv;
    spec.cgroup.scope = (struct opt_flag){true, {.text = "--scope s"}};
    spec.cgroup.scope_name = (struct opt_text){"s", {.text = "--scope s"}};
    spec.cgroup.slice = (struct opt_text){"app", {.text = "--slice app"}};
    assert_int_equal(plan_cgroup(&plan), 0);
    assert_int_equal(plan.cgroup.how, CGROUP_SCOPE);
    assert_string_equal(plan.cgroup.unit, "s.scope");
    assert_string_equal(plan.cgroup.slice, "app.slice");
    assert_string_equal(plan.cgroup.from->text, "--scope s");
    assert_int_equal(strncmp(plan.cgroup.description, "husk: a", 7), 0);
    for (const char *c = plan.cgroup.description; *c; c++)
        assert_in_range(*c, ' ', '~');
    spec.cgroup.parent = (struct opt_text){"/x", {.text = "--cgroup-parent /x"}};
    refused(plan_cgroup(&plan), "--cgroup-parent /x is not compatible with --scope s");
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

static void of_more_ids_one_must_be(void **state HUSK_UNUSED)
{
    const struct id_range map[] = {{0, 100000, 10}, {10, plan.ids.real_uid, 1}, {11, 100010, 10}};

    spec.cgroup.fs = (struct opt_flag){true, {.text = "--cgroup-fs"}};
    plan.ids.how = IDS_RANGES;
    plan.ids.uid_map = map;
    plan.ids.uid_map_count = ARRAY_SIZE(map);
    for (uint32_t uid = 0; uid < 22; uid++) {
        plan.ids.uid = uid;
        if (uid == 10)
            assert_int_equal(plan_cgroup(&plan), 0);
        else
            refused(plan_cgroup(&plan), "--cgroup-fs: the command is not this user outside");
    }
    plan.ids.how = IDS_SINGLE;
    assert_int_equal(plan_cgroup(&plan), 0);
    spec.userns.fd = 0; /* whose users are not known */
    refused(plan_cgroup(&plan), "--cgroup-fs: the command is not this user outside");
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(without_a_limit_there_is_no_cgroup),
        TEST(each_limit_has_its_files),
        TEST(sizes_are_whole_pages),
        TEST(swap_is_what_is_more_than_memory),
        TEST(processors_are_a_part_of_each_period),
        TEST(each_file_knows_its_option_and_controller),
        TEST(a_reservation_is_a_part_of_memory),
        TEST(without_memory_there_is_nothing_to_add_swap_to),
        TEST(a_page_is_the_least),
        TEST(disks_are_numbers),
        TEST(each_disk_has_a_line),
        TEST(a_disk_has_one_line),
        TEST(a_disk_without_a_limit_has_no_line),
        TEST(names_are_units),
        TEST(a_parent_is_in_the_place_of_systemd),
        TEST(who_writes_inside_must_be_this_user),
        TEST(of_more_ids_one_must_be),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
