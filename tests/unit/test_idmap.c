/* The id maps that the host side writes. */
#include "host/idmap.h"
#include "stage.h"
#include "base/child.h"
#include <signal.h>
#include <unistd.h>

static struct sandbox sb;
static struct id_range map[2];

/* A plan of two ranges, and a child in a new user namespace that waits. */
static void begin(void)
{
    struct clone_args args = {.flags = CLONE_NEWUSER, .exit_signal = SIGCHLD};

    bare_plan();
    map[0] = (struct id_range){0, outer_uid, 1};
    map[1] = (struct id_range){1, 100000, 10};
    plan.ids.how = IDS_RANGES;
    plan.ids.uid_map = plan.ids.gid_map = map;
    plan.ids.uid_map_count = plan.ids.gid_map_count = 2;
    spec.map_from.text = "--uid-map ...";
    sb.pid = sys_clone3(&args);
    if (sb.pid == 0)
        _exit(pause());
    assert_true(sb.pid > 0);
}

static int end(void **state HUSK_UNUSED)
{
    if (sb.pid > 0) {
        kill(sb.pid, SIGKILL);
        child_wait(sb.pid);
    }
    sb.pid = 0;
    return 0;
}

static const char *map_of_child(const char *name)
{
    HUSK_FD int fd = open(arena_printf("/proc/%d/%s", sb.pid, name), O_RDONLY | O_CLOEXEC);
    size_t size;
    char *text;

    assert_int_equal(fd_read_all(fd, 4096, &text, &size), 0);
    return text;
}

static void nothing_is_written_that_is_not_ours_to_write(void **state HUSK_UNUSED)
{
    static const enum id_how others[] = {IDS_NONE, IDS_SINGLE, IDS_OUTSIDE};

    begin();
    for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
        plan.ids.how = others[i];
        assert_int_equal(idmap_write(&plan, &sb), 0);
        assert_string_equal(map_of_child("uid_map"), "");
    }
}

/* Through the helpers for an ordinary user, directly for root: tests/unit/in_namespace.c does that for
 * each test with RANGES. */
static void ranges_arrive(void **state HUSK_UNUSED)
{
    for (size_t i = 0; i < plan.ids.uid_map_count; i++) {
        const struct id_range *r = &plan.ids.uid_map[i];
        HUSK_FD int fd = open("/proc/self/uid_map", O_RDONLY | O_CLOEXEC);
        size_t size;
        char *text;

        assert_int_equal(fd_read_all(fd, 65536, &text, &size), 0);
        assert_non_null(strstr(text, arena_printf("%10u %10u %10u\n", r->inside, r->outside, r->count)));
    }
}

/* ---- what fails ---------------------------------------------------------------------------- */

/* Root may not map an id twice, others may not map several at all. */
static void a_map_that_the_kernel_refuses_fails(void **state HUSK_UNUSED)
{
    begin();
    map[1] = map[0];
    refused(idmap_write(&plan, &sb), "writing the uid_map of the sandbox (--uid-map ...): ");
    assert_string_equal(map_of_child("uid_map"), "");
}

static void a_map_that_is_too_long_fails(void **state HUSK_UNUSED)
{
    static struct id_range many[341];

    begin();
    for (size_t i = 0; i < ARRAY_SIZE(many); i++)
        many[i] = (struct id_range){4000000000 + (uint32_t)i, 4000000000 + (uint32_t)i, 1};
    plan.ids.uid_map = many;
    plan.ids.uid_map_count = ARRAY_SIZE(many);
    refused(idmap_write(&plan, &sb), "writing the uid_map of the sandbox");
}

static void a_child_that_is_gone_fails(void **state)
{
    struct sandbox gone;

    begin();
    gone = sb;
    end(state);
    refused(idmap_write(&plan, &gone), arena_printf("Can't open /proc/%d: No such file", gone.pid));
}

static void a_false_proc_is_not_written_to(void **state HUSK_UNUSED)
{
    host_begin();
    begin();
    host_file(arena_printf("/tmp/%d/uid_map", sb.pid), "");
    assert_int_equal(sys_mount("/tmp", "/proc", NULL, MS_BIND, NULL), 0);
    refused(idmap_write(&plan, &sb), "what is on /proc is not procfs");
}

/* ---- the helpers --------------------------------------------------------------------------- */

/* An empty /usr and friends, but for what is put there. */
static void begin_without_programs(void)
{
    static const char *const folders[] = {"/usr", "/bin", "/sbin", "/run"};

    host_begin();
    for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
        char link[2];

        if (readlink(folders[i], link, sizeof link) < 0 && access(folders[i], F_OK) == 0)
            assert_int_equal(sys_mount("t", folders[i], "tmpfs", 0, NULL), 0);
    }
    begin();
    plan.ids.use_helpers = true;
}

static void without_the_helpers_it_fails(void **state HUSK_UNUSED)
{
    begin_without_programs();
    refused(idmap_write(&plan, &sb), "mapping ids: newuidmap is not installed");
}

static void put_helper(const char *name)
{
    host_file(arena_printf("/usr/bin/%s", name), "no program");
    assert_int_equal(chmod(arena_printf("/usr/bin/%s", name), 0755), 0);
}

static void a_helper_that_cannot_be_run_fails(void **state HUSK_UNUSED)
{
    begin_without_programs();
    put_helper("newuidmap");
    put_helper("newgidmap");
    refused(idmap_write(&plan, &sb), "running newuidmap: Exec format error");
}

/* newuidmap(1) says in a line of its own why it refuses. */
static void a_helper_that_refuses_fails(void **state HUSK_UNUSED)
{
    const char *said;

    if (!child_find("newuidmap") || !child_find("newgidmap")) {
        cannot_show("newuidmap is not installed");
        return;
    }
    begin();
    plan.ids.use_helpers = true;
    map[1].outside = 4000000000; /* nobody's */
    capture_start(STDERR_FILENO);
    assert_int_equal(idmap_write(&plan, &sb), -EPERM);
    said = capture_stop();
    assert_non_null(strstr(said, "mapping ids (--uid-map ...): newuidmap failed with status 1"));
    assert_string_equal(map_of_child("uid_map"), "");
}

int main(void)
{
#define PLAIN(test) cmocka_unit_test_teardown(test, end)
    const struct CMUnitTest tests[] = {
        PLAIN(nothing_is_written_that_is_not_ours_to_write),
        IN_NAMESPACE(ranges_arrive, INSIDE_FLAGS, RANGES),
        PLAIN(a_map_that_the_kernel_refuses_fails),
        PLAIN(a_map_that_is_too_long_fails),
        PLAIN(a_child_that_is_gone_fails),
        INSIDE(a_false_proc_is_not_written_to),
        INSIDE(without_the_helpers_it_fails),
        INSIDE(a_helper_that_cannot_be_run_fails),
        PLAIN(a_helper_that_refuses_fails),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
