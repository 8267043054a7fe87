/* Capabilities and filters that are planned. */
#include "base/log.h"
#include "bare_plan.h"
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/syscall.h>

#define CAP(name) (UINT64_C(1) << CAP_##name)

static int set_up(void **state HUSK_UNUSED)
{
    bare_plan();
    plan.ids.uid = plan.ids.real_uid = 1000;
    log_init("husk", false);
    return 0;
}

static uint64_t own_caps(void)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2];

    assert_int_equal(syscall(SYS_capget, &header, data), 0);
    return data[0].effective | (uint64_t)data[1].effective << 32;
}

static void a_user_has_none(void **state HUSK_UNUSED)
{
    assert_int_equal(plan_caps(&plan), 0);
    assert_true(plan.set_caps);
    assert_int_equal(plan.caps, 0);
    assert_false(plan.ambient);
}

static void a_user_can_have_some_inside(void **state HUSK_UNUSED)
{
    spec.cap_add = CAP(CHOWN) | CAP(CHECKPOINT_RESTORE);
    spec.caps_touched = true;
    assert_int_equal(plan_caps(&plan), 0);
    assert_int_equal(plan.caps, CAP(CHOWN) | CAP(CHECKPOINT_RESTORE));
    assert_true(plan.set_caps && plan.ambient);
}

static void root_keeps_what_it_has(void **state HUSK_UNUSED)
{
    plan.ids.real_uid = 0;
    plan.clone_flags &= ~CLONE_NEWUSER;
    assert_int_equal(plan_caps(&plan), 0);
    assert_int_equal(plan.caps, own_caps());
    assert_false(plan.set_caps || plan.ambient);
}

/* A new user namespace comes with all of them. */
static void root_gets_no_more_in_a_user_namespace(void **state HUSK_UNUSED)
{
    plan.ids.real_uid = 0;
    assert_int_equal(plan_caps(&plan), 0);
    assert_int_equal(plan.caps, own_caps());
    assert_true(plan.set_caps);
    assert_false(plan.ambient);
}

static void root_can_drop_some(void **state HUSK_UNUSED)
{
    plan.ids.real_uid = 0;
    plan.clone_flags &= ~CLONE_NEWUSER;
    spec.caps_touched = true;
    spec.cap_drop = CAP(SYS_ADMIN);
    assert_int_equal(plan_caps(&plan), 0);
    assert_int_equal(plan.caps, own_caps() & ~CAP(SYS_ADMIN));
    assert_true(plan.set_caps);
}

/* CVE-2022-27650: what is inheritable stays with programs that run as another user. */
static void a_root_of_ranges_has_none_that_are_inherited(void **state HUSK_UNUSED)
{
    plan.ids.how = IDS_RANGES;
    plan.ids.uid = 0;
    spec.cap_root = CAP(CHOWN) | CAP(SETUID);
    spec.cap_drop = CAP(SETUID);
    spec.caps_touched = true;
    assert_int_equal(plan_caps(&plan), 0);
    assert_int_equal(plan.caps, CAP(CHOWN));
    assert_false(plan.ambient);
    plan.ids.uid = 1; /* not root: what root would get is not for it */
    assert_int_equal(plan_caps(&plan), 0);
    assert_int_equal(plan.caps, 0);
}

/* ---- filters ------------------------------------------------------------------------------- */

/* An fd with SIZE bytes, each is BYTE. */
static int bytes(size_t size, char byte)
{
    int fd = memfd_create("filter", MFD_CLOEXEC);
    char *data = arena_alloc(size);

    memset(data, byte, size);
    assert_int_equal(fd_write_all(fd, data, size), 0);
    lseek(fd, 0, SEEK_SET);
    return fd;
}

static void add_filter(int fd)
{
    *VEC_PUSH(&spec.seccomp) = (struct opt_fd){fd, {.text = "--add-seccomp-fd 9"}};
}

static void filters_are_read_in_order(void **state HUSK_UNUSED)
{
    add_filter(bytes(8, 'a'));
    add_filter(bytes(16, 'b'));
    spec.seccomp_last.fd = bytes(24, 'c');
    assert_int_equal(plan_filters(&plan), 0);
    assert_int_equal(plan.filter_count, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(plan.filters[i].prog.len, i + 1);
        assert_int_equal(plan.filters[i].prog.filter[i].k, 0x01010101 * (uint32_t)('a' + i));
    }
}

static void no_filter_is_no_filter(void **state HUSK_UNUSED)
{
    assert_int_equal(plan_filters(&plan), 0);
    assert_int_equal(plan.filter_count, 0);
}

static void a_cut_filter_is_refused(void **state HUSK_UNUSED)
{
    add_filter(bytes(8 + 7, 'a'));
    refused(plan_filters(&plan),
            "Invalid seccomp data, must be multiple of 8 (--add-seccomp-fd 9)");
}

/* The length is 16 bits wide: one more would be a filter of length 0. */
static void a_filter_that_is_too_long_is_refused(void **state HUSK_UNUSED)
{
    add_filter(bytes(65535 * 8, 'a'));
    assert_int_equal(plan_filters(&plan), 0);
    assert_int_equal(plan.filters[0].prog.len, 65535);
    spec.seccomp.count = 0;
    add_filter(bytes(65536 * 8, 'a'));
    refused(plan_filters(&plan), "reading seccomp data (--add-seccomp-fd 9): Argument list too long");
}

static void an_fd_that_cannot_be_read_is_refused(void **state HUSK_UNUSED)
{
    add_filter(12345);
    refused(plan_filters(&plan), "reading seccomp data (--add-seccomp-fd 9): Bad file descriptor");
}

/* ---- labels -------------------------------------------------------------------------------- */

/* The kernel's own label has colons only under a policy; without one, any label is taken for it. */
static bool selinux_has_a_policy(void)
{
    HUSK_FD int fd = open("/sys/fs/selinux/initial_contexts/kernel", O_RDONLY | O_CLOEXEC);
    char label[256] = "";

    return fd >= 0 && fd_read_full(fd, label, sizeof label - 1) > 0 && strchr(label, ':');
}

static void labels_need_selinux(void **state HUSK_UNUSED)
{
    spec.exec_label = (struct opt_text){"a:b:c", {.text = "--exec-label a:b:c"}};
    if (selinux_has_a_policy()) {
        assert_int_equal(plan_filters(&plan), 0);
        return;
    }
    refused(plan_filters(&plan), "--exec-label a:b:c: labels need SELinux, which is off here");
    spec.exec_label.value = NULL;
    spec.file_label = (struct opt_text){"a:b:c", {.text = "--file-label a:b:c"}};
    log_init("bwrap", true);
    refused(plan_filters(&plan), "labeling not supported on this system");
}

int main(void)
{
#define PLAIN(test) cmocka_unit_test_setup(test, set_up)
    const struct CMUnitTest tests[] = {
        PLAIN(a_user_has_none),
        PLAIN(a_user_can_have_some_inside),
        PLAIN(root_keeps_what_it_has),
        PLAIN(root_gets_no_more_in_a_user_namespace),
        PLAIN(root_can_drop_some),
        PLAIN(a_root_of_ranges_has_none_that_are_inherited),
        PLAIN(filters_are_read_in_order),
        PLAIN(no_filter_is_no_filter),
        PLAIN(a_cut_filter_is_refused),
        PLAIN(a_filter_that_is_too_long_is_refused),
        PLAIN(an_fd_that_cannot_be_read_is_refused),
        PLAIN(labels_need_selinux),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
