/* From what the child says of a failure to at most one line of advice. */
#include "host/hints.h"
#include "base/log.h"
#include "bare_plan.h"
#include <errno.h>

static int set_up(void **state HUSK_UNUSED)
{
    log_init("husk", false);
    bare_plan();
    plan.file = "cmd";
    return 0;
}

/* What is printed for HINT. */
static const char *printed(int hint, int err)
{
    struct gate_message m = {.kind = GATE_FAILED, .value = err, .hint = hint, .text = "doing it"};

    capture_start(STDERR_FILENO);
    hints_print(&plan, &m);
    return capture_stop();
}

static void each_has_its_advice(void **state HUSK_UNUSED)
{
    static const struct {
        enum gate_hint hint;
        int err;
        const char *text;
    } cases[] = {
        {HINT_HOST_MOUNTPOINT, 0, "make it on the host first"},
        {HINT_DEVPTS, EINVAL, "a new /dev needs id 0 inside"},
        {HINT_FDS, EMFILE, "ulimit -Hn"},
        {HINT_SECCOMP, EINVAL, "CONFIG_SECCOMP_FILTER"},
        {HINT_NOT_INSIDE, ENOENT, "cmd is not there in the sandbox, and not on the host, by PATH"},
        {HINT_OWN_FOLDER, EACCES, "map this user and its group too (--uid-map INSIDE:"},
        {HINT_INTERPRETER, ENOENT, "cmd is there, but the interpreter"},
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        const char *text = printed(cases[i].hint, cases[i].err);

        assert_int_equal(strncmp(text, "husk: hint: ", 12), 0);
        assert_non_null(strstr(text, cases[i].text));
    }
}

/* Only where it cannot have been another limit. */
static void a_limit_of_one_process_is_named(void **state HUSK_UNUSED)
{
    spec.cgroup.pids = (struct opt_amount){2, "2", {.text = "--pids-limit 2"}};
    assert_string_equal(printed(HINT_PROCESSES, EAGAIN), "");
    spec.cgroup.pids = (struct opt_amount){1, "1", {.text = "--pids-limit 1"}};
    assert_string_equal(printed(HINT_PROCESSES, ENOMEM), "");
    assert_non_null(strstr(printed(HINT_PROCESSES, EAGAIN), "--pids-limit 1 leaves none for the command\n"));
}

/* Whatever the cause, and whatever this machine is: a line or none. */
static void there_is_one_line_at_most(void **state HUSK_UNUSED)
{
    static const int errors[] = {0, EPERM, ENOSPC, EINVAL, ENOSYS, EACCES};

    for (int hint = HINT_NONE; hint <= HINT_PROCESSES; hint++)
        for (size_t i = 0; i < ARRAY_SIZE(errors); i++) {
            const char *text = printed(hint, errors[i]), *end = strchr(text, '\n');

            assert_true(!*text || (end && !end[1]));
        }
}

static void without_a_cause_nothing_is_said(void **state HUSK_UNUSED)
{
    assert_string_equal(printed(HINT_NONE, EPERM), "");
    assert_string_equal(printed(99, EPERM), "");
    assert_string_equal(printed(-1, EPERM), "");
    assert_string_equal(printed(HINT_DEVPTS, ENOSPC), "");
    assert_string_equal(printed(HINT_SECCOMP, EPERM), "");
}

/* bwrap's users know husk's options not. */
static void as_bwrap_husks_options_are_not_named(void **state HUSK_UNUSED)
{
    log_init("bwrap", true);
    assert_string_equal(printed(HINT_NOT_INSIDE, ENOENT), "");
    assert_string_equal(printed(HINT_INTERPRETER, ENOENT), "");
}

int main(void)
{
#define PLAIN(test) cmocka_unit_test_setup(test, set_up)
    const struct CMUnitTest tests[] = {
        PLAIN(each_has_its_advice),
        PLAIN(a_limit_of_one_process_is_named),
        PLAIN(there_is_one_line_at_most),
        PLAIN(without_a_cause_nothing_is_said),
        PLAIN(as_bwrap_husks_options_are_not_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
