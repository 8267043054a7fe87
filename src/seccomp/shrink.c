/*
 * libseccomp compares a call's number with one after the other, or in a tree of single numbers; the kernel
 * works on a program at every launch in proportion to its length. So the program is asked for each number of
 * each ABI what it answers without looking at arguments, or where it begins to look; numbers that follow each
 * other with the same outcome become a range, and the code that looks at arguments is taken over as it is.
 */
#include "base/alloc.h"
#include "plan/seccomp_policies.h"
#include "seccomp/compile.h"
#include <errno.h>
#include <linux/seccomp.h>
#include <string.h>

enum { X32_BIT = 1 << 30, MAX_RANGES = 2048 };

/* All numbers that an ABI may have: its own, arm's, x32's. Between them there is one answer. */
static const struct {
    uint32_t first, end;
} numbers[] = {{0, 1024}, {0xf0000, 0xf0400}, {X32_BIT, X32_BIT + 1024}, {UINT32_MAX - 1, UINT32_MAX}};

struct shrinker {
    const struct oci_code *from;
    struct bpf *to;
    struct oci_error *error;
};

/* An answer, or where the code that looks at arguments is. */
struct outcome {
    bool looks;
    uint32_t k; /* LOOKS: the instruction's number */
};

/* ---- asking --------------------------------------------------------------------------------- */

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

/* Is the constant that a number is compared with one of those that are looked at, or next to one. */
static bool is_expected(uint32_t k)
{
    for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
        if (k >= numbers[i].first && k <= numbers[i].end)
            return true;
    return false;
}

/* What CODE, which bpf_check() has found fine, does with call NR of ABI ARCH. False: not what is expected. */
static bool ask(const struct sock_filter *code, uint32_t arch, uint32_t nr, struct outcome *ret)
{
    bool is_number = false;
    uint32_t a = 0;

    for (uint32_t pc = 0;; pc++) {
        const struct sock_filter *i = &code[pc];

        if (i->code == (BPF_RET | BPF_K)) {
            *ret = (struct outcome){false, i->k};
            return true;
        } else if (i->code == (BPF_LD | BPF_W | BPF_ABS)) {
            is_number = i->k == offsetof(struct seccomp_data, nr);
            *ret = (struct outcome){true, pc};
            if (i->k >= offsetof(struct seccomp_data, args))
                return true;
            if (!is_number && i->k != offsetof(struct seccomp_data, arch))
                return false;
            a = is_number ? nr : arch;
        } else if (i->code == (BPF_JMP | BPF_JA)) {
            pc += i->k;
        } else if (BPF_CLASS(i->code) == BPF_JMP) {
            if (is_number && (BPF_OP(i->code) == BPF_JSET || !is_expected(i->k)))
                return false;
            pc += is_taken(i, a) ? i->jt : i->jf;
        } else {
            return false;
        }
    }
}

static const struct oci_extra *find_extra(const struct oci_code *from, uint32_t arch, uint32_t nr)
{
    for (size_t i = 0; i < from->extra_count; i++)
        if (syscall_abis[from->extras[i].abi].arch == arch && from->extras[i].number == nr)
            return &from->extras[i];
    return NULL;
}

/* Is NR beyond all that the profile is about. */
static bool is_newer(const struct oci_code *from, uint32_t arch, uint32_t nr)
{
    for (unsigned abi = 0; abi < SECCOMP_ABIS; abi++) {
        bool x32 = abi == SECCOMP_X32;

        if ((from->abis & 1u << abi) && syscall_abis[abi].arch == arch && x32 == (nr >= X32_BIT) &&
            from->highest[abi] >= 0)
            return nr - (x32 ? X32_BIT : 0) > (uint32_t)from->highest[abi];
    }
    return false;
}

/* The same with what is to be changed. */
static bool ask_all(const struct oci_code *from, uint32_t arch, uint32_t nr, struct outcome *ret)
{
    const struct oci_extra *extra;

    if (!ask(from->code, arch, nr, ret))
        return false;
    if (ret->looks || ret->k != from->action)
        return true;
    extra = find_extra(from, arch, nr);
    if (extra)
        ret->k = extra->action;
    else if ((from->action & SECCOMP_RET_ACTION_FULL) == SECCOMP_RET_ERRNO && is_newer(from, arch, nr))
        ret->k = SECCOMP_RET_ERRNO | ENOSYS;
    return true;
}

/* ---- ranges --------------------------------------------------------------------------------- */

/* Finds the ranges of ABI ARCH, with the instruction in place of a label; how many, or 0, noted. */
static size_t find_ranges(struct shrinker *s, uint32_t arch, struct bpf_range *ranges)
{
    size_t count = 0;

    for (size_t n = 0; n < ARRAY_SIZE(numbers); n++) {
        /* The one beyond the end is the first of what follows. */
        for (uint64_t nr = numbers[n].first; nr <= numbers[n].end; nr++) {
            struct outcome o;

            if (!ask_all(s->from, arch, (uint32_t)nr, &o))
                return oci_wrong(s->error, "libseccomp's filter is not what was expected"), 0;
            if (count && ranges[count - 1].jump == o.looks && ranges[count - 1].k == o.k)
                continue;
            if (count == MAX_RANGES)
                return oci_wrong(s->error, "it is too long for the kernel"), 0;
            ranges[count++] = (struct bpf_range){(uint32_t)nr, o.looks, o.k};
        }
    }
    return count;
}

/* ---- the code that looks at arguments ------------------------------------------------------- */

/* Puts all that can be reached from the instructions marked in REACHED, in the same order, and in TARGETS
 * where each has come to be. Jumps are only forwards, so none becomes longer. */
