/* Destinations: found and made below the new root alone. */
#include "inside/destination.h"
#include "inside/filesystem.h"
#include "stage.h"

static void mount_points_are_made(void **state HUSK_UNUSED)
{
    host_begin();
    host_dir("/tmp/dir");
    host_file("/tmp/file", "text");
    add_op(MOUNT_BIND, "/tmp/dir", "/a/b/dir");
    add_op(MOUNT_BIND, "/tmp/file", "a//./file");
    add_op(MOUNT_BIND, "/tmp/file", "/../../up");
    add_op(MOUNT_TMPFS, NULL, "/a/b/dir/"); /* on the first: nothing is to be made */
    build();
    assert_int_equal(mode_inside("/a"), S_IFDIR | 0755);
    assert_int_equal(mode_inside("/a/b/dir"), S_IFDIR | 0755);
    assert_string_equal(text_inside("/a/file"), "text");
    assert_string_equal(text_inside("/up"), "text");
}

/* All ways of writing "the root" put a new one over the old one. */
static void a_mount_on_the_root_becomes_the_root(void **state HUSK_UNUSED)
{
    static const char *const roots[] = {"/", "//", "/.", "/x/..", "/link"};

    host_begin();
    host_file("/tmp/dir/x/file", "text");
    host_link("/tmp/dir/link", "/");
    for (size_t i = 0; i < ARRAY_SIZE(roots); i++)
        add_op(MOUNT_BIND, "/tmp/dir", roots[i])->ro = true;
    build();
    assert_string_equal(text_inside("/x/file"), "text");
    assert_int_equal(in->stacked, ARRAY_SIZE(roots));
}

static void the_same_folder_elsewhere_is_not_the_root(void **state HUSK_UNUSED)
{
    host_begin();
    host_file("/tmp/dir/x/file", "text");
    add_op(MOUNT_BIND, "/tmp/dir", "/");
    add_op(MOUNT_BIND, "/tmp/dir", "/x");
    add_op(MOUNT_TMPFS, NULL, "/x");
    build();
    assert_int_equal(in->stacked, 1);
    assert_string_equal(text_inside("/x/x/file"), "");
    assert_int_equal(mode_inside("/x"), S_IFDIR | 0755);
}

static void links_are_followed_inside(void **state HUSK_UNUSED)
{
    host_begin();
    host_dir("/tmp/run");
    host_file("/tmp/file", "text");
    add_op(MOUNT_DIR, NULL, "/run");
    add_op(MOUNT_SYMLINK, "/run", "/var/absolute");
    add_op(MOUNT_SYMLINK, "../../../run", "/var/relative");
    add_op(MOUNT_BIND, "/tmp/file", "/var/absolute/a");
    add_op(MOUNT_BIND, "/tmp/file", "/var/relative/b");
    build();
    assert_string_equal(text_inside("/run/a"), "text");
    assert_string_equal(text_inside("/run/b"), "text");
}

/* As /etc/resolv.conf is one to a folder below /run, of which a sandbox has its own. */
static void a_file_of_husks_own_goes_where_a_link_leads(void **state HUSK_UNUSED)
{
    host_begin();
    host_link("/tmp/dir/a", "../run/below/file");
    host_link("/tmp/dir/b", "c");
    host_link("/tmp/dir/c", "/run/other");
    add_op(MOUNT_TMPFS, NULL, "/run");
    add_op(MOUNT_BIND, "/tmp/dir", "/etc");
    add_op(MOUNT_BIND_DATA, NULL, "/etc/a")->text = "text";
    add_op(MOUNT_BIND_DATA, NULL, "/etc/b")->text = "other";
    build();
    assert_string_equal(text_inside("/run/below/file"), "text");
    assert_string_equal(text_inside("/etc/a"), "text");
    assert_string_equal(text_inside("/run/other"), "other");
}

static void but_not_into_a_folder_of_the_host(void **state HUSK_UNUSED)
{
    const char *before;

    host_begin();
    host_link("/tmp/dir/a", "b");
    before = host_tree();
    add_op(MOUNT_BIND, "/tmp/dir", "/etc");
    add_op(MOUNT_BIND_DATA, NULL, "/etc/a")->text = "text";
    build_fails("/etc/a does not exist, and would have to be made in a folder of the host", 0);
    assert_string_equal(host_tree(), before);
}

static void folders_do_not_lie_on_files(void **state HUSK_UNUSED)
{
    host_begin();
    host_file("/tmp/file", "text");
    add_op(MOUNT_BIND, "/tmp/file", "/a");
    add_op(MOUNT_TMPFS, NULL, "/a");
    build_fails("mounting on /a (--option)", ENOTDIR);
}

static void files_do_not_lie_on_folders(void **state HUSK_UNUSED)
{
    host_begin();
    host_file("/tmp/file", "text");
    add_op(MOUNT_TMPFS, NULL, "/a");
    add_op(MOUNT_BIND, "/tmp/file", "/a");
    build_fails("mounting on /a (--option)", EISDIR);
}

/* ---- folders of the host ------------------------------------------------------------------- */

static void nothing_is_made_in_a_folder_of_the_host(void **state HUSK_UNUSED)
{
    const char *before;

    host_begin();
    host_dir("/tmp/dir");
    before = host_tree();
    add_op(MOUNT_BIND, "/tmp/dir", "/dir");
    add_op(MOUNT_TMPFS, NULL, "/dir/a/b");
    build_fails("/dir/a/b does not exist, and would have to be made in a folder of the host", 0);
    assert_int_equal(in->error.hint, HINT_HOST_MOUNTPOINT);
    assert_string_equal(host_tree(), before);
}

