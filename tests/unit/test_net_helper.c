/* How the programs that carry a network are called, what is asked of them, and what they say. */
#include "host/net_helper.h"
#include "base/fd.h"
#include "base/str.h"
#include "stage.h"
#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

static const char *joined(enum net_helper helper)
{
    char **argv;
    const char *text;

    plan.net.helper = helper;
    plan.net.program = helper == NET_HELPER_PASTA ? "/pasta" : "/slirp4netns";
    argv = net_helper_argv(&plan, 9);
    text = arena_printf(" %s ", *argv);
    while (*++argv)
        text = arena_printf("%s%s ", text, *argv);
    return text;
}

static void has(const char *text, const char *words)
{
    if (!strstr(text, arena_printf(" %s ", words)))
        fail_msg("no \"%s\" in \"%s\"", words, text);
}

static void has_not(const char *text, const char *word)
{
    if (strstr(text, word))
        fail_msg("\"%s\" in \"%s\"", word, text);
}

static void publish(const char *word)
{
    assert_null(publish_parse(word, &VEC_PUSH(&spec.publish)->value));
}

static void slirp4netns_isolates_itself(void **state HUSK_UNUSED)
{
    const char *text;

    bare_plan();
    text = joined(NET_HELPER_SLIRP4NETNS);
    has(text, "--enable-sandbox --enable-seccomp");
    has(text, "--mtu=65520 --ready-fd=9");
    has(text, "--disable-host-loopback");
    has(text, "--netns-type=path /proc/self/fd/0 tap0");
    has_not(text, "--enable-ipv6");
    has_not(text, "--api-socket");
}

static void its_loopback_is_open_only_if_it_must(void **state HUSK_UNUSED)
{
    bare_plan();
    publish("8000:80");
    has(joined(NET_HELPER_SLIRP4NETNS), "--disable-host-loopback --api-socket=" SLIRP_SOCKET);
    publish("8000:80/udp");
    has_not(joined(NET_HELPER_SLIRP4NETNS), "--disable-host-loopback");
    bare_plan();
    VEC_PUSH(&spec.loopback_ports)->port = 8000;
    has_not(joined(NET_HELPER_SLIRP4NETNS), "--disable-host-loopback");
    plan.net.ipv6 = true;
    has(joined(NET_HELPER_SLIRP4NETNS), "--enable-ipv6");
}

static void pasta_gets_nothing_of_the_hosts(void **state HUSK_UNUSED)
{
    const char *text;

    bare_plan();
    text = joined(NET_HELPER_PASTA);
    has(text, "--no-map-gw --tcp-ns none --udp-ns none");
    has(text, "-t none -u none");
    has(text, "--dns-forward 10.0.2.3");
    has(text, "--ipv4-only");
    has(text, "--no-dhcp --no-dhcpv6 --no-ra");
    has_not(text, "fd00::");
    plan.net.ipv6 = true;
    has(joined(NET_HELPER_PASTA), "--address fd00::100 --gateway fd00::2");
    has(joined(NET_HELPER_PASTA), "--dns-forward fd00::3");
    VEC_PUSH(&spec.loopback_ports)->port = 0;
    has_not(joined(NET_HELPER_PASTA), "--no-map-gw");
    VEC_PUSH(&spec.dns);
    has_not(joined(NET_HELPER_PASTA), "--dns-forward");
}

static void pasta_gets_an_option_for_each_port(void **state HUSK_UNUSED)
{
    bare_plan();
    publish("8000-8001:80-81");
    publish("[::1]:53:5353/udp");
    has(joined(NET_HELPER_PASTA), "-t 127.0.0.1/8000:80 -t 127.0.0.1/8001:81 -u ::1/53:5353");
    spec.publish.count = 1;
    has(joined(NET_HELPER_PASTA), "-t 127.0.0.1/8001:81 -u none");
}

/* ---- publishing ---------------------------------------------------------------------------- */

