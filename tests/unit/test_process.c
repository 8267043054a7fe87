/* What the command finds itself in. */
#include "stage.h"
#include <sys/resource.h>
#include <unistd.h>

/* In the new root there are /work and the link /link to it. */
static void begin(void)
{
    host_begin();
    add_op(MOUNT_DIR, NULL, "/work");
    add_op(MOUNT_DIR, NULL, "/home/me");
    add_op(MOUNT_SYMLINK, "work", "/link");
    add_op(MOUNT_PROC, NULL, "/proc");
    build();
    works(root_enter(in));
}

/* Where the command is, as the kernel has it and as PWD has it. */
static void is_in(const char *folder, const char *pwd)
{
    char cwd[PATH_MAX];

    works(process_settle(in));
    assert_string_equal(getcwd(cwd, sizeof cwd), folder);
    assert_string_equal(plan.env[plan.pwd_slot], pwd);
}

static void ask(const char *folder)
{
    spec.chdir = (struct opt_text){folder, {.text = "--chdir"}};
}

static void the_folder_asked_for_comes_first(void **state HUSK_UNUSED)
{
    begin();
    plan.old_cwd = "/home";
    ask("/work");
    is_in("/work", "PWD=/work");
    ask("/link");
    is_in("/work", "PWD=/link");
    ask("home/me/");
    is_in("/home/me", "PWD=/home/me");
}

static void it_must_be_there(void **state HUSK_UNUSED)
{
    begin();
    plan.home = "/home/me";
    ask("/gone");
    fails(process_settle(in), "Can't chdir to /gone (--chdir)", ENOENT);
    ask("/proc/version");
    fails(process_settle(in), "Can't chdir to /proc/version", ENOTDIR);
}

/* husk has fds of the host until exec: through procfs they would be folders of the sandbox. */
static void no_fd_is_a_way_out(void **state HUSK_UNUSED)
{
    int fd = open("/tmp", O_PATH | O_DIRECTORY | O_CLOEXEC);

    begin();
    ask(arena_printf("/proc/self/fd/%d", fd));
    assert_int_equal(chdir(spec.chdir.value), 0); /* it is one for the kernel */
    assert_int_equal(chdir("/"), 0);
    fails(process_settle(in), "Can't chdir to /proc/self/fd/", ELOOP);
    ask("/proc/self/cwd");
    fails(process_settle(in), "Can't chdir to /proc/self/cwd", ELOOP);
}

static void else_the_old_folder_the_home_the_root(void **state HUSK_UNUSED)
{
    begin();
    plan.old_cwd = "/work";
    plan.home = "/home/me";
    is_in("/work", "PWD=/work");
    plan.old_cwd = "/gone";
    is_in("/home/me", "PWD=/home/me");
    plan.home = "/proc/self/cwd";
    is_in("/", "PWD=/");
    plan.old_cwd = plan.home = NULL;
    is_in("/", "PWD=/");
}

static void the_process_is_as_husk_was(void **state HUSK_UNUSED)
{
    struct rlimit now;

    begin();
    plan.umask = 037;
    plan.nofile.rlim_cur = 64;
    works(process_settle(in));
    assert_int_equal(umask(0), 037);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &now), 0);
    assert_int_equal(now.rlim_cur, 64);
    assert_int_equal(now.rlim_max, plan.nofile.rlim_max);
}

static int new_session(void *arg)
{
    spec.new_session = *(bool *)arg;
    if (process_settle(in) < 0)
        return 9;
    return getsid(0) == getpid();
}

static void a_session_is_new_only_when_asked_for(void **state HUSK_UNUSED)
{
    bool yes = true, no = false;

    begin();
    assert_int_equal(status_of(new_session, &yes), 1);
    assert_int_equal(status_of(new_session, &no), 0);
}

/* ---- --block-fd ---------------------------------------------------------------------------- */

static void a_byte_or_an_end_lets_it_go_on(void **state HUSK_UNUSED)
{
    int ends[2];

    bare_plan();
    prepare();
    works(block_wait(in)); /* nothing to wait for */
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    spec.block_fd.fd = ends[0];
    assert_int_equal(write(ends[1], "xy", 2), 2);
    works(block_wait(in));
    works(block_wait(in));
    close(ends[1]);
    works(block_wait(in));
    close(ends[0]);
}

static void an_fd_that_cannot_be_read_fails(void **state HUSK_UNUSED)
{
    bare_plan();
    prepare();
    spec.block_fd = (struct opt_fd){12345, {.text = "--block-fd 12345"}};
    fails(block_wait(in), "waiting for fd 12345 (--block-fd 12345)", EBADF);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        INSIDE(the_folder_asked_for_comes_first),
        INSIDE(it_must_be_there),
        INSIDE(no_fd_is_a_way_out),
        INSIDE(else_the_old_folder_the_home_the_root),
        INSIDE(the_process_is_as_husk_was),
        INSIDE(a_session_is_new_only_when_asked_for),
        cmocka_unit_test(a_byte_or_an_end_lets_it_go_on),
        cmocka_unit_test(an_fd_that_cannot_be_read_fails),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
