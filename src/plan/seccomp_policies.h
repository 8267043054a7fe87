/*
 * The arrays that a build of husk has for its architecture: made by src/tools/seccomp-policies.c,
 * which includes this too. They are compiled when husk is: a launch gets them as they are, in
 * read-only memory that no relocation touches.
 */
#pragma once
#include <linux/filter.h>

enum { SECCOMP_POLICY_NAME = 16 };

struct seccomp_policy {
    char name[SECCOMP_POLICY_NAME];
    unsigned short start, length; /* its instructions in seccomp_code */
};

/* Made by src/tools/seccomp-policies.c: builtin_filters.c. */
extern const struct sock_filter seccomp_code[];
extern const struct seccomp_policy seccomp_policies[];
extern const unsigned seccomp_policy_count;

/* The ABIs that a program here can make calls by: the native one, its 32-bit one, and x32. Their calls
 * have numbers of their own; those of x32 have bit 30 and the native ABI's mark. ARCH 0: there is none. */
enum { SECCOMP_NATIVE, SECCOMP_32BIT, SECCOMP_X32, SECCOMP_ABIS };
extern const struct syscall_abi {
    char name[SECCOMP_POLICY_NAME];
    unsigned arch;              /* AUDIT_ARCH_* */
    unsigned number_of_seccomp; /* seccomp(2) */
} syscall_abis[SECCOMP_ABIS];

/* The calls of the table, in its order, so those of a group are together. */
extern const struct syscall_row {
    int number[SECCOMP_ABIS];  /* -1: not on that ABI */
    unsigned short name;       /* where it is in syscall_row_names */
    unsigned char group;       /* in seccomp_groups */
    unsigned char rule;        /* in seccomp_rules: what those policies let through that have its group */
} syscall_rows[];
extern const unsigned syscall_row_count;
extern const char syscall_row_names[];

extern const struct seccomp_group {
    char name[SECCOMP_POLICY_NAME]; /* with its @ */
    int error;                      /* where it is refused */
} seccomp_groups[];
extern const unsigned seccomp_group_count;

/* The rules on arguments, in seccomp_code; number 0 is none. */
extern const struct seccomp_rule {
    unsigned short start, length;
} seccomp_rules[];

/* The 32-bit ABI has CALL also as the part NUMBER of WHOLE; both are in syscall_rows. */
extern const struct seccomp_part {
    unsigned short call, whole, number;
} seccomp_parts[];
extern const unsigned seccomp_part_count;

/* What --list-syscall-groups prints. */
extern const char seccomp_groups_text[];
