#include "parse.h"
#include "spec/profile.h"

/* Applies profile NAME, as from the command line. */
static int apply(const char *name)
{
    struct parser p = {.spec = &spec, .origin = {.text = "--profile"}};
    int r;

    log_init("husk", false);
    spec_init(&spec);
    capture_start(STDERR_FILENO);
    r = profile_apply(&p, name);
    said = capture_stop();
    if (r == 0)
        assert_null(p.origin.file); /* what comes next is from the command line again */
    assert_int_equal(p.depth, 0);
    return r;
}

static int find(const char *name, struct profile *profile)
{
    struct parser p = {.spec = &spec, .origin = {.text = "--profile"}};
    int r;

    log_init("husk", false);
    capture_start(STDERR_FILENO);
    r = profile_find(&p, name, profile);
    said = capture_stop();
    return r;
}

/* ---- finding ------------------------------------------------------------------------------- */

static void built_in_profiles_work(void **state HUSK_UNUSED)
{
    assert_int_equal(builtin_profile_count, 5);
    for (size_t i = 0; i < builtin_profile_count; i++) {
        const struct profile *b = &builtin_profiles[i];

        assert_int_equal(strlen(b->text), b->size);
        assert_string_equal(b->path, arena_printf("%s (built in)", b->name));
        assert_int_equal(apply(b->name), 0);
        assert_string_equal(said, "");
    }
}

static void users_profiles_come_first(void **state HUSK_UNUSED)
{
    const char *path = path_join(home, ".config/husk/profiles/none.profile");
    struct profile p;

    assert_int_equal(find("none", &p), 0);
    assert_string_not_equal(p.path, path);
    write_profile("none", "clearenv\n");
    assert_int_equal(find("none", &p), 0);
    assert_string_equal(p.path, path);
    assert_string_equal(p.text, "clearenv\n");
    assert_int_equal(p.size, 9);
    assert_int_equal(unlink(p.path), 0);
}

static void xdg_config_home_replaces_home(void **state HUSK_UNUSED)
{
    struct profile p;

    write_profile("mine", "clearenv\n");
    setenv("XDG_CONFIG_HOME", "/no/such/folder", 1);
    assert_int_equal(find("mine", &p), -ENOENT);
    setenv("XDG_CONFIG_HOME", "relative", 1); /* is to be ignored */
    assert_int_equal(find("mine", &p), 0);
    setenv("XDG_CONFIG_HOME", path_join(home, ".config"), 1);
    assert_int_equal(find("mine", &p), 0);
    unsetenv("XDG_CONFIG_HOME");
}

static void names_cannot_leave_the_folders(void **state HUSK_UNUSED)
{
    static const char *const wrong[] = {"", "a b", "a\n", "~", "*", "a:b", "\xc3\xa4"};
    struct profile p;

    for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
        assert_false(profile_name_ok(wrong[i]));
        assert_int_equal(find(wrong[i], &p), -EINVAL);
    }
    assert_true(profile_name_ok("aZ09_+.-"));
    assert_false(profile_name_ok("a/b"));
    assert_int_equal(find("..", &p), -ENOENT);
    assert_non_null(strstr(said, "husk: hint: `husk --list-profiles'"));
}

static void a_slash_makes_a_path(void **state HUSK_UNUSED)
{
    const char *path = write_file("some.file", "clearenv\n");
    struct profile p;

    assert_int_equal(find(path, &p), 0);
    assert_int_equal(chdir(home), 0);
    assert_int_equal(find("./some.file", &p), 0);
    assert_string_equal(p.path, "./some.file");
    assert_int_equal(find("./no.file", &p), -ENOENT);
    assert_string_equal(said, "husk: --profile: opening ./no.file: No such file or directory\n");
    assert_int_equal(find("/", &p), -EISDIR);
}

/* PATH with mode MODE is refused for the reason WHY. */
static void refused_with_mode(const char *path, mode_t mode, const char *why)
{
    struct profile p;

    assert_int_equal(chmod(path, mode), 0);
    assert_int_equal(find("mine", &p), -EINVAL);
    assert_non_null(strstr(said, why));
}

static void what_others_can_write_is_no_policy(void **state HUSK_UNUSED)
{
    const char *path = write_profile("mine", "clearenv\n");
    struct profile p;

    refused_with_mode(path, 0620, "can be written by other users");
    assert_non_null(strstr(said, arena_printf("husk: hint: chmod go-w %s\n", path)));
    refused_with_mode(path, 0602, "can be written by other users");
    assert_int_equal(chmod(path, 0644), 0);
    assert_int_equal(find("mine", &p), 0);
    if (geteuid() == 0) {
        assert_int_equal(chown(path, 12345, 0), 0);
        assert_int_equal(find("mine", &p), -EPERM);
        assert_non_null(strstr(said, "belongs to another user (uid 12345)"));
    }
    unlink(path);
}

static void only_files_are_policy(void **state HUSK_UNUSED)
{
    const char *path = path_join(home, ".config/husk/profiles/mine.profile");

    assert_int_equal(mkfifo(path, 0600), 0);
    refused_with_mode(path, 0600, "is not a regular file");
    unlink(path);
    assert_int_equal(mkdir(path, 0700), 0);
    refused_with_mode(path, 0700, "is not a regular file");
    rmdir(path);
}

