/* The new root: nothing of the old one is left in it. */
#include "stage.h"
#include <linux/magic.h>
#include <unistd.h>

/* Builds and enters it, with a procfs to look at it. */
static void enter(void)
{
    add_op(MOUNT_PROC, NULL, "/proc");
    build();
    works(root_enter(in));
}

/* The number of lines of mountinfo that have PART; all if it is "". */
static size_t count_mounts(const char *part)
{
    char *text = arena_strdup(text_inside("/proc/self/mountinfo")), *line;
    size_t n = 0;

    while ((line = strsep(&text, "\n")))
        n += *line && strstr(line, part);
    return n;
}

static void the_old_root_is_gone(void **state HUSK_UNUSED)
{
    struct stat st;
    char cwd[PATH_MAX];

    host_begin();
    host_file("/tmp/dir/file", "text");
    assert_int_equal(chdir("/tmp/dir"), 0);
    add_op(MOUNT_BIND, "/tmp/dir", "/a");
    enter();
    assert_int_equal(stat("/tmp", &st), -1);
    assert_int_equal(stat("/a/file", &st), 0);
    assert_string_equal(getcwd(cwd, sizeof cwd), "/");
    assert_int_equal(chdir("../../.."), 0);
    assert_int_equal(stat("a/file", &st), 0);
    assert_true(in->entered);
}

/* /, /a, /proc and its covers: nothing hidden, nothing of the host's. */
static void only_our_own_mounts_are_left(void **state HUSK_UNUSED)
{
    host_begin();
    host_dir("/tmp/dir");
    add_op(MOUNT_BIND, "/tmp/dir", "/a");
    enter();
    assert_int_equal(count_mounts(" / / "), 1);
    assert_int_equal(count_mounts("/dir /a "), 1);
    assert_int_equal(count_mounts(""), 2 + count_mounts(" /proc"));
}

static void what_was_stacked_is_gone_too(void **state HUSK_UNUSED)
{
    host_begin();
    host_dir("/tmp/dir/proc");
    add_op(MOUNT_BIND_DATA, NULL, "/data")->fd = fd_with("data"); /* this needs the scratch tmpfs */
    add_op(MOUNT_BIND, "/tmp/dir", "/");
    add_op(MOUNT_TMPFS, NULL, "/");
    enter();
    assert_int_equal(in->scratch, FD_NONE);
    assert_int_equal(count_mounts(""), 1 + count_mounts(" /proc"));
    assert_int_equal(fs_inside("/"), TMPFS_MAGIC);
}

static void a_root_of_the_hosts_can_be_the_root(void **state HUSK_UNUSED)
{
    host_begin();
    host_file("/tmp/dir/proc/file", "");
    host_file("/tmp/dir/file", "text");
    add_op(MOUNT_BIND, "/tmp/dir", "/");
    enter();
    assert_string_equal(text_inside("/file"), "text");
    assert_int_equal(count_mounts(""), 1 + count_mounts(" /proc"));
}

static void later_stages_do_not_find_the_hosts_proc(void **state HUSK_UNUSED)
{
    host_begin();
    enter();
    fails(proc_open(in), "the host's /proc is gone by now", ENOENT);
}

/* ---- without a user namespace -------------------------------------------------------------- */

static int build_alone(void *arg HUSK_UNUSED)
{
    if (sys_unshare(CLONE_NEWNS) < 0)
        return 2;
    prepare();
    return root_make(in) < 0 || mounts_make(in) < 0 || root_enter(in) < 0;
}

/* The mounts are then shared with the host, and what is mounted here must not appear there. */
static void nothing_is_mounted_on_the_host(void **state HUSK_UNUSED)
{
    const char *before;
    size_t size;
    char *after;
    int fd;

    host_begin();
    assert_int_equal(sys_mount(NULL, "/", NULL, MS_REC | MS_SHARED, NULL), 0);
    plan.clone_flags &= ~CLONE_NEWUSER;
    add_op(MOUNT_TMPFS, NULL, "/a");
    in = inside_prepare(&plan);
    in->root = open("/", O_PATH | O_CLOEXEC);
    before = text_inside("/proc/self/mountinfo");
    assert_int_equal(status_of(build_alone, NULL), 0);
    fd = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
    assert_int_equal(fd_read_all(fd, 1 << 20, &after, &size), 0);
    assert_string_equal(after, before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        INSIDE(the_old_root_is_gone),
        INSIDE(only_our_own_mounts_are_left),
        INSIDE(what_was_stacked_is_gone_too),
        INSIDE(a_root_of_the_hosts_can_be_the_root),
        INSIDE(later_stages_do_not_find_the_hosts_proc),
        AS_ROOT(nothing_is_mounted_on_the_host, CLONE_NEWNS),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
