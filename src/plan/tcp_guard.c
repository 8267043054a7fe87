/*
 * Landlock limits connect(2) and bind(2) of TCP sockets. Past that lead:
 *  - sending with MSG_FASTOPEN, which connects without asking a security module (seen on Linux 6.18);
 *  - MPTCP and SMC, which are TCP on the wire and another kind of socket to Landlock, and SCTP;
 *  - io_uring, which makes sockets where no filter sees it;
 *  - on x86_64 the x32 ABI, and i386's socketcall(2), whose arguments are in memory.
 */
#include "plan/tcp_guard.h"
#include "base/bpf_program.h"
#include <errno.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/socket.h>

/* The numbers of the calls, by ABI; 0: there is no such call. */
static const struct numbers {
    uint32_t arch;
    unsigned short socket, sendto, sendmsg, sendmmsg, socketcall;
} abis[] = {
    {AUDIT_ARCH_X86_64, 41, 44, 46, 307, 0},     {AUDIT_ARCH_I386, 359, 369, 370, 345, 102},
    {AUDIT_ARCH_AARCH64, 198, 206, 211, 269, 0}, {AUDIT_ARCH_ARM, 281, 290, 296, 374, 102},
    {AUDIT_ARCH_RISCV64, 198, 206, 211, 269, 0},
};

enum { IO_URING_SETUP = 425, FAMILY_SMC = 43, FAST_OPEN = 0x20000000 };

/* IP, ICMP, TCP, UDP, ICMPv6, UDP-Lite: what <netinet/in.h> calls them. 0 is the one that is usual for the type:
 * of SOCK_SEQPACKET that is SCTP, so of types there are only SOCK_STREAM, SOCK_DGRAM and SOCK_RAW. */
static const unsigned protocols[] = {0, 1, 6, 17, 58, 136};
enum { TYPE_MASK = 0xf /* the rest are flags */, LAST_TYPE = SOCK_RAW };

struct program {
    VEC(struct sock_filter) code;
};

static void put(struct program *p, uint16_t code, uint32_t k, uint8_t yes, uint8_t no)
{
    *VEC_PUSH(&p->code) = (struct sock_filter){code, yes, no, k};
}

static void load(struct program *p, size_t offset)
{
    put(p, BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset, 0, 0);
}

/* The low half of argument N: the kernel takes all of these as 32 bits. All the ABIs are little-endian. */
static void load_argument(struct program *p, unsigned n)
{
    load(p, offsetof(struct seccomp_data, args) + n * sizeof(uint64_t));
}

static void answer(struct program *p, uint32_t what)
{
    put(p, BPF_RET | BPF_K, what, 0, 0);
}

static void refuse(struct program *p, int err)
{
    answer(p, SECCOMP_RET_ERRNO | (uint32_t)err);
}

/* In the accumulator is the call's number: the next N instructions are for call NR. */
static void for_call(struct program *p, uint32_t nr, uint8_t n)
{
    put(p, BPF_JMP | BPF_JEQ | BPF_K, nr, 0, n);
}

static void guard_sending(struct program *p, uint32_t nr, unsigned flags)
{
    for_call(p, nr, 4);
    load_argument(p, flags);
    put(p, BPF_JMP | BPF_JSET | BPF_K, FAST_OPEN, 0, 1);
    refuse(p, EOPNOTSUPP);
    answer(p, SECCOMP_RET_ALLOW);
}

static void guard_socket(struct program *p, uint32_t nr)
{
    const uint8_t count = ARRAY_SIZE(protocols);

    for_call(p, nr, (uint8_t)(count + 12));
    load_argument(p, 0);
    put(p, BPF_JMP | BPF_JEQ | BPF_K, FAMILY_SMC, 0, 1);
    refuse(p, EAFNOSUPPORT);
    put(p, BPF_JMP | BPF_JEQ | BPF_K, AF_INET, 2, 0);
    put(p, BPF_JMP | BPF_JEQ | BPF_K, AF_INET6, 1, 0);
    answer(p, SECCOMP_RET_ALLOW);
    load_argument(p, 1);
    put(p, BPF_ALU | BPF_AND | BPF_K, TYPE_MASK, 0, 0);
    put(p, BPF_JMP | BPF_JGT | BPF_K, LAST_TYPE, (uint8_t)(count + 1), 0);
    load_argument(p, 2);
    for (uint8_t i = 0; i < count; i++)
        put(p, BPF_JMP | BPF_JEQ | BPF_K, protocols[i], (uint8_t)(count - i), 0);
    refuse(p, EPROTONOSUPPORT);
    answer(p, SECCOMP_RET_ALLOW);
}

static void guard_abi(struct program *p, const struct numbers *nr)
{
    size_t start = p->code.count;

    put(p, BPF_JMP | BPF_JEQ | BPF_K, nr->arch, 0, 0); /* its jump is set below */
    load(p, offsetof(struct seccomp_data, nr));
    if (nr->arch == AUDIT_ARCH_X86_64) {
        put(p, BPF_JMP | BPF_JGE | BPF_K, X32_BIT, 0, 1);
        refuse(p, ENOSYS);
    }
    for_call(p, IO_URING_SETUP, 1);
    refuse(p, ENOSYS);
    if (nr->socketcall) {
        for_call(p, nr->socketcall, 1);
        refuse(p, ENOSYS);
    }
    guard_sending(p, nr->sendto, 3);
    guard_sending(p, nr->sendmsg, 2);
    guard_sending(p, nr->sendmmsg, 3);
    guard_socket(p, nr->socket);
    answer(p, SECCOMP_RET_ALLOW);
    p->code.items[start].jf = (uint8_t)(p->code.count - start - 1);
}

void tcp_guard(const struct plan *plan, struct plan_filter *ret_filter)
{
    const struct spec *s = plan->spec;
    struct program p = {0};

    load(&p, offsetof(struct seccomp_data, arch));
    for (size_t i = 0; i < ARRAY_SIZE(abis); i++)
        guard_abi(&p, &abis[i]);
    refuse(&p, ENOSYS);
    *ret_filter = (struct plan_filter){
        .policy = "tcp",
        .prog = {(unsigned short)p.code.count, p.code.items},
        .from = s->tcp_connect.set ? s->tcp_connect.from : s->tcp_bind.from,
    };
}
