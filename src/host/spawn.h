/* Making the child: one clone3 with every namespace that it gets. */
#pragma once
#include "plan/plan.h"
#include <sys/types.h>

/* The process that keeps the network's helper; see host/net_keeper.h. */
struct net_keeper {
    pid_t pid; /* 0: none */
    int gate;  /* the host's end; FD_NONE: it has nothing more to say */
    bool online;
};

/* A sandbox as the host side sees it. */
struct sandbox {
    pid_t parent; /* who started husk */
    pid_t pid;    /* the child: pid 1 inside, or the command itself */
    int gate;     /* husk's end of the gate to it */
    int signals;  /* the monitor's signalfd, of monitor_prepare() */
    int report;   /* the file of --report, or FD_NONE */
    pid_t guardian;        /* of masks; 0: none */
    pid_t supervisor;      /* of --seccomp-log; 0: none */
    int supervisor_gate;   /* husk's end, valid while there is a supervisor */
    pid_t keeper;          /* of the cgroup; 0: none */
    int keeper_gate;       /* husk's end, valid while there is a keeper */
    struct cgroup *cgroup; /* NULL: none */
    struct net_keeper net_keeper;
};

/* What runs in the child: never returns. GATE, GUARDIAN and SUPERVISOR are its ends; all but the first
 * may be FD_NONE. */
typedef void spawn_main(void *arg, int gate, int guardian, int supervisor);

/*
 * Starts the child. From here on every signal that can be is blocked, and the soft limit of open files
 * is the hard one. 0 or -errno, said, with a hint where the cause is known; no child is left then.
 */
int spawn(const struct plan *plan, struct sandbox *sb, spawn_main *run, void *arg);
