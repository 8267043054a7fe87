/* A policy with a listener: what is asked there, what is left alone, and that it can have no other one. */
#include "plan/seccomp_log.h"
#include "base/bpf.h"
#include "bare_plan.h"
#include "plan/seccomp_policies.h"
#include <errno.h>
#include <linux/audit.h>

static struct sock_filter policy[] = {
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 7, 0, 1),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EACCES),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 8, 0, 1),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 9, 0, 1),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
};
static struct plan_filter filter;

static int set_up(void **state HUSK_UNUSED)
{
    bare_plan();
    spec.seccomp_log = (struct opt_flag){true, {.text = "--seccomp-log"}};
    filter = (struct plan_filter){.prog = {ARRAY_SIZE(policy), policy}};
    return 0;
}

static uint32_t ask(const struct sock_fprog *prog, uint32_t arch, uint32_t nr, uint64_t arg1)
{
    const struct seccomp_data data = {.nr = (int)nr, .arch = arch, .args = {1, arg1}};

    return bpf_run(prog, &data);
}

static void errnos_are_asked_for(void **state HUSK_UNUSED)
{
    const uint32_t arch = syscall_abis[SECCOMP_NATIVE].arch;

    assert_int_equal(plan_seccomp_log(&plan, &filter), 0);
    assert_true(filter.listener);
    assert_int_equal(ask(&filter.prog, arch, 7, 0), SECCOMP_RET_USER_NOTIF);
    assert_int_equal(ask(&filter.prog, arch, 8, 0), SECCOMP_RET_KILL_PROCESS);
    assert_int_equal(ask(&filter.prog, arch, 9, 0), SECCOMP_RET_USER_NOTIF);
    assert_int_equal(ask(&filter.prog, arch, 1, 0), SECCOMP_RET_ALLOW);
    assert_int_equal(ask(&filter.prog, 12345, 7, 0), SECCOMP_RET_USER_NOTIF);
    assert_ptr_equal(plan.seccomp_log->filter, policy); /* as it was */
    assert_int_equal(ask(plan.seccomp_log, arch, 7, 0), SECCOMP_RET_ERRNO | EACCES);
}

static void there_is_no_other_listener(void **state HUSK_UNUSED)
{
    const uint64_t flag = SECCOMP_FILTER_FLAG_NEW_LISTENER;

    assert_int_equal(plan_seccomp_log(&plan, &filter), 0);
    for (const struct syscall_abi *abi = syscall_abis; abi < syscall_abis + SECCOMP_ABIS; abi++) {
        uint32_t nr = abi->number_of_seccomp;

        if (!abi->arch)
            continue;
        assert_int_equal(ask(&filter.prog, abi->arch, nr, flag), SECCOMP_RET_ERRNO | EBUSY);
        assert_int_equal(ask(&filter.prog, abi->arch, nr, 1ULL << 32 | flag | 1), SECCOMP_RET_ERRNO | EBUSY);
        assert_int_equal(ask(&filter.prog, abi->arch, nr, 1), SECCOMP_RET_ALLOW);
        assert_int_equal(ask(&filter.prog, abi->arch, nr + 1, flag), SECCOMP_RET_ALLOW);
    }
}

static void without_a_policy_it_is_an_error(void **state HUSK_UNUSED)
{
    refused(plan_seccomp_log(&plan, NULL), "--seccomp-log: there is no policy that could refuse a call");
    assert_null(plan.seccomp_log);
    refused(plan_filters(&plan), "it needs --seccomp-profile");
    spec.seccomp_profile = (struct opt_text){"default", {.text = "--seccomp-profile default"}};
    assert_int_equal(plan_filters(&plan), 0);
    assert_true(plan.filters[0].listener);
}

static void the_kernels_bound_is_said(void **state HUSK_UNUSED)
{
    static struct sock_filter many[BPF_MAXINSNS];

    filter.prog = (struct sock_fprog){BPF_MAXINSNS, many};
    refused(plan_seccomp_log(&plan, &filter), "the policy has 4096 instructions, and with a listener 41");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(errnos_are_asked_for, set_up),
        cmocka_unit_test_setup(there_is_no_other_listener, set_up),
        cmocka_unit_test_setup(without_a_policy_it_is_an_error, set_up),
        cmocka_unit_test_setup(the_kernels_bound_is_said, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
