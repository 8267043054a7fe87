/* Setters of the network: which one, and what leads into it. */
#include "base/alloc.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/str.h"
#include "spec/setters.h"
#include <fcntl.h>
#include <linux/sched.h>
#include <string.h>

/* Of --net, --unshare-net, --unshare-all and --share-net the last one counts, but for the flag. */
void net_choose(struct parser *p, enum net_mode mode, int ns)
{
    p->spec->net = (struct opt_net){.mode = mode, .ns = ns, .from = p->origin};
}

int set_share_net(struct parser *p, const struct option *o HUSK_UNUSED, char **args HUSK_UNUSED)
{
    p->spec->unshare &= ~(unsigned)CLONE_NEWNET;
    net_choose(p, NET_PLAIN, FD_NONE);
    return 0;
}

static int join(struct parser *p, const char *word)
{
    int fd = FD_NONE, r;

    if (!strchr(word, '/') && word[strspn(word, "0123456789")])
        return option_error(&p->origin, "ns: takes an fd or a path with a slash in it, such as /run/netns/%s", word);
    if ((r = open_namespace(p, word, &fd)) < 0)
        return r;
    p->spec->unshare &= ~(unsigned)CLONE_NEWNET;
    net_choose(p, NET_JOIN, fd);
    return 0;
}

int set_net(struct parser *p, const struct option *o, char **args)
{
    static const struct {
        const char *word;
        enum net_mode mode;
    } modes[] = {
        {"none", NET_PLAIN}, {"user", NET_USER}, {"slirp4netns", NET_SLIRP4NETNS}, {"pasta", NET_PASTA},
    };

    if (streq(args[0], "host"))
        return set_share_net(p, o, args);
    if (starts_with(args[0], "ns:"))
        return join(p, args[0] + strlen("ns:"));
    for (size_t i = 0; i < ARRAY_SIZE(modes); i++)
        if (streq(args[0], modes[i].word)) {
            unshare_flag(p, CLONE_NEWNET);
            net_choose(p, modes[i].mode, FD_NONE);
            return 0;
        }
    return option_error(&p->origin,
                        "the network can be none, host, user, slirp4netns, pasta or ns:PATH, not %s",
                        args[0]);
}

int set_publish(struct parser *p, const struct option *o HUSK_UNUSED, char **args)
{
    struct publish value;
    const char *wrong = publish_parse(args[0], &value);

    if (wrong)
        return option_error(&p->origin, "%s", wrong);
    *VEC_PUSH(&p->spec->publish) = (struct opt_publish){value, p->origin};
    return 0;
}

int set_dns(struct parser *p, const struct option *o HUSK_UNUSED, char **args)
{
    struct ip a;

    if (!ip_parse(args[0], &a))
        return option_error(&p->origin, "an address of IPv4 or IPv6 is wanted");
    *VEC_PUSH(&p->spec->dns) = (struct opt_address){a, NULL, p->origin};
    return 0;
}

int set_add_host(struct parser *p, const struct option *o HUSK_UNUSED, char **args)
{
    struct opt_address host = {.from = p->origin};
    const char *wrong = host_entry_parse(args[0], &host.name, &host.value);

    if (wrong)
        return option_error(&p->origin, "%s", wrong);
    *VEC_PUSH(&p->spec->hosts) = host;
    return 0;
}

int set_allow_host_loopback(struct parser *p, const struct option *o HUSK_UNUSED, char **args)
{
    struct opt_port port = {.from = p->origin};

    if (args[0] && !net_port_parse(args[0], &port.port))
        return option_error(&p->origin, "a port is a number from 1 to 65535");
    *VEC_PUSH(&p->spec->loopback_ports) = port;
    return 0;
}
