#include "seccomp/compile.h"
#include "base/alloc.h"
#include "base/str.h"
#include "plan/seccomp_policies.h"
#include <errno.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { RAW_LIMIT = 1 << 20 }; /* instructions of libseccomp's, before they are made fewer */

/* A call of a rule in force. */
struct call {
    const char *name;
    const struct oci_rule *rule;
    int number; /* libseccomp's, or __NR_SCMP_ERROR */
    int own;    /* its place in syscall_rows; -1: husk has no number for it */
    bool overruled; /* by a rule that refuses more */
};

struct compiler {
    const struct oci_profile *profile;
    struct oci_code *out;
    struct oci_error *error;
    VEC(struct call) calls;
    VEC(struct oci_extra) extras;
    scmp_filter_ctx ctx;
};

/* ---- which rules ---------------------------------------------------------------------------- */

static bool has_arch(const struct oci_condition *c)
{
    static const char *const names[][2] = {{"x86_64", "amd64"}, {"aarch64", "arm64"}, {"riscv64", "riscv64"}};

    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        if (!streq(syscall_abis[SECCOMP_NATIVE].name, names[i][0]))
            continue;
        for (size_t k = 0; k < c->arch_count; k++)
            if (streq(c->arches[k], names[i][1]))
                return true;
    }
    return false;
}

bool oci_applies(const struct oci_rule *rule, const struct oci_host *host)
{
    const struct oci_condition *in = &rule->includes, *out = &rule->excludes;

    if ((in->caps & ~host->caps) || (in->arch_count && !has_arch(in)) || in->kernel > host->kernel)
        return false;
    return !(out->caps & host->caps) && !(out->arch_count && has_arch(out)) &&
           !(out->kernel && out->kernel <= host->kernel);
}

/* Does A refuse more than B; the kernel's own order, in which killing the process is negative. */
static bool is_stricter(uint32_t a, uint32_t b)
{
    return (int32_t)(a & SECCOMP_RET_ACTION_FULL) < (int32_t)(b & SECCOMP_RET_ACTION_FULL);
}

static void add_calls(struct compiler *c, const struct oci_rule *rule)
{
    for (size_t i = 0; i < rule->name_count; i++) {
        struct call *call = VEC_PUSH(&c->calls);

        *call = (struct call){.name = rule->names[i], .rule = rule, .own = -1};
        call->number = seccomp_syscall_resolve_name(call->name);
        for (unsigned k = 0; k < syscall_row_count; k++)
            if (streq(syscall_row_names + syscall_rows[k].name, call->name))
                call->own = (int)k;
    }
}

/* With a rule that has no conditions libseccomp drops all others on the same call, also stricter ones. Of two
 * without conditions it would keep the first; here the stricter one counts, and the first of two as strict. */
static bool check_conflicts(struct compiler *c)
{
    for (size_t i = 0; i < c->calls.count; i++) {
        struct call *a = &c->calls.items[i];

        for (size_t k = 0; k < c->calls.count && !a->rule->argument_count; k++) {
            const struct call *b = &c->calls.items[k];
            bool stricter = is_stricter(b->rule->action, a->rule->action);

            if (!streq(a->name, b->name) || a->rule->action == b->rule->action)
                continue;
            if (!b->rule->argument_count)
                a->overruled |= stricter || (k < i && !is_stricter(a->rule->action, b->rule->action));
            else if (stricter)
                return oci_wrong(c->error,
                                 "syscalls[%zu]: of no use for %s, as syscalls[%zu] allows it with any arguments",
                                 b->rule->index, b->name, a->rule->index);
        }
    }
    return true;
}

/* ---- numbers -------------------------------------------------------------------------------- */

static uint32_t token_of(unsigned abi)
{
    return abi == SECCOMP_X32 ? SCMP_ARCH_X32 : syscall_abis[abi].arch;
}

/* Without x32's bit; negative: not there, or only as a part of another call. */
static int number_on(const struct call *call, unsigned abi)
{
    int nr = call->number == __NR_SCMP_ERROR
                 ? (call->own < 0 ? -1 : syscall_rows[call->own].number[abi])
                 : seccomp_syscall_resolve_name_arch(token_of(abi), call->name);

    return nr < 0 ? -1 : nr & ~X32_BIT;
}

static void note_highest(struct compiler *c)
{
    for (unsigned abi = 0; abi < SECCOMP_ABIS; abi++) {
        c->out->highest[abi] = -1;
        for (size_t i = 0; i < c->calls.count && (c->profile->abis & 1u << abi); i++)
            c->out->highest[abi] = MAX(c->out->highest[abi], number_on(&c->calls.items[i], abi));
    }
}

/* ---- calls that libseccomp does not know ------------------------------------------------------ */

