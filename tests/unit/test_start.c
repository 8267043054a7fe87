/* The last stretch: the command starts only while somebody waits for it, with its locks taken. */
#include "inside/start.h"
#include "base/child.h"
#include "base/fd.h"
#include "base/log.h"
#include "stage.h"
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static struct gate_message said; /* the last message of the last run */
static int started = FD_NONE;    /* what came with STARTED in it */

static int start(void *arg HUSK_UNUSED)
{
    close(gate);
    close(guardian);
    start_command(in);
}

static void begin(const char *script, bool with_init)
{
    static char *argv[5];

    bare_plan();
    plan.clone_flags &= ~CLONE_NEWPID;
    plan.has_init = with_init;
    argv[1] = (char *)"sh";
    argv[2] = (char *)"-c";
    argv[3] = (char *)script;
    plan.argv = argv + 1;
    plan.file = "/bin/sh";
}

static int run(void)
{
    int status, fd;

    prepare();
    status = status_of(start, NULL);
    close(in->gate);
    said.text[0] = 0;
    said.kind = -1;
    fd_closep(&started);
    while (gate_receive(gate, &said, &fd) == 1)
        if (said.kind == GATE_STARTED)
            started = fd;
    close(gate);
    return status;
}

static void the_command_takes_our_place(void **state HUSK_UNUSED)
{
    begin("exit 12", false);
    assert_int_equal(run(), 12);
    assert_int_equal(said.kind, -1); /* an end of file says it */
}

static void or_an_init_stays(void **state HUSK_UNUSED)
{
    begin("exit 12", true);
    assert_int_equal(run(), 12);
    assert_int_equal(said.kind, GATE_STARTED);
}

static void what_does_not_start_is_told(void **state HUSK_UNUSED)
{
    for (int with_init = 0; with_init < 2; with_init++) {
        begin("", with_init);
        plan.file = "/no/such/command";
        assert_int_equal(run(), 127);
        assert_int_equal(said.kind, GATE_FAILED);
        assert_string_equal(said.text, "running /no/such/command");
    }
}

static void the_pidfd_is_the_commands(void **state HUSK_UNUSED)
{
    siginfo_t info = {0};

    begin("exit 0", true);
    assert_int_equal(run(), 0);
    assert_int_equal(sys_pidfd_send_signal(started, 0), -1); /* it was one, and has ended */
    assert_int_equal(errno, ESRCH);
    assert_int_equal(waitid(P_PIDFD, (id_t)started, &info, WEXITED), -1);
    assert_int_equal(errno, ECHILD);
}

/* ---- with a timeout ------------------------------------------------------------------------- */

static int start_when_the_clock_runs(void *arg)
{
    int ends[2];
    const bool *runs = arg;
    struct gate_message m;
    pid_t pid;

    if (pipe(ends) < 0)
        return 99;
    begin(arena_printf("echo > /proc/self/fd/%d; exit 14", ends[1]), *runs);
    plan.has_init = true;
    plan.timed = true;
    prepare();
    pid = fork();
    if (pid == 0)
        start(NULL);
    close(in->gate);
    close(ends[1]);
    if (gate_receive(gate, &m, &started) != 1 || m.kind != GATE_STARTED)
        return 98;
    if (*runs)
        gate_send(gate, GATE_TIMED, 0, FD_NONE);
    close(gate);
    if (read(ends[0], &m, 1) != *runs) /* what the command prints, or the end of its process */
        return 97;
    return child_wait(pid);
}

static void what_is_timed_waits_for_the_clock(void **state HUSK_UNUSED)
{
    bool yes = true, no = false;

    assert_int_equal(status_of(start_when_the_clock_runs, &yes), 14);
    assert_int_equal(status_of(start_when_the_clock_runs, &no), 1);
}

/* ---- the other side ------------------------------------------------------------------------ */

static int start_alone(void *arg HUSK_UNUSED)
{
    close(gate);
    start_command(in);
}

/* The launcher died before the command started: nobody would end it. */
static void with_a_closed_gate_nothing_starts(void **state HUSK_UNUSED)
{
    for (int with_init = 0; with_init < 2; with_init++) {
        int ends[2];
        char byte;

        assert_int_equal(pipe(ends), 0);
        begin(arena_printf("echo started > /proc/self/fd/%d", ends[1]), with_init);
        prepare();
        close(gate); /* here; the child has another copy, and closes that */
        assert_int_equal(status_of(start_alone, NULL), 1);
        close(ends[1]);
        assert_int_equal(read(ends[0], &byte, 1), 0);
        close(ends[0]);
    }
}

