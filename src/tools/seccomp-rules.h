/* The rules on arguments, as instructions. Part of src/tools/seccomp-policies.c. */
#pragma once
#include <linux/filter.h>
#include <stddef.h>
#include <stdint.h>

/* The markers; UNKNOWN is what libseccomp has no rule about, and goes away when the tree is packed.
 */
enum check {
    CHECK_UNKNOWN,
    CHECK_OPEN,
    CHECK_OPENAT,
    CHECK_IOCTL,
    CHECK_IOCTL_STRICT,
    CHECK_CLONE,
    CHECK_UNSHARE,
    CHECK_SOCKET,
    CHECK_SOCKETCALL,
    CHECK_PERSONALITY,
    CHECK_COUNT,
};

/* The filter that is being made: LENGTH instructions of CODE. */
extern struct sock_filter code[BPF_MAXINSNS];
extern size_t length;

/* Says what is wrong, and ends the build. */
void fail(const char *fmt, ...) __attribute__((noreturn, format(printf, 1, 2)));

/* SECCOMP_RET_ERRNO with ERROR. */
uint32_t refusal(int error);

/* Adds what decides about CHECK, which is not CHECK_UNKNOWN. It ends in an answer. */
void put_rule(enum check check);
