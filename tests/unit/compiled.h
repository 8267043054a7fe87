/* An answer of husk-seccomp's, made by hand. */
#pragma once
#include "capture.h"
#include "plan/seccomp_result.h"
#include <linux/seccomp.h>

struct compiled {
    struct seccomp_result head;
    struct sock_filter code[2];
    char text[8];
};

/* A program of two instructions that refuses all with ERR, and the names of which it has none; a multiple
 * of 8 bytes. */
static HUSK_UNUSED struct compiled compile_refusal(uint32_t err)
{
    return (struct compiled){
        .head = {.magic = SECCOMP_RESULT_MAGIC,
                 .status = SECCOMP_FINE,
                 .length = 2,
                 .abis = 1,
                 .flags = 2,
                 .text_size = 8},
        .code = {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | err)},
        .text = {'f', 'o', 'o', ' ', 'b', 'a', 'r', ' '}};
}
