/*
 * husk-scope: asks systemd for a transient scope that holds two processes, and waits until they are in it. A
 * program of its own, so that husk need not load a library that speaks D-Bus.
 *
 *     husk-scope GATE PRIVATE BUS UNIT SLICE DESCRIPTION TASKS PID PID
 *
 * PRIVATE is the address of the manager's own socket, which needs no bus ("": there is none); BUS that of the bus.
 * TASKS "" leaves systemd's own limit of processes (DefaultTasksMax=), `infinity' takes it away.
 * What came of it is a message on fd GATE (gate/gate.h): ADOPTED or FAILED. In the scope it is the third one, until
 * husk has moved it out and hangs up. It is killed when it takes too long, but not when husk dies: a scope that it has
 * asked for must have a process at first, and then none (scope/manager.h).
 */
#include "base/log.h"
#include "base/secure.h"
#include "base/str.h"
#include "scope/manager.h"
#include <stdlib.h>
#include <unistd.h>

enum { BACKSTOP_S = 25 }; /* more than husk waits */

static uint32_t read_pid(const char *text)
{
    uint64_t pid;

    if (!parse_number(text, 10, INT32_MAX, &pid) || pid == 0)
        exit(2);
    return (uint32_t)pid;
}

int main(int argc, char **argv)
{
    static struct gate_message m;
    struct scope_request q;
    bool is_bus;
    sd_bus *bus;
    int gate, r;

    log_init("husk-scope", false);
    secure_refuse();
    alarm(BACKSTOP_S);
    if (argc != 10 || !parse_fd(argv[1], &gate))
        return 2;
    q = (struct scope_request){.unit = argv[4],
                               .slice = argv[5],
                               .description = argv[6],
                               .no_tasks_limit = streq(argv[7], "infinity"),
                               .pids = {read_pid(argv[8]), read_pid(argv[9])},
                               .gate = gate};
    if (!gate_is_alive(gate))
        return 1;
    bus = manager_connect(argv[2], argv[3], &is_bus, &m);
    if (bus)
        manager_ask(bus, is_bus, &q, &m);
    r = gate_send_message(gate, &m, -1);
    if (r < 0 || m.kind != GATE_ADOPTED)
        return 1; /* nothing is tidied up: the connection ends with us */
    alarm(0); /* husk may be stopped meanwhile */
    while (gate_receive(gate, &m, NULL) == 1)
        ;
    return 0;
}
