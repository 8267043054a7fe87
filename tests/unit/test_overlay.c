/* Overlays: what is where, what can be written, and where it goes. */
#include "stage.h"
#include <linux/magic.h>
#include <sys/statvfs.h>
#include <unistd.h>

static struct mount_op *add_overlay(enum overlay_kind kind, const char *const *layers, size_t n)
{
    struct mount_op *op = add_op(MOUNT_OVERLAY, NULL, "/a");

    op->overlay = kind;
    op->layers = layers;
    op->layer_count = n;
    return op;
}

static const char *const both[] = {"/tmp/low", "/tmp/high"};

static void begin(void)
{
    host_begin();
    host_file("/tmp/low/file", "low");
    host_file("/tmp/low/only", "low only");
    host_file("/tmp/high/file", "high");
    host_dir("/tmp/upper");
    host_dir("/tmp/work");
}

static void write_inside(const char *path)
{
    HUSK_FD int fd = works(open_inside(path, O_WRONLY | O_CREAT | O_TRUNC));

    assert_int_equal(fd_write_all(fd, "written", 7), 0);
}

static void the_last_layer_is_the_highest(void **state HUSK_UNUSED)
{
    begin();
    add_overlay(OVERLAY_RO, both, 2);
    build();
    assert_int_equal(fs_inside("/a"), OVERLAYFS_SUPER_MAGIC);
    assert_string_equal(text_inside("/a/file"), "high");
    assert_string_equal(text_inside("/a/only"), "low only");
    assert_int_equal(open_inside("/a/new", O_WRONLY | O_CREAT), -EROFS);
    assert_int_equal(mount_flags_inside("/a") & (ST_NOSUID | ST_NODEV), ST_NOSUID | ST_NODEV);
}

static void a_temporary_one_leaves_the_host_as_it_was(void **state HUSK_UNUSED)
{
    const char *before;

    begin();
    before = host_tree();
    add_overlay(OVERLAY_TMP, both, 2);
    build();
    write_inside("/a/file");
    write_inside("/a/new");
    assert_string_equal(text_inside("/a/file"), "written");
    assert_string_equal(text_inside("/a/new"), "written");
    assert_string_equal(host_tree(), before);
}

static void a_writable_one_writes_to_its_upper_folder(void **state HUSK_UNUSED)
{
    struct mount_op *op;
    struct stat st;

    begin();
    op = add_overlay(OVERLAY_RW, both, 2);
    op->upper = "/tmp/upper";
    op->work = "/tmp/work";
    build();
    write_inside("/a/file");
    assert_int_equal(stat("/tmp/upper/file", &st), 0);
    assert_int_equal(st.st_size, strlen("written"));
    assert_int_equal(stat("/tmp/high/file", &st), 0);
    assert_int_equal(st.st_size, strlen("high"));
}

/* What separates options and layers in mount(2)'s text is nothing special in a name. */
static void names_are_only_names(void **state HUSK_UNUSED)
{
    static const char *const odd[] = {"/tmp/a:b,upperdir=c", "/tmp/d\\e\"f\ng,xino=on"};

    begin();
    host_file("/tmp/a:b,upperdir=c/one", "1");
    host_file("/tmp/d\\e\"f\ng,xino=on/two", "2");
    add_overlay(OVERLAY_RO, odd, 2);
    build();
    assert_string_equal(text_inside("/a/one"), "1");
    assert_string_equal(text_inside("/a/two"), "2");
}

static void several_share_the_scratch_folder(void **state HUSK_UNUSED)
{
    begin();
    add_overlay(OVERLAY_TMP, both, 2);
    add_overlay(OVERLAY_TMP, both, 2)->dest = "/b";
    add_overlay(OVERLAY_RO, both, 2)->dest = "/c";
    build();
    write_inside("/a/file");
    assert_string_equal(text_inside("/b/file"), "high");
    assert_string_equal(text_inside("/c/file"), "high");
}

static void further_rights_can_be_taken(void **state HUSK_UNUSED)
{
    begin();
    add_overlay(OVERLAY_TMP, both, 2)->attrs = MOUNT_ATTR_NOEXEC;
    build();
    assert_true(mount_flags_inside("/a") & ST_NOEXEC);
}

static void more_than_a_page_of_layers_fails(void **state HUSK_UNUSED)
{
    static const char *layers[300];

    begin();
    for (size_t i = 0; i < ARRAY_SIZE(layers); i++)
        layers[i] = "/tmp/low";
    add_overlay(OVERLAY_RO, layers, ARRAY_SIZE(layers));
    build_fails("too many layers for /a", E2BIG);
}

static void what_the_kernel_refuses_fails(void **state HUSK_UNUSED)
{
    static const char *const file[] = {"/tmp/low/file"};
    int r;

    begin();
    add_overlay(OVERLAY_RO, file, 1);
    r = run_stages();
    fails(r, "Can't make overlay mount on /a", in->error.value); /* which one depends on the kernel */
}

static struct seen_file file_at(const char *path)
{
    struct stat st;

    assert_int_equal(stat(path, &st), 0);
    return (struct seen_file){st.st_dev, st.st_ino};
}

/* Any of them may be a name that somebody else can turn elsewhere. */
static void each_layer_is_the_one_that_was_looked_at(void **state HUSK_UNUSED)
{
    static const char *const names[] = {"/tmp/low", "/tmp/high", "/tmp/upper"};

    for (size_t wrong = 0; wrong <= ARRAY_SIZE(names); wrong++) {
        struct seen_file seen[ARRAY_SIZE(names)];
        struct mount_op *op;

        bare_plan();
        begin();
        op = add_overlay(OVERLAY_RW, both, 2);
        op->upper = "/tmp/upper";
        op->work = "/tmp/work";
        op->seen = seen;
        for (size_t i = 0; i < ARRAY_SIZE(names); i++)
            seen[i] = file_at(i == wrong ? "/tmp/work" : names[i]);
        if (wrong == ARRAY_SIZE(names))
            build();
        else
            build_fails(arena_printf("%s was replaced by another file", names[wrong]), 0);
    }
}

static void one_that_was_not_there_then_is_not_shown(void **state HUSK_UNUSED)
{
    struct seen_file seen[3] = {{0, 0}};

    begin();
    add_overlay(OVERLAY_RO, both, 2)->seen = seen;
    build_fails("/tmp/low could not be looked at before", 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        INSIDE(the_last_layer_is_the_highest),
        INSIDE(a_temporary_one_leaves_the_host_as_it_was),
        INSIDE(a_writable_one_writes_to_its_upper_folder),
        INSIDE(names_are_only_names),
        INSIDE(several_share_the_scratch_folder),
        INSIDE(further_rights_can_be_taken),
        INSIDE(more_than_a_page_of_layers_fails),
        INSIDE(what_the_kernel_refuses_fails),
        INSIDE(each_layer_is_the_one_that_was_looked_at),
        INSIDE(one_that_was_not_there_then_is_not_shown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
