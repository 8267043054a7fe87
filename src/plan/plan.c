/* Making the plan: each part in its file, in the order that is written down here. */
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

static int (*const parts[])(struct plan *) = {
    plan_process_state, /* what husk was started with */
    plan_namespaces,    /* which are new decides about nearly all below */
    plan_network,       /* a helper brings further ones, and a second user namespace */
    plan_ids,           /* the maps of the user namespaces there are now */
    plan_command,       /* the current folder, which --cwd shows */
    plan_env,           /* the home, which may not be shown, and which passwd(5) names */
    plan_net_files,     /* their texts; mounts have them */
    plan_mounts,        /* --mask brings namespaces, and has the ids planned again */
    plan_caps,          /* what they are depends on the ids */
    plan_landlock,      /* the mounts' rights; not where the capabilities allow mounting */
    plan_filters,       /* one more where Landlock limits ports; profiles may ask for capabilities */
    plan_limits,
    plan_cgroup,        /* whose it is depends on the ids */
    plan_apparmor,
    plan_features,      /* --require asks what came of all of it */
};

int plan_make(struct plan *plan, const struct spec *spec)
{
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
