/* Making the whole plan: what crosses its parts. */
#include "bare_plan.h"
#include <sched.h>
#include <sys/stat.h>

static char *command[] = {(char *)"true", NULL};

static int set_up(void **state HUSK_UNUSED)
{
    bare_plan();
    spec.command = command;
    return 0;
}

static void make(void)
{
    assert_int_equal(plan_make(&plan, &spec), 0);
}

static void every_part_is_made(void **state HUSK_UNUSED)
{
    spec.unshare = CLONE_NEWUSER;
    memset(&plan, 0xff, sizeof plan); /* nothing of what was there before counts */
    make();
    assert_ptr_equal(plan.spec, &spec);
    assert_int_equal(plan.clone_flags, CLONE_NEWUSER | CLONE_NEWNS);
    assert_int_equal(plan.ids.how, IDS_SINGLE);
    assert_string_equal(plan.file, "true");
    assert_int_equal(plan.mount_count, 0);
    assert_true(plan.pwd_slot >= 0);
    assert_true(plan.set_caps);
    assert_int_equal(plan.filter_count, 0);
    assert_false(plan.has_init || plan.first_gate || plan.has_guardian);
}

static void the_process_is_remembered(void **state HUSK_UNUSED)
{
    sigset_t blocked, old;
    mode_t mask = umask(031);

    sigemptyset(&blocked);
    sigaddset(&blocked, SIGCHLD);
    sigaddset(&blocked, SIGUSR1);
    sigprocmask(SIG_BLOCK, &blocked, &old);
    make();
    assert_int_equal(umask(mask), 031); /* and it is as it was */
    assert_int_equal(plan.umask, 031);
    assert_true(sigismember(&plan.mask, SIGUSR1));
    assert_false(sigismember(&plan.mask, SIGCHLD)); /* the command could not wait for its children */
    sigprocmask(SIG_SETMASK, &old, NULL);
}

static void an_init_is_there_when_it_has_something_to_do(void **state)
{
    spec.unshare = CLONE_NEWPID;
    make();
    assert_true(plan.has_init);
    spec.as_pid_1 = true;
    make();
    assert_false(plan.has_init);
    set_up(state);
    *VEC_PUSH(&spec.sync_fds) = STDIN_FILENO;
    make();
    assert_true(plan.has_init);
    set_up(state);
    VEC_PUSH(&spec.lock_files)->value = "/lock";
    make();
    assert_true(plan.has_init);
}

static void the_child_waits_where_the_host_has_to_look_at_it(void **state)
{
    set_up(state);
    spec.info_fd.fd = STDOUT_FILENO;
    make();
    assert_true(plan.first_gate);
    set_up(state);
    spec.json_status_fd.fd = STDOUT_FILENO;
    make();
    assert_true(plan.first_gate);
    set_up(state);
    spec.unshare = CLONE_NEWUSER;
    *VEC_PUSH(&spec.uid_map) = (struct id_range){0, 100000, 10};
    make();
    assert_true(plan.first_gate);
}

static void a_part_that_fails_fails_it_all(void **state)
{
    spec.disable_userns = true;
    refused(plan_make(&plan, &spec), "--disable-userns requires --unshare-user");
    set_up(state);
    spec.seccomp_last = (struct opt_fd){12345, {.text = "--seccomp 12345"}};
    refused(plan_make(&plan, &spec), "reading seccomp data (--seccomp 12345)");
}

int main(void)
{
#define PLAIN(test) cmocka_unit_test_setup(test, set_up)
    const struct CMUnitTest tests[] = {
        PLAIN(every_part_is_made),
        PLAIN(the_process_is_remembered),
        PLAIN(an_init_is_there_when_it_has_something_to_do),
        PLAIN(the_child_waits_where_the_host_has_to_look_at_it),
        PLAIN(a_part_that_fails_fails_it_all),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
