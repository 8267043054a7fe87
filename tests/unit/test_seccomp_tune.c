/* --allow-syscall and --deny-syscall: what the policy answers then, worked out by running the program. */
#include "plan/seccomp_tune.h"
#include "bare_plan.h"
#include "base/bpf.h"
#include "base/log.h"
#include "base/str.h"
#include "plan/seccomp_policies.h"
#include <errno.h>
#include <linux/audit.h>

#define ALLOWED SECCOMP_RET_ALLOW
#define REFUSED(err) (SECCOMP_RET_ERRNO | (uint32_t)(err))
#define BOTH_ABIS (1u << SECCOMP_NATIVE | 1u << SECCOMP_32BIT)

static struct seccomp_base base;

static int set_up(void **state HUSK_UNUSED)
{
    bare_plan();
    log_init("husk", false);
    return 0;
}

static void rule(bool allow, const char *names)
{
    *VEC_PUSH(&spec.syscall_rules) = (struct syscall_rule){
        allow, names, {.text = arena_printf("--%s-syscall %s", allow ? "allow" : "deny", names)}};
}

#define ALLOW(names) rule(true, names)
#define DENY(names) rule(false, names)

static void policy(const char *name)
{
    for (unsigned i = 0; i < seccomp_policy_count; i++) {
        const struct seccomp_policy *p = &seccomp_policies[i];

        if (streq(p->name, name)) {
            base.prog = (struct sock_fprog){p->length, (struct sock_filter *)&seccomp_code[p->start]};
            base.abis = BOTH_ABIS;
            return;
        }
    }
    fail_msg("no policy %s", name);
}

/* The policy with the rules so far. */
static void tune(const char *name)
{
    policy(name);
    assert_int_equal(seccomp_tune(&spec, &base), 0);
}

static const char *name_of(size_t row)
{
    return syscall_row_names + syscall_rows[row].name;
}

static size_t row_of(const char *name)
{
    for (size_t i = 0; i < syscall_row_count; i++)
        if (streq(name_of(i), name))
            return i;
    fail_msg("no call %s", name);
    return 0;
}

static uint32_t refusal_of(size_t row)
{
    return REFUSED(seccomp_groups[syscall_rows[row].group].error);
}

static uint32_t run(const struct sock_fprog *prog, unsigned abi, int number, uint64_t a0, uint64_t a1)
{
    const struct seccomp_data data = {.nr = number, .arch = syscall_abis[abi].arch, .args = {a0, a1}};

    return bpf_run(prog, &data);
}

static uint32_t ask(unsigned abi, const char *name, uint64_t a0, uint64_t a1)
{
    int number = syscall_rows[row_of(name)].number[abi];

    assert_true(number >= 0);
    return run(&base.prog, abi, number, a0, a1);
}

/* Is the call there on that ABI, under a number that is no other call's as well. */
static bool has_own_number(size_t row, unsigned abi)
{
    int number = syscall_abis[abi].arch ? syscall_rows[row].number[abi] : -1;

    for (size_t i = 0; number >= 0 && i < syscall_row_count; i++)
        if (i != row && syscall_rows[i].number[abi] == number)
            return false;
    return number >= 0;
}

static void need_i386(void)
{
    if (syscall_abis[SECCOMP_32BIT].arch != AUDIT_ARCH_I386)
        skip();
}

/* ---- what rules change, and what they do not ------------------------------------------------ */

static void without_rules_it_is_the_policy(void **state HUSK_UNUSED)
{
    struct sock_fprog before;

    policy("default");
    before = base.prog;
    assert_int_equal(seccomp_tune(&spec, &base), 0);
    assert_ptr_equal(base.prog.filter, before.filter);
    assert_int_equal(base.prog.len, before.len);
    assert_false(seccomp_tune_denies(&spec));
}

