/*
 * The rules become a program of their own before the policy's: a tree of the numbers that they name, for each
 * ABI, whose other branches lead into the policy. So the policy itself is not compiled again, and a call that
 * no rule names is answered as before.
 */
#include "plan/seccomp_tune.h"
#include "base/bpf_program.h"
#include "base/log.h"
#include "base/str.h"
#include "plan/seccomp_policies.h"
#include "spec/suggest.h"
#include <errno.h>
#include <linux/seccomp.h>
#include <stdlib.h>
#include <string.h>

enum verdict { KEEP, ALLOW, ALLOW_CHECKED, DENY };

enum {
    CALLS = 1024,       /* more than the table has */
    /* Labels. */
    POLICY = 0,         /* the program behind */
    RULES = 1,          /* + the number of a rule */
    WHOLES = 64,        /* + which of the calls that have others as parts */
    SECTIONS = 80,      /* + an ABI: behind its tree */
    LABELS = 96,
    MAX_WHOLES = 8,
};

struct tuning {
    enum verdict verdicts[CALLS]; /* by the index in syscall_rows */
    unsigned abis;
    bool needs_rule[WHOLES - RULES];
    unsigned short wholes[MAX_WHOLES]; /* indices in syscall_rows */
    size_t whole_count;
    size_t targets[LABELS];
    struct bpf program;
};

static const char *name_of(size_t call)
{
    return syscall_row_names + syscall_rows[call].name;
}

/* ---- the rules ------------------------------------------------------------------------------ */

static const char *nearest(const char *word)
{
    size_t best = SIZE_MAX, d;
    const char *name = NULL;

    for (size_t i = 0; i < syscall_row_count + seccomp_group_count; i++) {
        const char *candidate =
            i < syscall_row_count ? name_of(i) : seccomp_groups[i - syscall_row_count].name;

        d = suggest_distance(word, candidate);
        if (d != SIZE_MAX) /* of two that are as near, the one that starts as WORD does */
            d = 2 * d + (candidate[0] != word[0]);
        if (d < best) {
            best = d;
            name = candidate;
        }
    }
    return name;
}

static int unknown(const struct syscall_rule *rule, const char *word)
{
    const char *name = nearest(word);

    log_error("%s: no such %s: %s", origin_text(&rule->from),
              word[0] == '@' ? "group of system calls" : "system call", word);
    if (name)
        log_hint("did you mean %s?", name);
    else
        log_hint("husk --list-syscall-groups prints all of them");
    return -EINVAL;
}

/* What terminals are told is never a matter of tuning: in some of its forms it is input to the shell outside. */
static enum verdict allow_by_name(size_t call)
{
    return streq(name_of(call), "ioctl") ? ALLOW_CHECKED : ALLOW;
}

static int apply_word(struct tuning *t, const struct syscall_rule *rule, const char *word)
{
    bool is_group = word[0] == '@', found = false;

    for (size_t i = 0; i < syscall_row_count; i++) {
        if (!streq(is_group ? seccomp_groups[syscall_rows[i].group].name : name_of(i), word))
            continue;
        found = true;
        if (!rule->allow)
            t->verdicts[i] = DENY;
        else
            t->verdicts[i] = is_group ? ALLOW_CHECKED : allow_by_name(i);
    }
    return found ? 0 : unknown(rule, word);
}

static int apply_rules(struct tuning *t, const struct spec *spec)
{
    for (size_t i = 0; i < spec->syscall_rules.count; i++) {
        const struct syscall_rule *rule = &spec->syscall_rules.items[i];
        const char *names = rule->names;

        for (;;) {
            size_t n = strcspn(names, ",");
            int r = apply_word(t, rule, arena_strndup(names, n));

            if (r < 0)
                return r;
            if (!names[n])
                break;
            names += n + 1;
        }
    }
    return 0;
}

int seccomp_tune_check(const struct spec *spec)
{
    return apply_rules(arena_alloc(sizeof(struct tuning)), spec);
}

bool seccomp_tune_denies(const struct spec *spec)
{
    for (size_t i = 0; i < spec->syscall_rules.count; i++)
        if (!spec->syscall_rules.items[i].allow)
            return true;
    return false;
}

/* ---- answers -------------------------------------------------------------------------------- */

static uint32_t refusal(size_t call)
{
    return SECCOMP_RET_ERRNO | (uint32_t)seccomp_groups[syscall_rows[call].group].error;
}

/* The label of WHOLE, which has parts that are denied; or 0. */
static uint32_t whole_label(struct tuning *t, size_t whole)
{
    for (size_t i = 0; i < t->whole_count; i++)
        if (t->wholes[i] == whole)
            return (uint32_t)(WHOLES + i);
    return 0;
}