static void put_blocks(struct shrinker *s, bool *reached, size_t *targets)
{
    const struct sock_filter *code = s->from->code;
    size_t at = s->to->length;

    for (size_t i = 0; i < s->from->length; i++) {
        const struct sock_filter *c = &code[i];

        if (!reached[i])
            continue;
        targets[i] = at++;
        if (c->code == (BPF_JMP | BPF_JA)) {
            reached[i + 1 + c->k] = true;
        } else if (BPF_CLASS(c->code) == BPF_JMP) {
            reached[i + 1 + c->jt] = reached[i + 1 + c->jf] = true;
        } else if (BPF_CLASS(c->code) != BPF_RET) {
            reached[i + 1] = true;
        }
    }
    for (size_t i = 0; i < s->from->length; i++) {
        const struct sock_filter *c = &code[i];
        size_t here = targets[i] + 1;

        if (!reached[i])
            continue;
        if (c->code == (BPF_JMP | BPF_JA))
            bpf_put(s->to, c->code, 0, 0, (uint32_t)(targets[i + 1 + c->k] - here));
        else if (BPF_CLASS(c->code) == BPF_JMP)
            bpf_put(s->to, c->code, (unsigned)(targets[i + 1 + c->jt] - here),
                    (unsigned)(targets[i + 1 + c->jf] - here), c->k);
        else
            bpf_put(s->to, c->code, 0, 0, c->k);
    }
}

/* ---- an ABI --------------------------------------------------------------------------------- */

/* Does what was made do the same as what it was made from. */
static bool is_same(struct shrinker *s, uint32_t arch, const size_t *targets)
{
    for (size_t n = 0; n < ARRAY_SIZE(numbers); n++) {
        for (uint64_t nr = numbers[n].first; nr <= numbers[n].end; nr++) {
            struct outcome want, got;

            if (!ask_all(s->from, arch, (uint32_t)nr, &want) || !ask(s->to->code, arch, (uint32_t)nr, &got) ||
                want.looks != got.looks || (want.looks ? targets[want.k] : want.k) != got.k)
                return false;
        }
    }
    return true;
}

/* Gives each place of code in RANGES a label, and marks it. */
static void label(struct bpf_range *ranges, size_t count, bool *reached, uint32_t *places)
{
    uint32_t labels = 0;

    for (size_t i = 0; i < count; i++) {
        uint32_t k = 0;

        if (!ranges[i].jump)
            continue;
        reached[ranges[i].k] = true;
        while (k < labels && places[k] != ranges[i].k)
            k++;
        if (k == labels)
            places[labels++] = ranges[i].k;
        ranges[i].k = k;
    }
}

/* The tree of one ABI, what it leads to, and the jump over both. Where each instruction went is in TARGETS. */
static bool put_abi(struct shrinker *s, uint32_t arch, size_t *targets)
{
    struct bpf_range *ranges = arena_alloc(MAX_RANGES * sizeof *ranges);
    bool *reached = arena_alloc(s->from->length * sizeof *reached);
    uint32_t *places = arena_alloc(MAX_RANGES * sizeof *places);
    size_t *resolved = arena_alloc(MAX_RANGES * sizeof *resolved);
    size_t count = find_ranges(s, arch, ranges), over, start;

    if (!count)
        return false;
    label(ranges, count, reached, places);
    bpf_put(s->to, BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(struct seccomp_data, arch));
    bpf_put(s->to, BPF_JMP | BPF_JEQ | BPF_K, 1, 0, arch);
    over = s->to->length;
    bpf_put(s->to, BPF_JMP | BPF_JA, 0, 0, 0);
    start = s->to->length;
    bpf_put(s->to, BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(struct seccomp_data, nr));
    bpf_put_tree(s->to, ranges, count);
    put_blocks(s, reached, targets);
    for (size_t i = 0; i < MAX_RANGES; i++)
        resolved[i] = targets[places[i]];
    bpf_resolve(s->to, start, resolved);
    if (s->to->failed)
        return oci_wrong(s->error, "it is too long for the kernel");
    s->to->code[over].k = (uint32_t)(s->to->length - over - 1);
    return true;
}

bool oci_shrink(const struct oci_code *from, struct bpf *ret, struct oci_error *error)
{
    struct shrinker s = {from, ret, error};
    size_t *targets[SECCOMP_ABIS] = {NULL};
    struct outcome foreign;

    memset(ret, 0, sizeof *ret);
    /* libseccomp may write more than the kernel takes: it is made fewer here. */
    if (!bpf_check_any(from->code, from->length))
        return oci_wrong(error, "libseccomp's filter is not what was expected");
    for (unsigned abi = 0; abi < SECCOMP_X32; abi++) {
        if (!(from->abis & 1u << abi) || !syscall_abis[abi].arch)
            continue;
        targets[abi] = arena_alloc(from->length * sizeof(size_t));
        if (!put_abi(&s, syscall_abis[abi].arch, targets[abi]))
            return false;
    }
    if (!ask(from->code, 0, 0, &foreign) || foreign.looks)
        return oci_wrong(error, "libseccomp's filter is not what was expected");
    bpf_put(ret, BPF_RET | BPF_K, 0, 0, foreign.k);
    if (ret->failed)
        return oci_wrong(error, "it is too long for the kernel");
    for (unsigned abi = 0; abi < SECCOMP_X32; abi++)
        if (targets[abi] && !is_same(&s, syscall_abis[abi].arch, targets[abi]))
            return oci_wrong(error, "libseccomp's filter could not be made smaller");
    return bpf_check(ret->code, ret->length) || oci_wrong(error, "the filter is not one for the kernel");
}
