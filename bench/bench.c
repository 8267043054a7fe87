/*
 * bench: husk and others side by side. See README.md.
 *
 * This process only starts a process for each case and waits. It adopts what launchers leave behind
 * (bwrap's pid 1 may outlive bwrap by a moment), reaps it, and ends what is left of a case that was
 * stopped, so that no process, mount or file stays.
 */
#include "bench.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/path.h"
#include "base/str.h"
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    EXIT_USAGE = 2,
    MAX_ROUNDS = 1000000,
    LEFTOVER_STEP_US = 1000,
    LEFTOVER_STEPS = 5000,
};

static const char usage_text[] =
    "usage: bench [OPTIONS]\n"
    "\n"
    "Run husk and others side by side and print what was measured, for bench/page.\n"
    "\n"
    "  --husk PATH     husk to measure (default: ./husk)\n"
    "  --bwrap PATH    bwrap to compare with (default: bwrap in PATH)\n"
    "  --rounds N      measurements of each quick case (default: 60)\n"
    "  --only CASE     only this case; may be given many times\n"
    "  --user NAME     if started as root: who launches (default: nobody)\n"
    "  --list          list the cases\n"
    "  --help          print this help\n";

struct request {
    const char *husk, *bwrap, *user;
    bool *chosen; /* for each case */
    bool any;     /* --only was given */
};

/* What runs in a process of its own: a case, or the description of the machine. */
typedef enum outcome part_fn(const struct bench *b, const struct bench_case *bc);

static volatile sig_atomic_t stop_signal;
static volatile sig_atomic_t part_pid;

/* ---- options */

static void list_cases(void)
{
    for (size_t i = 0; i < bench_case_count; i++)
        printf("%-13s %s\n", bench_cases[i].name, bench_cases[i].what);
}

static void choose(struct request *q, const char *name)
{
    for (size_t i = 0; i < bench_case_count; i++) {
        if (streq(bench_cases[i].name, name)) {
            q->any = q->chosen[i] = true;
            return;
        }
    }
    log_error("no case is called %s", name);
    log_hint("--list lists them");
    exit(EXIT_USAGE);
}

static unsigned parse_rounds(const char *text)
{
    uint64_t n;

    if (!parse_number(text, 10, MAX_ROUNDS, &n) || n == 0) {
        log_error("--rounds %s: not a number from 1 to %d", text, MAX_ROUNDS);
        exit(EXIT_USAGE);
    }
    return (unsigned)n;
}

static void parse_option(struct bench *b, struct request *q, int letter)
{
    switch (letter) {
    case 'h':
        q->husk = optarg;
        break;
    case 'b':
        q->bwrap = optarg;
        break;
    case 'r':
        b->rounds = parse_rounds(optarg);
        break;
    case 'o':
        choose(q, optarg);
        break;
    case 'u':
        q->user = optarg;
        break;
    case 's':
        exit(spin(optarg));
    case 'l':
        list_cases();
        exit(0);
    case 'H':
        fputs(usage_text, stdout);
        exit(0);
    default:
        exit(EXIT_USAGE);
    }
}

static void parse_options(struct bench *b, struct request *q, int argc, char **argv)
{
    static const struct option longs[] = {
        {"husk", required_argument, NULL, 'h'},
        {"bwrap", required_argument, NULL, 'b'},
        {"rounds", required_argument, NULL, 'r'},
        {"only", required_argument, NULL, 'o'},
        {"user", required_argument, NULL, 'u'},
        {"spin", required_argument, NULL, 's'}, /* our own COMMAND in some cases */
        {"list", no_argument, NULL, 'l'},
        {"help", no_argument, NULL, 'H'},
        {0},
    };
    int letter;

    while ((letter = getopt_long(argc, argv, "", longs, NULL)) != -1)
        parse_option(b, q, letter);
    if (optind < argc) {
        log_error("%s: not an option", argv[optind]);
        exit(EXIT_USAGE);
    }
}

/* ---- preparation */

static void find_user(struct bench *b, const char *name)
{
    const struct passwd *pw = getuid() == 0 ? getpwnam(name) : getpwuid(getuid());

    if (!pw && getuid() == 0) {
        log_error("--user %s: there is no such user", name);
        exit(EXIT_USAGE);
    }
    b->uid = pw ? pw->pw_uid : getuid();
    b->gid = pw ? pw->pw_gid : getgid();
    b->user = pw ? arena_strdup(pw->pw_name) : arena_printf("%u", getuid());
}

