/*
 * The plan: what will be done, worked out from the spec. All that can fail for reasons of our own
 * fails while it is made. Once made it is const; --dry-run prints it, the child executes it.
 */
#pragma once
#include "base/landlock.h"
#include "plan/net.h"
#include "spec/spec.h"
#include <linux/filter.h>
#include <signal.h>
#include <sys/resource.h>

enum id_how {
    IDS_NONE,    /* no new user namespace */
    IDS_SINGLE,  /* one id each; the child writes the maps itself */
    IDS_RANGES,  /* several; written from outside, while the child waits at the first gate */
    IDS_OUTSIDE, /* --userns-block-fd: somebody else writes them */
};

struct plan_ids {
    enum id_how how;
    /* The maps of the (first) user namespace. */
    const struct id_range *uid_map, *gid_map;
    size_t uid_map_count, gid_map_count;
    bool deny_setgroups;
    bool use_helpers; /* IDS_RANGES: through newuidmap and newgidmap, since this user is not root */
    /* A second user namespace inside the first, in which the command runs; see plan/ids.c. */
    bool second;
    uint32_t uid, gid; /* the command's, inside */
    uint32_t real_uid, real_gid; /* this user's, outside */
};

struct plan_filter {
    struct sock_fprog prog;
    struct origin from;
    const char *policy;  /* the name of a built-in one, or the path of a profile's file; or NULL */
    unsigned flags;      /* for seccomp(2) */
    bool tuned;          /* --allow-syscall and --deny-syscall are in it */
    enum { CACHE_NONE, CACHE_NO, CACHE_HAD, CACHE_KEPT } cache; /* of a file: was it compiled before */
    const char *skipped; /* of a file: the calls that are not known here and stay refused, or NULL */
    bool listener;      /* it asks a supervisor: see plan/seccomp_log.h. At most one of them does */
};

/* As setrlimit(2) takes it. */
struct plan_limit {
    int resource;
    struct rlimit value;
    struct origin from;
};

/* A second layer that the kernel's Landlock makes; see plan/landlock.h. */
struct plan_landlock {
    int abi;                         /* the kernel's; 0: it has none, or nobody asked */
    struct landlock_handled handled; /* all 0: there is no ruleset */
    uint64_t everywhere;             /* rights in the whole tree */
    uint64_t root;                   /* rights in the tmpfs that the root is at first */
    const int *fds;                  /* those that the command inherits */
    size_t fd_count;
};

enum cgroup_how {
    CGROUP_NONE,
    CGROUP_SCOPE,  /* in a scope of systemd's */
    CGROUP_PARENT, /* in --cgroup-parent */
};

/* A file of the sandbox's cgroup, and the one line that is written to it, as it must be read back. */
struct cgroup_file {
    const char *controller, *name, *line;
    bool is_list; /* of processors, which can be written in more ways than one */
    const struct origin *from;
};

struct plan_cgroup {
    enum cgroup_how how;
    const struct cgroup_file *files;
    size_t file_count;
    const struct origin *from; /* the first option that needs a cgroup */
    const char *slice, *unit;  /* with their suffixes; UNIT NULL: husk finds one that is free */
    const char *description;   /* of the unit: the command's name, in UTF-8 without control characters */
};

struct plan {
    const struct spec *spec;

    unsigned clone_flags; /* CLONE_NEW* of the child */
    unsigned unshared;    /* the same and CLONE_NEWTIME: what is new for the command */
    bool has_init;        /* a pid 1 of ours, or a holder of locks, between husk and the command */
    bool has_guardian;    /* masks may need a mount point on the host: see host/guardian.h */
    bool disable_userns;  /* no further user namespaces: asked for, or needed by a mask */
    bool first_gate;      /* the child waits until the host side has looked at it, or written maps */
    struct plan_ids ids;
    struct plan_net net;

    const struct mount_op *mounts; /* lowered: no MIRROR, CWD or USER_FILES */
    size_t mount_count;
    const char *tty; /* the terminal on stdout, for /dev/console; NULL: none */

    char **argv;        /* the command; argv[-1] is a spare slot for a script's interpreter */
    const char *file;   /* what to execute: looked up in PATH unless it has a slash */
    char **env;         /* the environment; env[pwd_slot] is overwritten with PWD, if >= 0 */
    int pwd_slot;
    const char *path;   /* PATH in env, or the system's default */
    const char *home;   /* HOME in env, or NULL */
    const char *old_cwd; /* husk's own folder, or NULL when it cannot be had */

    uint64_t caps;      /* the command's effective, permitted and bounding set */
    bool set_caps;      /* false: leave everything as it is (root, and nothing was asked) */
    bool ambient;       /* the same in the ambient and inheritable sets */
    const struct plan_filter *filters; /* in the order they are loaded: a built-in one first */
    size_t filter_count;
    const struct sock_fprog *seccomp_log; /* --seccomp-log: what the filter with a listener answers without
                                             it; NULL: none has one */

    struct plan_landlock landlock;
    const char *apparmor; /* what to write for it, or NULL */

    struct plan_limit limits[RLIM_NLIMITS];
    size_t limit_count;
    int64_t timeout;         /* nanoseconds that the command may take; 0: as many as it likes */
    int64_t kill_after;      /* nanoseconds from SIGTERM to SIGKILL then */
    bool timed;              /* the command waits until husk has begun to take its time */
    struct plan_cgroup cgroup;
    mode_t umask;            /* the command's: husk's own, or --umask */
    struct rlimit nofile;    /* husk's own, restored before exec; the soft limit is raised for the set-up */
    sigset_t mask;           /* the same, without SIGCHLD */
};

/* Makes the plan. 0 or -errno, said. Opens nothing on the host but what fds of the spec name. */
int plan_make(struct plan *plan, const struct spec *spec);

/* The parts. Each fills its members; plan.c has their order, and the reasons for it. 0 or -errno, said. */
int plan_namespaces(struct plan *plan);
int plan_network(struct plan *plan);
int plan_ids(struct plan *plan);
int plan_command(struct plan *plan);
int plan_env(struct plan *plan);
int plan_mounts(struct plan *plan);
int plan_caps(struct plan *plan);
int plan_landlock(struct plan *plan);
int plan_filters(struct plan *plan);
int plan_limits(struct plan *plan);
int plan_cgroup(struct plan *plan);
int plan_apparmor(struct plan *plan);
int plan_features(struct plan *plan);

/* Prints the plan to stdout, as a tree or as one JSON object. 0 or -errno. */
int explain_text(const struct plan *plan);
int explain_json(const struct plan *plan);
