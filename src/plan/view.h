/*
 * What --dry-run shows, in whichever format: facts read off a plan. The plan is not changed; the
 * host is looked at only to say where a source really leads and what an fd is.
 */
#pragma once
#include "base/textmap.h"
#include "plan/plan.h"

/* One operation on the sandbox's tree. */
struct mount_view {
    const struct mount_op *op;
    const char *dest;   /* clean and absolute */
    const char *source; /* a host path, or NULL */
    const char *real;   /* where SOURCE leads, if that is another path; else NULL */
    bool missing;       /* SOURCE does not exist */
    bool hidden;        /* a later mount covers it */
    bool ro;            /* read-only in the end, by a later --remount-ro too */
    bool ro_top_only;   /* ... and then not what is mounted below it */
    uint64_t attrs;     /* MOUNT_ATTR_*, with RDONLY as in RO; 0 if it is not a mount */
};

/* Something of the host that the command can reach, and where. */
struct reach {
    const char *host, *inside;
    bool write;
    bool submounts; /* only what is mounted below HOST can be written */
    bool devices;   /* device nodes work */
    size_t mount;   /* the number in view.mounts of what shows it */
};

enum ns_state { NS_SHARED, NS_NEW, NS_ENTERED };

/* Why a variable is in the environment. */
enum env_source { ENV_FROM_HOST, ENV_FROM_OPTION, ENV_FROM_HUSK };

struct fd_view {
    int fd;
    const char *target; /* as /proc/self/fd shows it */
};

struct view {
    const struct plan *plan;
    VEC(struct mount_view) mounts; /* the first is the root; then in order */
    VEC(const struct mount_view *) covers; /* those of them that hide something and are not hidden, by dest */
    VEC(struct reach) reach;
    VEC(struct fd_view) fds;  /* those open now that the command inherits */
    struct textmap env_set;   /* variables that are set by name: 1 + the number of the last option that does */
    VEC(size_t) env_keeps;    /* the numbers of the options that pass variables on */
    VEC(const char *) starts; /* the first of these that exists inside is where it starts */
};

/* Looks at PLAN. */
void view_init(struct view *v, const struct plan *plan);

/* The namespace of kind FLAG (CLONE_NEW*) that the command gets. */
enum ns_state view_namespace(const struct plan *plan, unsigned flag);

/* The option that asked for it; its text is NULL if it was implied. */
const struct origin *view_namespace_from(const struct plan *plan, unsigned flag);

enum env_source view_env_source(const struct view *v, size_t slot);

/* The mounts that cover a part of what R names, in their order; *RET_COUNT of them, in arena memory. */
const struct mount_view *const *view_excepts(const struct view *v, const struct reach *r,
                                             size_t *ret_count);

/* Are the command's capabilities good on the host, since no user namespace bounds them. */
bool view_host_privileges(const struct plan *plan);
