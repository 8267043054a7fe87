#include "parse.h"

/* ---- where options end --------------------------------------------------------------------- */

static void options_end_at_the_command(void **state HUSK_UNUSED)
{
    assert_int_equal(BWRAP("--chdir", "/", "ls", "--foo", "--", "-l"), 0);
    assert_string_equal(spec.command[0], "ls");
    assert_string_equal(spec.command[1], "--foo");
    assert_string_equal(spec.command[2], "--");
    assert_string_equal(spec.command[3], "-l");
    assert_null(spec.command[4]);
}

static void options_end_at_two_dashes(void **state HUSK_UNUSED)
{
    assert_int_equal(BWRAP("--", "--help"), 0);
    assert_int_equal(spec.action, ACTION_RUN);
    assert_string_equal(spec.command[0], "--help");
    assert_int_equal(BWRAP("--", "--", "x"), 0);
    assert_string_equal(spec.command[0], "--");
}

static void an_empty_word_is_a_command(void **state HUSK_UNUSED)
{
    assert_int_equal(BWRAP("", "--help"), 0);
    assert_string_equal(spec.command[0], "");
}

static void values_are_never_options(void **state HUSK_UNUSED)
{
    assert_int_equal(
        NONE("--setenv", "A", "--help", "--ro-bind", "--", "--tmpfs", "--chdir", "-p", "x"), 0);
    assert_int_equal(spec.action, ACTION_RUN);
    assert_string_equal(spec.env.items[0].value, "--help");
    assert_int_equal(spec.mounts.count, 1);
    assert_string_equal(spec.mounts.items[0].source, "--");
    assert_string_equal(spec.mounts.items[0].dest, "--tmpfs");
    assert_string_equal(spec.chdir.value, "-p");
    assert_string_equal(spec.command[0], "x");
}

/* ---- how they are written ------------------------------------------------------------------ */

static void husk_takes_an_equals_sign(void **state HUSK_UNUSED)
{
    assert_int_equal(HUSK("--profile=none", "--chdir=/a=b", "--hostname=", "x"), 0);
    assert_string_equal(spec.chdir.value, "/a=b");
    assert_string_equal(spec.hostname.value, "");
    assert_string_equal(spec.chdir.from.text, "--chdir=/a=b");
}

static void an_equals_sign_is_for_one_argument(void **state HUSK_UNUSED)
{
    assert_int_equal(NONE("--bind=/a", "/b", "x"), -EINVAL);
    assert_string_equal(said, "husk: --bind=/a: --bind takes two arguments\n");
    assert_int_equal(NONE("--clearenv=yes", "x"), -EINVAL);
    assert_string_equal(said, "husk: --clearenv=yes: --clearenv takes no argument\n");
}

static void husk_has_letters(void **state HUSK_UNUSED)
{
    assert_int_equal(HUSK("-pnone", "-r", "/a", "-w/b", "-eA=1", "-nnone", "x"), 0);
    assert_int_equal(spec.mounts.count, 2);
    assert_true(spec.mounts.items[0].ro);
    assert_string_equal(spec.mounts.items[1].dest, "/b");
    assert_false(spec.mounts.items[1].ro);
    assert_string_equal(spec.env.items[0].value, "1");
    assert_true(spec.unshare & CLONE_NEWNET);
}

static void letters_are_not_bundled(void **state HUSK_UNUSED)
{
    assert_int_equal(HUSK("-hV"), -EINVAL);
    assert_int_equal(HUSK("-x"), -EINVAL);
    assert_int_equal(HUSK("-"), -EINVAL);
}

static void an_optional_argument_needs_the_sign(void **state HUSK_UNUSED)
{
    assert_int_equal(NONE("--dry-run", "json"), 0);
    assert_int_equal(spec.dry_run, DRY_RUN_TEXT);
    assert_string_equal(spec.command[0], "json");
    assert_int_equal(NONE("--dry-run=json", "x"), 0);
    assert_int_equal(spec.dry_run, DRY_RUN_JSON);
    assert_int_equal(NONE("--dry-run=xml", "x"), -EINVAL);
    assert_int_equal(NONE("--dry-run=", "x"), -EINVAL);
}

static void bwrap_has_none_of_that(void **state HUSK_UNUSED)
{
    static char *const wrong[] = {"--chdir=/", "-p",     "-pnone",    "-h",    "-",
                                  "--profile", "--mask", "--dry-run", "--chd", "--Bind"};

    for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
        assert_int_equal(BWRAP(wrong[i], "x", "y"), -EINVAL);
        assert_string_equal(said, arena_printf("bwrap: Unknown option %s\n", wrong[i]));
    }
}

