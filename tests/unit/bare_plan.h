/* A plan with nothing in it, to be filled by hand. */
#pragma once
#include "capture.h"
#include "plan/plan.h"

extern struct spec spec;
extern struct plan plan;

/* Starts anew: a user, mount, pid, ipc and uts namespace, id 0, no mounts, the command "true". */
void bare_plan(void);

/* One more operation at the end of the plan. There is room for 32, and they do not move. */
struct mount_op *add_op(enum mount_kind kind, const char *source, const char *dest);

/* R must be negative, and stderr have had one line, with TEXT in it, and at most one hint line. */
#define refused(call, text)                                                                        \
    do {                                                                                           \
        int refused_r;                                                                             \
                                                                                                   \
        capture_start(STDERR_FILENO);                                                              \
        refused_r = (call);                                                                        \
        refused_at(refused_r, capture_stop(), text, __FILE__, __LINE__);                           \
    } while (0)
void refused_at(int r, const char *said, const char *text, const char *file, int line);
