/*
 * Compiles the built-in seccomp policies, with libseccomp, while husk is built. Runs on the build
 * machine; husk itself neither links nor runs libseccomp.
 *
 *     seccomp-policies code ARCH     builtin_filters.c for a husk on ARCH
 *     seccomp-policies table ARCH    what each policy answers: POLICY ABI NUMBER NAME ANSWER
 *     seccomp-policies names ARCH    the calls that the table has: NAME GROUP
 *
 * libseccomp makes a binary tree of the numbers for each ABI, and bpf_shrink() a smaller one of
 * ranges, which has the calls that are newer than libseccomp, too. What libseccomp cannot say is
 * written as instructions: rules on arguments that the kernel compares as 32 bits, with an errno for
 * what they do not allow, and i386's socketcall. For each of these libseccomp gets a marker for an
 * action, SECCOMP_RET_TRACE, whose place a jump to the instructions takes.
 */
#include "base/bpf_shrink.h"
#include "base/util.h"
#include "plan/seccomp_policies.h"
#include "tools/seccomp-rules.h"
#include "tools/seccomp-table.h"
#include <errno.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- the tree ------------------------------------------------------------------------------- */

static void must(int r, const char *what)
{
    if (r < 0)
        fail("libseccomp, %s: %s", what, strerror(-r));
}

static scmp_filter_ctx new_tree(const struct arch *arch)
{
    scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_TRACE(CHECK_UNKNOWN));

    if (!ctx)
        fail("libseccomp does not start");
    must(seccomp_attr_set(ctx, SCMP_FLTATR_CTL_OPTIMIZE, 2), "asking for a binary tree");
    must(seccomp_attr_set(ctx, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_ERRNO(ENOSYS)), "foreign ABIs");
    must(seccomp_arch_remove(ctx, SCMP_ARCH_NATIVE), "this machine's ABI");
    for (size_t i = 0; i < ARRAY_SIZE(arch->abis) && arch->abis[i]; i++)
        must(seccomp_arch_add(ctx, arch->abis[i]->token), arch->abis[i]->name);
    return ctx;
}

static uint32_t plain_answer(const struct group *g, const struct policy *p)
{
    return g->policies & p->bit ? SECCOMP_RET_ALLOW : refusal(g->error);
}

static uint32_t action_for(const char *call, const struct group *g, const struct policy *p)
{
    enum check check = check_of(call, p);

    if (check != CHECK_UNKNOWN)
        return SCMP_ACT_TRACE(check);
    return plain_answer(g, p);
}

static void add_calls(scmp_filter_ctx ctx, const struct policy *p)
{
    char name[CALL_NAME];

    for (const struct group *g = groups; g < groups + group_count; g++) {
        for (const char *calls = g->calls; next_call(&calls, name);) {
            int nr = seccomp_syscall_resolve_name(name);

            if (nr != __NR_SCMP_ERROR)
                must(seccomp_rule_add(ctx, action_for(name, g, p), nr, 0), name);
        }
    }
}

static void read_tree(scmp_filter_ctx ctx)
{
    FILE *file = tmpfile();

    if (!file)
        fail("no temporary file: %s", strerror(errno));
    must(seccomp_export_bpf(ctx, fileno(file)), "exporting");
    rewind(file);
    length = fread(code, sizeof *code, ARRAY_SIZE(code), file);
    fclose(file);
}

/* Puts the rules behind the tree, and jumps to them where the markers are. */
static void put_rules(void)
{
    size_t at[CHECK_COUNT] = {0}, tree = length;

    for (size_t i = 0; i < tree; i++) {
        uint32_t check = code[i].k & SECCOMP_RET_DATA;

        if (code[i].code != (BPF_RET | BPF_K) ||
            (code[i].k & SECCOMP_RET_ACTION_FULL) != SECCOMP_RET_TRACE)
            continue;
        if (check >= CHECK_COUNT)
            fail("a marker that is none");
        if (!at[check]) {
            at[check] = length;
            put_rule((enum check)check);
        }
        code[i] = (struct sock_filter){BPF_JMP | BPF_JA, 0, 0, (uint32_t)(at[check] - i - 1)};
    }
}

struct change {
    const struct arch *arch;
    const struct policy *policy;
};

