/* Our pid 1: it reaps, tells the monitor, and ends as the command ended. */
#include "inside/init.h"
#include "base/child.h"
#include "stage.h"
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *script;

/* The child's side, where all signals are blocked: the command is a script, then comes the init. */
static void start(void)
{
    sigset_t all, none;
    pid_t pid;

    close(gate);
    close(guardian);
    sigemptyset(&none);
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    pid = vfork();
    if (pid == 0) {
        sigprocmask(SIG_SETMASK, &none, NULL);
        execl("/bin/sh", "sh", "-c", script, NULL);
        _exit(127);
    }
    init_run(in, pid);
}

/* Starts TEXT as the command below an init, which is pid 1 if the plan has such a namespace. */
static pid_t begin_run(const char *text)
{
    pid_t pid;

    script = text;
    if (plan.clone_flags & CLONE_NEWPID)
        assert_int_equal(sys_unshare(CLONE_NEWPID), 0); /* for children */
    pid = fork();
    if (pid == 0)
        start();
    close(in->gate);
    return pid;
}

/* The same, to the end. The init's status. */
static int run(const char *text)
{
    return child_wait(begin_run(text));
}

static void begin(bool own_pids)
{
    bare_plan();
    if (!own_pids)
        plan.clone_flags &= ~CLONE_NEWPID;
    prepare();
}

/* The next message, which is KIND with VALUE. */
static void is_told(enum gate_kind kind, int value)
{
    struct gate_message m;

    assert_int_equal(gate_receive(gate, &m, NULL), 1);
    assert_int_equal(m.kind, kind);
    assert_int_equal(m.value, value);
}

static void is_all(void)
{
    assert_int_equal(gate_receive(gate, &(struct gate_message){0}, NULL), 0);
}

static void the_status_is_the_commands(void **state HUSK_UNUSED)
{
    for (int own_pids = 0; own_pids < 2; own_pids++) {
        begin(own_pids);
        assert_int_equal(run("exit 77"), 77);
        is_all();
    }
}

static void so_is_the_signal(void **state HUSK_UNUSED)
{
    for (int own_pids = 0; own_pids < 2; own_pids++) {
        begin(own_pids);
        assert_int_equal(run("kill -TERM $$"), 128 + SIGTERM);
        is_all();
    }
}

/* While it is not reaped, a process that has ended can be signalled. */
static void orphans_are_reaped_and_change_nothing(void **state HUSK_UNUSED)
{
    begin(true);
    assert_int_equal(run("orphan=$(sh -c 'exit 5 > /dev/null & echo $!');"
                         "while kill -0 $orphan 2> /dev/null; do sleep 0.02; done; exit 3"),
                     3);
}

static void a_stop_is_told(void **state HUSK_UNUSED)
{
    pid_t pid;

    begin(false);
    pid = begin_run("(while sleep 0.2 && kill -CONT $$; do :; done) 2> /dev/null &"
                    "kill -STOP $$; exit 4");
    is_told(GATE_STOPPED, SIGSTOP);
    assert_int_equal(child_wait(pid), 4);
    is_all();
}

/* Who reads a pipe from the command to its end must not wait for the init; what is to be held is. */
static void only_what_is_to_be_held_is_open(void **state HUSK_UNUSED)
{
    int ends[2], held[2];

    begin(true);
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(pipe(held), 0);
    in->held.items = (int[8]){0};
    in->held.capacity = 8;
    *in_hold(in) = held[0];
    /* The init is 1 in a procfs of its own. */
    assert_int_equal(run(arena_printf("unshare -m sh -c 'mount -t proc p /proc &&"
                                      " [ ! -e /proc/1/fd/%d ] && [ ! -e /proc/1/fd/%d ] &&"
                                      " [ -e /proc/1/fd/%d ] && [ ! -e /proc/1/fd/%d ]'",
                                      ends[0], ends[1], held[0], held[1])),
                     0);
}

/* The monitor may have been killed: the command goes on, and nothing hangs. */
static void without_a_monitor_it_ends_all_the_same(void **state HUSK_UNUSED)
{
    begin(true);
    close(gate);
    gate = FD_NONE;
    assert_int_equal(run("exit 6"), 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        INSIDE(the_status_is_the_commands),
        INSIDE(so_is_the_signal),
        INSIDE(orphans_are_reaped_and_change_nothing),
        INSIDE(a_stop_is_told),
        INSIDE(only_what_is_to_be_held_is_open),
        INSIDE(without_a_monitor_it_ends_all_the_same),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
