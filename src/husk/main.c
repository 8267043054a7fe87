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
#include <stdio.h>
#include <unistd.h>

static void child_main(void *in, int gate, int guardian, int supervisor)
{
    inside_main(in, gate, guardian, supervisor);
}

/* A sandbox's life, outside; src/inside/inside.c has the stages of the child. */
static int run(const struct plan *plan, pid_t parent)
{
    struct inside *in = inside_prepare(plan); /* all the memory that the child will have */
    struct sandbox sandbox = {.parent = parent};

    /* What may be missing is looked for before there is a child. */
    if (self_check() < 0 || monitor_prepare(&sandbox) < 0 || report_prepare(plan, &sandbox) < 0 ||
        cgroup_prepare(plan, &sandbox) < 0 || spawn(plan, &sandbox, child_main, in) < 0)
        return log_exit_status(EXIT_HUSK);
    /* What another process must do for the child, which waits at the gate where it needs it. */
    if (idmap_write(plan, &sandbox) < 0 || status_tell_started(plan, &sandbox) < 0 ||
        cgroup_adopt(plan, &sandbox) < 0)
        return monitor_abort(&sandbox);
    /* Lets the child go on, and stays until nothing of the sandbox is left. */
    return monitor(plan, &sandbox);
}

/* The exit status after something was printed to stdout; R is 0, or -errno, said, if that failed. */
static int finish_output(int r)
{
    return r < 0 || log_finish_stdout("writing to stdout") < 0 ? log_exit_status(EXIT_HUSK) : 0;
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
        return finish_output(0);
    case ACTION_VERSION:
        puts(as_bwrap ? "bubblewrap " BWRAP_VERSION : "husk " PACKAGE_VERSION);
        return finish_output(0);
    case ACTION_LIST_PROFILES:
        return finish_output(profile_list());
    case ACTION_PRINT_PROFILE:
        return finish_output(profile_print(spec.action_arg));
    case ACTION_LIST_SYSCALL_GROUPS:
        fputs(seccomp_groups_text, stdout);
        return finish_output(0);
    case ACTION_RUN:
        break;
    }
    if (plan_make(&plan, &spec) < 0)
        return log_exit_status(EXIT_HUSK);
    features_say(&plan);
    if (!spec.dry_run)
        return run(&plan, parent);
    return finish_output(spec.dry_run == DRY_RUN_JSON ? explain_json(&plan) : explain_text(&plan));
}
