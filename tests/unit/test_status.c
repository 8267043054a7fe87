/* --info-fd, --json-status-fd and --userns-block-fd. */
#include "host/status.h"
#include "gate/gate.h"
#include "bare_plan.h"
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/stat.h>

static struct sandbox sb;
static int ends[2];

/* We are the child that is told of. */
static int set_up(void **state HUSK_UNUSED)
{
    bare_plan();
    sb.pid = getpid();
    plan.clone_flags = CLONE_NEWUSER; /* of which nothing is told */
    signal(SIGPIPE, SIG_IGN);
    return pipe2(ends, O_CLOEXEC);
}

static int tear_down(void **state HUSK_UNUSED)
{
    fd_closep(&ends[0]);
    fd_closep(&ends[1]);
    return 0;
}

/* All that was written; with CLOSED by who wrote it, else its end comes from here. */
static const char *written(bool closed)
{
    char *text;
    size_t size;

    if (!closed)
        fd_closep(&ends[1]);
    assert_int_equal(fd_read_all(ends[0], 4096, &text, &size), 0);
    return text;
}

static uintmax_t ns(const char *name)
{
    struct stat st;

    assert_int_equal(stat(arena_printf("/proc/self/ns/%s", name), &st), 0);
    return st.st_ino;
}

static void info_is_an_object_and_an_end(void **state HUSK_UNUSED)
{
    spec.info_fd.fd = ends[1];
    plan.clone_flags |= CLONE_NEWNS | CLONE_NEWPID;
    assert_int_equal(status_tell_started(&plan, &sb), 0);
    assert_int_equal(fcntl(ends[1], F_GETFD), -1);
    ends[1] = FD_NONE;
    assert_string_equal(written(true),
                        arena_printf("{\n    \"child-pid\": %d,\n    \"mnt-namespace\": %ju,\n"
                                     "    \"pid-namespace\": %ju\n}\n",
                                     getpid(), ns("mnt"), ns("pid")));
}

static void every_namespace_is_told(void **state HUSK_UNUSED)
{
    spec.json_status_fd.fd = ends[1];
    plan.clone_flags = CLONE_NEWCGROUP | CLONE_NEWIPC | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWPID |
                       CLONE_NEWUTS | CLONE_NEWUSER;
    assert_int_equal(status_tell_started(&plan, &sb), 0);
    assert_string_equal(
        written(false),
        arena_printf("{ \"child-pid\": %d, \"cgroup-namespace\": %ju, \"ipc-namespace\": %ju, "
                     "\"mnt-namespace\": %ju, \"net-namespace\": %ju, \"pid-namespace\": %ju, "
                     "\"uts-namespace\": %ju }\n",
                     getpid(), ns("cgroup"), ns("ipc"), ns("mnt"), ns("net"), ns("pid"), ns("uts")));
}

static void the_end_is_told_on_the_same_fd(void **state HUSK_UNUSED)
{
    spec.json_status_fd.fd = ends[1];
    assert_int_equal(status_tell_started(&plan, &sb), 0);
    status_tell_ended(&plan, 143);
    assert_string_equal(written(false),
                        arena_printf("{ \"child-pid\": %d }\n{ \"exit-code\": 143 }\n", getpid()));
}

static void nobody_is_told_who_did_not_ask(void **state HUSK_UNUSED)
{
    assert_int_equal(status_tell_started(&plan, &sb), 0);
    status_tell_ended(&plan, 0);
    assert_string_equal(written(false), "");
}

static void what_cannot_be_told_fails(void **state HUSK_UNUSED)
{
    fd_closep(&ends[0]);
    spec.json_status_fd.fd = ends[1];
    refused(status_tell_started(&plan, &sb), "Write to json_status_fd: Broken pipe");
    spec.json_status_fd.fd = FD_NONE;
    spec.info_fd.fd = fcntl(ends[1], F_DUPFD_CLOEXEC, 0);
    refused(status_tell_started(&plan, &sb), "Write to info_fd: Broken pipe");
}

static void a_child_that_is_gone_is_not_told_of(void **state HUSK_UNUSED)
{
    spec.info_fd.fd = ends[1];
    plan.clone_flags |= CLONE_NEWNS;
    sb.pid = 0; /* there is no such process */
    refused(status_tell_started(&plan, &sb), "open /proc/0/ns/mnt failed: No such file");
}

static void a_byte_lets_it_go_on(void **state HUSK_UNUSED)
{
    char next;

    spec.userns_block_fd = (struct opt_fd){ends[0], {.text = "--userns-block-fd 9"}};
    assert_int_equal(write(ends[1], "xy", 2), 2);
    assert_int_equal(status_tell_started(&plan, &sb), 0);
    assert_int_equal(read(ends[0], &next, 1), 1); /* one, and no more */
    spec.userns_block_fd.fd = 12345;
    refused(status_tell_started(&plan, &sb), "waiting for --userns-block-fd 9: Bad file descriptor");
}

static void nor_does_it_wait_for_who_is_dead(void **state HUSK_UNUSED)
{
    int child;

    assert_int_equal(gate_open(&sb.gate, &child), 0);
    close(child);
    spec.userns_block_fd = (struct opt_fd){ends[0], {.text = "--userns-block-fd 9"}};
    assert_int_equal(status_tell_started(&plan, &sb), 0); /* no byte was written */
    fd_closep(&sb.gate);
}

int main(void)
{
#define PLAIN(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        PLAIN(info_is_an_object_and_an_end),
        PLAIN(every_namespace_is_told),
        PLAIN(the_end_is_told_on_the_same_fd),
        PLAIN(nobody_is_told_who_did_not_ask),
        PLAIN(what_cannot_be_told_fails),
        PLAIN(a_child_that_is_gone_is_not_told_of),
        PLAIN(a_byte_lets_it_go_on),
        PLAIN(nor_does_it_wait_for_who_is_dead),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
