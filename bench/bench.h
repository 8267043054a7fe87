/*
 * The benchmark: husk and bwrap side by side, as an ordinary user.
 *
 * A case is a row of the table in cases.c. Each one runs in a process of its own, so that what it
 * changes (its user, its mounts) ends with it, and prints its rows itself. Nothing here asserts a
 * time: a case fails only when a launch failed.
 */
#pragma once
#include "base/alloc.h"
#include <spawn.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* How the program under test is called. */
enum form {
    FORM_BWRAP,   /* the bwrap that husk is compared with */
    FORM_LINK,    /* husk through a link named bwrap */
    FORM_NONE,    /* husk --profile none */
    FORM_FILTER,  /* the same, with the filter of policy `default` */
    FORM_DEFAULT, /* husk with no option at all: profile `default` */
    FORM_FIREJAIL, /* others, where they are installed and can run */
    FORM_UNSHARE,
    FORM_CRUN,
    FORM_SYSTEMD_RUN,
    FORM_FLOOR, /* floor.c: the bare calls of the kernel */
    FORM_COUNT,
    FORM_PEERS = FORM_FIREJAIL, /* the first of those */
};

/* What all cases share. Const once main() has filled it. */
struct bench {
    const char *husk;         /* an absolute path */
    const char *programs[FORM_COUNT]; /* those that husk is compared with; NULL: it is not installed */
    const char *self;         /* the bench itself */
    const char *link;         /* a link named bwrap that leads to HUSK */
    const char *dir;          /* a temporary folder of this run, owned by USER */
    const char *work, *home;  /* folders in it: where launches start, and $HOME */
    const char *user;         /* who launches */
    uid_t uid;                /* their ids */
    gid_t gid;
    unsigned rounds;                  /* how often a quick case measures each form */
    int null_fd;                      /* /dev/null */
    int log_fd;                       /* a file that takes what launchers say on stderr */
    posix_spawn_file_actions_t stdio; /* null_fd as stdin and stdout, log_fd as stderr */
};

enum outcome { DONE, SKIPPED, FAILED };

enum unit { UNIT_SECONDS, UNIT_NANOSECONDS, UNIT_RATE, UNIT_KIB, UNIT_COUNT };

enum line { LINE_MINIMAL, LINE_UNSHARE_ALL, LINE_REALISTIC };

/* A command line to measure, and what was measured: one sample a round, in the case's unit. */
struct contender {
    enum form form;
    char **argv;
    char **base_argv; /* for added times: the same line without what is added; else NULL */
    double *samples;
};

struct bench_case;

/* Measures C once. On anything but DONE it has said why, and *RET_VALUE is not set. */
typedef enum outcome measure_fn(const struct bench *b, const struct bench_case *bc,
                                const struct contender *c, double *ret_value);

/* Prepares the process of a case: its user, its mounts. On anything but DONE it has said why. */
typedef enum outcome enter_fn(const struct bench *b, const struct bench_case *bc);

struct goal {
    char relation; /* '<' at most, '>' at least, 0: no goal */
    double ratio;  /* husk / bwrap */
};

struct bench_case {
    const char *name, *what;
    enter_fn *enter;
    measure_fn *measure;
    enum unit unit;
    enum line line;
    unsigned binds;   /* how many binds are added to LINE */
    unsigned arg;     /* launches in flight, or mounts on the host */
    const char *spin; /* COMMAND is the bench itself, which makes this call in a loop; or NULL */
    bool sleeps;      /* COMMAND stays until it is killed, instead of ending at once */
    unsigned percent; /* of the rounds asked for */
    unsigned forms;   /* bits of enum form to compare with FORM_BWRAP, and of the others to be tried */
    struct goal goal; /* of FORM_LINK and FORM_NONE; the default profile does more than bwrap */
    struct goal filter_goal; /* of FORM_FILTER: bwrap has none */
};

/* ---- cases.c: the table and how a case is run */
extern const struct bench_case bench_cases[];
extern const size_t bench_case_count;

/* Runs BC in this process and prints its rows. */
enum outcome case_run(const struct bench *b, const struct bench_case *bc);

/* ---- cmdline.c: what is launched */
extern const char *const form_names[FORM_COUNT];
extern const char *const payload_sleep; /* the name of the process of a case that sleeps */

struct words {
    char **items;
    size_t count, capacity;
};

void add_words(struct words *w, const char *const *words);
#define ADD(w, ...) add_words(w, (const char *const[]){__VA_ARGS__, NULL})

/* About what a desktop portal or an agent that runs untrusted commands passes. */
void add_realistic(struct words *w, const struct bench *b);

/* What LINE_REALISTIC shows: folders of the root, as they are here, and files of /etc; NULL at the end. */
extern const char *const bench_folders[], *const bench_etc[];

