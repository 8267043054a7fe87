#include "parse.h"
#include <linux/mount.h>

/* The only operation there is. */
static const struct mount_op *only(void)
{
    assert_int_equal(spec.mounts.count, 1);
    return &spec.mounts.items[0];
}

static void binds_have_their_flags(void **state HUSK_UNUSED)
{
    static const struct {
        char *option;
        bool ro, dev, try;
    } binds[] = {
        {"--bind", false, false, false},    {"--bind-try", false, false, true},
        {"--ro-bind", true, false, false},  {"--ro-bind-try", true, false, true},
        {"--dev-bind", false, true, false}, {"--dev-bind-try", false, true, true},
    };

    for (size_t i = 0; i < ARRAY_SIZE(binds); i++) {
        assert_int_equal(BWRAP(binds[i].option, "a/../b", "c/../d", "x"), 0);
        assert_int_equal(only()->kind, MOUNT_BIND);
        assert_string_equal(only()->source, "a/../b");
        assert_string_equal(only()->dest, "c/../d");
        assert_int_equal(only()->ro, binds[i].ro);
        assert_int_equal(only()->dev, binds[i].dev);
        assert_int_equal(only()->try, binds[i].try);
        assert_true(only()->fd < 0);
        assert_false(only()->perms_set);
    }
}

static void plain_mounts(void **state HUSK_UNUSED)
{
    static const struct {
        char *option;
        enum mount_kind kind;
    } mounts[] = {
        {"--proc", MOUNT_PROC},     {"--dev", MOUNT_DEV}, {"--tmpfs", MOUNT_TMPFS},
        {"--mqueue", MOUNT_MQUEUE}, {"--dir", MOUNT_DIR}, {"--remount-ro", MOUNT_REMOUNT_RO},
    };

    for (size_t i = 0; i < ARRAY_SIZE(mounts); i++) {
        assert_int_equal(BWRAP(mounts[i].option, "d/e", "x"), 0);
        assert_int_equal(only()->kind, mounts[i].kind);
        assert_string_equal(only()->dest, "d/e");
        assert_int_equal(BWRAP(mounts[i].option, "", "x"), -EINVAL);
    }
}

static void destinations_are_not_empty(void **state HUSK_UNUSED)
{
    assert_int_equal(NONE("--bind", "/a", "", "x"), -EINVAL);
    assert_string_equal(said, "husk: --bind /a : the path inside is empty\n");
    assert_int_equal(NONE("--symlink", "a", "", "x"), -EINVAL);
    assert_int_equal(NONE("--symlink", "", "/a", "x"), -EINVAL);
    assert_int_equal(NONE("--chmod", "0700", "", "x"), -EINVAL);
    assert_int_equal(NONE("--lock-file", "", "x"), -EINVAL);
    assert_int_equal(NONE("--read", "", "x"), -EINVAL);
    assert_int_equal(NONE("--mask", "", "x"), -EINVAL);
    assert_int_equal(NONE("--bind", "", "/a", "x"),
                     0); /* an error, if not -try, when it is looked for */
}

static void same_paths_start_from_the_current_folder(void **state HUSK_UNUSED)
{
    assert_int_equal(chdir(home), 0);
    assert_int_equal(NONE("-r", "a/../b/", "-w", ".", "--mask", "c", "--ro-mirror", "/etc//x", "x"),
                     0);
    assert_string_equal(spec.mounts.items[0].source, path_join(home, "b"));
    assert_string_equal(spec.mounts.items[0].dest, path_join(home, "b"));
    assert_true(spec.mounts.items[0].ro && !spec.mounts.items[0].try);
    assert_string_equal(spec.mounts.items[1].dest, home);
    assert_false(spec.mounts.items[1].ro);
    assert_string_equal(spec.mounts.items[2].dest, path_join(home, "c"));
    assert_int_equal(spec.mounts.items[2].kind, MOUNT_MASK);
    assert_string_equal(spec.mounts.items[3].dest, "/etc/x");
    assert_int_equal(spec.mounts.items[3].kind, MOUNT_MIRROR);
}

static void a_folder_without_a_name_has_no_relatives(void **state HUSK_UNUSED)
{
    const char *folder = path_join(home, "gone");

    assert_int_equal(mkdir(folder, 0700), 0);
    assert_int_equal(chdir(folder), 0);
    assert_int_equal(rmdir(folder), 0);
    assert_int_equal(NONE("-r", "a", "x"), -EINVAL);
    assert_int_equal(NONE("-r", "/a", "x"), 0);
    assert_int_equal(chdir(home), 0);
}

