#include "tools/seccomp-table.h"
#include "base/util.h"
#include <errno.h>
#include <seccomp.h>
#include <stdlib.h>
#include <string.h>

const struct policy policies[POLICY_COUNT] = {{"default", D}, {"strict", S}, {"build", B}, {"nested", N}};

const struct group groups[] = {
#define GROUP(...) {__VA_ARGS__},
#include "plan/syscalls.def"
};
const size_t group_count = ARRAY_SIZE(groups);

static const struct {
    const char *call;
    unsigned policies;
    enum check check;
} checks[] = {
#define CHECK(call_, ...) {#call_, __VA_ARGS__},
#include "plan/syscalls.def"
};

const struct number numbers[] = {
#define NUMBER(call_, number_) {#call_, number_},
#include "plan/syscalls.def"
};

const size_t number_count = ARRAY_SIZE(numbers);

static const struct abi abis[] = {
    {"x86_64", SCMP_ARCH_X86_64}, {"i386", SCMP_ARCH_X86},        {"aarch64", SCMP_ARCH_AARCH64},
    {"arm", SCMP_ARCH_ARM},       {"riscv64", SCMP_ARCH_RISCV64},
};

const struct arch arches[ARCH_COUNT] = {
    {"x86_64", {&abis[0], &abis[1]}},
    {"aarch64", {&abis[2], &abis[3]}},
    {"riscv64", {&abis[4], NULL}},
};

bool next_call(const char **calls, char name[CALL_NAME])
{
    size_t n;

    *calls += strspn(*calls, " ");
    n = strcspn(*calls, " ");
    if (!n)
        return false;
    if (n >= CALL_NAME)
        fail("%.*s: too long", (int)n, *calls);
    memcpy(name, *calls, n);
    name[n] = 0;
    *calls += n;
    return true;
}

const struct group *group_of(const char *call)
{
    const struct group *found = NULL;
    char name[CALL_NAME];

    for (const struct group *g = groups; g < groups + ARRAY_SIZE(groups); g++) {
        for (const char *calls = g->calls; next_call(&calls, name);) {
            if (strcmp(name, call) != 0)
                continue;
            if (found)
                fail("%s is in the table twice: %s and %s", call, found->name, g->name);
            found = g;
        }
    }
    if (!found)
        fail("%s is in no group", call);
    return found;
}

enum check check_of(const char *call, const struct policy *p)
{
    for (size_t i = 0; i < ARRAY_SIZE(checks); i++)
        if (strcmp(checks[i].call, call) == 0 && (checks[i].policies & p->bit))
            return checks[i].check;
    return CHECK_UNKNOWN;
}

int own_number(const char *call, const struct abi *abi)
{
    if (seccomp_syscall_resolve_name(call) != __NR_SCMP_ERROR)
        return -1;
    for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
        if (strcmp(numbers[i].call, call) == 0)
            return numbers[i].number < 424 && abi->token != SCMP_ARCH_X86_64 ? -1
                                                                             : numbers[i].number;
    return -1;
}

static bool has_number(const char *call, const struct abi *abi, int nr)
{
    char *name = seccomp_syscall_resolve_num_arch(abi->token, nr);
    bool found = name && strcmp(name, call) == 0;

    free(name);
    return found;
}

/* Asked by the number, since by the name libseccomp says that i386 has
 * socket(2) and the like in socketcall only. */
int number_on(const char *call, const struct abi *abi)
{
    for (int nr = 0; nr < 1024; nr++)
        if (has_number(call, abi, nr))
            return nr;
    for (int nr = 0xf0000; nr < 0xf0010; nr++) /* arm's own */
        if (has_number(call, abi, nr))
            return nr;
    return own_number(call, abi);
}
