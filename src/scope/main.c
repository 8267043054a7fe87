/*
 * husk-scope: asks systemd for a transient scope that holds two processes, and waits until they are in it. A
 * program of its own, so that husk need not load a library that speaks D-Bus.
 *
 *     husk-scope GATE PRIVATE BUS UNIT SLICE DESCRIPTION TASKS PID PID
 *
 * PRIVATE is the address of the manager's own socket, which needs no bus ("": there is none); BUS that of the bus.
 * TASKS "" leaves systemd's own limit of processes (DefaultTasksMax=), `infinity' takes it away.
 * What came of it is a message on fd GATE (gate/gate.h): ADOPTED or FAILED. It is killed when it takes too
 * long, or when husk dies.
 */
#include "base/log.h"
#include "base/secure.h"
#include "base/str.h"
#include "gate/gate.h"
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <systemd/sd-bus.h>
#include <unistd.h>

enum { BACKSTOP_S = 60 }; /* more than husk waits */

#define DESTINATION "org.freedesktop.systemd1"
#define MANAGER_PATH "/org/freedesktop/systemd1"
#define MANAGER "org.freedesktop.systemd1.Manager"

struct request {
    int gate;
    const char *unit, *slice, *description;
    uint32_t pids[2];
    bool no_tasks_limit;
    const char *job;    /* its object path */
    char result[64];    /* what became of it; "": not known yet */
};

/* Tells husk and ends. SAID: the text has the reason in it. */
static void HUSK_NORETURN fail(const struct request *q, int err, bool said, const char *what, const char *why)
{
    struct gate_message m = {.kind = GATE_FAILED, .value = err, .status = said};

    snprintf(m.text, sizeof m.text, "%s%s%s", what, why ? ": " : "", why ? why : "");
    gate_send_message(q->gate, &m, -1);
    exit(1);
}

/* ---- the connection -------------------------------------------------------------------------- */

/* Pids are only worth something between processes of one pid namespace, and who answers must be the manager of this
 * user, or of the machine. */
