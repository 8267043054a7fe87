/* The network of --dry-run=json. */
#include "plan/explain_json.h"
#include "plan/net.h"
#include "plan/plan.h"

static void put_rule(struct json *j, const struct net_rule *rule)
{
    static const char *const matches[] = {
        [NET_TO] = "to", [NET_ANSWERS] = "answers", [NET_INSIDE] = "inside", [NET_FOREIGN] = "foreign"};
    char address[IP_TEXT];

    json_open(j, NULL, '{');
    json_bool(j, "accept", rule->accept);
    json_text(j, "match", matches[rule->match]);
    json_text(j, "address", rule->to.family ? ip_format(address, &rule->to) : NULL);
    json_number(j, "prefix", rule->prefix);
    json_number(j, "protocol", (uint64_t)rule->protocol); /* 0: any */
    json_number(j, "port", rule->port);                   /* 0: any */
    json_close(j, '}');
}

static void put_publish(struct json *j, const struct opt_publish *o)
{
    char address[IP_TEXT];

    json_open(j, NULL, '{');
    json_text(j, "protocol", o->value.udp ? "udp" : "tcp");
    json_text(j, "host_address", ip_format(address, &o->value.host));
    json_number(j, "host_first", o->value.host_first);
    json_number(j, "host_last", o->value.host_last);
    json_number(j, "inside_first", o->value.inside_first);
    json_origin(j, "from", &o->from);
    json_close(j, '}');
}

/* null: there is no list. */
static void put_allow(struct json *j, const struct plan *plan)
{
    const struct spec *s = plan->spec;

    if (!plan->net.list) {
        json_text(j, "allow", NULL);
        return;
    }
    json_open(j, "allow", '[');
    for (size_t i = 0; i < s->allow.count; i++) {
        json_open(j, NULL, '{');
        json_text(j, "host", s->allow.items[i].text);
        json_origin(j, "from", &s->allow.items[i].from);
        json_close(j, '}');
    }
    json_close(j, ']');
    json_bool(j, "log", s->net_log.set);
}

void json_network(struct json *j, const struct plan *plan)
{
    const struct plan_net *net = &plan->net;

    if (!net->helper) {
        json_text(j, "network", NULL);
        return;
    }
    json_open(j, "network", '{');
    json_text(j, "program", net->program);
    json_bool(j, "ipv6", net->ipv6);
    put_allow(j, plan);
    json_open(j, "publish", '[');
    for (size_t i = 0; i < plan->spec->publish.count; i++)
        put_publish(j, &plan->spec->publish.items[i]);
    json_close(j, ']');
    json_open(j, "rules", '[');
    for (size_t i = 0; i < net->rule_count; i++)
        put_rule(j, &net->rules[i]);
    json_close(j, ']');
    json_origin(j, "from", &plan->spec->net.from);
    json_close(j, '}');
}
