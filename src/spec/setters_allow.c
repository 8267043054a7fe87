/* Setters of the list that --allow makes of the network. */
#include "base/fd.h"
#include "base/log.h"
#include "base/str.h"
#include "spec/setters.h"
#include <linux/sched.h>

int set_allow(struct parser *p, const struct option *o HUSK_UNUSED, char **args)
{
    struct opt_allow allow = {.text = args[0], .from = p->origin};
    const char *wrong = allow_parse(args[0], &allow.value);

    if (wrong)
        return option_error(&p->origin, "%s", wrong);
    *VEC_PUSH(&p->spec->allow) = allow;
    return 0;
}

/* May a list bring a network of its own: where none was chosen, or a profile says `net none', which is only what it
 * has without a list. Another choice was meant, and cannot be listed. */
static bool may_choose(const struct spec *spec)
{
    const struct origin *from = &spec->net.from;

    return !from->text || (from->file && spec->unshare & CLONE_NEWNET);
}

int allow_settle(struct spec *spec)
{
    const struct origin *from;

    if (!spec->allow.count)
        return spec->net_log.set ? option_error(&spec->net_log.from, "there is no --allow") : 0;
    from = &spec->allow.items[0].from;
    if (spec->net.mode != NET_PLAIN && spec->net.mode != NET_JOIN)
        return 0;
    if (spec->net.mode == NET_JOIN || !may_choose(spec)) {
        log_error("%s does not go with %s", origin_text(from), origin_text(&spec->net.from));
        log_hint("a list is for --net user, slirp4netns or pasta");
        return -EINVAL;
    }
    spec->unshare |= CLONE_NEWNET;
    spec->unshare_from[__builtin_ctz(CLONE_NEWNET)] = *from;
    spec->net = (struct opt_net){.mode = NET_USER, .ns = FD_NONE, .from = *from};
    return 0;
}
