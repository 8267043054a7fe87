/*
 * Landlock's interface, as in the kernel's include/uapi/linux/landlock.h. The installed header may be older
 * than the kernel that runs, and none of its structures is of a fixed size.
 */
#pragma once
#include <stdint.h>

/* Rights on files and folders, of ABI 1 unless another one is named. */
enum {
    LL_EXECUTE = 1 << 0,
    LL_WRITE_FILE = 1 << 1,
    LL_READ_FILE = 1 << 2,
    LL_READ_DIR = 1 << 3,
    LL_REMOVE_DIR = 1 << 4,
    LL_REMOVE_FILE = 1 << 5,
    LL_MAKE_CHAR = 1 << 6,
    LL_MAKE_DIR = 1 << 7,
    LL_MAKE_REG = 1 << 8,
    LL_MAKE_SOCK = 1 << 9,
    LL_MAKE_FIFO = 1 << 10,
    LL_MAKE_BLOCK = 1 << 11,
    LL_MAKE_SYM = 1 << 12,
    LL_REFER = 1 << 13,     /* ABI 2: rename and link from one folder to another */
    LL_TRUNCATE = 1 << 14,  /* ABI 3 */
    LL_IOCTL_DEV = 1 << 15, /* ABI 5 */
    /* Those that a file can have: the kernel refuses a rule on a file that has any other. */
    LL_FILE_RIGHTS = LL_EXECUTE | LL_WRITE_FILE | LL_READ_FILE | LL_TRUNCATE | LL_IOCTL_DEV,
};

/* ABI 4. */
enum { LL_BIND_TCP = 1 << 0, LL_CONNECT_TCP = 1 << 1 };

/* ABI 6. */
enum { LL_SCOPE_ABSTRACT = 1 << 0, LL_SCOPE_SIGNAL = 1 << 1 };

/* What a ruleset is about: all that is named here is refused unless a rule allows it. Kernels that know
 * fewer members take it as long as the others are 0. */
struct landlock_handled {
    uint64_t fs, net, scoped;
};

/* For sys_landlock_add_rule(). */
enum { LL_RULE_PATH = 1, LL_RULE_PORT = 2 };

struct landlock_path_rule {
    uint64_t allowed;
    int32_t fd; /* what the rule is about, and all that is below it */
} __attribute__((packed));

struct landlock_port_rule {
    uint64_t allowed;
    uint64_t port; /* in the host's byte order */
};
