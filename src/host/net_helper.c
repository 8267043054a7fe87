#include "host/net_helper.h"
#include "base/fd.h"
#include "base/str.h"
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static bool allows_host_loopback(const struct plan *plan)
{
    return plan->spec->loopback_ports.count > 0; /* to one port: then by rules */
}

static bool publishes_udp(const struct plan *plan)
{
    for (size_t i = 0; i < plan->spec->publish.count; i++)
        if (plan->spec->publish.items[i].value.udp)
            return true;
    return false;
}

typedef VEC(char *) word_list;

static void add(word_list *words, const char *word)
{
    *VEC_PUSH(words) = (char *)word;
}

static void add_two(word_list *words, const char *option, const char *value)
{
    add(words, option);
    add(words, value);
}

/* Its own sandbox: a mount namespace with next to nothing, no capabilities, and a seccomp filter. Options of
 * slirp4netns 1.0 and later. */
static void add_slirp4netns(word_list *words, const struct plan *plan, int ready)
{
    add(words, "--enable-sandbox");
    add(words, "--enable-seccomp");
    add(words, arena_printf("--mtu=%d", NET_MTU));
    add(words, arena_printf("--ready-fd=%d", ready));
    /* With it, answers to what was published would not get back to the host's loopback by UDP. Without it
     * there are our own rules yet. */
    if (!allows_host_loopback(plan) && !publishes_udp(plan))
        add(words, "--disable-host-loopback");
    if (plan->net.ipv6)
        add(words, "--enable-ipv6");
    if (plan->spec->publish.count)
        add(words, "--api-socket=" SLIRP_SOCKET);
    add(words, "--netns-type=path");
    add_two(words, "/proc/self/fd/0", NET_DEVICE);
}

/* One option for each port: of several ports in one, it goes on without those that are taken. */
static void add_pasta_ports(word_list *words, const struct plan *plan, bool udp)
{
    const char *option = udp ? "-u" : "-t";
    bool any = false;
    char address[IP_TEXT];

    for (size_t i = 0; i < plan->spec->publish.count; i++) {
        const struct publish *p = &plan->spec->publish.items[i].value;

        if (p->udp != udp)
            continue;
        any = true;
        ip_format(address, &p->host);
        for (unsigned n = 0; n <= (unsigned)(p->host_last - p->host_first); n++)
            add_two(words, option,
                    arena_printf("%s/%u:%u", address, p->host_first + n, p->inside_first + n));
    }
    if (!any)
        add_two(words, option, "none"); /* else it would listen on what the sandbox listens on */
}

static void add_pasta_dns(word_list *words, const struct plan *plan)
{
    /* The host's name server, asked by its own address, would answer from the other one (2023). */
    if (plan->spec->dns.count)
        return;
    add_two(words, "--dns-forward", NET_DNS4);
    if (plan->net.ipv6)
        add_two(words, "--dns-forward", NET_DNS6);
}

/* It isolates itself without being asked. Its stdin stays open in the foreground; other fds newer versions
 * close. Options of the version of March 2023 and later. */
static void add_pasta(word_list *words, const struct plan *plan)
{
    add(words, "--foreground");
    add(words, "--quiet");
    add_two(words, "--netns", "/proc/self/fd/0");
    add(words, "--no-netns-quit");
    add_two(words, "--pid", "/proc/self/fd/1"); /* written when the network is there */
    add_two(words, "--ns-ifname", NET_DEVICE);
    add_two(words, "--mtu", arena_printf("%d", NET_MTU));
    add(words, "--no-dhcp");
    add(words, "--no-dhcpv6");
    add(words, "--no-ra");
    add_two(words, "--address", NET_OWN4);
    add_two(words, "--netmask", arena_printf("%d", NET_PREFIX4));
    add_two(words, "--gateway", NET_GATEWAY4);
    if (plan->net.ipv6) {
        add_two(words, "--address", NET_OWN6);
        add_two(words, "--gateway", NET_GATEWAY6);
    } else {
        add(words, "--ipv4-only");
    }
    if (!allows_host_loopback(plan))
        add(words, "--no-map-gw");
    add_two(words, "--tcp-ns", "none"); /* else what the host's loopback has, would be on the sandbox's */
    add_two(words, "--udp-ns", "none");
    add_pasta_dns(words, plan);
    add_pasta_ports(words, plan, false);
    add_pasta_ports(words, plan, true);
}

