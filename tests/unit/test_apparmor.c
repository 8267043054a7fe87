/*
 * --apparmor-profile: the word for each label that husk itself may have. AppArmor need not be there: the label is
 * read from a procfs file of this process's that says what a test likes, its name (proc(5), comm).
 */
#include "base/log.h"
#include "base/str.h"
#include "stage.h"
#include <sys/prctl.h>

#define ATTR "/proc/self/attr"
#define CURRENT ATTR "/apparmor/current"

static int set_up(void **state HUSK_UNUSED)
{
    bare_plan();
    log_init("husk", false);
    return 0;
}

static void ask_for(const char *profile)
{
    spec.apparmor_profile = (struct opt_text){profile, {.text = "--apparmor-profile X"}};
    plan.apparmor = NULL;
}

/* In the place of what this kernel has: an empty folder. */
static void hide(void)
{
    set_up(NULL);
    assert_int_equal(sys_mount("t", ATTR, "tmpfs", 0, "mode=755"), 0);
}

/* A file for the label, on procfs. */
static void provide(void)
{
    int fd;

    hide();
    assert_int_equal(mkdir(ATTR "/apparmor", 0755), 0);
    fd = open(CURRENT, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    assert_true(fd >= 0);
    close(fd);
    assert_int_equal(sys_mount("/proc/self/comm", CURRENT, NULL, MS_BIND, NULL), 0);
}

/* What a husk with LABEL, of at most 15 bytes, writes to come to PROFILE. */
static const char *word_for(const char *label, const char *profile)
{
    assert_true(strlen(label) < 16);
    assert_int_equal(prctl(PR_SET_NAME, label, 0, 0, 0), 0);
    ask_for(profile);
    assert_int_equal(plan_apparmor(&plan), 0);
    return plan.apparmor;
}

static void unconfined_it_goes_into_any(void **state HUSK_UNUSED)
{
    provide();
    assert_string_equal(word_for("unconfined", "web"), "exec web");
    assert_string_equal(word_for("x (unconfined)", "web"), "exec web"); /* a profile that confines nothing */
    assert_string_equal(word_for("unconfined", "/usr/bin/x//y"), "exec /usr/bin/x//y");
}

static void confined_it_only_adds_one(void **state HUSK_UNUSED)
{
    static const char *const labels[] = {"x (enforce)", "x (complain)",    "x",     "a//&b (kill)",
                                         "husky (kill)", "unconfinedx",    "hus",   "a//&husk (kill)",
                                         "(unconfined) x"};

    provide();
    for (size_t i = 0; i < ARRAY_SIZE(labels); i++)
        assert_string_equal(word_for(labels[i], "web"), "stack web");
}

static void out_of_its_own_it_goes_into_the_commands(void **state HUSK_UNUSED)
{
    provide();
    assert_string_equal(word_for("husk (enforce)", "web"), "stack husk-command//&web");
    assert_string_equal(word_for("husk (complain)", "web"), "stack husk-command//&web");
    assert_string_equal(word_for("husk", "web"), "stack husk-command//&web");
}

static void without_apparmor_there_is_none(void **state HUSK_UNUSED)
{
    hide();
    ask_for("web");
    refused(plan_apparmor(&plan), "--apparmor-profile X: AppArmor is off here, or not in this kernel");
    assert_null(plan.apparmor);
}

static void without_a_label_there_is_none(void **state HUSK_UNUSED)
{
    provide();
    assert_int_equal(prctl(PR_SET_NAME, "", 0, 0, 0), 0);
    ask_for("web");
    refused(plan_apparmor(&plan), "--apparmor-profile X: AppArmor is off here");
    assert_null(plan.apparmor);
}

static void a_false_label_is_not_believed(void **state HUSK_UNUSED)
{
    int fd;

    hide();
    assert_int_equal(mkdir(ATTR "/apparmor", 0755), 0);
    fd = open(CURRENT, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    assert_int_equal(fd_write_all(fd, "unconfined\n", 11), 0);
    close(fd);
    ask_for("web");
    refused(plan_apparmor(&plan), "--apparmor-profile X: AppArmor is off here");
    assert_null(plan.apparmor);
}

/* What is behind a blank would be another word of the kernel's. */
static void a_name_is_one_word(void **state HUSK_UNUSED)
{
    static const char *const wrong[] = {"", " ", "a b", " a", "a ", "a\nb", "a\n", "\ta"};

    for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
        ask_for(wrong[i]);
        refused(plan_apparmor(&plan), "--apparmor-profile X: the name of a profile is wanted");
        assert_null(plan.apparmor);
    }
}

static void who_does_not_ask_gets_none(void **state HUSK_UNUSED)
{
    ask_for(NULL);
    assert_int_equal(plan_apparmor(&plan), 0);
    assert_null(plan.apparmor);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        INSIDE(unconfined_it_goes_into_any),
        INSIDE(confined_it_only_adds_one),
        INSIDE(out_of_its_own_it_goes_into_the_commands),
        INSIDE(without_apparmor_there_is_none),
        INSIDE(without_a_label_there_is_none),
        INSIDE(a_false_label_is_not_believed),
        cmocka_unit_test_setup(a_name_is_one_word, set_up),
        cmocka_unit_test_setup(who_does_not_ask_gets_none, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
