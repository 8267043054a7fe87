/* The files by which programs find names: /etc/resolv.conf and /etc/hosts. */
#include "base/alloc.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/str.h"
#include "base/text.h"
#include "plan/net.h"
#include "plan/plan.h"
#include "plan/user_files.h"
#include <fcntl.h>
#include <string.h>

enum { RESOLV_CONF_LIMIT = 64 * 1024 };

/* What the host's resolv.conf(5) says. */
struct resolver {
    struct text lines; /* "search" and "options", each with a newline */
    bool server4, server6;
};

static bool is_word(const char *line, const char *word)
{
    return starts_with(line, word) && strchr(" \t", line[strlen(word)]);
}

static void read_line(struct resolver *r, const char *line)
{
    if (is_word(line, "search") || is_word(line, "domain") || is_word(line, "options"))
        text_printf(&r->lines, "%s\n", line);
    else if (is_word(line, "nameserver") && strchr(line, ':'))
        r->server6 = true;
    else if (is_word(line, "nameserver"))
        r->server4 = true;
}

static struct resolver read_resolver(void)
{
    struct resolver r = {0};
    HUSK_FD int fd = open("/etc/resolv.conf", O_RDONLY | O_CLOEXEC);
    char *text, *line;
    size_t size;

    /* Without one there is nothing to take over, as on the host. */
    if (fd < 0 || fd_read_all(fd, RESOLV_CONF_LIMIT, &text, &size) < 0)
        return r;
    while ((line = strsep(&text, "\n")))
        read_line(&r, line);
    return r;
}

static void add_server(struct text *text, const char *address)
{
    text_printf(text, "nameserver %s\n", address);
}

/* The helper passes questions to the first server of the host of each family: so it is asked where there
 * is one. */
static const char *resolv_conf(const struct plan *plan)
{
    struct resolver host = read_resolver();
    struct text *text = &host.lines;
    char address[NET_ADDRESS_TEXT];

    if (plan->net.list)
        return "nameserver " NET_DNS_LIST "\n";
    for (size_t i = 0; i < plan->spec->dns.count; i++)
        add_server(text, net_address_text(address, &plan->spec->dns.items[i].value));
    if (plan->spec->dns.count)
        return text->text;
    if (host.server4 || !host.server6)
        add_server(text, NET_DNS4);
    if (host.server6 && plan->net.ipv6)
        add_server(text, NET_DNS6);
    return text->text ? text->text : "";
}

int plan_net_files(struct plan *plan)
{
    if (plan->net.helper || plan->spec->dns.count)
        plan->net.resolv_conf = resolv_conf(plan);
    if (plan->net.helper || plan->spec->hosts.count)
        plan->net.hosts = user_files_hosts(plan);
    return 0;
}
