/* Executing the command: where it is looked for, what it gets, and what is said when it does not start. */
#include "inside/exec.h"
#include "base/log.h"
#include "stage.h"
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[] = "/tmp/husk-exec-XXXXXX";
static struct gate_message said; /* what a command that did not start left behind */

static const char *path_of(const char *name)
{
    return arena_printf("%s/%s", folder, name);
}

static void put(const char *name, const char *text, mode_t mode)
{
    HUSK_FD int fd = open(path_of(name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    assert_int_equal(fd_write_all(fd, text, strlen(text)), 0);
    assert_int_equal(fchmod(fd, mode), 0);
}

static int make_folder(void **state HUSK_UNUSED)
{
    if (!mkdtemp(folder))
        return -1;
    put("script", "#!/bin/sh\nexit 33\n", 0755);
    put("text", "exit $((40 + $#))\n", 0755);
    put("closed", "#!/bin/sh\nexit 34\n", 0644);
    put("broken", "#!/no/such/interpreter\n", 0755);
    return mkdir(path_of("dir"), 0755);
}

static int remove_folder(void **state HUSK_UNUSED)
{
    static const char *const names[] = {"script", "text", "closed", "broken"};

    for (size_t i = 0; i < ARRAY_SIZE(names); i++)
        unlink(path_of(names[i]));
    rmdir(path_of("dir"));
    return rmdir(folder);
}

static int set_up(void **state HUSK_UNUSED)
{
    log_init("husk", false);
    bare_plan();
    return 0;
}

/* As husk's child is by then: all signals blocked, and who knows what was ignored. */
static int execute(void *arg HUSK_UNUSED)
{
    sigset_t all;

    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    signal(SIGCHLD, SIG_IGN);
    exec_command(in);
    inside_give_up(in);
}

/* The status of the words, up to NULL. */
static int run(const char *file, const char *arg1, const char *arg2)
{
    static char *argv[5];
    int status;

    argv[1] = (char *)file;
    argv[2] = (char *)arg1;
    argv[3] = (char *)arg2;
    plan.argv = argv + 1;
    plan.file = file;
    prepare();
    status = status_of(execute, NULL);
    close(in->gate);
    said.text[0] = 0;
    gate_receive(gate, &said, NULL);
    return status;
}

static int run_script(const char *script)
{
    return run("/bin/sh", "-c", script);
}

static void a_path_is_taken_as_it_is(void **state HUSK_UNUSED)
{
    assert_int_equal(run(path_of("script"), NULL, NULL), 33);
    assert_int_equal(run_script("exit 12"), 12);
    assert_string_equal(said.text, "");
}

static void a_name_is_looked_for_in_path(void **state HUSK_UNUSED)
{
    plan.path = arena_printf("/gone:%s:/bin", folder);
    assert_int_equal(run("script", NULL, NULL), 33);
    plan.path = arena_printf("/dev/null:%s/closed:/proc/1/root:%s", folder, folder);
    assert_int_equal(run("script", NULL, NULL), 33);
}

static void a_text_is_a_script(void **state HUSK_UNUSED)
{
    assert_int_equal(run(path_of("text"), "one", "two"), 42);
}

/* ---- what does not start ------------------------------------------------------------------- */

static void what_is_not_there_is_127(void **state HUSK_UNUSED)
{
    assert_int_equal(run("/no/such/command", NULL, NULL), 127);
    assert_string_equal(said.text, "running /no/such/command");
    assert_int_equal(said.value, ENOENT);
    assert_int_equal(said.hint, HINT_NOT_INSIDE);
    assert_int_equal(run("no-such-command-of-husk", NULL, NULL), 127);
    assert_int_equal(said.hint, HINT_NOT_INSIDE);
    assert_int_equal(run("", NULL, NULL), 127);
    assert_int_equal(said.value, ENOENT);
}

static void what_cannot_be_executed_is_126(void **state HUSK_UNUSED)
{
    plan.path = folder;
    assert_int_equal(run(path_of("closed"), NULL, NULL), 126);
    assert_int_equal(said.value, EACCES);
    assert_int_equal(run("closed", NULL, NULL), 126);
    assert_int_equal(run("dir", NULL, NULL), 126);
    assert_int_equal(run(path_of("dir"), NULL, NULL), 126);
    assert_int_equal(run(arena_printf("%05000d", 0), NULL, NULL), 126);
    assert_int_equal(said.value, ENAMETOOLONG);
}

static void a_missing_interpreter_is_told(void **state HUSK_UNUSED)
{
    plan.path = arena_printf("%s:/bin", folder);
    assert_int_equal(run(path_of("broken"), NULL, NULL), 127);
    assert_int_equal(said.hint, HINT_INTERPRETER);
    assert_int_equal(run("broken", NULL, NULL), 127);
    assert_int_equal(said.hint, HINT_INTERPRETER);
}

/* What stands in a folder of PATH and does not start is passed over, as execvp(3) does. */
static void the_search_goes_on(void **state HUSK_UNUSED)
{
    put("dir/broken", "#!/bin/sh\nexit 35\n", 0755);
    plan.path = arena_printf("%s:%s/dir:/bin", folder, folder);
    assert_int_equal(run("broken", NULL, NULL), 35);
    put("dir/broken", "#!/bin/sh\nexit 35\n", 0644);
    assert_int_equal(run("broken", NULL, NULL), 126);
    assert_int_equal(said.value, EACCES);
    unlink(path_of("dir/broken"));
    assert_int_equal(run("broken", NULL, NULL), 127);
    assert_int_equal(said.hint, HINT_INTERPRETER); /* though it is not in the last folder */
}

static void as_bwrap_all_of_these_are_1(void **state HUSK_UNUSED)
{
    log_init("bwrap", true);
    assert_int_equal(run("/no/such/command", NULL, NULL), 1);
    assert_string_equal(said.text, "execvp /no/such/command");
    assert_int_equal(run(path_of("closed"), NULL, NULL), 1);
}

/* ---- what it gets -------------------------------------------------------------------------- */

static void the_environment_is_the_plans(void **state HUSK_UNUSED)
{
    static char *env[] = {(char *)"ONLY=this one", NULL};

    plan.env = env;
    assert_int_equal(run_script("[ \"$ONLY\" = 'this one' ] && [ -z \"$HOME\" ]"), 0);
}

static const char *has_fd(int fd)
{
    return arena_printf("[ -e /proc/$$/fd/%d ]", fd);
}

static void inherited_fds_are_closed_but_those_to_keep(void **state HUSK_UNUSED)
{
    int kept = fcntl(STDERR_FILENO, F_DUPFD, 100), other = fcntl(STDERR_FILENO, F_DUPFD, 100);

    assert_int_equal(run_script(has_fd(other)), 0); /* as bwrap, they are passed on */
    spec.close_fds = true;
    *VEC_PUSH(&spec.keep_fds) = kept;
    assert_int_equal(run_script(has_fd(other)), 1);
    assert_int_equal(run_script(has_fd(kept)), 0);
    *VEC_PUSH(&spec.keep_fds) = 12345;
    assert_int_equal(run_script("exit 0"), EXIT_HUSK);
    assert_string_equal(said.text, "keeping fd 12345");
    close(kept);
    close(other);
}

static void signals_are_as_the_plan_has_them(void **state HUSK_UNUSED)
{
    sigaddset(&plan.mask, SIGUSR1);
    assert_int_equal(run_script("exec grep -q 'SigBlk:.*0200$' /proc/self/status"), 0); /* bit 9 */
    assert_int_equal(run_script("exec grep -q 'SigIgn:.*[02468ace]....$' /proc/self/status"), 0);
}

/* ---- filters ------------------------------------------------------------------------------- */

/* getpgid(2) answers errno 77. */
static struct sock_filter code[] = {
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getpgid, 0, 1),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | 77),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
};

