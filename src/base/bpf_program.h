/*
 * Classic BPF as seccomp(2) takes it: putting a program together, and checking one. No allocation, no I/O.
 * The programs here load words of struct seccomp_data, mask them, compare them with constants, jump
 * forwards, and return constants; nothing else of the machine is used.
 */
#pragma once
#include <linux/filter.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* In the numbers of x32's calls, which share AUDIT_ARCH_X86_64: __X32_SYSCALL_BIT of asm/unistd.h. */
enum { X32_BIT = 1 << 30 };

/* A program that grows. Too many instructions or too far a jump set FAILED; what is put then is lost. */
struct bpf {
    struct sock_filter code[BPF_MAXINSNS];
    size_t length;
    bool failed;
};

/* From START to the next range's start the answer is K; if JUMP is set, a jump to label K. */
struct bpf_range {
    uint32_t start;
    bool jump;
    uint32_t k;
};

/* Labels are numbers below this. */
enum { BPF_LABELS = 1 << 16 };

void bpf_put(struct bpf *p, unsigned op, unsigned jt, unsigned jf, uint32_t k);

/* A jump to LABEL, wherever that will be. */
void bpf_put_jump(struct bpf *p, uint32_t label);

/* A binary tree that compares what is loaded with the COUNT ranges, the first of which starts at 0. */
void bpf_put_tree(struct bpf *p, const struct bpf_range *ranges, size_t count);

/* Gives each jump to a label from instruction FROM on its distance: TARGETS[label] is where it leads. */
void bpf_resolve(struct bpf *p, size_t from, const size_t *targets);

/* Would the kernel load the LENGTH instructions of CODE, and are they of the kind described above. */
bool bpf_check(const struct sock_filter *code, size_t length);

/* The same for what may be longer than the kernel takes. */
bool bpf_check_any(const struct sock_filter *code, size_t length);