char **net_helper_argv(const struct plan *plan, int ready)
{
    word_list words = {0};

    add(&words, plan->net.program);
    if (plan->net.helper == NET_HELPER_SLIRP4NETNS)
        add_slirp4netns(&words, plan, ready);
    else
        add_pasta(&words, plan);
    add(&words, NULL);
    return words.items;
}

/* ---- publishing ---------------------------------------------------------------------------- */

static int connect_to(const char *path)
{
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    HUSK_FD int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    snprintf(to.sun_path, sizeof to.sun_path, "%s", path);
    if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to) < 0)
        return -errno;
    return TAKE_FD(&fd);
}

/* One JSON object goes there, one comes back, {"return":...} or {"error":...}; then it hangs up. */
int slirp_publish(const struct publish *p, unsigned i, char *answer, size_t size)
{
    static const char good[] = "{\"return\":";
    char request[512], address[IP_TEXT];
    HUSK_FD int fd = connect_to(SLIRP_SOCKET);
    ssize_t n;
    int r;

    answer[0] = 0;
    if (fd < 0)
        return fd;
    snprintf(request, sizeof request,
             "{\"execute\":\"add_hostfwd\",\"arguments\":{\"proto\":\"%s\",\"host_addr\":\"%s\","
             "\"host_port\":%u,\"guest_addr\":\"" NET_OWN4 "\",\"guest_port\":%u}}",
             p->udp ? "udp" : "tcp", ip_format(address, &p->host), p->host_first + i,
             p->inside_first + i);
    if ((r = fd_write_all(fd, request, strlen(request))) < 0)
        return r;
    shutdown(fd, SHUT_WR);
    n = fd_read_full(fd, answer, size - 1);
    if (n < 0)
        return (int)n;
    answer[n] = 0;
    return starts_with(answer, good) ? 0 : -EPROTO;
}

int publish_probe(const struct publish *p, unsigned i)
{
    uint16_t port = htons((uint16_t)(p->host_first + i));
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = port};
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = port};
    bool is_v6 = p->host.family == AF_INET6;
    HUSK_FD int fd =
        socket(p->host.family, (p->udp ? SOCK_DGRAM : SOCK_STREAM) | SOCK_CLOEXEC, 0);
    const int on = 1;

    memcpy(&v4.sin_addr, p->host.bytes, sizeof v4.sin_addr);
    memcpy(&v6.sin6_addr, p->host.bytes, sizeof v6.sin6_addr);
    /* As the helpers have it, so that a port that is only on its way out is no obstacle. */
    if (fd < 0 || (!p->udp && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) < 0))
        return -errno;
    if (bind(fd, is_v6 ? (const struct sockaddr *)&v6 : (const struct sockaddr *)&v4,
             is_v6 ? sizeof v6 : sizeof v4) < 0)
        return -errno;
    /* Two may be bound to it with SO_REUSEADDR, but one can listen. */
    return !p->udp && listen(fd, 1) < 0 ? -errno : 0;
}

/* ---- what it says -------------------------------------------------------------------------- */

static bool is_reason(const char *line)
{
    static const char *const noise[] = {
        "Failed to send", /* of pasta, where there is no syslog */
        "sent tapfd", "received tapfd", "Starting slirp", "* ", "WARNING: Support for", "Usage:",
    };

    for (size_t i = 0; i < ARRAY_SIZE(noise); i++)
        if (starts_with(line, noise[i]))
            return false;
    return line[strspn(line, " \t")] != 0;
}

const char *net_helper_reason(char *text)
{
    const char *reason = "";
    char *line;

    while ((line = strsep(&text, "\n"))) {
        if (is_reason(line))
            reason = line;
        /* Its help follows, of which the last line tells nothing. */
        if (strstr(line, "unrecognized option") || strstr(line, "invalid option"))
            break;
    }
    return reason;
}
