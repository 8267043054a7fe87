/*
 * Why something was refused that an ordinary user needs, and the one thing to do about it: called
 * after the error line, each prints at most one hint line, after looking at this machine.
 */
#pragma once
#include "host/facts.h"

/*
 * A user namespace could not be had, with errno ERR. WHAT is NULL if it (or one of the namespaces
 * made together with it) could not be made; else it was made, but WHAT ("/proc/self/uid_map",
 * "mounting /proc") was refused inside.
 */
void why_no_userns(int err, const char *what);

/* A call of the mount API was refused, with errno ERR, in a user namespace that could be made. */
void why_no_mount(int err);

/* A new procfs could not be mounted, with errno ERR. */
void why_no_procfs(int err);

/* HELPER, "newuidmap" or "newgidmap", could not be run, or ended with an error. */
void why_no_helper(const char *helper);

/* The decisions, as text in arena memory; NULL: nothing that would help is known. */
const char *userns_hint(int err, const char *what, const struct facts *f);
const char *mount_hint(int err, const struct facts *f);
const char *procfs_hint(int err, const struct facts *f);
const char *helper_hint(const char *helper, const struct helper_facts *h, const struct facts *f);
