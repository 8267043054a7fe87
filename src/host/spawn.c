#include "host/spawn.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/syscalls.h"
#include "gate/gate.h"
#include "host/guardian.h"
#include "host/keeper.h"
#include "host/limits.h"
#include "host/pidns.h"
#include "host/supervisor.h"
#include "host/why.h"
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

static int block_signals(void)
{
    struct sigaction normal = {.sa_handler = SIG_DFL};
    sigset_t all;

    sigfillset(&all);
    /* If SIGCHLD were ignored, the child's status would be lost. */
    if (sigprocmask(SIG_SETMASK, &all, NULL) < 0 || sigaction(SIGCHLD, &normal, NULL) < 0)
        return log_errno(errno, "blocking signals");
    return 0;
}

/* Every source is an fd for a while. The command gets the old limit back. */
static void raise_fd_limit(const struct plan *plan)
{
    struct rlimit most = {.rlim_cur = plan->nofile.rlim_max, .rlim_max = plan->nofile.rlim_max};

    if (plan->mount_count > plan->nofile.rlim_cur / 2)
        setrlimit(RLIMIT_NOFILE, &most); /* if it is not enough, a source fails with EMFILE, and says so */
}

/* The launcher's own network is not needed any more, and a new user namespace would have no rights there. */
static int enter_network(const struct opt_net *net)
{
    int err;

    if (net->mode != NET_JOIN || sys_setns(net->ns, CLONE_NEWNET) == 0)
        return 0;
    err = errno;
    log_errno(err, "joining the network namespace of %s", origin_text(&net->from));
    if (err == EPERM)
        log_hint("that takes rights in the user namespace that owns it: as root, or with --profile none --userns FD");
    return -err;
}

static int enter_namespaces(const struct plan *plan)
{
    const struct opt_fd *user = &plan->spec->userns, *pid = &plan->spec->pidns;

    if (user->fd >= 0 && sys_setns(user->fd, CLONE_NEWUSER) < 0)
        return log_errno(errno, "Joining the user namespace of %s", origin_text(&user->from));
    if (pid->fd >= 0 && sys_setns(pid->fd, CLONE_NEWPID) < 0)
        return log_errno(errno, "Setting pidns failed (%s)", origin_text(&pid->from));
    return enter_network(&plan->spec->net);
}

/* husk dies with its parent, the child with husk. The parent may have died before this took hold. */
static int tie_to_parent(const struct plan *plan, const struct sandbox *sb)
{
    if (!plan->spec->die_with_parent)
        return 0;
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0)
        return log_errno(errno, "tying husk to its parent");
    if (getppid() != sb->parent)
        return log_error("the process that started %s is gone", log_program()), -ESRCH;
    return 0;
}

static int say_clone_failed(const struct plan *plan, int err)
{
    log_errno(err, "Creating new namespace failed");
    if (plan->clone_flags & CLONE_NEWUSER)
        why_no_userns(err, NULL);
    return -err;
}

int spawn(const struct plan *plan, struct sandbox *sb, spawn_main *run, void *arg)
{
    struct clone_args args = {.flags = plan->clone_flags, .exit_signal = SIGCHLD};
    HUSK_FD int host = FD_NONE, child = FD_NONE, guardian = FD_NONE, supervisor = FD_NONE;
    int r;

    if ((r = block_signals()) < 0)
        return r;
    raise_fd_limit(plan);
    if ((r = limits_raise(plan)) < 0 || (r = tie_to_parent(plan, sb)) < 0)
        return r;
    /* Before there is a gate: an end of it that one of these held for a moment would hide our death. */
    if (plan->has_guardian && (r = guardian_start(sb, &guardian)) < 0)
        return r;
    if (plan->seccomp_log && (r = supervisor_start(plan, sb, &supervisor)) < 0)
        return r;
    /* The last of the three, so that none of the others gets husk's end of its gate, which must be husk's alone. */
    if (plan->cgroup.how && (r = keeper_start(sb)) < 0)
        return r;
    if ((r = gate_open(&host, &child)) < 0)
        return log_errno(-r, "making the gate");
    if ((r = enter_namespaces(plan)) < 0)
        return r;
    sb->pid = plan->spec->pidns.fd >= 0 && (args.flags & CLONE_NEWPID) ? pidns_clone(&args, FD_NONE)
                                                                       : sys_clone3(&args);
    if (sb->pid < 0)
        return say_clone_failed(plan, errno);
    if (sb->pid == 0) {
        fd_closep(&host);
        if (plan->cgroup.how)
            fd_closep(&sb->keeper_gate);
        run(arg, TAKE_FD(&child), TAKE_FD(&guardian), TAKE_FD(&supervisor));
    }
    /* Others in a user namespace that husk has joined may have rights over husk, whose root is the host's. (With these
     * arguments the call cannot fail.) */
    if (plan->spec->userns.fd >= 0)
        prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    sb->gate = TAKE_FD(&host);
    sb->supervisor_gate = TAKE_FD(&supervisor);
    return 0;
}
