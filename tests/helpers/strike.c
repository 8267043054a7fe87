/*
 * Does something to one process of a launch while another one is held at a system call, and sees what is left.
 *
 *     strike [-r REPORT] [-a PROCESS:CALL:N] [-w WHO] [-s SIGNAL] [-h MS] [-t SECONDS] [-T] [-u USER] COMMAND [ARG...]
 *
 * Follows COMMAND, which runs as USER, and all that it starts (ptrace(2)). A PROCESS is named by how it came to
 * be: COMMAND is 0, the second one that it makes is 0.2, the first one of that 0.2.1. When PROCESS is about to make
 * its N-th CALL (a number; N from 1), it is held there. Two more CALLs: "exec" is held when the N-th program of the
 * process is in place, before its first instruction; "up" when the payload, the program whose file is named as in
 * $INJECT_PAYLOAD, has sent itself a SIGURG.
 *
 * Then WHO, a process named in the same way, gets SIGNAL, or several, with commas between, in this order and at
 * once; or WHO is "hangup": the terminal, which COMMAND has with -T as the leader of its session, is gone; or "keys":
 * SIGNAL is a character that is typed there. PROCESS is held until WHO, the last of several, has ended, for MS
 * milliseconds at most (10). From then on nobody is watched or helped; what has no parent any more is waited for as
 * well.
 *
 * REPORT: "call PROCESS CALL N" for each call, up to the strike; "made PROCESS"; "exec PROCESS NAME"; "up" when it
 * has come so far; "struck"; "absent": there was no such WHO at that time; "missed": the payload is up, and PROCESS has
 * not come there; "status N" (128 + a signal; then "signal"); "left COMM" for each process that COMMAND, ending by
 * itself, has not waited for; "hung COMM" for what was there yet after -t (20) seconds. Without -a all calls are
 * listed. With "absent", "missed" and "hung" all is killed in the end.
 */
#include "become.h"
#include "strike.h"
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>

#ifndef PTRACE_EVENT_STOP
#define PTRACE_EVENT_STOP 128
#endif

enum { GRACE_MS = 300, WHOS = 4 };

static const long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
                            PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC;

static pid_t early[PROCESSES]; /* stopped, of an unknown maker */
static size_t early_count;
static int signals, terminal = -1, hold_ms = 10;
static long long deadline, most_ms = 20000;
static bool let_all_go, is_up;

static struct {
    char process[NAME];
    int call;
    unsigned n;
    const char *who;
    int signal;
    struct process *held; /* there, as long as it is held */
    int end;              /* a pidfd of WHO, of the last one; -1: there is none */
    long long until;
    bool done;
} strike = {.who = "", .end = -1};

static long long now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

/* ---- the strike ------------------------------------------------------------------------------ */

static void interrupt_all(void)
{
    let_all_go = true;
    for (size_t i = 0; i < process_count; i++)
        if (processes[i].watched && &processes[i] != strike.held)
            ptrace(PTRACE_INTERRUPT, processes[i].pid, 0, 0);
}

static void let_go(struct process *p, int sig)
{
    if (ptrace(PTRACE_DETACH, p->pid, 0, sig) == 0)
        p->watched = false;
}

static _Noreturn void absent(void)
{
    say("absent", NULL);
    end_all(0);
}

static bool is_at_terminal(void)
{
    return strcmp(strike.who, "hangup") == 0 || strcmp(strike.who, "keys") == 0;
}

/* WHO, and how many they are; 0: one of them is not there, or not any more. */
static size_t find_who(pid_t *who)
{
    char names[WHOS * NAME], *rest = names, *name;
    size_t count = 0;

    snprintf(names, sizeof names, "%s", is_at_terminal() ? "0" : strike.who);
    while ((name = strsep(&rest, ","))) {
        const struct process *p = process_named(name);

        if (!p || !p->watched || count == WHOS)
            return 0;
        who[count++] = p->pid;
    }
    return count;
}

/* Whose end shows that it was of use. */
static void do_it(void)
{
    char key = (char)strike.signal;
    pid_t who[WHOS];
    size_t count = find_who(who);

    if (count)
        strike.end = (int)syscall(SYS_pidfd_open, who[count - 1], 0);
    if (strike.end < 0)
        absent();
    say("struck", NULL);
    if (strcmp(strike.who, "hangup") == 0)
        close(terminal);
    else if (strcmp(strike.who, "keys") != 0)
        for (size_t i = 0; i < count; i++)
            kill(who[i], strike.signal);
    else if (write(terminal, &key, 1) != 1)
        fail("typing");
}

