/* Makes a filter of libseccomp's small. Part of src/tools/seccomp-policies.c. */
#pragma once
#include <linux/filter.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What to answer where the filter answers UNKNOWN: what CALLS say, else OTHERWISE. */
struct pack_unknown {
    uint32_t unknown, otherwise;
    const struct pack_call {
        uint32_t abi, number, answer;
    } *calls;
    size_t count;
};

/* Runs the LENGTH instructions of CODE for a call. False if they look at anything but the ABI and
 * the number, or do what is not expected of them; else *RET_ANSWER is the answer. */
bool ask(const struct sock_filter *code, size_t length, uint32_t arch, uint32_t nr,
         uint32_t *ret_answer);

/*
 * Rewrites the LENGTH instructions in CODE, which has room for BPF_MAXINSNS, to a binary tree of
 * the ranges of numbers that have the same answer, for each of the COUNT ABIs in TOKENS; all others
 * get U->otherwise. It may look at nothing but the ABI and the number. Checks that the result
 * answers the same. Returns the new length, or 0 after saying why.
 *
 * The kernel translates, compiles and probes a filter when it is loaded, so at every launch, and
 * that takes it the longer the more instructions there are.
 */
size_t pack(struct sock_filter *code, size_t length, const uint32_t *tokens, size_t count,
            const struct pack_unknown *u);
