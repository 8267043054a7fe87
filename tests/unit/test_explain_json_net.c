/* The network of --dry-run=json: what carries it, what is published, and what it must not reach. */
#include "hand_made_plan.h"
#include "plan/explain_json.h"
#include "plan/net.h"

/* The member "network", alone in an object. */
static int show(const struct plan *p)
{
    struct json j = {.out = stdout};

    json_open(&j, NULL, '{');
    json_network(&j, p);
    json_close(&j, '}');
    return fflush(stdout);
}

static void without_a_program_there_is_none(void **state HUSK_UNUSED)
{
    assert_string_equal(printed(show), "{\n  \"network\": null\n}");
}

static void carry(void)
{
    plan.net.helper = NET_HELPER_PASTA;
    plan.net.program = "/usr/bin/pasta";
    spec.net.from.text = "--net user";
}

static void what_carries_it_is_named(void **state HUSK_UNUSED)
{
    char *text;

    carry();
    text = printed(show);
    has(text, "\"program\": \"/usr/bin/pasta\",\n    \"ipv6\": false,\n    \"allow\": null,\n    \"publish\": [],\n"
              "    \"rules\": [],\n    \"from\": {");
    has(text, "--net user");
    plan.net.ipv6 = true;
    has(printed(show), "\"ipv6\": true");
}

static void what_is_published_is_shown(void **state HUSK_UNUSED)
{
    struct opt_publish *o = VEC_PUSH(&spec.publish);

    carry();
    assert_null(publish_parse("[::1]:8000-8001:80-81/udp", &o->value));
    o->from.text = "--publish x";
    assert_null(publish_parse("127.0.0.1:1:2", &VEC_PUSH(&spec.publish)->value));
    has(printed(show), "\"protocol\": \"udp\",\n        \"host_address\": \"::1\",\n        \"host_first\": 8000,\n"
                       "        \"host_last\": 8001,\n        \"inside_first\": 80,\n        \"from\": {");
    has(printed(show), "\"protocol\": \"tcp\",\n        \"host_address\": \"127.0.0.1\",\n        \"host_first\": 1,\n"
                       "        \"host_last\": 1,\n        \"inside_first\": 2,\n        \"from\": ");
}

static void rules_are_shown(void **state HUSK_UNUSED)
{
    static struct net_rule rules[] = {
        {.match = NET_TO, .prefix = 8, .protocol = 6, .port = 53, .accept = true},
        {.match = NET_FOREIGN},
    };

    carry();
    assert_true(ip_parse("10.0.0.0", &rules[0].to));
    plan.net.rules = rules;
    plan.net.rule_count = ARRAY_SIZE(rules);
    has(printed(show), "\"accept\": true,\n        \"match\": \"to\",\n        \"address\": \"10.0.0.0\",\n"
                       "        \"prefix\": 8,\n        \"protocol\": 6,\n        \"port\": 53\n");
    has(printed(show), "\"accept\": false,\n        \"match\": \"foreign\",\n        \"address\": null,\n"
                       "        \"prefix\": 0,\n        \"protocol\": 0,\n        \"port\": 0\n");
}

static void a_list_is_shown_as_it_was_written(void **state HUSK_UNUSED)
{
    struct opt_allow *a = VEC_PUSH(&spec.allow);
    char *text;

    carry();
    a->text = "*.example.org:443";
    a->from = (struct origin){.text = "--allow x"};
    has(printed(show), "\"allow\": null");
    plan.net.list = "*.example.org:443\n";
    text = printed(show);
    has(text, "\"allow\": [\n      {\n        \"host\": \"*.example.org:443\",\n        \"from\": {");
    has(text, "],\n    \"log\": false,");
    spec.net_log.set = true;
    has(printed(show), "\"log\": true,");
    *VEC_PUSH(&spec.allow) = (struct opt_allow){.text = ODD};
    has(printed(show), "\"host\": \"/o\\\"d\\\\d\\u000a\\u001b[31m");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(without_a_program_there_is_none, set_up),
        cmocka_unit_test_setup(what_carries_it_is_named, set_up),
        cmocka_unit_test_setup(what_is_published_is_shown, set_up),
        cmocka_unit_test_setup(rules_are_shown, set_up),
        cmocka_unit_test_setup(a_list_is_shown_as_it_was_written, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
