#include "base/child.h"
#include "base/alloc.h"
#include "base/fd.h"
#include "base/str.h"
#include "base/syscalls.h"
#include "config.h"
#include <fcntl.h>
#include <limits.h>
#include <linux/close_range.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

const char *child_find(const char *name)
{
    static const char *const folders[] = {
        /* NixOS has its setuid programs in the first one; its /usr/bin is all but empty. */
        "/run/wrappers/bin", "/usr/bin", "/bin", "/usr/sbin", "/sbin", "/usr/local/bin",
    };

    for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
        const char *path = arena_printf("%s/%s", folders[i], name);

        if (access(path, X_OK) == 0)
            return path;
    }
    return NULL;
}

const char *child_own(const char *name)
{
    char self[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self);
    const char *path;

    if (n < 0)
        return NULL;
    if (n == sizeof self || self[0] != '/') {
        errno = ENAMETOOLONG;
        return NULL;
    }
    self[n] = 0;
    *strrchr(self, '/') = 0;
    path = arena_printf("%s/%s", streq(self, BINDIR) ? PKGLIBEXECDIR : self, name);
    return access(path, X_OK) == 0 ? path : NULL;
}

static int pass_fds(const struct child_fds *fds)
{
    if (fds->in >= 0 && dup2(fds->in, STDIN_FILENO) < 0)
        return -1;
    if (fds->out >= 0 && dup2(fds->out, STDOUT_FILENO) < 0)
        return -1;
    if (fds->err > 0 && dup2(fds->err, STDERR_FILENO) < 0)
        return -1;
    if (sys_close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC) < 0)
        return -1;
    for (size_t i = 0; i < fds->keep_count; i++)
        if (fcntl(fds->keep[i], F_SETFD, 0) < 0)
            return -1;
    return 0;
}

/* A signal that the terminal sends to husk's job must not reach the helper: husk ends it when it is time, and would
 * take its death by a ^C for a failure. One that came since the fork (they are blocked) is dropped as well. */
static void leave_the_job(void)
{
    static const int signals[] = {SIGINT, SIGQUIT, SIGHUP, SIGTSTP};
    const struct sigaction ignore = {.sa_handler = SIG_IGN};

    setsid();
    for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
        sigaction(signals[i], &ignore, NULL); /* which drops one that is pending */
}

static void child_exec(char *const argv[], const struct child_fds *fds)
{
    static char *const env[] = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C", NULL};
    static const unsigned long normal[8]; /* the kernel's struct sigaction: SIG_DFL is 0 */
    sigset_t none;

    leave_the_job();
    /* By the bare call: libc keeps two real-time signals to itself, which may be ignored as well. */
    for (int sig = 1; sig < NSIG; sig++)
        syscall(SYS_rt_sigaction, sig, normal, NULL, NSIG / 8);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    if (pass_fds(fds) == 0)
        execve(argv[0], argv, env);
}

pid_t child_start(char *const argv[], int out)
{
    const struct child_fds fds = {.in = -1, .out = out};

    return child_start_with(argv, &fds);
}

pid_t child_start_with(char *const argv[], const struct child_fds *fds)
{
    volatile int error = 0; /* vfork: the child writes it in our memory */
    sigset_t all, old;
    pid_t pid;

    /* No handler of ours may run in the child while it shares our memory. */
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &old);
    pid = vfork();
    if (pid == 0) {
        child_exec(argv, fds);
        error = errno;
        _exit(127);
    }
    if (pid < 0)
        error = errno;
    sigprocmask(SIG_SETMASK, &old, NULL);
    if (error) {
        if (pid > 0)
            child_wait(pid);
        return -error;
    }
    return pid;
}

int child_wait(pid_t pid)
{
    int status;

    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return -errno;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
