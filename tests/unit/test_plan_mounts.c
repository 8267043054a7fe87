/* src/plan/mounts.c: the list of mounts, lowered. */
#include "base/log.h"
#include "plan/names.h"
#include "stage.h"
#include <stdlib.h>
#include <unistd.h>

/* HOME, /tmp/home, has nothing of husk's; the current folder is /tmp/work. */
static void begin(void)
{
    host_begin();
    host_dir("/tmp/home");
    host_dir("/tmp/work");
    host_dir("/tmp/husk-data");
    setenv("HOME", "/tmp/home", 1);
    setenv("XDG_CONFIG_HOME", "/tmp/husk-data", 1);
    setenv("XDG_CACHE_HOME", "/tmp/husk-data/cache", 1);
    setenv("XDG_STATE_HOME", "/tmp/husk-data/state", 1);
    unsetenv("XDG_RUNTIME_DIR");
    plan.home = "/tmp/home";
    plan.old_cwd = "/tmp/work";
    assert_int_equal(chdir("/tmp/work"), 0);
}

static struct mount_op *ask(enum mount_kind kind, const char *source, const char *dest)
{
    struct mount_op *op = VEC_PUSH(&spec.mounts);

    *op = (struct mount_op){.kind = kind, .source = source, .dest = dest, .fd = FD_NONE};
    op->from.text = "--option";
    return op;
}

/* The plan as "KIND[-ro][-try] [SOURCE>]DEST, ...". */
static const char *planned(void)
{
    const char *all = "";

    assert_int_equal(plan_mounts(&plan), 0);
    for (size_t i = 0; i < plan.mount_count; i++) {
        const struct mount_op *op = &plan.mounts[i];
        bool source = op->source && op->kind != MOUNT_MASK;

        all = arena_printf("%s%s%s%s%s %s%s%s", all, i ? ", " : "", mount_kind_name(op->kind),
                           op->ro ? "-ro" : "", op->try ? "-try" : "", source ? op->source : "",
                           source ? ">" : "", op->dest);
    }
    return all;
}

static void plain_operations_stay_in_order(void **state HUSK_UNUSED)
{
    begin();
    ask(MOUNT_TMPFS, NULL, "/a");
    ask(MOUNT_BIND, "/tmp/work", "/a/b");
    ask(MOUNT_REMOUNT_RO, NULL, "/a");
    ask(MOUNT_TMPFS, NULL, "/a");
    assert_string_equal(planned(), "tmpfs /a, bind /tmp/work>/a/b, remount-ro /a, tmpfs /a");
    assert_false(plan.has_guardian);
}

static void a_mirror_is_what_is_there(void **state HUSK_UNUSED)
{
    begin();
    host_link("/tmp/link", "work");
    host_file("/tmp/file", "");
    ask(MOUNT_MIRROR, NULL, "/tmp/link");
    ask(MOUNT_MIRROR, NULL, "/tmp/work");
    ask(MOUNT_MIRROR, NULL, "/tmp/gone");
    ask(MOUNT_MIRROR, NULL, "/tmp/file/below");
    assert_string_equal(planned(), "symlink work>/tmp/link, bind-ro-try /tmp/work>/tmp/work");
}

/* ---- the current folder -------------------------------------------------------------------- */

static void go_to(const char *path)
{
    assert_int_equal(chdir(path), 0);
    plan.old_cwd = path;
}

static void the_current_folder_is_bound_at_its_place(void **state HUSK_UNUSED)
{
    begin();
    ask(MOUNT_TMPFS, NULL, "/tmp");
    ask(MOUNT_CWD, NULL, NULL);
    assert_string_equal(planned(), "tmpfs /tmp, bind /tmp/work>/tmp/work");
    assert_non_null(plan.mounts[1].seen);
}

static void it_is_not_bound_twice(void **state HUSK_UNUSED)
{
    begin();
    host_dir("/tmp/work/below");
    ask(MOUNT_BIND, "/tmp/work/", "/tmp/./work")->ro = true;
    ask(MOUNT_CWD, NULL, NULL)->ro = true;
    go_to("/tmp/work/below");
    assert_string_equal(planned(), "bind-ro /tmp/work/>/tmp/./work");
}

/* Says so in a hint, and shows nothing. */
static void is_hidden(const char *hint)
{
    const char *said;

    capture_start(STDERR_FILENO);
    assert_int_equal(plan_mounts(&plan), 0);
    said = capture_stop();
    assert_non_null(strstr(said, hint));
    for (size_t i = 0; i < plan.mount_count; i++)
        assert_string_not_equal(plan.mounts[i].dest, plan.old_cwd ? plan.old_cwd : "");
}

