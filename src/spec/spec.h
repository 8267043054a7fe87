/*
 * The spec: what was asked for, on the command line and in profiles, in the order it was asked.
 * Plain data. Nothing has been looked up on the system yet but what profiles name.
 */
#pragma once
#include "base/alloc.h"
#include "spec/allow.h"
#include "spec/net.h"
#include <stdbool.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

/* Where a word came from, for messages. */
struct origin {
    const char *file;      /* a profile's path, or "NAME (built in)"; NULL: the command line */
    unsigned line, column; /* in FILE, from 1 */
    const char *text;      /* the option with its arguments as they were written */
};

/* "--bind /a /b", or "/etc/husk/profiles/x:3:1: bind /a /b". In arena memory. */
const char *origin_text(const struct origin *from);

/* The same into BUF, for the child after clone. Returns BUF. */
const char *origin_format(char *buf, size_t size, const struct origin *from);

/* A text, and where it came from. Unset: VALUE is NULL. */
struct opt_text {
    const char *value;
    struct origin from;
};

/* Unset: FD is FD_NONE. A path given instead of a number was opened when the option was read. */
struct opt_fd {
    int fd;
    struct origin from;
};

struct opt_id {
    bool set;
    uint32_t id;
    struct origin from;
};

/* One line of an id map: COUNT ids from INSIDE on are those from OUTSIDE on. COUNT > 0. */
struct id_range {
    uint32_t inside, outside, count;
};

/* ---- the mount tree ------------------------------------------------------------------------- */

enum mount_kind {
    MOUNT_BIND,       /* source -> dest, recursive */
    MOUNT_BIND_FD,    /* fd -> dest */
    MOUNT_REMOUNT_RO, /* dest */
    MOUNT_OVERLAY,    /* layers (+ upper and work) -> dest */
    MOUNT_PROC,
    MOUNT_DEV,
    MOUNT_TMPFS,
    MOUNT_MQUEUE,
    MOUNT_DIR,
    MOUNT_FILE,      /* content of fd copied to dest */
    MOUNT_BIND_DATA, /* content of fd in a file of its own, bound on dest */
    MOUNT_TEXT,      /* TEXT written to dest (only made by the plan) */
    MOUNT_SYMLINK,   /* source is the link's text */
    MOUNT_CHMOD,
    MOUNT_MASK,
    MOUNT_CGROUP, /* the sandbox's own part of the cgroup tree */
    /* Asked for in a spec; the plan turns each into some of those above. */
    MOUNT_MIRROR,     /* dest as it is on the host: a link as a link, else a read-only bind */
    MOUNT_CWD,        /* the current folder */
    MOUNT_USER_FILES, /* /etc/passwd, /etc/group, /etc/hosts */
};

enum overlay_kind { OVERLAY_RW, OVERLAY_TMP, OVERLAY_RO };

/* A file by its identity, whatever its name. 0: there was none. */
struct seen_file {
    dev_t dev;
    ino_t ino;
};

struct mount_op {
    enum mount_kind kind;
    const char *source; /* a host path; a link's text */
    const char *dest;   /* a path inside; relative ones are taken from / */
    int fd;             /* BIND_FD, FILE, BIND_DATA; else FD_NONE */
    bool ro, dev, try;  /* try: a missing source is no error */
    bool perms_set;
    mode_t perms;   /* --perms, --chmod */
    uint64_t size;  /* --size in bytes; 0: the kernel's default */
    uint64_t rights; /* Landlock's, beyond those everywhere; set by the plan. 0: it needs none */
    uint64_t attrs; /* MOUNT_ATTR_NOEXEC, MOUNT_ATTR_NOSYMFOLLOW */
    enum overlay_kind overlay;
    const char *const *layers; /* OVERLAY: host paths, lowest first */
    size_t layer_count;
    const char *upper, *work; /* OVERLAY_RW: host paths */
    const char *text;         /* MOUNT_TEXT; BIND_DATA of the plan's own, which has no fd */
    /* What SOURCE led to when the plan decided about it, or each of LAYERS and behind them UPPER: the child
     * shows that or fails. NULL: nothing was decided by it. */
    struct seen_file *seen;
    struct origin from;
};

/* ---- the environment ------------------------------------------------------------------------ */

enum env_kind {
    ENV_CLEAR,
    ENV_SET,   /* name=value */
    ENV_UNSET, /* name */
    ENV_KEEP,  /* name, or PREFIX*: as husk's own environment has it; nothing if it has not */
};

