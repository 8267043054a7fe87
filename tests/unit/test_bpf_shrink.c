/* Filters made small answer as before, asked with an interpreter; what cannot be made small is refused. */
#include "base/bpf_shrink.h"
#include "base/bpf.h"
#include "capture.h"
#include "filters.h"
#include <errno.h>

static uint32_t places[2 * BPF_MAXINSNS];
static struct bpf small;

static void shrinks(const struct bpf_filter *f)
{
    const char *wrong = bpf_shrink(f, &small, places);

    if (wrong) {
        print_error("%s\n", wrong);
        fail();
    }
    assert_true(bpf_check(small.code, small.length));
}

static void refuses(const struct bpf_filter *f, const char *why)
{
    const char *wrong = bpf_shrink(f, &small, places);

    assert_non_null(wrong);
    assert_string_equal(wrong, why);
}

static uint32_t answer(const struct sock_filter *code, size_t length, uint32_t abi, uint32_t nr, uint64_t argument)
{
    const struct seccomp_data data = {.nr = (int)nr, .arch = abi, .args = {argument, ~argument}};
    const struct sock_fprog program = {(unsigned short)length, (struct sock_filter *)code};

    return bpf_run(&program, &data);
}

static void answers_as(const struct bpf_filter *f)
{
    static const uint32_t abis[] = {ONE, TWO, FOREIGN, 77, UINT32_MAX};
    static const uint32_t far[] = {1024, 1025, 5000, 0x10000, 0xf0002, 1u << 30, (1u << 30) + 7, 1u << 31, UINT32_MAX};

    for (size_t abi = 0; abi < ARRAY_SIZE(abis); abi++)
        for (uint32_t n = 0; n < 600 + ARRAY_SIZE(far); n++)
            for (uint64_t argument = 0; argument < 6; argument++) {
                uint32_t nr = n < 600 ? n : far[n - 600];

                assert_int_equal(answer(small.code, small.length, abis[abi], nr, argument),
                                 answer(f->code, f->length, abis[abi], nr, argument));
            }
}

/* ---- what is made ---------------------------------------------------------------------------- */

/* Both ABIs reach the code that looks at arguments, by different numbers. */
static const struct sock_filter two_abis[] = {
    LOAD(arch),                   /* 0 */
    COMPARE(JEQ, ONE, 2, 0),      /* 1: to 4 */
    COMPARE(JEQ, TWO, 6, 0),      /* 2: to 9 */
    ANSWER(SECCOMP_RET_KILL),     /* 3 */
    LOAD(nr),                     /* 4 */
    COMPARE(JEQ, 5, 11, 0),       /* 5: to 17 */
    COMPARE(JEQ, 500, 7, 0),      /* 6: to 14 */
    COMPARE(JGT, 100, 11, 0),     /* 7: to 19 */
    SKIP(11),                     /* 8: to 20 */
    LOAD(nr),                     /* 9 */
    COMPARE(JGE, 1u << 30, 2, 0), /* 10: to 13 */
    COMPARE(JEQ, 6, 5, 0),        /* 11: to 17 */
    COMPARE(JEQ, 0xf0002, 7, 7),  /* 12: to 20 */
    ANSWER(1),                    /* 13 */
    LOAD(args[1]),                /* 14 */
    COMPARE(JSET, 2, 3, 0),       /* 15: to 19 */
    SKIP(3),                      /* 16: to 20 */
    LOAD(args[0]),                /* 17 */
    COMPARE(JGE, 3, 1, 0),        /* 18: to 20 */
    ANSWER(2),                    /* 19 */
    ANSWER(3),                    /* 20 */
};

static void what_is_made_answers_the_same(void **state HUSK_UNUSED)
{
    const struct bpf_filter f = FILTER(two_abis);

    shrinks(&f);
    answers_as(&f);
    /* Of each ABI: its head, a tree of 6 and 4 ranges with their answers, and no more code than that leads to. */
    assert_int_equal(small.length, (4 + 5 + 4 + 7) + (4 + 3 + 3 + 4) + 1);
}