/* Do the rules decide on CALL there. What is allowed is so where the policy has the ABI. */
static bool decides(const struct tuning *t, size_t call, unsigned abi)
{
    enum verdict v = t->verdicts[call];

    return v == DENY || (v != KEEP && abi != SECCOMP_X32 && (t->abis & 1u << abi));
}

/* What the verdict on CALL is, as an answer of the tree's. */
static struct bpf_range answer(struct tuning *t, size_t call, unsigned abi)
{
    const struct syscall_row *c = &syscall_rows[call];

    if (!decides(t, call, abi))
        return (struct bpf_range){.jump = true, .k = POLICY};
    if (t->verdicts[call] == DENY)
        return (struct bpf_range){.k = refusal(call)};
    if (t->verdicts[call] == ALLOW || !c->rule)
        return (struct bpf_range){.k = SECCOMP_RET_ALLOW};
    t->needs_rule[c->rule] = true;
    return (struct bpf_range){.jump = true, .k = RULES + c->rule};
}

/* The same with regard to its parts. False: nothing to say. */
static bool answer_on(struct tuning *t, size_t call, unsigned abi, struct bpf_range *ret)
{
    uint32_t label = abi == SECCOMP_32BIT ? whole_label(t, call) : 0;

    if (!label && !decides(t, call, abi))
        return false;
    *ret = label ? (struct bpf_range){.jump = true, .k = label} : answer(t, call, abi);
    return true;
}

/* ---- the tree of an ABI --------------------------------------------------------------------- */

static int by_start(const void *a, const void *b)
{
    const struct bpf_range *x = a, *y = b;

    if (x->start == y->start) /* two names of one number: a refusal comes first, and counts */
        return x->jump != y->jump ? x->jump - y->jump : x->k < y->k ? -1 : 1;
    return x->start < y->start ? -1 : 1;
}

/* Adds the numbers of ABI that have an answer of ours. Returns how many there are then. */
static size_t find_numbers(struct tuning *t, unsigned abi, struct bpf_range *numbers, size_t count)
{
    for (size_t i = 0; i < syscall_row_count; i++) {
        int nr = syscall_rows[i].number[abi];

        if (nr < 0 || !answer_on(t, i, abi, &numbers[count]))
            continue;
        numbers[count++].start = (uint32_t)nr;
    }
    return count;
}

static void add_range(struct bpf_range *ranges, size_t *count, const struct bpf_range *range)
{
    const struct bpf_range *last = ranges + *count - 1;

    if (*count && last->start == range->start)
        --*count; /* the gap before it is none */
    last = ranges + *count - 1;
    if (!*count || last->jump != range->jump || last->k != range->k)
        ranges[(*count)++] = *range;
}

/* The COUNT numbers as ranges with the gaps between them; what is not ours is the policy's. */
static void put_numbers(struct bpf *p, struct bpf_range *numbers, size_t count)
{
    struct bpf_range *ranges = arena_alloc((2 * count + 1) * sizeof *ranges);
    size_t n = 0;

    qsort(numbers, count, sizeof *numbers, by_start);
    add_range(ranges, &n, &(struct bpf_range){.start = 0, .jump = true, .k = POLICY});
    for (size_t i = 0; i < count; i++) {
        if (i && numbers[i].start == numbers[i - 1].start)
            continue;
        add_range(ranges, &n, &numbers[i]);
        add_range(ranges, &n,
                  &(struct bpf_range){.start = numbers[i].start + 1, .jump = true, .k = POLICY});
    }
    bpf_put_tree(p, ranges, n);
}

/* x32 has the native ABI's mark, and is a part of its tree. */
static void put_abi(struct tuning *t, unsigned abi)
{
    struct bpf_range *numbers = arena_alloc(2 * CALLS * sizeof *numbers);
    size_t count = find_numbers(t, abi, numbers, 0);
    struct bpf *p = &t->program;

    if (abi == SECCOMP_NATIVE && syscall_abis[SECCOMP_X32].arch)
        count = find_numbers(t, SECCOMP_X32, numbers, count);
    if (!count)
        return;
    bpf_put(p, BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(struct seccomp_data, arch));
    bpf_put(p, BPF_JMP | BPF_JEQ | BPF_K, 1, 0, syscall_abis[abi].arch);
    bpf_put_jump(p, SECTIONS + abi);
    bpf_put(p, BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(struct seccomp_data, nr));
    put_numbers(p, numbers, count);
    t->targets[SECTIONS + abi] = p->length;
}

/* ---- what the trees lead to ----------------------------------------------------------------- */

