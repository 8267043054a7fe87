/*
 * The processes that strike.c follows: what they are called, and what is left of them in the end.
 */
#pragma once
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { EXIT_STRIKE = 121, PROCESSES = 256, CALLS = 512, EXEC = 510, UP = 511, NAME = 32 };

struct process {
    pid_t pid;
    char name[NAME];
    bool watched, is_payload;
    unsigned made, counts[CALLS];
};

static struct process processes[PROCESSES];
static size_t process_count;
static FILE *report;

static void fail(const char *what)
{
    fprintf(stderr, "strike: %s: %s\n", what, strerror(errno));
    exit(EXIT_STRIKE);
}

static void say(const char *what, const char *more)
{
    if (report)
        fprintf(report, "%s%s%s\n", what, more ? " " : "", more ? more : "");
}

static struct process *process_of(pid_t pid)
{
    for (size_t i = process_count; i-- > 0;)
        if (processes[i].pid == pid && processes[i].watched)
            return &processes[i];
    return NULL;
}

static struct process *process_named(const char *name)
{
    for (size_t i = 0; i < process_count; i++)
        if (strcmp(processes[i].name, name) == 0)
            return &processes[i];
    return NULL;
}

static struct process *new_process(pid_t pid, struct process *by)
{
    struct process *p = &processes[process_count++];
    char name[64] = "0";

    if (process_count > PROCESSES)
        fail("too many processes");
    if (by)
        snprintf(name, sizeof name, "%s.%u", by->name, ++by->made);
    memcpy(p->name, name, NAME - 1);
    p->pid = pid;
    p->watched = true;
    say("made", p->name);
    return p;
}

static void say_exec(struct process *p)
{
    const char *wanted = getenv("INJECT_PAYLOAD"), *name;
    char link[64], path[4096] = "";

    snprintf(link, sizeof link, "/proc/%d/exe", (int)p->pid);
    if (readlink(link, path, sizeof path - 1) < 0 || !(name = strrchr(path, '/')))
        return;
    if (report)
        fprintf(report, "exec %s %s\n", p->name, name + 1);
    p->is_payload = wanted && strcmp(name + 1, wanted) == 0;
}

/* What is there of ours: those that COMMAND has left, too, as we are their subreaper. */
static void each_child(void (*act)(pid_t pid))
{
    char path[64];
    FILE *f;
    int pid;

    snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)getpid(), (int)getpid());
    f = fopen(path, "re");
    if (!f)
        fail(path);
    while (fscanf(f, "%d", &pid) == 1)
        act(pid);
    fclose(f);
}

static void name_child(const char *word, pid_t pid)
{
    char path[64], comm[64] = "?", state = 0;
    FILE *f;

    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    f = fopen(path, "re");
    if (f && fscanf(f, "%*d (%60[^)]) %c", comm, &state) == 2 && state != 'Z' && state != 'X')
        say(word, comm);
    if (f)
        fclose(f);
}

static void say_left(pid_t pid)
{
    name_child("left", pid);
}

static void say_hung(pid_t pid)
{
    name_child("hung", pid);
}

static void kill_it(pid_t pid)
{
    kill(pid, SIGKILL);
}

/* Ends all: whoever loses its parent by that comes to us and is next. */
static _Noreturn void end_all(int status)
{
    const struct timespec moment = {.tv_nsec = 1000000};

    for (size_t i = 0; i < process_count; i++)
        if (processes[i].watched)
            kill(processes[i].pid, SIGKILL);
    for (int pid = 0; pid >= 0 || errno == EINTR;) {
        each_child(kill_it);
        pid = waitpid(-1, NULL, __WALL | WNOHANG);
        if (pid == 0)
            nanosleep(&moment, NULL);
    }
    if (report && fclose(report) != 0)
        fail("writing the report");
    exit(status);
}
