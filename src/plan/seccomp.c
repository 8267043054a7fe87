#include "plan/seccomp.h"
#include "base/log.h"
#include "base/str.h"
#include "plan/seccomp_policies.h"
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
    log_error("%s: no such seccomp policy; there are %sand none", origin_text(&asked->from), names);
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

int plan_seccomp(const struct plan *plan, struct plan_filter *ret_filter)
{
    const struct opt_text *asked = &plan->spec->seccomp_profile;
    const struct seccomp_policy *policy;
    int r = 0;

    if (!asked->value || streq(asked->value, "none"))
        return 0;
    policy = find(asked->value);
    if (!policy)
        return unknown_policy(asked);
    if (streq(policy->name, "nested"))
        r = check_nested(plan, asked);
    else if (streq(policy->name, "build"))
        r = check_build(plan, asked);
    if (r < 0)
        return r;
    /* The kernel copies it, and sock_fprog knows no const. */
    *ret_filter = (struct plan_filter){
        .policy = policy->name,
        .prog = {policy->length, (struct sock_filter *)&seccomp_code[policy->start]},
        .from = asked->from,
    };
    return 1;
}
