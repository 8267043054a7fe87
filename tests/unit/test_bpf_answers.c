/* What a filter is asked, and what is seen of two that differ: each of these pairs differs in one thing. */
#include "base/bpf_answers.h"
#include "capture.h"
#include "filters.h"

static uint32_t places[64];

/* ---- asking --------------------------------------------------------------------------------- */

static void asks(const struct bpf_filter *f, uint32_t abi, uint32_t nr, bool looks, uint32_t k)
{
    struct bpf_outcome got;

    assert_true(bpf_ask(f, abi, nr, &got));
    assert_int_equal(got.looks, looks);
    assert_int_equal(got.k, k);
}

static void answers_and_where_arguments_are_looked_at(void **state HUSK_UNUSED)
{
    static const struct sock_filter code[] = {
        LOAD(arch),                 /* 0 */
        COMPARE(JEQ, ONE, 2, 0),    /* 1 */
        COMPARE(JEQ, TWO, 0, 7),    /* 2 */
        ANSWER(2),                  /* 3 */
        LOAD(nr),                   /* 4 */
        COMPARE(JGE, 100, 5, 0),    /* 5: to 11 */
        COMPARE(JGT, 50, 1, 0),     /* 6 */
        SKIP(3),                    /* 7 */
        LOAD(args[2]),              /* 8 */
        COMPARE(JSET, 1, 0, 1),     /* 9 */
        ANSWER(10),                 /* 10 */
        ANSWER(11),                 /* 11 */
    };
    const struct bpf_filter f = FILTER(code);

    asks(&f, ONE, 50, false, 11);
    asks(&f, ONE, 51, true, 8);
    asks(&f, ONE, 99, true, 8);
    asks(&f, ONE, 100, false, 11);
    asks(&f, ONE, UINT32_MAX, false, 11);
    asks(&f, TWO, 50, false, 2);
    asks(&f, FOREIGN, 50, false, 10);
}

static uint32_t one_more(const void *context, uint32_t abi, uint32_t nr, uint32_t answer)
{
    assert_int_not_equal(abi, FOREIGN);
    return *(const uint32_t *)context + nr + answer;
}

static void answers_are_changed_and_nothing_else(void **state HUSK_UNUSED)
{
    static const struct sock_filter code[] = {
        LOAD(nr), COMPARE(JEQ, 5, 1, 0), ANSWER(10), LOAD(args[0]), ANSWER(20),
    };
    static const uint32_t context = 1000;
    struct bpf_filter f = FILTER(code);

    f.change = one_more;
    f.context = &context;
    asks(&f, ONE, 4, false, 1014);
    asks(&f, ONE, 5, true, 3);
    asks(&f, FOREIGN, 4, false, 10);
}

static void what_libseccomp_does_not_write_is_refused(void **state HUSK_UNUSED)
{
    static const struct sock_filter wrong[][4] = {
        {LOAD(instruction_pointer), ANSWER(1), ANSWER(1), ANSWER(1)},
        {LOAD(nr), COMPARE(JSET, 1, 0, 0), ANSWER(1), ANSWER(1)},
        {LOAD(nr), {BPF_ALU | BPF_AND | BPF_K, 0, 0, 1}, ANSWER(1), ANSWER(1)},
        {LOAD(arch), COMPARE(JEQ, 0x1003, 0, 0), ANSWER(1), ANSWER(1)},
        {LOAD(arch), COMPARE(JGE, ONE, 0, 0), ANSWER(1), ANSWER(1)},
        {LOAD(arch), COMPARE(JSET, ONE, 0, 0), ANSWER(1), ANSWER(1)},
        {LOAD(nr), COMPARE(JGE, 1, 0, 0), SKIP(0), SKIP(0)}, /* it does not end */
        {LOAD(nr), {BPF_RET | BPF_A, 0, 0, 0}, ANSWER(1), ANSWER(1)},
    };
    struct bpf_outcome got;

    for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
        assert_false(bpf_ask(&FILTER(wrong[i]), ONE, 1, &got));
}

static void all_numbers_that_there_may_be_are_asked(void **state HUSK_UNUSED)
{
    static const uint32_t must[] = {1,          463,        1024,       4095,       0x10000,        0xeffff,
                                    0xf0000,    0xf0001,    0xf0005,    0x3fffffff, 0x40000000,     0x40000001,
                                    0x400003ff, 0x40000400, 0xfffffffe, UINT32_MAX};
    size_t found = 0, count = 1;
    uint32_t nr = 0, last = 0;

    for (; bpf_next_number(&nr); last = nr, count++) {
        assert_true(nr > last);
        found += found < ARRAY_SIZE(must) && nr == must[found];
    }
    assert_int_equal(found, ARRAY_SIZE(must));
    assert_int_equal(last, UINT32_MAX);
    assert_in_range(count, 5000, 10000);
}

