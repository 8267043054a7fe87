/*
 * The supervisor of --seccomp-log (seccomp_unotify(2)): a process that answers each call which the policy
 * refuses, with the errno that the policy has for it and never with leave to go on, and counts them. When the
 * command has ended the launcher asks it what there was.
 *
 * A process of its own, so that it answers also while husk is stopped, and after the command's end where
 * something goes on without a pid namespace. It ends when nothing has the filter any more. Should it die, the
 * kernel answers those calls with ENOSYS, and husk ends the sandbox.
 */
#pragma once
#include "host/spawn.h"

/* Starts it for PLAN, which has a filter with a listener. *RET_FD is the end of its gate by which the child hands it
 * the listener, and the launcher asks it. 0 or -errno, said. */
int supervisor_start(const struct plan *plan, struct sandbox *sb, int *ret_fd);

/* Is there one, and has it ended before it was asked. *RET_SIGNAL is what killed it, or 0. */
bool supervisor_is_lost(const struct sandbox *sb, int *ret_signal);

/* Asks for what was refused, and says it, or that it cannot be known. STARTED: the command has run, so that nothing
 * was refused is said as well. Does nothing without a supervisor. */
void supervisor_report(struct sandbox *sb, bool started);

/* Ends it without a question. Does nothing without one. */
void supervisor_end(struct sandbox *sb);
