#include "base/bpf_answers.h"
#include "base/util.h"
#include <linux/seccomp.h>
#include <string.h>

/* ---- asking --------------------------------------------------------------------------------- */

/* What was loaded last. */
enum loaded { NOTHING, ABI, NUMBER };

static bool is_known(const struct bpf_filter *f, uint32_t abi)
{
    for (size_t i = 0; i < f->abi_count; i++)
        if (f->abis[i] == abi)
            return true;
    return false;
}

/* May comparison I be there. With others what is true of one ABI or number would say nothing of the next. */
static bool is_expected(const struct bpf_filter *f, const struct sock_filter *i, enum loaded loaded)
{
    if (loaded == ABI)
        return BPF_OP(i->code) == BPF_JEQ && is_known(f, i->k);
    return loaded == NOTHING || BPF_OP(i->code) != BPF_JSET;
}

static bool is_taken(const struct sock_filter *i, uint32_t a)
{
    switch (BPF_OP(i->code)) {
    case BPF_JEQ:
        return a == i->k;
    case BPF_JGT:
        return a > i->k;
    case BPF_JGE:
        return a >= i->k;
    default:
        return a & i->k;
    }
}

/* Runs F up to an answer or to the first argument that is looked at. */
static bool run(const struct bpf_filter *f, uint32_t abi, uint32_t nr, struct bpf_outcome *ret)
{
    enum loaded loaded = NOTHING;
    uint32_t a = 0;

    for (uint32_t pc = 0; pc < f->length; pc++) {
        const struct sock_filter *i = &f->code[pc];

        if (i->code == (BPF_RET | BPF_K)) {
            *ret = (struct bpf_outcome){false, i->k};
            return true;
        } else if (i->code == (BPF_LD | BPF_W | BPF_ABS)) {
            *ret = (struct bpf_outcome){true, pc};
            if (i->k >= offsetof(struct seccomp_data, args))
                return true;
            if (i->k != offsetof(struct seccomp_data, nr) && i->k != offsetof(struct seccomp_data, arch))
                return false;
            loaded = i->k == offsetof(struct seccomp_data, nr) ? NUMBER : ABI;
            a = loaded == NUMBER ? nr : abi;
        } else if (i->code == (BPF_JMP | BPF_JA)) {
            pc += i->k;
        } else if (BPF_CLASS(i->code) == BPF_JMP && is_expected(f, i, loaded)) {
            pc += is_taken(i, a) ? i->jt : i->jf;
        } else {
            return false;
        }
    }
    return false;
}

bool bpf_ask(const struct bpf_filter *f, uint32_t abi, uint32_t nr, struct bpf_outcome *ret)
{
    if (!run(f, abi, nr, ret))
        return false;
    if (f->change && !ret->looks && is_known(f, abi))
        ret->k = f->change(f->context, abi, nr, ret->k);
    return true;
}

bool bpf_next_number(uint32_t *nr)
{
    static const struct {
        uint32_t first, last;
    } numbers[] = {{0, 4096},
                   {0x10000, 0x10000},
                   {0xeffff, 0xf0400},
                   {X32_BIT - 1, X32_BIT + 1024},
                   {UINT32_MAX - 1, UINT32_MAX}};

    for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
        if (*nr < numbers[i].last) {
            *nr = MAX(*nr + 1, numbers[i].first);
            return true;
        }
    }
    return false;
}

bool bpf_leads_to(const struct sock_filter *code, uint32_t i, uint32_t ret[2])
{
    const struct sock_filter *c = &code[i];
    bool always = c->code == (BPF_JMP | BPF_JA), compares = !always && BPF_CLASS(c->code) == BPF_JMP;

    ret[0] = i + 1 + (always ? c->k : compares ? c->jt : 0);
    ret[1] = i + 1 + (always ? c->k : compares ? c->jf : 0);
    return BPF_CLASS(c->code) != BPF_RET;
}

/* ---- comparing ------------------------------------------------------------------------------ */

/* Two filters on an ABI. For what A's instruction I is, if it was come to: B's number PLACES[I], else 0. */
struct comparison {
    const struct bpf_filter *a, *b;
    uint32_t abi, *places;
};

/* Instruction I of A is to be J of B, and no other one. */
static bool note(struct comparison *c, uint32_t i, uint32_t j)
{
    if (!c->places[i])
        c->places[i] = j;
    return j && c->places[i] == j;
}

static bool is_same_call(struct comparison *c, uint32_t nr)
{
    struct bpf_outcome a, b;

    if (!bpf_ask(c->a, c->abi, nr, &a) || !bpf_ask(c->b, c->abi, nr, &b) || a.looks != b.looks)
        return false;
    return a.looks ? note(c, a.k, b.k) : a.k == b.k;
}

/* What F answers changes only at a constant that it compares with, or behind it. */
static bool are_same_around(struct comparison *c, const struct bpf_filter *f)
{
    for (size_t i = 0; i < f->length; i++)
        if (BPF_CLASS(f->code[i].code) == BPF_JMP && f->code[i].code != (BPF_JMP | BPF_JA) &&
            (!is_same_call(c, f->code[i].k) || !is_same_call(c, f->code[i].k + 1)))
            return false;
    return true;
}

/* The code that looks at arguments, from the places that were noted on: jumps only go forwards. */
static bool are_same_instructions(struct comparison *c)
{
    uint32_t from[2], to[2];

    for (uint32_t i = 0; i < c->a->length; i++) {
        uint32_t j = c->places[i];
        const struct sock_filter *a = &c->a->code[i], *b = &c->b->code[j];

        if (!j)
            continue;
        if (a->code != b->code || (a->k != b->k && a->code != (BPF_JMP | BPF_JA)))
            return false;
        if (bpf_leads_to(c->a->code, i, from) && bpf_leads_to(c->b->code, j, to) &&
            (!note(c, from[0], to[0]) || !note(c, from[1], to[1])))
            return false;
    }
    return true;
}

/* What is changed may be any number of an ABI that is known; for others the constants say it all. */
static bool is_same_abi(struct comparison *c)
{
    uint32_t nr = 0;

    memset(c->places, 0, c->a->length * sizeof *c->places);
    do {
        if (!is_same_call(c, nr))
            return false;
    } while (is_known(c->a, c->abi) && bpf_next_number(&nr));
    return are_same_around(c, c->a) && are_same_around(c, c->b) && are_same_instructions(c);
}

bool bpf_is_same(const struct bpf_filter *a, const struct bpf_filter *b, uint32_t *places)
{
    struct comparison c = {a, b, 0, places};
    bool same = is_same_abi(&c); /* any that they do not know */

    for (size_t i = 0; same && i < a->abi_count; i++) {
        c.abi = a->abis[i];
        same = is_same_abi(&c);
    }
    return same;
}