static void numbers_in_a_row_are_one_range(void **state HUSK_UNUSED)
{
    static const struct sock_filter alike[] = {LOAD(nr), COMPARE(JEQ, 7, 0, 1), ANSWER(1), ANSWER(1)};
    /* 7, 8 and 10 look at arguments. */
    static const struct sock_filter row[] = {
        LOAD(arch),            COMPARE(JEQ, ONE, 1, 0), ANSWER(1), LOAD(nr),      COMPARE(JEQ, 7, 3, 0),
        COMPARE(JEQ, 8, 2, 0), COMPARE(JEQ, 10, 1, 0),  ANSWER(1), LOAD(args[0]), ANSWER(1),
    };
    const size_t head = 4, foreign = 1, tree = 4 + 2, code = 2; /* 5 ranges with one answer and one jump */
    struct bpf_filter f = FILTER(alike);

    shrinks(&f);
    assert_int_equal(small.length, 2 * (head + 1) + foreign);
    f = FILTER(row);
    f.abi_count = 1;
    shrinks(&f);
    assert_int_equal(small.length, head + tree + code + foreign);
}

/* Number 7 looks at arguments by instruction 7, and 8 is answered 7. */
static void answers_and_places_are_told_apart(void **state HUSK_UNUSED)
{
    static const struct sock_filter code[] = {
        LOAD(arch), COMPARE(JEQ, ONE, 1, 0), ANSWER(1), LOAD(nr),      COMPARE(JGT, 7, 1, 0),
        SKIP(1),    ANSWER(7),               LOAD(args[0]), ANSWER(3),
    };
    struct bpf_filter f = FILTER(code);

    f.abi_count = 1;
    shrinks(&f);
    answers_as(&f);
}

static uint32_t seven_is_refused(const void *context, uint32_t abi, uint32_t nr, uint32_t was)
{
    return abi == TWO && nr == 7 ? *(const uint32_t *)context : was;
}

static void changes_are_made(void **state HUSK_UNUSED)
{
    static const uint32_t context = SECCOMP_RET_ERRNO | EPERM;
    struct bpf_filter f = FILTER(two_abis);

    f.change = seven_is_refused;
    f.context = &context;
    shrinks(&f);
    assert_int_equal(answer(small.code, small.length, TWO, 7, 0), context);
    assert_int_equal(answer(small.code, small.length, TWO, 8, 0), 3);
    assert_int_equal(answer(small.code, small.length, ONE, 7, 0), 3);
}

/* ---- what is refused ------------------------------------------------------------------------- */

static void what_is_not_of_libseccomps_kind_is_refused(void **state HUSK_UNUSED)
{
    static const struct sock_filter endless[] = {LOAD(nr), COMPARE(JEQ, 1, 0, 0)};
    static const struct sock_filter bits[] = {LOAD(nr), COMPARE(JSET, 1, 0, 1), ANSWER(1), ANSWER(2)};
    static const struct sock_filter foreign_arguments[] = {
        LOAD(arch), COMPARE(JEQ, ONE, 1, 0), COMPARE(JEQ, TWO, 0, 1), ANSWER(1), LOAD(args[0]), ANSWER(1),
    };
    static const struct sock_filter foreign_bits[] = {
        LOAD(arch), COMPARE(JEQ, ONE, 1, 0), COMPARE(JEQ, TWO, 0, 1), ANSWER(1),
        LOAD(nr),   COMPARE(JSET, 1, 0, 0),  ANSWER(1),
    };
    static const struct sock_filter outside[] = {LOAD(args[0]), COMPARE(JEQ, 1, 200, 0), ANSWER(1)};
    static const struct sock_filter never_reached[] = {ANSWER(1), COMPARE(JEQ, 1, 200, 0), ANSWER(1)};
    static const char why[] = "libseccomp's filter is not what was expected";

    refuses(&FILTER(outside), why);
    refuses(&FILTER(never_reached), why);
    refuses(&FILTER(endless), why);
    refuses(&FILTER(bits), why);
    refuses(&FILTER(foreign_arguments), why);
    refuses(&FILTER(foreign_bits), why);
}