/* What libseccomp has no rule about: calls that it does not know, and those that are none. */
static uint32_t change_unknown(const void *context, uint32_t token, uint32_t nr, uint32_t answer)
{
    const struct change *c = context;

    if (answer != SCMP_ACT_TRACE(CHECK_UNKNOWN))
        return answer;
    for (size_t abi = 0; abi < ARRAY_SIZE(c->arch->abis) && c->arch->abis[abi]; abi++)
        for (size_t i = 0; i < number_count && c->arch->abis[abi]->token == token; i++)
            if (numbers[i].number == (int)nr && own_number(numbers[i].call, c->arch->abis[abi]) >= 0)
                return plain_answer(group_of(numbers[i].call), c->policy);
    return refusal(ENOSYS);
}

/* What there is of CODE now, as a filter for ARCH. */
static struct bpf_filter the_filter(const struct arch *arch)
{
    static uint32_t tokens[ARRAY_SIZE(arch->abis)];
    struct bpf_filter filter = {code, length, tokens};

    for (; filter.abi_count < ARRAY_SIZE(tokens) && arch->abis[filter.abi_count]; filter.abi_count++)
        tokens[filter.abi_count] = arch->abis[filter.abi_count]->token;
    return filter;
}

static void pack_tree(const struct arch *arch, const struct policy *p)
{
    static struct bpf packed;
    static uint32_t places[BPF_MAXINSNS];
    const struct change context = {arch, p};
    struct bpf_filter tree = the_filter(arch);
    const char *wrong;

    tree.change = change_unknown;
    tree.context = &context;
    wrong = bpf_shrink(&tree, &packed, places);
    if (wrong)
        fail("%s: %s", p->name, wrong);
    for (size_t i = 0; i < packed.length; i++)
        if (packed.code[i].code == (BPF_LD | BPF_W | BPF_ABS) &&
            packed.code[i].k >= offsetof(struct seccomp_data, args))
            fail("%s: rules on arguments are not libseccomp's", p->name);
    memcpy(code, packed.code, sizeof code);
    length = packed.length;
}

/* Is the packed tree what the table says, on ABI. */
static void verify(const struct bpf_filter *packed, const struct abi *abi, const struct policy *p)
{
    char name[CALL_NAME];

    for (const struct group *g = groups; g < groups + group_count; g++) {
        for (const char *calls = g->calls; next_call(&calls, name);) {
            int nr = number_on(name, abi);
            struct bpf_outcome got;

            if (nr >= 0 && (!bpf_ask(packed, abi->token, (uint32_t)nr, &got) ||
                            got.k != action_for(name, g, p)))
                fail("%s of %s is not what the table says of %s", name, abi->name, p->name);
        }
    }
}

static void compile(const struct arch *arch, const struct policy *p)
{
    scmp_filter_ctx ctx = new_tree(arch);
    struct bpf_filter packed;

    add_calls(ctx, p);
    read_tree(ctx);
    seccomp_release(ctx);
    pack_tree(arch, p);
    packed = the_filter(arch);
    for (size_t i = 0; i < ARRAY_SIZE(arch->abis) && arch->abis[i]; i++)
        verify(&packed, arch->abis[i], p);
    put_rules();
}

/* ---- output --------------------------------------------------------------------------------- */

static void print_calls(const struct group *g)
{
    char name[CALL_NAME];
    size_t column = 0;

    for (const char *calls = g->calls; next_call(&calls, name);) {
        bool checked = false;

        for (size_t i = 0; i < POLICY_COUNT; i++)
            checked |= check_of(name, &policies[i]) != CHECK_UNKNOWN;
        if (column && column + strlen(name) > 76) {
            printf("\\n\"");
            column = 0;
        }
        if (!column)
            column = 3, printf("\n    \"   ");
        printf(" %s%s", name, checked ? "*" : "");
        column += strlen(name) + 1 + checked;
    }
    printf("\\n\"");
}

/* Who allows G, in brackets. */
static void print_policies(const struct group *g)
{
    const char *separator = "";

    if (g->policies == (S | D | B | N) || !g->policies) {
        printf(" (%s)", g->policies ? "all" : "no policy");
        return;
    }
    printf(" (");
    for (size_t i = 0; i < POLICY_COUNT; i++) {
        if (g->policies & policies[i].bit) {
            printf("%s%s", separator, policies[i].name);
            separator = ", ";
        }
    }
    printf(")");
}

