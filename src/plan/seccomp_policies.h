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

/* What --list-syscall-groups prints. */
extern const char seccomp_groups_text[];

/* A call of the table, under its number on one ABI. */
struct seccomp_call {
    unsigned number;
    unsigned char abi;          /* its index in seccomp_abis; 0xff: the end */
    unsigned char group, place; /* its name: the place of a word in a group of seccomp_groups_text */
};

/* Those that the policies know: the native one, and its 32-bit one if there is one. */
struct seccomp_abi {
    unsigned token; /* AUDIT_ARCH_*; 0: the end */
    unsigned number_of_seccomp;
    char name[16];
};

extern const struct seccomp_call seccomp_calls[];
extern const struct seccomp_abi seccomp_abis[];
