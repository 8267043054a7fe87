/* Classic BPF as seccomp(2) has it: what a filter answers, worked out without the kernel. */
#pragma once
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdint.h>

/*
 * Runs PROG on DATA: the answer, a SECCOMP_RET_* with its data. For a program that the kernel would not
 * load (seccomp_check_filter() in kernel/seccomp.c lists what it takes) SECCOMP_RET_KILL_PROCESS.
 */
uint32_t bpf_run(const struct sock_fprog *prog, const struct seccomp_data *data);
