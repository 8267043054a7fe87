/*
 * Makes one system call of husk fail, or lists those that it makes.
 *
 *     inject [-r REPORT] [-f PROCESS:CALL:N:ERRNO]... [-q] [-i FD=PATH]... [-t SECONDS] [-u USER] [-o] COMMAND [ARG...]
 *
 * Follows COMMAND and all that it starts (ptrace(2)) up to the moment when a process executes the
 * payload, the program whose file is named as in $INJECT_PAYLOAD; from then on nobody is watched.
 * PROCESS counts the processes in the order of their start, from 0; CALL is a number; N counts that
 * call in that process, from 1; `*' as PROCESS or N is each of them. The call is not made, and fails
 * with ERRNO (a number); a negative one, -N, is success with the result N. COMMAND has PATH open as FD, and runs as USER: under a tracer that is root newuidmap
 * keeps its rights (ptrace(2)). x86-64 only. With -o calls of foreign programs, which are not of COMMAND's folder, are
 * not listed; what those start is counted from 40, and what other programs of that folder start from 20.
 *
 * With -q no calls are listed, and only those of -f stop the process that makes them: a filter of seccomp(2) picks them,
 * which all that COMMAND starts has as well. It takes a third of the time.
 *
 * REPORT gets a line for each call that ended: "call PROCESS CALL N RESULT ARGUMENT", "fault" for each that
 * was made to fail, and "payload" once that was executed, before it "cgroup FILE VALUE" for limits of the cgroup above
 * its own. ARGUMENT says what the call is about, if one of them does: see arguments.h.
 *
 * The exit status is COMMAND's. 120: it did not end in time (-t, 20 by default), or left a process
 * behind; all are killed then. 121: inject itself failed.
 */
#ifndef __x86_64__
#error its registers are those of x86-64
#endif
#include "arguments.h"
#include "become.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

enum { EXIT_HUNG = 120, EXIT_INJECT = 121, PROCESSES = 64, CALLS = 512, FAULTS = 8, EACH = -1 };
/* Whose program a process executes, or that which started it; numbers begin there. */
enum program { LAUNCHER = 0, OWN = 20, FOREIGN = 40 };

static const long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
                            PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC | PTRACE_O_TRACESECCOMP | PTRACE_O_EXITKILL;

struct process {
    pid_t pid;
    int number;
    enum program program;
    bool listed;
    bool in_call;
    long call;
    int error; /* to answer the current call with, less than 0: its result; 0: none */
    char argument[128];
    unsigned counts[CALLS];
};

static struct process processes[PROCESSES];
static int process_count, numbers[FOREIGN + 1]; /* the next ones, less where they begin */
static bool own_only, faults_only;
static char own_folder[4096]; /* with its slash; empty: COMMAND is not there yet */
static FILE *report;
static bool payload_runs;
static pid_t launcher;

static struct {
    int process, call, n, error;
} faults[FAULTS];
static int fault_count;

static void fail(const char *what)
{
    fprintf(stderr, "inject: %s: %s\n", what, strerror(errno));
    exit(EXIT_INJECT);
}

/* ---- what is asked for ---------------------------------------------------------------------- */

static int number(char **text)
{
    char *end;
    long n;

    if (**text == '*') {
        *text += 2;
        return EACH;
    }
    n = strtol(*text, &end, 10);
    if (end == *text || (*end && *end != ':')) {
        errno = EINVAL;
        fail(*text);
    }
    *text = end + (*end == ':');
    return (int)n;
}

static void add_fault(char *text)
{
    if (fault_count == FAULTS) {
        errno = E2BIG;
        fail("-f");
    }
    faults[fault_count].process = number(&text);
    faults[fault_count].call = number(&text);
    faults[fault_count].n = number(&text);
    faults[fault_count].error = number(&text);
    fault_count++;
}

static int fault_of(const struct process *p)
{
    for (int i = 0; i < fault_count; i++)
        if ((faults[i].process == EACH || faults[i].process == p->number) &&
            faults[i].call == p->call &&
            (faults[i].n == EACH || (unsigned)faults[i].n == p->counts[p->call]))
            return faults[i].error;
    return 0;
}

/* ---- processes ------------------------------------------------------------------------------- */

/* Its first stop may come before its parent's event tells of it. */
static enum program program_of_parent(pid_t pid)
{
    char path[64], line[128];
    int parent = 0;
    FILE *file;

    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    file = fopen(path, "re");
    while (file && !parent && fgets(line, sizeof line, file))
        if (sscanf(line, "PPid: %d", &parent) != 1)
            parent = 0;
    if (file)
        fclose(file);
    for (int i = 0; i < process_count; i++)
        if (processes[i].pid == parent)
            return processes[i].program;
    return LAUNCHER;
}

static struct process *process_of(pid_t pid)
{
    struct process *p;

