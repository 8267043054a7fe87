/* The list of --allow, as husk-allow takes it: see src/allow/main.c. */
#include "base/alloc.h"
#include "base/child.h"
#include "base/log.h"
#include "base/str.h"
#include "plan/net.h"
#include "plan/plan.h"
#include <errno.h>
#include <string.h>

#define PROGRAM "husk-allow"

/* What --allow-host-loopback asks for is listed by that. */
static const char *gateway_lines(const char *gateway4, const char *gateway6, uint16_t port)
{
    if (!port)
        return arena_printf("%s\n%s/udp\n%s\n%s/udp\n", gateway4, gateway4, gateway6, gateway6);
    return arena_printf("%s:%u\n%s:%u/udp\n[%s]:%u\n[%s]:%u/udp\n", gateway4, port, gateway4, port,
                        gateway6, port, gateway6, port);
}

/* Each line, with a newline. */
static char *join_lines(const struct spec *s)
{
    size_t size = 1;
    char *text, *p;

    for (size_t i = 0; i < s->allow.count; i++)
        size += strlen(s->allow.items[i].text) + 1;
    p = text = arena_alloc(size);
    for (size_t i = 0; i < s->allow.count; i++)
        p += str_format(p, size - (size_t)(p - text), "%s\n", s->allow.items[i].text);
    return text;
}

int plan_net_list(struct plan *plan)
{
    const struct spec *s = plan->spec;
    struct plan_net *net = &plan->net;

    if (!s->allow.count)
        return 0;
    net->list_program = child_own(PROGRAM);
    if (!net->list_program)
        return log_errno(errno, "%s: the program " PROGRAM ", which is a part of husk",
                         origin_text(&s->allow.items[0].from));
    net->list = join_lines(s);
    for (size_t i = 0; i < s->loopback_ports.count; i++)
        net->list = arena_printf("%s%s", net->list,
                                 gateway_lines(NET_GATEWAY4, NET_GATEWAY6, s->loopback_ports.items[i].port));
    return 0;
}
