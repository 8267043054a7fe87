/*
 * The cgroup of a sandbox. In a scope of systemd's, or in --cgroup-parent without the first line:
 *
 *     husk-1234-89abcdef.scope/
 *         keeper/                  the keeper (host/keeper.h)
 *         sandbox/                 the limits are here, and here is counted what was used
 *             root/                the sandbox's processes; what they can mount begins here
 *
 * A cgroup whose children have controllers cannot have processes of its own, hence the first two. The last one is
 * there since the sandbox's user owns it with all its files: he could change the limits at the root of his cgroup
 * namespace (where cgroup2 is not mounted nsdelegate), but he sees nothing of what is above that root.
 *
 * No command runs without a limit that was asked for: each is read back, and the child waits to be told so.
 */
#pragma once
#include "host/spawn.h"

/* An error that waits until it is known whether the child has failed by itself. */
struct cgroup_error {
    int err;                   /* 0: the text says it all */
    const struct origin *from; /* the option it is about; NULL: the first one that needs a cgroup */
    char text[1024], hint[512];
};

struct cgroup {
    int parent;       /* the folder that NAME is in; FD_NONE: not there yet */
    const char *name; /* "sandbox", or in --cgroup-parent one of its own */
    int dir, root;    /* PARENT/NAME and its root */
    bool adopted;     /* the child is in it, and all limits stand */
    struct cgroup_error error;
};

/* Looks for what there must be: cgroup v2, systemd's user manager, the folder. Nothing is made yet, and for a plan
 * without a cgroup nothing is done. 0 or -errno, said, with a hint. */
int cgroup_prepare(const struct plan *plan, struct sandbox *sb);

/*
 * Puts the child, whose ids are mapped, into its cgroup, with all limits. 0 or -errno, said; the child is not told.
 * 0 as well if the child has failed already and says why: then it is not adopted.
 */
int cgroup_adopt(const struct plan *plan, struct sandbox *sb);

/* Tells the child, at the gate, if it was adopted. 0 or -errno as gate_send(). */
int cgroup_let_go(const struct sandbox *sb);

/* Kills what is left in it and waits for that; what was used can still be read. */
void cgroup_stop(struct sandbox *sb);

/* Removes it and ends the keeper. Does nothing without one. */
void cgroup_end(struct sandbox *sb);

/* A name that no other sandbox has, as husk-1234-89abcdef89abcdef, and END behind it, in arena memory. 0 or -errno,
 * noted. */
int cgroup_new_name(struct cgroup *c, const char *end, const char **ret);

/* Notes what failed. Returns -ERR, or -EINVAL without one. */
int cgroup_fail(struct cgroup *c, int err, const char *fmt, ...) HUSK_PRINTF(3, 4);
void cgroup_hint(struct cgroup *c, const char *fmt, ...) HUSK_PRINTF(2, 3);
