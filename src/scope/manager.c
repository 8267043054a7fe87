#include "scope/manager.h"
#include "base/str.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define DESTINATION "org.freedesktop.systemd1"
#define MANAGER_PATH "/org/freedesktop/systemd1"
#define MANAGER "org.freedesktop.systemd1.Manager"

#define ERROR HUSK_CLEANUP(sd_bus_error_free) sd_bus_error
#define MESSAGE HUSK_CLEANUP(sd_bus_message_unrefp) sd_bus_message

/* SAID: the text has the reason in it. Returns -1. */
static int fail(struct gate_message *ret, int err, bool said, const char *what, const char *why)
{
    *ret = (struct gate_message){.kind = GATE_FAILED, .value = err, .status = said};
    snprintf(ret->text, sizeof ret->text, "%s%s%s", what, why ? ": " : "", why ? why : "");
    return -1;
}

/* ---- the connection -------------------------------------------------------------------------- */

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
sd_bus *manager_connect(const char *direct, const char *address, bool *ret_is_bus, struct gate_message *ret_failed)
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
        fail(ret_failed, -r, false, "connecting to the manager of systemd", NULL);
    return bus;
}

/* Pids are only worth something between processes of one pid namespace, and who answers must be the manager of this
 * user, or of the machine. */
static int check_peer(sd_bus *bus, struct gate_message *ret)
{
    struct ucred peer;
    socklen_t size = sizeof peer;

    if (getsockopt(sd_bus_get_fd(bus), SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0)
        return fail(ret, errno, false, "looking at who answers for systemd", NULL);
    if (peer.uid != geteuid() && peer.uid != 0)
        return fail(ret, 0, true, "what answers for systemd is another user's", NULL);
    if (peer.pid <= 0)
        return fail(ret, 0, true,
                    "systemd is in another pid namespace, so it would take other processes for these", NULL);
    return 0;
}

/* ---- the request ----------------------------------------------------------------------------- */

struct job {
    const char *path; /* its object; NULL: not known yet */
    char result[64];  /* what became of it; "": not known yet */
};

static int job_removed(sd_bus_message *m, void *data, sd_bus_error *error HUSK_UNUSED)
{
    struct job *job = data;
    const char *path, *result;

    if (sd_bus_message_read(m, "uoss", NULL, &path, NULL, &result) >= 0 && job->path && streq(path, job->path))
        snprintf(job->result, sizeof job->result, "%s", result);
    return 0;
}

static int add_properties(sd_bus_message *m, const struct scope_request *q)
{
    int r;

    if ((r = sd_bus_message_open_container(m, 'a', "(sv)")) < 0 ||
        (r = sd_bus_message_append(m, "(sv)", "Description", "s", q->description)) < 0 ||
        (r = sd_bus_message_append(m, "(sv)", "Slice", "s", q->slice)) < 0 ||
        (r = sd_bus_message_append(m, "(sv)", "Delegate", "b", true)) < 0 ||
        /* One that has failed would keep its name. */
        (r = sd_bus_message_append(m, "(sv)", "CollectMode", "s", "inactive-or-failed")) < 0 ||
        (r = sd_bus_message_append(m, "(sv)", "PIDs", "au", 3, q->pids[0], q->pids[1], (uint32_t)getpid())) < 0)
        return r;
    if (q->no_tasks_limit && (r = sd_bus_message_append(m, "(sv)", "TasksMax", "t", UINT64_MAX)) < 0)
        return r;
    return sd_bus_message_close_container(m);
}

static int make_call(const struct scope_request *q, sd_bus *bus, sd_bus_message **ret)
{
    int r = sd_bus_message_new_method_call(bus, ret, DESTINATION, MANAGER_PATH, MANAGER, "StartTransientUnit");

    if (r >= 0)
        r = sd_bus_message_append(*ret, "ss", q->unit, "fail");
    if (r >= 0)
        r = add_properties(*ret, q);
    if (r >= 0)
        r = sd_bus_message_append(*ret, "a(sa(sv))", 0);
    return r;
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

/* So that JOB hears of its end. *RET_SLOT holds on to it. */
static int watch_jobs(sd_bus *bus, bool is_bus, struct job *job, sd_bus_slot **ret_slot, struct gate_message *ret)
{
    const char *sender = is_bus ? DESTINATION : NULL;
    ERROR error = SD_BUS_ERROR_NULL;
    int r = sd_bus_match_signal(bus, ret_slot, sender, MANAGER_PATH, MANAGER, "JobRemoved", job_removed, job);

    /* To its own socket the manager sends its signals in any case. */
    if (r >= 0 && is_bus)
        r = sd_bus_call_method(bus, DESTINATION, MANAGER_PATH, MANAGER, "Subscribe", &error, NULL, NULL);
    return r < 0 ? fail(ret, errno_of(&error, r), error.message, "talking to systemd", error.message) : 0;
}

/* The answer, which has the job in it, is in *RET_REPLY, and belongs to the caller. */
static int start(sd_bus *bus, const struct scope_request *q, struct job *job, sd_bus_message **ret_reply,
                 struct gate_message *ret)
{
    ERROR error = SD_BUS_ERROR_NULL;
    MESSAGE *call = NULL;
    int r = make_call(q, bus, &call);

    if (r < 0)
        return fail(ret, -r, false, "writing a message to systemd", NULL);
    /* The connection stands only now. Pids of a husk that has ended meanwhile may be others'. */
    r = sd_bus_flush(bus);
    if (r >= 0 && gate_is_alive(q->gate) != 1)
        return fail(ret, 0, true, "husk is gone", NULL);
    if (r >= 0)
        r = sd_bus_call(bus, call, 0, &error, ret_reply);
    if (r >= 0)
        r = sd_bus_message_read(*ret_reply, "o", &job->path);
    return r < 0 ? fail(ret, errno_of(&error, r), error.message, "asking systemd for a scope", error.message) : 0;
}

/* The job's end may have been read together with the answer; nothing of it is dispatched before this. */
static int wait_for_job(sd_bus *bus, const struct job *job, struct gate_message *ret)
{
    while (!job->result[0]) {
        int r = sd_bus_process(bus, NULL);

        if (r == 0)
            r = sd_bus_wait(bus, UINT64_MAX);
        if (r < 0)
            return fail(ret, -r, false, "waiting for systemd to start the scope", NULL);
    }
    if (!streq(job->result, "done"))
        return fail(ret, 0, true, "systemd could not start the scope", job->result);
    return 0;
}

void manager_ask(sd_bus *bus, bool is_bus, const struct scope_request *q, struct gate_message *ret)
{
    HUSK_CLEANUP(sd_bus_slot_unrefp) sd_bus_slot *slot = NULL;
    MESSAGE *reply = NULL;
    struct job job = {0};

    if (check_peer(bus, ret) < 0 || watch_jobs(bus, is_bus, &job, &slot, ret) < 0 ||
        start(bus, q, &job, &reply, ret) < 0 || wait_for_job(bus, &job, ret) < 0)
        return;
    *ret = (struct gate_message){.kind = GATE_ADOPTED};
}
