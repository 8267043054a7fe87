/* husk-allow, which makes the network a list: how it is called, and what it says. */
#pragma once
#include "plan/plan.h"

/* What it is given: under these numbers, whose owner is the keeper. FD_NONE where there is no list. */
struct net_list_fds {
    int list;     /* PLAN's list, as a file */
    int ready[2]; /* its own end is number 1 */
    int log;      /* where refusals are said; FD_NONE: nowhere */
};

/* Makes FDS for PLAN. 0 or -errno. */
int net_list_open(const struct plan *plan, struct net_list_fds *fds);

/* The command line, for the network namespace NETNS and the sandbox's first process, a pidfd. In arena
 * memory. NULL: there is no list. */
char **net_list_argv(const struct plan *plan, const struct net_list_fds *fds, int netns, int sandbox);

/* In TEXT, which is what it and others have said, the line that tells why it failed; "": there is none. TEXT
 * is cut up. */
const char *net_list_reason(char *text);
