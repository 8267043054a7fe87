/* --dry-run for people: the plan as text, with names quoted and controls escaped. */
#include "base/log.h"
#include "base/str.h"
#include "base/text.h"
#include "base/user.h"
#include "plan/landlock.h"
#include "plan/names.h"
#include "plan/plan.h"
#include "plan/quote.h"
#include "plan/tree.h"
#include "plan/view.h"
#include "spec/limits.h"
#include <inttypes.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>

static const char *from_text(const struct origin *from)
{
    return from->text ? arena_printf("(%s)", quote_plain(origin_text(from))) : "";
}

static void line(const char *name, const char *value, const char *note)
{
    printf("  %-12s %s%s%s\n", name, value, *note ? "  " : "", note);
}

/* ---- the command --------------------------------------------------------------------------- */

static void show_command(const struct view *v)
{
    const struct plan *plan = v->plan;

    printf("command\n  ");
    for (char **arg = plan->argv; *arg; arg++)
        printf("%s%s", quote_word(*arg), arg[1] ? " " : "\n");
    if (strchr(plan->file, '/'))
        line("program", quote_word(plan->file), "");
    else
        line("program", quote_word(plan->file),
             arena_printf("looked up in %s", quote_word(plan->path)));
    line("starts in", quote_word(v->starts.items[0]), v->starts.count > 1 ? "if it is there," : "");
    for (size_t i = 1; i < v->starts.count; i++)
        line("", arena_printf("else %s", quote_word(v->starts.items[i])), "");
    line("umask", arena_printf("%04o", (unsigned)plan->umask), from_text(&plan->spec->umask.from));
    if (plan->spec->exec_label.value)
        line("label", quote_word(plan->spec->exec_label.value),
             from_text(&plan->spec->exec_label.from));
    if (plan->spec->apparmor_profile.value)
        line("AppArmor", quote_word(plan->spec->apparmor_profile.value),
             from_text(&plan->spec->apparmor_profile.from));
}

/* ---- ids ----------------------------------------------------------------------------------- */

static void show_map(const char *name, const struct id_range *map, size_t count, bool users)
{
    for (size_t i = 0; i < count; i++, map++) {
        uint32_t last = map->count - 1;

        if (map->count == 1) {
            const char *login = users ? user_name(map->outside) : NULL;

            line(name, arena_printf("%u -> %u", map->inside, map->outside),
                 login ? arena_printf("(%s)", quote_plain(login)) : "");
        } else {
            line(name,
                 arena_printf("%u-%u -> %u-%u", map->inside, map->inside + last, map->outside,
                              map->outside + last),
                 arena_printf("(%u ids)", map->count));
        }
    }
}

static const char *const map_writers[] = {
    [IDS_NONE] = "as they are: no user namespace of its own",
    [IDS_SINGLE] = "one user and one group",
    [IDS_RANGES] = "ranges",
    [IDS_OUTSIDE] = "written by another program (--userns-block-fd)",
};

static void show_ids(const struct plan *plan)
{
    const struct plan_ids *ids = &plan->ids;

    printf("\nids, inside -> on the host\n");
    line("kind", map_writers[ids->how], ids->use_helpers ? "through newuidmap and newgidmap" : "");
    show_map("users", ids->uid_map, ids->uid_map_count, true);
    show_map("groups", ids->gid_map, ids->gid_map_count, false);
    line("command", arena_printf("uid %u, gid %u", ids->uid, ids->gid),
         ids->second ? "in a second user namespace inside the first" : "");
    if (ids->how != IDS_NONE)
        line("setgroups", ids->deny_setgroups ? "denied" : "allowed", "");
    line("further",
         plan->disable_userns ? "no user namespaces can be made inside"
                                    : "user namespaces can be made inside",
         from_text(&plan->spec->disable_userns_from));
}

/* ---- namespaces, privileges ---------------------------------------------------------------- */

static const char *time_offsets(const struct spec *spec)
{
    return arena_printf("new, monotonic %s s, boottime %s s",
                        spec->monotonic.value ? quote_plain(spec->monotonic.value) : "+0",
                        spec->boottime.value ? quote_plain(spec->boottime.value) : "+0");
}

static void show_namespaces(const struct plan *plan)
{
    printf("\nnamespaces\n");
    for (size_t i = 0; i < ns_name_count; i++) {
        const struct ns_name *ns = &ns_names[i];
        enum ns_state state = view_namespace(plan, ns->flag);
        const char *value = "new";

        if (state == NS_SHARED)
            value = arena_printf("SHARED: %s", ns->shared);
        else if (state == NS_ENTERED)
            value = "entered";
        else if (ns->flag == CLONE_NEWTIME)
            value = time_offsets(plan->spec);
        line(ns->name, value, from_text(view_namespace_from(plan, ns->flag)));
    }
    if (plan->spec->hostname.value)
        line("host name", quote_word(plan->spec->hostname.value),
             from_text(&plan->spec->hostname.from));
}

