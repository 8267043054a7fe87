/*
 * What this machine or container says about user namespaces and what belongs to them. Looked at
 * only after something was refused: the answers are hints for a person, nothing is decided by them.
 */
#pragma once
#include <stdbool.h>
#include <stdint.h>

enum { UNKNOWN = -1 };

enum container {
    CONTAINER_NONE,
    CONTAINER_DOCKER,
    CONTAINER_PODMAN,
    CONTAINER_KUBERNETES,
    CONTAINER_OTHER,
};

struct facts {
    bool has_proc;       /* /proc has this process */
    bool proc_read_only; /* and is mounted read-only */
    const char *covered; /* the first path below /proc that something is mounted on, or NULL */
    bool has_userns;     /* the kernel knows user namespaces (CONFIG_USER_NS) */
    bool chrooted;       /* the root is not that of the mount namespace, as far as can be seen */

    int64_t max_userns;         /* user.max_user_namespaces of this user namespace, or UNKNOWN */
    const char *zero_limit;     /* "user", "net", ...: the first user.max_*_namespaces that is 0 */
    int64_t debian_clone;       /* kernel.unprivileged_userns_clone; UNKNOWN: not this kernel */
    int64_t apparmor_userns;    /* kernel.apparmor_restrict_unprivileged_userns; the same */
    const char *apparmor_label; /* the profile that husk is confined by, or NULL */
    bool selinux;               /* enforcing */

    bool nested;       /* husk is in a user namespace that is not the first one */
    bool unmapped;     /* which maps not both husk's user and group */
    bool admin;        /* CAP_SYS_ADMIN is effective */
    bool seccomp;      /* a filter is loaded */
    bool no_new_privs; /* setuid programs get no rights */
    enum container container;
    const char *os, *os_like; /* ID and ID_LIKE of os-release(5), or "" */
};

/* Looks below ROOT, which is "" but for tests. What cannot be seen is UNKNOWN, false or NULL. */
void facts_gather(struct facts *f, const char *root);

/* A program that has to have more rights than husk, and what would keep them from it. */
struct helper_facts {
    const char *path; /* NULL: not installed */
    bool privileged;  /* setuid root, or with file capabilities */
    bool nosuid;      /* on a mount where that does not count */
};

/* Looks at the program PATH (NULL: not found). */
void helper_facts_gather(struct helper_facts *h, const char *path);
