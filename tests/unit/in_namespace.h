/*
 * Tests that run where a sandbox's child runs: in a process of its own, in new namespaces. There they
 * are a cmocka run of their own; what that says is the test's failure.
 */
#pragma once
#include "capture.h"
#include <sched.h>

/* The ids of a new user namespace. */
enum ids {
    AS_ID_0,  /* id 0 is this user */
    UNMAPPED, /* there are none */
    RANGES,   /* id 0 is this user, further ones its subordinate ids; plan.ids says so in there */
};

struct in_namespace {
    void (*body)(void **state);
    unsigned flags; /* CLONE_NEW* */
    enum ids ids;
};

/* The test: *STATE is a struct in_namespace. Skipped where this user may not have such namespaces, but a
 * failure with HUSK_MUST_WORK=1. */
void in_namespace(void **state);

enum {
    INSIDE_FLAGS = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS,
};

/* Rows of a table of tests. */
#define IN_NAMESPACE(body, ...)                                                                    \
    {                                                                                              \
        #body, in_namespace, NULL, NULL, &(struct in_namespace){body, __VA_ARGS__}                 \
    }
#define INSIDE(body) IN_NAMESPACE(body, INSIDE_FLAGS, AS_ID_0)

/* Without a user namespace: what only root can ask for. For others there is nothing to be shown. */
#define AS_ROOT(body, flags) IN_NAMESPACE(body, flags, AS_ID_0)

/* This user's ids, as they are outside. */
extern unsigned outer_uid, outer_gid;

/* A process of a test's own: runs BODY, which returns its exit status. The status, or 128 + N. */
int status_of(int (*body)(void *arg), void *arg);

/* Skips the test because of WHY; fails it with HUSK_MUST_WORK=1. */
void cannot_show(const char *why);