/* A launcher that starts the command, waits until it runs, and is gone. */
static int launch_and_die(void *arg)
{
    const int *ends = arg;
    char byte;

    if (fork() == 0)
        start(NULL);
    return read(ends[0], &byte, 1) == 1 ? 0 : 1;
}

/* The command does nothing by itself: the end of file comes from its death. */
static void who_is_tied_dies_with_the_launcher(void **state HUSK_UNUSED)
{
    int ends[2];
    char byte;

    assert_int_equal(pipe(ends), 0);
    begin(arena_printf("echo started > /proc/self/fd/%d; exec sleep 1000", ends[1]), false);
    spec.die_with_parent = true;
    prepare();
    assert_int_equal(status_of(launch_and_die, ends), 0);
    close(ends[1]);
    while (read(ends[0], &byte, 1) == 1)
        ;
    close(ends[0]);
}

/* ---- locks and fds to hold ----------------------------------------------------------------- */

static const char *lock_file(void)
{
    char *path = arena_strdup("/tmp/husk-lock-XXXXXX");
    int fd = mkstemp(path);

    assert_true(fd >= 0);
    close(fd);
    return path;
}

/* Who holds a lock that would keep us from writing; 0: nobody. */
static pid_t holder(const char *path)
{
    HUSK_FD int fd = open(path, O_RDWR | O_CLOEXEC);
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

    assert_int_equal(fcntl(fd, F_GETLK, &lock), 0);
    return lock.l_type == F_UNLCK ? 0 : lock.l_pid;
}

static void locks_and_fds_last_as_long_as_the_sandbox(void **state HUSK_UNUSED)
{
    int go[2], sync[2];
    const char *path = lock_file();
    char byte;
    pid_t pid;

    assert_int_equal(pipe2(go, O_CLOEXEC), 0);
    assert_int_equal(pipe2(sync, O_CLOEXEC), 0);
    begin("read x", true);
    VEC_PUSH(&spec.lock_files)->value = path;
    *VEC_PUSH(&spec.sync_fds) = sync[1];
    prepare();
    pid = fork();
    if (pid == 0) {
        dup2(go[0], STDIN_FILENO);
        close(go[1]);
        start(NULL);
    }
    close(sync[1]);
    assert_int_equal(gate_receive(gate, &said, NULL), 1);
    assert_int_equal(said.kind, GATE_STARTED);
    assert_int_equal(holder(path), pid);
    assert_int_equal(fcntl(sync[0], F_SETFL, O_NONBLOCK), 0);
    assert_int_equal(read(sync[0], &byte, 1), -1); /* nothing, but no end either */
    assert_int_equal(errno, EAGAIN);
    close(go[1]);
    child_wait(pid);
    assert_int_equal(holder(path), 0);
    assert_int_equal(read(sync[0], &byte, 1), 0);
    unlink(path);
}

static void a_lock_that_cannot_be_had_stops_it(void **state HUSK_UNUSED)
{
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    const char *path = lock_file();
    HUSK_FD int fd = open(path, O_RDWR | O_CLOEXEC);

    begin("exit 0", true);
    *VEC_PUSH(&spec.lock_files) = (struct opt_text){path, {.text = "--lock-file"}};
    assert_int_equal(fcntl(fd, F_SETLK, &lock), 0);
    assert_int_equal(run(), EXIT_HUSK);
    assert_string_equal(said.text, arena_printf("Unable to lock file %s (--lock-file)", path));
    unlink(path);
    assert_int_equal(run(), EXIT_HUSK);
    assert_string_equal(said.text, arena_printf("Unable to open lock file %s (--lock-file)", path));
    assert_int_equal(said.value, ENOENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_command_takes_our_place),
        cmocka_unit_test(or_an_init_stays),
        cmocka_unit_test(what_does_not_start_is_told),
        cmocka_unit_test(the_pidfd_is_the_commands),
        cmocka_unit_test(what_is_timed_waits_for_the_clock),
        cmocka_unit_test(with_a_closed_gate_nothing_starts),
        INSIDE(who_is_tied_dies_with_the_launcher),
        cmocka_unit_test(locks_and_fds_last_as_long_as_the_sandbox),
        cmocka_unit_test(a_lock_that_cannot_be_had_stops_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