/* All calls but those of the list are answered as before, on each ABI. Returns how many are not. */
static size_t others_are_as_before(const char *name, const char *const *list, size_t count)
{
    struct sock_fprog before;
    size_t changed = 0;

    policy(name);
    before = base.prog;
    tune(name);
    for (size_t i = 0; i < syscall_row_count; i++)
        for (unsigned abi = 0; abi < SECCOMP_ABIS; abi++) {
            bool listed = false;

            for (size_t k = 0; k < count; k++)
                listed |= streq(list[k], name_of(i));
            if (!has_own_number(i, abi))
                continue;
            if (run(&base.prog, abi, syscall_rows[i].number[abi], 0, 0) ==
                run(&before, abi, syscall_rows[i].number[abi], 0, 0))
                continue;
            if (!listed)
                fail_msg("%s has another answer on %s", name_of(i), syscall_abis[abi].name);
            changed++;
        }
    return changed;
}

static void a_name_is_that_call_alone(void **state HUSK_UNUSED)
{
    static const char *const list[] = {"getpgid", "kcmp"};

    DENY("getpgid");
    ALLOW("kcmp");
    assert_in_range(others_are_as_before("default", list, ARRAY_SIZE(list)), 2, 5);
    assert_int_equal(ask(SECCOMP_NATIVE, "getpgid", 0, 0), REFUSED(EPERM));
    assert_int_equal(ask(SECCOMP_NATIVE, "kcmp", 0, 0), ALLOWED);
}

static void a_group_is_all_its_calls(void **state HUSK_UNUSED)
{
    size_t calls = 0;

    DENY("@setuid");
    ALLOW("@mount");
    tune("default");
    for (size_t i = 0; i < syscall_row_count; i++) {
        const char *group = seccomp_groups[syscall_rows[i].group].name;
        uint32_t want = streq(group, "@setuid") ? REFUSED(EPERM) : ALLOWED;

        if (!has_own_number(i, SECCOMP_NATIVE) || (!streq(group, "@setuid") && !streq(group, "@mount")))
            continue;
        calls++;
        if (run(&base.prog, SECCOMP_NATIVE, syscall_rows[i].number[SECCOMP_NATIVE], 0, 0) != want)
            fail_msg("%s of %s", name_of(i), group);
    }
    assert_in_range(calls, 20, 60);
    assert_int_equal(ask(SECCOMP_NATIVE, "setns", 0, 0), REFUSED(EPERM)); /* @namespace: not a word of it */
}

static void a_refusal_has_its_groups_errno(void **state HUSK_UNUSED)
{
    DENY("openat2,clone3,read");
    tune("nested");
    assert_int_equal(ask(SECCOMP_NATIVE, "openat2", 0, 0), REFUSED(ENOSYS));
    assert_int_equal(ask(SECCOMP_NATIVE, "clone3", 0, 0), REFUSED(ENOSYS));
    assert_int_equal(ask(SECCOMP_NATIVE, "read", 0, 0), REFUSED(EPERM));
}

static void the_later_rule_counts(void **state HUSK_UNUSED)
{
    ALLOW("kcmp,bpf");
    DENY("kcmp");
    DENY("@network");
    ALLOW("bind");
    DENY("getpgid");
    ALLOW("getpgid");
    ALLOW("@mount");
    DENY("umount2");
    tune("default");
    assert_int_equal(ask(SECCOMP_NATIVE, "kcmp", 0, 0), REFUSED(EPERM));
    assert_int_equal(ask(SECCOMP_NATIVE, "bpf", 0, 0), ALLOWED);
    assert_int_equal(ask(SECCOMP_NATIVE, "bind", 0, 0), ALLOWED);
    assert_int_equal(ask(SECCOMP_NATIVE, "connect", 0, 0), REFUSED(EPERM));
    assert_int_equal(ask(SECCOMP_NATIVE, "getpgid", 0, 0), ALLOWED);
    assert_int_equal(ask(SECCOMP_NATIVE, "mount", 0, 0), ALLOWED);
    assert_int_equal(ask(SECCOMP_NATIVE, "umount2", 0, 0), REFUSED(EPERM));
    assert_true(seccomp_tune_denies(&spec));
}

