/*
 * What husk-seccomp answers, and what the cache keeps: bytes for this machine alone.
 */
#pragma once
#include <linux/filter.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A file that the answer depends on, as it was. */
struct seccomp_dependency {
    char path[232]; /* "": none */
    uint64_t dev, ino, size;
    int64_t seconds, nanoseconds; /* of its last change */
};

enum seccomp_status {
    SECCOMP_FINE,  /* a program */
    SECCOMP_WRONG, /* the profile is not as it must be; TEXT says why */
};

enum { SECCOMP_DEPENDENCIES = 3, SECCOMP_TEXT = 8192 };

/* The program, and then TEXT_SIZE bytes of text, are behind it. */
struct seccomp_result {
    char magic[8]; /* SECCOMP_RESULT_MAGIC */
    uint32_t status;
    uint32_t length;    /* instructions */
    uint32_t abis;      /* which ABIs it lets make calls: 1 << SECCOMP_NATIVE, ... */
    uint32_t flags;     /* for seccomp(2) */
    uint32_t text_size; /* without a 0 byte; of a program: the names that it skips, one blank behind each */
    uint32_t reserved;
    struct seccomp_dependency dependencies[SECCOMP_DEPENDENCIES];
};
#define SECCOMP_RESULT_MAGIC "huskbpf" /* and the 0 byte */

enum { SECCOMP_RESULT_LIMIT = sizeof(struct seccomp_result) + BPF_MAXINSNS * 8 + SECCOMP_TEXT };

/* Its parts; they point into it. */
struct seccomp_answer {
    struct seccomp_result head;
    const struct sock_filter *code;
    const char *text;
};

/* Reads SIZE bytes of DATA, which is aligned for a uint64_t. False if it is not one answer, whole and with a
 * program that the kernel would load. */
bool seccomp_result_read(const void *data, size_t size, struct seccomp_answer *ret);

/* Is the file what it was. True for none. */
bool seccomp_dependency_holds(const struct seccomp_dependency *d);

/* Notes what PATH is. False if it cannot be looked at, or its name is too long. */
bool seccomp_dependency_note(struct seccomp_dependency *d, const char *path);
