/* husk's own folders: where they are, and which mounts would show them. */
#include "plan/own_folders.h"
#include "stage.h"

static struct own_folders own;

/* HOME is /tmp/home; nothing else is set. */
static void begin(void)
{
    static const char *const variables[] = {"XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME",
                                            "XDG_RUNTIME_DIR"};

    host_begin();
    for (size_t i = 0; i < ARRAY_SIZE(variables); i++)
        unsetenv(variables[i]);
    setenv("HOME", "/tmp/home", 1);
    host_dir("/tmp/home/.config/husk/profiles");
}

enum { NOBODY = 4294967294U }; /* who has no home of his own */

static void look(struct mount_op *op, struct shown_file *shown)
{
    if (!own.folders.count)
        assert_int_equal(own_folders_find(&own, &spec, NOBODY), 0);
    assert_true(own_folders_look(op, 0, shown));
}

/* What a mount of OP would show, as "BELOW ..." in the order it is told. */
static const char *shows(struct mount_op *op)
{
    static struct shown_file shown;
    struct own_match match;
    const char *all = "";

    look(op, &shown);
    for (size_t n = 0; own_folders_look(op, n, &shown); n++)
        for (size_t i = 0; own_folders_match(&own, &shown, i, &match); i++)
            all = arena_printf("%s%s%s", all, *all ? " " : "", match.below[0] ? match.below : "(it)");
    return all;
}

static const char *bind_shows(const char *source)
{
    return shows(add_op(MOUNT_BIND, source, "/a"));
}

static void a_folder_above_shows_them(void **state HUSK_UNUSED)
{
    begin();
    assert_string_equal(bind_shows("/tmp/home"), ".config/husk .cache/husk .local/state/husk");
    assert_string_equal(bind_shows("/tmp/home/.config"), "husk");
    assert_string_equal(bind_shows("/"),
                        "tmp/home/.config/husk tmp/home/.cache/husk tmp/home/.local/state/husk");
}

static void a_folder_itself_and_what_is_in_it_is_told(void **state HUSK_UNUSED)
{
    begin();
    assert_string_equal(bind_shows("/tmp/home/.config/husk"), "(it)");
    assert_string_equal(bind_shows("/tmp/home/.config/husk/profiles"), "(it)");
}

static void others_show_nothing(void **state HUSK_UNUSED)
{
    begin();
    host_dir("/tmp/home/.config/huskier");
    host_file("/tmp/home/file", "");
    assert_string_equal(bind_shows("/tmp/home/.config/huskier"), "");
    assert_string_equal(bind_shows("/tmp/home/file"), "");
    assert_string_equal(bind_shows("/tmp/gone"), "");
}

/* The file counts, by whichever name it is reached. */
static void links_hide_nothing(void **state HUSK_UNUSED)
{
    begin();
    host_link("/tmp/link", "home/.config");
    host_link("/tmp/deep", "/tmp/home/.config/husk/profiles");
    assert_string_equal(bind_shows("/tmp/link"), "husk");
    assert_string_equal(bind_shows("/tmp/link/../.config/husk/"), "(it)");
    assert_string_equal(bind_shows("/tmp/deep"), "(it)");
}

static void a_folder_that_is_a_link_is_told_by_both_names(void **state HUSK_UNUSED)
{
    begin();
    host_dir("/tmp/store/husk");
    host_link("/tmp/home/.cache", "/tmp/store");
    assert_string_equal(bind_shows("/tmp/store"), "husk husk");
    assert_string_equal(bind_shows("/tmp/store/husk"), "(it)");
}

static void the_environment_places_them(void **state HUSK_UNUSED)
{
    begin();
    setenv("XDG_CONFIG_HOME", "/tmp/config", 1);
    setenv("XDG_RUNTIME_DIR", "/tmp/run", 1);
    setenv("XDG_CACHE_HOME", "relative", 1); /* not to be used, as the specification has it */
    host_dir("/tmp/config");
    host_dir("/tmp/run");
    assert_string_equal(bind_shows("/tmp/config"), "husk");
    assert_string_equal(bind_shows("/tmp/run"), "husk");
    /* The next run may not have these variables. */
    assert_string_equal(bind_shows("/tmp/home"), ".config/husk .cache/husk .local/state/husk");
}

static void every_kind_of_bind_is_looked_at(void **state HUSK_UNUSED)
{
    static const char *const layers[] = {"/tmp/home"};
    struct mount_op *fd, *layer, *upper;
    static struct shown_file shown;

    begin();
    fd = add_op(MOUNT_BIND_FD, NULL, "/a");
    fd->fd = open("/tmp/home/.config", O_PATH | O_CLOEXEC);
    assert_string_equal(shows(fd), "husk");
    layer = add_op(MOUNT_OVERLAY, NULL, "/a");
    layer->overlay = OVERLAY_TMP;
    layer->layers = layers;
    layer->layer_count = 1;
    assert_string_equal(shows(layer), ".config/husk .cache/husk .local/state/husk");
    upper = add_op(MOUNT_OVERLAY, NULL, "/a");
    upper->overlay = OVERLAY_RW;
    upper->upper = "/tmp/home/.config";
    assert_string_equal(shows(upper), "husk");
    assert_false(own_folders_look(add_op(MOUNT_TMPFS, NULL, "/a"), 0, &shown));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        INSIDE(a_folder_above_shows_them),
        INSIDE(a_folder_itself_and_what_is_in_it_is_told),
        INSIDE(others_show_nothing),
        INSIDE(links_hide_nothing),
        INSIDE(a_folder_that_is_a_link_is_told_by_both_names),
        INSIDE(the_environment_places_them),
        INSIDE(every_kind_of_bind_is_looked_at),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