/* ---- every call, on every ABI --------------------------------------------------------------- */

/* One rule that names ROW alone, on the filter that allows everything or the one that allows least. */
static void tune_one(bool allow, size_t row)
{
    spec.syscall_rules.count = 0;
    rule(allow, name_of(row));
    if (allow)
        policy("strict");
    else
        seccomp_allow_all(&base);
    assert_int_equal(seccomp_tune(&spec, &base), 0);
}

static void what_is_denied_is_on_every_abi(void **state HUSK_UNUSED)
{
    size_t asked = 0;

    for (size_t i = 0; i < syscall_row_count; i++) {
        tune_one(false, i);
        for (unsigned abi = 0; abi < SECCOMP_ABIS; abi++) {
            int number = syscall_abis[abi].arch ? syscall_rows[i].number[abi] : -1;

            if (number < 0)
                continue;
            asked++;
            if (run(&base.prog, abi, number, 0, 0) != refusal_of(i))
                fail_msg("%s can be called on %s", name_of(i), syscall_abis[abi].name);
        }
    }
    assert_true(asked > 300);
}

static void what_is_allowed_is_so_but_on_x32(void **state HUSK_UNUSED)
{
    struct sock_fprog strict;

    policy("strict");
    strict = base.prog;
    for (size_t i = 0; i < syscall_row_count; i++) {
        tune_one(true, i);
        for (unsigned abi = 0; abi < SECCOMP_ABIS; abi++) {
            int number = syscall_abis[abi].arch ? syscall_rows[i].number[abi] : -1;
            uint32_t want = abi == SECCOMP_X32 ? run(&strict, abi, number, -1ULL, -1ULL) : ALLOWED;

            if (number >= 0 && run(&base.prog, abi, number, -1ULL, -1ULL) != want)
                fail_msg("%s has a wrong answer on %s", name_of(i), syscall_abis[abi].name);
        }
    }
}

static void what_is_allowed_opens_no_abi(void **state HUSK_UNUSED)
{
    static const char *const names[] = {"getpid", "socketcall", "ipc"};
    struct sock_filter refuse[] = {BPF_STMT(BPF_RET | BPF_K, REFUSED(EIO))};

    need_i386();
    ALLOW("getpid,socketcall,ipc,connect,semop");
    DENY("bind,semget"); /* parts of the two on i386 */
    base = (struct seccomp_base){{1, refuse}, 1u << SECCOMP_NATIVE};
    assert_int_equal(seccomp_tune(&spec, &base), 0);
    assert_int_equal(ask(SECCOMP_NATIVE, "getpid", 0, 0), ALLOWED);
    for (size_t i = 0; i < ARRAY_SIZE(names); i++)
        assert_int_equal(ask(SECCOMP_32BIT, names[i], 3, 0), REFUSED(EIO));
    base = (struct seccomp_base){{1, refuse}, BOTH_ABIS};
    assert_int_equal(seccomp_tune(&spec, &base), 0);
    for (size_t i = 0; i < ARRAY_SIZE(names); i++)
        assert_int_equal(ask(SECCOMP_32BIT, names[i], 3, 0), ALLOWED);
}

/* ---- arguments ------------------------------------------------------------------------------ */

enum { STI = 0x5412, LINUX = 0x541c, SETS = 0x5402 }; /* TIOCSTI, TIOCLINUX, TCSETS */

