/* The guardian: it removes placeholders when all is over, and nothing else. */
#include "host/guardian.h"
#include "base/lock.h"
#include "stage.h"
#include <sys/wait.h>
#include <unistd.h>

static struct sandbox sb;
static int talk;   /* the child's end of its gate */
static int folder; /* /tmp/dir */

/* Of a husk with this umask. */
static void begin_with(mode_t mask)
{
    mode_t ours;

    host_begin();
    host_dir("/tmp/dir");
    folder = open("/tmp/dir", O_PATH | O_DIRECTORY | O_CLOEXEC);
    ours = umask(mask);
    assert_int_equal(guardian_start(&sb, &talk), 0);
    umask(ours);
    assert_true(sb.guardian > 0);
}

static void begin(void)
{
    begin_with(022);
}

static void announce_in(int where, const char *name)
{
    struct gate_message m = {.kind = GATE_PLACEHOLDER};

    strcpy(m.text, name);
    assert_int_equal(gate_send_message(talk, &m, where), 0);
}

static void make(const char *path, mode_t mode)
{
    assert_int_equal(mkdir(path, mode), 0);
}

/* Holds it, as a sandbox does. */
static void hold(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    assert_int_equal(lock_hold(fd), 0);
    assert_int_equal(gate_send(talk, GATE_HELD, 0, fd), 0);
    close(fd);
}

/* The sandbox is gone. */
static void end(void)
{
    fd_closep(&talk);
    guardian_wait(&sb);
}

static mode_t mode_of(const char *path)
{
    struct stat st;

    return lstat(path, &st) < 0 ? 0 : st.st_mode;
}

static void placeholders_are_removed_at_the_end(void **state HUSK_UNUSED)
{
    int below;

    begin();
    announce_in(folder, "way");
    make("/tmp/dir/way", PLACEHOLDER_OPEN);
    hold("/tmp/dir/way");
    below = open("/tmp/dir/way", O_PATH | O_DIRECTORY | O_CLOEXEC);
    announce_in(below, "secret");
    make("/tmp/dir/way/secret", PLACEHOLDER_CLOSED);
    hold("/tmp/dir/way/secret");
    end();
    assert_int_equal(mode_of("/tmp/dir/way"), 0);
    assert_int_equal(mode_of("/tmp/dir"), S_IFDIR | 0755);
}

/* A sandbox that was killed between the making and the holding. */
static void what_was_only_announced_is_removed_too(void **state HUSK_UNUSED)
{
    begin();
    announce_in(folder, "secret");
    make("/tmp/dir/secret", PLACEHOLDER_CLOSED);
    announce_in(folder, "never");
    end();
    assert_int_equal(mode_of("/tmp/dir/secret"), 0);
}

static void what_is_no_placeholder_stays(void **state HUSK_UNUSED)
{
    begin();
    announce_in(folder, "folder");
    make("/tmp/dir/folder", 0755);
    announce_in(folder, "file");
    host_file("/tmp/dir/file", "");
    announce_in(folder, "link");
    make("/tmp/secret", PLACEHOLDER_CLOSED);
    host_link("/tmp/dir/link", "/tmp/secret");
    end();
    assert_int_equal(mode_of("/tmp/dir/folder"), S_IFDIR | 0755);
    assert_int_equal(mode_of("/tmp/dir/file"), S_IFREG | 0644);
    assert_int_equal(mode_of("/tmp/secret"), S_IFDIR | PLACEHOLDER_CLOSED);
}

static void what_another_sandbox_holds_stays(void **state HUSK_UNUSED)
{
    int other;

    begin();
    announce_in(folder, "secret");
    make("/tmp/dir/secret", PLACEHOLDER_CLOSED);
    hold("/tmp/dir/secret");
    other = open("/tmp/dir/secret", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    assert_int_equal(lock_hold(other), 0);
    end();
    assert_int_equal(mode_of("/tmp/dir/secret"), S_IFDIR | PLACEHOLDER_CLOSED);
}

static void another_folder_in_its_place_stays(void **state HUSK_UNUSED)
{
    begin();
    announce_in(folder, "secret");
    make("/tmp/dir/secret", PLACEHOLDER_CLOSED);
    hold("/tmp/dir/secret");
    assert_int_equal(rename("/tmp/dir/secret", "/tmp/dir/moved"), 0);
    make("/tmp/dir/secret", PLACEHOLDER_CLOSED);
    end();
    assert_int_equal(mode_of("/tmp/dir/secret"), S_IFDIR | PLACEHOLDER_CLOSED);
}

/* As this user makes them. */
static void with_something_in_it_it_becomes_a_folder(void **state HUSK_UNUSED)
{
    begin_with(027);
    announce_in(folder, "way");
    make("/tmp/dir/way", PLACEHOLDER_OPEN);
    hold("/tmp/dir/way");
    host_file("/tmp/dir/way/file", "text");
    end();
    assert_int_equal(mode_of("/tmp/dir/way/file"), S_IFREG | 0644);
    assert_int_equal(mode_of("/tmp/dir/way"), S_IFDIR | 0750);
}

/* It waits for the sandbox's first process, not for an fd that is closed too early. */
static void it_waits_for_the_child(void **state HUSK_UNUSED)
{
    int ends[2], status, pidfd;
    char byte;
    pid_t pid;

    begin();
    announce_in(folder, "secret");
    make("/tmp/dir/secret", PLACEHOLDER_CLOSED);
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    pid = fork();
    if (pid == 0) {
        close(talk);
        status = read(ends[0], &byte, 1) == 1 && mode_of("/tmp/dir/secret") ? 0 : 1;
        _exit(status);
    }
    pidfd = sys_pidfd_open(pid);
    assert_int_equal(gate_send(talk, GATE_CHILD, 0, pidfd), 0);
    fd_closep(&talk);
    assert_int_equal(write(ends[1], "", 1), 1);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    guardian_wait(&sb);
    assert_int_equal(mode_of("/tmp/dir/secret"), 0);
}

static void odd_messages_do_no_harm(void **state HUSK_UNUSED)
{
    begin();
    assert_int_equal(gate_send(talk, GATE_HELD, 0, folder), 0);
    assert_int_equal(gate_send(talk, GATE_HELD, 0, FD_NONE), 0);
    assert_int_equal(gate_send(talk, GATE_PLACEHOLDER, 0, FD_NONE), 0);
    assert_int_equal(gate_send(talk, GATE_MAPPED, 0, folder), 0);
    announce_in(folder, "secret");
    make("/tmp/dir/secret", PLACEHOLDER_CLOSED);
    end();
    assert_int_equal(mode_of("/tmp/dir/secret"), 0);
    assert_int_equal(mode_of("/tmp/dir"), S_IFDIR | 0755);
}

/* Who waits for the end of husk's output must not wait for the guardian. */
static void it_has_no_fd_of_husks(void **state HUSK_UNUSED)
{
    int ends[2];
    char byte;

    assert_int_equal(pipe(ends), 0);
    begin();
    close(ends[1]);
    assert_int_equal(read(ends[0], &byte, 1), 0); /* while it lives */
    assert_int_equal(gate_is_alive(talk), 1);
    end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        INSIDE(placeholders_are_removed_at_the_end),
        INSIDE(what_was_only_announced_is_removed_too),
        INSIDE(what_is_no_placeholder_stays),
        INSIDE(what_another_sandbox_holds_stays),
        INSIDE(another_folder_in_its_place_stays),
        INSIDE(with_something_in_it_it_becomes_a_folder),
        INSIDE(it_waits_for_the_child),
        INSIDE(odd_messages_do_no_harm),
        INSIDE(it_has_no_fd_of_husks),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
