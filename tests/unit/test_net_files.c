/* /etc/resolv.conf and /etc/hosts of a sandbox with a network of its own. */
#include "stage.h"
#include <sys/socket.h>

static void begin(const char *resolv_conf)
{
    host_begin();
    assert_int_equal(sys_mount("t", "/etc", "tmpfs", 0, NULL), 0);
    host_file("/etc/hosts", "10.0.0.1 intern\n");
    if (resolv_conf)
        host_file("/etc/resolv.conf", resolv_conf);
    plan.unshared |= CLONE_NEWNET;
    plan.net.helper = NET_HELPER_PASTA;
}

static const char *resolv_conf(void)
{
    assert_int_equal(plan_net_files(&plan), 0);
    return plan.net.resolv_conf;
}

static void the_helper_is_the_name_server(void **state HUSK_UNUSED)
{
    begin("# a comment\nnameserver 192.0.2.1\nsearch example.org\nnameservers x\noptions ndots:2\nsortlist x\n");
    assert_string_equal(resolv_conf(), "search example.org\noptions ndots:2\nnameserver 10.0.2.3\n");
}

static void of_the_family_that_the_host_has(void **state HUSK_UNUSED)
{
    begin("nameserver 2001:db8::1\n");
    plan.net.ipv6 = true;
    assert_string_equal(resolv_conf(), "nameserver fd00::3\n");
}

static void or_of_both(void **state HUSK_UNUSED)
{
    begin("nameserver 192.0.2.1\nnameserver 2001:db8::1");
    plan.net.ipv6 = true;
    assert_string_equal(resolv_conf(), "nameserver 10.0.2.3\nnameserver fd00::3\n");
    plan.net.ipv6 = false;
    assert_string_equal(resolv_conf(), "nameserver 10.0.2.3\n");
}

static void a_host_without_the_file_has_nothing_to_say(void **state HUSK_UNUSED)
{
    begin(NULL);
    assert_string_equal(resolv_conf(), "nameserver 10.0.2.3\n");
}

static void what_cannot_be_read_is_an_error(void **state HUSK_UNUSED)
{
    begin(NULL);
    host_dir("/etc/resolv.conf");
    refused(plan_net_files(&plan), "reading /etc/resolv.conf: Is a directory");
}

static void servers_that_were_asked_for_are_the_only_ones(void **state HUSK_UNUSED)
{
    begin("nameserver 192.0.2.1\nsearch example.org\n");
    assert_true(ip_parse("192.0.2.53", &VEC_PUSH(&spec.dns)->value));
    assert_true(ip_parse("2001:db8::53", &VEC_PUSH(&spec.dns)->value));
    assert_string_equal(resolv_conf(), "search example.org\nnameserver 192.0.2.53\nnameserver 2001:db8::53\n");
}

static void with_a_list_there_is_only_husks(void **state HUSK_UNUSED)
{
    begin("nameserver 192.0.2.1\nsearch example.org\n");
    plan.net.list = "example.org\n";
    assert_true(ip_parse("192.0.2.53", &VEC_PUSH(&spec.dns)->value));
    assert_string_equal(resolv_conf(), "nameserver 127.0.0.53\n");
}

static void hosts_are_its_own(void **state HUSK_UNUSED)
{
    struct opt_address *host;

    begin(NULL);
    host = VEC_PUSH(&spec.hosts);
    host->name = "db";
    assert_true(ip_parse("192.0.2.7", &host->value));
    assert_int_equal(plan_net_files(&plan), 0);
    assert_non_null(strstr(plan.net.hosts, "192.0.2.7 db\n"));
    assert_non_null(strstr(plan.net.hosts, "127.0.0.1 localhost"));
    assert_null(strstr(plan.net.hosts, "intern"));
}

static void on_the_hosts_network_they_are_added(void **state HUSK_UNUSED)
{
    begin("nameserver 192.0.2.1\n");
    plan.unshared &= ~(unsigned)CLONE_NEWNET;
    plan.net.helper = NET_HELPER_NONE;
    assert_null(resolv_conf());
    assert_null(plan.net.hosts);
    VEC_PUSH(&spec.hosts)->name = "db";
    spec.hosts.items[0].value.family = AF_INET;
    assert_int_equal(plan_net_files(&plan), 0);
    assert_string_equal(plan.net.hosts, "0.0.0.0 db\n10.0.0.1 intern\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        INSIDE(the_helper_is_the_name_server),
        INSIDE(of_the_family_that_the_host_has),
        INSIDE(or_of_both),
        INSIDE(a_host_without_the_file_has_nothing_to_say),
        INSIDE(what_cannot_be_read_is_an_error),
        INSIDE(servers_that_were_asked_for_are_the_only_ones),
        INSIDE(with_a_list_there_is_only_husks),
        INSIDE(hosts_are_its_own),
        INSIDE(on_the_hosts_network_they_are_added),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
