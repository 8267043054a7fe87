/* The limits of the command, as they will be set. */
#include "base/log.h"
#include "plan/plan.h"
#include <errno.h>

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

int plan_limits(struct plan *plan)
{
    const struct spec *s = plan->spec;
    int r = 0;

    for (int i = 0; r == 0 && i < RLIM_NLIMITS; i++)
        if (s->limits[i].set)
            r = add_limit(plan, &s->limits[i], i);
    if (s->umask.set)
        plan->umask = (mode_t)s->umask.value;
    return r;
}
