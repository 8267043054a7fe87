/* A profile as a program for this machine, with libseccomp. */
#pragma once
#include "base/bpf_program.h"
#include "plan/seccomp_result.h"
#include "seccomp/oci.h"

/* What rules may ask for. */
struct oci_host {
    uint64_t caps;   /* the command's */
    unsigned kernel; /* as in struct oci_condition */
};

/* Is RULE in force on HOST, a machine of this architecture. */
bool oci_applies(const struct oci_rule *rule, const struct oci_host *host);

/* A call's answer that libseccomp cannot give, since it does not know the call. */
struct oci_extra {
    unsigned abi; /* SECCOMP_NATIVE, ... */
    uint32_t number, action;
};

/* libseccomp's program and what is to be changed in it. */
struct oci_code {
    struct sock_filter *code;
    size_t length;
    uint32_t action; /* for calls that no rule is about */
    unsigned abis;
    const struct oci_extra *extras;
    size_t extra_count;
    int highest[3];  /* by ABI: the highest number that a rule is about, without x32's bit; -1: none */
    char skipped[SECCOMP_TEXT]; /* names that are not known here, a blank behind each */
};

/* Compiles the rules that are in force. False and *ERROR. */
bool oci_compile(const struct oci_profile *profile, const struct oci_host *host, struct oci_code *ret,
                 struct oci_error *error);

/*
 * Makes it a tree of ranges for each ABI, with the extras; calls that are newer than all that the profile
 * names, and that it refuses with an errno as those that it does not name, get ENOSYS. False and *ERROR: it
 * is too long for the kernel, or not of the kind that is expected.
 */
bool oci_shrink(const struct oci_code *from, struct bpf *ret, struct oci_error *error);
