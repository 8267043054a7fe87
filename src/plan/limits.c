/* The limits of the command, as they will be set. */
#include "base/log.h"
#include "plan/plan.h"
#include <errno.h>

/* As the manual and --dry-run have it: 5 s. */
static const int64_t KILL_AFTER_DEFAULT = 5000000000;

static int add_limit(struct plan *plan, const struct opt_limit *limit, int resource)
{
    struct plan_limit *to = &plan->limits[plan->limit_count++];
    struct rlimit now;

    *to = (struct plan_limit){resource, limit->value, limit->from};
    if (!limit->only_lower)
        return 0;
    if (getrlimit(resource, &now) < 0)
        return log_errno(errno, "reading a limit (%s)", origin_text(&limit->from));
    to->value.rlim_max = MIN(to->value.rlim_max, now.rlim_max);
    to->value.rlim_cur = MIN(to->value.rlim_cur, to->value.rlim_max);
    return 0;
}

static int plan_timeout(struct plan *plan)
{
    const struct opt_duration *timeout = &plan->spec->timeout, *kill = &plan->spec->kill_after;

    if (kill->text && !timeout->text)
        return log_error("%s needs --timeout", origin_text(&kill->from)), -EINVAL;
    plan->timeout = timeout->ns;
    plan->timed = plan->timeout || plan->spec->report != REPORT_NO;
    plan->kill_after = kill->text ? kill->ns : KILL_AFTER_DEFAULT;
    return 0;
}

int plan_limits(struct plan *plan)
{
    const struct spec *s = plan->spec;
    int r = 0;

    for (int i = 0; r == 0 && i < RLIM_NLIMITS; i++)
        if (s->limits[i].set)
            r = add_limit(plan, &s->limits[i], i);
    if (s->umask.set)
        plan->umask = (mode_t)s->umask.value;
    return r < 0 ? r : plan_timeout(plan);
}
