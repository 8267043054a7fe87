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

int net_read_file(const char *path, size_t limit, char **ret_text)
{
    HUSK_FD int fd = open(path, O_RDONLY | O_CLOEXEC);
    size_t size;
    int r;

    *ret_text = NULL;
    if (fd < 0 && (errno == ENOENT || errno == EACCES))
        return 0;
    r = fd < 0 ? -errno : fd_read_all(fd, limit, ret_text, &size);
    return r < 0 ? log_errno(-r, "reading %s", path) : 0;
}

/* Without one there is nothing to take over, as on the host. 0 or -errno, said. */
static int read_resolver(struct resolver *r)
{
    char *text, *line;
    int error = net_read_file("/etc/resolv.conf", RESOLV_CONF_LIMIT, &text);

    if (error < 0)
        return error;
    while ((line = strsep(&text, "\n")))
        read_line(r, line);
    return 0;
}

static void add_server(struct text *text, const char *address)
{
    text_printf(text, "nameserver %s\n", address);
}

/* The helper passes questions to the first server of the host of each family: so it is asked where there
 * is one. */
static const char *resolv_conf(const struct plan *plan, struct resolver *host)
{
    struct text *text = &host->lines;
    char address[IP_TEXT];

    for (size_t i = 0; i < plan->spec->dns.count; i++)
        add_server(text, ip_format(address, &plan->spec->dns.items[i].value));
    if (plan->spec->dns.count)
        return text->text;
    if (host->server4 || !host->server6)
        add_server(text, NET_DNS4);
    if (host->server6 && plan->net.ipv6)
        add_server(text, NET_DNS6);
    return text->text ? text->text : "";
}

int plan_net_files(struct plan *plan)
{
    struct plan_net *net = &plan->net;
    struct resolver host = {0};

    if (net->list) {
        net->resolv_conf = "nameserver " NET_DNS_LIST "\n";
    } else if (net->helper || plan->spec->dns.count) {
        int r = read_resolver(&host);

        if (r < 0)
            return r;
        net->resolv_conf = resolv_conf(plan, &host);
    }
    if (net->helper || plan->spec->hosts.count)
        net->hosts = user_files_hosts(plan);
    return 0;
}
