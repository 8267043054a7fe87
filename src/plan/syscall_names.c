#include "plan/syscall_names.h"
#include "base/bpf_program.h"
#include "plan/seccomp_policies.h"
#include <stdio.h>

/* Which of syscall_abis is meant; SECCOMP_ABIS: none of them. */
static unsigned abi_of(uint32_t arch, uint32_t number)
{
    if (!arch)
        return SECCOMP_ABIS;
    if (arch == syscall_abis[SECCOMP_X32].arch && number & X32_BIT)
        return SECCOMP_X32;
    for (unsigned abi = 0; abi < SECCOMP_X32; abi++)
        if (arch == syscall_abis[abi].arch)
            return abi;
    return SECCOMP_ABIS;
}

static const struct syscall_row *find(unsigned abi, uint32_t number)
{
    for (const struct syscall_row *row = syscall_rows; row < syscall_rows + syscall_row_count; row++)
        if (row->number[abi] >= 0 && (uint32_t)row->number[abi] == number)
            return row;
    return NULL;
}

/* What stands before a name: nothing on the native ABI. */
static const char *kind_of(unsigned abi)
{
    if (abi == SECCOMP_ABIS)
        return "foreign";
    return abi == SECCOMP_NATIVE ? "" : syscall_abis[abi].name;
}

void syscall_name(uint32_t arch, uint32_t number, struct syscall_name *ret)
{
    unsigned abi = abi_of(arch, number);
    const struct syscall_row *row = abi < SECCOMP_ABIS ? find(abi, number) : NULL;
    const char *kind = kind_of(abi);
    size_t used = (size_t)snprintf(ret->text, sizeof ret->text, "%s%s", kind, kind[0] ? " " : "");

    if (row)
        snprintf(ret->text + used, sizeof ret->text - used, "%s", syscall_row_names + row->name);
    else
        snprintf(ret->text + used, sizeof ret->text - used, "call %u",
                 abi == SECCOMP_X32 ? number - X32_BIT : number);
    ret->call = row ? ret->text + used : "";
}
