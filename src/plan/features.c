#include "plan/features.h"
#include "base/log.h"
#include "base/str.h"
#include "plan/landlock.h"
#include <errno.h>
#include <sched.h>
#include <string.h>

/* What is known of one feature. */
struct state {
    bool active;
    unsigned abi;       /* how much of it the kernel has, where that is counted; else 0 */
    const char *detail; /* behind its name, or NULL */
    const char *why;    /* it is not active, if there is more to say than that; or NULL */
};

static struct state of_namespace(const struct plan *plan, unsigned flag)
{
    return (struct state){.active = plan->unshared & flag};
}

static struct state has_userns(const struct plan *plan)
{
    return of_namespace(plan, CLONE_NEWUSER);
}

static struct state has_pidns(const struct plan *plan)
{
    return of_namespace(plan, CLONE_NEWPID);
}

static struct state has_netns(const struct plan *plan)
{
    return of_namespace(plan, CLONE_NEWNET);
}

static struct state has_ipcns(const struct plan *plan)
{
    return of_namespace(plan, CLONE_NEWIPC);
}

static struct state has_utsns(const struct plan *plan)
{
    return of_namespace(plan, CLONE_NEWUTS);
}

static struct state has_cgroupns(const struct plan *plan)
{
    return of_namespace(plan, CLONE_NEWCGROUP);
}

static struct state has_timens(const struct plan *plan)
{
    return of_namespace(plan, CLONE_NEWTIME);
}

static struct state has_no_userns(const struct plan *plan)
{
    return (struct state){.active = plan->disable_userns};
}

static struct state has_no_caps(const struct plan *plan)
{
    return (struct state){.active = plan->set_caps && !plan->caps};
}

static struct state has_no_new_privs(const struct plan *plan HUSK_UNUSED)
{
    return (struct state){.active = true};
}

static struct state has_seccomp(const struct plan *plan)
{
    struct state s = {.active = plan->filter_count};

    for (size_t i = 0; i < plan->filter_count; i++)
        if (plan->filters[i].policy)
            s.detail = s.detail ? arena_printf("%s, %s", s.detail, plan->filters[i].policy)
                                : plan->filters[i].policy;
    return s;
}

static struct state has_landlock(const struct plan *plan)
{
    const char *active = landlock_active(plan);
    unsigned abi = (unsigned)plan->landlock.abi;

    return (struct state){
        .active = plan->landlock.handled.fs,
        .abi = abi,
        .detail = active ? arena_printf("%u (%s)", abi, active) : NULL,
        .why = landlock_lacks(plan),
    };
}

static struct state of_label(const struct opt_text *label)
{
    return (struct state){.active = label->value, .detail = label->value};
}

static struct state has_apparmor(const struct plan *plan)
{
    return (struct state){.active = plan->apparmor, .detail = plan->spec->apparmor_profile.value};
}

static struct state has_selinux(const struct plan *plan)
{
    return of_label(&plan->spec->exec_label);
}

static const struct feature {
    const char *name;
    struct state (*state)(const struct plan *plan);
} features[] = {
#define FEATURE(name_, state_, meaning_) {name_, state_},
#include "plan/features.def"
};

/* ---- --require ------------------------------------------------------------------------------ */

static const struct feature *find(const char *name, size_t n)
{
    for (size_t i = 0; i < ARRAY_SIZE(features); i++)
        if (strlen(features[i].name) == n && memcmp(features[i].name, name, n) == 0)
            return &features[i];
    return NULL;
}

static int unknown_feature(const struct opt_text *asked)
{
    const char *names = features[0].name;

    for (size_t i = 1; i < ARRAY_SIZE(features); i++)
        names = arena_printf("%s, %s", names, features[i].name);
    log_error("%s: there is no such feature; there are %s", origin_text(&asked->from), names);
    return -EINVAL;
}

static int check_abi(const struct opt_text *asked, const struct feature *f, const struct state *s,
                     const char *text)
{
    uint64_t abi;

    if (!streq(f->name, "landlock") || !parse_number(text, 10, INT32_MAX, &abi) || !abi)
        return log_error("%s: NAME, or landlock:ABI with a number, is wanted",
                         origin_text(&asked->from)),
               -EINVAL;
    if (s->abi < abi)
        return log_error("%s: this kernel has %s's ABI %u", origin_text(&asked->from), f->name, s->abi),
               -EOPNOTSUPP;
    return 0;
}

static int check(const struct plan *plan, const struct opt_text *asked)
{
    size_t n = strcspn(asked->value, ":");
    const struct feature *f = find(asked->value, n);
    struct state s;

    if (!f)
        return unknown_feature(asked);
    s = f->state(plan);
    if (!s.active)
        return log_error("%s: %s is not part of this sandbox%s%s", origin_text(&asked->from), f->name,
                         s.why ? ": " : "", s.why ? s.why : ""),
               -EOPNOTSUPP;
    return asked->value[n] ? check_abi(asked, f, &s, asked->value + n + 1) : 0;
}

int plan_features(struct plan *plan)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < plan->spec->required.count; i++)
        r = check(plan, &plan->spec->required.items[i]);
    return r;
}

/* ---- --verbose ------------------------------------------------------------------------------ */

static const char *add(const char *list, const char *name, const char *detail, const char *format)
{
    const char *item = detail ? arena_printf(format, name, detail) : name;

    return list ? arena_printf("%s, %s", list, item) : item;
}

void features_say(const struct plan *plan)
{
    const char *active = NULL, *inactive = NULL;

    if (!plan->spec->verbose)
        return;
    for (size_t i = 0; i < ARRAY_SIZE(features); i++) {
        struct state s = features[i].state(plan);

        if (s.active || s.detail)
            active = add(active, features[i].name, s.detail, "%s %s");
        if (!s.active || s.why)
            inactive = add(inactive, features[i].name, s.why, "%s (%s)");
    }
    log_info("active: %s; not: %s", active, inactive ? inactive : "nothing");
}