static void homes_are_not_shown(void **state HUSK_UNUSED)
{
    begin();
    host_dir("/tmp/other/home");
    host_link("/tmp/link", "other");
    ask(MOUNT_CWD, NULL, NULL);
    go_to("/tmp/home");
    is_hidden("/tmp/home is not shown inside, since it is or holds your home");
    go_to("/tmp");
    is_hidden("/tmp is not shown inside");
    go_to("/");
    is_hidden("the current folder is /");
    plan.home = "/tmp/link/home"; /* the folder counts, not what HOME calls it */
    go_to("/tmp/other");
    is_hidden("/tmp/other is not shown inside");
}

static void what_was_set_up_is_not_covered(void **state HUSK_UNUSED)
{
    begin();
    ask(MOUNT_DIR, NULL, "/tmp/work/dir");
    ask(MOUNT_CWD, NULL, NULL);
    is_hidden("/tmp/work is not shown inside");
}

static void kernel_files_are_not_mixed(void **state HUSK_UNUSED)
{
    begin();
    ask(MOUNT_PROC, NULL, "/proc");
    ask(MOUNT_CWD, NULL, NULL);
    go_to("/proc/1");
    is_hidden("/proc/1 is not shown inside");
}

static void a_folder_that_is_gone_is_told(void **state HUSK_UNUSED)
{
    begin();
    ask(MOUNT_CWD, NULL, NULL);
    plan.old_cwd = NULL;
    is_hidden("the current folder was removed");
}

/* ---- user files ---------------------------------------------------------------------------- */

static void user_files_are_texts(void **state HUSK_UNUSED)
{
    begin();
    ask(MOUNT_USER_FILES, NULL, NULL);
    assert_string_equal(planned(), "text /etc/passwd, text /etc/group, text /etc/hosts");
    assert_non_null(strstr(plan.mounts[0].text, "root:x:0:0:"));
    assert_int_equal(plan.mounts[0].perms, 0644);
}

/* ---- husk's own folders -------------------------------------------------------------------- */

static void husks_folders_are_masked_where_they_show(void **state HUSK_UNUSED)
{
    begin();
    ask(MOUNT_BIND, "/tmp/husk-data", "/a/../data");
    assert_string_equal(planned(), "bind /tmp/husk-data>/a/../data, mask-try /data/husk, "
                                   "mask-try /data/cache/husk, mask-try /data/state/husk");
    assert_true(plan.has_guardian);
}

static void husks_folder_itself_is_refused(void **state HUSK_UNUSED)
{
    begin();
    host_dir("/tmp/husk-data/husk");
    ask(MOUNT_BIND, "/tmp/husk-data/husk", "/a");
    refused(plan_mounts(&plan),
            "/tmp/husk-data/husk: husk's own folder or profile cannot be shown inside (--option)");
}

/* The child compares: what it shows must be what was looked at. */
static void what_was_looked_at_is_noted(void **state HUSK_UNUSED)
{
    static const char *const layers[] = {"/tmp/work", "/tmp/home"};
    const char *const names[] = {layers[0], layers[1], "/tmp"};
    struct mount_op *op;

    begin();
    op = ask(MOUNT_OVERLAY, NULL, "/a");
    op->overlay = OVERLAY_RW;
    op->layers = layers;
    op->layer_count = ARRAY_SIZE(layers);
    op->upper = "/tmp";
    assert_int_equal(plan_mounts(&plan), 0);
    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        struct stat st;

        assert_int_equal(stat(names[i], &st), 0);
        assert_int_equal(plan.mounts[0].seen[i].dev, st.st_dev);
        assert_int_equal(plan.mounts[0].seen[i].ino, st.st_ino);
    }
}

static void as_bwrap_nothing_is_added(void **state HUSK_UNUSED)
{
    begin();
    log_init("bwrap", true);
    ask(MOUNT_BIND, "/tmp/husk-data", "/data");
    assert_string_equal(planned(), "bind /tmp/husk-data>/data");
    assert_false(plan.has_guardian);
}

static void a_mask_needs_the_guardian(void **state HUSK_UNUSED)
{
    begin();
    ask(MOUNT_MASK, NULL, "/a");
    assert_string_equal(planned(), "mask /a");
    assert_true(plan.has_guardian);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        INSIDE(plain_operations_stay_in_order),
        INSIDE(a_mirror_is_what_is_there),
        INSIDE(the_current_folder_is_bound_at_its_place),
        INSIDE(it_is_not_bound_twice),
        INSIDE(homes_are_not_shown),
        INSIDE(what_was_set_up_is_not_covered),
        INSIDE(kernel_files_are_not_mixed),
        INSIDE(a_folder_that_is_gone_is_told),
        INSIDE(user_files_are_texts),
        INSIDE(husks_folders_are_masked_where_they_show),
        INSIDE(husks_folder_itself_is_refused),
        INSIDE(what_was_looked_at_is_noted),
        INSIDE(as_bwrap_nothing_is_added),
        INSIDE(a_mask_needs_the_guardian),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