/* What rule NUMBER does not allow is the policy's to decide: to allow something takes nothing away. */
static void put_rule(struct tuning *t, size_t number)
{
    const struct seccomp_rule *rule = &seccomp_rules[number];

    t->targets[RULES + number] = t->program.length;
    for (size_t i = 0; i < rule->length; i++) {
        const struct sock_filter *code = &seccomp_code[rule->start + i];

        if (code->code == (BPF_RET | BPF_K) && code->k != SECCOMP_RET_ALLOW)
            bpf_put_jump(&t->program, POLICY);
        else
            bpf_put(&t->program, code->code, code->jt, code->jf, code->k);
    }
}

/* The first argument says which part it is; of ipc(2) the upper half is a version. */
static void put_whole(struct tuning *t, size_t index)
{
    size_t whole = t->wholes[index];
    struct bpf_range rest = answer(t, whole, SECCOMP_32BIT);
    struct bpf *p = &t->program;

    t->targets[WHOLES + index] = p->length;
    bpf_put(p, BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(struct seccomp_data, args));
    if (streq(name_of(whole), "ipc"))
        bpf_put(p, BPF_ALU | BPF_AND | BPF_K, 0, 0, 0xffff);
    for (size_t i = 0; i < seccomp_part_count; i++) {
        const struct seccomp_part *part = &seccomp_parts[i];

        if (part->whole != whole || t->verdicts[part->call] != DENY)
            continue;
        bpf_put(p, BPF_JMP | BPF_JEQ | BPF_K, 0, 1, part->number);
        bpf_put(p, BPF_RET | BPF_K, 0, 0, refusal(part->call));
    }
    bpf_put_tree(p, &rest, 1);
}

static void find_wholes(struct tuning *t)
{
    for (size_t i = 0; i < seccomp_part_count; i++) {
        const struct seccomp_part *part = &seccomp_parts[i];

        if (t->verdicts[part->call] == DENY && !whole_label(t, part->whole) &&
            t->whole_count < MAX_WHOLES)
            t->wholes[t->whole_count++] = part->whole;
    }
}

static void put_all(struct tuning *t, const struct sock_fprog *policy)
{
    struct bpf *p = &t->program;

    find_wholes(t);
    put_abi(t, SECCOMP_NATIVE);
    if (syscall_abis[SECCOMP_32BIT].arch)
        put_abi(t, SECCOMP_32BIT);
    bpf_put_jump(p, POLICY);
    for (size_t i = 0; i < t->whole_count; i++)
        put_whole(t, i);
    for (size_t i = 0; i < ARRAY_SIZE(t->needs_rule); i++)
        if (t->needs_rule[i])
            put_rule(t, i);
    t->targets[POLICY] = p->length;
    bpf_resolve(p, 0, t->targets);
    for (size_t i = 0; i < policy->len; i++) {
        const struct sock_filter *code = &policy->filter[i];

        bpf_put(p, code->code, code->jt, code->jf, code->k);
    }
}

int seccomp_tune(const struct spec *spec, struct seccomp_base *base)
{
    struct tuning *t;
    int r;

    if (!spec->syscall_rules.count)
        return 0;
    t = arena_alloc(sizeof *t);
    t->abis = base->abis;
    r = apply_rules(t, spec);
    if (r < 0)
        return r;
    put_all(t, &base->prog);
    if (t->program.failed || !bpf_check(t->program.code, t->program.length))
        return log_error("%s: with these rules the policy is too long for the kernel",
                         origin_text(&spec->syscall_rules.items[0].from)),
               -EINVAL;
    base->prog = (struct sock_fprog){(unsigned short)t->program.length, t->program.code};
    return 0;
}

void seccomp_allow_all(struct seccomp_base *ret)
{
    struct bpf *p = arena_alloc(sizeof *p);
    const uint32_t refused = SECCOMP_RET_ERRNO | ENOSYS;

    bpf_put(p, BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(struct seccomp_data, arch));
    if (syscall_abis[SECCOMP_32BIT].arch) {
        bpf_put(p, BPF_JMP | BPF_JEQ | BPF_K, 0, 1, syscall_abis[SECCOMP_32BIT].arch);
        bpf_put(p, BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW);
    }
    bpf_put(p, BPF_JMP | BPF_JEQ | BPF_K, 1, 0, syscall_abis[SECCOMP_NATIVE].arch);
    bpf_put(p, BPF_RET | BPF_K, 0, 0, refused);
    bpf_put(p, BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(struct seccomp_data, nr));
    bpf_put(p, BPF_JMP | BPF_JGE | BPF_K, 0, 1, X32_BIT);
    bpf_put(p, BPF_RET | BPF_K, 0, 0, refused);
    bpf_put(p, BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW);
    ret->prog = (struct sock_fprog){(unsigned short)p->length, p->code};
    ret->abis = 1u << SECCOMP_NATIVE | 1u << SECCOMP_32BIT;
}