/* "10.0.2.2, TCP port 80" */
static const char *rule_text(const struct net_rule *rule)
{
    const char *protocol = rule->protocol == IPPROTO_TCP      ? ", TCP"
                           : rule->protocol == IPPROTO_UDP    ? ", UDP"
                           : rule->protocol == IPPROTO_ICMPV6 ? ", ICMP"
                                                              : "";
    char address[IP_TEXT];

    if (rule->match == NET_ANSWERS)
        return "answers to what came in";
    if (rule->match == NET_INSIDE)
        return "what stays inside";
    if (rule->match == NET_FOREIGN)
        return "IPv6 that claims to come from elsewhere";
    return arena_printf("%s/%u%s%s", ip_format(address, &rule->to), rule->prefix, protocol,
                        rule->port ? arena_printf(" port %u", rule->port) : "");
}

static void show_publish(const struct opt_publish *o)
{
    const struct publish *p = &o->value;
    unsigned last = (unsigned)(p->host_last - p->host_first);
    char address[IP_TEXT];

    ip_format(address, &p->host);
    line("published",
         last ? arena_printf("%s ports %u-%u of %s -> %u-%u", p->udp ? "UDP" : "TCP", p->host_first,
                             p->host_last, address, p->inside_first, p->inside_first + last)
              : arena_printf("%s port %u of %s -> %u", p->udp ? "UDP" : "TCP", p->host_first, address,
                             p->inside_first),
         from_text(&o->from));
}

static void show_network(const struct plan *plan)
{
    const struct plan_net *net = &plan->net;

    if (!net->helper)
        return;
    printf("\nnetwork\n");
    line("carried by", quote_word(net->program), from_text(&plan->spec->net.from));
    line("addresses", net->ipv6 ? NET_OWN4 ", " NET_OWN6 : NET_OWN4, "");
    for (size_t i = 0; i < plan->spec->allow.count; i++)
        line("reached", quote_word(plan->spec->allow.items[i].text),
             from_text(&plan->spec->allow.items[i].from));
    if (net->list)
        line("all else", plan->spec->net_log.set ? "refused, and said on stderr" : "refused", "");
    for (size_t i = 0; i < plan->spec->publish.count; i++)
        show_publish(&plan->spec->publish.items[i]);
    for (size_t i = 0; i < net->rule_count; i++)
        line(net->rules[i].accept ? "open" : "refused", rule_text(&net->rules[i]), "");
}

static void show_caps(const struct plan *plan)
{
    printf("\ncapabilities\n");
    if (!plan->set_caps)
        printf("  %s\n", plan->unshared & CLONE_NEWUSER ? "all, in its own user namespace"
                                                        : "as husk has them");
    else if (!plan->caps)
        printf("  none\n");
    for (unsigned cap = 0; plan->set_caps && cap < 64; cap++)
        if (plan->caps >> cap & 1)
            printf("  %s%s\n", cap_display_name(cap), plan->ambient ? "  (ambient)" : "");
}

/* Where the program of a profile's file comes from, and what it leaves out. */
static void show_profile_file(const struct plan_filter *f)
{
    static const char *const states[] = {
        [CACHE_NO] = "compiled by husk-seccomp: it is not in the cache",
        [CACHE_HAD] = "from the cache",
        [CACHE_KEPT] = "compiled by husk-seccomp, and kept in the cache",
    };

    if (f->cache != CACHE_NONE)
        line("profile", states[f->cache], "");
    if (f->skipped && *f->skipped)
        line("not known", quote_plain(f->skipped), "stay refused");
}

static void show_filters(const struct plan *plan)
{
    const struct spec *s = plan->spec;

    printf("\nseccomp filters\n");
    if (!plan->filter_count)
        printf("  none\n");
    for (size_t i = 0; i < plan->filter_count; i++) {
        const struct plan_filter *f = &plan->filters[i];

        printf("  %s%s%u instructions  %s\n", f->policy ? quote_plain(f->policy) : "", f->policy ? ": " : "",
               (unsigned)f->prog.len, from_text(&f->from));
        show_profile_file(f);
        for (size_t k = 0; f->tuned && k < s->syscall_rules.count; k++)
            line(s->syscall_rules.items[k].allow ? "allows" : "denies",
                 quote_plain(s->syscall_rules.items[k].names), from_text(&s->syscall_rules.items[k].from));
        if (f->listener)
            printf("  what it refuses is said at the end  %s\n", from_text(&s->seccomp_log.from));
    }
}