static struct plan_filter filters[2];

static void add_filters(size_t count, unsigned short length)
{
    for (size_t i = 0; i < count; i++)
        filters[i] = (struct plan_filter){{length, code}, {.text = "--seccomp 9"}};
    plan.filters = filters;
    plan.filter_count = count;
}

static void filters_are_loaded(void **state HUSK_UNUSED)
{
    add_filters(2, ARRAY_SIZE(code));
    assert_int_equal(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
    assert_int_equal(run_script("grep -q 'Seccomp:.2' /proc/$$/status"), 0);
}

static void a_filter_that_is_refused_stops_the_command(void **state HUSK_UNUSED)
{
    add_filters(2, 1); /* a load alone: it does not return */
    assert_int_equal(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
    assert_int_equal(run_script("exit 0"), EXIT_HUSK);
    assert_string_equal(said.text, "loading a seccomp filter (--seccomp 9)");
    assert_int_equal(said.value, EINVAL);
    assert_int_equal(said.hint, HINT_NONE);
    filters[0].policy = "default"; /* its code is right, so the kernel is not */
    assert_int_equal(run_script("exit 0"), EXIT_HUSK);
    assert_int_equal(said.value, EINVAL);
    assert_int_equal(said.hint, HINT_SECCOMP);
}

/* What comes before answers 0 to whoever loads a filter, by either call. */
static void a_filter_that_only_seems_to_be_loaded_stops_the_command(void **state HUSK_UNUSED)
{
    struct sock_filter faked[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_seccomp, 3, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_prctl, 0, 3),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0])),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PR_SET_SECCOMP, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    const struct sock_fprog outer = {ARRAY_SIZE(faked), faked};

    for (unsigned flags = 0; flags < 2; flags++) {
        pid_t pid = fork();
        int status;

        if (pid == 0) {
            add_filters(1, ARRAY_SIZE(code));
            filters[0].flags = flags * SECCOMP_FILTER_FLAG_LOG;
            if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || sys_seccomp_set_filter(&outer) < 0 ||
                sys_seccomp(SECCOMP_SET_MODE_FILTER, 0, &outer) < 0 || /* which was not done */
                run_script("exit 0") != EXIT_HUSK)
                _exit(1);
            _exit(strcmp(said.text, "what husk runs under only pretends to load seccomp filters "
                                    "(--seccomp 9)") != 0);
        }
        assert_int_equal(waitpid(pid, &status, 0), pid);
        assert_int_equal(status, 0);
    }
}

