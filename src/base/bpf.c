#include "base/bpf.h"
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct machine {
    uint32_t a, x, mem[BPF_MEMWORDS];
    const struct seccomp_data *data;
};

static bool load(struct machine *m, const struct sock_filter *f, uint32_t *into)
{
    switch (BPF_MODE(f->code)) {
    case BPF_IMM:
        *into = f->k;
        return true;
    case BPF_LEN:
        *into = sizeof *m->data;
        return true;
    case BPF_MEM:
        if (f->k >= BPF_MEMWORDS)
            return false;
        *into = m->mem[f->k];
        return true;
    case BPF_ABS: /* a word in this machine's order, which no network packet has */
        if (into != &m->a || f->k % sizeof *into || f->k >= sizeof *m->data)
            return false;
        memcpy(into, (const char *)m->data + f->k, sizeof *into);
        return true;
    default:
        return false;
    }
}

static bool compute(struct machine *m, const struct sock_filter *f)
{
    uint32_t by = BPF_SRC(f->code) == BPF_X ? m->x : f->k;

    switch (BPF_OP(f->code)) {
    case BPF_ADD:
        m->a += by;
        return true;
    case BPF_SUB:
        m->a -= by;
        return true;
    case BPF_MUL:
        m->a *= by;
        return true;
    case BPF_DIV:
        m->a = by ? m->a / by : 0;
        return by || BPF_SRC(f->code) == BPF_X;
    case BPF_AND:
        m->a &= by;
        return true;
    case BPF_OR:
        m->a |= by;
        return true;
    case BPF_XOR:
        m->a ^= by;
        return true;
    case BPF_LSH:
        m->a <<= by & 31;
        return true;
    case BPF_RSH:
        m->a >>= by & 31;
        return true;
    case BPF_NEG:
        m->a = -m->a;
        return true;
    default:
        return false;
    }
}

/* How many instructions to pass over after a jump. */
static bool jump(const struct machine *m, const struct sock_filter *f, size_t *skip)
{
    uint32_t with = BPF_SRC(f->code) == BPF_X ? m->x : f->k;
    bool holds;

    switch (BPF_OP(f->code)) {
    case BPF_JA:
        *skip = f->k;
        return true;
    case BPF_JEQ:
        holds = m->a == with;
        break;
    case BPF_JGT:
        holds = m->a > with;
        break;
    case BPF_JGE:
        holds = m->a >= with;
        break;
    case BPF_JSET:
        holds = m->a & with;
        break;
    default:
        return false;
    }
    *skip = holds ? f->jt : f->jf;
    return true;
}

static bool store(struct machine *m, uint32_t where, uint32_t value)
{
    if (where >= BPF_MEMWORDS)
        return false;
    m->mem[where] = value;
    return true;
}

/* Division by an X of 0 ends the program with 0, which is KILL_THREAD; see bpf_convert_filter(). */
static bool ends(const struct machine *m, const struct sock_filter *f)
{
    return f->code == (BPF_ALU | BPF_DIV | BPF_X) && m->x == 0;
}

static bool step(struct machine *m, const struct sock_filter *f, size_t *skip)
{
    *skip = 0;
    switch (BPF_CLASS(f->code)) {
    case BPF_LD:
        return load(m, f, &m->a);
    case BPF_LDX:
        return load(m, f, &m->x);
    case BPF_ST:
        return store(m, f->k, m->a);
    case BPF_STX:
        return store(m, f->k, m->x);
    case BPF_ALU:
        return compute(m, f);
    case BPF_JMP:
        return jump(m, f, skip);
    case BPF_MISC:
        if (BPF_MISCOP(f->code) == BPF_TAX)
            m->x = m->a;
        else
            m->a = m->x;
        return true;
    default:
        return false;
    }
}

uint32_t bpf_run(const struct sock_fprog *prog, const struct seccomp_data *data)
{
    struct machine m = {.data = data};
    size_t skip;

    for (size_t at = 0; at < prog->len; at += skip + 1) {
        const struct sock_filter *f = &prog->filter[at];

        if (BPF_CLASS(f->code) == BPF_RET)
            return BPF_RVAL(f->code) == BPF_A ? m.a : f->k;
        if (ends(&m, f))
            return SECCOMP_RET_KILL_THREAD;
        if (!step(&m, f, &skip))
            break;
    }
    return SECCOMP_RET_KILL_PROCESS;
}