static void check_peer(const struct request *q, sd_bus *bus)
{
    struct ucred peer;
    socklen_t size = sizeof peer;

    if (getsockopt(sd_bus_get_fd(bus), SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0)
        fail(q, errno, false, "looking at who answers for systemd", NULL);
    if (peer.uid != geteuid() && peer.uid != 0)
        fail(q, 0, true, "what answers for systemd is another user's", NULL);
    if (peer.pid <= 0)
        fail(q, 0, true, "systemd is in another pid namespace, so it would take other processes for these",
             NULL);
}

static int open_at(const char *address, bool is_bus, sd_bus **ret)
{
    sd_bus *bus = NULL;
    int r = sd_bus_new(&bus);

    if (r >= 0)
        r = sd_bus_set_address(bus, address);
    if (r >= 0)
        r = sd_bus_set_bus_client(bus, is_bus);
    if (r >= 0)
        r = sd_bus_start(bus);
    if (r < 0)
        sd_bus_unref(bus);
    else
        *ret = bus;
    return r;
}

/* A manager that has its own socket, but does not listen, may still be reached by the bus, which starts one. */
static sd_bus *connect_to(const struct request *q, const char *direct, const char *address, bool *ret_is_bus)
{
    sd_bus *bus = NULL;
    int r = -ENOENT;

    *ret_is_bus = false;
    if (*direct)
        r = open_at(direct, false, &bus);
    if (r < 0) {
        *ret_is_bus = true;
        r = open_at(address, true, &bus);
    }
    if (r < 0)
        fail(q, -r, false, "connecting to the manager of systemd", NULL);
    check_peer(q, bus);
    return bus;
}

/* ---- the request ----------------------------------------------------------------------------- */

static int job_removed(sd_bus_message *m, void *data, sd_bus_error *error HUSK_UNUSED)
{
    struct request *q = data;
    const char *job, *result;

    if (sd_bus_message_read(m, "uoss", NULL, &job, NULL, &result) >= 0 && q->job && streq(job, q->job))
        snprintf(q->result, sizeof q->result, "%s", result);
    return 0;
}

static int add_properties(sd_bus_message *m, const struct request *q)
{
    int r;

    if ((r = sd_bus_message_open_container(m, 'a', "(sv)")) < 0 ||
        (r = sd_bus_message_append(m, "(sv)", "Description", "s", q->description)) < 0 ||
        (r = sd_bus_message_append(m, "(sv)", "Slice", "s", q->slice)) < 0 ||
        (r = sd_bus_message_append(m, "(sv)", "Delegate", "b", true)) < 0 ||
        /* One that has failed would keep its name. */
        (r = sd_bus_message_append(m, "(sv)", "CollectMode", "s", "inactive-or-failed")) < 0 ||
        (r = sd_bus_message_append(m, "(sv)", "PIDs", "au", 2, q->pids[0], q->pids[1])) < 0)
        return r;
    if (q->no_tasks_limit && (r = sd_bus_message_append(m, "(sv)", "TasksMax", "t", UINT64_MAX)) < 0)
        return r;
    return sd_bus_message_close_container(m);
}

static sd_bus_message *make_call(const struct request *q, sd_bus *bus)
{
    sd_bus_message *m = NULL;
    int r = sd_bus_message_new_method_call(bus, &m, DESTINATION, MANAGER_PATH, MANAGER,
                                           "StartTransientUnit");

    if (r >= 0)
        r = sd_bus_message_append(m, "ss", q->unit, "fail");
    if (r >= 0)
        r = add_properties(m, q);
    if (r >= 0)
        r = sd_bus_message_append(m, "a(sa(sv))", 0);
    if (r < 0)
        fail(q, -r, false, "writing a message to systemd", NULL);
    return m;
}

/* As errnos for husk, which has hints for some. */
static int errno_of(const sd_bus_error *error, int r)
{
    static const struct {
        const char *name;
        int err;
    } known[] = {
        {DESTINATION ".UnitExists", EEXIST},
        {SD_BUS_ERROR_ACCESS_DENIED, EACCES},
        {SD_BUS_ERROR_NO_REPLY, ETIMEDOUT},
        {SD_BUS_ERROR_TIMEOUT, ETIMEDOUT},
        {SD_BUS_ERROR_SERVICE_UNKNOWN, ECONNREFUSED},
        {SD_BUS_ERROR_NAME_HAS_NO_OWNER, ECONNREFUSED},
    };

    for (size_t i = 0; i < ARRAY_SIZE(known); i++)
        if (sd_bus_error_has_name(error, known[i].name))
            return known[i].err;
    return -r;
}

static void start(struct request *q, sd_bus *bus, bool is_bus)
{
    const char *sender = is_bus ? DESTINATION : NULL;
    sd_bus_error error = SD_BUS_ERROR_NULL;
    sd_bus_message *m, *reply = NULL;
    int r = sd_bus_match_signal(bus, NULL, sender, MANAGER_PATH, MANAGER, "JobRemoved", job_removed, q);

    /* To its own socket the manager sends its signals in any case. */
    if (r >= 0 && is_bus)
        r = sd_bus_call_method(bus, DESTINATION, MANAGER_PATH, MANAGER, "Subscribe", &error, NULL, NULL);
    if (r < 0)
        fail(q, errno_of(&error, r), error.message, "talking to systemd", error.message);
    m = make_call(q, bus);
    r = sd_bus_call(bus, m, 0, &error, &reply);
    if (r >= 0)
        r = sd_bus_message_read(reply, "o", &q->job);
    if (r < 0)
        fail(q, errno_of(&error, r), error.message, "asking systemd for a scope", error.message);
}

/* The job's end may have been read together with the answer; nothing of it is dispatched before this. */
static void wait_for_job(const struct request *q, sd_bus *bus)
{
    while (!q->result[0]) {
        int r = sd_bus_process(bus, NULL);

        if (r == 0)
            r = sd_bus_wait(bus, UINT64_MAX);
        if (r < 0)
            fail(q, -r, false, "waiting for systemd to start the scope", NULL);
    }
    if (!streq(q->result, "done"))
        fail(q, 0, true, "systemd could not start the scope", q->result);
}

static uint32_t read_pid(const char *text)
{
    uint64_t pid;

    if (!parse_number(text, 10, INT32_MAX, &pid) || pid == 0)
        exit(2);
    return (uint32_t)pid;
}

int main(int argc, char **argv)
{
    struct request q = {0};
    bool is_bus;
    sd_bus *bus;

    log_init("husk-scope", false);
    secure_refuse();
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    alarm(BACKSTOP_S);
    if (argc != 10 || !parse_fd(argv[1], &q.gate))
        return 2;
    q.unit = argv[4];
    q.slice = argv[5];
    q.description = argv[6];
    q.no_tasks_limit = streq(argv[7], "infinity");
    q.pids[0] = read_pid(argv[8]);
    q.pids[1] = read_pid(argv[9]);
    if (!gate_is_alive(q.gate))
        return 1;
    bus = connect_to(&q, argv[2], argv[3], &is_bus);
    start(&q, bus, is_bus);
    wait_for_job(&q, bus);
    return gate_send(q.gate, GATE_ADOPTED, 0, -1) < 0;
}
