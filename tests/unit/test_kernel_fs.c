/* procfs with its covers, and mqueue. */
#include "base/log.h"
#include "inside/operations.h"
#include "stage.h"
#include <linux/magic.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { NO_SUID_DEV_EXEC = ST_NOSUID | ST_NODEV | ST_NOEXEC, MQUEUE = 0x19800202 };

static const char sysctl[] = "/proc/sys/user/max_user_namespaces"; /* id 0's own */

static void a_procfs_is_the_sandboxs_own(void **state HUSK_UNUSED)
{
    host_begin();
    add_op(MOUNT_PROC, NULL, "/proc");
    build();
    assert_int_equal(fs_inside("/proc"), PROC_SUPER_MAGIC);
    assert_int_equal(mount_flags_inside("/proc"), NO_SUID_DEV_EXEC);
    assert_string_equal(link_inside("/proc/self"), "1");
}

static void sysctls_cannot_be_written(void **state HUSK_UNUSED)
{
    host_begin();
    plan.disable_userns = true; /* else it is left to who may not write anyway */
    add_op(MOUNT_PROC, NULL, "/proc");
    build();
    assert_int_equal(mount_flags_inside("/proc/sys"), NO_SUID_DEV_EXEC | ST_RDONLY);
    assert_int_equal(open_inside(sysctl, O_WRONLY), -EROFS);
    assert_true(open("/proc/sys/user/max_user_namespaces", O_WRONLY) >= 0); /* but for the cover */
}

/* Where the host's root is root inside too, as when husk makes no user namespace. */
static void files_that_change_the_machine_are_covered(void **state HUSK_UNUSED)
{
    static const char *const files[] = {"/proc/sys", "/proc/sysrq-trigger", "/proc/irq", "/proc/bus",
                                        "/proc/fs"};

    host_begin();
    plan.clone_flags &= ~CLONE_NEWUSER;
    add_op(MOUNT_PROC, NULL, "/proc");
    build();
    for (size_t i = 0; i < ARRAY_SIZE(files); i++)
        if (mode_inside(files[i]))
            assert_true(mount_flags_inside(files[i]) & ST_RDONLY);
    assert_int_equal(open_inside("/proc/sys/kernel/core_pattern", O_WRONLY), -EROFS);
}

/* What only root can read is empty for a root inside who is the machine's, and left alone for others. */
static void what_root_can_read_is_masked(void **state HUSK_UNUSED)
{
    static const char *const files[] = {"/proc/kmsg", "/proc/slabinfo", "/proc/timer_list", "/proc/keys"};

    host_begin();
    add_op(MOUNT_PROC, NULL, "/proc");
    build();
    for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
        HUSK_FD int fd = open_inside(files[i], O_RDONLY | O_NONBLOCK);
        char byte;

        if (mode_inside(files[i]) && outer_uid == 0)
            assert_int_equal(read(fd, &byte, 1), 0);
        else if (mode_inside(files[i]))
            assert_int_equal(fs_inside(files[i]), PROC_SUPER_MAGIC);
    }
}

/* Who may be the machine's root inside: in doubt everybody. */
static void whose_procfs_needs_masks(void **state HUSK_UNUSED)
{
    const struct id_range other = {.inside = 0, .outside = 1000, .count = 1}, root[] = {other, {1, 0, 1}};

    bare_plan();
    plan.ids.how = IDS_NONE;
    plan.ids.real_uid = 1000;
    assert_false(proc_needs_masks(&plan));
    spec.userns.fd = 3; /* made by whom? */
    assert_true(proc_needs_masks(&plan));
    spec.userns.fd = FD_NONE;
    plan.ids.real_uid = 0;
    assert_true(proc_needs_masks(&plan));
    plan.ids.how = IDS_RANGES;
    plan.ids.uid_map = &other;
    plan.ids.uid_map_count = 1;
    assert_false(proc_needs_masks(&plan));
    plan.ids.uid_map = root;
    plan.ids.uid_map_count = 2;
    assert_true(proc_needs_masks(&plan));
    plan.ids.uid_map_count = 0;
    plan.ids.how = IDS_OUTSIDE;
    assert_true(proc_needs_masks(&plan));
    log_init("bwrap", true);
    assert_false(proc_needs_masks(&plan));
    log_init("husk", false);
}

static void the_hosts_processes_are_shown_where_they_are_shared(void **state HUSK_UNUSED)
{
    host_begin();
    plan.disable_userns = true;
    plan.clone_flags &= ~CLONE_NEWPID;
    add_op(MOUNT_PROC, NULL, "/proc");
    build();
    assert_int_equal(fs_inside("/proc"), PROC_SUPER_MAGIC);
    assert_string_not_equal(link_inside("/proc/self"), "1");
    assert_int_equal(mount_flags_inside("/proc") & (ST_NOSUID | ST_NODEV), ST_NOSUID | ST_NODEV);
    assert_int_equal(open_inside(sysctl, O_WRONLY), -EROFS);
}

/* ---- a procfs that is not to be had -------------------------------------------------------- */

static int ask_for_proc(void *arg HUSK_UNUSED)
{
    add_op(MOUNT_PROC, NULL, "/proc");
    fails(run_stages(), "making a new proc", EPERM);
    return in->error.hint == HINT_PROCFS ? 0 : 9;
}

/* One level down the cover is locked, and a new procfs would show what it hides: as in a container. */
static void a_partly_covered_procfs_gives_a_hint(void **state HUSK_UNUSED)
{
    host_begin();
    assert_int_equal(sys_mount("t", "/proc/bus", "tmpfs", 0, NULL), 0);
    assert_int_equal(sys_unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID), 0);
    assert_int_equal(status_of(ask_for_proc, NULL), 0);
}

static void an_mqueue_is_mounted(void **state HUSK_UNUSED)
{
    host_begin();
    add_op(MOUNT_MQUEUE, NULL, "/dev/mqueue");
    build();
    assert_int_equal(fs_inside("/dev/mqueue"), MQUEUE);
    assert_int_equal(mount_flags_inside("/dev/mqueue"), NO_SUID_DEV_EXEC);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        INSIDE(a_procfs_is_the_sandboxs_own),
        INSIDE(sysctls_cannot_be_written),
        INSIDE(what_root_can_read_is_masked),
        INSIDE(whose_procfs_needs_masks),
        IN_NAMESPACE(the_hosts_processes_are_shown_where_they_are_shared,
                     INSIDE_FLAGS & ~CLONE_NEWPID, AS_ID_0),
        INSIDE(a_partly_covered_procfs_gives_a_hint),
        INSIDE(an_mqueue_is_mounted),
        AS_ROOT(files_that_change_the_machine_are_covered, CLONE_NEWNS | CLONE_NEWPID),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
