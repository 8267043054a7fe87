/*
 * Starting launchers, waiting for them, timing them.
 *
 * posix_spawn has vfork semantics in glibc, so the cost of starting does not depend on this
 * process. The clock runs from before the spawn until the wait returned: that is what a caller
 * waits.
 */
#include "base/fd.h"
#include "base/log.h"
#include "bench.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    HUNG_SECONDS = 120,  /* after which a launch is given up */
    RATE_LAUNCHES = 50,  /* in one measurement of a rate */
    SHOWN_WORDS = 120,   /* of a command line that failed */
};

/* Small and always the same, whoever runs the bench. */
static char *launch_environ[] = {"PATH=/usr/local/bin:/usr/bin:/bin", "LANG=C.UTF-8", "TERM=dumb",
                                 NULL /* HOME */, NULL /* XDG_RUNTIME_DIR */, NULL};

int launch_init(struct bench *b)
{
    char *log = arena_printf("%s/log", b->dir);

    b->null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (b->null_fd < 0)
        return log_errno(errno, "opening /dev/null");
    b->log_fd = open(log, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (b->log_fd < 0)
        return log_errno(errno, "making %s", log);
    posix_spawn_file_actions_init(&b->stdio);
    posix_spawn_file_actions_adddup2(&b->stdio, b->null_fd, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&b->stdio, b->null_fd, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&b->stdio, b->log_fd, STDERR_FILENO);
    launch_environ[ARRAY_SIZE(launch_environ) - 3] = arena_printf("HOME=%s", b->home);
    if (getuid() != 0 && getenv("XDG_RUNTIME_DIR")) /* where this user's systemd is found */
        launch_environ[ARRAY_SIZE(launch_environ) - 2] =
            arena_printf("XDG_RUNTIME_DIR=%s", getenv("XDG_RUNTIME_DIR"));
    return 0;
}

double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

pid_t launch_start(const struct bench *b, char **argv)
{
    pid_t pid;
    int err;

    peers_next();
    err = posix_spawn(&pid, argv[0], &b->stdio, NULL, argv, launch_environ);
    return err ? log_errno(err, "starting %s", argv[0]) : pid;
}

pid_t launch_start_as_user(const struct bench *b, char **argv)
{
    pid_t pid;

    peers_next();
    pid = fork();
    if (pid < 0)
        return log_errno(errno, "forking");
    if (pid > 0)
        return pid;
    if (user_become(b) < 0 || dup2(b->null_fd, STDIN_FILENO) < 0 ||
        dup2(b->null_fd, STDOUT_FILENO) < 0 || dup2(b->log_fd, STDERR_FILENO) < 0)
        _exit(EXIT_HUSK);
    execve(argv[0], argv, launch_environ);
    log_errno(errno, "starting %s", argv[0]);
    _exit(EXIT_HUSK);
}

/* Shows the last lines that launchers wrote. */
static void show_log(const struct bench *b)
{
    char text[1024];
    off_t end = lseek(b->log_fd, 0, SEEK_END);
    off_t start = MAX(end - (off_t)sizeof text, 0);
    ssize_t n = pread(b->log_fd, text, sizeof text, start);

    if (n > 0)
        fd_write_all(STDERR_FILENO, text, (size_t)n);
}

enum outcome launch_failed(const struct bench *b, char **argv, const char *how)
{
    const char *line = argv[0];

    for (int i = 1; argv[i] && i <= SHOWN_WORDS; i++)
        line = arena_printf("%s %s", line, i < SHOWN_WORDS ? argv[i] : "...");
    log_error("%s: %s", line, how);
    show_log(b);
    return FAILED;
}

enum outcome launch_wait(const struct bench *b, pid_t pid, char **argv)
{
    int status;

    alarm(HUNG_SECONDS);
    if (waitpid(pid, &status, 0) < 0) {
        log_errno(errno, "waiting for %s", argv[0]);
        return FAILED;
    }
    alarm(0);
    if (WIFSIGNALED(status))
        return launch_failed(b, argv, arena_printf("ended by signal %d", WTERMSIG(status)));
    if (WEXITSTATUS(status))
        return launch_failed(b, argv, arena_printf("exited with status %d", WEXITSTATUS(status)));
    return DONE;
}

bool launch_works(const struct bench *b, char **argv)
{
    pid_t pid = launch_start(b, argv);
    int status = -1;

    alarm(HUNG_SECONDS);
    if (pid > 0)
        waitpid(pid, &status, 0);
    alarm(0);
    return status == 0;
}

static enum outcome timed(const struct bench *b, char **argv, double *ret_seconds)
{
    double start = now();
    pid_t pid = launch_start(b, argv);
    enum outcome outcome = pid > 0 ? launch_wait(b, pid, argv) : FAILED;

    *ret_seconds = now() - start;
    return outcome;
}

enum outcome measure_launch(const struct bench *b, const struct bench_case *bc HUSK_UNUSED,
                            const struct contender *c, double *ret_value)
{
    return timed(b, c->argv, ret_value);
}

enum outcome measure_added(const struct bench *b, const struct bench_case *bc HUSK_UNUSED,
                           const struct contender *c, double *ret_value)
{
    double with, without;

    if (timed(b, c->base_argv, &without) != DONE || timed(b, c->argv, &with) != DONE)
        return FAILED;
    *ret_value = with - without;
    return DONE;
}

enum outcome measure_rate(const struct bench *b, const struct bench_case *bc,
                          const struct contender *c, double *ret_value)
{
    double start = now();

    for (unsigned started = 0, ended = 0; ended < RATE_LAUNCHES; ended++) {
        for (; started < RATE_LAUNCHES && started - ended < bc->arg; started++) {
            if (launch_start(b, c->argv) < 0)
                return FAILED;
        }
        if (launch_wait(b, -1, c->argv) != DONE)
            return FAILED;
    }
    *ret_value = RATE_LAUNCHES / (now() - start);
    return DONE;
}

const char *launch_first_line(const struct bench *b, char **argv)
{
    posix_spawn_file_actions_t actions;
    char text[128] = "";
    int pipe_fds[2], err;
    pid_t pid;

    if (pipe2(pipe_fds, O_CLOEXEC) < 0)
        return "unknown";
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, b->null_fd, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, pipe_fds[1], STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, b->log_fd, STDERR_FILENO);
    err = posix_spawn(&pid, argv[0], &actions, NULL, argv, launch_environ);
    posix_spawn_file_actions_destroy(&actions);
    close(pipe_fds[1]);
    if (!err) {
        alarm(HUNG_SECONDS);
        fd_read_full(pipe_fds[0], text, sizeof text - 1);
        waitpid(pid, NULL, 0);
        alarm(0);
    }
    close(pipe_fds[0]);
    text[strcspn(text, "\n")] = 0;
    return *text ? arena_strdup(text) : "unknown";
}
