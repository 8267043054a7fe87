/*
 * What husk-scope asks the manager of systemd, and what it makes of the answers: of a manager that is sd-bus as well,
 * in a process of its own. Those of stranger ones are tests/fuzz/fuzz_scope.c's.
 */
#include "config.h"
#include "capture.h"
#include "in_namespace.h"

#ifdef HAVE_SD_BUS

#include "base/alloc.h"
#include "base/str.h"
#include "scope/manager.h"
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#define PATH "/org/freedesktop/systemd1"
#define MANAGER "org.freedesktop.systemd1.Manager"

enum scenario { DONE, FAILED, EARLY, NOT_OURS, TAKEN, DENIED, NO_JOB, HANG_UP, HANG_UP_LATER, NOT_TO_BE_ASKED };

static const struct scope_request request = {
    .unit = "x.scope", .slice = "husk.slice", .description = "husk: true", .pids = {4321, 4322}};

/* ---- the manager ----------------------------------------------------------------------------- */

struct manager {
    enum scenario scenario;
    bool subscribed;
};

/* As the bus passes it on: with the name of who says it. */
static void tell_end(sd_bus *bus, const char *job, const char *result)
{
    sd_bus_message *m = NULL;

    if (sd_bus_message_new_signal(bus, &m, PATH, MANAGER, "JobRemoved") < 0 ||
        sd_bus_message_append(m, "uoss", 1, job, "x.scope", result) < 0 || sd_bus_message_set_sender(m, ":1.2") < 0 ||
        sd_bus_send(bus, m, NULL) < 0)
        _exit(1);
    sd_bus_message_unref(m);
}

/* Those of REQUEST, and who asks. */
static bool are_pids(const void *numbers, size_t size)
{
    const uint32_t want[] = {request.pids[0], request.pids[1], (uint32_t)getppid()};

    return size == sizeof want && memcmp(numbers, want, size) == 0;
}

/* Is M what REQUEST asks for, with TasksMax if that is to have no limit. */
static bool is_request(sd_bus_message *m)
{
    const char *unit, *mode, *name, *type, *text[3] = {"", "", ""};
    bool delegate = false, pids = false;
    const void *numbers = NULL;
    size_t size = 0;
    int r;

    if (sd_bus_message_read(m, "ss", &unit, &mode) < 0 || !streq(unit, "x.scope") || !streq(mode, "fail") ||
        sd_bus_message_enter_container(m, 'a', "(sv)") < 0)
        return false;
    while ((r = sd_bus_message_enter_container(m, 'r', "sv")) > 0) {
        int is_true = 0;

        if (sd_bus_message_read(m, "s", &name) < 0 || sd_bus_message_peek_type(m, NULL, &type) < 0 ||
            sd_bus_message_enter_container(m, 'v', type) < 0)
            return false;
        if (streq(type, "s"))
            r = sd_bus_message_read(m, "s", &text[streq(name, "Slice") ? 1 : streq(name, "Description") ? 0 : 2]);
        else if (streq(type, "b"))
            r = sd_bus_message_read(m, "b", &is_true);
        else if (streq(type, "au"))
            r = sd_bus_message_read_array(m, 'u', &numbers, &size);
        else
            r = sd_bus_message_skip(m, type);
        delegate |= streq(name, "Delegate") && is_true;
        pids |= streq(name, "PIDs") && are_pids(numbers, size);
        if (r < 0 || sd_bus_message_exit_container(m) < 0 || sd_bus_message_exit_container(m) < 0)
            return false;
    }
    return r == 0 && delegate && pids && streq(text[0], "husk: true") && streq(text[1], "husk.slice") &&
           streq(text[2], "inactive-or-failed");
}

