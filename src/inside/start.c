/*
 * The last step. With an init, the command is started by vfork: it shares our memory until it executes the
 * program, so when vfork returns we know whether that worked, and no page table was copied.
 *
 * What must hold when the command is executed: no_new_privs and the ids are set, capabilities are
 * dropped, the parent is known to live, then come the filters, and nothing after them but exec.
 */
#include "inside/start.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/syscalls.h"
#include "inside/exec.h"
#include "inside/init.h"
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

/* Must be done after the last change of ids and capabilities, which would clear it (prctl(2)). A parent
 * that died before is seen at the gate. */
static int tie_to_parent(struct inside *in)
{
    /* Nobody else would keep its time, or end its cgroup. */
    bool tied = in->plan->spec->die_with_parent || in->plan->timeout || in->plan->cgroup.how;
    int alive;

    if (tied && prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0)
        return inside_fail(in, errno, NULL, "tying the sandbox to its parent");
    alive = gate_is_alive(in->gate);
    if (alive == 0)
        _exit(1);
    return alive < 0 ? inside_fail(in, -alive, NULL, "looking whether husk lives") : 0;
}

/* Opens what a --lock-file names, which may be any file that is shown: without waiting for anything, and not through
 * procfs's links to what husk has open (but as bwrap, which nothing of that leads out of). -1 and errno. */
static int open_lock_file(const char *path)
{
    const int flags = O_RDONLY | O_NONBLOCK | O_NOCTTY;
    int fd = sys_openat2(AT_FDCWD, path, (uint64_t)flags, 0,
                         log_is_bwrap() ? 0 : RESOLVE_NO_MAGICLINKS);

    return fd < 0 && errno == ENOSYS ? open(path, flags | O_NOFOLLOW | O_CLOEXEC) : fd;
}

/* The fcntl locks of --lock-file, which only the process that takes them has. */
static int take_locks(struct inside *in)
{
    const struct spec *s = in->plan->spec;

    for (size_t i = 0; i < s->lock_files.count; i++) {
        const struct opt_text *file = &s->lock_files.items[i];
        struct flock lock = {.l_type = F_RDLCK, .l_whence = SEEK_SET};
        int *fd = in_hold(in);
        struct stat st;

        *fd = open_lock_file(file->value);
        if (*fd < 0 || fstat(*fd, &st) < 0)
            return inside_fail(in, errno, &file->from, "Unable to open lock file %s", file->value);
        /* bwrap takes what can be opened. */
        if (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode) && !log_is_bwrap())
            return inside_fail(in, 0, &file->from, "lock file %s is neither a file nor a folder",
                               file->value);
        if (fcntl(*fd, F_SETLK, &lock) < 0)
            return inside_fail(in, errno, &file->from, "Unable to lock file %s", file->value);
    }
    return 0;
}

static void hold_sync_fds(struct inside *in)
{
    for (size_t i = 0; i < in->plan->spec->sync_fds.count; i++)
        *in_hold(in) = in->plan->spec->sync_fds.items[i];
}

/* The monitor passes signals on through this fd. It is told before the start, since whoever sees the command at
 * work may send one at once; should it fail to start after all, FAILED follows. */
static int tell_started(struct inside *in)
{
    HUSK_FD int self = sys_pidfd_open(getpid());
    int r = self < 0 ? -errno : gate_send(in->gate, GATE_STARTED, 0, self);

    return r < 0 ? inside_fail(in, -r, NULL, "telling of the command's start") : 0;
}

/* Waits until the clock of --timeout runs: a command at work could stop husk before it had started that. For --report
 * the time begins before the command does, however late husk wakes up. */
static int wait_for_clock(struct inside *in)
{
    return in->plan->timed ? inside_wait(in, GATE_TIMED, "the clock of --timeout or --report") : 0;
}

static HUSK_NORETURN void start_directly(struct inside *in)
{
    if (tie_to_parent(in) < 0)
        inside_give_up(in);
    /* Without a clock the gate's end of file, at exec, says it. */
    if (in->plan->timed && tell_started(in) < 0)
        inside_give_up(in);
    if (wait_for_clock(in) == 0)
        exec_command(in);
    inside_give_up(in);
}

/* The command, once it has been born. */
static volatile pid_t command;

/* Before there is a command, and in the process that is about to become it, the signal ends the process. Later the
 * command itself has got it. */
static void on_terminal(int sig)
{
    if (!command || command == getpid())
        inside_exit(128 + sig);
}

/*
 * Unblocks what the terminal may send to the job, for the moment in which the command is born. Husk, if it has
 * heard of the start by then, takes it that the command has got such a signal; but it was sent to us alone if there
 * was no command yet, and blocked we would not hear it. While these signals are unblocked, the kernel makes no process
 * before a pending one's handler has run (copy_process()): so each reaches the command, or us before there is one.
 * Ignored ones stay ignored. 0; or -1 and errno.
 */
static int open_terminal_signals(void)
{
    static const int signals[] = {SIGINT, SIGQUIT, SIGHUP};
    const struct sigaction end = {.sa_handler = on_terminal};
    struct sigaction before;
    sigset_t open;

    sigemptyset(&open);
    for (size_t i = 0; i < ARRAY_SIZE(signals); i++) {
        if (sigaction(signals[i], &end, &before) < 0)
            return -1;
        if (before.sa_handler != SIG_IGN)
            sigaddset(&open, signals[i]);
        else if (sigaction(signals[i], &before, NULL) < 0)
            return -1;
    }
    return sigprocmask(SIG_UNBLOCK, &open, NULL);
}

static void close_signals(void)
{
    sigset_t all;

    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, NULL); /* should it fail, on_terminal() does nothing any more */
}

static HUSK_NORETURN void start_with_init(struct inside *in)
{
    bool own_pids = in->plan->clone_flags & CLONE_NEWPID;
    pid_t pid;

    hold_sync_fds(in);
    if (take_locks(in) < 0 || tie_to_parent(in) < 0)
        inside_give_up(in);
    /* The command has our ids: it must not trace us, nor reach husk's binary through /proc/1/exe. But
     * bwrap's clients look up the namespaces of its child from outside, which that would refuse. */
    if (prctl(PR_SET_DUMPABLE, log_is_bwrap(), 0, 0, 0) < 0) {
        inside_fail(in, errno, NULL, "can't set dumpable");
        inside_give_up(in);
    }
    if (open_terminal_signals() < 0) {
        inside_fail(in, errno, NULL, "opening the terminal's signals");
        inside_give_up(in);
    }
    pid = vfork();
    if (pid == 0) {
        command = getpid();
        /* Where a pid namespace ends with its init, the init's tie is enough. */
        if ((own_pids || tie_to_parent(in) == 0) && tell_started(in) == 0 && wait_for_clock(in) == 0)
            exec_command(in);
        inside_exit(1);
    }
    if (pid < 0)
        inside_fail_hint(in, HINT_PROCESSES, errno, NULL, "Can't fork for pid 1");
    close_signals();
    if (pid < 0 || in->error.text[0])
        inside_give_up(in);
    init_run(in, pid);
}

/* What leads to the host or around the set-up, and is not needed any more: --lock-file and the command's
 * path are looked up inside, where /proc/self/fd could name it. */
static void close_what_leads_out(struct inside *in)
{
    if (!in->plan->spec->exec_label.value && !in->plan->apparmor)
        fd_closep(&in->proc);
    fd_closep(&in->root);
}

void start_command(struct inside *in)
{
    close_what_leads_out(in);
    if (in->plan->has_init)
        start_with_init(in);
    start_directly(in);
}
