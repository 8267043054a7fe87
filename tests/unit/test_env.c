/* The command's environment and words. */
#include "bare_plan.h"
#include <limits.h>

static int set_up(void **state HUSK_UNUSED)
{
    static char *own[] = {(char *)"PATH=/own/bin", (char *)"HOME=/own/home", (char *)"LC_ALL=C",
                          (char *)"LC_TIME=de",    (char *)"LCX=1",          (char *)"EMPTY=",
                          (char *)"PWD=/where",    (char *)"TWICE=1",        (char *)"TWICE=2",
                          (char *)"no equals",     NULL};

    bare_plan();
    environ = own;
    return 0;
}

static void ask(enum env_kind kind, const char *name, const char *value)
{
    *VEC_PUSH(&spec.env) = (struct env_op){kind, name, value};
}

/* The planned environment, with a blank between two variables. */
static const char *planned(void)
{
    const char *all = "";

    assert_int_equal(plan_env(&plan), 0);
    for (char **v = plan.env; *v; v++)
        all = arena_printf("%s%s%s", all, *all ? " " : "", *v);
    return all;
}

static void everything_is_passed_on(void **state HUSK_UNUSED)
{
    assert_string_equal(planned(), "PATH=/own/bin HOME=/own/home LC_ALL=C LC_TIME=de LCX=1 EMPTY= "
                                   "TWICE=1 TWICE=2 no equals PWD=");
    assert_string_equal(plan.path, "/own/bin");
    assert_string_equal(plan.home, "/own/home");
}

static void operations_are_done_in_order(void **state HUSK_UNUSED)
{
    ask(ENV_CLEAR, NULL, NULL);
    ask(ENV_SET, "A", "1");
    ask(ENV_SET, "B", "two words=x");
    ask(ENV_SET, "A", "2");
    ask(ENV_SET, "C", "");
    ask(ENV_UNSET, "C", NULL);
    ask(ENV_UNSET, "NEVER", NULL);
    ask(ENV_SET, "AB", "");
    assert_string_equal(planned(), "B=two words=x A=2 AB= PWD=");
}

static void what_is_kept_is_husks_own(void **state HUSK_UNUSED)
{
    ask(ENV_CLEAR, NULL, NULL);
    ask(ENV_KEEP, "HOME", NULL);
    ask(ENV_KEEP, "LC_*", NULL);
    ask(ENV_KEEP, "NEVER", NULL);
    ask(ENV_KEEP, "EMPT", NULL);
    assert_string_equal(planned(), "HOME=/own/home LC_ALL=C LC_TIME=de PWD=");
}

static void keeping_undoes_a_change(void **state HUSK_UNUSED)
{
    ask(ENV_CLEAR, NULL, NULL);
    ask(ENV_SET, "HOME", "/other");
    ask(ENV_KEEP, "HOME", NULL);
    ask(ENV_KEEP, "TWICE", NULL);
    assert_string_equal(planned(), "HOME=/own/home TWICE=2 PWD=");
}

static void a_star_alone_is_everything(void **state HUSK_UNUSED)
{
    ask(ENV_CLEAR, NULL, NULL);
    ask(ENV_KEEP, "*", NULL);
    assert_string_equal(planned(),
                        "PATH=/own/bin HOME=/own/home LC_ALL=C LC_TIME=de LCX=1 EMPTY= TWICE=2 PWD=");
}

static void without_path_there_is_a_default(void **state HUSK_UNUSED)
{
    ask(ENV_CLEAR, NULL, NULL);
    ask(ENV_SET, "PWD", "/lie");
    assert_string_equal(planned(), "PWD=");
    assert_string_equal(plan.path, "/bin:/usr/bin");
    assert_null(plan.home);
}

/* The child writes the folder that it is in there, up to the longest path. */
static void there_is_room_for_the_folder(void **state HUSK_UNUSED)
{
    char *slot;

    planned();
    slot = plan.env[plan.pwd_slot];
    assert_string_equal(slot, "PWD=");
    memset(slot + strlen("PWD="), 'x', PATH_MAX - 1);
    slot[strlen("PWD=") + PATH_MAX - 1] = 0;
    assert_int_equal(strlen(slot), strlen("PWD=") + PATH_MAX - 1);
    assert_null(plan.env[plan.pwd_slot + 1]);
}

/* ---- words --------------------------------------------------------------------------------- */

static void words_have_a_spare_slot_before_them(void **state HUSK_UNUSED)
{
    char *command[] = {(char *)"sh", (char *)"-c", (char *)"", NULL};

    spec.command = command;
    assert_int_equal(plan_command(&plan), 0);
    assert_string_equal(plan.file, "sh");
    assert_string_equal(plan.argv[0], "sh");
    assert_string_equal(plan.argv[2], "");
    assert_null(plan.argv[3]);
    plan.argv[-1] = (char *)"/bin/sh"; /* for a script's interpreter */
}

static void argv0_changes_only_the_word(void **state HUSK_UNUSED)
{
    char *command[] = {(char *)"sh", NULL};

    spec.command = command;
    spec.argv0.value = "-sh";
    assert_int_equal(plan_command(&plan), 0);
    assert_string_equal(plan.argv[0], "-sh");
    assert_string_equal(plan.file, "sh");
    assert_string_equal(command[0], "sh");
}

static void the_old_folder_is_known_if_it_has_a_path(void **state HUSK_UNUSED)
{
    char folder[] = "/tmp/husk-env-XXXXXX", *command[] = {(char *)"sh", NULL};

    spec.command = command;
    assert_non_null(mkdtemp(folder));
    assert_int_equal(chdir(folder), 0);
    assert_int_equal(plan_command(&plan), 0);
    assert_string_equal(plan.old_cwd, folder);
    assert_int_equal(rmdir(folder), 0);
    plan.old_cwd = NULL;
    assert_int_equal(plan_command(&plan), 0);
    assert_null(plan.old_cwd);
    assert_int_equal(chdir("/"), 0);
}

int main(void)
{
    /* These tests empty the environment that would say it. */
    cmocka_set_message_output(CM_OUTPUT_TAP);
#define PLAIN(test) cmocka_unit_test_setup(test, set_up)
    const struct CMUnitTest tests[] = {
        PLAIN(everything_is_passed_on),
        PLAIN(operations_are_done_in_order),
        PLAIN(what_is_kept_is_husks_own),
        PLAIN(keeping_undoes_a_change),
        PLAIN(a_star_alone_is_everything),
        PLAIN(without_path_there_is_a_default),
        PLAIN(there_is_room_for_the_folder),
        PLAIN(words_have_a_spare_slot_before_them),
        PLAIN(argv0_changes_only_the_word),
        PLAIN(the_old_folder_is_known_if_it_has_a_path),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
