/*
 * Loading a filter with a listener (--seccomp-log), and handing that to the supervisor.
 *
 * The process that has loaded it may not be able to hand it on: the filter may refuse sendmsg(2), or any other call,
 * which then waits for an answer of the supervisor, while that waits for the listener. So a thread that was made
 * before, and has no filter, does it. It shares files and memory with the process, and ends before the exec.
 */
#pragma once
#include "inside/inside.h"

enum { HANDOVER_STACK = 16 * 1024 };

struct handover {
    _Alignas(16) char stack[HANDOVER_STACK];
    int gate, listener;
    int step;  /* see listener.c; read and written atomically, waited for by futex(2) */
    int error; /* an errno; valid once STEP says that it is over */
};

/* Makes the thread. Signals must be blocked, and limits not set yet. 0 or negative, noted. */
int listener_prepare(struct inside *in);

/* Loads F with a listener, and waits until it is on its way to the supervisor. 0 or negative, noted. */
int listener_load(struct inside *in, const struct plan_filter *f);
