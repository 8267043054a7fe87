/* Names of what a plan is made of, for --dry-run: tables and lookups in them. */
#pragma once
#include "spec/spec.h"

struct ns_name {
    unsigned flag;      /* CLONE_NEW* */
    const char *name;   /* as in /proc/PID/ns, but for "network" and "mount" */
    const char *shared; /* what it means that the host's is used */
};

/* The eight kinds of namespace. */
extern const struct ns_name ns_names[];
extern const size_t ns_name_count;

/* The word for KIND: the option's, without dashes. */
const char *mount_kind_name(enum mount_kind kind);

/* Does KIND put a mount on its dest, so that what was there before is out of reach. */
bool mount_kind_covers(enum mount_kind kind);

/* The MOUNT_ATTR_* that a mount of OP gets, but for MOUNT_ATTR_RDONLY; 0 if it is not a mount. */
uint64_t mount_op_attrs(const struct mount_op *op);

/* Is the mount of OP read-only from the start. */
bool mount_op_is_ro(const struct mount_op *op);

/* The names of MOUNT_ATTR_RDONLY, NOSUID, NODEV, NOEXEC and NOSYMFOLLOW. */
struct attr_name {
    uint64_t attr;
    const char *name;
};
extern const struct attr_name attr_names[];
extern const size_t attr_name_count;

/* "CAP_CHOWN" for 0; "capability 63" (in arena memory) for those without a name. */
const char *cap_display_name(unsigned cap);