static void where_instructions_lead_to(void **state HUSK_UNUSED)
{
    static const struct sock_filter code[] = {LOAD(nr), COMPARE(JEQ, 9, 2, 1), SKIP(3), ANSWER(7)};
    static const struct {
        uint32_t taken, other;
    } wants[] = {{1, 1}, {4, 3}, {6, 6}};
    uint32_t got[2];

    for (uint32_t i = 0; i < ARRAY_SIZE(wants); i++) {
        assert_true(bpf_leads_to(code, i, got));
        assert_int_equal(got[0], wants[i].taken);
        assert_int_equal(got[1], wants[i].other);
    }
    assert_false(bpf_leads_to(code, 3, got));
}

/* ---- comparing ------------------------------------------------------------------------------ */

/* 7 and 8 look at arguments; what is above 5000 is not what bpf_next_number() gives. */
static const struct sock_filter original[] = {
    LOAD(arch),                /* 0 */
    COMPARE(JEQ, ONE, 3, 0),   /* 1: to 5 */
    COMPARE(JEQ, TWO, 1, 0),   /* 2: to 4 */
    ANSWER(1),                 /* 3 */
    ANSWER(2),                 /* 4 */
    LOAD(nr),                  /* 5 */
    COMPARE(JGT, 5000, 0, 2),  /* 6 */
    COMPARE(JGE, 6000, 1, 0),  /* 7 */
    ANSWER(40),                /* 8 */
    COMPARE(JEQ, 7000, 0, 1),  /* 9 */
    ANSWER(50),                /* 10 */
    COMPARE(JGE, 7, 1, 0),     /* 11: to 13 */
    ANSWER(10),                /* 12 */
    COMPARE(JGT, 8, 0, 1),     /* 13 */
    ANSWER(10),                /* 14 */
    LOAD(args[0]),             /* 15 */
    COMPARE(JGT, 3, 0, 1),     /* 16 */
    SKIP(1),                   /* 17: to 19 */
    ANSWER(20),                /* 18 */
    ANSWER(30),                /* 19 */
};

static void is_same(const struct bpf_filter *a, const struct bpf_filter *b)
{
    assert_true(bpf_is_same(a, b, places));
    assert_true(bpf_is_same(b, a, places));
}

static void differ(const struct bpf_filter *a, const struct bpf_filter *b)
{
    assert_false(bpf_is_same(a, b, places));
    assert_false(bpf_is_same(b, a, places));
}

/* The same in another order: the second ABI first, code that looks at arguments in front of the rest. */
static void what_does_the_same_is_the_same(void **state HUSK_UNUSED)
{
    static const struct sock_filter other[] = {
        LOAD(arch),                /* 0 */
        COMPARE(JEQ, TWO, 0, 1),   /* 1 */
        ANSWER(2),                 /* 2 */
        COMPARE(JEQ, ONE, 1, 0),   /* 3: to 5 */
        ANSWER(1),                 /* 4 */
        LOAD(nr),                  /* 5 */
        COMPARE(JGE, 9, 7, 0),     /* 6: to 14 */
        COMPARE(JGE, 7, 0, 9),     /* 7: to 17 */
        LOAD(args[0]),             /* 8 */
        COMPARE(JGT, 3, 0, 2),     /* 9: to 12 */
        SKIP(2),                   /* 10: to 13 */
        ANSWER(99),                /* 11 */
        ANSWER(20),                /* 12 */
        ANSWER(30),                /* 13 */
        COMPARE(JEQ, 7000, 4, 0),  /* 14: to 19 */
        COMPARE(JGE, 6000, 1, 0),  /* 15: to 17 */
        COMPARE(JGT, 5000, 1, 0),  /* 16: to 18 */
        ANSWER(10),                /* 17 */
        ANSWER(40),                /* 18 */
        ANSWER(50),                /* 19 */
    };

    is_same(&FILTER(original), &FILTER(other));
    is_same(&FILTER(original), &FILTER(original));
}

static void one_instruction_that_differs_is_seen(void **state HUSK_UNUSED)
{
    static const struct {
        size_t at;
        struct sock_filter now;
    } edits[] = {
        {3, ANSWER(99)}, /* a foreign ABI */
        {3, LOAD(args[0])},
        {4, ANSWER(99)}, /* the second ABI */
        {5, LOAD(arch)},
        {6, SKIP(2)}, /* the one has no constant there */
        {8, ANSWER(99)},
        {9, SKIP(1)},
        {9, COMPARE(JEQ, 7001, 0, 1)},
        {10, ANSWER(99)},
        {10, SKIP(4)},
        {11, COMPARE(JGE, 8, 1, 0)},
        {12, ANSWER(99)},
        {13, COMPARE(JGT, 9, 0, 1)},
        {13, COMPARE(JSET, 8, 0, 1)},
        {14, ANSWER(99)},
        {15, ANSWER(10)},
        {15, LOAD(args[1])},
        {16, COMPARE(JGT, 4, 0, 1)},
        {16, COMPARE(JGE, 3, 0, 1)},
        {16, COMPARE(JGT, 3, 1, 0)},
        {16, COMPARE(JGT, 3, 0, 0)},
        {16, COMPARE(JGT, 3, 1, 1)},
        {16, ANSWER(3)},
        {17, SKIP(0)},
        {18, ANSWER(99)},
        {19, ANSWER(99)},
    };
    struct sock_filter edited[ARRAY_SIZE(original)];

    for (size_t i = 0; i < ARRAY_SIZE(edits); i++) {
        memcpy(edited, original, sizeof edited);
        edited[edits[i].at] = edits[i].now;
        differ(&FILTER(original), &FILTER(edited));
    }
}