static void show_ports(const char *name, const struct opt_ports *ports)
{
    struct text text = {0};

    if (!ports->set)
        return;
    for (size_t i = 0; i < ports->ranges.count; i++) {
        const struct port_range *r = &ports->ranges.items[i];

        text_printf(&text, "%s%u", i ? ", " : "", r->first);
        if (r->last != r->first)
            text_printf(&text, "-%u", r->last);
    }
    line(name, text.text ? text.text : "none", from_text(&ports->from));
}

static void show_landlock(const struct plan *plan)
{
    const char *active = landlock_active(plan), *lacks = landlock_lacks(plan);

    printf("\nlandlock\n");
    if (!active && !lacks)
        printf("  none\n");
    if (active)
        line("limits", active, from_text(&plan->spec->landlock.from));
    if (lacks)
        line("missing", lacks, "");
    show_ports("TCP to", &plan->spec->tcp_connect);
    show_ports("TCP at", &plan->spec->tcp_bind);
}

/* ---- limits -------------------------------------------------------------------------------- */

static void show_number(const char *name, const struct opt_number *number)
{
    if (number->set)
        line(name, arena_printf("%d", number->value), from_text(&number->from));
}

/* What limits all of it together, as the files of its cgroup. */
static void show_cgroup(const struct plan *plan)
{
    const struct plan_cgroup *c = &plan->cgroup;

    if (c->how == CGROUP_SCOPE)
        line("cgroup", arena_printf("%s of %s, by systemd", c->unit ? c->unit : "a new scope", c->slice),
             from_text(c->from));
    if (c->how == CGROUP_PARENT)
        line("cgroup", arena_printf("a new one in %s", quote_word(plan->spec->cgroup.parent.value)),
             from_text(c->from));
    for (size_t i = 0; i < c->file_count; i++)
        line(c->files[i].name, c->files[i].line, from_text(c->files[i].from));
}

static void show_limits(const struct plan *plan)
{
    const struct spec *s = plan->spec;

    printf("\nlimits\n");
    for (size_t i = 0; i < plan->limit_count; i++) {
        const struct plan_limit *l = &plan->limits[i];
        const char *soft = limit_text(l->value.rlim_cur), *hard = limit_text(l->value.rlim_max);

        line(limit_name(l->resource), streq(soft, hard) ? soft : arena_printf("%s, up to %s", soft, hard),
             from_text(&l->from));
    }
    show_number("nice value", &s->nice);
    show_number("OOM score", &s->oom_score_adj);
    if (s->cpus.list)
        line("processors", s->cpus.text, from_text(&s->cpus.from));
    if (s->no_aslr.set)
        line("addresses", "not randomised", from_text(&s->no_aslr.from));
    if (plan->timeout)
        line("timeout", arena_printf("%s, then SIGTERM, and SIGKILL %s later", s->timeout.text,
                                     s->kill_after.text ? s->kill_after.text : "5s"),
             from_text(&s->timeout.from));
    show_cgroup(plan);
    if (!plan->cgroup.how && !plan->limit_count && !s->nice.set && !s->oom_score_adj.set && !s->cpus.list && !s->no_aslr.set &&
        !plan->timeout)
        printf("  none of its own\n");
}

/* ---- environment, fds, lifetime ------------------------------------------------------------ */

/* NAME=VALUE, each of them one word. */
static const char *variable_text(const char *entry)
{
    const char *equals = strchr(entry, '=');

    if (!equals)
        return quote_word(entry);
    return arena_printf("%s=%s", quote_word(arena_strndup(entry, (size_t)(equals - entry))),
                        quote_word(equals + 1));
}

static void show_env(const struct view *v)
{
    const struct plan *plan = v->plan;
    static const char *const marks[] = {
        [ENV_FROM_HOST] = "passed on",
        [ENV_FROM_OPTION] = "set",
        [ENV_FROM_HUSK] = "by husk",
    };

    printf("\nenvironment\n");
    for (size_t i = 0; plan->env[i]; i++) {
        bool is_pwd = plan->pwd_slot >= 0 && (size_t)plan->pwd_slot == i;

        line(marks[view_env_source(v, i)],
             is_pwd ? "PWD=<where it starts>" : variable_text(plan->env[i]), "");
    }
    if (!plan->env[0])
        printf("  empty\n");
}

static void show_fd(const char *name, int fd)
{
    if (fd >= 0)
        line(name, arena_printf("%d", fd), "");
}