static void no_rule_opens_the_terminal(void **state HUSK_UNUSED)
{
    static const char *const names[] = {"ioctl", "@basic-io", "ioctl,@basic-io", "@basic-io,ioctl"};

    for (size_t i = 0; i < ARRAY_SIZE(names); i++)
        for (unsigned p = 0; p < seccomp_policy_count; p++) {
            spec.syscall_rules.count = 0;
            ALLOW(names[i]);
            tune(seccomp_policies[p].name);
            for (unsigned abi = 0; abi <= SECCOMP_32BIT && syscall_abis[abi].arch; abi++) {
                assert_int_equal(ask(abi, "ioctl", 0, STI), REFUSED(EPERM));
                assert_int_equal(ask(abi, "ioctl", 0, LINUX), REFUSED(EPERM));
                /* The kernel looks at 32 bits. */
                assert_int_equal(ask(abi, "ioctl", 0, STI | 1ULL << 32), REFUSED(EPERM));
                assert_int_equal(ask(abi, "ioctl", 0, LINUX | ~0ULL << 32), REFUSED(EPERM));
                assert_int_equal(ask(abi, "ioctl", 0, SETS), ALLOWED);
            }
        }
}

static void a_group_allows_what_policies_do(void **state HUSK_UNUSED)
{
    enum { NEWUSER = 0x10000000, AF_ALG = 38, AF_LOCAL = 1 };

    ALLOW("@process,@network");
    tune("strict");
    assert_int_equal(ask(SECCOMP_NATIVE, "clone", 17, 0), ALLOWED);
    assert_int_equal(ask(SECCOMP_NATIVE, "clone", 17 | NEWUSER, 0), REFUSED(EPERM));
    assert_int_equal(ask(SECCOMP_NATIVE, "socket", AF_LOCAL, 1), ALLOWED);
    assert_int_equal(ask(SECCOMP_NATIVE, "socket", AF_ALG, 1), REFUSED(EPERM));
    ALLOW("clone,socket");
    tune("strict");
    assert_int_equal(ask(SECCOMP_NATIVE, "clone", 17 | NEWUSER, 0), ALLOWED);
    assert_int_equal(ask(SECCOMP_NATIVE, "socket", AF_ALG, 1), ALLOWED);
}

static void to_allow_takes_nothing_away(void **state HUSK_UNUSED)
{
    enum { NEWUSER = 0x10000000 };

    ALLOW("@process");
    tune("nested");
    assert_int_equal(ask(SECCOMP_NATIVE, "clone", 17 | NEWUSER, 0), ALLOWED);
    tune("default");
    assert_int_equal(ask(SECCOMP_NATIVE, "clone", 17 | NEWUSER, 0), REFUSED(EPERM));
}

static void a_part_is_denied_in_its_whole(void **state HUSK_UNUSED)
{
    need_i386();
    DENY("connect,semop,shmget");
    for (int round = 0; round < 2; round++) {
        tune("build");
        assert_int_equal(ask(SECCOMP_32BIT, "socketcall", 3, 0), REFUSED(EPERM));
        assert_int_equal(ask(SECCOMP_32BIT, "ipc", 1, 0), REFUSED(EPERM));
        assert_int_equal(ask(SECCOMP_32BIT, "ipc", 1 | 5 << 16, 0), REFUSED(EPERM)); /* a version */
        assert_int_equal(ask(SECCOMP_32BIT, "ipc", 23, 0), REFUSED(EPERM));
        assert_int_equal(ask(SECCOMP_32BIT, "socketcall", 2, 0), ALLOWED);
        assert_int_equal(ask(SECCOMP_32BIT, "ipc", 2, 0), ALLOWED);
        ALLOW("socketcall,ipc"); /* the whole does not bring it back */
    }
    DENY("socketcall");
    tune("build");
    assert_int_equal(ask(SECCOMP_32BIT, "socketcall", 2, 0), REFUSED(EPERM));
}

/* ---- the filter that allows all ------------------------------------------------------------- */