/* What is asked for 8 is another instruction than for 7. */
static void code_that_is_there_twice_is_seen(void **state HUSK_UNUSED)
{
    static const struct sock_filter once[] = {
        LOAD(nr), COMPARE(JEQ, 7, 2, 0), COMPARE(JEQ, 8, 1, 0), ANSWER(1), LOAD(args[0]), ANSWER(2), ANSWER(3),
    };
    static const struct sock_filter twice[] = {
        LOAD(nr),  COMPARE(JEQ, 7, 2, 0), COMPARE(JEQ, 8, 3, 0), ANSWER(1), LOAD(args[0]),
        ANSWER(2), LOAD(args[0]),         ANSWER(3),
    };

    differ(&FILTER(once), &FILTER(twice));
}

static void code_at_the_start_is_not_overlooked(void **state HUSK_UNUSED)
{
    static const struct sock_filter one[] = {LOAD(args[0]), ANSWER(1)}, other[] = {LOAD(args[1]), ANSWER(1)};

    differ(&FILTER(one), &FILTER(other));
}

/* Which instruction looks at arguments is no answer, even if it is the same number. */
static void answers_and_places_are_told_apart(void **state HUSK_UNUSED)
{
    static const struct sock_filter answers[] = {
        LOAD(nr), COMPARE(JEQ, 7, 0, 1), ANSWER(4), ANSWER(2), LOAD(args[0]), ANSWER(3),
    };
    static const struct sock_filter looks[] = {
        LOAD(nr), COMPARE(JEQ, 7, 2, 1), ANSWER(4), ANSWER(2), LOAD(args[0]), ANSWER(3),
    };

    differ(&FILTER(answers), &FILTER(looks));
}

static void what_cannot_be_asked_is_not_the_same(void **state HUSK_UNUSED)
{
    static const struct sock_filter fine[] = {ANSWER(0)};
    static const struct sock_filter masks[] = {{BPF_ALU | BPF_AND | BPF_K, 0, 0, 1}, ANSWER(0)};

    differ(&FILTER(fine), &FILTER(masks));
    differ(&FILTER(masks), &FILTER(masks));
}

static uint32_t ten_is_eleven(const void *context HUSK_UNUSED, uint32_t abi, uint32_t nr HUSK_UNUSED, uint32_t answer)
{
    return abi == ONE && answer == 10 ? 11 : answer;
}

/* Far from all that the filter compares with. */
static uint32_t one_number_differs(const void *context HUSK_UNUSED, uint32_t abi, uint32_t nr, uint32_t answer)
{
    return abi == TWO && nr == 300 ? 99 : answer;
}

static void changes_are_part_of_it(void **state HUSK_UNUSED)
{
    struct sock_filter edited[ARRAY_SIZE(original)];
    struct bpf_filter changed = FILTER(original);

    changed.change = ten_is_eleven;
    memcpy(edited, original, sizeof edited);
    edited[12].k = 11;
    differ(&changed, &FILTER(edited));
    edited[14].k = 11;
    is_same(&changed, &FILTER(edited));
    differ(&changed, &FILTER(original));
    changed.change = one_number_differs;
    differ(&changed, &FILTER(original));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_and_where_arguments_are_looked_at),
        cmocka_unit_test(answers_are_changed_and_nothing_else),
        cmocka_unit_test(what_libseccomp_does_not_write_is_refused),
        cmocka_unit_test(all_numbers_that_there_may_be_are_asked),
        cmocka_unit_test(where_instructions_lead_to),
        cmocka_unit_test(what_does_the_same_is_the_same),
        cmocka_unit_test(one_instruction_that_differs_is_seen),
        cmocka_unit_test(code_that_is_there_twice_is_seen),
        cmocka_unit_test(code_at_the_start_is_not_overlooked),
        cmocka_unit_test(answers_and_places_are_told_apart),
        cmocka_unit_test(what_cannot_be_asked_is_not_the_same),
        cmocka_unit_test(changes_are_part_of_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
