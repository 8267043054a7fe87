/*
 * What a filter of libseccomp's answers, asked call by call, and whether two of them answer alike. Such filters
 * compare the ABI with constants, then the call's number, then look at arguments. All of them must have passed
 * bpf_check_any(). No allocation, no I/O.
 */
#pragma once
#include "base/bpf_program.h"

/* A filter, and what is to be changed in its answers. */
struct bpf_filter {
    const struct sock_filter *code;
    size_t length;
    /* The ABIs that it knows, AUDIT_ARCH_*; for any other one there is one answer. */
    const uint32_t *abis;
    size_t abi_count;
    /* What to answer instead of ANSWER, for one of these ABIs, and where no argument is looked at. Only numbers
     * that bpf_next_number() gives may differ from the one before. NULL: ANSWER. */
    uint32_t (*change)(const void *context, uint32_t abi, uint32_t nr, uint32_t answer);
    const void *context;
};

/* An answer, or where the code that looks at arguments is. */
struct bpf_outcome {
    bool looks;
    uint32_t k; /* LOOKS: the instruction's number */
};

/* What F does with call NR of ABI, which is 0 for any that F does not know. False: not what is expected of a
 * filter of libseccomp's. */
bool bpf_ask(const struct bpf_filter *f, uint32_t abi, uint32_t nr, struct bpf_outcome *ret);

/* Makes *NR the next number that an ABI may have or that is next to those: its own, arm's, x32's. False: that was
 * the last one. The first is 0. */
bool bpf_next_number(uint32_t *nr);

/* Where instruction I of CODE leads to: two places, or one twice. False: it is an answer. */
bool bpf_leads_to(const struct sock_filter *code, uint32_t i, uint32_t ret[2]);

/*
 * Does B, which knows the same ABIs, do the same as A with any call on any ABI, with any arguments: the same answer,
 * or the same instructions that look at arguments. PLACES is room for as many numbers as A has instructions.
 */
bool bpf_is_same(const struct bpf_filter *a, const struct bpf_filter *b, uint32_t *places);
