/* Making the plan: each part in its file, in this order; what crosses the parts is checked here. */
#include "plan/plan.h"
#include "base/fd.h"
#include "base/log.h"
#include <sched.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int plan_process_state(struct plan *plan)
{
    plan->umask = umask(022);
    umask(plan->umask);
    if (getrlimit(RLIMIT_NOFILE, &plan->nofile) < 0)
        return log_errno(errno, "reading the limit of open files");
    if (sigprocmask(SIG_BLOCK, NULL, &plan->mask) < 0)
        return log_errno(errno, "reading the signal mask");
    sigdelset(&plan->mask, SIGCHLD);
    return 0;
}

static void plan_processes(struct plan *plan)
{
    const struct spec *s = plan->spec;

    plan->has_init = !s->as_pid_1 && ((plan->clone_flags & CLONE_NEWPID) || s->lock_files.count ||
                                      s->sync_fds.count);
    plan->first_gate = plan->ids.how == IDS_RANGES || plan->ids.how == IDS_OUTSIDE ||
                       s->info_fd.fd >= 0 || s->json_status_fd.fd >= 0;
}

int plan_make(struct plan *plan, const struct spec *spec)
{
    static int (*const parts[])(struct plan *) = {
        plan_process_state, plan_namespaces, plan_network, plan_ids,      plan_command,
        plan_env,           plan_net_files,  plan_mounts,  plan_caps,     plan_landlock,
        plan_filters,       plan_limits,     plan_cgroup,  plan_apparmor, plan_features,
    };

    memset(plan, 0, sizeof *plan);
    plan->spec = spec;
    for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
        int r = parts[i](plan);

        if (r < 0)
            return r;
    }
    plan_processes(plan);
    return 0;
}
