/* Sources: found once, and held whatever happens to their names; the rights of binds. */
#include "stage.h"
#include <sys/statvfs.h>

enum { RESTRICTED = ST_NOSUID | ST_NODEV };

static void a_source_is_held_and_not_its_name(void **state HUSK_UNUSED)
{
    host_begin();
    host_file("/tmp/source/file", "the right one");
    host_file("/tmp/other/file", "the wrong one");
    add_op(MOUNT_BIND, "/tmp/source", "/a");
    prepare();
    works(sources_open(in));
    assert_int_equal(rename("/tmp/source", "/tmp/moved"), 0);
    host_link("/tmp/source", "other");
    works(root_make(in));
    works(mounts_make(in));
    assert_string_equal(text_inside("/a/file"), "the right one");
}

/* What the plan looked at: a file has the number of another one where it is of another file system. */
static void what_is_not_what_was_looked_at_fails(void **state HUSK_UNUSED)
{
    struct seen_file seen[1];
    struct stat st;

    host_begin();
    host_dir("/tmp/dir");
    assert_int_equal(stat("/tmp/dir", &st), 0);
    seen[0].dev = st.st_dev;
    seen[0].ino = st.st_ino;
    add_op(MOUNT_BIND, "/tmp/dir", "/a")->seen = seen;
    prepare();
    works(sources_open(in));
    seen[0].ino++;
    fails(sources_open(in), "/tmp/dir was replaced by another file while husk looked at it", 0);
    inside_forget(in);
    seen[0].ino--;
    seen[0].dev++;
    fails(sources_open(in), "/tmp/dir was replaced by another file while husk looked at it", 0);
    inside_forget(in);
    seen[0].ino = 0;
    fails(sources_open(in), "/tmp/dir could not be looked at before, and so it is not shown", 0);
}

static void a_missing_source_fails(void **state HUSK_UNUSED)
{
    host_begin();
    add_op(MOUNT_BIND, "/tmp/gone", "/a")->from.text = "--bind /tmp/gone /a";
    build_fails("Can't find source path /tmp/gone (--bind /tmp/gone /a)", ENOENT);
    bare_plan();
    host_file("/tmp/file", "");
    add_op(MOUNT_BIND, "/tmp/file/x", "/a")->try = true;
    build_fails("Can't find source path /tmp/file/x", ENOTDIR);
}

static void unless_it_is_only_tried(void **state HUSK_UNUSED)
{
    host_begin();
    host_dir("/tmp/dir");
    add_op(MOUNT_BIND, "/tmp/gone", "/a")->try = true;
    add_op(MOUNT_BIND, "/tmp/dir", "/b")->try = true;
    build();
    assert_int_equal(mode_inside("/a"), 0);
    assert_int_equal(mode_inside("/b"), S_IFDIR | 0755);
}

static void rights_are_those_of_the_whole_tree(void **state HUSK_UNUSED)
{
    host_begin();
    host_dir("/tmp/dir/below");
    assert_int_equal(sys_mount("t", "/tmp/dir/below", "tmpfs", 0, NULL), 0);
    add_op(MOUNT_BIND, "/tmp/dir", "/rw");
    add_op(MOUNT_BIND, "/tmp/dir", "/ro")->ro = true;
    add_op(MOUNT_BIND, "/tmp/dir", "/noexec")->attrs = MOUNT_ATTR_NOEXEC;
    build();
    assert_int_equal(mount_flags_inside("/rw"), RESTRICTED);
    assert_int_equal(mount_flags_inside("/rw/below"), RESTRICTED);
    assert_int_equal(mount_flags_inside("/ro"), RESTRICTED | ST_RDONLY);
    assert_int_equal(mount_flags_inside("/ro/below"), RESTRICTED | ST_RDONLY);
    assert_int_equal(mount_flags_inside("/noexec/below"), RESTRICTED | ST_NOEXEC);
    assert_int_equal(open_inside("/ro/below/new", O_CREAT | O_WRONLY), -EROFS);
    assert_true(open_inside("/rw/below/new", O_CREAT | O_WRONLY) >= 0);
}

static void devices_work_only_where_asked_for(void **state HUSK_UNUSED)
{
    host_begin();
    add_op(MOUNT_BIND, "/dev/null", "/null");
    add_op(MOUNT_BIND, "/dev/null", "/dev-null")->dev = true;
    build();
    assert_int_equal(open_inside("/null", O_RDWR), -EACCES);
    assert_true(open_inside("/dev-null", O_RDWR) >= 0);
}