/* The argv of BC in FORM, with BINDS more binds than its line has; NULL: FORM cannot do that. In arena memory. */
char **cmdline(const struct bench *b, const struct bench_case *bc, enum form form, unsigned binds);

/* The source of bind number I (from 0), below b->dir; makes COUNT of them. 0 or -errno, said. */
enum { BIND_SOURCES = 1000 };
const char *bind_source(const struct bench *b, unsigned i);
int make_bind_sources(const struct bench *b, unsigned count);

/* ---- peers.c: the same for programs that are neither husk nor bwrap */
bool peer_add_line(struct words *w, const struct bench *b, const struct bench_case *bc, enum form form,
                   char **command, unsigned binds);

/* Before each start: what must be another name each time. */
void peers_next(void);

/* ---- launch.c: starting, waiting, timing */

/* Opens what all launches share. 0 or -errno, said. */
int launch_init(struct bench *b);

/* Starts ARGV with vfork semantics. The pid, or -errno, said. */
pid_t launch_start(const struct bench *b, char **argv);

/* The same as another user than this process, slower. The pid, or -errno, said. */
pid_t launch_start_as_user(const struct bench *b, char **argv);

/* Waits for PID, or for any child if it is -1. DONE if it exited with status 0; else says what
 * happened to ARGV. A launch that hangs ends this process with SIGALRM. */
enum outcome launch_wait(const struct bench *b, pid_t pid, char **argv);

/* Does ARGV end with status 0. What it said is forgotten. */
bool launch_works(const struct bench *b, char **argv);

/* Says that ARGV failed, how, and the end of what it said itself. FAILED, to be returned at once.
 */
enum outcome launch_failed(const struct bench *b, char **argv, const char *how);

/* The first line that ARGV prints on stdout, or "unknown". In arena memory. */
const char *launch_first_line(const struct bench *b, char **argv);

double now(void); /* CLOCK_MONOTONIC in seconds */

measure_fn measure_launch; /* seconds from spawn to exit */
measure_fn measure_added;  /* seconds that argv takes longer than base_argv */
measure_fn measure_rate;   /* launches a second with bc->arg in flight */

/* ---- memory.c: what stays resident while COMMAND sleeps, COMMAND itself left out */
measure_fn measure_pss;       /* KiB, by /proc/PID/smaps_rollup */
measure_fn measure_residents; /* processes */

/* ---- spin.c: a system call in a loop */

/* Makes the call NAME (getpid, read, openat) again and again, and prints the seconds that one took. The
 * exit status. */
int spin(const char *name);

measure_fn measure_spin; /* seconds a call, as COMMAND printed it */

/* ---- trace.c: counts by strace, launcher to COMMAND's end */
measure_fn measure_syscalls;
measure_fn measure_processes;

/* ---- place.c: users, mounts, the temporary folder */

/* As root, in a mount namespace of its own: without the cgroup v2 half of a hybrid hierarchy, where crun does
 * not start. Does nothing else and elsewhere. */
void place_hide_hybrid(void);

/* Acts as b->user from here on, but can become root again if the bench was started as root. */
void user_act(const struct bench *b);

/* Becomes b->user for good. 0 or -errno, said. */
int user_become(const struct bench *b);

enter_fn enter_user;   /* becomes the user for good */
enter_fn enter_root;   /* root again if the bench was started as root, to read any memory */
enter_fn enter_mounts; /* a mount namespace with bc->arg more mounts, then as enter_user */
enter_fn enter_trace;  /* as enter_user, if there is strace */

/* Makes and removes the temporary folder with all that is in it. */
int place_make(struct bench *b);
void place_remove(const struct bench *b);

/* The absolute path of program NAME, looked up in PATH unless it holds a slash; NULL and errno
 * if there is none. */
const char *program_find(const char *name);

/* ---- proc.c: the process table */

/* The pids of the children of PARENT, at most MAX. How many there are in RET_PIDS. */
size_t proc_children(pid_t parent, pid_t *ret_pids, size_t max);

/* Is PID's name (comm) NAME. */
bool proc_is_named(pid_t pid, const char *name);

/* The proportional set size of PID in KiB, or -errno. */
long proc_pss(pid_t pid);

/* ---- stats.c */
struct summary {
    double median, low, high; /* and the quartiles */
};

/* Of COUNT > 0 samples, which are reordered. */
struct summary summarize(double *samples, size_t count);

/* ---- report.c: lines for bench/page, with tabs between their fields */

/* What the machine is, and what is compared. BC is not used. */
enum outcome report_head(const struct bench *b, const struct bench_case *bc);

/* What was measured of FORM in BC. */
void report_row(const struct bench_case *bc, enum form form, struct summary s);
