/* Names of what a plan is made of. */
#include "plan/names.h"
#include "base/str.h"
#include "base/syscalls.h"
#include "capture.h"
#include <linux/capability.h>

static void every_namespace_has_one_name(void **state HUSK_UNUSED)
{
    unsigned all = 0;

    assert_int_equal(ns_name_count, 8);
    for (size_t i = 0; i < ns_name_count; i++) {
        assert_int_equal(all & ns_names[i].flag, 0);
        all |= ns_names[i].flag;
        assert_true(*ns_names[i].name && *ns_names[i].shared);
    }
    assert_int_equal(all, CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC |
                              CLONE_NEWUTS | CLONE_NEWCGROUP | CLONE_NEWTIME);
}

static void every_kind_has_a_name_of_its_own(void **state HUSK_UNUSED)
{
    for (int kind = 0; kind <= MOUNT_USER_FILES; kind++) {
        assert_non_null(mount_kind_name(kind));
        for (int other = 0; other < kind; other++)
            assert_false(streq(mount_kind_name(kind), mount_kind_name(other)));
    }
    assert_string_equal(mount_kind_name(MOUNT_REMOUNT_RO), "remount-ro");
    assert_string_equal(mount_kind_name(MOUNT_USER_FILES + 1), "unknown");
}

static void mounts_cover_and_files_do_not(void **state HUSK_UNUSED)
{
    assert_true(mount_kind_covers(MOUNT_BIND) && mount_kind_covers(MOUNT_MASK));
    assert_false(mount_kind_covers(MOUNT_REMOUNT_RO) || mount_kind_covers(MOUNT_DIR) ||
                 mount_kind_covers(MOUNT_FILE) || mount_kind_covers(MOUNT_SYMLINK));
}

static uint64_t attrs_of(enum mount_kind kind, bool dev, uint64_t asked)
{
    const struct mount_op op = {.kind = kind, .dev = dev, .attrs = asked};

    return mount_op_attrs(&op);
}

static void attributes_are_those_that_are_set(void **state HUSK_UNUSED)
{
    const uint64_t plain = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV;

    assert_int_equal(attrs_of(MOUNT_BIND, false, 0), plain);
    assert_int_equal(attrs_of(MOUNT_BIND, true, 0), MOUNT_ATTR_NOSUID);
    assert_int_equal(attrs_of(MOUNT_BIND, false, MOUNT_ATTR_NOSYMFOLLOW), plain | MOUNT_ATTR_NOSYMFOLLOW);
    assert_int_equal(attrs_of(MOUNT_TMPFS, false, MOUNT_ATTR_NOEXEC), plain | MOUNT_ATTR_NOEXEC);
    assert_int_equal(attrs_of(MOUNT_PROC, false, 0), plain | MOUNT_ATTR_NOEXEC);
    assert_int_equal(attrs_of(MOUNT_DIR, false, 0), 0);
    for (size_t i = 0; i < attr_name_count; i++)
        assert_true(attr_names[i].attr && *attr_names[i].name);
}

static void capabilities_are_named_as_in_their_manual(void **state HUSK_UNUSED)
{
    assert_string_equal(cap_display_name(CAP_CHOWN), "CAP_CHOWN");
    assert_string_equal(cap_display_name(CAP_DAC_READ_SEARCH), "CAP_DAC_READ_SEARCH");
    assert_string_equal(cap_display_name(63), "capability 63");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_namespace_has_one_name),
        cmocka_unit_test(every_kind_has_a_name_of_its_own),
        cmocka_unit_test(mounts_cover_and_files_do_not),
        cmocka_unit_test(attributes_are_those_that_are_set),
        cmocka_unit_test(capabilities_are_named_as_in_their_manual),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