static void near_names_are_suggested(void **state HUSK_UNUSED)
{
    assert_int_equal(HUSK("--unshare-nett=1", "x"), -EINVAL);
    assert_string_equal(said, "husk: Unknown option --unshare-nett=1\n"
                              "husk: hint: is --unshare-net meant?\n");
    assert_int_equal(HUSK("--zzzzzzzz", "x"), -EINVAL);
    assert_non_null(strstr(said, "--help"));
}

static void arguments_must_be_there(void **state HUSK_UNUSED)
{
    assert_int_equal(BWRAP("--bind", "/a"), -EINVAL);
    assert_string_equal(said, "bwrap: --bind takes two arguments\n");
    assert_int_equal(BWRAP("--overlay-src", "/a", "--overlay", "/b", "/c"), -EINVAL);
    assert_string_equal(said, "bwrap: --overlay takes three arguments\n");
    assert_int_equal(BWRAP("--tmpfs"), -EINVAL);
    assert_string_equal(said, "bwrap: --tmpfs takes an argument\n");
    assert_int_equal(BWRAP("--chdir"), -EINVAL);
    assert_string_equal(said, "bwrap: --chdir takes one argument\n");
    assert_int_equal(HUSK("-p"), -EINVAL);
    assert_string_equal(said, "husk: -p: --profile takes an argument\n");
}

/* ---- profiles ------------------------------------------------------------------------------ */

/* The names of the variables that are set, in order. */
static const char *env_names(void)
{
    const char *names = "";

    for (size_t i = 0; i < spec.env.count; i++)
        names = arena_printf("%s %s", names, spec.env.items[i].name);
    return names;
}

static void all_starts_from_default(void **state HUSK_UNUSED)
{
    write_profile("default", "setenv DEFAULT 1\n");
    assert_int_equal(HUSK("--setenv", "A", "1", "x"), 0);
    assert_string_equal(env_names(), " DEFAULT A");
}

static void the_first_profile_is_in_its_place(void **state HUSK_UNUSED)
{
    write_profile("default", "setenv DEFAULT 1\n");
    write_profile("one", "setenv ONE 1\n");
    write_profile("two", "setenv TWO 1\n");
    assert_int_equal(HUSK("--setenv", "A", "1", "-p", "one", "--setenv", "B", "1", "-p", "two",
                          "--setenv", "C", "1", "x"),
                     0);
    assert_string_equal(env_names(), " ONE A B TWO C");
    assert_int_equal(HUSK("-p", "one", "-p", "one", "x"), 0);
    assert_string_equal(env_names(), " ONE ONE");
}

static void bwrap_has_no_profile(void **state HUSK_UNUSED)
{
    write_profile("default", "setenv DEFAULT 1\n");
    assert_int_equal(BWRAP("x"), 0);
    assert_int_equal(spec.env.count + spec.mounts.count + spec.unshare + spec.close_fds, 0);
}

/* No profile, no sandbox: never a run without one. */
static void a_broken_default_is_fatal(void **state HUSK_UNUSED)
{
    write_profile("default", "no-such-option\n");
    assert_int_equal(HUSK("x"), -EINVAL);
    assert_non_null(strstr(said, "default.profile:1:1: "));
    assert_int_equal(NONE("x"), 0);
    assert_int_equal(HUSK("-p", "no-such-profile", "x"), -ENOENT);
    assert_int_equal(unlink(path_join(home, ".config/husk/profiles/default.profile")), 0);
}

/* The root of a profile is made read-only after all mounts, those of the command line included. */
static void a_profile_remounts_last(void **state HUSK_UNUSED)
{
    write_profile("ro", "tmpfs /a\nremount-ro /a\nremount-ro /\n");
    assert_int_equal(HUSK("-p", "ro", "--tmpfs", "/b", "--remount-ro", "/b", "--tmpfs", "/c", "x"),
                     0);
    assert_int_equal(spec.mounts.count, 6);
    assert_string_equal(spec.mounts.items[0].dest, "/a");
    assert_string_equal(spec.mounts.items[1].dest, "/b");
    assert_int_equal(spec.mounts.items[2].kind, MOUNT_REMOUNT_RO);
    assert_string_equal(spec.mounts.items[3].dest, "/c");
    assert_string_equal(spec.mounts.items[4].dest, "/a");
    assert_int_equal(spec.mounts.items[4].kind, MOUNT_REMOUNT_RO);
    assert_string_equal(spec.mounts.items[5].dest, "/");
}

/* ---- what acts at once --------------------------------------------------------------------- */

