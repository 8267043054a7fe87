/* Which network the sandbox gets, and the options that only make sense with some of them. */
#include "plan/net.h"
#include "base/child.h"
#include "base/log.h"
#include "plan/plan.h"
#include <errno.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

/* As many as a helper has room to listen on; each takes an open file. */
enum { PUBLISH_LIMIT = 512 };

/* Bytes: a router with 100,000 routes has them in 15 MB. */
enum { ROUTES_LIMIT = 256 * 1024 * 1024 };

static const char *const names[] = {
    [NET_HELPER_NONE] = "",
    [NET_HELPER_SLIRP4NETNS] = "slirp4netns",
    [NET_HELPER_PASTA] = "pasta",
};

/* As Debian calls them. */
static const char *const packages[] = {
    [NET_HELPER_NONE] = "",
    [NET_HELPER_SLIRP4NETNS] = "slirp4netns",
    [NET_HELPER_PASTA] = "passt",
};

const char *net_helper_name(enum net_helper helper)
{
    return names[helper];
}

static int choose_helper(struct plan *plan)
{
    const struct opt_net *net = &plan->spec->net;
    struct plan_net *to = &plan->net;

    if (net->mode != NET_SLIRP4NETNS && (to->program = child_find(names[NET_HELPER_PASTA]))) {
        to->helper = NET_HELPER_PASTA;
        return 0;
    }
    if (net->mode != NET_PASTA && (to->program = child_find(names[NET_HELPER_SLIRP4NETNS]))) {
        to->helper = NET_HELPER_SLIRP4NETNS;
        return 0;
    }
    if (net->mode == NET_USER) {
        log_error("%s: neither pasta nor slirp4netns is installed", origin_text(&net->from));
        log_hint("install the package passt or slirp4netns");
    } else {
        to->helper = net->mode == NET_PASTA ? NET_HELPER_PASTA : NET_HELPER_SLIRP4NETNS;
        log_error("%s: %s is not installed", origin_text(&net->from), names[to->helper]);
        log_hint("install the package %s", packages[to->helper]);
    }
    return -ENOENT;
}

/* Is LINE of /proc/net/ipv6_route a default route? It shows destination and length, source and length, gateway,
 * metric, two counts, flags, device, all but the last in hexadecimal. */
static bool is_default_route(const char *line)
{
    enum { REJECT = 0x200 }; /* RTF_REJECT */
    char to[33], device[32];
    unsigned length, flags;

    return sscanf(line, "%32s %x %*s %*s %*s %*s %*s %*s %x %31s", to, &length, &flags, device) == 4 &&
           length == 0 && !(flags & REJECT) && strcmp(device, "lo") != 0;
}

/* Has the host a default route of IPv6? A kernel without IPv6 has no such file, and a container may hide it. 0 or
 * -errno, said. */
static int look_for_ipv6(struct plan_net *net)
{
    char *text, *line;
    int r = net_read_file("/proc/net/ipv6_route", ROUTES_LIMIT, &text);

    if (r < 0)
        return r;
    while ((line = strsep(&text, "\n")))
        net->ipv6 |= is_default_route(line);
    return 0;
}

static int check_published(const struct plan *plan)
{
    unsigned ports = 0;

    for (size_t i = 0; i < plan->spec->publish.count; i++) {
        const struct opt_publish *p = &plan->spec->publish.items[i];

        ports += p->value.host_last - p->value.host_first + 1u;
        if (ports > PUBLISH_LIMIT)
            return log_error("%s: more than %d ports", origin_text(&p->from), PUBLISH_LIMIT), -E2BIG;
        if (p->value.host.family == AF_INET6 && plan->net.helper == NET_HELPER_SLIRP4NETNS)
            return log_error("%s: slirp4netns publishes on addresses of IPv4 only; pasta can do it",
                             origin_text(&p->from)),
                   -EAFNOSUPPORT;
    }
    return 0;
}

/* A helper ends with the sandbox's first process, so there is a pid namespace that ends with that process as well;
 * and the network belongs to a user namespace that the command is not in. */
static int use_helper(struct plan *plan)
{
    const struct spec *s = plan->spec;
    unsigned flags = CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWPID;
    int r;

    if (s->userns.fd >= 0 || s->userns_block_fd.fd >= 0)
        return log_error("%s does not go with --userns or --userns-block-fd",
                         origin_text(&s->net.from)),
               -EINVAL;
    plan->unshared |= flags;
    plan->clone_flags |= flags;
    if ((r = choose_helper(plan)) < 0 || (r = check_published(plan)) < 0 ||
        (r = look_for_ipv6(&plan->net)) < 0)
        return r;
    r = plan_net_rules(plan);
    return r < 0 ? r : plan_net_list(plan);
}

static int check_joined(const struct opt_net *net)
{
    int type = ioctl(net->ns, NS_GET_NSTYPE); /* Linux 4.11 */

    if (type != CLONE_NEWNET)
        return log_error("%s: that is not a network namespace", origin_text(&net->from)), -EINVAL;
    return 0;
}

static int needs_helper(const struct origin *from)
{
    return log_error("%s needs --net user, slirp4netns or pasta", origin_text(from)), -EINVAL;
}

int plan_network(struct plan *plan)
{
    const struct spec *s = plan->spec;
    int r = 0;

    if (s->net.mode == NET_JOIN)
        r = check_joined(&s->net);
    else if (s->net.mode != NET_PLAIN)
        r = use_helper(plan);
    if (r < 0)
        return r;
    if (!plan->net.helper && s->publish.count)
        return needs_helper(&s->publish.items[0].from);
    if (!plan->net.helper && s->loopback_ports.count)
        return needs_helper(&s->loopback_ports.items[0].from);
    return 0;
}