static void there_is_one_current_folder(void **state HUSK_UNUSED)
{
    assert_int_equal(NONE("--cwd", "read", "--tmpfs", "/a", "--cwd", "write", "x"), 0);
    assert_int_equal(spec.mounts.count, 2);
    assert_int_equal(spec.mounts.items[0].kind, MOUNT_CWD);
    assert_false(spec.mounts.items[0].ro);
    assert_string_equal(spec.mounts.items[0].from.text, "--cwd write");
    assert_int_equal(NONE("--cwd", "read", "x"), 0);
    assert_true(only()->ro);
    assert_int_equal(NONE("--cwd", "hide", "x"), 0);
    assert_int_equal(spec.mounts.count, 0);
    assert_int_equal(NONE("--cwd", "rw", "x"), -EINVAL);
}

/* What is put where a hidden one was has nothing of it. */
static void a_hidden_folder_leaves_nothing(void **state HUSK_UNUSED)
{
    assert_int_equal(NONE("--cwd", "read", "--dir", "/b", "--cwd", "hide", "--tmpfs", "/a", "x"),
                     0);
    assert_int_equal(spec.mounts.count, 2);
    assert_string_equal(spec.mounts.items[0].dest, "/b");
    assert_string_equal(spec.mounts.items[1].dest, "/a");
    assert_false(spec.mounts.items[1].ro || spec.mounts.items[1].perms_set);
    assert_null(spec.mounts.items[1].source);
}

static char *open_fd(void)
{
    return arena_printf("%d", dup(memory_fd("", 0)));
}

static void fds_are_mounted(void **state HUSK_UNUSED)
{
    static const struct {
        char *option;
        enum mount_kind kind;
        bool ro;
    } mounts[] = {
        {"--bind-fd", MOUNT_BIND_FD, false},
        {"--ro-bind-fd", MOUNT_BIND_FD, true},
        {"--file", MOUNT_FILE, false},
        {"--bind-data", MOUNT_BIND_DATA, false},
        {"--ro-bind-data", MOUNT_BIND_DATA, true},
    };

    for (size_t i = 0; i < ARRAY_SIZE(mounts); i++) {
        char *fd = open_fd();

        assert_int_equal(BWRAP(mounts[i].option, fd, "/a", "x"), 0);
        assert_int_equal(only()->kind, mounts[i].kind);
        assert_int_equal(only()->ro, mounts[i].ro);
        assert_int_equal(only()->fd, atoi(fd));
        assert_int_equal(fcntl(atoi(fd), F_GETFD), FD_CLOEXEC);
        assert_int_equal(BWRAP(mounts[i].option, "x", "/a", "x"), -EINVAL);
        assert_string_equal(said, "bwrap: Invalid fd: x\n");
        assert_int_equal(BWRAP(mounts[i].option, "987654", "/a", "x"), -EBADF);
        close(atoi(fd));
    }
}

static void overlays_have_layers(void **state HUSK_UNUSED)
{
    assert_int_equal(BWRAP("--overlay-src", "/l1", "--overlay-src", "/l2", "--overlay", "/u", "/w",
                           "/d", "--overlay-src", "/l3", "--tmp-overlay", "/e", "x"),
                     0);
    assert_int_equal(spec.mounts.count, 2);
    assert_int_equal(spec.mounts.items[0].overlay, OVERLAY_RW);
    assert_int_equal(spec.mounts.items[0].layer_count, 2);
    assert_string_equal(spec.mounts.items[0].layers[0], "/l1");
    assert_string_equal(spec.mounts.items[0].layers[1], "/l2");
    assert_string_equal(spec.mounts.items[0].upper, "/u");
    assert_string_equal(spec.mounts.items[0].work, "/w");
    assert_string_equal(spec.mounts.items[0].dest, "/d");
    assert_int_equal(spec.mounts.items[1].overlay, OVERLAY_TMP);
    assert_int_equal(spec.mounts.items[1].layer_count, 1);
    assert_string_equal(spec.mounts.items[1].layers[0], "/l3");
}

static void overlays_have_enough_layers(void **state HUSK_UNUSED)
{
    assert_int_equal(BWRAP("--overlay", "/u", "/w", "/d", "x"), -EINVAL);
    assert_string_equal(said, "bwrap: --overlay requires at least one --overlay-src\n");
    assert_int_equal(BWRAP("--tmp-overlay", "/d", "x"), -EINVAL);
    assert_int_equal(BWRAP("--overlay-src", "/a", "--ro-overlay", "/d", "x"), -EINVAL);
    assert_string_equal(said, "bwrap: --ro-overlay requires at least two --overlay-src\n");
    assert_int_equal(BWRAP("--overlay-src", "/a", "--overlay-src", "/b", "--ro-overlay", "/d", "x"),
                     0);
    assert_int_equal(
        BWRAP("--overlay-src", "/a", "--tmp-overlay", "/d", "--tmp-overlay", "/e", "x"), -EINVAL);
}