static void the_first_action_wins(void **state HUSK_UNUSED)
{
    assert_int_equal(HUSK("--version", "--help", "--no-such-option"), 0);
    assert_int_equal(spec.action, ACTION_VERSION);
    assert_int_equal(BWRAP("--unshare-net", "--help", "--no-such-option"), 0);
    assert_int_equal(spec.action, ACTION_HELP);
    assert_int_equal(HUSK("--list-profiles"), 0);
    assert_int_equal(spec.action, ACTION_LIST_PROFILES);
    assert_int_equal(HUSK("--list-syscall-groups"), 0);
    assert_int_equal(spec.action, ACTION_LIST_SYSCALL_GROUPS);
    assert_int_equal(HUSK("--print-profile", "x"), 0);
    assert_int_equal(spec.action, ACTION_PRINT_PROFILE);
    assert_string_equal(spec.action_arg, "x");
    assert_int_equal(BWRAP("--no-such-option", "--help"), -EINVAL);
}

static void an_action_needs_no_profile(void **state HUSK_UNUSED)
{
    write_profile("default", "no-such-option\n");
    assert_int_equal(HUSK("--help"), 0);
    assert_int_equal(HUSK("-p", "no-such-profile", "--help"), 0);
    unlink(path_join(home, ".config/husk/profiles/default.profile"));
}

static void a_command_must_be_given(void **state HUSK_UNUSED)
{
    char *alone[] = {"husk", NULL}, *nothing[] = {NULL};

    assert_int_equal(parse(false, alone), -EINVAL);
    assert_non_null(strstr(said, "usage: husk [OPTIONS...] [--] COMMAND [ARGS...]\n"));
    assert_int_equal(NONE("--clearenv"), -EINVAL);
    assert_int_equal(NONE("--"), -EINVAL);
    assert_int_equal(BWRAP("--clearenv"), -EINVAL);
    assert_int_equal(
        strncmp(said, "usage: bwrap [OPTIONS...] [--] COMMAND [ARGS...]\n\n    --help", 60), 0);
    log_init("husk", false);
    spec_init(&spec);
    capture_start(STDERR_FILENO);
    assert_int_equal(spec_from_argv(&spec, 0, nothing), -EINVAL);
    capture_stop();
}

/* ---- --args -------------------------------------------------------------------------------- */

#define ARGS(data) args_fd(data, sizeof(data) - 1)

static char *args_fd(const char *data, size_t size)
{
    return arena_printf("%d", memory_fd(data, size));
}

static void args_stand_in_their_place(void **state HUSK_UNUSED)
{
    assert_int_equal(BWRAP("--setenv", "A", "1", "--args", ARGS("--setenv\0B\0\0--setenv\0C\0x\0"),
                           "--setenv", "D", "1", "x"),
                     0);
    assert_string_equal(env_names(), " A B C D");
    assert_string_equal(spec.env.items[1].value, "");
}

static void the_last_nul_is_optional(void **state HUSK_UNUSED)
{
    assert_int_equal(BWRAP("--args", ARGS("--chdir\0/a"), "x"), 0);
    assert_string_equal(spec.chdir.value, "/a");
    assert_int_equal(BWRAP("--args", ARGS("--chdir\0\0"), "x"), 0);
    assert_string_equal(spec.chdir.value, "");
    assert_int_equal(BWRAP("--args", ARGS(""), "x"), 0);
    assert_int_equal(BWRAP("--args", ARGS("--chdir"), "x"), -EINVAL);
}

static void a_command_in_args_is_dropped(void **state HUSK_UNUSED)
{
    assert_int_equal(BWRAP("--args", ARGS("--clearenv\0--\0evil\0--setenv\0A\0b"), "x"), 0);
    assert_int_equal(spec.env.count, 1);
    assert_string_equal(spec.command[0], "x");
    assert_int_equal(BWRAP("--args", ARGS("\0--setenv\0A\0b"), "--clearenv", "x"), 0);
    assert_int_equal(spec.env.count, 1);
    assert_int_equal(BWRAP("--args", ARGS("evil\0")), -EINVAL);
}

static void args_do_not_nest(void **state HUSK_UNUSED)
{
    assert_int_equal(BWRAP("--args", ARGS("--args\0003\0"), "x"), -EINVAL);
    assert_string_equal(said, "bwrap: --args not supported in arguments file\n");
    assert_int_equal(BWRAP("--args", ARGS("--clearenv"), "--args", ARGS("--clearenv"), "x"), 0);
    assert_int_equal(spec.env.count, 2);
}

static void args_in_args_can_act(void **state HUSK_UNUSED)
{
    assert_int_equal(HUSK("--args", ARGS("--version\0--no-such-option"), "--no-such-option"), 0);
    assert_int_equal(spec.action, ACTION_VERSION);
    write_profile("one", "setenv ONE 1\n");
    assert_int_equal(HUSK("--setenv", "A", "1", "--args", ARGS("-p\0one"), "x"), 0);
    assert_string_equal(env_names(), " ONE A");
}

