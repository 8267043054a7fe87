/* src/inside/landlock.c: the ruleset that the stages make, and what a process that entered it can do. Where the
 * kernel has no Landlock, that this is an error. */
#include "plan/landlock.h"
#include "stage.h"
#include <sys/wait.h>

/* A plan with a writable and a read-only bind of /tmp's, for a kernel with ABI. */
static void plan_for(int abi)
{
    host_begin();
    host_file("/tmp/rw/file", "old");
    host_file("/tmp/ro/file", "old");
    add_op(MOUNT_BIND, "/tmp/rw", "/rw");
    add_op(MOUNT_BIND, "/tmp/ro", "/ro")->ro = true;
    add_op(MOUNT_REMOUNT_RO, NULL, "/");
    plan.disable_userns = plan.set_caps = true;
    spec.landlock.parts = LANDLOCK_FILES;
    spec.close_fds = true;
    assert_int_equal(landlock_derive(&plan, abi), 0);
}

/* The stages up to the ruleset; a process that enters it then has the status of BODY. */
static int entered(int (*body)(void))
{
    int status;
    pid_t pid;

    prepare();
    works(sources_open(in));
    works(landlock_begin(in));
    works(root_make(in));
    works(mounts_make(in));
    works(landlock_finish(in));
    pid = fork();
    if (pid == 0)
        _exit(landlock_enter(in) < 0 ? 255 : body());
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WEXITSTATUS(status);
}

static bool can_open(const char *path, int flags)
{
    int fd = openat(in->root, path, flags | O_CLOEXEC, 0600);

    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

/* The mounts' flags are not what answers: /tmp is the host's, and writable. */
static int limited(void)
{
    if (!can_open("rw/file", O_RDWR) || !can_open("rw/new", O_WRONLY | O_CREAT))
        return 1;
    if (!can_open("ro/file", O_RDONLY) || can_open("ro/file", O_RDWR))
        return 2;
    if (open("/tmp/ro/file", O_WRONLY) >= 0 || errno != EACCES)
        return 3;
    /* The same folder as the writable bind shows: rights are of the file, not of the path. */
    if (open("/tmp/rw/file", O_WRONLY) < 0)
        return 4;
    return open("/etc/passwd", O_RDONLY) >= 0 ? 5 : 0;
}

static int free_to_write(void)
{
    return open("/tmp/ro/file", O_WRONLY) >= 0 && open("/etc/passwd", O_RDONLY) >= 0 ? 0 : 1;
}

static void files_have_the_rights_of_their_mounts(void **state HUSK_UNUSED)
{
    int abi = sys_landlock_version(), err = errno;

    plan_for(abi >= 2 ? abi : 2);
    if (abi < 2) {
        prepare();
        fails(landlock_begin(in), "making a Landlock ruleset", err);
        return;
    }
    assert_int_equal(entered(limited), 0);
}

static void without_a_ruleset_nothing_is_limited(void **state HUSK_UNUSED)
{
    plan_for(0);
    assert_false(landlock_is_used(&plan));
    assert_int_equal(entered(free_to_write), 0);
    assert_int_equal(in->landlock, FD_NONE);
}

static void an_unknown_right_is_an_error(void **state HUSK_UNUSED)
{
    plan_for(7);
    plan.landlock.handled.fs = UINT64_C(1) << 60;
    prepare();
    assert_true(landlock_begin(in) < 0);
    assert_non_null(strstr(in->error.text, "making a Landlock ruleset"));
    in->error.text[0] = 0;
    /* Without the ruleset, no rule can be added to it and nobody enters it. */
    plan.landlock.handled.fs = LL_READ_FILE;
    assert_true(landlock_allow(in, AT_FDCWD, LL_READ_FILE, NULL) < 0);
    in->error.text[0] = 0;
    assert_true(landlock_enter(in) < 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        INSIDE(files_have_the_rights_of_their_mounts),
        INSIDE(without_a_ruleset_nothing_is_limited),
        INSIDE(an_unknown_right_is_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
