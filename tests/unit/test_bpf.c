/* The interpreter of classic BPF: each instruction, and the built-in policies against the kernel's own word. */
#include "base/bpf.h"
#include "base/util.h"
#include "bare_plan.h"
#include "plan/seccomp_policies.h"
#include <errno.h>
#include <linux/audit.h>
#include <stddef.h>

static const struct seccomp_data data = {
    .nr = 41, .arch = 0x11223344, .instruction_pointer = 5, .args = {0x100000002, 3}};

static uint32_t run(const struct sock_filter *code, size_t count)
{
    const struct sock_fprog prog = {(unsigned short)count, (struct sock_filter *)code};

    return bpf_run(&prog, &data);
}

/* What is in A after the instructions. */
#define A_OF(...)                                                                                  \
    ({                                                                                             \
        const struct sock_filter code_[] = {__VA_ARGS__, BPF_STMT(BPF_RET | BPF_A, 0)};            \
        run(code_, ARRAY_SIZE(code_));                                                             \
    })
#define LOAD(k) BPF_STMT(BPF_LD | BPF_IMM, k)
#define LOADX(k) BPF_STMT(BPF_LDX | BPF_IMM, k)
#define ALU(op, k) BPF_STMT(BPF_ALU | (op) | BPF_K, k)
#define ALUX(op) BPF_STMT(BPF_ALU | (op) | BPF_X, 0)
#define ABS(offset) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offset)

static void loads(void **state HUSK_UNUSED)
{
    assert_int_equal(A_OF(ABS(offsetof(struct seccomp_data, nr))), 41);
    assert_int_equal(A_OF(ABS(offsetof(struct seccomp_data, arch))), 0x11223344);
    assert_int_equal(A_OF(ABS(offsetof(struct seccomp_data, args[0]))), 2);
    assert_int_equal(A_OF(ABS(offsetof(struct seccomp_data, args[0]) + 4)), 1);
    assert_int_equal(A_OF(BPF_STMT(BPF_LD | BPF_LEN, 0)), sizeof data);
    assert_int_equal(A_OF(LOAD(9), BPF_STMT(BPF_ST, 15), LOAD(1), BPF_STMT(BPF_LD | BPF_MEM, 15)), 9);
    assert_int_equal(A_OF(LOADX(8), BPF_STMT(BPF_STX, 0), BPF_STMT(BPF_LD | BPF_MEM, 0)), 8);
    assert_int_equal(A_OF(LOADX(7), BPF_STMT(BPF_MISC | BPF_TXA, 0)), 7);
    assert_int_equal(A_OF(LOAD(6), BPF_STMT(BPF_MISC | BPF_TAX, 0), LOAD(1), ALUX(BPF_ADD)), 7);
}

static void computes(void **state HUSK_UNUSED)
{
    assert_int_equal(A_OF(LOAD(7), ALU(BPF_ADD, 5)), 12);
    assert_int_equal(A_OF(LOAD(7), ALU(BPF_SUB, 8)), UINT32_MAX);
    assert_int_equal(A_OF(LOAD(7), ALU(BPF_MUL, 3)), 21);
    assert_int_equal(A_OF(LOAD(7), ALU(BPF_DIV, 2)), 3);
    assert_int_equal(A_OF(LOAD(7), ALU(BPF_AND, 5)), 5);
    assert_int_equal(A_OF(LOAD(7), ALU(BPF_OR, 8)), 15);
    assert_int_equal(A_OF(LOAD(7), ALU(BPF_XOR, 5)), 2);
    assert_int_equal(A_OF(LOAD(7), ALU(BPF_LSH, 4)), 0x70);
    assert_int_equal(A_OF(LOAD(0x70), ALU(BPF_RSH, 4)), 7);
    assert_int_equal(A_OF(LOAD(1), ALU(BPF_NEG, 0)), UINT32_MAX);
    assert_int_equal(A_OF(LOADX(3), LOAD(7), ALUX(BPF_MUL)), 21);
}

#define JUMP(op, k) BPF_JUMP(BPF_JMP | (op) | BPF_K, k, 0, 1)

