/*
 * Asking the manager of systemd for a transient scope, over D-Bus. What it says is not trusted further than to be
 * told: where the processes are at last, husk asks the kernel (host/scope.c).
 */
#pragma once
#include "gate/gate.h"
#include <stdbool.h>
#include <stdint.h>
#include <systemd/sd-bus.h>

struct scope_request {
    const char *unit, *slice, *description; /* of which the first two are names of units */
    uint32_t pids[2];                       /* in this pid namespace */
    bool no_tasks_limit;                    /* else systemd's own (DefaultTasksMax=) stays */
};

/* Connects to the manager's own socket at address DIRECT, which needs no bus ("": there is none), or to the bus at
 * ADDRESS. The connection, whose owner is the caller, and in *RET_IS_BUS which one it is; NULL: *RET_FAILED is
 * the message for husk. It need not stand yet. */
sd_bus *manager_connect(const char *direct, const char *address, bool *ret_is_bus, struct gate_message *ret_failed);

/* Asks for the scope of Q and waits until it is there, however long that takes. *RET is the message for husk: ADOPTED,
 * or FAILED and why. */
void manager_ask(sd_bus *bus, bool is_bus, const struct scope_request *q, struct gate_message *ret);