/* It must not be passed over for a weaker one further down. */
static void a_profile_that_cannot_be_read_is_an_error(void **state HUSK_UNUSED)
{
    struct profile p;
    const char *path;

    if (geteuid() == 0) { /* root can read all: a loop of links will do */
        path = path_join(home, ".config/husk/profiles/none.profile");
        assert_int_equal(symlink("none.profile", path), 0);
        assert_int_equal(find("none", &p), -ELOOP);
    } else {
        path = write_profile("none", "");
        assert_int_equal(chmod(path, 0), 0);
        assert_int_equal(find("none", &p), -EACCES);
    }
    assert_int_equal(unlink(path), 0);
}

static void a_profile_is_a_text_of_some_size(void **state HUSK_UNUSED)
{
    const char *path = write_file("nul", "");
    static char text[4 * 1024 * 1024 + 1];
    struct profile p;
    int fd = open(path, O_WRONLY | O_CLOEXEC);

    assert_int_equal(fd_write_all(fd, "clearenv\n\0x", 11), 0);
    assert_int_equal(find(path, &p), -EINVAL);
    assert_non_null(strstr(said, "NUL"));
    memset(text, '\n', sizeof text);
    assert_int_equal(pwrite(fd, text, sizeof text, 0), (ssize_t)sizeof text);
    assert_int_equal(find(path, &p), -E2BIG);
    assert_int_equal(ftruncate(fd, sizeof text - 1), 0);
    assert_int_equal(find(path, &p), 0);
    close(fd);
}

/* ---- applying ------------------------------------------------------------------------------ */

static void lines_are_applied_in_order(void **state HUSK_UNUSED)
{
    const char *path =
        write_file("p", "# first\nunshare-net\n\nro-bind /usr /usr # programs\n  setenv A 'b c'\n");

    assert_int_equal(apply(path), 0);
    assert_int_equal(spec.unshare, CLONE_NEWNET);
    assert_string_equal(spec.unshare_from[__builtin_ctz(CLONE_NEWNET)].text, "unshare-net");
    assert_int_equal(spec.mounts.count, 1);
    assert_string_equal(origin_text(&spec.mounts.items[0].from),
                        arena_printf("%s:4:1: ro-bind /usr /usr", path));
    assert_string_equal(spec.env.items[0].value, "b c");
}

/* Profile TEXT is refused with SAID at LINE:COLUMN. */
static void refused(const char *text, unsigned line, unsigned column, const char *why)
{
    const char *path = write_file("p", text),
               *place = arena_printf("husk: %s:%u:%u: ", path, line, column);

    assert_true(apply(path) < 0);
    assert_int_equal(strncmp(said, place, strlen(place)), 0);
    assert_non_null(strstr(said, why));
}

static void errors_have_a_place(void **state HUSK_UNUSED)
{
    refused("clearenv\n no-such-option a\n", 2, 2, "Unknown option no-such-option");
    refused("bnd /a /b", 1, 1, "hint: is bind meant?");
    refused("--bind /a /b", 1, 1, "hint: in a profile it is written without dashes: bind");
    refused("bind /a", 1, 1, "bind takes two arguments");
    refused("bind /a /b /c", 1, 1, "bind takes two arguments");
    refused("clearenv x", 1, 1, "clearenv takes no argument");
    refused("\n\nchmod 9 /a", 3, 1, "octal");
    refused("perms 0700\n# end", 1, 1, "--perms must be followed");
    refused("tmpfs ${ENV:NO_SUCH_VARIABLE}", 1, 7, "is not set");
    refused("help", 1, 1, "for the command line");
    refused("profile none", 1, 1, "for the command line");
    refused("args 3", 1, 1, "for the command line");
    refused("if ${ENV:NO_SUCH_VARIABLE} no-such-option", 1, 1, "Unknown option");
    refused("if ${ENV:NO_SUCH_VARIABLE} bind /a", 1, 1, "two arguments");
    refused("include no-such-profile", 1, 1, "there is no profile");
}

static void conditions_decide(void **state HUSK_UNUSED)
{
    const char *path =
        write_file("p", "if ${ENV:NO_SUCH_VARIABLE} setenv A ${ENV:NO_SUCH_VARIABLE}\n"
                        "if ${HOME} setenv B ${HOME}\n");

    assert_int_equal(apply(path), 0);
    assert_int_equal(spec.env.count, 1);
    assert_string_equal(spec.env.items[0].value, home);
}

static void includes_stand_in_their_first_place(void **state HUSK_UNUSED)
{
    write_profile("inner", "setenv INNER 1\n");
    assert_int_equal(
        apply(write_file("p", "setenv A 1\ninclude inner\nsetenv B 1\ninclude inner\n")), 0);
    assert_int_equal(spec.env.count, 3);
    assert_string_equal(spec.env.items[1].name, "INNER");
    assert_string_equal(spec.env.items[2].name, "B");
}

