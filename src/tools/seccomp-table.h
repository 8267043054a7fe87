/* The table of calls, as the build's program reads it. Part of src/tools/seccomp-policies.c. */
#pragma once
#include "tools/seccomp-rules.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { S = 1, D = 2, B = 4, N = 8 };
enum { POLICY_COUNT = 4, ARCH_COUNT = 3, CALL_NAME = 64 };

extern const struct policy {
    const char *name;
    unsigned bit;
} policies[POLICY_COUNT];

extern const struct group {
    const char *name;
    unsigned policies;
    int error;
    const char *what, *calls;
} groups[];
extern const size_t group_count;

/* What a libseccomp may be too old to know. */
extern const struct number {
    const char *call;
    int number;
} numbers[];
extern const size_t number_count;

struct abi {
    const char *name;
    uint32_t token;
};

/* The native ABI first, then its 32-bit one. Any other one, x32 too, gets ENOSYS for everything. */
extern const struct arch {
    const char *name;
    const struct abi *abis[2];
} arches[ARCH_COUNT];

/* The next word of *CALLS into NAME; false at the end. */
bool next_call(const char **calls, char name[CALL_NAME]);

const struct group *group_of(const char *call);
enum check check_of(const char *call, const struct policy *p);

/* The number that the table itself has for a call that this libseccomp does not know on ABI; or -1. */
int own_number(const char *call, const struct abi *abi);

/* CALL's number on ABI, or -1. */
int number_on(const char *call, const struct abi *abi);