static int start_unit(sd_bus_message *m, const struct manager *manager)
{
    sd_bus *bus = sd_bus_message_get_bus(m);

    if (!is_request(m))
        return sd_bus_reply_method_errorf(m, SD_BUS_ERROR_INVALID_ARGS, "that is not what was to be asked for");
    switch (manager->scenario) {
    case TAKEN:
        return sd_bus_reply_method_errorf(m, "org.freedesktop.systemd1.UnitExists", "x.scope is there");
    case DENIED:
        return sd_bus_reply_method_errorf(m, SD_BUS_ERROR_ACCESS_DENIED, "no");
    case NO_JOB:
        return sd_bus_reply_method_return(m, "s", "done");
    case HANG_UP:
        _exit(0);
    case NOT_TO_BE_ASKED:
        _exit(1);
    case EARLY:
        tell_end(bus, PATH "/job/9", "failed");
        tell_end(bus, PATH "/job/1", "done");
        break;
    default:
        break;
    }
    if (sd_bus_reply_method_return(m, "o", PATH "/job/1") < 0)
        _exit(1);
    if (manager->scenario == DONE)
        tell_end(bus, PATH "/job/1", "done");
    else if (manager->scenario == FAILED)
        tell_end(bus, PATH "/job/1", "failed");
    else if (manager->scenario == NOT_OURS)
        tell_end(bus, PATH "/job/11", "done");
    sd_bus_flush(bus);
    if (manager->scenario == NOT_OURS || manager->scenario == HANG_UP_LATER)
        _exit(0);
    return 1;
}

/* The bus and the manager in one. */
static int take_message(sd_bus_message *m, void *data, sd_bus_error *error HUSK_UNUSED)
{
    struct manager *manager = data;

    if (sd_bus_message_is_method_call(m, "org.freedesktop.DBus", "Hello"))
        return sd_bus_reply_method_return(m, "s", ":1.7");
    if (sd_bus_message_is_method_call(m, "org.freedesktop.DBus", "AddMatch"))
        return sd_bus_reply_method_return(m, "");
    if (sd_bus_message_is_method_call(m, MANAGER, "Subscribe")) {
        manager->subscribed = true;
        return sd_bus_reply_method_return(m, "");
    }
    return sd_bus_message_is_method_call(m, MANAGER, "StartTransientUnit") ? start_unit(m, manager) : 0;
}

/* Serves FD until it is hung up on. */
static void HUSK_NORETURN be_manager(int fd, enum scenario scenario)
{
    struct manager manager = {.scenario = scenario};
    sd_bus *bus = NULL;
    sd_id128_t id;
    int r;

    if (sd_id128_randomize(&id) < 0 || sd_bus_new(&bus) < 0 || sd_bus_set_fd(bus, fd, fd) < 0 ||
        sd_bus_set_server(bus, true, id) < 0 || sd_bus_add_filter(bus, NULL, take_message, &manager) < 0 ||
        sd_bus_start(bus) < 0)
        _exit(1);
    do
        r = sd_bus_process(bus, NULL);
    while (r > 0 || (r == 0 && sd_bus_wait(bus, UINT64_MAX) >= 0));
    _exit(0);
}

/* ---- asking ---------------------------------------------------------------------------------- */

static struct gate_message said;
static int husks_end, gate; /* of the same pair */

static void ask_by(int fd, bool is_bus)
{
    struct scope_request q = request;
    sd_bus *bus = NULL;

    q.gate = gate;
    assert_true(sd_bus_new(&bus) >= 0 && sd_bus_set_fd(bus, fd, fd) >= 0 && sd_bus_set_bus_client(bus, is_bus) >= 0 &&
                sd_bus_start(bus) >= 0);
    said.kind = -1;
    manager_ask(bus, is_bus, &q, &said);
    sd_bus_close_unref(bus);
}

static void ask(bool is_bus, enum scenario scenario)
{
    int pair[2], status;
    pid_t pid;

    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        close(pair[0]);
        be_manager(pair[1], scenario);
    }
    close(pair[1]);
    ask_by(pair[0], is_bus);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}

static void adopts(bool is_bus, enum scenario scenario)
{
    ask(is_bus, scenario);
    assert_string_equal(said.text, "");
    assert_int_equal(said.kind, GATE_ADOPTED);
}

static void refuses(enum scenario scenario, int err, bool is_told, const char *text)
{
    for (int is_bus = 0; is_bus < 2; is_bus++) {
        ask(is_bus, scenario);
        assert_int_equal(said.kind, GATE_FAILED);
        assert_string_equal(said.text, text);
        assert_int_equal(said.value, err);
        assert_int_equal(said.status, is_told);
    }
}

static void a_job_that_is_done_is_a_scope(void **state HUSK_UNUSED)
{
    adopts(false, DONE);
    adopts(true, DONE);
}

static void its_end_may_come_before_its_name(void **state HUSK_UNUSED)
{
    adopts(false, EARLY);
    adopts(true, EARLY);
}

