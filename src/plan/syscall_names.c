#include "plan/syscall_names.h"
#include "plan/seccomp_policies.h"
#include <linux/audit.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Of x86_64's token; see __X32_SYSCALL_BIT of asm/unistd.h. */
enum { X32_BIT = 0x40000000 };

static const struct seccomp_call *find(unsigned abi, uint32_t number)
{
    const struct seccomp_call *c = seccomp_calls;

    while (c->abi != 0xff && (c->abi != abi || c->number != number))
        c++;
    return c->abi == 0xff ? NULL : c;
}

/* The text has "@group: what it is" at the start of a line and its calls, indented, in those below it. A
 * call that is decided by its arguments has a star behind it. Returns the length. */
static size_t word_of(const struct seccomp_call *c, const char **ret_word)
{
    const char *p = seccomp_groups_text;

    for (unsigned group = 0; group < c->group; group++)
        p = strstr(p, "\n@") + 1;
    p += strcspn(p, "\n");
    p += strspn(p, " \n");
    for (unsigned place = 0; place < c->place; place++) {
        p += strcspn(p, " \n");
        p += strspn(p, " \n");
    }
    *ret_word = p;
    return strcspn(p, " \n*");
}

/* What stands before a name: nothing on the native ABI. */
static const char *kind_of(const struct seccomp_abi *abi, bool x32)
{
    if (!abi->token)
        return "foreign";
    return x32 ? "x32" : abi == seccomp_abis ? "" : abi->name;
}

void syscall_name(uint32_t arch, uint32_t number, struct syscall_name *ret)
{
    bool x32 = arch == AUDIT_ARCH_X86_64 && (number & X32_BIT);
    uint32_t plain = x32 ? number - X32_BIT : number;
    const struct seccomp_abi *abi = seccomp_abis;
    const struct seccomp_call *c;
    const char *word, *kind;
    size_t length, used;

    while (abi->token && abi->token != arch)
        abi++;
    kind = kind_of(abi, x32);
    used = (size_t)snprintf(ret->text, sizeof ret->text, "%s%s", kind, kind[0] ? " " : "");
    c = abi->token ? find((unsigned)(abi - seccomp_abis), plain) : NULL;
    if (c) {
        length = word_of(c, &word);
        snprintf(ret->text + used, sizeof ret->text - used, "%.*s", (int)length, word);
    } else {
        snprintf(ret->text + used, sizeof ret->text - used, "call %u", plain);
    }
    ret->call = c ? ret->text + used : "";
}
