/* Placeholders: made on the host, told to the guardian first, locked. */
#include "inside/placeholder.h"
#include "base/child.h"
#include "base/lock.h"
#include "stage.h"
#include <sys/file.h>
#include <unistd.h>

static const struct mount_op *op;

/* A host folder to make them in. An fd of it. */
static int begin(void)
{
    host_begin();
    host_dir("/tmp/dir");
    op = add_op(MOUNT_MASK, NULL, "/dir/secret");
    prepare();
    works(root_make(in));
    return open("/tmp/dir", O_PATH | O_DIRECTORY | O_CLOEXEC);
}

/* The next thing that the guardian is told. */
static int told(enum gate_kind kind, const char *text)
{
    struct gate_message m;
    int fd;

    assert_int_equal(gate_receive(guardian, &m, &fd), 1);
    assert_int_equal(m.kind, kind);
    assert_string_equal(m.text, text);
    return fd;
}

static mode_t mode_of(const char *path)
{
    struct stat st;

    return lstat(path, &st) < 0 ? 0 : st.st_mode;
}

static void one_is_announced_made_and_held(void **state HUSK_UNUSED)
{
    int folder = begin(), announced, held;
    struct stat want, got;

    assert_int_equal(placeholder_make(in, op, folder, "secret", true), 1);
    assert_int_equal(mode_of("/tmp/dir/secret"), S_IFDIR | PLACEHOLDER_CLOSED);
    close(told(GATE_CHILD, ""));
    announced = told(GATE_PLACEHOLDER, "secret");
    held = told(GATE_HELD, "");
    assert_int_equal(fstat(announced, &got), 0);
    assert_int_equal(fstat(folder, &want), 0);
    assert_int_equal(got.st_ino, want.st_ino);
    assert_int_equal(fstat(held, &got), 0);
    assert_int_equal(stat("/tmp/dir/secret", &want), 0);
    assert_int_equal(got.st_ino, want.st_ino);
    assert_true(placeholder_may_be(held));
}

static void one_on_the_way_is_open(void **state HUSK_UNUSED)
{
    int folder = begin();

    assert_int_equal(placeholder_make(in, op, folder, "way", false), 1);
    assert_int_equal(mode_of("/tmp/dir/way"), S_IFDIR | PLACEHOLDER_OPEN);
}

/* Nobody may remove what is locked; who made it first does not matter. */
static void several_can_hold_one(void **state HUSK_UNUSED)
{
    int folder = begin(), other;

    assert_int_equal(placeholder_make(in, op, folder, "secret", true), 1);
    assert_int_equal(placeholder_make(in, op, folder, "secret", true), 1);
    other = open("/tmp/dir/secret", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    assert_true(lock_is_held(other));
}

/* A user may have given a folder this mode: it is kept from others, but nobody is told to remove it. */
static void what_nobody_holds_is_no_placeholder(void **state HUSK_UNUSED)
{
    int folder = begin(), other;

    assert_int_equal(mkdir("/tmp/dir/secret", PLACEHOLDER_OPEN), 0);
    assert_int_equal(placeholder_make(in, op, folder, "secret", true), 1);
    assert_int_equal(mode_of("/tmp/dir/secret"), S_IFDIR | PLACEHOLDER_OPEN);
    other = open("/tmp/dir/secret", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    assert_true(lock_is_held(other));
    assert_false(gate_has_news(guardian));
}

/* A killed sandbox's guardian is about to remove this one, or so it seems: what comes is a new one. */
static void a_leftover_is_waited_for(void **state HUSK_UNUSED)
{
    int folder = begin();
    pid_t pid;

    assert_int_equal(mkdir("/tmp/dir/secret", PLACEHOLDER_OPEN), 0);
    pid = fork();
    if (pid == 0) {
        usleep(5000);
        _exit(rmdir("/tmp/dir/secret") < 0);
    }
    assert_int_equal(placeholder_make(in, op, folder, "secret", true), 1);
    assert_int_equal(child_wait(pid), 0);
    assert_int_equal(mode_of("/tmp/dir/secret"), S_IFDIR | PLACEHOLDER_CLOSED);
    close(told(GATE_CHILD, ""));
    close(told(GATE_PLACEHOLDER, "secret"));
    close(told(GATE_HELD, ""));
}

/* A stranger's lock on the folder, or on what was made, cannot stop us. */
static void strangers_locks_do_not_stop_us(void **state HUSK_UNUSED)
{
    int folder = begin(), stranger = open("/tmp/dir", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    assert_int_equal(flock(stranger, LOCK_EX), 0);
    assert_int_equal(placeholder_make(in, op, folder, "secret", true), 1);
    assert_int_equal(mkdir("/tmp/dir/held", PLACEHOLDER_OPEN), 0);
    stranger = open("/tmp/dir/held", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    assert_int_equal(flock(stranger, LOCK_EX), 0);
    assert_int_equal(placeholder_make(in, op, folder, "held", true), 1);
}

static void without_a_guardian_none_is_made(void **state HUSK_UNUSED)
{
    int folder = begin();

    close(guardian);
    fails(placeholder_make(in, op, folder, "secret", true), "telling the guardian of /dir/secret",
          EPIPE);
    assert_int_equal(mode_of("/tmp/dir/secret"), 0);
}

static void where_nobody_can_make_anything_none_is_needed(void **state HUSK_UNUSED)
{
    begin();
    assert_int_equal(sys_mount("t", "/tmp/dir", "tmpfs", MS_RDONLY, NULL), 0);
    assert_int_equal(placeholder_make(in, op, open("/tmp/dir", O_PATH | O_CLOEXEC), "secret", true), 0);
}

static void what_cannot_be_held_fails(void **state HUSK_UNUSED)
{
    int folder = begin();

    host_file("/tmp/dir/file", "");
    host_link("/tmp/dir/link", "/tmp");
    fails(placeholder_make(in, op, folder, "file", true), "masking /dir/secret", ENOTDIR);
    fails(placeholder_make(in, op, folder, "link", true), "masking /dir/secret", ENOTDIR);
    fails(placeholder_make(in, op, folder, "no/where", true),
          "masking /dir/secret, which does not exist", ENOENT);
}

static void the_mode_tells_what_may_be_one(void **state HUSK_UNUSED)
{
    int folder = begin();

    assert_int_equal(placeholder_may_be(folder), 0);
    assert_int_equal(placeholder_may_be(FD_NONE), -EBADF);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        INSIDE(one_is_announced_made_and_held),
        INSIDE(one_on_the_way_is_open),
        INSIDE(several_can_hold_one),
        INSIDE(what_nobody_holds_is_no_placeholder),
        INSIDE(a_leftover_is_waited_for),
        INSIDE(strangers_locks_do_not_stop_us),
        INSIDE(without_a_guardian_none_is_made),
        INSIDE(where_nobody_can_make_anything_none_is_needed),
        INSIDE(what_cannot_be_held_fails),
        INSIDE(the_mode_tells_what_may_be_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