struct env_op {
    enum env_kind kind;
    const char *name, *value;
};

/* ---- the network ---------------------------------------------------------------------------- */

enum net_mode {
    NET_PLAIN, /* none or the host's: what unshare & CLONE_NEWNET says */
    NET_USER,  /* one of the next two, whichever is there */
    NET_SLIRP4NETNS,
    NET_PASTA,
    NET_JOIN, /* that of NS */
};

struct opt_net {
    enum net_mode mode;
    int ns; /* NET_JOIN; else FD_NONE */
    struct origin from;
};

struct opt_publish {
    struct publish value;
    struct origin from;
};

/* An address, and the name that is to lead to it. */
struct opt_address {
    struct ip value;
    const char *name;
    struct origin from;
};

/* A line of the list that the network is to be. */
struct opt_allow {
    struct allow value;
    const char *text; /* as it was written */
    struct origin from;
};

/* PORT 0: all of them. */
struct opt_port {
    uint16_t port;
    struct origin from;
};

/* ---- system calls --------------------------------------------------------------------------- */

/* --allow-syscall, --deny-syscall. */
struct syscall_rule {
    bool allow;
    const char *names; /* of calls and, with a @, groups; separated by commas */
    struct origin from;
};

/* ---- limits --------------------------------------------------------------------------------- */

struct opt_limit {
    bool set;
    bool only_lower; /* a hard limit in force that is lower stays: to raise it takes rights, and was not asked for */
    struct rlimit value;
    struct origin from;
};

/* A small number that may be negative. */
struct opt_number {
    bool set;
    int value;
    struct origin from;
};

/* Unset: TEXT, as it was written, is NULL. */
struct opt_duration {
    int64_t ns; /* > 0 */
    const char *text;
    struct origin from;
};

/* Processors: bit N of the whole is number N, as sched_setaffinity(2) takes it. */
enum { CPU_LIMIT = 8192 }; /* the most that Linux can be built for */
struct cpu_list {
    unsigned long bits[CPU_LIMIT / (8 * sizeof(unsigned long))];
};

/* Unset: LIST is NULL. */
struct opt_cpus {
    const struct cpu_list *list;
    const char *text; /* as it was written */
    struct origin from;
};

struct opt_flag {
    bool set;
    struct origin from;
};

/* ---- Landlock and what must be had ---------------------------------------------------------- */

enum landlock_part {
    LANDLOCK_FILES = 1 << 0,    /* rights on files, as the mounts have them */
    LANDLOCK_ABSTRACT = 1 << 1, /* no abstract socket of the host */
    LANDLOCK_SIGNALS = 1 << 2,  /* no signal to a process outside */
    LANDLOCK_ALL = (1 << 3) - 1,
};

struct opt_parts {
    bool set;
    unsigned parts; /* enum landlock_part */
    struct origin from;
};

struct port_range {
    uint16_t first, last;
};

/* Unset: all ports. */
struct opt_ports {
    bool set;
    VEC(struct port_range) ranges;
    struct origin from;
};

/* ---- limits of the sandbox as a whole: see docs/cgroups.md ----------------------------------- */

/* A limit as a number of its unit. Unset: TEXT, as it was written, is NULL. */
#define AMOUNT_UNLIMITED UINT64_MAX
struct opt_amount {
    uint64_t value; /* > 0; AMOUNT_UNLIMITED takes a limit of a profile back */
    const char *text;
    struct origin from;
};

/* What one device may be asked for in a second: bytes, operations. 0: not given. */
struct opt_io_max {
    const char *device; /* a path, or MAJOR:MINOR */
    uint64_t rbps, wbps, riops, wiops;
    struct origin from;
};

struct opt_cgroup {
    struct opt_amount memory, memory_reservation, memory_high, memory_swap; /* bytes */
    struct opt_amount cpus;                  /* microseconds of CPU_PERIOD_US */
    struct opt_amount cpu_weight, io_weight; /* 1 to 10000 */
    struct opt_amount pids;
    struct opt_cpus cpuset;
    VEC(struct opt_io_max) io_max;
    struct opt_flag scope, fs; /* --scope, --cgroup-fs */
    struct opt_text scope_name, slice, parent;
};

enum report { REPORT_NO, REPORT_TEXT, REPORT_JSON };

/* ---- all of it ------------------------------------------------------------------------------ */

