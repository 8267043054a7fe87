/* src/inside/names.c: the host name, and clocks. */
#include "stage.h"
#include <time.h>
#include <unistd.h>

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x00000080
#endif

static void begin(void)
{
    bare_plan();
    prepare();
}

static void the_name_is_set(void **state HUSK_UNUSED)
{
    char name[65];

    begin();
    spec.hostname.value = "a box";
    works(hostname_set(in));
    assert_int_equal(gethostname(name, sizeof name), 0);
    assert_string_equal(name, "a box");
}

static void without_one_it_stays(void **state HUSK_UNUSED)
{
    char before[65], after[65];

    begin();
    assert_int_equal(gethostname(before, sizeof before), 0);
    works(hostname_set(in));
    assert_int_equal(gethostname(after, sizeof after), 0);
    assert_string_equal(before, after);
}

static void a_name_that_cannot_be_set_fails(void **state HUSK_UNUSED)
{
    begin();
    spec.hostname = (struct opt_text){arena_printf("%065d", 0), {.text = "--hostname 0..."}};
    fails(hostname_set(in), "0 (--hostname 0...)", EINVAL);
    assert_int_equal(sys_unshare(CLONE_NEWUSER), 0); /* the name is not ours any more */
    spec.hostname.value = "name";
    fails(hostname_set(in), "Can't set hostname to name", EPERM);
}

/* ---- clocks -------------------------------------------------------------------------------- */

enum { DAY = 24 * 60 * 60 };

static int64_t seconds(clockid_t clock)
{
    struct timespec now;

    assert_int_equal(clock_gettime(clock, &now), 0);
    return now.tv_sec;
}

/* The clocks go on while we look: only a day counts as a difference. */
static bool has_gained(clockid_t clock, int64_t before, int64_t offset)
{
    int64_t gained = seconds(clock) - before - offset;

    return gained >= -1 && gained < DAY;
}

static void clocks_are_moved(void **state HUSK_UNUSED)
{
    int64_t monotonic = seconds(CLOCK_MONOTONIC), boot = seconds(CLOCK_BOOTTIME);

    begin();
    plan.unshared |= CLONE_NEWTIME;
    spec.monotonic.value = arena_printf("%d", 10 * DAY);
    spec.boottime.value = arena_printf("%d.5", 20 * DAY);
    works(clocks_set(in));
    assert_true(has_gained(CLOCK_MONOTONIC, monotonic, 10 * DAY));
    assert_true(has_gained(CLOCK_BOOTTIME, boot, 20 * DAY));
}

static void only_a_new_namespace_has_its_clocks(void **state HUSK_UNUSED)
{
    int64_t monotonic = seconds(CLOCK_MONOTONIC);

    begin();
    spec.monotonic.value = arena_printf("%d", 10 * DAY);
    works(clocks_set(in));
    assert_true(has_gained(CLOCK_MONOTONIC, monotonic, 0));
}

static void a_bad_offset_fails(void **state HUSK_UNUSED)
{
    begin();
    plan.unshared |= CLONE_NEWTIME;
    spec.boottime = (struct opt_text){"soon", {.text = "--boottime soon"}};
    fails(clocks_set(in), "reading an offset (--boottime soon)", EINVAL);
    begin();
    plan.unshared |= CLONE_NEWTIME;
    spec.boottime.value = "-4000000000000"; /* before the start of time */
    fails(clocks_set(in), "setting the boottime clock", ERANGE);
}

static void a_false_proc_is_not_written_to(void **state HUSK_UNUSED)
{
    host_begin();
    plan.unshared |= CLONE_NEWTIME;
    prepare();
    assert_int_equal(sys_mount("t", "/proc", "tmpfs", 0, NULL), 0);
    fails(clocks_set(in), "what is on /proc is not procfs", ENODEV);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        INSIDE(the_name_is_set),
        INSIDE(without_one_it_stays),
        INSIDE(a_name_that_cannot_be_set_fails),
        INSIDE(clocks_are_moved),
        INSIDE(only_a_new_namespace_has_its_clocks),
        INSIDE(a_bad_offset_fails),
        INSIDE(a_false_proc_is_not_written_to),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