static void show_fds(const struct view *v)
{
    const struct spec *spec = v->plan->spec;

    printf("\nfds the command inherits%s\n", spec->close_fds ? "" : " (all that husk was given)");
    for (size_t i = 0; i < v->fds.count; i++)
        line(arena_printf("%d", v->fds.items[i].fd),
             v->fds.items[i].target ? quote_word(v->fds.items[i].target) : "?", "");
    for (size_t i = 0; i < spec->sync_fds.count; i++)
        show_fd("held open", spec->sync_fds.items[i]);
    show_fd("waits for", spec->block_fd.fd);
    show_fd("waits for", spec->userns_block_fd.fd);
    show_fd("info to", spec->info_fd.fd);
    show_fd("status to", spec->json_status_fd.fd);
}

static void show_lifetime(const struct plan *plan)
{
    const struct spec *spec = plan->spec;
    bool new_pids = plan->unshared & CLONE_NEWPID;

    printf("\nlifetime\n");
    printf("  %s\n", spec->die_with_parent ? "all of it is killed when husk or husk's parent dies"
                     : plan->cgroup.how    ? "all of it is killed when husk dies, with its cgroup"
                     : plan->timeout       ? "all of it is killed when husk dies, which keeps its time"
                                           : "it may outlive husk's parent");
    printf("  %s\n", spec->new_session ? "a new session, without the terminal"
                                       : "husk's session, with its terminal");
    if (new_pids)
        printf("  pid 1 is %s\n", plan->has_init ? "husk's, which reaps" : "the command itself");
    for (size_t i = 0; i < spec->lock_files.count; i++)
        printf("  a lock is held on %s\n", quote_word(spec->lock_files.items[i].value));
}

/* ---- what the host gives ------------------------------------------------------------------- */

static void show_excepts(const struct view *v, const struct reach *r)
{
    size_t count;
    const struct mount_view *const *excepts = view_excepts(v, r, &count);

    for (size_t i = 0; i < count; i++)
        printf("      but for %s (%s)\n", quote_word(excepts[i]->dest),
               mount_kind_name(excepts[i]->op->kind));
}

static void show_paths(const struct view *v, const char *title, bool write)
{
    bool any = false;

    for (size_t i = 0; i < v->reach.count; i++) {
        const struct reach *r = &v->reach.items[i];

        if (r->write != write)
            continue;
        if (!any)
            printf("  %s\n", title);
        any = true;
        printf("    %s", quote_word(r->host));
        if (!streq(r->host, r->inside))
            printf("  at %s", quote_word(r->inside));
        printf("%s%s\n", r->devices ? ", with its device nodes" : "",
               r->submounts ? ", only what is mounted below it" : "");
        show_excepts(v, r);
    }
    if (!any)
        printf("  %s: nothing\n", title);
}

static void show_reachable(const struct view *v)
{
    const struct plan *plan = v->plan;
    bool any = false;

    printf("\nreachable on the host, as far as this user's own rights go\n");
    show_paths(v, "can be written", true);
    show_paths(v, "can be read", false);
    if (v->reach.count)
        printf("  sockets in these folders can be connected to, read-only or not\n");
    if (plan->spec->host_mountpoints)
        printf("  missing mount points are made in its folders, and stay\n");
    if (plan->has_guardian)
        printf("  masks of what is absent make placeholders in its folders, while husk runs\n");
    for (size_t i = 0; i < ns_name_count; i++)
        if (view_namespace(plan, ns_names[i].flag) == NS_SHARED &&
            ns_names[i].flag != CLONE_NEWTIME) {
            printf("  %s\n", ns_names[i].shared);
            any = true;
        }
    if (plan->net.helper)
        printf("  other machines that the host reaches; of the host itself what the network has open\n");
    if (view_namespace(plan, CLONE_NEWNET) == NS_SHARED &&
        plan->landlock.handled.scoped & LL_SCOPE_ABSTRACT)
        printf("  but no abstract socket: Landlock keeps them out of reach\n");
    if (!any)
        printf("  no network and no other namespace of the host\n");
    if (view_host_privileges(plan))
        printf("  THE CAPABILITIES COUNT ON THE HOST: this confines files, not privileges\n");
}

int explain_text(const struct plan *plan)
{
    struct view v;

    view_init(&v, plan);
    show_command(&v);
    printf("\nfiles\n");
    tree_show(&v);
    if (plan->spec->file_label.value)
        line("label", quote_word(plan->spec->file_label.value), "");
    show_ids(plan);
    show_namespaces(plan);
    show_network(plan);
    show_caps(plan);
    show_landlock(plan);
    show_filters(plan);
    show_limits(plan);
    show_env(&v);
    show_fds(&v);
    show_lifetime(plan);
    show_reachable(&v);
    return log_finish_stdout("writing the plan to stdout");
}
