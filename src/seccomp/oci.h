/*
 * A seccomp profile in the JSON format of Docker's profiles, of which that of the OCI runtime specification
 * (linux.seccomp) is a part. Facts: runtime-spec config-linux.md, "Seccomp"; Docker's "Seccomp security
 * profiles"; seccomp_rule_add(3) for the comparisons.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { OCI_SIZE = 1024 * 1024, OCI_DEPTH = 12, OCI_MEMBERS = 32, OCI_CALLS = 4096, OCI_ARGUMENTS = 6,
       OCI_CONDITIONAL = 1024 };

/* In the order of libseccomp's enum scmp_compare, less 1. */
enum oci_op { OCI_NE, OCI_LT, OCI_LE, OCI_EQ, OCI_GE, OCI_GT, OCI_MASKED_EQ };

struct oci_argument {
    unsigned index; /* 0 to 5, each of them once in a rule */
    enum oci_op op;
    uint64_t value, value_two; /* MASKED_EQ: the mask, and what it must be under it; else value_two is 0 */
};

/* What "includes" and "excludes" ask for. */
struct oci_condition {
    uint64_t caps;  /* 1 << CAP_* */
    const char *const *arches; /* Docker's names */
    size_t arch_count;
    unsigned kernel; /* major << 16 | minor; 0: any */
};

struct oci_rule {
    const char *const *names;
    size_t name_count;
    uint32_t action; /* SECCOMP_RET_*, with its errno */
    struct oci_argument arguments[OCI_ARGUMENTS];
    size_t argument_count;
    struct oci_condition includes, excludes;
    size_t index; /* in "syscalls", for messages */
};

struct oci_profile {
    uint32_t action; /* for calls that no rule is about */
    unsigned abis;   /* 1 << SECCOMP_NATIVE, ...: those of this machine that it lists; the native one always */
    uint32_t flags;  /* for seccomp(2) */
    const struct oci_rule *rules;
    size_t rule_count;
};

/* What is wrong, and where: "syscalls[3].args[0].op: ...". */
struct oci_error {
    char text[512];
};

/* Reads the SIZE bytes of TEXT, behind which there is a 0 byte. A pure function of them; what it makes is in
 * arena memory. False and *ERROR for whatever is not the format. */
bool oci_read(const char *text, size_t size, struct oci_profile *ret, struct oci_error *error);

/* The errno called NAME ("EPERM"), or 0. */
unsigned oci_errno(const char *name);

struct json_object;

/* The parsed TEXT; NULL and *ERROR if it is not JSON, too deep, or has a member twice. */
struct json_object *oci_parse(const char *text, size_t size, struct oci_error *error);

/* Notes what is wrong, unless something was. Returns false. */
bool oci_wrong(struct oci_error *error, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