static void print_groups(void)
{
    printf("\nconst char seccomp_groups_text[] =");
    for (const struct group *g = groups; g < groups + group_count; g++) {
        printf("\n    \"%s: %s", g->name, g->what);
        print_policies(g);
        printf("\\n\"");
        print_calls(g);
    }
    printf("\n    \"\\n* not in every form, by its arguments: see docs/seccomp.md\\n\";\n");
}

/* ---- the tables that tuning needs: see plan/seccomp_policies.h ------------------------------- */

static void print_instructions(void)
{
    for (size_t i = 0; i < length; i++)
        printf("    {0x%02x, %u, %u, 0x%x},\n", code[i].code, code[i].jt, code[i].jf, code[i].k);
}

/* The check of CALL in the policy of ordinary programs, or in the first other one that has its group. */
static enum check usual_check(const char *call, const struct group *g)
{
    static const unsigned order[] = {D, B, N, S};

    for (size_t i = 0; i < ARRAY_SIZE(order); i++)
        for (size_t k = 0; k < POLICY_COUNT; k++)
            if (policies[k].bit == order[i] && (g->policies & order[i]))
                return check_of(call, &policies[k]);
    return CHECK_UNKNOWN;
}

static int x32_number(const char *call, const struct arch *arch)
{
    int nr = seccomp_syscall_resolve_name_arch(SCMP_ARCH_X32, call);

    if (arch->abis[0]->token != SCMP_ARCH_X86_64)
        return -1;
    if (nr == __NR_SCMP_ERROR)
        nr = own_number(call, arch->abis[0]);
    return nr < 0 ? -1 : nr | X32_BIT;
}

static void print_call(const char *call, const struct group *g, const struct arch *arch, size_t *name)
{
    int native = number_on(call, arch->abis[0]);
    int narrow = arch->abis[1] ? number_on(call, arch->abis[1]) : -1;

    printf("    {{%d, %d, %d}, %zu, %zu, %d},\n", native, narrow, x32_number(call, arch), *name,
           (size_t)(g - groups), usual_check(call, g));
    *name += strlen(call) + 1;
}

static size_t index_of(const char *call)
{
    size_t index = 0;
    char name[CALL_NAME];

    for (const struct group *g = groups; g < groups + group_count; g++)
        for (const char *calls = g->calls; next_call(&calls, name); index++)
            if (strcmp(name, call) == 0)
                return index;
    fail("%s is in no group", call);
}

static void print_parts(const struct arch *arch)
{
    static const struct {
        const char *call, *whole;
        int number;
    } parts[] = {
#define PART(call_, whole_, number_) {#call_, #whole_, number_},
#include "plan/syscalls.def"
    };

    printf("\nconst struct seccomp_part seccomp_parts[] = {\n");
    for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
        printf("    {%zu, %zu, %d},\n", index_of(parts[i].call), index_of(parts[i].whole),
               parts[i].number);
    printf("};\nconst unsigned seccomp_part_count = %zu;\n",
           strcmp(arch->name, "x86_64") == 0 ? ARRAY_SIZE(parts) : 0);
}

static void print_calls_table(const struct arch *arch)
{
    size_t offset = 0, count = 0;
    char name[CALL_NAME];

    printf("\nconst struct syscall_row syscall_rows[] = {\n");
    for (const struct group *g = groups; g < groups + group_count; g++)
        for (const char *calls = g->calls; next_call(&calls, name); count++)
            print_call(name, g, arch, &offset);
    printf("};\nconst unsigned syscall_row_count = %zu;\n\nconst char syscall_row_names[] =\n", count);
    for (const struct group *g = groups; g < groups + group_count; g++)
        for (const char *calls = g->calls; next_call(&calls, name);)
            printf("    \"%s\\0\"\n", name);
    printf("    ;\n\nconst struct seccomp_group seccomp_groups[] = {\n");
    for (size_t i = 0; i < group_count; i++)
        printf("    {\"%s\", %d},\n", groups[i].name, groups[i].error);
    printf("};\nconst unsigned seccomp_group_count = %zu;\n", group_count);
}

