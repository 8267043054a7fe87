#include "plan/seccomp_log.h"
#include "base/bpf_program.h"
#include "base/log.h"
#include "plan/seccomp_policies.h"
#include <errno.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <string.h>

enum { GUARD = 8 }; /* instructions for each ABI, and one behind them */

/*
 * The command may not have a listener of its own: EBUSY, which is the kernel's own answer as long as ours is
 * there. When ours is gone the kernel would let it, and a newer listener's word counts for more than an older
 * filter's: it could permit what the policy refuses.
 */
static size_t put_guard(struct sock_filter *code, const struct syscall_abi *abi)
{
    const struct sock_filter guard[GUARD] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, abi->arch, 0, 6),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_STMT(BPF_ALU | BPF_AND | BPF_K, abi->arch == AUDIT_ARCH_X86_64 ? ~(uint32_t)X32_BIT : ~0U),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, abi->number_of_seccomp, 0, 3),
        /* The kernel takes the flags as 32 bits. */
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[1])),
        BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, SECCOMP_FILTER_FLAG_NEW_LISTENER, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EBUSY),
    };

    memcpy(code, guard, sizeof guard);
    return GUARD;
}

static bool is_errno(const struct sock_filter *f)
{
    return f->code == (BPF_RET | BPF_K) && (f->k & SECCOMP_RET_ACTION_FULL) == SECCOMP_RET_ERRNO;
}

int plan_seccomp_log(struct plan *plan, struct plan_filter *filter)
{
    const struct opt_flag *asked = &plan->spec->seccomp_log;
    struct sock_fprog *policy = arena_alloc(sizeof *policy);
    struct sock_filter *code;
    size_t n = 0;

    if (!filter)
        return log_error("%s: there is no policy that could refuse a call; it needs --seccomp-profile",
                         origin_text(&asked->from)),
               -EINVAL;
    if (filter->flags)
        return log_error("%s: it does not go with the flags of %s", origin_text(&asked->from), filter->policy),
               -EINVAL;
    *policy = filter->prog;
    code = arena_alloc((policy->len + SECCOMP_X32 * GUARD + 1) * sizeof *code);
    for (unsigned abi = 0; abi < SECCOMP_X32; abi++) /* the native one's guard is that of x32, too */
        n += syscall_abis[abi].arch ? put_guard(code + n, &syscall_abis[abi]) : 0;
    code[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_IMM, 0); /* as every program starts */
    for (size_t i = 0; i < policy->len; i++) {
        code[n] = policy->filter[i];
        if (is_errno(&code[n]))
            code[n].k = SECCOMP_RET_USER_NOTIF;
        n++;
    }
    if (n > BPF_MAXINSNS)
        return log_error("%s: the policy has %u instructions, and with a listener %zu: the kernel takes %d",
                         origin_text(&asked->from), policy->len, n, BPF_MAXINSNS),
               -E2BIG;
    filter->prog = (struct sock_fprog){(unsigned short)n, code};
    filter->listener = true;
    plan->seccomp_log = policy;
    return 0;
}
