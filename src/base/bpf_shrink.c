#include "base/bpf_shrink.h"
#include <linux/seccomp.h>
#include <string.h>

enum { MAX_RANGES = 2048 };

static const char not_expected[] = "libseccomp's filter is not what was expected";
static const char too_long[] = "it is too long for the kernel";

struct ranges {
    struct bpf_range list[MAX_RANGES];
    size_t count;
    /* The instructions of FROM that are jumped to, by label. */
    uint32_t labels[MAX_RANGES];
    size_t label_count;
};

/* ---- ranges --------------------------------------------------------------------------------- */

static uint32_t label_of(struct ranges *r, uint32_t instruction)
{
    uint32_t k = 0;

    while (k < r->label_count && r->labels[k] != instruction)
        k++;
    if (k == r->label_count)
        r->labels[r->label_count++] = instruction;
    return k;
}

static const char *find_ranges(const struct bpf_filter *from, uint32_t abi, struct ranges *ret)
{
    struct bpf_outcome o, last = {false, 0};
    uint32_t nr = 0;

    ret->count = ret->label_count = 0;
    do {
        if (!bpf_ask(from, abi, nr, &o))
            return not_expected;
        if (ret->count && o.looks == last.looks && o.k == last.k)
            continue;
        if (ret->count == MAX_RANGES)
            return too_long;
        ret->list[ret->count++] = (struct bpf_range){nr, o.looks, o.looks ? label_of(ret, o.k) : o.k};
        last = o;
    } while (bpf_next_number(&nr));
    return NULL;
}

/* ---- the code that looks at arguments ------------------------------------------------------- */

/* Gives what can be reached from LABELS its place behind TO, in the same order; the rest gets 0. */
static void find_places(const struct bpf_filter *from, const struct ranges *labels, const struct bpf *to,
                        uint32_t *places)
{
    uint32_t at = (uint32_t)to->length, next[2];

    memset(places, 0, from->length * sizeof *places);
    for (size_t i = 0; i < labels->label_count; i++)
        places[labels->labels[i]] = 1;
    for (uint32_t i = 0; i < from->length; i++) {
        if (!places[i])
            continue;
        places[i] = at++;
        if (bpf_leads_to(from->code, i, next))
            places[next[0]] = places[next[1]] = 1; /* they are behind this one */
    }
}

/* Jumps are only forwards, so none becomes longer. */
static void put_instructions(const struct bpf_filter *from, struct bpf *to, const uint32_t *places)
{
    uint32_t next[2];

    for (uint32_t i = 0; i < from->length; i++) {
        const struct sock_filter *c = &from->code[i];
        uint32_t behind = places[i] + 1;

        if (!places[i])
            continue;
        bpf_leads_to(from->code, i, next);
        if (c->code == (BPF_JMP | BPF_JA))
            bpf_put(to, c->code, 0, 0, places[next[0]] - behind);
        else if (BPF_CLASS(c->code) == BPF_JMP)
            bpf_put(to, c->code, places[next[0]] - behind, places[next[1]] - behind, c->k);
        else
            bpf_put(to, c->code, 0, 0, c->k);
    }
}

/* ---- an ABI --------------------------------------------------------------------------------- */

/* The tree of one ABI, what it leads to, and the jump over both. */
static const char *put_abi(const struct bpf_filter *from, uint32_t abi, struct bpf *to, uint32_t *places)
{
    size_t over, start, targets[MAX_RANGES];
    struct ranges ranges;
    const char *wrong = find_ranges(from, abi, &ranges);

    if (wrong)
        return wrong;
    bpf_put(to, BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(struct seccomp_data, arch));
    bpf_put(to, BPF_JMP | BPF_JEQ | BPF_K, 1, 0, abi);
    over = to->length;
    bpf_put(to, BPF_JMP | BPF_JA, 0, 0, 0);
    start = to->length;
    bpf_put(to, BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(struct seccomp_data, nr));
    bpf_put_tree(to, ranges.list, ranges.count);
    find_places(from, &ranges, to, places);
    put_instructions(from, to, places);
    for (size_t i = 0; i < ranges.label_count; i++)
        targets[i] = places[ranges.labels[i]];
    bpf_resolve(to, start, targets);
    if (to->failed)
        return too_long;
    to->code[over].k = (uint32_t)(to->length - over - 1);
    return NULL;
}

const char *bpf_shrink(const struct bpf_filter *from, struct bpf *ret, uint32_t *places)
{
    struct bpf_filter made = {ret->code, 0, from->abis, from->abi_count};
    struct bpf_outcome foreign;

    memset(ret, 0, sizeof *ret);
    /* The kernel would not take what is too long; it is made shorter here. */
    if (!bpf_check_any(from->code, from->length))
        return not_expected;
    for (size_t i = 0; i < from->abi_count; i++) {
        const char *wrong = put_abi(from, from->abis[i], ret, places);

        if (wrong)
            return wrong;
    }
    if (!bpf_ask(from, 0, 0, &foreign) || foreign.looks)
        return not_expected;
    bpf_put(ret, BPF_RET | BPF_K, 0, 0, foreign.k);
    if (ret->failed)
        return too_long;
    made.length = ret->length;
    return bpf_check(ret->code, ret->length) && bpf_is_same(from, &made, places)
               ? NULL
               : "libseccomp's filter could not be made smaller";
}
