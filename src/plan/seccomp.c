#include "plan/seccomp.h"
#include "base/log.h"
#include "base/str.h"
#include "plan/seccomp_file.h"
#include "plan/seccomp_policies.h"
#include "plan/seccomp_tune.h"
#include <errno.h>
#include <sched.h>
#include <sys/stat.h>

static const struct seccomp_policy *find(const char *name)
{
    for (unsigned i = 0; i < seccomp_policy_count; i++)
        if (streq(seccomp_policies[i].name, name))
            return &seccomp_policies[i];
    return NULL;
}

static int unknown_policy(const struct opt_text *asked)
{
    const char *names = "";

    for (unsigned i = 0; i < seccomp_policy_count; i++)
        names = arena_printf("%s%s, ", names, seccomp_policies[i].name);
    log_error("%s: no such seccomp policy; there are %sand none, or a file by "
              "a path with a slash or .json at its end",
              origin_text(&asked->from), names);
    return -EINVAL;
}

/* `nested' is for programs that make user namespaces. */
static int check_nested(const struct plan *plan, const struct opt_text *asked)
{
    if (!plan->disable_userns)
        return 0;
    log_error(
        "%s: further user namespaces are forbidden inside (%s), and it is of no use without them",
        origin_text(&asked->from),
        plan->spec->disable_userns ? origin_text(&plan->spec->disable_userns_from) : "--mask");
    if (plan->spec->disable_userns)
        log_hint("--allow-userns after it allows them");
    return -EINVAL;
}

/* Does --pidns lead to a namespace other than husk's own. */
static bool joins_other_pids(int fd)
{
    struct stat theirs, ours;

    return fd >= 0 && fstat(fd, &theirs) == 0 && stat("/proc/self/ns/pid", &ours) == 0 &&
           (theirs.st_dev != ours.st_dev || theirs.st_ino != ours.st_ino);
}

/* `build' lets debuggers work: on what they see. */
static int check_build(const struct plan *plan, const struct opt_text *asked)
{
    if ((plan->unshared & CLONE_NEWPID) || joins_other_pids(plan->spec->pidns.fd))
        return 0;
    log_error(
        "%s: it allows ptrace, which would reach the host's processes; it needs --unshare-pid",
        origin_text(&asked->from));
    return -EINVAL;
}

/* The policy NAME, which may be used here. */
static int builtin(const struct plan *plan, struct seccomp_base *base, struct plan_filter *filter)
{
    const struct opt_text *asked = &plan->spec->seccomp_profile;
    const struct seccomp_policy *policy = find(asked->value);
    int r = 0;

    if (!policy)
        return unknown_policy(asked);
    if (streq(policy->name, "nested"))
        r = check_nested(plan, asked);
    else if (streq(policy->name, "build"))
        r = check_build(plan, asked);
    /* The kernel copies it, and sock_fprog knows no const. */
    base->prog = (struct sock_fprog){policy->length, (struct sock_filter *)&seccomp_code[policy->start]};
    base->abis = 1u << SECCOMP_NATIVE | 1u << SECCOMP_32BIT;
    filter->policy = policy->name;
    return r;
}

int plan_seccomp(const struct plan *plan, struct plan_filter *ret_filter)
{
    const struct spec *s = plan->spec;
    bool none = !s->seccomp_profile.value || streq(s->seccomp_profile.value, "none");
    struct seccomp_base base;
    int r = 0;

    *ret_filter = (struct plan_filter){.from = s->seccomp_profile.from};
    if (none && !seccomp_tune_denies(s))
        return s->syscall_rules.count ? seccomp_tune_check(s) : 0;
    if (none) {
        seccomp_allow_all(&base);
        ret_filter->policy = "none";
        ret_filter->from = s->syscall_rules.items[0].from;
    } else if (s->seccomp_file >= 0) {
        r = seccomp_file(plan, &base, ret_filter);
    } else {
        r = builtin(plan, &base, ret_filter);
    }
    if (r == 0)
        r = seccomp_tune(s, &base);
    if (r < 0)
        return r;
    ret_filter->prog = base.prog;
    ret_filter->tuned = s->syscall_rules.count > 0;
    return 1;
}