static bool skip(struct compiler *c, const struct call *call)
{
    size_t used = strlen(c->out->skipped), room = sizeof c->out->skipped - used;

    if (is_stricter(call->rule->action, c->profile->action))
        return oci_wrong(c->error, "syscalls[%zu]: %s is no call that is known here%s, and would be answered as "
                                   "any other",
                         call->rule->index, call->name, call->own < 0 ? "" : " with its arguments");
    if (strlen(call->name) + 2 <= room)
        str_format(c->out->skipped + used, room, "%s ", call->name);
    return true;
}

/* By its number, where this husk knows it. */
static bool add_unknown(struct compiler *c, const struct call *call)
{
    if (call->own < 0 || call->rule->argument_count)
        return skip(c, call);
    for (unsigned abi = 0; abi < SECCOMP_ABIS; abi++) {
        int nr = syscall_rows[call->own].number[abi];

        if (nr >= 0 && (c->profile->abis & 1u << abi))
            *VEC_PUSH(&c->extras) = (struct oci_extra){abi, (uint32_t)nr, call->rule->action};
    }
    return true;
}

/* ---- libseccomp ----------------------------------------------------------------------------- */

static bool failed(struct compiler *c, int r, const char *what)
{
    return oci_wrong(c->error, "libseccomp, %s: %s", what, strerror(-r));
}

static bool add_rule(struct compiler *c, const struct call *call)
{
    struct scmp_arg_cmp args[OCI_ARGUMENTS];
    const struct oci_rule *rule = call->rule;
    int r;

    for (size_t i = 0; i < rule->argument_count; i++) {
        const struct oci_argument *a = &rule->arguments[i];

        args[i] = (struct scmp_arg_cmp){a->index, (enum scmp_compare)(a->op + SCMP_CMP_NE), a->value,
                                        a->value_two};
    }
    r = seccomp_rule_add_array(c->ctx, rule->action, call->number, (unsigned)rule->argument_count, args);
    /* A call may be named twice. */
    return r == 0 || r == -EEXIST ||
           oci_wrong(c->error, "syscalls[%zu]: libseccomp does not take the rule for %s: %s", rule->index,
                     call->name, strerror(-r));
}

static bool start(struct compiler *c)
{
    int r;

    /* What the kernel of this machine can do is not asked: it is new enough. Level 3 has KILL_PROCESS and
     * LOG. */
    seccomp_api_set(3);
    c->ctx = seccomp_init(c->profile->action);
    if (!c->ctx)
        return oci_wrong(c->error, "libseccomp does not start with this defaultAction");
    r = seccomp_attr_set(c->ctx, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
    if (r == 0)
        r = seccomp_attr_set(c->ctx, SCMP_FLTATR_CTL_OPTIMIZE, 2); /* a tree is sooner asked */
    for (unsigned abi = SECCOMP_32BIT; r == 0 && abi < SECCOMP_ABIS; abi++)
        if (c->profile->abis & 1u << abi)
            r = seccomp_arch_add(c->ctx, token_of(abi));
    return r == 0 || failed(c, r, "adding ABIs");
}

/* Reads what libseccomp writes to a file. */
static bool export(struct compiler *c)
{
    int fd = memfd_create("filter", MFD_CLOEXEC), r = fd < 0 ? -errno : seccomp_export_bpf(c->ctx, fd);
    struct stat st;

    if (r < 0 || fstat(fd, &st) < 0)
        return failed(c, r < 0 ? r : -errno, "exporting");
    c->out->length = (size_t)st.st_size / sizeof(struct sock_filter);
    if (c->out->length > RAW_LIMIT)
        return oci_wrong(c->error, "it is too long for the kernel");
    c->out->code = arena_alloc((size_t)st.st_size);
    if (pread(fd, c->out->code, (size_t)st.st_size, 0) != st.st_size)
        return oci_wrong(c->error, "reading what libseccomp wrote");
    close(fd);
    return true;
}

bool oci_compile(const struct oci_profile *profile, const struct oci_host *host, struct oci_code *ret,
                 struct oci_error *error)
{
    struct compiler c = {.profile = profile, .out = ret, .error = error};
    bool fine;

    memset(ret, 0, sizeof *ret);
    for (size_t i = 0; i < profile->rule_count; i++)
        if (oci_applies(&profile->rules[i], host))
            add_calls(&c, &profile->rules[i]);
    fine = check_conflicts(&c) && start(&c);
    for (size_t i = 0; fine && i < c.calls.count; i++) {
        const struct call *call = &c.calls.items[i];

        if (call->overruled || call->rule->action == profile->action)
            continue; /* libseccomp takes what is the default action for an error */
        fine = call->number == __NR_SCMP_ERROR ? add_unknown(&c, call) : add_rule(&c, call);
    }
    fine = fine && export(&c);
    seccomp_release(c.ctx);
    note_highest(&c);
    ret->action = profile->action;
    ret->abis = profile->abis;
    ret->extras = c.extras.items;
    ret->extra_count = c.extras.count;
    return fine;
}