static void overlay_sources_are_followed_by_one(void **state HUSK_UNUSED)
{
    static const char *const why =
        "bwrap: --overlay-src must be followed by another --overlay-src or one of "
        "--overlay, --tmp-overlay, or --ro-overlay\n";

    assert_int_equal(BWRAP("--overlay-src", "/a", "x"), -EINVAL);
    assert_string_equal(said, why);
    assert_int_equal(BWRAP("--overlay-src", "/a", "--dir", "/b", "--tmp-overlay", "/d", "x"),
                     -EINVAL);
    assert_string_equal(said, why);
    assert_int_equal(BWRAP("--overlay-src", "/a", "--perms", "0700", "--tmp-overlay", "/d", "x"),
                     -EINVAL);
    assert_string_equal(said, why);
}

/* ---- modifiers ----------------------------------------------------------------------------- */

static void perms_are_for_what_is_made(void **state HUSK_UNUSED)
{
    static char *const with[] = {"--tmpfs", "--dir"};
    static char *const with_fd[] = {"--file", "--bind-data", "--ro-bind-data"};
    static char *const without[] = {"--proc",       "--dev",   "--mqueue",
                                    "--remount-ro", "--chdir", "--overlay-src"};

    for (size_t i = 0; i < ARRAY_SIZE(with); i++) {
        assert_int_equal(BWRAP("--perms", "1750", with[i], "/a", "x"), 0);
        assert_true(only()->perms_set && only()->perms == 01750);
    }
    for (size_t i = 0; i < ARRAY_SIZE(with_fd); i++) {
        assert_int_equal(BWRAP("--perms", "0", with_fd[i], open_fd(), "/a", "x"), 0);
        assert_true(only()->perms_set && only()->perms == 0);
    }
    for (size_t i = 0; i < ARRAY_SIZE(without); i++) {
        assert_int_equal(BWRAP("--perms", "0700", without[i], "/a", "--dir", "/b", "x"), -EINVAL);
        assert_string_equal(said,
                            "bwrap: --perms must be followed by an option that creates a file\n");
    }
    assert_int_equal(BWRAP("--perms", "0700", "--bind", "/a", "/b", "x"), -EINVAL);
    assert_int_equal(BWRAP("--perms", "0700", "x"), -EINVAL);
}

static void perms_are_octal(void **state HUSK_UNUSED)
{
    static char *const wrong[] = {"", "8", "10000", "-1", "0x7", "rwx", "0700 "};

    for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
        assert_int_equal(BWRAP("--perms", wrong[i], "--dir", "/a", "x"), -EINVAL);
        assert_string_equal(said, "bwrap: --perms takes an octal argument <= 07777\n");
        assert_int_equal(BWRAP("--chmod", wrong[i], "/a", "x"), -EINVAL);
        assert_string_equal(said, "bwrap: --chmod takes an octal argument <= 07777\n");
    }
    assert_int_equal(BWRAP("--chmod", "07777", "/a", "x"), 0);
    assert_int_equal(only()->perms, 07777);
}

static void modifiers_are_used_once(void **state HUSK_UNUSED)
{
    assert_int_equal(BWRAP("--perms", "0700", "--perms", "0700", "--dir", "/a", "x"), -EINVAL);
    assert_string_equal(said, "bwrap: --perms given twice for the same action\n");
    assert_int_equal(BWRAP("--size", "1", "--size", "1", "--tmpfs", "/a", "x"), -EINVAL);
    assert_string_equal(said, "bwrap: --size given twice for the same action\n");
    assert_int_equal(
        BWRAP("--perms", "0700", "--size", "4096", "--tmpfs", "/a", "--tmpfs", "/b", "x"), 0);
    assert_true(spec.mounts.items[0].perms_set && spec.mounts.items[0].size == 4096);
    assert_false(spec.mounts.items[1].perms_set || spec.mounts.items[1].size);
}