/* What the host mounts later arrives in a writable bind, and not in a read-only one. */
static void later_mounts_are_let_in_where_they_do_no_harm(void **state HUSK_UNUSED)
{
    host_begin();
    host_dir("/tmp/dir/later");
    host_dir("/tmp/slave");
    assert_int_equal(sys_mount(NULL, "/tmp", NULL, MS_SHARED, NULL), 0);
    assert_int_equal(sys_mount("/tmp/dir", "/tmp/slave", NULL, MS_BIND, NULL), 0);
    assert_int_equal(sys_mount(NULL, "/tmp/slave", NULL, MS_SLAVE, NULL), 0);
    add_op(MOUNT_BIND, "/tmp/slave", "/rw");
    add_op(MOUNT_BIND, "/tmp/slave", "/ro")->ro = true;
    build();
    assert_int_equal(sys_mount("t", "/tmp/dir/later", "tmpfs", 0, NULL), 0);
    host_file("/tmp/dir/later/file", "text");
    assert_string_equal(text_inside("/rw/later/file"), "text");
    assert_int_equal(mode_inside("/ro/later"), S_IFDIR | 0755);
    assert_int_equal(mode_inside("/ro/later/file"), 0);
}

/* ---- fds ----------------------------------------------------------------------------------- */

static struct mount_op *add_fd(const char *path)
{
    struct mount_op *op = add_op(MOUNT_BIND_FD, NULL, "/a");

    op->fd = open(path, O_PATH | O_CLOEXEC);
    assert_true(op->fd >= 0);
    return op;
}

static void an_fd_is_bound_wherever_its_file_is_by_now(void **state HUSK_UNUSED)
{
    host_begin();
    host_file("/tmp/dir/file", "text");
    add_fd("/tmp/dir")->ro = true;
    assert_int_equal(rename("/tmp/dir", "/tmp/moved"), 0);
    host_file("/tmp/dir/file", "another");
    build();
    assert_string_equal(text_inside("/a/file"), "text");
    assert_int_equal(mount_flags_inside("/a"), RESTRICTED | ST_RDONLY);
}

static void an_fd_that_its_path_does_not_lead_to_fails(void **state HUSK_UNUSED)
{
    host_begin();
    host_dir("/tmp/dir");
    add_fd("/tmp/dir");
    assert_int_equal(sys_mount("t", "/tmp/dir", "tmpfs", 0, NULL), 0);
    build_fails("Race condition binding dirfd: /tmp/dir is not fd", 0);
    bare_plan();
    host_dir("/tmp/removed");
    add_fd("/tmp/removed");
    assert_int_equal(rmdir("/tmp/removed"), 0);
    build_fails("Can't find source path", ENOENT);
}

/* ---- others -------------------------------------------------------------------------------- */

static void a_missing_layer_fails(void **state HUSK_UNUSED)
{
    static const char *const layers[] = {"/tmp", "/tmp/gone"};
    struct mount_op *op;

    host_begin();
    op = add_op(MOUNT_OVERLAY, NULL, "/a");
    op->overlay = OVERLAY_RO;
    op->layers = layers;
    op->layer_count = 2;
    build_fails("Can't find source path /tmp/gone", ENOENT);
    op->layer_count = 1;
    op->overlay = OVERLAY_RW;
    op->upper = op->work = "/tmp/none";
    build_fails("Can't find source path /tmp/none", ENOENT);
}

static void only_a_shared_pid_namespace_has_the_hosts_procfs(void **state HUSK_UNUSED)
{
    host_begin();
    add_op(MOUNT_PROC, NULL, "/proc");
    prepare();
    works(sources_open(in));
    assert_int_equal(in->sources[0].fd, FD_NONE);
    plan.clone_flags &= ~CLONE_NEWPID;
    works(sources_open(in));
    assert_true(fd_is_procfs(in->sources[0].fd));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        INSIDE(a_source_is_held_and_not_its_name),
        INSIDE(what_is_not_what_was_looked_at_fails),
        INSIDE(a_missing_source_fails),
        INSIDE(unless_it_is_only_tried),
        INSIDE(rights_are_those_of_the_whole_tree),
        INSIDE(devices_work_only_where_asked_for),
        INSIDE(later_mounts_are_let_in_where_they_do_no_harm),
        INSIDE(an_fd_is_bound_wherever_its_file_is_by_now),
        INSIDE(an_fd_that_its_path_does_not_lead_to_fails),
        INSIDE(a_missing_layer_fails),
        INSIDE(only_a_shared_pid_namespace_has_the_hosts_procfs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
