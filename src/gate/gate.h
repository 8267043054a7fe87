/*
 * The gate: the one thing that both sides of a sandbox share while it runs. A socketpair with
 * messages; the death of either side is an end of file for the other, never a hang.
 *
 * The order of messages (host <- child unless marked ->):
 *
 *     MAPPED ->          only if the plan has a first gate: the id maps stand, go on
 *     ADOPTED ->         only if the plan has a cgroup: the child is in it, with its limits; go on
 *     OFFLINE + fd       only if the plan has a network helper: the id maps stand, and this is the network
 *                        namespace for it
 *     ONLINE ->          the answer: it carries the network, and listens on what is published
 *     FAILED             a stage failed, or the command cannot be executed; the child is about to exit
 *     STARTED + pidfd    the command is about to be executed (with an init; without one, end of file
 *                        says that it was)
 *     TIMED ->           only if the plan is timed (a timeout, a report): the clock runs, execute it. STARTED
 *                        then comes without an init, too
 *     STOPPED            the command was stopped by signal VALUE
 *     ENDED              only for a report, with an init: the command ended with the wait status VALUE
 *
 * The end of the command is told by the child's own exit, with the same status.
 *
 * A second pair of the same kind leads from the child to the guardian (host/guardian.h):
 *
 *     CHILD + pidfd      the sandbox's first process; without an init its end comes after the end of file
 *     PLACEHOLDER + fd   the folder TEXT is about to be made in the folder of the fd
 *     HELD + fd          it stands; the fd is it, with a shared lock
 *
 * A third pair leads to the supervisor of --seccomp-log (host/supervisor.h); the launcher and the child have
 * the same end of it:
 *
 *     LISTENER + fd      from the child: the listener of the filter that was just loaded
 *     REPORT             from the launcher: the command has ended, what was refused?
 *     <- REFUSED         a line of the answer, in TEXT
 *     <- REPORTED        there are no more; VALUE is the number of calls, at most INT_MAX; STATUS is 1 if
 *                        nothing has the filter any more, so that the supervisor ends
 *
 * A fourth one leads from husk to the keeper (host/keeper.h):
 *
 *     GROUP + fd         the cgroup TEXT is about to be made in the folder of the fd
 *
 * One from the helper program husk-scope to husk: FAILED, or ADOPTED, after which it waits for husk to hang up. And
 * one from the network's keeper (host/net_keeper.h) to husk: ONLINE, then FAILED if its helper has ended.
 *
 * All functions may be used in the child after clone: no allocation.
 */
#pragma once
#include "base/util.h"
#include <limits.h>
#include <stdbool.h>
#include <sys/types.h>

/* The modes of placeholders, by which every husk knows one: see inside/placeholder.h. */
enum { PLACEHOLDER_CLOSED = 01555, PLACEHOLDER_OPEN = 01755 };

/* Is MODE, a whole st_mode, that of a placeholder. */
bool gate_is_placeholder_mode(mode_t mode);

enum gate_kind {
    GATE_MAPPED,
    GATE_OFFLINE,
    GATE_ONLINE,
    GATE_FAILED,
    GATE_STARTED,
    GATE_TIMED,
    GATE_STOPPED,
    GATE_CHILD,
    GATE_PLACEHOLDER,
    GATE_HELD,
    GATE_LISTENER,
    GATE_REPORT,
    GATE_REFUSED,
    GATE_REPORTED,
    GATE_ADOPTED,
    GATE_ENDED,
    GATE_GROUP,
};

/* For which kinds of failures the host side looks for a cause; see host/hints.c. */
enum gate_hint {
    HINT_NONE,
    HINT_USERNS,         /* a user namespace was refused */
    HINT_PROCFS,         /* mounting procfs was refused */
    HINT_HOST_MOUNTPOINT,/* the mount point would have to be made in a folder of the host */
    HINT_MOUNT_API,      /* the kernel or a filter refuses the mount calls */
    HINT_DEVPTS,         /* id 0 is not mapped */
    HINT_FDS,            /* too many open files */
    HINT_APPARMOR,       /* the profile is not there, or may not be changed to */
    HINT_SECCOMP,        /* the kernel does not take a policy of husk's own */
    HINT_LISTENER,       /* nor one with a listener */
    HINT_NOT_INSIDE,     /* the command is not in the sandbox */
    HINT_NOT_EXECUTABLE, /* it is, but may not be executed */
    HINT_CHDIR,          /* the folder to start in is not, or may not be entered */
    HINT_OWN_FOLDER,     /* the ids inside may not look at a folder of husk's own */
    HINT_NETWORK,        /* the network's helper failed */
    HINT_NETFILTER,      /* the kernel does not take the rules of the network */
    HINT_INTERPRETER,    /* it is, but its interpreter or loader is not */
    HINT_PROCESSES,      /* the command's process could not be made */
};

struct gate_message {
    int kind;            /* enum gate_kind */
    int value;           /* FAILED: the errno; STOPPED: a signal; REPORTED: a number */
    int status;          /* FAILED: husk's exit status, one of EXIT_* */
    int hint;            /* FAILED: enum gate_hint */
    int mount;           /* FAILED: at which of the plan's mounts, from 1; 0: at none of them */
    char text[PATH_MAX]; /* FAILED: what was being done; PLACEHOLDER: a name; REFUSED: a line. Terminated */
};

/* Makes the two ends, close-on-exec. 0 or -errno. */
int gate_open(int *ret_host, int *ret_child);

/* Sends KIND with VALUE, and PASS_FD with it unless it is negative. 0 or -errno (EPIPE: the other
 * side is gone). */
int gate_send(int gate, enum gate_kind kind, int value, int pass_fd);

/* Sends M whole. 0 or -errno. */
int gate_send_message(int gate, const struct gate_message *m, int pass_fd);

/* Waits for a message. 1: *M is filled, and *RET_FD if one came with it (close-on-exec; else FD_NONE;
 * RET_FD may be NULL: none is accepted). 0: the other side is gone. -errno; -EBADMSG for a cut or
 * unknown one, or one with several fds, which are closed. */
int gate_receive(int gate, struct gate_message *m, int *ret_fd);

/* Would gate_receive() return at once? */
bool gate_has_news(int gate);

/* 1 while the other side lives, 0 when it is gone, or -errno. Does not wait, takes no message. */
int gate_is_alive(int gate);
