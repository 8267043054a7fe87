/* Filters by hand. */
#pragma once
#include "base/bpf_answers.h"
#include "base/util.h"
#include <linux/seccomp.h>

#define LOAD(field) {BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(struct seccomp_data, field)}
#define COMPARE(op, constant, jt, jf) {BPF_JMP | BPF_##op | BPF_K, (jt), (jf), (constant)}
#define SKIP(count) {BPF_JMP | BPF_JA, 0, 0, (count)}
#define ANSWER(action) {BPF_RET | BPF_K, 0, 0, (action)}

/* Two ABIs, which are none of Linux's, and any other one. */
enum { ONE = 0x1001, TWO = 0x1002, FOREIGN = 0 };
static const uint32_t both_abis[] = {ONE, TWO};

/* The array CODE as a filter for both. */
#define FILTER(code) ((struct bpf_filter){(code), ARRAY_SIZE(code), both_abis, ARRAY_SIZE(both_abis)})