static const char *find_program(const struct bench *b, const char *what, const char *name,
                                const char *hint)
{
    const char *path = program_find(name);
    int err;

    if (path && faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) == 0)
        return path;
    err = log_errno(errno, "finding %s %s as user %s", what, name, b->user);
    log_hint("%s", err == -ENOENT ? hint : "--user NAME chooses another user, if root");
    exit(EXIT_USAGE);
}

static void on_signal(int sig)
{
    stop_signal = sig;
    if (part_pid > 0)
        kill((pid_t)part_pid, SIGKILL);
}

static void handle_signals(void (*handler)(int))
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP};

    for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
        sigaction(signals[i], &(struct sigaction){.sa_handler = handler}, NULL);
}

/* ---- cases */

/* Waits for PID and reaps all others that end meanwhile. Its wait status. */
static int wait_for_part(pid_t pid)
{
    int status;
    pid_t ended;

    do {
        ended = waitpid(-1, &status, 0);
    } while (ended != pid && (ended > 0 || errno == EINTR));
    return status;
}

/* Ends every process that is left and waits for it. Those of a sandbox whose launcher is gone go by
 * themselves, mostly; this is for a case that was stopped. A setuid bwrap cannot be ended by its
 * user: it is left alone after a while. */
static void end_leftovers(void)
{
    pid_t pids[64];

    for (int i = 0; i < LEFTOVER_STEPS && waitpid(-1, NULL, WNOHANG) >= 0; i++) {
        size_t count = proc_children(getpid(), pids, ARRAY_SIZE(pids));

        for (size_t n = 0; n < count; n++)
            kill(pids[n], SIGKILL);
        usleep(LEFTOVER_STEP_US);
    }
}

/* What the wait STATUS of part NAME means. Says so unless all is well. */
static enum outcome part_outcome(const char *name, int status)
{
    enum outcome outcome = WIFEXITED(status) ? (enum outcome)WEXITSTATUS(status) : FAILED;

    if (stop_signal || outcome == DONE)
        return outcome;
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM)
        log_error("%s: a launch did not end", name);
    else if (WIFSIGNALED(status))
        log_error("%s: ended by signal %d", name, WTERMSIG(status));
    else
        log_warning("%s %s", name, outcome == SKIPPED ? "was left out" : "failed");
    return outcome;
}

/* Runs PART, which is called NAME in messages, in a process of its own. */
static enum outcome run_apart(const struct bench *b, const char *name, part_fn *part,
                              const struct bench_case *bc)
{
    pid_t pid = fork();
    int status;

    if (pid < 0) {
        log_errno(errno, "forking");
        return FAILED;
    }
    if (pid == 0) {
        enum outcome outcome;

        handle_signals(SIG_DFL);
        outcome = part(b, bc);
        fflush(stdout);
        _exit((int)outcome);
    }
    part_pid = pid;
    if (stop_signal) /* it came before part_pid was known */
        kill(pid, SIGKILL);
    status = wait_for_part(pid);
    part_pid = 0;
    end_leftovers();
    return part_outcome(name, status);
}

/* False if one failed. */
static bool run_all(const struct bench *b, const struct request *q)
{
    bool ok = run_apart(b, "describing the machine", report_head, NULL) != FAILED;

    for (size_t i = 0; i < bench_case_count && !stop_signal; i++) {
        const struct bench_case *bc = &bench_cases[i];

        if (!q->any || q->chosen[i])
            ok &= run_apart(b, arena_printf("case %s", bc->name), case_run, bc) != FAILED;
    }
    return ok;
}

int main(int argc, char **argv)
{
    struct bench b = {.rounds = 60};
    struct request q = {.husk = "./husk", .bwrap = "bwrap", .user = "nobody"};
    bool ok;

    log_init("bench", false);
    q.chosen = arena_alloc(bench_case_count * sizeof *q.chosen);
    parse_options(&b, &q, argc, argv);
    find_user(&b, q.user);
    place_hide_hybrid();
    user_act(&b);
    b.self = find_program(&b, "the bench", "/proc/self/exe", "");
    b.husk = find_program(&b, "--husk", q.husk, "it is built by make");
    b.programs[FORM_BWRAP] = find_program(&b, "--bwrap", q.bwrap, "it is in the package bubblewrap");
    for (enum form form = FORM_PEERS; form < FORM_FLOOR; form++)
        b.programs[form] = program_find(form_names[form]);
    b.programs[FORM_FLOOR] = program_find(arena_printf("%.*sfloor", (int)(path_base(b.self) - b.self), b.self));
    handle_signals(on_signal);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    ok = place_make(&b) == 0 && launch_init(&b) == 0 && run_all(&b, &q);
    place_remove(&b);
    if (stop_signal) {
        handle_signals(SIG_DFL);
        raise(stop_signal);
    }
    return ok ? 0 : 1;
}
