/*
 * The cgroup of a sandbox, on the host's side: what is said where there cannot be one. Those that there can be are
 * made by tests/functional/cgroup-*.t, which need a kernel with cgroup v2.
 */
#include "host/cgroup.h"
#include "base/log.h"
#include "stage.h"

static struct sandbox sb;

/* Nothing is mounted where cgroups are. */
static void begin(enum cgroup_how how)
{
    host_begin();
    log_init("husk", false);
    assert_int_equal(sys_mount("t", "/sys/fs/cgroup", "tmpfs", 0, "mode=755"), 0);
    plan.cgroup = (struct plan_cgroup){.how = how, .from = &spec.cgroup.scope.from};
    spec.cgroup.scope.from.text = "--option";
    spec.cgroup.parent = (struct opt_text){"/tmp/parent", {.text = "--cgroup-parent /tmp/parent"}};
    sb = (struct sandbox){.pid = getpid(), .keeper = 0};
}

static void without_a_need_nothing_is_done(void **state HUSK_UNUSED)
{
    begin(CGROUP_NONE);
    assert_int_equal(cgroup_prepare(&plan, &sb), 0);
    assert_null(sb.cgroup);
    assert_int_equal(cgroup_adopt(&plan, &sb), 0);
    cgroup_stop(&sb);
    cgroup_end(&sb);
}

static void a_scope_needs_v2(void **state HUSK_UNUSED)
{
    begin(CGROUP_SCOPE);
    refused(cgroup_prepare(&plan, &sb),
            "husk: --option: that needs cgroup v2 on /sys/fs/cgroup, and there is none\nhusk: hint: boot with ");
    host_dir("/sys/fs/cgroup/memory");
    refused(cgroup_prepare(&plan, &sb), "on /sys/fs/cgroup, and there is cgroup v1\nhusk: hint: boot with ");
    assert_int_equal(sb.cgroup->parent, FD_NONE);
    assert_false(sb.cgroup->adopted);
}

static void a_parent_is_a_folder_of_v2(void **state HUSK_UNUSED)
{
    begin(CGROUP_PARENT);
    refused(cgroup_prepare(&plan, &sb), "husk: --cgroup-parent /tmp/parent: opening /tmp/parent: No such file or directory\n");
    host_dir("/tmp/parent");
    refused(cgroup_prepare(&plan, &sb), "husk: --cgroup-parent /tmp/parent: /tmp/parent is not a folder of cgroup v2\n");
    rmdir("/tmp/parent");
    host_file("/tmp/parent", "");
    refused(cgroup_prepare(&plan, &sb), "husk: --cgroup-parent /tmp/parent: opening /tmp/parent: Not a directory\n");
    assert_false(sb.cgroup->adopted);
}

/* What was refused leaves nothing to be ended, and lets nobody go. */
static void who_is_not_adopted_hears_nothing(void **state HUSK_UNUSED)
{
    struct gate_message m;
    int child;

    begin(CGROUP_PARENT);
    refused(cgroup_prepare(&plan, &sb), "opening /tmp/parent");
    assert_int_equal(gate_open(&sb.gate, &child), 0);
    assert_int_equal(cgroup_let_go(&sb), 0);
    cgroup_stop(&sb);
    cgroup_end(&sb);
    close(sb.gate);
    assert_int_equal(gate_receive(child, &m, NULL), 0); /* the end is all */
    sb.cgroup->adopted = true;
    assert_int_equal(gate_open(&sb.gate, &child), 0);
    assert_int_equal(cgroup_let_go(&sb), 0);
    assert_int_equal(gate_receive(child, &m, NULL), 1);
    assert_int_equal(m.kind, GATE_ADOPTED);
}

/* The child's own words come first. */
static void a_child_that_has_failed_says_so_itself(void **state HUSK_UNUSED)
{
    int child;

    begin(CGROUP_PARENT);
    refused(cgroup_prepare(&plan, &sb), "opening /tmp/parent");
    assert_int_equal(gate_open(&sb.gate, &child), 0);
    assert_int_equal(gate_send(child, GATE_FAILED, EPERM, FD_NONE), 0);
    assert_int_equal(cgroup_adopt(&plan, &sb), 0);
    assert_false(sb.cgroup->adopted);
}

static void what_failed_is_noted(void **state HUSK_UNUSED)
{
    struct cgroup c = {.parent = FD_NONE};

    assert_int_equal(cgroup_fail(&c, ENOSPC, "doing %s", "it"), -ENOSPC);
    assert_string_equal(c.error.text, "doing it");
    assert_int_equal(c.error.err, ENOSPC);
    assert_int_equal(cgroup_fail(&c, 0, "said"), -EINVAL);
    assert_int_equal(c.error.err, 0);
    cgroup_hint(&c, "%0600d", 1); /* more than there is room for */
    assert_int_equal(strlen(c.error.hint), sizeof c.error.hint - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        INSIDE(without_a_need_nothing_is_done),
        INSIDE(a_scope_needs_v2),
        INSIDE(a_parent_is_a_folder_of_v2),
        INSIDE(who_is_not_adopted_hears_nothing),
        INSIDE(a_child_that_has_failed_says_so_itself),
        cmocka_unit_test(what_failed_is_noted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
