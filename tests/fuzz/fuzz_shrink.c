/*
 * Filters as libseccomp writes them, made fewer: what comes out answers as what went in. The first 16 bytes
 * are the arguments that are asked with; then come instructions in 4 bytes each, picked from those that can
 * be there. They are for this machine's ABI; in front of them is what answers the others.
 */
#include "base/bpf.h"
#include "fuzz.h"
#include "plan/seccomp_policies.h"
#include "seccomp/compile.h"
#include <errno.h>
#include <stddef.h>

enum { HEAD = 16, MOST = 200 };

static struct sock_filter instruction(const uint8_t *d)
{
    static const uint32_t answers[] = {SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO | EPERM, SECCOMP_RET_KILL_PROCESS,
                                       SECCOMP_RET_LOG};
    static const uint16_t jumps[] = {BPF_JEQ, BPF_JGT, BPF_JGE, BPF_JSET};
    const uint32_t k = d[1] == 255 ? syscall_abis[SECCOMP_NATIVE].arch : (uint32_t)d[1] * (d[0] & 16 ? 4 : 1);

    switch (d[0] & 7) {
    case 0:
        return (struct sock_filter){BPF_RET | BPF_K, 0, 0, answers[d[1] % ARRAY_SIZE(answers)]};
    case 1:
        return (struct sock_filter){BPF_LD | BPF_W | BPF_ABS, 0, 0, (d[1] & 15u) * 4u};
    case 2:
        return (struct sock_filter){BPF_ALU | BPF_AND | BPF_K, 0, 0, d[1] * 0x1010101u};
    case 3:
        return (struct sock_filter){BPF_JMP | BPF_JA, 0, 0, d[1]};
    default:
        return (struct sock_filter){(uint16_t)(BPF_JMP | jumps[d[0] & 3] | BPF_K), d[2], d[3], k};
    }
}

static uint32_t answer(const struct sock_filter *code, size_t length, const uint64_t *args, uint32_t arch, uint32_t nr)
{
    struct seccomp_data data = {.nr = (int)nr, .arch = arch};
    const struct sock_fprog prog = {(unsigned short)length, (struct sock_filter *)code};

    for (size_t i = 0; i < ARRAY_SIZE(data.args); i++)
        data.args[i] = args[i & 1];
    return bpf_run(&prog, &data);
}

static void compare(const struct oci_code *from, const struct bpf *to, const uint64_t *args)
{
    static const uint32_t numbers[] = {0,    1,       63,      100,      255,           256,        510,     1020,
                                       1021, 4097,    0xf0001, 1u << 30, 1u << 30 | 60, UINT32_MAX, 1u << 31, 0x10000};
    const uint32_t abis[] = {syscall_abis[SECCOMP_NATIVE].arch, syscall_abis[SECCOMP_32BIT].arch, 0, UINT32_MAX};

    for (size_t abi = 0; abi < ARRAY_SIZE(abis); abi++)
        for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
            FUZZ_CHECK(answer(from->code, from->length, args, abis[abi], numbers[i]) ==
                       answer(to->code, to->length, args, abis[abi], numbers[i]));
}

void fuzz_shrink(const uint8_t *data, size_t size)
{
    const struct sock_filter head[] = {
        {BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(struct seccomp_data, arch)},
        {BPF_JMP | BPF_JEQ | BPF_K, 1, 0, syscall_abis[SECCOMP_NATIVE].arch},
        {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_KILL_PROCESS},
    };
    struct oci_code from = {.abis = 1u << SECCOMP_NATIVE, .highest = {-1, -1, -1}, .action = SECCOMP_RET_ALLOW};
    static struct bpf to;
    struct oci_error error = {.text = ""};
    uint64_t args[2];
    size_t count;

    if (size < HEAD + 4)
        return;
    memcpy(args, data, HEAD);
    count = MIN((size - HEAD) / 4, (size_t)MOST);
    from.length = ARRAY_SIZE(head) + count;
    from.code = arena_alloc(from.length * sizeof *from.code);
    memcpy(from.code, head, sizeof head);
    for (size_t i = 0; i < count; i++)
        from.code[ARRAY_SIZE(head) + i] = instruction(data + HEAD + 4 * i);
    machine_close();
    if (oci_shrink(&from, &to, &error)) {
        FUZZ_CHECK(bpf_check(to.code, to.length));
        compare(&from, &to, args);
    } else {
        FUZZ_CHECK(error.text[0]);
    }
}
