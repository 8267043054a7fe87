/* The child as a whole: its stages in order, what is noted of a failure, and the host's /proc. */
#include "inside/inside.h"
#include "base/log.h"
#include "stage.h"
#include <unistd.h>

static struct gate_message said;

static int run_main(void *arg HUSK_UNUSED)
{
    close(gate);
    inside_main(in, in->gate, in->guardian, FD_NONE);
}

/* The status of the whole child, and its last message in SAID. */
static int run(void)
{
    int status;

    prepare();
    status = status_of(run_main, NULL);
    close(in->gate);
    said.text[0] = 0;
    said.kind = -1;
    while (gate_receive(gate, &said, NULL) == 1)
        ;
    return status;
}

/* A sandbox that is the host's tree read-only, and SCRIPT in it. */
static void begin(const char *script)
{
    static char *argv[5];

    log_init("husk", false);
    bare_plan();
    add_op(MOUNT_BIND, "/", "/")->ro = true;
    add_op(MOUNT_TMPFS, NULL, "/tmp");
    argv[1] = (char *)"sh";
    argv[2] = (char *)"-c";
    argv[3] = (char *)script;
    plan.argv = argv + 1;
    plan.file = "/bin/sh";
    plan.set_caps = true;
}

static void every_stage_is_run(void **state HUSK_UNUSED)
{
    begin("[ \"$(id -u)\" = 0 ] && [ \"$(hostname)\" = box ] && [ \"$PWD\" = /tmp ] &&"
          " [ \"$(umask)\" = 0027 ] && grep -q 'NoNewPrivs:.1' /proc/self/status &&"
          " grep -q 'CapBnd:.0*$' /proc/self/status && : > file && ! (: > /file)");
    spec.hostname.value = "box";
    spec.chdir.value = "/tmp";
    plan.umask = 027;
    assert_int_equal(run(), 0);
    assert_int_equal(said.kind, -1);
}

static void a_stage_that_fails_is_the_end(void **state HUSK_UNUSED)
{
    begin("exit 0");
    add_op(MOUNT_BIND, "/no/such/source", "/a");
    assert_int_equal(run(), EXIT_HUSK);
    assert_int_equal(said.kind, GATE_FAILED);
    assert_int_equal(said.status, EXIT_HUSK);
    assert_string_equal(said.text, "Can't find source path /no/such/source (--option)");
}

static void as_bwrap_it_is_told_as_bwrap_does(void **state HUSK_UNUSED)
{
    begin("exit 0");
    log_init("bwrap", true);
    add_op(MOUNT_BIND, "/no/such/source", "/a");
    assert_int_equal(run(), EXIT_BWRAP);
    assert_string_equal(said.text, "Can't find source path /no/such/source");
}

/* Who reads a status fd to its end must not wait for the child. */
static void status_fds_are_closed(void **state HUSK_UNUSED)
{
    int ends[2];

    begin("");
    assert_int_equal(pipe(ends), 0);
    spec.json_status_fd.fd = ends[1];
    plan.argv[2] = arena_printf("[ ! -e /proc/self/fd/%d ] && [ -e /proc/self/fd/%d ]", ends[1], ends[0]);
    assert_int_equal(run(), 0);
}

/* ---- notes --------------------------------------------------------------------------------- */

static void begin_note(void)
{
    log_init("husk", false);
    bare_plan();
    prepare();
}

static void the_first_failure_is_the_cause(void **state HUSK_UNUSED)
{
    const struct origin from = {.text = "--bind a b"}, line = {"profile", 3, 1, "bind a b"};

    begin_note();
    assert_int_equal(inside_fail(in, EPERM, &from, "mounting %s", "/b"), -EPERM);
    assert_true(inside_fail_hint(in, HINT_USERNS, ENOENT, NULL, "cleaning up") < 0);
    assert_string_equal(in->error.text, "mounting /b (--bind a b)");
    assert_int_equal(in->error.value, EPERM);
    assert_int_equal(in->error.hint, HINT_NONE);
    begin_note();
    assert_true(inside_fail_hint(in, HINT_USERNS, 0, &line, "words") < 0);
    assert_string_equal(in->error.text, "words (profile:3:1: bind a b)");
    assert_int_equal(in->error.value, 0);
    assert_int_equal(in->error.hint, HINT_USERNS);
}