    for (int i = 0; i < process_count; i++)
        if (processes[i].pid == pid)
            return &processes[i];
    if (process_count == PROCESSES) {
        errno = E2BIG;
        fail("processes");
    }
    p = &processes[process_count++];
    p->pid = pid;
    p->program = program_of_parent(pid);
    p->number = (int)p->program + numbers[p->program]++;
    return p;
}

/* Writes to PATH, 4096 bytes, which program the process executes. */
static bool read_program(pid_t pid, char *path)
{
    char link[64];
    ssize_t n;

    snprintf(link, sizeof link, "/proc/%d/exe", (int)pid);
    n = readlink(link, path, 4095);
    path[n < 0 ? 0 : n] = 0;
    return n > 0;
}

static bool is_payload(pid_t pid)
{
    const char *wanted = getenv("INJECT_PAYLOAD"), *name;
    char path[4096];

    if (!wanted || !read_program(pid, path))
        return false;
    name = strrchr(path, '/');
    return name && strcmp(name + 1, wanted) == 0;
}

/* The first program is COMMAND. */
static void executed(struct process *p)
{
    char path[4096];

    if (!read_program(p->pid, path))
        return;
    if (!own_folder[0])
        memcpy(own_folder, path, (size_t)(strrchr(path, '/') + 1 - path));
    else if (own_only)
        p->program = strncmp(path, own_folder, strlen(own_folder)) == 0 ? OWN : FOREIGN;
}

/* ---- calls ----------------------------------------------------------------------------------- */

static void read_argument(struct process *p, const struct user_regs_struct *regs)
{
    const uint64_t args[] = {regs->rdi, regs->rsi, regs->rdx, regs->r10, regs->r8, regs->r9};
    int which = name_argument(p->call);
    struct iovec here = {p->argument, sizeof p->argument - 1};
    struct iovec there = {NULL, sizeof p->argument - 1};
    ssize_t n;

    memset(p->argument, 0, sizeof p->argument);
    if (number_argument(p->call) >= 0) {
        snprintf(p->argument, sizeof p->argument, "%llu", (unsigned long long)args[number_argument(p->call)]);
        return;
    }
    if (which < 0)
        return;
    there.iov_base = (void *)(uintptr_t)args[which];
    n = process_vm_readv(p->pid, &here, 1, &there, 1, 0);
    if (n < 0) { /* the end of a page: its rest will do */
        there.iov_len = here.iov_len = 4096 - args[which] % 4096;
        if (here.iov_len < sizeof p->argument)
            process_vm_readv(p->pid, &here, 1, &there, 1, 0);
    }
    for (char *c = p->argument; *c; c++)
        if (*c <= ' ' || *c > '~')
            *c = '?';
}

static void enter_call(struct process *p, struct user_regs_struct *regs)
{
    p->in_call = true;
    p->listed = p->program != FOREIGN;
    p->call = own_folder[0] ? (long)regs->orig_rax : -1;
    p->error = 0;
    if (p->call < 0 || p->call >= CALLS)
        return;
    p->counts[p->call]++;
    read_argument(p, regs);
    p->error = fault_of(p);
    if (!p->error)
        return;
    regs->orig_rax = (unsigned long long)-1;
    if (ptrace(PTRACE_SETREGS, p->pid, 0, regs) < 0)
        fail("changing a call");
    if (report)
        fprintf(report, "fault\n");
}

static void leave_call(struct process *p, struct user_regs_struct *regs)
{
    p->in_call = false;
    if (p->call < 0 || p->call >= CALLS)
        return;
    if (p->error) {
        regs->rax = (unsigned long long)-p->error;
        if (ptrace(PTRACE_SETREGS, p->pid, 0, regs) < 0)
            fail("changing a result");
    }
    if (report && !payload_runs && p->listed && !faults_only)
        fprintf(report, "call %d %ld %u %lld %s\n", p->number, p->call,
                p->counts[p->call], (long long)regs->rax, p->argument);
}

/* PICKED: by the filter, which tells of a call once, and takes the answer then. */
static void stopped_at_call(struct process *p, bool picked)
{
    struct user_regs_struct regs;

    if (ptrace(PTRACE_GETREGS, p->pid, 0, &regs) < 0)
        return; /* killed meanwhile */
    if (!p->in_call)
        enter_call(p, &regs);
    else
        leave_call(p, &regs);
    if (picked)
        leave_call(p, &regs);
}

/* ---- following ------------------------------------------------------------------------------- */

static void report_limits(pid_t pid)
{
    static const char *const files[] = {"memory.max", "memory.swap.max", "memory.oom.group", "pids.max"};
    char path[64], group[512] = "", file[1024], value[64];
    FILE *f;

    snprintf(path, sizeof path, "/proc/%d/cgroup", (int)pid);
    f = fopen(path, "re");
    if (!f || fscanf(f, "0::%511[^\n]", group) != 1)
        group[0] = 0; /* cgroup v1 */
    if (f)
        fclose(f);
    for (size_t i = 0; group[0] && i < sizeof files / sizeof *files; i++) {
        snprintf(file, sizeof file, "/sys/fs/cgroup%s/../%s", group, files[i]);
        f = fopen(file, "re");
        if (f && fscanf(f, "%63s", value) == 1)
            fprintf(report, "cgroup %s %s\n", files[i], value);
        if (f)
            fclose(f);
    }
}

