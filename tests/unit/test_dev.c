/* The minimal /dev: the right devices, and nothing if one of the host's is wrong. */
#include "stage.h"
#include <linux/magic.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <unistd.h>

static void begin(void)
{
    host_begin();
    add_op(MOUNT_DEV, NULL, "/dev");
}

static void devices_are_what_their_names_say(void **state HUSK_UNUSED)
{
    static const struct {
        const char *path;
        unsigned major, minor;
    } devices[] = {{"/dev/null", 1, 3},   {"/dev/zero", 1, 5},    {"/dev/full", 1, 7},
                   {"/dev/random", 1, 8}, {"/dev/urandom", 1, 9}, {"/dev/tty", 5, 0}};

    begin();
    build();
    for (size_t i = 0; i < ARRAY_SIZE(devices); i++) {
        HUSK_FD int fd = open_inside(devices[i].path, O_PATH);
        struct stat st;

        assert_int_equal(fstat(fd, &st), 0);
        assert_true(S_ISCHR(st.st_mode));
        assert_int_equal(st.st_rdev, makedev(devices[i].major, devices[i].minor));
        assert_int_equal(mount_flags_inside(devices[i].path) & ST_NOSUID, ST_NOSUID);
    }
    assert_true(open_inside("/dev/null", O_RDWR) >= 0);
    assert_int_equal(mount_flags_inside("/dev"), ST_NOSUID | ST_NODEV);
    assert_int_equal(mode_inside("/dev/console"), 0);
}

static void links_and_folders_are_there(void **state HUSK_UNUSED)
{
    begin();
    build();
    assert_string_equal(link_inside("/dev/stdin"), "/proc/self/fd/0");
    assert_string_equal(link_inside("/dev/stdout"), "/proc/self/fd/1");
    assert_string_equal(link_inside("/dev/stderr"), "/proc/self/fd/2");
    assert_string_equal(link_inside("/dev/fd"), "/proc/self/fd");
    assert_string_equal(link_inside("/dev/core"), "/proc/kcore");
    assert_string_equal(link_inside("/dev/ptmx"), "pts/ptmx");
    assert_int_equal(mode_inside("/dev/shm"), S_IFDIR | 0755);
}

/* The first terminal of a new devpts is number 0, whatever the host has. */
static void terminals_are_the_sandboxs_own(void **state HUSK_UNUSED)
{
    int number = -1, unlock = 0, terminal;

    begin();
    build();
    assert_int_equal(fs_inside("/dev/pts"), DEVPTS_SUPER_MAGIC);
    assert_int_equal(mount_flags_inside("/dev/pts"), ST_NOSUID | ST_NOEXEC);
    assert_int_equal(mode_inside("/dev/pts/0"), 0);
    terminal = works(open_inside("/dev/ptmx", O_RDWR | O_NOCTTY));
    assert_int_equal(ioctl(terminal, TIOCGPTN, &number), 0);
    assert_int_equal(number, 0);
    assert_int_equal(ioctl(terminal, TIOCSPTLCK, &unlock), 0);
    assert_true(S_ISCHR(mode_inside("/dev/pts/0")));
}

static void permissions_can_be_asked_for(void **state HUSK_UNUSED)
{
    begin();
    add_op(MOUNT_DEV, NULL, "/closed/dev")->perms_set = true;
    build();
    assert_int_equal(mode_inside("/dev"), S_IFDIR | 0755);
    assert_int_equal(mode_inside("/closed/dev"), S_IFDIR);
}

/* ---- the console --------------------------------------------------------------------------- */

static void use_terminal(int stdout_is)
{
    static char path[64];
    int terminal = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC), unlock = 0, number;

    assert_int_equal(ioctl(terminal, TIOCSPTLCK, &unlock), 0);
    assert_int_equal(ioctl(terminal, TIOCGPTN, &number), 0);
    snprintf(path, sizeof path, "/dev/pts/%d", number);
    plan.tty = path;
    if (stdout_is < 0)
        stdout_is = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
    assert_true(stdout_is >= 0);
    fflush(stdout);
    assert_int_equal(dup2(stdout_is, STDOUT_FILENO), STDOUT_FILENO);
}

static void the_console_is_the_terminal(void **state HUSK_UNUSED)
{
    struct stat console, terminal;
    int said;

    begin();
    said = dup(STDOUT_FILENO);
    use_terminal(-1);
    build();
    assert_int_equal(fstatat(in->root, "dev/console", &console, 0), 0);
    assert_int_equal(fstat(STDOUT_FILENO, &terminal), 0);
    assert_int_equal(console.st_rdev, terminal.st_rdev);
    dup2(said, STDOUT_FILENO);
}

/* Between the plan and the mount the path may have come to lead to somebody else's terminal. */
static void another_terminal_is_refused(void **state HUSK_UNUSED)
{
    begin();
    use_terminal(dup(STDERR_FILENO));
    build_fails(arena_printf("%s is not the device it should be", plan.tty), 0);
}

/* ---- a host that is wrong ------------------------------------------------------------------ */

static void cover_device(const char *with, const char *device)
{
    assert_int_equal(sys_mount(with, device, NULL, MS_BIND, NULL), 0);
}

static void another_device_is_refused(void **state HUSK_UNUSED)
{
    begin();
    cover_device("/dev/zero", "/dev/null");
    build_fails("/dev/null is not the device it should be (--option)", 0);
}

static void a_plain_file_is_refused(void **state HUSK_UNUSED)
{
    begin();
    host_file("/tmp/file", "");
    cover_device("/tmp/file", "/dev/urandom");
    build_fails("/dev/urandom is not the device it should be", 0);
}

static void a_missing_device_fails(void **state HUSK_UNUSED)
{
    begin();
    assert_int_equal(sys_mount("t", "/dev", "tmpfs", 0, NULL), 0);
    build_fails("Can't find source path /dev/null", ENOENT);
}

/* Old kernels refuse a devpts where id 0 is not mapped; Linux 6.18 does not. */
static void without_id_0_it_works_or_there_is_a_hint(void **state HUSK_UNUSED)
{
    struct id_range uid = {1000, outer_uid, 1}, gid = {1000, outer_gid, 1};
    int r;

    bare_plan();
    plan.ids.uid_map = &uid;
    plan.ids.gid_map = &gid;
    add_op(MOUNT_DEV, NULL, "/dev");
    prepare();
    works(identity_map(in));
    works(root_make(in));
    r = mounts_make(in);
    if (r == 0) {
        assert_int_equal(fs_inside("/dev/pts"), DEVPTS_SUPER_MAGIC);
        return;
    }
    assert_int_equal(in->error.hint, HINT_DEVPTS);
    fails(r, "making a new devpts", EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        INSIDE(devices_are_what_their_names_say),
        INSIDE(links_and_folders_are_there),
        INSIDE(terminals_are_the_sandboxs_own),
        INSIDE(permissions_can_be_asked_for),
        INSIDE(the_console_is_the_terminal),
        INSIDE(another_terminal_is_refused),
        INSIDE(another_device_is_refused),
        INSIDE(a_plain_file_is_refused),
        INSIDE(a_missing_device_fails),
        IN_NAMESPACE(without_id_0_it_works_or_there_is_a_hint, INSIDE_FLAGS, UNMAPPED),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