static void a_note_fits_whatever_is_in_it(void **state HUSK_UNUSED)
{
    const struct origin from = {.text = arena_printf("%08000d", 0)};

    begin_note();
    inside_fail(in, ENAMETOOLONG, &from, "%08000d", 0);
    assert_int_equal(strlen(in->error.text), sizeof in->error.text - 1);
    begin_note();
    inside_fail(in, ENAMETOOLONG, &from, "short");
    assert_true(strlen(in->error.text) < sizeof in->error.text);
    assert_int_equal(strncmp(in->error.text, "short (0000", 11), 0);
}

static void too_many_files_have_a_hint(void **state HUSK_UNUSED)
{
    begin_note();
    inside_fail(in, EMFILE, NULL, "opening");
    assert_int_equal(in->error.hint, HINT_FDS);
}

static int give_up(void *arg HUSK_UNUSED)
{
    inside_give_up(in);
}

static void giving_up_without_a_note_is_a_failure_too(void **state HUSK_UNUSED)
{
    begin_note();
    assert_int_equal(status_of(give_up, NULL), EXIT_HUSK);
    assert_int_equal(gate_receive(gate, &said, NULL), 1);
    assert_string_equal(said.text, "a stage failed without saying why");
}

/* ---- what is prepared ---------------------------------------------------------------------- */

static int hold_one_more(void *arg HUSK_UNUSED)
{
    *in_hold(in) = 0;
    return 0;
}

static void there_is_room_for_what_is_held(void **state HUSK_UNUSED)
{
    begin_note();
    add_op(MOUNT_MASK, NULL, "/a/b/c"); /* up to three folders */
    *VEC_PUSH(&spec.sync_fds) = 0;
    prepare();
    for (int i = 0; i < 2 + 1 + 3; i++)
        assert_int_equal(*in_hold(in), FD_NONE);
    while (in->held.count < in->held.capacity)
        in_hold(in);
    assert_int_equal(status_of(hold_one_more, NULL), EXIT_HUSK);
}

static void nothing_is_open_yet(void **state HUSK_UNUSED)
{
    begin_note();
    add_op(MOUNT_BIND, "/", "/");
    add_op(MOUNT_OVERLAY, NULL, "/a")->layer_count = 3;
    prepare();
    assert_int_equal(in->sources[0].fd, FD_NONE);
    assert_non_null(in->sources[1].layers);
    assert_int_equal(in->root, FD_NONE);
    assert_int_equal(in->scratch, FD_NONE);
    assert_int_equal(in->proc, FD_NONE);
}

/* ---- /proc --------------------------------------------------------------------------------- */

static void proc_is_opened_once(void **state HUSK_UNUSED)
{
    int fd;

    begin_note();
    works(proc_open(in));
    fd = in->proc;
    works(proc_open(in));
    assert_int_equal(in->proc, fd);
    assert_int_equal(proc_write(in, "self/comm", "name"), 0);
    assert_int_equal(proc_write(in, "self/none", "name"), -ENOENT);
}

static void what_is_not_procfs_is_not_written_to(void **state HUSK_UNUSED)
{
    host_begin();
    host_file("/tmp/self/uid_map", "");
    prepare();
    assert_int_equal(sys_mount("/tmp", "/proc", NULL, MS_BIND, NULL), 0);
    assert_true(proc_write(in, "self/uid_map", "0 0 1") < 0);
    fails(-1, "what is on /proc is not procfs", ENODEV);
}

int main(void)
{
#define FRESH(body) IN_NAMESPACE(body, INSIDE_FLAGS & ~CLONE_NEWPID, UNMAPPED)
    const struct CMUnitTest tests[] = {
        FRESH(every_stage_is_run),
        FRESH(a_stage_that_fails_is_the_end),
        FRESH(as_bwrap_it_is_told_as_bwrap_does),
        FRESH(status_fds_are_closed),
        cmocka_unit_test(the_first_failure_is_the_cause),
        cmocka_unit_test(a_note_fits_whatever_is_in_it),
        cmocka_unit_test(too_many_files_have_a_hint),
        cmocka_unit_test(giving_up_without_a_note_is_a_failure_too),
        cmocka_unit_test(there_is_room_for_what_is_held),
        cmocka_unit_test(nothing_is_open_yet),
        cmocka_unit_test(proc_is_opened_once),
        INSIDE(what_is_not_procfs_is_not_written_to),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