enum action {
    ACTION_RUN,
    ACTION_HELP,
    ACTION_VERSION,
    ACTION_LIST_PROFILES,
    ACTION_PRINT_PROFILE,
    ACTION_LIST_SYSCALL_GROUPS,
};
enum dry_run { DRY_RUN_NO, DRY_RUN_TEXT, DRY_RUN_JSON };

struct spec {
    enum action action;
    const char *action_arg; /* ACTION_PRINT_PROFILE: the profile's name */
    enum dry_run dry_run;
    bool verbose;

    char **command; /* COMMAND and its ARGS, NULL at the end; command[0] is NULL if none was given */
    struct opt_text argv0;
    struct opt_text chdir;

    unsigned unshare;     /* CLONE_NEW* that must be had */
    unsigned unshare_try; /* CLONE_NEWUSER, CLONE_NEWCGROUP: if possible */
    struct origin unshare_from[32]; /* for each bit of UNSHARE, the option that asked last */
    struct opt_fd userns, userns2, pidns;
    bool disable_userns, assert_userns_disabled;
    struct origin disable_userns_from;
    struct opt_text hostname;

    struct opt_net net;
    VEC(struct opt_publish) publish;
    VEC(struct opt_address) dns, hosts;    /* --dns, --add-host */
    VEC(struct opt_port) loopback_ports;   /* --allow-host-loopback */
    VEC(struct opt_allow) allow;           /* empty: there is no list */
    struct opt_flag net_log;

    struct opt_text monotonic, boottime; /* time namespace offsets in seconds */

    struct opt_id uid, gid;
    bool map_root, map_auto, keep_groups;
    struct origin map_from; /* the option that asked for ranges or for root */
    struct origin uid_map_from, gid_map_from; /* the last --uid-map and --gid-map; TEXT NULL: none */
    VEC(struct id_range) uid_map;
    VEC(struct id_range) gid_map;

    VEC(struct mount_op) mounts;
    VEC(struct opt_text) lock_files;
    bool host_mountpoints; /* mount points may be made in folders of the host (as bwrap does) */

    VEC(struct env_op) env;

    VEC(const char *) profile_files; /* the paths of those that were read from files */

    bool caps_touched;           /* a --cap-add or --cap-drop was given */
    uint64_t cap_add, cap_drop;  /* bit N: capability N; disjoint */
    uint64_t cap_root;           /* what --map-auto gives to root inside, unless it is in cap_drop */
    struct opt_text seccomp_profile; /* the name of a built-in policy, "none", or a file's path */
    int seccomp_file;                /* that file; else FD_NONE */
    VEC(struct syscall_rule) syscall_rules; /* in order: the later one counts */
    VEC(struct opt_fd) seccomp;  /* --add-seccomp-fd, in order */
    struct opt_fd seccomp_last;  /* --seccomp */
    struct opt_text exec_label, file_label, apparmor_profile;
    struct opt_parts landlock;
    struct opt_ports tcp_connect, tcp_bind;
    VEC(struct opt_text) required; /* "FEATURE" or "FEATURE:ABI" */
    struct opt_flag seccomp_log;

    bool new_session, die_with_parent, as_pid_1;
    bool close_fds;      /* inherited fds do not reach the command ... */
    VEC(int) keep_fds;   /* ... but for these */
    VEC(int) sync_fds;
    VEC(int) taken_fds;  /* every fd that an option named, but for keep_fds */
    struct opt_fd block_fd, userns_block_fd, info_fd, json_status_fd;

    struct opt_limit limits[RLIM_NLIMITS]; /* by RLIMIT_* */
    struct opt_number nice, oom_score_adj, umask;
    struct opt_cpus cpus;
    struct opt_flag no_aslr;
    struct opt_duration timeout, kill_after;
    struct opt_cgroup cgroup;
    enum report report;
    struct opt_text report_file; /* JSON goes there, and not to stderr */
};

/* Nothing asked for, every fd FD_NONE. There can be one spec at a time. */
void spec_init(struct spec *spec);

/*
 * Reads the command line. ARGV stays in use. As husk, profile `default` comes first unless
 * --profile is given; called as bwrap (log_is_bwrap()), only bwrap's options are known and there is
 * no profile. Returns 0, or -EINVAL, -ENOENT, ... after saying why.
 */
int spec_from_argv(struct spec *spec, int argc, char **argv);