static void all_is_that_of_two_abis(void **state HUSK_UNUSED)
{
    struct seccomp_data other = {.nr = 0, .arch = AUDIT_ARCH_SPARC};

    seccomp_allow_all(&base);
    assert_int_equal(base.abis, BOTH_ABIS);
    assert_int_equal(run(&base.prog, SECCOMP_NATIVE, 0, 0, 0), ALLOWED);
    assert_int_equal(run(&base.prog, SECCOMP_NATIVE, 100000, 0, 0), ALLOWED);
    assert_int_equal(bpf_run(&base.prog, &other), REFUSED(ENOSYS));
    if (syscall_abis[SECCOMP_32BIT].arch)
        assert_int_equal(run(&base.prog, SECCOMP_32BIT, 100000, 0, 0), ALLOWED);
    assert_int_equal(run(&base.prog, SECCOMP_NATIVE, 1 << 30, 0, 0), REFUSED(ENOSYS));
    assert_int_equal(run(&base.prog, SECCOMP_NATIVE, -1, 0, 0), REFUSED(ENOSYS));
}

/* ---- what is refused ------------------------------------------------------------------------ */

static void words_must_be_known(void **state HUSK_UNUSED)
{
    static const struct {
        const char *names, *said;
    } wrong[] = {
        {"unmae", "--deny-syscall unmae: no such system call: unmae\nhusk: hint: did you mean uname?\n"},
        {"bpf,@monut", "no such group of system calls: @monut\nhusk: hint: did you mean @mount?\n"},
        {"zzzzzzzzz", "zzzzzzzzz\nhusk: hint: husk --list-syscall-groups prints all of them\n"},
        {"Getpid", "no such system call: Getpid\nhusk: hint: did you mean getpid?\n"},
        {"", "no such system call: \n"},
        {"bpf,", "no such system call: \n"},
        {",bpf", "no such system call: \n"},
        {"bpf, kcmp", "no such system call:  kcmp\n"},
        {"@", "no such group of system calls: @\n"},
        {"bpf@", "no such system call: bpf@\n"},
        {"16", "no such system call: 16\n"},
    };
    struct sock_fprog before;

    for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
        spec.syscall_rules.count = 0;
        ALLOW("kcmp");
        DENY(wrong[i].names);
        policy("default");
        before = base.prog;
        refused(seccomp_tune(&spec, &base), wrong[i].said);
        assert_ptr_equal(base.prog.filter, before.filter);
        refused(seccomp_tune_check(&spec), wrong[i].said);
    }
}

static void known_ones_are_fine_without_a_policy(void **state HUSK_UNUSED)
{
    ALLOW("kcmp,@mount");
    assert_int_equal(seccomp_tune_check(&spec), 0);
}

static void the_kernel_takes_no_longer_ones(void **state HUSK_UNUSED)
{
    static struct sock_filter code[BPF_MAXINSNS];

    for (size_t i = 0; i < BPF_MAXINSNS; i++)
        code[i] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, ALLOWED);
    base = (struct seccomp_base){{BPF_MAXINSNS, code}, BOTH_ABIS};
    DENY("kcmp");
    refused(seccomp_tune(&spec, &base),
            "--deny-syscall kcmp: with these rules the policy is too long for the kernel");
    assert_ptr_equal(base.prog.filter, code);
    base.prog.len = BPF_MAXINSNS - 100;
    assert_int_equal(seccomp_tune(&spec, &base), 0);
    assert_int_equal(ask(SECCOMP_NATIVE, "kcmp", 0, 0), REFUSED(EPERM));
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(without_rules_it_is_the_policy),
        TEST(a_name_is_that_call_alone),
        TEST(a_group_is_all_its_calls),
        TEST(a_refusal_has_its_groups_errno),
        TEST(the_later_rule_counts),
        TEST(what_is_denied_is_on_every_abi),
        TEST(what_is_allowed_is_so_but_on_x32),
        TEST(what_is_allowed_opens_no_abi),
        TEST(no_rule_opens_the_terminal),
        TEST(a_group_allows_what_policies_do),
        TEST(to_allow_takes_nothing_away),
        TEST(a_part_is_denied_in_its_whole),
        TEST(all_is_that_of_two_abis),
        TEST(words_must_be_known),
        TEST(known_ones_are_fine_without_a_policy),
        TEST(the_kernel_takes_no_longer_ones),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