static void a_label_that_is_refused_stops_the_command(void **state HUSK_UNUSED)
{
    spec.exec_label = (struct opt_text){"no such label", {.text = "--exec-label"}};
    /* SELinux without a policy refuses none, so that plan_filters() has to: see test_privileges. */
    if (access("/sys/fs/selinux/initial_contexts/kernel", F_OK) == 0 && run_script("exit 0") == 0)
        return;
    assert_int_equal(run_script("exit 0"), EXIT_HUSK);
    assert_string_equal(said.text, "label_exec no such label (--exec-label)");
}

/* Another file of procfs is on the one that takes the label: what is written there would do nothing. */
static int misled(void *arg)
{
    const char *name = arg, *path = arena_printf("/proc/thread-self/attr/%s", name);

    bare_plan();
    plan.file = path_of("script"); /* should it be executed, the status is its own */
    prepare();
    if (strchr(name, '/'))
        plan.apparmor = "exec x";
    else
        spec.exec_label = (struct opt_text){"x", {.text = "--exec-label x"}};
    if (access(path, F_OK) < 0)
        return 0; /* not in this kernel */
    if (proc_open(in) < 0)
        return 1;
    if (sys_mount("/proc/thread-self/comm", path, NULL, MS_BIND, NULL) < 0)
        return 2;
    exec_command(in);
    return in->error.value == EXDEV ? 0 : 3;
}

static void a_label_goes_to_no_other_file(void **state HUSK_UNUSED)
{
    assert_int_equal(status_of(misled, (void *)"exec"), 0);
    assert_int_equal(status_of(misled, (void *)"apparmor/exec"), 0);
}

static void a_profile_that_is_refused_stops_the_command(void **state HUSK_UNUSED)
{
    plan.apparmor = "exec husk-test-no-such-profile";
    spec.apparmor_profile = (struct opt_text){"husk-test-no-such-profile", {.text = "--apparmor-profile X"}};
    assert_int_equal(run_script("exit 0"), EXIT_HUSK);
    assert_string_equal(said.text,
                        "changing to the AppArmor profile husk-test-no-such-profile (--apparmor-profile X)");
    assert_int_equal(said.hint, HINT_APPARMOR);
}

int main(void)
{
#define PLAIN(test) cmocka_unit_test_setup(test, set_up)
    const struct CMUnitTest tests[] = {
        PLAIN(a_path_is_taken_as_it_is),
        PLAIN(a_name_is_looked_for_in_path),
        PLAIN(a_text_is_a_script),
        PLAIN(what_is_not_there_is_127),
        PLAIN(what_cannot_be_executed_is_126),
        PLAIN(a_missing_interpreter_is_told),
        PLAIN(the_search_goes_on),
        PLAIN(as_bwrap_all_of_these_are_1),
        PLAIN(the_environment_is_the_plans),
        PLAIN(inherited_fds_are_closed_but_those_to_keep),
        PLAIN(signals_are_as_the_plan_has_them),
        PLAIN(filters_are_loaded),
        PLAIN(a_filter_that_is_refused_stops_the_command),
        PLAIN(a_filter_that_only_seems_to_be_loaded_stops_the_command),
        PLAIN(a_label_that_is_refused_stops_the_command),
        PLAIN(a_profile_that_is_refused_stops_the_command),
        IN_NAMESPACE(a_label_goes_to_no_other_file, CLONE_NEWUSER | CLONE_NEWNS, AS_ID_0),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
