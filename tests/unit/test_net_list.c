/* How husk-allow is called, and what it says. */
#include "host/net_list.h"
#include "base/str.h"
#include "capture.h"
#include <fcntl.h>
#include <sys/socket.h>

static struct spec spec;
static struct plan plan;

static void begin(const char *list)
{
    memset(&spec, 0, sizeof spec);
    memset(&plan, 0, sizeof plan);
    plan.spec = &spec;
    plan.net.list = list;
    plan.net.list_program = "/husk-allow";
}

static const char *joined(char **argv)
{
    const char *text = *argv;

    while (*++argv)
        text = arena_printf("%s %s", text, *argv);
    return text;
}

static void without_a_list_there_is_nothing(void **state HUSK_UNUSED)
{
    struct net_list_fds fds;

    begin(NULL);
    assert_int_equal(net_list_open(&plan, &fds), 0);
    assert_true(fds.list < 0 && fds.ready[0] < 0 && fds.ready[1] < 0 && fds.log < 0);
    assert_null(net_list_argv(&plan, &fds, 10, 11));
}

static void it_gets_the_list(void **state HUSK_UNUSED)
{
    char text[64] = {0};
    struct net_list_fds fds;

    begin("a.example\nb.example:80\n");
    spec.net_log.set = true;
    assert_int_equal(net_list_open(&plan, &fds), 0);
    assert_int_equal(fd_read_full(fds.list, text, sizeof text - 1), strlen(plan.net.list));
    assert_string_equal(text, plan.net.list);
    assert_true(fds.log > STDERR_FILENO);
    assert_true(fcntl(fds.log, F_GETFD) & FD_CLOEXEC && fcntl(fds.list, F_GETFD) & FD_CLOEXEC);
    fd_closep(&fds.list);
    fd_closep(&fds.ready[0]);
    fd_closep(&fds.ready[1]);
    fd_closep(&fds.log);
}

static void it_is_told_what_else_counts(void **state HUSK_UNUSED)
{
    const struct net_list_fds fds = {.list = 5, .ready = {6, 7}, .log = FD_NONE};
    struct opt_address *dns;
    struct opt_publish *p;

    begin("x\n");
    dns = VEC_PUSH(&spec.dns);
    assert_true(ip_parse("192.0.2.53", &dns->value));
    p = VEC_PUSH(&spec.publish);
    p->value = (struct publish){.host_first = 8000, .host_last = 8001, .inside_first = 80};
    p = VEC_PUSH(&spec.publish);
    p->value = (struct publish){.host_first = 53, .host_last = 53, .inside_first = 5353, .udp = true};
    assert_string_equal(joined(net_list_argv(&plan, &fds, 10, 11)),
                        "/husk-allow --netns 10 --list 5 --ready 7 --life 11 --dns 192.0.2.53 "
                        "--publish 80 --publish 81 --publish 5353/udp");
}

static void its_reason_is_found(void **state HUSK_UNUSED)
{
    char both[] = "sent tapfd=5\nhusk: --allow: setting the rules: no\nhusk: hint: a module\n";
    char none[] = "Segmentation fault\n", empty[] = "";

    assert_string_equal(net_list_reason(both), "--allow: setting the rules: no");
    assert_string_equal(net_list_reason(none), "");
    assert_string_equal(net_list_reason(empty), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_list_there_is_nothing),
        cmocka_unit_test(it_gets_the_list),
        cmocka_unit_test(it_is_told_what_else_counts),
        cmocka_unit_test(its_reason_is_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
