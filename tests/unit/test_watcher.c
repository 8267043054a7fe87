/* Processes that outlive husk for a moment: alone with their gate, and at work when it ends. */
#include "host/watcher.h"
#include "base/alloc.h"
#include "base/child.h"
#include "capture.h"
#include "gate/gate.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

static char folder[] = "/tmp/husk-unit-XXXXXX";
static const char *mark; /* a file that watchers make */

/* ---- what they do --------------------------------------------------------------------------- */

static void say(int gate, const char *text)
{
    struct gate_message m = {.kind = GATE_REFUSED};

    snprintf(m.text, sizeof m.text, "%s", text);
    if (gate_send_message(gate, &m, FD_NONE) < 0)
        _exit(2);
}

/* Says what process it is. */
static void describe(int gate)
{
    char cwd[PATH_MAX] = "", text[PATH_MAX + 64];
    int signal = -1;

    prctl(PR_GET_PDEATHSIG, &signal, 0, 0, 0);
    snprintf(text, sizeof text, "%d %s", signal, getcwd(cwd, sizeof cwd));
    say(gate, text);
}

/* Says which files are open besides its gate. */
static void list_files(int gate)
{
    char text[1024] = "";
    size_t n = 0;

    for (int fd = 0; fd < 1024; fd++)
        if (fd != gate && fcntl(fd, F_GETFD) >= 0)
            n += (size_t)snprintf(text + n, sizeof text - n, "%d ", fd);
    say(gate, text);
}

/* Repeats what it hears until the end, and then makes the file. */
static void repeat(int gate)
{
    struct gate_message m;

    while (gate_receive(gate, &m, NULL) == 1)
        say(gate, m.text);
    close(open(mark, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
}

/* ---- the tests ------------------------------------------------------------------------------ */

static pid_t start(watcher_main *run, int *ret_fd)
{
    pid_t pid = watcher_start(run, ret_fd);

    assert_true(pid > 0);
    return pid;
}

static const char *hear(int fd)
{
    static struct gate_message m;

    assert_int_equal(gate_receive(fd, &m, NULL), 1);
    return m.text;
}

static void repeats(int fd, const char *text)
{
    say(fd, text);
    assert_string_equal(hear(fd), text);
}

static void it_belongs_to_nobody(void **state HUSK_UNUSED)
{
    pid_t pid;
    int fd;

    assert_int_equal(chdir(folder), 0);
    pid = start(describe, &fd);
    assert_int_equal(chdir("/"), 0);
    assert_int_equal(getpgid(pid), pid); /* from the start on */
    assert_string_equal(hear(fd), "0 /");
    assert_int_equal(child_wait(pid), 0); /* it ends with what it does */
    close(fd);
}

static void it_has_its_gate_alone(void **state HUSK_UNUSED)
{
    int low = dup(STDERR_FILENO), high = fcntl(STDERR_FILENO, F_DUPFD, 900), fd;
    pid_t pid = start(list_files, &fd);

    assert_true(low >= 0 && high >= 900);
    assert_string_equal(hear(fd), "");
    assert_int_equal(child_wait(pid), 0);
    close(low);
    close(high);
    close(fd);
}

static void what_husk_has_is_kept_from_the_command(void **state HUSK_UNUSED)
{
    int fd;
    pid_t pid = start(describe, &fd);

    assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
    assert_int_equal(child_wait(pid), 0);
    close(fd);
}

static void it_works_at_the_end_of_file(void **state HUSK_UNUSED)
{
    int fd;
    pid_t pid = start(repeat, &fd);

    repeats(fd, "one");
    repeats(fd, "two");
    assert_int_equal(access(mark, F_OK), -1);
    close(fd);
    assert_int_equal(child_wait(pid), 0);
    assert_int_equal(access(mark, F_OK), 0);
    unlink(mark);
}

static void whoever_has_the_end_keeps_it(void **state HUSK_UNUSED)
{
    int fd, copy;
    pid_t pid = start(repeat, &fd);

    copy = dup(fd);
    close(fd);
    repeats(copy, "still there");
    assert_int_equal(access(mark, F_OK), -1);
    close(copy);
    assert_int_equal(child_wait(pid), 0);
    assert_int_equal(unlink(mark), 0);
}

/* A husk that starts one, says its pid, and waits to be killed. */
static HUSK_NORETURN void be_husk(int out)
{
    int fd;
    pid_t pid;

    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    pid = watcher_start(repeat, &fd);
    if (pid < 0 || write(out, &pid, sizeof pid) != sizeof pid)
        _exit(1);
    for (;;)
        pause();
}

static void it_outlives_a_husk_that_is_killed(void **state HUSK_UNUSED)
{
    pid_t husk, watcher;
    int ends[2];

    assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0), 0); /* orphans come here */
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    husk = fork();
    if (husk == 0)
        be_husk(ends[1]);
    assert_int_equal(read(ends[0], &watcher, sizeof watcher), sizeof watcher);
    assert_int_equal(kill(husk, SIGKILL), 0);
    assert_int_equal(child_wait(husk), 128 + SIGKILL);
    assert_int_equal(child_wait(watcher), 0);
    assert_int_equal(unlink(mark), 0);
    close(ends[0]);
    close(ends[1]);
}

static void without_room_there_is_none(void **state HUSK_UNUSED)
{
    struct rlimit before, none;
    int fd = -7, r;

    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    none = (struct rlimit){0, before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    r = watcher_start(repeat, &fd);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    assert_int_equal(r, -EMFILE);
    assert_int_equal(fd, -7);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
}

static int make_folder(void **state HUSK_UNUSED)
{
    if (!mkdtemp(folder))
        return -1;
    mark = arena_printf("%s/mark", folder);
    return 0;
}

static int remove_folder(void **state HUSK_UNUSED)
{
    unlink(mark);
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_belongs_to_nobody),
        cmocka_unit_test(it_has_its_gate_alone),
        cmocka_unit_test(what_husk_has_is_kept_from_the_command),
        cmocka_unit_test(it_works_at_the_end_of_file),
        cmocka_unit_test(whoever_has_the_end_keeps_it),
        cmocka_unit_test(it_outlives_a_husk_that_is_killed),
        cmocka_unit_test(without_room_there_is_none),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