static bool is_there(const struct process *p, int call)
{
    return !strike.done && *strike.who && strike.call == call && strike.n == p->counts[call] &&
           (call == UP || strcmp(strike.process, p->name) == 0);
}

/* P is held. */
static void strike_at(struct process *p)
{
    strike.done = true;
    strike.held = p;
    strike.until = now() + hold_ms;
    deadline = now() + most_ms;
    do_it();
    interrupt_all();
}

static void end_of_hold(void)
{
    struct process *p = strike.held;

    strike.held = NULL;
    if (p)
        let_go(p, 0);
}

/* ---- following ------------------------------------------------------------------------------- */

static bool stopped_at_call(struct process *p)
{
    struct __ptrace_syscall_info info;
    int call;

    if (ptrace(PTRACE_GET_SYSCALL_INFO, p->pid, sizeof info, &info) <= 0 ||
        info.op != PTRACE_SYSCALL_INFO_ENTRY || info.entry.nr >= EXEC)
        return false;
    if (p->pid == processes[0].pid && !p->counts[EXEC])
        return false; /* it is ourselves yet, and has no terminal */
    call = (int)info.entry.nr;
    p->counts[call]++;
    if (report && !strike.done)
        fprintf(report, "call %s %d %u\n", p->name, call, p->counts[call]);
    return is_there(p, call);
}

static bool stopped_at_exec(struct process *p)
{
    p->counts[EXEC]++;
    say_exec(p);
    return is_there(p, EXEC);
}

static bool stopped_at_signal(struct process *p, int sig)
{
    if (!p->is_payload || sig != SIGURG || strike.done)
        return false;
    say("up", NULL);
    is_up = true;
    deadline = now() + GRACE_MS;
    p->counts[UP]++;
    return is_there(p, UP);
}

/* Only whom a strike is about is watched call by call: that takes time. */
static void go_on(struct process *p, int sig)
{
    bool calls = !p->is_payload && (!*strike.who || strcmp(p->name, strike.process) == 0);

    ptrace(calls ? PTRACE_SYSCALL : PTRACE_CONT, p->pid, 0, sig);
}

static void made(struct process *p)
{
    unsigned long child;

    if (ptrace(PTRACE_GETEVENTMSG, p->pid, 0, &child) < 0)
        return;
    p = new_process((pid_t)child, p);
    for (size_t i = 0; i < early_count; i++)
        if (early[i] == p->pid) {
            early[i] = early[--early_count];
            if (let_all_go)
                let_go(p, 0);
            else
                go_on(p, 0);
        }
}

static void take_stop(struct process *p, int status)
{
    int sig = WSTOPSIG(status), event = status >> 16, pass = 0;
    bool held = false;

    if (sig == (SIGTRAP | 0x80))
        held = stopped_at_call(p);
    else if (event == PTRACE_EVENT_EXEC)
        held = stopped_at_exec(p);
    else if (event == PTRACE_EVENT_STOP && sig != SIGTRAP) {
        if (!let_all_go) {
            ptrace(PTRACE_LISTEN, p->pid, 0, 0);
            return;
        }
    } else if (event && event != PTRACE_EVENT_STOP)
        made(p);
    else if (!event) {
        pass = sig;
        held = stopped_at_signal(p, sig);
    }
    if (held)
        strike_at(p);
    else if (let_all_go && p != strike.held)
        let_go(p, pass);
    else if (p != strike.held)
        go_on(p, pass);
}

static void take_end(pid_t pid, int status)
{
    struct process *p = process_of(pid);

    if (p) {
        p->watched = false;
        if (strike.held == p)
            strike.held = NULL;
    }
    if (pid != processes[0].pid)
        return;
    if (report)
        fprintf(report, "status %d%s\n", WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
                WIFEXITED(status) ? "" : " signal");
    if (strike.done && WIFEXITED(status))
        each_child(say_left);
}

/* A new process may stop before its maker's event came: it is let on then. */
static void take_unknown(pid_t pid)
{
    if (let_all_go)
        ptrace(PTRACE_DETACH, pid, 0, 0);
    else if (early_count < PROCESSES)
        early[early_count++] = pid;
}

