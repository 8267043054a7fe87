/* Programs that are put together answer as they were meant, and what the kernel would not take is refused. */
#include "base/alloc.h"
#include "base/bpf_program.h"
#include "capture.h"
#include <linux/seccomp.h>
#include <stdlib.h>
#include <string.h>

static struct bpf program;

/* What the program says with NUMBER loaded. */
static uint32_t answer(uint32_t number)
{
    for (size_t pc = 0; pc < program.length; pc++) {
        const struct sock_filter *i = &program.code[pc];

        if (i->code == (BPF_RET | BPF_K))
            return i->k;
        if (i->code == (BPF_JMP | BPF_JA))
            pc += i->k;
        else
            pc += number >= i->k ? i->jt : i->jf;
    }
    fail();
    return 0;
}

/* COUNT ranges with one of ANSWERS answers each, every third of them by a jump. */
static void trees_of(size_t count, uint32_t answers)
{
    struct bpf_range *ranges = arena_alloc(count * sizeof *ranges);
    size_t *targets = arena_alloc(answers * sizeof *targets);

    memset(&program, 0, sizeof program);
    for (size_t i = 0; i < count; i++)
        ranges[i] = (struct bpf_range){(uint32_t)(i * 10), i % 3 == 0, (uint32_t)(i * 7 % answers)};
    bpf_put_tree(&program, ranges, count);
    for (uint32_t k = 0; k < answers; k++) {
        targets[k] = program.length;
        bpf_put(&program, BPF_RET | BPF_K, 0, 0, k + 100000);
    }
    bpf_resolve(&program, 0, targets);
    assert_false(program.failed);
    assert_true(bpf_check(program.code, program.length));
    for (size_t i = 0; i < count; i++) {
        uint32_t want = ranges[i].k + (ranges[i].jump ? 100000 : 0);

        assert_int_equal(answer((uint32_t)(i * 10)), want);
        assert_int_equal(answer((uint32_t)(i * 10 + 9)), want);
    }
}

static void trees_answer_as_their_ranges(void **state HUSK_UNUSED)
{
    static const size_t counts[] = {1, 2, 3, 100, 127, 128, 129, 219, 220, 221, 255, 256, 257, 500, 900};

    for (size_t i = 0; i < ARRAY_SIZE(counts); i++) {
        trees_of(counts[i], 2);
        trees_of(counts[i], 40);
        trees_of(counts[i], 1000);
    }
}

static void what_is_too_long_fails(void **state HUSK_UNUSED)
{
    static struct bpf_range ranges[4000];
    static const size_t nowhere[1];

    memset(&program, 0, sizeof program);
    for (uint32_t i = 0; i < ARRAY_SIZE(ranges); i++)
        ranges[i] = (struct bpf_range){i, false, i};
    bpf_put_tree(&program, ranges, ARRAY_SIZE(ranges));
    assert_true(program.failed);
    memset(&program, 0, sizeof program);
    bpf_put(&program, BPF_JMP | BPF_JEQ | BPF_K, 256, 0, 0);
    assert_true(program.failed);
    memset(&program, 0, sizeof program);
    bpf_put_jump(&program, 0); /* to a label that is not behind it */
    bpf_resolve(&program, 0, nowhere);
    assert_true(program.failed);
}

static void what_the_kernel_would_not_take_is_seen(void **state HUSK_UNUSED)
{
    static const struct sock_filter ret = {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW};
    static const struct sock_filter wrong[] = {
        {BPF_JMP | BPF_JA, 0, 0, 1},          {BPF_JMP | BPF_JA, 0, 0, UINT32_MAX},
        {BPF_JMP | BPF_JEQ | BPF_K, 1, 0, 0}, {BPF_JMP | BPF_JEQ | BPF_K, 0, 1, 0},
        {BPF_LD | BPF_W | BPF_ABS, 0, 0, 64}, {BPF_LD | BPF_W | BPF_ABS, 0, 0, 2},
        {BPF_LD | BPF_B | BPF_ABS, 0, 0, 0},  {BPF_ST, 0, 0, 0},
        {BPF_RET | BPF_A, 0, 0, 0},           {BPF_JMP | BPF_JEQ | BPF_X, 0, 0, 0},
        {BPF_ALU | BPF_DIV | BPF_K, 0, 0, 0}, {0xffff, 0, 0, 0},
    };
    struct sock_filter code[2] = {{BPF_LD | BPF_W | BPF_ABS, 0, 0, 60}, ret};

    assert_true(bpf_check(code, 2));
    assert_false(bpf_check(code, 0));
    assert_false(bpf_check(code, 1)); /* it does not end */
    for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
        code[0] = wrong[i];
        assert_false(bpf_check(code, 2));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trees_answer_as_their_ranges),
        cmocka_unit_test(what_is_too_long_fails),
        cmocka_unit_test(what_the_kernel_would_not_take_is_seen),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