static void print_abis(const struct arch *arch)
{
    bool x32 = false;

    printf("\nconst struct syscall_abi syscall_abis[SECCOMP_ABIS] = {\n");
    for (size_t i = 0; i < ARRAY_SIZE(arch->abis) && arch->abis[i]; i++) {
        printf("    {\"%s\", 0x%xu, %d},\n", arch->abis[i]->name, arch->abis[i]->token,
               number_on("seccomp", arch->abis[i]));
        x32 |= arch->abis[i]->token == SCMP_ARCH_X86_64;
    }
    if (x32)
        printf("    {\"x32\", 0x%xu, %d},\n", SCMP_ARCH_X86_64, x32_number("seccomp", arch));
    printf("};\n");
}

/* The policies and the rules, START to END in one array, which is printed. */
static void print_code(const struct arch *arch)
{
    size_t starts[POLICY_COUNT + CHECK_COUNT + 1] = {0}, n = 0;

    printf("/* Made by src/tools/seccomp-policies.c for %s. */\n#include "
           "\"plan/seccomp_policies.h\"\n\n"
           "const struct sock_filter seccomp_code[] = {\n",
           arch->name);
    for (size_t i = 0; i < POLICY_COUNT + CHECK_COUNT; i++) {
        if (i < POLICY_COUNT) {
            compile(arch, &policies[i]);
        } else {
            length = 0;
            if (i > POLICY_COUNT) /* CHECK_UNKNOWN has none */
                put_rule((enum check)(i - POLICY_COUNT));
        }
        print_instructions();
        starts[i + 1] = starts[i] + length;
    }
    printf("};\n\nconst struct seccomp_policy seccomp_policies[] = {\n");
    for (; n < POLICY_COUNT; n++)
        printf("    {\"%s\", %zu, %zu},\n", policies[n].name, starts[n], starts[n + 1] - starts[n]);
    printf("};\nconst unsigned seccomp_policy_count = %d;\n", POLICY_COUNT);
    printf("\nconst struct seccomp_rule seccomp_rules[] = {\n");
    for (; n < POLICY_COUNT + CHECK_COUNT; n++)
        printf("    {%zu, %zu},\n", starts[n], starts[n + 1] - starts[n]);
    printf("};\n");
    print_abis(arch);
    print_calls_table(arch);
    print_parts(arch);
    print_groups();
}

static void print_answers(const struct abi *abi, const struct policy *p)
{
    char name[CALL_NAME];

    for (const struct group *g = groups; g < groups + group_count; g++) {
        for (const char *calls = g->calls; next_call(&calls, name);) {
            int nr = number_on(name, abi);
            const char *said = g->policies & p->bit ? "allow"
                               : g->error == EPERM  ? "EPERM"
                                                    : "ENOSYS";

            if (nr >= 0)
                printf("%s %s %d %s %s\n", p->name, abi->name, nr, name,
                       check_of(name, p) != CHECK_UNKNOWN ? "checked" : said);
        }
    }
}

static void print_table(const struct arch *arch)
{
    for (size_t i = 0; i < POLICY_COUNT; i++)
        for (size_t j = 0; j < ARRAY_SIZE(arch->abis) && arch->abis[j]; j++)
            print_answers(arch->abis[j], &policies[i]);
}

static void print_names(void)
{
    char name[CALL_NAME];

    for (const struct group *g = groups; g < groups + group_count; g++)
        for (const char *calls = g->calls; next_call(&calls, name);)
            printf("%s %s\n", name, group_of(name)->name);
}

int main(int argc, char **argv)
{
    const struct arch *arch = arches, *end = arches + ARCH_COUNT;

    if (argc != 3)
        fail("usage: seccomp-policies code|table|names ARCH");
    while (arch < end && strcmp(arch->name, argv[2]) != 0)
        arch++;
    if (arch == end)
        fail("%s: there are no seccomp policies for this architecture", argv[2]);
    if (strcmp(argv[1], "code") == 0)
        print_code(arch);
    else if (strcmp(argv[1], "table") == 0)
        print_table(arch);
    else
        print_names();
    return fflush(stdout) || ferror(stdout);
}
