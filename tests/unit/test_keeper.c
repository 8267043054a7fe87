/* The keeper of a cgroup. A folder stands for the cgroup; tests/functional/cgroup-*.t have real ones. */
#include "host/keeper.h"
#include "stage.h"
#include <signal.h>
#include <sys/wait.h>

static struct sandbox sb;
static int parent;

/* cgroup.events says that nothing is in it; the kernel's own files do not keep a cgroup from being removed. */
static void begin(void)
{
    host_begin();
    host_dir("/tmp/parent");
    host_dir("/tmp/parent/box");
    host_dir("/tmp/parent/box/sandbox");
    host_dir("/tmp/parent/other");
    parent = open("/tmp/parent", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    assert_int_equal(keeper_start(&sb), 0);
    assert_true(sb.keeper > 0);
}

static bool is_there(const char *path)
{
    return access(path, F_OK) == 0;
}

static void told_of_nothing_it_removes_nothing(void **state HUSK_UNUSED)
{
    pid_t pid;

    begin();
    pid = sb.keeper;
    keeper_end(&sb);
    assert_int_equal(sb.keeper, 0);
    assert_int_equal(kill(pid, 0), -1); /* it was waited for */
    assert_true(is_there("/tmp/parent/box/sandbox"));
    keeper_end(&sb); /* none: nothing to do */
}

/* Without cgroup.kill, as here, a group that may hold somebody stays. */
static void what_may_be_in_use_stays(void **state HUSK_UNUSED)
{
    begin();
    assert_int_equal(keeper_tell(&sb, parent, "box"), 0);
    keeper_end(&sb);
    assert_true(is_there("/tmp/parent/box"));
}

static void it_outlives_its_parents_end_of_the_gate(void **state HUSK_UNUSED)
{
    begin();
    assert_int_equal(keeper_tell(&sb, parent, "box"), 0);
    assert_int_equal(kill(sb.keeper, 0), 0);
    close(sb.keeper_gate);
    assert_int_equal(waitpid(sb.keeper, NULL, 0), sb.keeper); /* by itself */
    sb.keeper = 0;
    assert_true(is_there("/tmp/parent/other"));
}

static void a_dead_one_cannot_be_told(void **state HUSK_UNUSED)
{
    begin();
    kill(sb.keeper, SIGKILL);
    assert_int_equal(waitpid(sb.keeper, NULL, 0), sb.keeper);
    assert_int_equal(keeper_tell(&sb, parent, "box"), -EPIPE);
    fd_closep(&sb.keeper_gate);
    sb.keeper = 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        INSIDE(told_of_nothing_it_removes_nothing),
        INSIDE(what_may_be_in_use_stays),
        INSIDE(it_outlives_its_parents_end_of_the_gate),
        INSIDE(a_dead_one_cannot_be_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