/* Takes one request as slirp4netns does, and answers. Its status is 0 if that was WANTED. */
static pid_t answer_with(const char *answer, const char *wanted)
{
    struct sockaddr_un here = {.sun_family = AF_UNIX, .sun_path = SLIRP_SOCKET};
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    pid_t pid;

    unlink(SLIRP_SOCKET);
    assert_int_equal(bind(listener, (struct sockaddr *)&here, sizeof here), 0);
    assert_int_equal(listen(listener, 1), 0);
    pid = fork();
    if (pid == 0) {
        char request[1024] = "";
        int fd = accept(listener, NULL, NULL);

        fd_read_full(fd, request, sizeof request - 1);
        fd_write_all(fd, answer, strlen(answer));
        _exit(strcmp(request, wanted) != 0);
    }
    close(listener);
    return pid;
}

static int status_of_pid(pid_t pid)
{
    int status;

    assert_int_equal(waitpid(pid, &status, 0), pid);
    return status;
}

static void slirp4netns_is_asked_for_a_port(void **state HUSK_UNUSED)
{
    static const char wanted[] =
        "{\"execute\":\"add_hostfwd\",\"arguments\":{\"proto\":\"udp\",\"host_addr\":\"127.0.0.2\","
        "\"host_port\":8001,\"guest_addr\":\"10.0.2.100\",\"guest_port\":81}}";
    struct publish p;
    char answer[64];
    pid_t pid;

    host_begin();
    assert_null(publish_parse("127.0.0.2:8000-8001:80-81/udp", &p));
    pid = answer_with("{\"return\":{\"id\":1}}", wanted);
    assert_int_equal(slirp_publish(&p, 1, answer, sizeof answer), 0);
    assert_int_equal(status_of_pid(pid), 0);
    pid = answer_with("{\"error\":{\"desc\":\"no\"}}", wanted);
    assert_int_equal(slirp_publish(&p, 1, answer, sizeof answer), -EPROTO);
    assert_string_equal(answer, "{\"error\":{\"desc\":\"no\"}}");
    status_of_pid(pid);
    pid = answer_with("", wanted);
    assert_int_equal(slirp_publish(&p, 1, answer, sizeof answer), -EPROTO);
    status_of_pid(pid);
    unlink(SLIRP_SOCKET);
    assert_int_equal(slirp_publish(&p, 1, answer, sizeof answer), -ENOENT);
}

static void a_taken_port_is_seen(void **state HUSK_UNUSED)
{
    const int types[] = {SOCK_STREAM, SOCK_DGRAM};

    for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
        struct sockaddr_in here = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
        socklen_t size = sizeof here;
        int fd = socket(AF_INET, types[i] | SOCK_CLOEXEC, 0);
        struct publish p = {.udp = types[i] == SOCK_DGRAM};

        assert_true(ip_parse("127.0.0.1", &p.host));
        assert_int_equal(bind(fd, (struct sockaddr *)&here, sizeof here), 0);
        assert_int_equal(getsockname(fd, (struct sockaddr *)&here, &size), 0);
        if (!p.udp)
            assert_int_equal(listen(fd, 1), 0);
        p.host_first = p.host_last = (uint16_t)(ntohs(here.sin_port) - 1);
        assert_int_equal(publish_probe(&p, 1), -EADDRINUSE);
        close(fd);
        assert_int_equal(publish_probe(&p, 1), 0);
    }
}

/* ---- what it says -------------------------------------------------------------------------- */

static void the_last_line_that_tells_something_is_the_reason(void **state HUSK_UNUSED)
{
    char slirp[] = "sent tapfd=5 for tap0\nreceived tapfd=5\nStarting slirp\n* MTU: 65520\nseccomp: no\n* x\n";
    char old[] = "slirp4netns: unrecognized option '--enable-seccomp'\nUsage: slirp4netns\n  -h\n";
    char nothing[] = "Starting slirp\n \n";

    assert_string_equal(net_helper_reason(slirp), "seccomp: no");
    assert_string_equal(net_helper_reason(old), "slirp4netns: unrecognized option '--enable-seccomp'");
    assert_string_equal(net_helper_reason(nothing), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slirp4netns_isolates_itself),
        cmocka_unit_test(its_loopback_is_open_only_if_it_must),
        cmocka_unit_test(pasta_gets_nothing_of_the_hosts),
        cmocka_unit_test(pasta_gets_an_option_for_each_port),
        INSIDE(slirp4netns_is_asked_for_a_port),
        cmocka_unit_test(a_taken_port_is_seen),
        cmocka_unit_test(the_last_line_that_tells_something_is_the_reason),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
