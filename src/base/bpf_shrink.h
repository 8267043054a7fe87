/*
 * libseccomp compares a call's number with one after the other, or in a tree of single numbers; the kernel
 * translates, compiles and probes a filter at every launch, which takes the longer the more instructions there
 * are. So the filter is asked for each number of each ABI what it answers without looking at arguments, or where
 * it begins to look; numbers that follow each other with the same outcome become a range, and the code that looks
 * at arguments is taken over as it is.
 */
#pragma once
#include "base/bpf_answers.h"

/*
 * Makes of FROM, with its changes, a tree of ranges for each ABI, and proves that both do the same.
 * PLACES is room for as many numbers as FROM has instructions, which may be more than the kernel takes.
 * Returns NULL, or what is wrong: *RET is of no use then.
 */
const char *bpf_shrink(const struct bpf_filter *from, struct bpf *ret, uint32_t *places);