static void any_other_end_is_none(void **state HUSK_UNUSED)
{
    refuses(FAILED, 0, true, "systemd could not start the scope: failed");
    refuses(NOT_OURS, ECONNRESET, false, "waiting for systemd to start the scope");
    refuses(HANG_UP_LATER, ECONNRESET, false, "waiting for systemd to start the scope");
}

static void why_it_is_refused_is_told(void **state HUSK_UNUSED)
{
    refuses(TAKEN, EEXIST, true, "asking systemd for a scope: x.scope is there");
    refuses(DENIED, EACCES, true, "asking systemd for a scope: no");
    refuses(NO_JOB, ENXIO, false, "asking systemd for a scope");
    ask(false, HANG_UP);
    assert_int_equal(said.kind, GATE_FAILED);
    assert_true(starts_with(said.text, "asking systemd for a scope"));
    assert_int_equal(said.value, ECONNRESET);
}

static void for_a_husk_that_is_gone_nothing_is_asked(void **state HUSK_UNUSED)
{
    int kept = fcntl(husks_end, F_DUPFD_CLOEXEC, 0);

    close(husks_end);
    adopts(false, DONE); /* somebody is there yet */
    close(kept);
    refuses(NOT_TO_BE_ASKED, 0, true, "husk is gone");
    close(gate);
    assert_int_equal(gate_open(&husks_end, &gate), 0);
}

/* ---- who answers ----------------------------------------------------------------------------- */

/* In a new pid namespace a peer of the old one has no pid. */
static void one_of_another_pid_namespace_is_not_asked(void **state HUSK_UNUSED)
{
    int pair[2], status;
    pid_t pid;

    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
    assert_int_equal(unshare(CLONE_NEWPID), 0);
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        ask_by(pair[0], false);
        _exit(said.kind != GATE_FAILED || said.value != 0 || !said.status ||
              !strstr(said.text, "another pid namespace"));
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}

/* ---- connecting ------------------------------------------------------------------------------ */

static char folder[] = "/tmp/husk-test-XXXXXX";

static const char *listen_at(const char *name, int *ret_fd)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};

    *ret_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    snprintf(at.sun_path, sizeof at.sun_path, "%s/%s", folder, name);
    assert_int_equal(bind(*ret_fd, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(*ret_fd, 16), 0);
    return arena_printf("unix:path=%s", at.sun_path);
}

static void connects(const char *direct, const char *bus, bool is_bus)
{
    bool got = !is_bus;
    sd_bus *b = manager_connect(direct, bus, &got, &said);

    assert_non_null(b);
    assert_int_equal(got, is_bus);
    sd_bus_close_unref(b);
}

static void the_managers_own_socket_comes_first(void **state HUSK_UNUSED)
{
    int own_fd, bus_fd;
    const char *own, *bus, *none;
    bool is_bus;

    assert_non_null(mkdtemp(folder));
    none = arena_printf("unix:path=%s/none", folder);
    own = listen_at("own", &own_fd);
    bus = listen_at("bus", &bus_fd);
    connects(own, bus, false);
    connects("", bus, true);
    connects(none, bus, true);
    close(own_fd); /* nobody listens any more */
    connects(own, bus, true);
    assert_null(manager_connect(none, none, &is_bus, &said));
    assert_int_equal(said.kind, GATE_FAILED);
    assert_int_equal(said.value, ENOENT);
    assert_int_equal(said.status, 0);
    assert_string_equal(said.text, "connecting to the manager of systemd");
    assert_null(manager_connect("", "nonsense", &is_bus, &said));
    assert_int_equal(said.kind, GATE_FAILED);
    close(bus_fd);
    unlink(arena_printf("%s/own", folder));
    unlink(arena_printf("%s/bus", folder));
    rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_job_that_is_done_is_a_scope),
        cmocka_unit_test(its_end_may_come_before_its_name),
        cmocka_unit_test(any_other_end_is_none),
        cmocka_unit_test(why_it_is_refused_is_told),
        cmocka_unit_test(for_a_husk_that_is_gone_nothing_is_asked),
        IN_NAMESPACE(one_of_another_pid_namespace_is_not_asked, CLONE_NEWUSER, AS_ID_0),
        cmocka_unit_test(the_managers_own_socket_comes_first),
    };

    if (gate_open(&husks_end, &gate) < 0)
        return 99;
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#else

int main(void)
{
    puts("1..0 # SKIP this husk asks no manager of systemd");
    return 0;
}

#endif