static void jumps(void **state HUSK_UNUSED)
{
    assert_int_equal(A_OF(LOAD(7), JUMP(BPF_JEQ, 7), LOAD(1)), 1);
    assert_int_equal(A_OF(LOAD(7), JUMP(BPF_JEQ, 8), LOAD(1)), 7);
    assert_int_equal(A_OF(LOAD(7), JUMP(BPF_JGT, 6), LOAD(1)), 1);
    assert_int_equal(A_OF(LOAD(7), JUMP(BPF_JGT, 7), LOAD(1)), 7);
    assert_int_equal(A_OF(LOAD(7), JUMP(BPF_JGE, 7), LOAD(1)), 1);
    assert_int_equal(A_OF(LOAD(7), JUMP(BPF_JSET, 9), LOAD(1)), 1);
    assert_int_equal(A_OF(LOAD(7), JUMP(BPF_JSET, 8), LOAD(1)), 7);
    assert_int_equal(A_OF(LOAD(7), BPF_STMT(BPF_JMP | BPF_JA, 2), LOAD(1), LOAD(2)), 7);
    assert_int_equal(A_OF(LOADX(7), LOAD(7), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_X, 0, 0, 1), LOAD(1)), 1);
}

/* The kernel takes none of these; a jump beyond the end is the same. */
static void what_is_no_filter_kills(void **state HUSK_UNUSED)
{
    assert_int_equal(A_OF(ABS(sizeof data)), SECCOMP_RET_KILL_PROCESS);
    assert_int_equal(A_OF(ABS(2)), SECCOMP_RET_KILL_PROCESS);
    assert_int_equal(A_OF(ABS(UINT32_MAX - 3)), SECCOMP_RET_KILL_PROCESS);
    assert_int_equal(A_OF(BPF_STMT(BPF_ST, BPF_MEMWORDS)), SECCOMP_RET_KILL_PROCESS);
    assert_int_equal(A_OF(BPF_STMT(BPF_LD | BPF_MEM, BPF_MEMWORDS)), SECCOMP_RET_KILL_PROCESS);
    assert_int_equal(A_OF(BPF_STMT(BPF_LD | BPF_W | BPF_IND, 0)), SECCOMP_RET_KILL_PROCESS);
    assert_int_equal(A_OF(LOAD(1), ALU(BPF_DIV, 0)), SECCOMP_RET_KILL_PROCESS);
    assert_int_equal(A_OF(LOAD(1), LOADX(0), ALUX(BPF_DIV)), SECCOMP_RET_KILL_THREAD);
    assert_int_equal(A_OF(BPF_STMT(BPF_JMP | BPF_JA, UINT32_MAX - 1)), SECCOMP_RET_KILL_PROCESS);
    assert_int_equal(run(NULL, 0), SECCOMP_RET_KILL_PROCESS);
}

static uint32_t ask(const char *policy, uint32_t arch, int nr, uint64_t arg0)
{
    const struct seccomp_data call = {.nr = nr, .arch = arch, .args = {arg0}};

    for (unsigned i = 0; i < seccomp_policy_count; i++) {
        const struct seccomp_policy *p = &seccomp_policies[i];
        const struct sock_fprog prog = {p->length, (struct sock_filter *)&seccomp_code[p->start]};

        if (strcmp(p->name, policy) == 0)
            return bpf_run(&prog, &call);
    }
    fail();
    return 0;
}

/* The whole table is compared with the kernel by seccomp-log-errnos.t. */
static void the_policies_are_understood(void **state HUSK_UNUSED)
{
    const uint32_t arch = syscall_abis[SECCOMP_NATIVE].arch;

    assert_int_equal(ask("default", arch, 9999, 0), SECCOMP_RET_ERRNO | ENOSYS);
    assert_int_equal(ask("default", 0, 0, 0), SECCOMP_RET_ERRNO | ENOSYS);
    assert_int_equal(ask("strict", arch, (int)syscall_abis[SECCOMP_NATIVE].number_of_seccomp, 0), SECCOMP_RET_ALLOW);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loads),
        cmocka_unit_test(computes),
        cmocka_unit_test(jumps),
        cmocka_unit_test(what_is_no_filter_kills),
        cmocka_unit_test(the_policies_are_understood),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
