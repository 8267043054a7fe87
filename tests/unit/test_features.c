/* src/plan/features.c: --require and --verbose. What brings which is tests/functional/require.t's. */
#include "plan/features.h"
#include "bare_plan.h"
#include "base/log.h"
#include "plan/landlock.h"
#include <errno.h>

static int set_up(void **state HUSK_UNUSED)
{
    bare_plan();
    log_init("husk", false);
    return 0;
}

static void require(const char *text)
{
    spec.required.count = 0;
    *VEC_PUSH(&spec.required) = (struct opt_text){text, {.text = "--require X"}};
}

static void what_is_there_can_be_required(void **state HUSK_UNUSED)
{
    static const char *const there[] = {"userns", "pidns", "ipcns", "utsns", "no-new-privs"};
    static const char *const missing[] = {"netns", "timens", "cgroupns", "no-userns", "no-capabilities",
                                          "seccomp", "landlock", "apparmor", "selinux"};

    assert_int_equal(plan_features(&plan), 0);
    for (size_t i = 0; i < ARRAY_SIZE(there); i++) {
        require(there[i]);
        assert_int_equal(plan_features(&plan), 0);
    }
    for (size_t i = 0; i < ARRAY_SIZE(missing); i++) {
        require(missing[i]);
        refused(plan_features(&plan), "--require X: ");
    }
}

static void names_are_whole(void **state HUSK_UNUSED)
{
    static const char *const names[] = {"", "pid", "pidns ", "pidnsx", "PIDNS", "pidns:", "pidns:1", ":", "landlock:1 "};

    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        require(names[i]);
        refused(plan_features(&plan), "--require X: ");
    }
}

static void landlock_has_an_abi(void **state HUSK_UNUSED)
{
    plan.disable_userns = plan.set_caps = true;
    spec.landlock.parts = LANDLOCK_FILES;
    assert_int_equal(landlock_derive(&plan, 5), 0);
    require("landlock");
    assert_int_equal(plan_features(&plan), 0);
    require("landlock:5");
    assert_int_equal(plan_features(&plan), 0);
    require("landlock:6");
    refused(plan_features(&plan), "this kernel has landlock's ABI 5");
    require("landlock:0");
    refused(plan_features(&plan), "is wanted");
}

static const char *told(void)
{
    spec.verbose = true;
    capture_start(STDERR_FILENO);
    features_say(&plan);
    return capture_stop();
}

static void one_line_says_it(void **state HUSK_UNUSED)
{
    struct plan_filter filters[] = {{.policy = "default"}, {.policy = NULL}, {.policy = "tcp"}};

    assert_string_equal(told(), "husk: active: userns, pidns, ipcns, utsns, no-new-privs; not: netns, cgroupns, timens, "
                                "no-userns, no-capabilities, seccomp, landlock, apparmor, selinux\n");
    plan.filters = filters;
    plan.filter_count = ARRAY_SIZE(filters);
    spec.landlock.parts = LANDLOCK_ALL;
    assert_int_equal(landlock_derive(&plan, 6), 0);
    spec.apparmor_profile.value = "some";
    plan.apparmor = "exec some";
    assert_string_equal(told(), "husk: active: userns, pidns, ipcns, utsns, no-new-privs, seccomp default, tcp, landlock 6 "
                                "(abstract, signals), apparmor some; not: netns, cgroupns, timens, no-userns, "
                                "no-capabilities, landlock (not files, since the command may mount), selinux\n");
    spec.verbose = false;
    capture_start(STDERR_FILENO);
    features_say(&plan);
    assert_string_equal(capture_stop(), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(what_is_there_can_be_required, set_up),
        cmocka_unit_test_setup(names_are_whole, set_up),
        cmocka_unit_test_setup(landlock_has_an_abi, set_up),
        cmocka_unit_test_setup(one_line_says_it, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
