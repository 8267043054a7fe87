/* The list of --allow, as husk-allow takes it: see src/allow/main.c. */
#include "base/child.h"
#include "base/log.h"
#include "base/text.h"
#include "plan/net.h"
#include "plan/plan.h"
#include <errno.h>

#define PROGRAM "husk-allow"

/* What --allow-host-loopback asks for is listed by that. */
static void add_gateway(struct text *list, const char *gateway4, const char *gateway6, uint16_t port)
{
    if (!port)
        text_printf(list, "%s\n%s/udp\n%s\n%s/udp\n", gateway4, gateway4, gateway6, gateway6);
    else
        text_printf(list, "%s:%u\n%s:%u/udp\n[%s]:%u\n[%s]:%u/udp\n", gateway4, port, gateway4, port,
                    gateway6, port, gateway6, port);
}

/* Each entry on a line. */
static char *join_lines(const struct spec *s)
{
    struct text list = {0};

    for (size_t i = 0; i < s->allow.count; i++)
        text_printf(&list, "%s\n", s->allow.items[i].text);
    for (size_t i = 0; i < s->loopback_ports.count; i++)
        add_gateway(&list, NET_GATEWAY4, NET_GATEWAY6, s->loopback_ports.items[i].port);
    return list.text;
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
    return 0;
}
