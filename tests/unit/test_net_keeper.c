/* The network's keeper, with a shell script for a helper: what it says, and that it ends with the sandbox. */
#include "host/net_keeper.h"
#include "base/child.h"
#include "base/log.h"
#include "host/net_helper.h"
#include "stage.h"
#include <arpa/inet.h>
#include <linux/sched.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>

#define HELPER "/tmp/helper"

static struct sandbox sb;
static int netns, life; /* the sandbox waits for LIFE's end */

static void write_map(pid_t pid, const char *name, const char *text)
{
    int proc = open("/proc", O_PATH | O_CLOEXEC);

    assert_int_equal(fd_write_file_at(proc, arena_printf("%d/%s", (int)pid, name), text), 0);
    close(proc);
}

/* A process in a user and a network namespace below ours: no more of a sandbox is needed. */
static void start_sandbox(void)
{
    struct clone_args args = {.flags = CLONE_NEWUSER | CLONE_NEWNET, .exit_signal = SIGCHLD};
    int pipe_ends[2];
    char byte;

    assert_int_equal(pipe2(pipe_ends, O_CLOEXEC), 0);
    sb.pid = sys_clone3(&args);
    assert_true(sb.pid >= 0);
    if (sb.pid == 0) {
        close(pipe_ends[1]);
        _exit(read(pipe_ends[0], &byte, 1) != 0);
    }
    close(pipe_ends[0]);
    life = pipe_ends[1];
    write_map(sb.pid, "setgroups", "deny");
    write_map(sb.pid, "uid_map", "0 0 1");
    write_map(sb.pid, "gid_map", "0 0 1");
    netns = open(arena_printf("/proc/%d/ns/net", (int)sb.pid), O_RDONLY | O_CLOEXEC);
    assert_true(netns >= 0);
}

static void begin(const char *script)
{
    static const struct origin from = {.text = "--net pasta"};

    log_init("husk", false);
    host_begin();
    host_file(HELPER, arena_printf("#!/bin/sh\n%s\n", script));
    assert_int_equal(chmod(HELPER, 0755), 0);
    plan.net.helper = NET_HELPER_PASTA;
    plan.net.program = HELPER;
    spec.net.from = from;
    sb = (struct sandbox){.gate = FD_NONE, .keeper_gate = FD_NONE};
    start_sandbox();
}

static void start(const char *script)
{
    begin(script);
    assert_int_equal(net_keeper_start(&plan, &sb, netns), 0);
}

static void end_sandbox(void)
{
    close(life);
    close(netns);
    assert_int_equal(child_wait(sb.pid), 0);
}

/* The next word of the keeper. */
static struct gate_message hear(void)
{
    struct gate_message m = {.kind = -1};

    if (gate_receive(sb.net_keeper.gate, &m, NULL) == 0)
        m.kind = -1;
    return m;
}

static void failed(const char *text)
{
    struct gate_message m = hear();

    assert_int_equal(m.kind, GATE_FAILED);
    assert_int_equal(m.status, EXIT_HUSK);
    if (!strstr(m.text, text))
        fail_msg("no \"%s\" in \"%s\"", text, m.text);
    end_sandbox();
    net_keeper_end(&sb);
}

/* pasta writes its pid to its stdout when it is ready. */
static void it_is_online_when_the_helper_is_ready(void **state HUSK_UNUSED)
{
    start("echo 1; exec sleep 1000");
    assert_int_equal(hear().kind, GATE_ONLINE);
    end_sandbox();
    assert_int_equal(child_wait(sb.net_keeper.pid), 0); /* by itself, as the sandbox has ended */
    assert_int_equal(hear().kind, -1);
    fd_closep(&sb.net_keeper.gate);
}

static void it_can_be_ended(void **state HUSK_UNUSED)
{
    start("echo 1; exec sleep 1000");
    assert_int_equal(hear().kind, GATE_ONLINE);
    assert_int_equal(net_keeper_end(&sb), 128 + SIGKILL);
    assert_int_equal(sb.net_keeper.pid, 0);
    assert_int_equal(net_keeper_end(&sb), 0);
    end_sandbox();
}