static void sizes_are_for_tmpfs(void **state HUSK_UNUSED)
{
    static char *const wrong[] = {"", "0", "-1", " 1", "+1", "1k", "0x", "18446744073709551616"};

    for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
        assert_int_equal(BWRAP("--size", wrong[i], "--tmpfs", "/a", "x"), -EINVAL);
        assert_string_equal(said, "bwrap: --size takes a non-zero number of bytes\n");
    }
    assert_int_equal(BWRAP("--size", "9223372036854775808", "--tmpfs", "/a", "x"), -EINVAL);
    assert_string_equal(said, "bwrap: --size (for tmpfs) is limited to 9223372036854775807\n");
    assert_int_equal(BWRAP("--size", "0x1000", "--tmpfs", "/a", "x"), 0);
    assert_int_equal(only()->size, 4096);
    assert_int_equal(BWRAP("--size", "1", "--dir", "/a", "x"), -EINVAL);
    assert_string_equal(said, "bwrap: --size must be followed by --tmpfs\n");
    assert_int_equal(BWRAP("--size", "1", "x"), -EINVAL);
}

static void attributes_are_for_mounts(void **state HUSK_UNUSED)
{
    assert_int_equal(NONE("--noexec", "--nosymfollow", "--bind", "/a", "/b", "--tmpfs", "/c", "x"),
                     0);
    assert_true(spec.mounts.items[0].attrs == (MOUNT_ATTR_NOEXEC | MOUNT_ATTR_NOSYMFOLLOW));
    assert_true(spec.mounts.items[1].attrs == 0);
    assert_int_equal(NONE("--noexec", "--size", "1", "--perms", "0700", "--tmpfs", "/c", "x"), 0);
    assert_true(only()->attrs == MOUNT_ATTR_NOEXEC && only()->size == 1 && only()->perms == 0700);
    assert_int_equal(NONE("--noexec", "-w", "/c", "x"), 0);
    assert_true(only()->attrs == MOUNT_ATTR_NOEXEC);
    assert_int_equal(NONE("--noexec", "--overlay-src", "/a", "--tmp-overlay", "/c", "x"), 0);
    assert_true(only()->attrs == MOUNT_ATTR_NOEXEC);
    assert_int_equal(NONE("--overlay-src", "/a", "--noexec", "--tmp-overlay", "/c", "x"), 0);
    assert_true(only()->attrs == MOUNT_ATTR_NOEXEC);
}

static void attributes_are_not_lost(void **state HUSK_UNUSED)
{
    static char *const without[] = {"--proc",      "--dev",  "--mqueue", "--dir",
                                    "--ro-mirror", "--mask", "--chdir"};

    for (size_t i = 0; i < ARRAY_SIZE(without); i++) {
        assert_int_equal(NONE("--noexec", without[i], "/a", "--tmpfs", "/b", "x"), -EINVAL);
        assert_non_null(strstr(said, "--noexec and --nosymfollow must be followed by"));
    }
    assert_int_equal(NONE("--noexec", "--file", open_fd(), "/a", "x"), -EINVAL);
    assert_int_equal(NONE("--noexec", "--cwd", "read", "x"), -EINVAL);
    assert_int_equal(NONE("--noexec", "x"), -EINVAL);
}

static void modifiers_do_not_cross_profiles(void **state HUSK_UNUSED)
{
    write_profile("open", "tmpfs /a\nperms 0777\n");
    write_profile("tmp", "tmpfs /a\n");
    assert_int_equal(HUSK("-p", "open", "--tmpfs", "/b", "x"), -EINVAL);
    assert_non_null(strstr(said, "open.profile:2:1: perms 0777: --perms must be followed"));
    assert_int_equal(NONE("--perms", "0777", "-p", "tmp", "x"), -EINVAL);
    assert_int_equal(NONE("--overlay-src", "/a", "-p", "tmp", "x"), -EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(binds_have_their_flags),
        cmocka_unit_test(plain_mounts),
        cmocka_unit_test(destinations_are_not_empty),
        cmocka_unit_test(same_paths_start_from_the_current_folder),
        cmocka_unit_test(a_folder_without_a_name_has_no_relatives),
        cmocka_unit_test(there_is_one_current_folder),
        cmocka_unit_test(a_hidden_folder_leaves_nothing),
        cmocka_unit_test(fds_are_mounted),
        cmocka_unit_test(overlays_have_layers),
        cmocka_unit_test(overlays_have_enough_layers),
        cmocka_unit_test(overlay_sources_are_followed_by_one),
        cmocka_unit_test(perms_are_for_what_is_made),
        cmocka_unit_test(perms_are_octal),
        cmocka_unit_test(modifiers_are_used_once),
        cmocka_unit_test(sizes_are_for_tmpfs),
        cmocka_unit_test(attributes_are_for_mounts),
        cmocka_unit_test(attributes_are_not_lost),
        cmocka_unit_test(modifiers_do_not_cross_profiles),
    };

    return cmocka_run_group_tests(tests, home_set_up, home_tear_down);
}
