/* Which namespaces are new, and options that make no sense together. */
#include "bare_plan.h"
#include <sched.h>

static int set_up(void **state HUSK_UNUSED)
{
    bare_plan();
    plan.clone_flags = plan.unshared = 0;
    return 0;
}

static unsigned implied(void)
{
    return getuid() == 0 ? 0 : CLONE_NEWUSER;
}

static void mounts_are_always_our_own(void **state HUSK_UNUSED)
{
    assert_int_equal(plan_namespaces(&plan), 0);
    assert_int_equal(plan.clone_flags, CLONE_NEWNS | implied());
    assert_int_equal(plan.unshared, plan.clone_flags);
}

static void what_is_asked_for_is_new(void **state HUSK_UNUSED)
{
    spec.unshare = CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWPID | CLONE_NEWTIME;
    assert_int_equal(plan_namespaces(&plan), 0);
    assert_int_equal(plan.unshared, spec.unshare | CLONE_NEWNS);
    /* A process is not born into a time namespace. */
    assert_int_equal(plan.clone_flags, plan.unshared & ~(unsigned)CLONE_NEWTIME);
}

static void what_is_tried_is_had_where_it_can_be(void **state HUSK_UNUSED)
{
    bool cgroups = access("/proc/self/ns/cgroup", F_OK) == 0;

    spec.unshare_try = CLONE_NEWUSER | CLONE_NEWCGROUP;
    assert_int_equal(plan_namespaces(&plan), 0);
    assert_true(plan.clone_flags & CLONE_NEWUSER);
    assert_int_equal(!!(plan.clone_flags & CLONE_NEWCGROUP), cgroups);
}

static void a_user_namespace_can_be_joined(void **state HUSK_UNUSED)
{
    spec.userns.fd = STDIN_FILENO;
    assert_int_equal(plan_namespaces(&plan), 0);
    assert_int_equal(plan.clone_flags, CLONE_NEWNS);
    spec.uid.set = spec.gid.set = true;
    assert_int_equal(plan_namespaces(&plan), 0);
    spec.unshare_try = CLONE_NEWUSER;
    refused(plan_namespaces(&plan), "--userns is not compatible with --unshare-user");
    spec.unshare_try = 0;
    spec.unshare = CLONE_NEWUSER;
    refused(plan_namespaces(&plan), "--userns is not compatible with --unshare-user");
}

/* ---- conflicts ----------------------------------------------------------------------------- */

static void disable(void)
{
    spec.disable_userns = true;
}

static void disable_and_block(void)
{
    spec.unshare = CLONE_NEWUSER;
    spec.disable_userns = true;
    spec.userns_block_fd.fd = STDIN_FILENO;
    spec.info_fd.fd = STDOUT_FILENO;
}

static void block_alone(void)
{
    spec.userns_block_fd.fd = STDIN_FILENO;
    spec.info_fd.fd = STDOUT_FILENO;
}

static void block_without_info(void)
{
    spec.unshare = CLONE_NEWUSER;
    spec.userns_block_fd.fd = STDIN_FILENO;
}

static void hostname(void)
{
    spec.hostname.value = "name";
}

static void pid_1(void)
{
    spec.as_pid_1 = true;
}

static void pid_1_and_lock(void)
{
    spec.as_pid_1 = true;
    spec.unshare = CLONE_NEWPID;
    VEC_PUSH(&spec.lock_files)->value = "/lock";
}

static void clock_alone(void)
{
    spec.boottime.value = "1";
    spec.boottime.from.text = "--boottime 1";
}

static void map_in_a_joined_one(void)
{
    spec.userns.fd = STDIN_FILENO;
    spec.map_root = true;
    spec.map_from.text = "--map-root";
}

static const struct {
    void (*ask)(void);
    const char *text;
} conflicts[] = {
    {disable, "--disable-userns requires --unshare-user"},
    {disable_and_block, "--disable-userns is not compatible with --userns-block-fd"},
    {block_alone, "--userns-block-fd requires --unshare-user"},
    {block_without_info, "--userns-block-fd requires --info-fd"},
    {hostname, "Specifying --hostname requires --unshare-uts"},
    {pid_1, "Specifying --as-pid-1 requires --unshare-pid"},
    {pid_1_and_lock, "Specifying --as-pid-1 and --lock-file is not permitted"},
    {clock_alone, "--boottime 1 needs --unshare-time"},
    {map_in_a_joined_one, "--map-root needs --unshare-user"},
};

static void conflicts_are_named(void **state)
{
    for (size_t i = 0; i < ARRAY_SIZE(conflicts); i++) {
        set_up(state);
        conflicts[i].ask();
        refused(plan_namespaces(&plan), conflicts[i].text);
    }
}

/* Root gets a user namespace only when it asks for one; others always get one. */
static void ids_need_a_user_namespace(void **state)
{
    const char *const texts[] = {"Specifying --uid requires", "Specifying --gid requires"};

    for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
        set_up(state);
        (i ? &spec.gid : &spec.uid)->set = true;
        if (implied())
            assert_int_equal(plan_namespaces(&plan), 0);
        else
            refused(plan_namespaces(&plan), texts[i]);
        spec.unshare = CLONE_NEWUSER;
        assert_int_equal(plan_namespaces(&plan), 0);
    }
}

static void what_they_need_makes_them_fit(void **state)
{
    set_up(state);
    hostname();
    clock_alone();
    pid_1();
    spec.unshare = CLONE_NEWUTS | CLONE_NEWTIME | CLONE_NEWPID | CLONE_NEWUSER;
    disable();
    assert_int_equal(plan_namespaces(&plan), 0);
}

int main(void)
{
#define PLAIN(test) cmocka_unit_test_setup(test, set_up)
    const struct CMUnitTest tests[] = {
        PLAIN(mounts_are_always_our_own),
        PLAIN(what_is_asked_for_is_new),
        PLAIN(what_is_tried_is_had_where_it_can_be),
        PLAIN(a_user_namespace_can_be_joined),
        PLAIN(conflicts_are_named),
        PLAIN(ids_need_a_user_namespace),
        PLAIN(what_they_need_makes_them_fit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