/* The payload is there: who is stopped goes on alone, the others at their next stop. */
static void let_go(pid_t pid, int sig)
{
    ptrace(PTRACE_DETACH, pid, 0, sig);
}

static void take_stop(pid_t pid, int status)
{
    struct process *p = process_of(pid);
    int sig = WSTOPSIG(status), event = status >> 16, pass = 0;

    if (sig == (SIGTRAP | 0x80)) {
        stopped_at_call(p, false);
    } else if (event == PTRACE_EVENT_SECCOMP) {
        if (!payload_runs)
            stopped_at_call(p, true);
    } else if (event == PTRACE_EVENT_EXEC && is_payload(pid)) {
        payload_runs = true;
        if (report) {
            report_limits(pid);
            fprintf(report, "payload\n");
        }
    } else if (event) {
        unsigned long child;

        /* Numbers are given in the order of the events, not of the children's first stops. */
        if (event == PTRACE_EVENT_EXEC)
            executed(p);
        else if (ptrace(PTRACE_GETEVENTMSG, pid, 0, &child) == 0)
            process_of((pid_t)child);
    } else if (sig != SIGSTOP && sig != SIGTRAP) {
        pass = sig;
    }
    /* Without us the filter would refuse what it picks. */
    if (payload_runs && !p->in_call && !faults_only)
        let_go(pid, pass);
    else
        ptrace(faults_only ? PTRACE_CONT : PTRACE_SYSCALL, pid, 0, pass);
}

/* FD=PATH: for COMMAND. */
static void open_as(char *text)
{
    int fd = (int)strtol(text, &text, 10), opened = open(text + 1, O_RDONLY | O_CLOEXEC);

    if (*text != '=' || opened < 0 || dup2(opened, fd) < 0)
        fail(text);
    close(opened);
}

/* Root needs no no_new_privs for it, which would be of effect on newuidmap. */
static void pick_faults(void)
{
    struct sock_filter code[2 * FAULTS + 5] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
    };
    struct sock_fprog prog = {.len = 4, .filter = code};

    for (int i = 0; i < fault_count; i++) {
        code[prog.len++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)faults[i].call, 0, 1);
        code[prog.len++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE);
    }
    code[prog.len++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    if ((geteuid() != 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog) < 0)
        fail("picking calls");
}

static void start(char **argv, const char *user)
{
    launcher = fork();
    if (launcher < 0)
        fail("fork");
    if (launcher == 0) {
        ptrace(PTRACE_TRACEME, 0, 0, 0);
        raise(SIGSTOP);
        if (faults_only)
            pick_faults();
        if (user && !become(user))
            fail(user);
        execv(argv[0], argv);
        fail(argv[0]);
    }
    if (waitpid(launcher, NULL, 0) < 0 || ptrace(PTRACE_SETOPTIONS, launcher, 0, options) < 0)
        fail("tracing");
    process_of(launcher);
    ptrace(faults_only ? PTRACE_CONT : PTRACE_SYSCALL, launcher, 0, 0);
}

static void on_alarm(int sig)
{
    (void)sig; /* waitpid() ends with EINTR */
}

/* What is left is ours, as the subreaper; the tracer's end kills what is traced. */
static _Noreturn void give_up(void)
{
    if (report)
        fprintf(report, "hung\n"), fclose(report);
    for (int i = 0; i < process_count; i++)
        kill(processes[i].pid, SIGKILL);
    _exit(EXIT_HUNG);
}

static int follow(void)
{
    int status, result = EXIT_INJECT;
    pid_t pid;

    while ((pid = waitpid(-1, &status, __WALL)) > 0 || errno == EINTR) {
        if (pid < 0)
            give_up();
        if (WIFSTOPPED(status))
            take_stop(pid, status);
        else if (pid == launcher)
            result = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }
    return result;
}

int main(int argc, char **argv)
{
    const char *user = NULL;
    unsigned seconds = 20;
    int letter, result;

    while ((letter = getopt(argc, argv, "+r:f:qi:t:u:o")) != -1) {
        if (letter == 'r' && !(report = fopen(optarg, "we")))
            fail(optarg);
        if (letter == 'f')
            add_fault(optarg);
        if (letter == 'i')
            open_as(optarg);
        own_only |= letter == 'o';
        faults_only |= letter == 'q';
        if (letter == 't')
            seconds = (unsigned)atoi(optarg);
        if (letter == 'u')
            user = optarg;
        if (letter == '?')
            return EXIT_INJECT;
    }
    if (optind == argc)
        return EXIT_INJECT;
    sigaction(SIGALRM, &(struct sigaction){.sa_handler = on_alarm}, NULL);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    start(argv + optind, user);
    alarm(seconds);
    result = follow();
    if (report && fclose(report) != 0)
        fail("writing the report");
    return result;
}