/* It is the init of a pid namespace: whatever the helper has become ends with it. */
static void nothing_of_the_helper_is_left(void **state HUSK_UNUSED)
{
    int left[2];
    struct pollfd p = {.events = POLLIN};

    begin(arena_printf("(setsid sleep 1000 4> /tmp/pipe &) 4> /tmp/pipe; echo 1; exec sleep 1000"));
    assert_int_equal(mkfifo("/tmp/pipe", 0600), 0);
    left[0] = open("/tmp/pipe", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    assert_int_equal(net_keeper_start(&plan, &sb, netns), 0);
    assert_int_equal(hear().kind, GATE_ONLINE);
    p.fd = left[0];
    assert_int_equal(poll(&p, 1, 0), 0); /* somebody has the other end */
    end_sandbox();
    assert_int_equal(child_wait(sb.net_keeper.pid), 0);
    assert_int_equal(poll(&p, 1, 10000), 1);
    close(left[0]);
    fd_closep(&sb.net_keeper.gate);
}

/* --net-log: it may have something left to say, but if nobody reads that, it ends all the same. */
static void the_list_is_waited_for_a_moment(void **state HUSK_UNUSED)
{
    static const char *const lists[] = {"sleep 0.2; echo last > /tmp/last; exit", "exec sleep 1000"};

    for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
        begin("echo 1; exec sleep 1000");
        host_file("/tmp/list", arena_printf("#!/bin/bash\nwhile [ $1 != --ready ]; do shift; done\n"
                                            "eval \"echo -n 1 >&$2; exec $2>&-\"\n"
                                            "trap : TERM; read -t 1000 < /tmp/go; %s\n", lists[i]));
        assert_int_equal(chmod("/tmp/list", 0755), 0);
        assert_int_equal(mkfifo("/tmp/go", 0600), 0);
        spec.net_log.set = true;
        plan.net.list = "example.org\n";
        plan.net.list_program = "/tmp/list";
        assert_int_equal(net_keeper_start(&plan, &sb, netns), 0);
        assert_int_equal(hear().kind, GATE_ONLINE);
        sb.net_keeper.online = true;
        end_sandbox();
        close(open("/tmp/go", O_WRONLY | O_CLOEXEC));
        assert_int_equal(net_keeper_end(&sb), 0);
        assert_int_equal(access("/tmp/last", F_OK), i == 0 ? 0 : -1);
    }
}

static void the_helpers_reason_is_told(void **state HUSK_UNUSED)
{
    start("echo Starting slirp >&2; echo no tun today >&2; exit 3");
    failed("pasta (--net pasta): no tun today");
}

static void so_is_its_status(void **state HUSK_UNUSED)
{
    start("exit 3");
    failed("pasta (--net pasta) ended with status 3");
}

static void a_helper_that_ends_later_is_told_of(void **state HUSK_UNUSED)
{
    start("echo 1; kill -SEGV $$");
    assert_int_equal(hear().kind, GATE_ONLINE);
    failed("pasta (--net pasta) was ended by signal 11");
}

static void a_helper_that_cannot_be_run_is_an_error(void **state HUSK_UNUSED)
{
    begin("");
    assert_int_equal(chmod(HELPER, 0644), 0);
    assert_int_equal(net_keeper_start(&plan, &sb, netns), 0);
    failed("running " HELPER);
}

static void a_taken_port_is_named(void **state HUSK_UNUSED)
{
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    socklen_t size = sizeof here;
    struct opt_publish *p;
    unsigned port;

    assert_int_equal(bind(fd, (struct sockaddr *)&here, sizeof here), 0);
    assert_int_equal(listen(fd, 1), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&here, &size), 0);
    port = ntohs(here.sin_port);
    begin("touch /tmp/ran; echo 1; exec sleep 1000");
    p = VEC_PUSH(&spec.publish);
    p->from.text = "--publish X";
    assert_null(publish_parse(arena_printf("%u:80", port), &p->value));
    assert_int_equal(net_keeper_start(&plan, &sb, netns), 0);
    failed(arena_printf("publishing TCP port %u of 127.0.0.1 (--publish X)", port));
    assert_int_equal(access("/tmp/ran", F_OK), -1); /* the helper was not even started */
    close(fd);
}

/* pasta may go on though it could not listen. */
static void a_port_that_nobody_listens_on_is_an_error(void **state HUSK_UNUSED)
{
    begin("echo 1; exec sleep 1000");
    assert_null(publish_parse("18099:80", &VEC_PUSH(&spec.publish)->value));
    assert_int_equal(net_keeper_start(&plan, &sb, netns), 0);
    failed("pasta does not listen there");
}

/* It has no terminal, and nothing open but what it is to have. */
static void the_helper_gets_nothing_of_husks(void **state HUSK_UNUSED)
{
    const char *fds;

    setenv("SECRET", "1", 1);
    assert_int_equal(dup2(open("/dev/null", O_RDONLY), 77), 77);
    start("ls /proc/self/fd > /tmp/fds; env > /tmp/env; pwd > /tmp/pwd; echo 1; exec sleep 1000");
    assert_int_equal(hear().kind, GATE_ONLINE);
    in = inside_prepare(&plan);
    in->root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
    fds = text_inside("/tmp/fds");
    assert_null(strstr(fds, "77"));
    assert_null(strstr(text_inside("/tmp/env"), "SECRET"));
    assert_string_equal(text_inside("/tmp/pwd"), "/\n");
    end_sandbox();
    net_keeper_end(&sb);
    close(77);
}

#define IN_HOST(body) IN_NAMESPACE(body, CLONE_NEWUSER | CLONE_NEWNS, AS_ID_0)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_HOST(it_is_online_when_the_helper_is_ready),
        IN_HOST(it_can_be_ended),
        IN_HOST(nothing_of_the_helper_is_left),
        IN_HOST(the_list_is_waited_for_a_moment),
        IN_HOST(the_helpers_reason_is_told),
        IN_HOST(so_is_its_status),
        IN_HOST(a_helper_that_ends_later_is_told_of),
        IN_HOST(a_helper_that_cannot_be_run_is_an_error),
        IN_HOST(a_taken_port_is_named),
        IN_HOST(a_port_that_nobody_listens_on_is_an_error),
        IN_HOST(the_helper_gets_nothing_of_husks),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
