/* Which network the sandbox gets, and which options do not go together. */
#include "stage.h"
#include "base/child.h"

static const struct origin from = {.text = "--net x"};

static void choose(enum net_mode mode)
{
    bare_plan();
    spec.net = (struct opt_net){.mode = mode, .ns = FD_NONE, .from = from};
}

static void need(const char *program)
{
    if (!child_find(program))
        cannot_show(arena_printf("%s is not installed", program));
}

static void none_has_no_helper(void **state HUSK_UNUSED)
{
    choose(NET_PLAIN);
    assert_int_equal(plan_network(&plan), 0);
    assert_int_equal(plan.net.helper, NET_HELPER_NONE);
    assert_int_equal(plan.net.rule_count, 0);
    assert_false(plan.unshared & CLONE_NEWNET);
}

static void what_needs_a_helper_is_refused_without(void **state HUSK_UNUSED)
{
    choose(NET_PLAIN);
    VEC_PUSH(&spec.publish)->from.text = "--publish 80:80";
    refused(plan_network(&plan), "--publish 80:80 needs --net user, slirp4netns or pasta");
    choose(NET_PLAIN);
    VEC_PUSH(&spec.loopback_ports)->from.text = "--allow-host-loopback";
    refused(plan_network(&plan), "--allow-host-loopback needs --net user");
}

static void the_one_that_was_asked_for_is_taken(void **state HUSK_UNUSED)
{
    need("slirp4netns");
    need("pasta");
    choose(NET_SLIRP4NETNS);
    assert_int_equal(plan_network(&plan), 0);
    assert_string_equal(net_helper_name(plan.net.helper), "slirp4netns");
    assert_int_equal(plan.net.program[0], '/');
    choose(NET_PASTA);
    assert_int_equal(plan_network(&plan), 0);
    assert_string_equal(net_helper_name(plan.net.helper), "pasta");
    choose(NET_USER);
    assert_int_equal(plan_network(&plan), 0);
    assert_string_equal(net_helper_name(plan.net.helper), "pasta");
}

/* What it stands on: it ends with the sandbox, and the command has no rights over it. */
static void it_brings_its_namespaces(void **state HUSK_UNUSED)
{
    const unsigned flags = CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWPID;

    need("slirp4netns");
    choose(NET_SLIRP4NETNS);
    plan.unshared = plan.clone_flags = 0;
    assert_int_equal(plan_network(&plan), 0);
    assert_int_equal(plan.unshared & flags, flags);
    assert_int_equal(plan.clone_flags & flags, flags);
    assert_true(plan.net.rule_count > 0);
}

static void another_user_namespace_does_not_go_with_it(void **state HUSK_UNUSED)
{
    choose(NET_USER);
    spec.userns.fd = STDIN_FILENO;
    refused(plan_network(&plan), "--net x does not go with --userns");
    choose(NET_USER);
    spec.userns_block_fd.fd = STDIN_FILENO;
    refused(plan_network(&plan), "--net x does not go with --userns");
}

static void slirp4netns_publishes_by_ipv4_only(void **state HUSK_UNUSED)
{
    need("slirp4netns");
    choose(NET_SLIRP4NETNS);
    assert_null(publish_parse("[::1]:80:80", &VEC_PUSH(&spec.publish)->value));
    spec.publish.items[0].from.text = "--publish [::1]:80:80";
    refused(plan_network(&plan), "--publish [::1]:80:80: slirp4netns publishes on addresses of IPv4 only");
}

static void ports_have_a_limit(void **state HUSK_UNUSED)
{
    need("slirp4netns");
    choose(NET_SLIRP4NETNS);
    assert_null(publish_parse("1000-1511:1000-1511", &VEC_PUSH(&spec.publish)->value));
    assert_int_equal(plan_network(&plan), 0);
    assert_null(publish_parse("80:80", &VEC_PUSH(&spec.publish)->value));
    spec.publish.items[1].from.text = "--publish 80:80";
    refused(plan_network(&plan), "--publish 80:80: more than 512 ports");
}

static void only_a_network_can_be_joined(void **state HUSK_UNUSED)
{
    choose(NET_JOIN);
    spec.net.ns = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
    assert_int_equal(plan_network(&plan), 0);
    close(spec.net.ns);
    spec.net.ns = open("/proc/self/ns/uts", O_RDONLY | O_CLOEXEC);
    refused(plan_network(&plan), "--net x: that is not a network namespace");
    close(spec.net.ns);
    spec.net.ns = open("/dev/null", O_RDONLY | O_CLOEXEC);
    refused(plan_network(&plan), "--net x: that is not a network namespace");
    close(spec.net.ns);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(none_has_no_helper),
        cmocka_unit_test(what_needs_a_helper_is_refused_without),
        cmocka_unit_test(the_one_that_was_asked_for_is_taken),
        cmocka_unit_test(it_brings_its_namespaces),
        cmocka_unit_test(another_user_namespace_does_not_go_with_it),
        cmocka_unit_test(slirp4netns_publishes_by_ipv4_only),
        cmocka_unit_test(ports_have_a_limit),
        cmocka_unit_test(only_a_network_can_be_joined),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
