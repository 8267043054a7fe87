/* The names of system calls, from the table of plan/syscalls.def. */
#pragma once
#include <stddef.h>
#include <stdint.h>

enum { SYSCALL_NAME = 64 };

struct syscall_name {
    char text[SYSCALL_NAME]; /* "mount"; "i386 mount", "x32 mount" on other ABIs; "call 999" if it has none */
    const char *call;        /* "mount", in TEXT; "" if it has none */
};

/* Call NUMBER of the ABI that has the token ARCH (AUDIT_ARCH_*, linux/audit.h), as seccomp(2) tells them. */
void syscall_name(uint32_t arch, uint32_t number, struct syscall_name *ret);
