/*
 * Asking the manager of systemd for a transient scope, over D-Bus. What it says is not trusted further than to be
 * told: where the processes are at last, husk asks the kernel (host/scope.c).
 *
 * Whoever asks is in the scope as well, and lives until it is there. Else all that it is for may have ended by then, and
 * the kernel takes who ends as moved and leaves it where it was (cgroup_migrate_add_task() in kernel/cgroup/cgroup.c):
 * systemd never hears of such a scope that it has become empty, and keeps it for ever (seen with 252).
 */
#pragma once
#include "gate/gate.h"
#include <stdbool.h>
#include <stdint.h>
#include <systemd/sd-bus.h>

struct scope_request {
    const char *unit, *slice, *description; /* of which the first two are names of units */
    uint32_t pids[2];                       /* in this pid namespace; our own is added */
    bool no_tasks_limit;                    /* else systemd's own (DefaultTasksMax=) stays */
    int gate;                               /* to husk: once that is gone nothing is asked for */
};

/* Connects to the manager's own socket at address DIRECT, which needs no bus ("": there is none), or to the bus at
 * ADDRESS. The connection, whose owner is the caller, and in *RET_IS_BUS which one it is; NULL: *RET_FAILED is
 * the message for husk. It need not stand yet. */
sd_bus *manager_connect(const char *direct, const char *address, bool *ret_is_bus, struct gate_message *ret_failed);

/* Asks for the scope of Q and waits until it is there, however long that takes. *RET is the message for husk: ADOPTED,
 * or FAILED and why. */
void manager_ask(sd_bus *bus, bool is_bus, const struct scope_request *q, struct gate_message *ret);
