/* --allow-syscall and --deny-syscall: single calls, whatever the policy says of them. */
#pragma once
#include "plan/plan.h"

/* A filter and which ABIs it lets make calls at all. */
struct seccomp_base {
    struct sock_fprog prog;
    unsigned abis; /* 1 << SECCOMP_NATIVE, ... */
};

/*
 * Puts what SPEC's rules say before the program of BASE, in arena memory: what they allow is allowed on those
 * ABIs that BASE has, but x32; what they deny is denied on all of them. Everything else BASE decides. Without
 * rules nothing is done. 0, or -EINVAL, said: a name that is not known, or too many for the kernel.
 */
int seccomp_tune(const struct spec *spec, struct seccomp_base *base);

/* Are all names in the rules known. 0, or -EINVAL, said. */
int seccomp_tune_check(const struct spec *spec);

/* Do SPEC's rules deny anything. */
bool seccomp_tune_denies(const struct spec *spec);

/* A filter that allows all calls of the native ABI and its 32-bit one, for rules that deny. */
void seccomp_allow_all(struct seccomp_base *ret);
