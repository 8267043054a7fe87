/* New file systems. */
#include "inside/filesystem.h"
#include "stage.h"
#include <linux/magic.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>

static void a_tmpfs_is_as_asked(void **state HUSK_UNUSED)
{
    const struct mount_op plain = {.kind = MOUNT_TMPFS};
    const struct mount_op small = {.kind = MOUNT_TMPFS, .size = 1 << 20, .perms_set = true,
                                   .perms = 01777, .attrs = MOUNT_ATTR_NOEXEC};
    struct statvfs fs;
    struct stat st;
    int fd;

    host_begin();
    prepare();
    fd = works(fs_tmpfs(in, &plain));
    assert_int_equal(fstat(fd, &st), 0);
    assert_int_equal(st.st_mode, S_IFDIR | 0755);
    assert_int_equal(fstatvfs(fd, &fs), 0);
    assert_int_equal(fs.f_flag & (ST_NOSUID | ST_NODEV | ST_NOEXEC | ST_RDONLY), ST_NOSUID | ST_NODEV);
    fd = works(fs_tmpfs(in, &small));
    assert_int_equal(fstat(fd, &st), 0);
    assert_int_equal(st.st_mode, S_IFDIR | 01777);
    assert_int_equal(fstatvfs(fd, &fs), 0);
    assert_int_equal(fs.f_blocks * fs.f_frsize, 1 << 20);
    assert_true(fs.f_flag & ST_NOEXEC);
    assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
}

static void what_was_made_here_is_known(void **state HUSK_UNUSED)
{
    const struct mount_op plain = {.kind = MOUNT_TMPFS};
    struct stat ours, other;

    host_begin();
    add_op(MOUNT_TMPFS, NULL, "/a");
    prepare();
    assert_int_equal(fstat(works(fs_tmpfs(in, &plain)), &ours), 0);
    assert_int_equal(stat("/tmp", &other), 0);
    assert_true(fs_is_own(in, ours.st_dev));
    assert_false(fs_is_own(in, other.st_dev)); /* a tmpfs too, but the host's */
    fails(fs_own(in, FD_NONE), "looking at a new file system", EBADF);
}

static void what_is_refused_is_named(void **state HUSK_UNUSED)
{
    const struct origin from = {.text = "--words"};
    const struct fs_option flag = {"nosuchoption", NULL}, text = {"size", "much"};

    host_begin();
    prepare();
    fails(fs_new(in, "nosuchfs", NULL, 0, 0, HINT_NONE, &from), "opening a new nosuchfs (--words)",
          ENODEV);
    assert_int_equal(in->error.hint, HINT_MOUNT_API);
    fails(fs_new(in, "tmpfs", &flag, 1, 0, HINT_NONE, &from),
          "setting nosuchoption of a new tmpfs (--words)", EINVAL);
    fails(fs_new(in, "tmpfs", &text, 1, 0, HINT_NONE, &from), "setting size of a new tmpfs", EINVAL);
}

static void options_reach_the_kernel(void **state HUSK_UNUSED)
{
    const struct fs_option options[] = {{"newinstance", NULL}, {"mode", "600"}};
    struct statfs fs;
    int fd;

    host_begin();
    prepare();
    fd = works(fs_new(in, "devpts", options, 2, MOUNT_ATTR_NOEXEC, HINT_NONE, NULL));
    assert_int_equal(fstatfs(fd, &fs), 0);
    assert_int_equal(fs.f_type, DEVPTS_SUPER_MAGIC);
    assert_true(fs.f_flags & ST_NOEXEC);
}

/* A procfs shows the processes of a pid namespace: who does not own that may not have one. */
static void a_refusal_has_the_callers_hint(void **state HUSK_UNUSED)
{
    host_begin();
    prepare();
    fails(fs_new(in, "proc", NULL, 0, 0, HINT_PROCFS, NULL), "making a new proc", EPERM);
    assert_int_equal(in->error.hint, HINT_PROCFS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        INSIDE(a_tmpfs_is_as_asked),
        INSIDE(what_was_made_here_is_known),
        INSIDE(what_is_refused_is_named),
        INSIDE(options_reach_the_kernel),
        IN_NAMESPACE(a_refusal_has_the_callers_hint, CLONE_NEWUSER | CLONE_NEWNS, AS_ID_0),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