static void it_is_made_when_asked_for(void **state HUSK_UNUSED)
{
    struct stat st;

    host_begin();
    host_dir("/tmp/dir");
    host_file("/tmp/file", "");
    spec.host_mountpoints = true;
    add_op(MOUNT_BIND, "/tmp/dir", "/dir");
    add_op(MOUNT_TMPFS, NULL, "/dir/a/b");
    add_op(MOUNT_BIND, "/tmp/file", "/dir/c");
    build();
    assert_int_equal(stat("/tmp/dir/a/b", &st), 0);
    assert_int_equal(st.st_mode, S_IFDIR | 0755);
    assert_int_equal(stat("/tmp/dir/c", &st), 0);
    assert_int_equal(st.st_mode, S_IFREG | 0444);
}

/* ---- links that lead out ------------------------------------------------------------------- */

struct attempt {
    enum mount_kind kind;
    const char *dest;
};

/* A sandbox with the folder /tmp/dir and one operation. */
static int try_it(void *arg)
{
    const struct attempt *a = arg;
    struct mount_op *op;

    if (sys_unshare(CLONE_NEWNS) < 0)
        return 2;
    bare_plan();
    spec.host_mountpoints = true;
    add_op(MOUNT_BIND, "/tmp/dir", "/dir");
    op = add_op(a->kind, "/tmp/dir", a->dest);
    op->fd = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
    op->text = "written";
    op->perms = 0777;
    prepare();
    return sources_open(in) < 0 || root_make(in) < 0 || mounts_make(in) < 0;
}

static const enum mount_kind kinds[] = {MOUNT_BIND, MOUNT_TMPFS, MOUNT_DIR,     MOUNT_FILE,     MOUNT_TEXT,
                                        MOUNT_BIND_DATA, MOUNT_CHMOD, MOUNT_SYMLINK, MOUNT_MASK};

static void no_link_leads_out_of_the_root(void **state HUSK_UNUSED)
{
    static const char *const links[] = {"/tmp/victim",        "../victim", "../../../../tmp/victim",
                                        "/proc/self/cwd/tmp", "hop",       "/proc/self/root/tmp/victim"};
    const char *before;

    host_begin();
    host_dir("/tmp/dir");
    host_dir("/tmp/victim/there");
    host_link("/tmp/dir/hop", "../victim");
    for (size_t i = 0; i < ARRAY_SIZE(links); i++)
        host_link(arena_printf("/tmp/dir/%zu", i), links[i]);
    before = host_tree();
    for (size_t k = 0; k < ARRAY_SIZE(kinds); k++)
        for (size_t i = 0; i < ARRAY_SIZE(links); i++) {
            static const char *const names[] = {"", "/there", "/new", "/new/deep"};

            for (size_t n = 0; n < ARRAY_SIZE(names); n++) {
                struct attempt a = {kinds[k], arena_printf("/dir/%zu%s", i, names[n])};

                if (status_of(try_it, &a) > 1)
                    fail_msg("it crashed");
                if (strcmp(host_tree(), before) != 0)
                    fail_msg("operation %d on %s changed the host", kinds[k], a.dest);
            }
        }
}

/* The same without a link: who asks for it gets it, and it is seen. */
static void what_is_asked_for_is_done_on_the_host(void **state HUSK_UNUSED)
{
    host_begin();
    host_dir("/tmp/dir/there");
    for (size_t k = 0; k < ARRAY_SIZE(kinds); k++) {
        const char *before = host_tree();
        struct attempt a = {kinds[k], arena_printf("/dir/there/%zu", k)};

        if (kinds[k] == MOUNT_TEXT)
            continue; /* nobody named that file: never on the host */
        if (kinds[k] == MOUNT_CHMOD)
            a.dest = "/dir/there";
        assert_int_equal(status_of(try_it, &a), 0);
        assert_string_not_equal(host_tree(), before);
    }
}

/* ---- odd names ----------------------------------------------------------------------------- */

static void odd_names_are_refused(void **state HUSK_UNUSED)
{
    const struct {
        const char *dest;
        int err;
    } names[] = {{"/new/..", EISDIR},
                 {"", EISDIR},
                 {arena_printf("/%0300d", 0), ENAMETOOLONG},
                 {arena_printf("/%0300d/x", 0), ENAMETOOLONG},
                 {arena_printf("%05000d", 0), ENAMETOOLONG}};
    struct mount_op op = {.kind = MOUNT_TMPFS};
    char name[NAME_MAX + 1];

    host_begin();
    build();
    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        op.dest = names[i].dest;
        fails(dest_mountpoint(in, &op, true), "Can't mkdir", names[i].err);
        fails(dest_parent(in, &op, name), "Can't mkdir parents", names[i].err);
        assert_true(dest_folder(in, op.dest, name) < 0);
    }
    op.dest = "/gone";
    fails(dest_existing(in, &op), "Can't find /gone inside", ENOENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        INSIDE(mount_points_are_made),
        INSIDE(a_mount_on_the_root_becomes_the_root),
        INSIDE(the_same_folder_elsewhere_is_not_the_root),
        INSIDE(links_are_followed_inside),
        INSIDE(a_file_of_husks_own_goes_where_a_link_leads),
        INSIDE(but_not_into_a_folder_of_the_host),
        INSIDE(folders_do_not_lie_on_files),
        INSIDE(files_do_not_lie_on_folders),
        INSIDE(nothing_is_made_in_a_folder_of_the_host),
        INSIDE(it_is_made_when_asked_for),
        INSIDE(no_link_leads_out_of_the_root),
        INSIDE(what_is_asked_for_is_done_on_the_host),
        INSIDE(odd_names_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
