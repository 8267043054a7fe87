#include "base/log.h"
#include "base/str.h"
#include "capture.h"
#include "spec/options.h"
#include <errno.h>

static int as_husk(void **state HUSK_UNUSED)
{
    log_init("husk", false);
    return 0;
}

static const struct option *end(void)
{
    return options + option_count;
}

static void names_are_words_and_unique(void **state HUSK_UNUSED)
{
    for (const struct option *o = options; o < end(); o++) {
        assert_true(*o->name && !o->name[strspn(o->name, "abcdefghijklmnopqrstuvwxyz0123456789-")]);
        assert_int_not_equal(o->name[0], '-');
        assert_ptr_equal(option_by_name(o->name), o);
    }
}

static void letters_are_unique(void **state HUSK_UNUSED)
{
    size_t letters = 0;

    for (const struct option *o = options; o < end(); o++) {
        if (o->letter) {
            assert_ptr_equal(option_by_letter(o->letter), o);
            letters++;
        }
    }
    assert_true(letters > 0);
    assert_null(option_by_letter(0));
    assert_null(option_by_letter('-'));
}

/* nargs is computed by the compiler; here it is counted. */
static void nargs_is_the_number_of_words(void **state HUSK_UNUSED)
{
    for (const struct option *o = options; o < end(); o++) {
        unsigned words = *o->args != 0;

        for (const char *p = o->args; *p; p++)
            words += *p == ' ';
        assert_int_equal(o->nargs, words);
        assert_true(words <= 3);
    }
}

static void rows_are_whole(void **state HUSK_UNUSED)
{
    for (const struct option *o = options; o < end(); o++) {
        size_t n = strlen(o->help);

        assert_non_null(o->set);
        assert_true(n > 0 && o->help[n - 1] != '.');
        assert_true(o->group < GROUP_COUNT);
        assert_false((o->flags & OPT_CMDLINE_ONLY) && (o->flags & OPT_PROFILE_ONLY));
        if (o->flags & OPT_OPTIONAL_ARG)
            assert_int_equal(o->nargs, 1);
        if (o > options)
            assert_true(o[-1].group <= o->group);
    }
    for (size_t i = 0; i < GROUP_COUNT; i++)
        assert_non_null(option_groups[i]);
}

static const char *const of_bwrap[] = {
    "help",
    "version",
    "args",
    "argv0",
    "level-prefix",
    "unshare-all",
    "share-net",
    "unshare-user",
    "unshare-user-try",
    "unshare-ipc",
    "unshare-pid",
    "unshare-net",
    "unshare-uts",
    "unshare-cgroup",
    "unshare-cgroup-try",
    "userns",
    "userns2",
    "disable-userns",
    "assert-userns-disabled",
    "pidns",
    "uid",
    "gid",
    "hostname",
    "chdir",
    "clearenv",
    "setenv",
    "unsetenv",
    "lock-file",
    "sync-fd",
    "bind",
    "bind-try",
    "dev-bind",
    "dev-bind-try",
    "ro-bind",
    "ro-bind-try",
    "bind-fd",
    "ro-bind-fd",
    "remount-ro",
    "overlay-src",
    "overlay",
    "tmp-overlay",
    "ro-overlay",
    "exec-label",
    "file-label",
    "proc",
    "dev",
    "tmpfs",
    "mqueue",
    "dir",
    "file",
    "bind-data",
    "ro-bind-data",
    "symlink",
    "seccomp",
    "add-seccomp-fd",
    "block-fd",
    "userns-block-fd",
    "info-fd",
    "json-status-fd",
    "new-session",
    "die-with-parent",
    "as-pid-1",
    "cap-add",
    "cap-drop",
    "perms",
    "size",
    "chmod",
};

/* As bwrap exactly bwrap's options are known, and no letters. */
static void bwrap_knows_its_own(void **state HUSK_UNUSED)
{
    size_t known = 0;

    log_init("bwrap", true);
    for (size_t i = 0; i < ARRAY_SIZE(of_bwrap); i++)
        assert_non_null(option_by_name(of_bwrap[i]));
    for (const struct option *o = options; o < end(); o++) {
        known += option_by_name(o->name) != NULL;
        assert_null(option_by_letter(o->letter));
    }
    assert_int_equal(known, ARRAY_SIZE(of_bwrap));
}

static void a_name_is_known_by_all_of_it(void **state HUSK_UNUSED)
{
    static const char *const wrong[] = {"",     "bin",   "bind-",  "bindd",
                                        "Bind", "-bind", "--bind", "bind=a"};

    for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
        assert_null(option_by_name(wrong[i]));
        assert_non_null(option_by_name("bind")); /* the one that is remembered */
    }
}

/* The name that was found last must not be known as bwrap because it was as husk. */
static void what_was_found_last_does_not_matter(void **state HUSK_UNUSED)
{
    assert_non_null(option_by_name("mask"));
    log_init("bwrap", true);
    assert_null(option_by_name("mask"));
    log_init("husk", false);
    assert_non_null(option_by_name("mask"));
}

static int apply(struct parser *p, const char *name, char *arg)
{
    return option_apply(p, option_by_name(name), (char *[]){arg, NULL});
}

static void options_have_their_places(void **state HUSK_UNUSED)
{
    struct spec spec;
    struct parser p = {.spec = &spec, .origin = {.text = "--include x"}};
    const char *said;

    spec_init(&spec);
    capture_start(STDERR_FILENO);
    assert_int_equal(apply(&p, "include", "none"), -EINVAL);
    p.origin = (struct origin){.file = "/f", .line = 3, .column = 2, .text = "help"};
    assert_int_equal(apply(&p, "help", NULL), -EINVAL);
    assert_int_equal(apply(&p, "profile", "none"), -EINVAL);
    assert_int_equal(apply(&p, "dry-run", NULL), -EINVAL);
    said = capture_stop();
    assert_int_equal(spec.action, ACTION_RUN);
    assert_int_equal(spec.dry_run, DRY_RUN_NO);
    assert_non_null(strstr(said, "husk: --include x: include is for profiles"));
    assert_non_null(strstr(said, "husk: /f:3:2: help: help is for the command line"));
}

static void origins_say_where(void **state HUSK_UNUSED)
{
    assert_string_equal(origin_text(&(struct origin){.text = "--bind a b"}), "--bind a b");
    assert_string_equal(
        origin_text(&(struct origin){.file = "/f", .line = 3, .column = 1, .text = "x"}),
        "/f:3:1: x");
    assert_non_null(origin_text(&(struct origin){0}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(names_are_words_and_unique, as_husk),
        cmocka_unit_test_setup(letters_are_unique, as_husk),
        cmocka_unit_test_setup(nargs_is_the_number_of_words, as_husk),
        cmocka_unit_test_setup(rows_are_whole, as_husk),
        cmocka_unit_test_setup(bwrap_knows_its_own, as_husk),
        cmocka_unit_test_setup(a_name_is_known_by_all_of_it, as_husk),
        cmocka_unit_test_setup(what_was_found_last_does_not_matter, as_husk),
        cmocka_unit_test_setup(options_have_their_places, as_husk),
        cmocka_unit_test_setup(origins_say_where, as_husk),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
