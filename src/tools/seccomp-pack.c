#include "tools/seccomp-pack.h"
#include "base/bpf_program.h"
#include <linux/seccomp.h>
#include <stdio.h>
#include <string.h>

enum { MAX_RANGES = 512 };

/* All numbers that any ABI has: 0 to 1023, and arm's own. Beyond them there is one answer. */
static const struct {
    uint32_t first, end;
} numbers[] = {{0, 1024}, {0xf0000, 0xf0400}};

/* What comes in, and what goes out. */
struct filter {
    const struct sock_filter *code;
    size_t length;
    const struct pack_unknown *unknown;
};

/* ---- what a filter answers ------------------------------------------------------------------ */

static bool load(const struct seccomp_data *data, uint32_t offset, uint32_t *a)
{
    if (offset == offsetof(struct seccomp_data, nr))
        *a = (uint32_t)data->nr;
    else if (offset == offsetof(struct seccomp_data, arch))
        *a = data->arch;
    else
        return false; /* arguments: these rules are not libseccomp's */
    return true;
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
        return false;
    }
}

bool ask(const struct sock_filter *code, size_t length, uint32_t arch, uint32_t nr,
         uint32_t *ret_answer)
{
    const struct seccomp_data data = {.nr = (int)nr, .arch = arch};
    uint32_t a = 0;

    for (size_t pc = 0; pc < length; pc++) {
        const struct sock_filter *i = &code[pc];
        unsigned op = BPF_OP(i->code);

        if (i->code == (BPF_LD | BPF_W | BPF_ABS)) {
            if (!load(&data, i->k, &a))
                return false;
        } else if (i->code == (BPF_RET | BPF_K)) {
            *ret_answer = i->k;
            return true;
        } else if (i->code == (BPF_JMP | BPF_JA)) {
            pc += i->k;
        } else if (BPF_CLASS(i->code) == BPF_JMP && BPF_SRC(i->code) == BPF_K &&
                   (op == BPF_JEQ || op == BPF_JGT || op == BPF_JGE)) {
            pc += is_taken(i, a) ? i->jt : i->jf;
        } else {
            return false;
        }
    }
    return false;
}

/* The same, with an answer also for what is unknown to FILTER. */
static bool ask_all(const struct filter *filter, uint32_t arch, uint32_t nr, uint32_t *ret_answer)
{
    const struct pack_unknown *u = filter->unknown;

    if (!ask(filter->code, filter->length, arch, nr, ret_answer))
        return false;
    if (*ret_answer != u->unknown)
        return true;
    *ret_answer = u->otherwise;
    for (size_t i = 0; i < u->count; i++)
        if (u->calls[i].abi == arch && u->calls[i].number == nr)
            *ret_answer = u->calls[i].answer;
    return true;
}

/* ---- the ranges ----------------------------------------------------------------------------- */

/* Finds the ranges of ABI ARCH; returns how many, or 0. */
static size_t find_ranges(const struct filter *filter, uint32_t arch, struct bpf_range *ranges)
{
    size_t count = 0;

    for (size_t n = 0; n < sizeof numbers / sizeof *numbers; n++) {
        /* The one beyond the end is the first of what follows. */
        for (uint32_t nr = numbers[n].first; nr <= numbers[n].end; nr++) {
            uint32_t answer;

            if (!ask_all(filter, arch, nr, &answer) || count == MAX_RANGES)
                return 0;
            if (!count || ranges[count - 1].k != answer)
                ranges[count++] = (struct bpf_range){nr, false, answer};
        }
    }
    return count;
}

/* ---- the program ---------------------------------------------------------------------------- */

/* The tree of one ABI, and the jump over it for those that follow. */
static bool put_abi(struct bpf *p, const struct filter *filter, uint32_t arch)
{
    struct bpf_range ranges[MAX_RANGES];
    size_t count = find_ranges(filter, arch, ranges), jump;

    if (count < 2)
        return false;
    bpf_put(p, BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(struct seccomp_data, arch));
    bpf_put(p, BPF_JMP | BPF_JEQ | BPF_K, 1, 0, arch);
    jump = p->length;
    bpf_put(p, BPF_JMP | BPF_JA, 0, 0, 0);
    bpf_put(p, BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(struct seccomp_data, nr));
    bpf_put_tree(p, ranges, count);
    p->code[jump].k = (uint32_t)(p->length - jump - 1);
    return !p->failed;
}

/* Does P answer as FILTER, for ABI ARCH. */
static bool is_same(const struct bpf *p, const struct filter *filter, uint32_t arch)
{
    static const uint32_t far[] = {0x10000,    0xeffff,    0x3fffffff,
                                   0x40000000, 0x400003ff, 0xffffffff};
    uint32_t want, got;

    for (uint32_t nr = 0; nr < 4096 + sizeof far / sizeof *far; nr++) {
        uint32_t number = nr < 4096 ? nr : far[nr - 4096];

        if (!ask_all(filter, arch, number, &want) || !ask(p->code, p->length, arch, number, &got) ||
            want != got)
            return false;
    }
    return true;
}

size_t pack(struct sock_filter *code, size_t length, const uint32_t *tokens, size_t count,
            const struct pack_unknown *u)
{
    static struct bpf p;
    const struct filter filter = {code, length, u};

    memset(&p, 0, sizeof p);
    for (size_t i = 0; i < count; i++) {
        if (!put_abi(&p, &filter, tokens[i])) {
            fprintf(stderr, "libseccomp's filter is not what was expected, for ABI %#x\n",
                    tokens[i]);
            return 0;
        }
    }
    bpf_put(&p, BPF_RET | BPF_K, 0, 0, u->otherwise);
    for (size_t i = 0; i < count; i++) {
        if (p.failed || !is_same(&p, &filter, tokens[i])) {
            fprintf(stderr, "the small filter answers otherwise, for ABI %#x\n", tokens[i]);
            return 0;
        }
    }
    memcpy(code, p.code, sizeof p.code);
    return p.length;
}
