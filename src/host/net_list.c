#include "host/net_list.h"
#include "base/fd.h"
#include "base/str.h"
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

typedef VEC(char *) word_list;

int net_list_open(const struct plan *plan, struct net_list_fds *fds)
{
    *fds = (struct net_list_fds){.list = FD_NONE, .ready = {FD_NONE, FD_NONE}, .log = FD_NONE};
    if (!plan->net.list)
        return 0;
    fds->list = fd_with_data("husk-allow", plan->net.list, strlen(plan->net.list));
    if (fds->list < 0)
        return fds->list;
    if (pipe2(fds->ready, O_CLOEXEC) < 0)
        return -errno;
    if (!plan->spec->net_log.set)
        return 0;
    fds->log = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    return fds->log < 0 ? -errno : 0;
}

static void add(word_list *words, const char *option, const char *value)
{
    *VEC_PUSH(words) = (char *)option;
    *VEC_PUSH(words) = (char *)value;
}

static void add_fd(word_list *words, const char *option, int fd)
{
    if (fd >= 0)
        add(words, option, arena_printf("%d", fd));
}

static void add_published(word_list *words, const struct publish *p)
{
    for (unsigned n = 0; n <= (unsigned)(p->host_last - p->host_first); n++)
        add(words, "--publish", arena_printf("%u%s", p->inside_first + n, p->udp ? "/udp" : ""));
}

char **net_list_argv(const struct plan *plan, const struct net_list_fds *fds, int netns, int sandbox)
{
    const struct spec *s = plan->spec;
    word_list words = {0};
    char address[IP_TEXT];

    if (!plan->net.list)
        return NULL;
    *VEC_PUSH(&words) = (char *)plan->net.list_program;
    add_fd(&words, "--netns", netns);
    add_fd(&words, "--list", fds->list);
    add_fd(&words, "--ready", fds->ready[1]);
    add_fd(&words, "--life", sandbox);
    add_fd(&words, "--log", fds->log);
    for (size_t i = 0; i < s->dns.count; i++)
        add(&words, "--dns", arena_strdup(ip_format(address, &s->dns.items[i].value)));
    for (size_t i = 0; i < s->publish.count; i++)
        add_published(&words, &s->publish.items[i].value);
    *VEC_PUSH(&words) = NULL;
    return words.items;
}

const char *net_list_reason(char *text)
{
    static const char prefix[] = "husk: ";
    char *line;

    while ((line = strsep(&text, "\n")))
        if (starts_with(line, prefix))
            return line + strlen(prefix);
    return "";
}
