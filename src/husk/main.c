/*
 * husk: runs a command in a sandbox. This is the whole life of one; each step is a file or a folder.
 */
#include "base/fd.h"
#include "base/log.h"
#include "base/path.h"
#include "base/secure.h"
#include "base/str.h"
#include "config.h"
#include "host/cgroup.h"
#include "host/idmap.h"
#include "host/monitor.h"
#include "host/report.h"
#include "host/self.h"
#include "host/spawn.h"
#include "host/status.h"
#include "inside/inside.h"
#include "plan/features.h"
#include "plan/plan.h"
#include "plan/seccomp_policies.h"
#include "spec/options.h"
#include "spec/profile.h"
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

static void child_main(void *in, int gate, int guardian, int supervisor)
{
    inside_main(in, gate, guardian, supervisor);
}

static int run(const struct plan *plan, pid_t parent)
{
    struct inside *in = inside_prepare(plan);
    struct sandbox sandbox = {.parent = parent};

    if (self_check() < 0 || monitor_prepare(&sandbox) < 0 || report_prepare(plan, &sandbox) < 0 ||
        cgroup_prepare(plan, &sandbox) < 0 || spawn(plan, &sandbox, child_main, in) < 0)
        return log_exit_status(EXIT_HUSK);
    if (idmap_write(plan, &sandbox) < 0 || status_tell_started(plan, &sandbox) < 0 ||
        cgroup_adopt(plan, &sandbox) < 0)
        return monitor_abort(&sandbox);
    return monitor(plan, &sandbox);
}

/* Who reads only a part of it must be told. */
static int finish_output(void)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return 0;
    log_errno(errno, "writing to stdout");
    return log_exit_status(EXIT_HUSK);
}

static int print_version(void)
{
    puts(log_is_bwrap() ? "bubblewrap " BWRAP_VERSION : "husk " PACKAGE_VERSION);
    return finish_output();
}

int main(int argc, char **argv)
{
    pid_t parent = getppid();
    bool as_bwrap = argc > 0 && streq(path_base(argv[0]), "bwrap");
    struct spec spec;
    struct plan plan;
    int r;

    log_init(as_bwrap ? "bwrap" : "husk", as_bwrap);
    secure_refuse();
    if ((r = fd_fill_standard()) < 0) {
        log_errno(-r, "opening something in the place of a closed fd 0, 1 or 2");
        return log_exit_status(EXIT_HUSK);
    }
    spec_init(&spec);
    if (spec_from_argv(&spec, argc, argv) < 0)
        return log_exit_status(EXIT_HUSK);
    switch (spec.action) {
    case ACTION_HELP:
        help_print(argv[0]);
        return finish_output();
    case ACTION_VERSION:
        return print_version();
    case ACTION_LIST_PROFILES:
        return profile_list();
    case ACTION_PRINT_PROFILE:
        return profile_print(spec.action_arg);
    case ACTION_LIST_SYSCALL_GROUPS:
        fputs(seccomp_groups_text, stdout);
        return finish_output();
    case ACTION_RUN:
        break;
    }
    if (plan_make(&plan, &spec) < 0)
        return log_exit_status(EXIT_HUSK);
    features_say(&plan);
    if (!spec.dry_run)
        return run(&plan, parent);
    r = spec.dry_run == DRY_RUN_JSON ? explain_json(&plan) : explain_text(&plan);
    return r < 0 ? log_exit_status(EXIT_HUSK) : 0;
}
