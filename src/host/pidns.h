/* Cloning into a new pid namespace that is not made from where husk is itself. */
#pragma once
#include <linux/sched.h>
#include <sys/types.h>

/*
 * clone3(2) with ARGS, which have CLONE_NEWPID, for a process whose children are in another pid
 * namespace than itself. Returns as that does: 0 in the child, in husk its pid as husk sees it; -1 and
 * errno. The child is husk's own. It is id 0 of the user namespace USERNS, unless that is negative.
 */
pid_t pidns_clone(const struct clone_args *args, int userns);
