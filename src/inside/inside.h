/*
 * The child's side: everything between clone and the command. The stages are listed once, in
 * inside.c, in the order in which they must be done.
 *
 * Law 2: nothing here allocates, writes to a stdio stream or asks the name service. What needs
 * memory gets it in inside_prepare(), before clone.
 */
#pragma once
#include "gate/gate.h"
#include "plan/plan.h"

/* Where a mount comes from, opened before the first destination is touched. */
struct source {
    int fd; /* a detached copy of the mount tree; FD_NONE: it is not there, and need not be */
    bool is_dir;
    int *layers; /* OVERLAY: plan->mounts[i].layer_count fds, then upper and work */
};

struct inside {
    const struct plan *plan;
    int gate;
    int guardian;   /* the end to the guardian (host/guardian.h); FD_NONE: there is none */
    int supervisor; /* the end to the supervisor of --seccomp-log; FD_NONE: there is none */
    struct handover *handover; /* what gives it the listener: see listener.h; NULL: nothing does */
    int proc;     /* the host's /proc, verified; FD_NONE until proc_open() */
    int root;     /* what will be / */
    uint64_t root_mount; /* its mount's id; only dest_set_root() sets these two */
    bool entered;     /* the old root is gone */
    unsigned stacked; /* mounts on the old root's place that are not the new root */
    int landlock; /* the ruleset; FD_NONE without one */
    int scratch;  /* a hidden tmpfs for files that are bound from it; FD_NONE until it is needed */
    struct source *sources; /* one for each operation */
    dev_t *own_devs;        /* the devices of the file systems made here */
    size_t own_dev_count;
    bool refused_host_mountpoint; /* the destination that failed was missing in a folder of the host */
    bool in_cgroup;      /* adopted, and its cgroup namespace made */
    bool guardian_knows; /* of this process; see placeholder.c */
    void *guard;   /* room for the rules of the network; NULL: there are none */
    VEC(int) held; /* fds that stay open as long as the sandbox lives; only in_hold() adds */
    struct gate_message error; /* the first failure, noted by inside_fail(); TEXT "": there is none */
};

/* Allocates what inside_main() needs for PLAN. Launcher side. */
struct inside *inside_prepare(const struct plan *plan);

/* Runs the stages, then the command. GATE, GUARDIAN and SUPERVISOR are the child's ends; all but the first may be
 * FD_NONE. Never returns. */
void inside_main(struct inside *in, int gate, int guardian, int supervisor) HUSK_NORETURN;

/*
 * Notes what failed: the formatted text, FROM's words behind it if FROM is not NULL, and ERR, which
 * may be 0 when the text says it all. Returns a negative number, to be returned at once.
 */
int inside_fail(struct inside *in, int err, const struct origin *from, const char *fmt, ...)
    HUSK_PRINTF(4, 5);

/* The same with a hint, which the host side explains. */
int inside_fail_hint(struct inside *in, enum gate_hint hint, int err, const struct origin *from,
                     const char *fmt, ...) HUSK_PRINTF(5, 6);

/* Waits for the message KIND of the host side, any other one is an error; WHAT is what it stands for, for messages. 0,
 * or negative, noted. Does not return if husk is gone: it has said why, if it could. */
int inside_wait(struct inside *in, enum gate_kind kind, const char *what);

/* What inside_fail() noted is no failure after all. */
void inside_forget(struct inside *in);

/* Sends what inside_fail() noted to the host side and ends the process. */
void inside_give_up(struct inside *in) HUSK_NORETURN;

/* Ends the process as _exit(2), also where a filter of the command's refuses that call: libc would try for ever. */
void inside_exit(int status) HUSK_NORETURN;

/* Room for one more fd to hold. Never NULL: inside_prepare() counted what can come. */
int *in_hold(struct inside *in);

/* Opens the host's /proc and makes sure that it is one. 0 or negative, noted. */
int proc_open(struct inside *in);

/* Writes TEXT to NAME below /proc ("self/uid_map"). 0 or -errno, not noted. */
int proc_write(struct inside *in, const char *name, const char *text);

/* ---- the stages; each returns 0 or a negative number, noted ---------------------------------- */

int identity_map(struct inside *in);    /* identity.c: the id maps of the first user namespace */
int network_ask(struct inside *in);     /* network.c: has its helper started, if it gets one */
int sources_open(struct inside *in);    /* sources.c: all of them, on the host's tree */
int identity_become(struct inside *in); /* identity.c: id 0 of the ranges, which will own things */
int landlock_begin(struct inside *in);  /* landlock.c: an empty ruleset, which mounts_make() adds to */
int root_make(struct inside *in);       /* root.c: an empty tmpfs, not yet the root */
int mounts_make(struct inside *in);     /* mounts.c: every operation, in order */
int landlock_finish(struct inside *in); /* landlock.c: what is not of a mount */
int clocks_set(struct inside *in);      /* names.c: time namespace */
int oom_score_set(struct inside *in);   /* limits.c */
int hostname_set(struct inside *in);    /* names.c */
int loopback_up(struct inside *in);     /* net.c */
int network_settle(struct inside *in);  /* network.c: the rules */
int cgroup_enter(struct inside *in);    /* cgroup.c: the wait for it, and the namespace */
int root_enter(struct inside *in);      /* root.c: the new root, and the old one gone */
int network_wait(struct inside *in);    /* network.c: until it is carried; address and routes */
int identity_settle(struct inside *in); /* identity.c: second user namespace, the command's ids */
int block_wait(struct inside *in);      /* process.c: --block-fd */
int process_settle(struct inside *in);  /* process.c: umask, folder, session, lifetime */
int caps_settle(struct inside *in);     /* caps.c */

/* limits.c: those of the command's own process, before its filters; 0 or negative, noted. */
int limits_apply(struct inside *in);

/* landlock.c: allows RIGHTS (LL_*) on what FD is and all below it; nothing without a ruleset, or if they
 * are 0. FROM is the option to blame. 0 or negative, noted. */
int landlock_allow(struct inside *in, int fd, uint64_t rights, const struct origin *from);

/* landlock.c: puts this process under the ruleset, for good; 0 or negative, noted. */
int landlock_enter(struct inside *in);