/* What depends on more than the numbers that are asked is seen in the end. */
static void what_cannot_be_ranges_is_refused(void **state HUSK_UNUSED)
{
    static const struct sock_filter foreign_numbers[] = {
        LOAD(arch), COMPARE(JEQ, ONE, 1, 0), COMPARE(JEQ, TWO, 0, 1), ANSWER(1),
        LOAD(nr),   COMPARE(JEQ, 7, 0, 1),   ANSWER(1),               ANSWER(2),
    };
    struct sock_filter far[] = {LOAD(nr), COMPARE(JEQ, 0, 0, 1), ANSWER(1), ANSWER(2)};
    static const uint32_t between[] = {4097, 5000, 0xeff00, 0x20000000, 0x80000000};
    static const char why[] = "libseccomp's filter could not be made smaller";

    refuses(&FILTER(foreign_numbers), why);
    for (size_t i = 0; i < ARRAY_SIZE(between); i++) {
        far[1].k = between[i];
        refuses(&FILTER(far), why);
    }
}

static uint32_t changes_each_time(const void *context HUSK_UNUSED, uint32_t abi HUSK_UNUSED, uint32_t nr,
                                  uint32_t was HUSK_UNUSED)
{
    return nr & 1;
}

static const char too_long[] = "it is too long for the kernel";

static void too_many_ranges_are_refused(void **state HUSK_UNUSED)
{
    static const struct sock_filter one_answer[] = {ANSWER(1)};
    struct bpf_filter f = FILTER(one_answer);

    f.abi_count = 1;
    f.change = changes_each_time;
    refuses(&f, too_long);
}

/* For the first COUNT ABIs, of which the second one has one answer. What looks at arguments is most of it. */
static void is_refused_from_the_kernels_limit_on(size_t count, size_t grows)
{
    static const struct sock_filter start[] = {
        LOAD(arch), COMPARE(JEQ, ONE, 1, 0), ANSWER(9), LOAD(nr), COMPARE(JEQ, 7, 1, 0), ANSWER(1),
    };
    static struct sock_filter code[2 * BPF_MAXINSNS];
    struct bpf_filter f = {code, 0, both_abis, count};

    for (size_t i = 0; i < ARRAY_SIZE(code); i++)
        code[i] = i < ARRAY_SIZE(start) ? start[i] : (struct sock_filter)LOAD(args[0]);
    for (f.length = BPF_MAXINSNS - 20; f.length < BPF_MAXINSNS + 20; f.length++) {
        struct sock_filter *last = &code[f.length - 1];

        *last = (struct sock_filter)ANSWER(3);
        if (f.length + grows <= BPF_MAXINSNS) {
            shrinks(&f);
            assert_int_equal(small.length, f.length + grows);
        } else {
            refuses(&f, too_long);
        }
        *last = (struct sock_filter)LOAD(args[0]);
    }
}

static void what_is_too_long_is_refused(void **state HUSK_UNUSED)
{
    const size_t one = 3; /* a jump over the ABI, one comparison more, and a jump to that code */

    is_refused_from_the_kernels_limit_on(1, one);
    is_refused_from_the_kernels_limit_on(2, one + 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_made_answers_the_same),
        cmocka_unit_test(numbers_in_a_row_are_one_range),
        cmocka_unit_test(answers_and_places_are_told_apart),
        cmocka_unit_test(changes_are_made),
        cmocka_unit_test(what_is_not_of_libseccomps_kind_is_refused),
        cmocka_unit_test(what_cannot_be_ranges_is_refused),
        cmocka_unit_test(too_many_ranges_are_refused),
        cmocka_unit_test(what_is_too_long_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