/* 0: nobody is left. */
static int take_news(void)
{
    int status;
    pid_t pid;

    while ((pid = waitpid(-1, &status, __WALL | WNOHANG)) > 0) {
        struct process *p = process_of(pid);

        if (!WIFSTOPPED(status))
            take_end(pid, status);
        else if (p)
            take_stop(p, status);
        else
            take_unknown(pid);
    }
    return pid == 0 || errno != ECHILD;
}

static void out_of_time(void)
{
    if (strike.done || !is_up)
        each_child(say_hung);
    else if (*strike.who)
        say("missed", NULL);
    end_all(0);
}

static void follow(void)
{
    while (take_news()) {
        struct pollfd fds[] = {{.fd = signals, .events = POLLIN}, {.fd = strike.held ? strike.end : -1, .events = POLLIN}};
        long long until = strike.held ? strike.until : deadline, left = until - now();
        struct signalfd_siginfo info;

        if (left <= 0 && !strike.held)
            out_of_time();
        if (poll(fds, 2, left > 0 ? (int)left : 0) < 0 && errno != EINTR)
            fail("poll");
        if (fds[0].revents && read(signals, &info, sizeof info) < 0 && errno != EAGAIN)
            fail("reading signals");
        if (strike.held && (fds[1].revents || now() >= strike.until))
            end_of_hold();
    }
}

/* ---- the start ------------------------------------------------------------------------------- */

static void parse_point(const char *text)
{
    char call[16];

    if (sscanf(text, "%31[^:]:%15[^:]:%u", strike.process, call, &strike.n) != 3)
        fail(text);
    strike.call = strcmp(call, "exec") == 0 ? EXEC : strcmp(call, "up") == 0 ? UP : atoi(call);
}

static void open_terminal(void)
{
    int unlock = 0;

    terminal = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (terminal < 0 || ioctl(terminal, TIOCSPTLCK, &unlock) < 0)
        fail("opening a terminal");
}

/* The terminal is COMMAND's, and its stdin; what it says goes where it went. */
static void take_terminal(void)
{
    int fd;

    setsid();
    fd = ioctl(terminal, TIOCGPTPEER, O_RDWR);
    if (fd < 0 || ioctl(fd, TIOCSCTTY, 0) < 0 || dup2(fd, STDIN_FILENO) < 0)
        fail("taking the terminal");
    close(fd);
}

static void start(char **argv, const char *user, const sigset_t *mask)
{
    int go[2];
    char byte = 0;
    pid_t pid;

    if (pipe2(go, O_CLOEXEC) < 0 || (pid = fork()) < 0)
        fail("starting");
    if (pid == 0) {
        close(go[1]);
        if (read(go[0], &byte, 1) != 1)
            _exit(EXIT_STRIKE);
        sigprocmask(SIG_SETMASK, mask, NULL);
        if (terminal >= 0)
            take_terminal();
        if (user && !become(user))
            fail(user);
        execv(argv[0], argv);
        fail(argv[0]);
    }
    if (ptrace(PTRACE_SEIZE, pid, 0, options | PTRACE_O_EXITKILL) < 0 || ptrace(PTRACE_INTERRUPT, pid, 0, 0) < 0)
        fail("tracing");
    new_process(pid, NULL);
    if (waitpid(pid, NULL, __WALL) != pid || ptrace(PTRACE_SYSCALL, pid, 0, 0) < 0)
        fail("tracing");
    if (write(go[1], &byte, 1) != 1)
        fail("starting");
    close(go[0]);
    close(go[1]);
}

int main(int argc, char **argv)
{
    const char *user = NULL;
    int letter;
    sigset_t set, old;

    while ((letter = getopt(argc, argv, "+r:a:w:s:h:t:Tu:")) != -1) {
        if (letter == 'r' && !(report = fopen(optarg, "we")))
            fail(optarg);
        if (letter == 'a')
            parse_point(optarg);
        if (letter == 'w')
            strike.who = optarg;
        if (letter == 's')
            strike.signal = atoi(optarg);
        if (letter == 'h')
            hold_ms = atoi(optarg);
        if (letter == 't')
            most_ms = atoi(optarg) * 1000LL;
        if (letter == 'T')
            open_terminal();
        if (letter == 'u')
            user = optarg;
        if (letter == '?')
            return EXIT_STRIKE;
    }
    if (optind == argc || !strike.n != !*strike.who)
        return EXIT_STRIKE;
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    sigprocmask(SIG_BLOCK, &set, &old);
    signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    deadline = now() + most_ms;
    start(argv + optind, user, &old);
    follow();
    if (report && fclose(report) != 0)
        fail("writing the report");
    return 0;
}