/* What lies in the current folder must not become policy. */
static void paths_start_from_the_profile(void **state HUSK_UNUSED)
{
    const char *path;

    mkdir(path_join(home, "a"), 0700);
    mkdir(path_join(home, "b"), 0700);
    write_file("a/inner", "setenv RIGHT 1\n");
    write_file("b/inner", "setenv WRONG 1\n");
    path = write_file("a/outer", "include ./inner\n");
    assert_int_equal(chdir(path_join(home, "b")), 0);
    assert_int_equal(apply(path), 0);
    assert_string_equal(spec.env.items[0].name, "RIGHT");
    assert_int_equal(apply("../a/outer"), 0);
    assert_string_equal(spec.env.items[0].name, "RIGHT");
}

static void loops_end(void **state HUSK_UNUSED)
{
    write_profile("loop", "include loop\n");
    assert_int_equal(apply("loop"), -EINVAL);
    assert_non_null(strstr(said, "loop.profile:1:1: include loop: "));
    assert_non_null(strstr(said, "is it a loop?"));
    assert_ptr_equal(strchr(said, '\n'), said + strlen(said) - 1);
}

/* ---- the built-in default ------------------------------------------------------------------ */

static bool has_mount(enum mount_kind kind, const char *dest)
{
    for (size_t i = 0; i < spec.mounts.count; i++)
        if (spec.mounts.items[i].kind == kind && streq(spec.mounts.items[i].dest, dest))
            return true;
    return false;
}

static void default_closes_everything(void **state HUSK_UNUSED)
{
    assert_int_equal(apply("default"), 0);
    assert_int_equal(spec.unshare, CLONE_NEWUSER | CLONE_NEWIPC | CLONE_NEWPID | CLONE_NEWNET |
                                       CLONE_NEWUTS | CLONE_NEWCGROUP);
    assert_true(spec.disable_userns && spec.close_fds && spec.die_with_parent);
    assert_true(spec.cap_drop == UINT64_MAX && spec.cap_add == 0);
    assert_int_equal(spec.env.items[0].kind, ENV_CLEAR);
    assert_true(has_mount(MOUNT_TMPFS, home));
    assert_true(has_mount(MOUNT_REMOUNT_RO, "/"));
    for (size_t i = 0; i < spec.mounts.count; i++)
        if (spec.mounts.items[i].kind == MOUNT_BIND || spec.mounts.items[i].kind == MOUNT_CWD)
            assert_true(spec.mounts.items[i].ro);
}

static void default_never_covers_the_root(void **state HUSK_UNUSED)
{
    static const char *const homes[] = {"/", "//", "/.", "", "x", NULL};

    for (size_t i = 0; i < ARRAY_SIZE(homes); i++) {
        if (homes[i])
            setenv("HOME", homes[i], 1);
        else
            unsetenv("HOME");
        setenv("XDG_RUNTIME_DIR", "/", 1);
        assert_int_equal(apply("default"), 0);
        for (size_t k = 0; k < spec.mounts.count; k++)
            if (spec.mounts.items[k].kind == MOUNT_TMPFS)
                assert_false(path_is_below("/", path_clean(spec.mounts.items[k].dest, "/")));
        assert_string_equal(spec.env.items[spec.env.count - 1].name, "HOME");
        assert_string_equal(spec.env.items[spec.env.count - 1].value, "/tmp");
    }
    unsetenv("XDG_RUNTIME_DIR");
    setenv("HOME", home, 1);
}

static void build_writes_the_current_folder_only(void **state HUSK_UNUSED)
{
    size_t writable = 0;

    assert_int_equal(apply("build"), 0);
    assert_true(spec.unshare & CLONE_NEWNET);
    for (size_t i = 0; i < spec.mounts.count; i++) {
        assert_true(spec.mounts.items[i].kind != MOUNT_BIND || spec.mounts.items[i].ro);
        writable += spec.mounts.items[i].kind == MOUNT_CWD && !spec.mounts.items[i].ro;
    }
    assert_int_equal(writable, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(built_in_profiles_work),
        cmocka_unit_test(users_profiles_come_first),
        cmocka_unit_test(xdg_config_home_replaces_home),
        cmocka_unit_test(names_cannot_leave_the_folders),
        cmocka_unit_test(a_slash_makes_a_path),
        cmocka_unit_test(what_others_can_write_is_no_policy),
        cmocka_unit_test(only_files_are_policy),
        cmocka_unit_test(a_profile_that_cannot_be_read_is_an_error),
        cmocka_unit_test(a_profile_is_a_text_of_some_size),
        cmocka_unit_test(lines_are_applied_in_order),
        cmocka_unit_test(errors_have_a_place),
        cmocka_unit_test(conditions_decide),
        cmocka_unit_test(includes_stand_in_their_first_place),
        cmocka_unit_test(paths_start_from_the_profile),
        cmocka_unit_test(loops_end),
        cmocka_unit_test(default_closes_everything),
        cmocka_unit_test(default_never_covers_the_root),
        cmocka_unit_test(build_writes_the_current_folder_only),
    };

    return cmocka_run_group_tests(tests, home_set_up, home_tear_down);
}
