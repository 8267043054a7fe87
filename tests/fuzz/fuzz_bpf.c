/* Filters: what bpf_check() lets pass ends, and is within its program. The first bytes are the call's. */
#include "base/bpf.h"
#include "base/bpf_program.h"
#include "fuzz.h"

void fuzz_bpf(const uint8_t *data, size_t size)
{
    struct seccomp_data call = {0};
    size_t head = MIN(size, sizeof call), count = (size - head) / sizeof(struct sock_filter);
    struct sock_filter *code;
    struct sock_fprog prog;

    if (head)
        memcpy(&call, data, head);
    code = input_copy(data + head, count * sizeof *code);
    prog = (struct sock_fprog){(unsigned short)count, code};
    if (count > BPF_MAXINSNS)
        return;
    if (bpf_check(code, count))
        FUZZ_CHECK(count > 0);
    bpf_run(&prog, &call); /* of what the kernel would not load it says so */
}