static void a_modifier_does_not_leave_args(void **state HUSK_UNUSED)
{
    assert_int_equal(BWRAP("--args", ARGS("--perms\0000700"), "--tmpfs", "/a", "x"), -EINVAL);
    assert_string_equal(said, "bwrap: --perms must be followed by an option that creates a file\n");
    assert_int_equal(BWRAP("--args", ARGS("--overlay-src\0/a"), "--tmp-overlay", "/a", "x"),
                     -EINVAL);
    assert_int_equal(BWRAP("--perms", "0700", "--args", ARGS("--tmpfs\0/a"), "x"), 0);
    assert_int_equal(spec.mounts.items[0].perms, 0700);
    assert_int_equal(BWRAP("--perms", "0700", "--args", ARGS(""), "--tmpfs", "/a", "x"), -EINVAL);
}

static void many_args_are_fine(void **state HUSK_UNUSED)
{
    static char data[20000 * 11];

    for (size_t i = 0; i < sizeof data; i += 11)
        memcpy(data + i, "--clearenv", 11);
    assert_int_equal(BWRAP("--args", args_fd(data, sizeof data), "x"), 0);
    assert_int_equal(spec.env.count, 20000);
}

static void an_args_fd_must_be_one(void **state HUSK_UNUSED)
{
    static char *const wrong[] = {"", "x", "-1", " 3", "3x", "0x3", "99999999999"};

    for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
        assert_int_equal(BWRAP("--args", wrong[i], "x"), -EINVAL);
        assert_string_equal(said, arena_printf("bwrap: Invalid fd: %s\n", wrong[i]));
    }
    assert_int_equal(BWRAP("--args", "987654", "x"), -EBADF);
}

static void the_command_does_not_get_the_args_fd(void **state HUSK_UNUSED)
{
    int fd = dup(memory_fd("", 0));

    assert_int_equal(fcntl(fd, F_GETFD), 0);
    assert_int_equal(BWRAP("--args", arena_printf("%d", fd), "x"), 0);
    assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
}

/* ---- messages ------------------------------------------------------------------------------ */

static void origins_are_as_written(void **state HUSK_UNUSED)
{
    assert_int_equal(NONE("--ro-bind", "/a b", "/c", "-r/d", "x"), 0);
    assert_string_equal(spec.mounts.items[0].from.text, "--ro-bind /a b /c");
    assert_null(spec.mounts.items[0].from.file);
    assert_string_equal(spec.mounts.items[1].from.text, "-r/d");
}

static void long_origins_are_cut_off(void **state HUSK_UNUSED)
{
    for (size_t n = 380; n < 420; n++) {
        char *value = arena_alloc(n + 1);

        memset(value, 'a', n);
        assert_int_equal(NONE("--chdir", value, "x"), 0);
        assert_int_equal(strlen(spec.chdir.value), n);
        assert_true(strlen(spec.chdir.from.text) <= 403);
        assert_int_equal(strncmp(spec.chdir.from.text, "--chdir ", 8), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_end_at_the_command),
        cmocka_unit_test(options_end_at_two_dashes),
        cmocka_unit_test(an_empty_word_is_a_command),
        cmocka_unit_test(values_are_never_options),
        cmocka_unit_test(husk_takes_an_equals_sign),
        cmocka_unit_test(an_equals_sign_is_for_one_argument),
        cmocka_unit_test(husk_has_letters),
        cmocka_unit_test(letters_are_not_bundled),
        cmocka_unit_test(an_optional_argument_needs_the_sign),
        cmocka_unit_test(bwrap_has_none_of_that),
        cmocka_unit_test(near_names_are_suggested),
        cmocka_unit_test(arguments_must_be_there),
        cmocka_unit_test(all_starts_from_default),
        cmocka_unit_test(the_first_profile_is_in_its_place),
        cmocka_unit_test(bwrap_has_no_profile),
        cmocka_unit_test(a_broken_default_is_fatal),
        cmocka_unit_test(a_profile_remounts_last),
        cmocka_unit_test(the_first_action_wins),
        cmocka_unit_test(an_action_needs_no_profile),
        cmocka_unit_test(a_command_must_be_given),
        cmocka_unit_test(args_stand_in_their_place),
        cmocka_unit_test(the_last_nul_is_optional),
        cmocka_unit_test(a_command_in_args_is_dropped),
        cmocka_unit_test(args_do_not_nest),
        cmocka_unit_test(args_in_args_can_act),
        cmocka_unit_test(a_modifier_does_not_leave_args),
        cmocka_unit_test(many_args_are_fine),
        cmocka_unit_test(an_args_fd_must_be_one),
        cmocka_unit_test(the_command_does_not_get_the_args_fd),
        cmocka_unit_test(origins_are_as_written),
        cmocka_unit_test(long_origins_are_cut_off),
    };

    return cmocka_run_group_tests(tests, home_set_up, home_tear_down);
}
