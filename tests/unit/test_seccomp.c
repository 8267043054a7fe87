/* The built-in seccomp policies: which one is chosen, and that the kernel takes each. What they answer
 * is asked by tests/functional/seccomp-table.t. */
#include "plan/seccomp.h"
#include "bare_plan.h"
#include "base/log.h"
#include "base/syscalls.h"
#include "plan/seccomp_policies.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

static int set_up(void **state HUSK_UNUSED)
{
    bare_plan();
    log_init("husk", false);
    plan.unshared = CLONE_NEWPID;
    return 0;
}

static void ask_for(const char *name)
{
    spec.seccomp_profile = (struct opt_text){name, {.text = "--seccomp-profile X"}};
}

static void without_a_name_there_is_none(void **state HUSK_UNUSED)
{
    struct plan_filter filter;

    assert_int_equal(plan_seccomp(&plan, &filter), 0);
    ask_for("none");
    assert_int_equal(plan_seccomp(&plan, &filter), 0);
}

static void each_name_has_its_own(void **state HUSK_UNUSED)
{
    static const char *const names[] = {"default", "strict", "build", "nested"};
    const struct sock_filter *last = NULL;

    assert_int_equal(seccomp_policy_count, ARRAY_SIZE(names));
    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        struct plan_filter filter = {.prog.len = 0};

        ask_for(names[i]);
        assert_int_equal(plan_seccomp(&plan, &filter), 1);
        assert_string_equal(filter.policy, names[i]);
        assert_string_equal(filter.from.text, "--seccomp-profile X");
        assert_in_range(filter.prog.len, 50, BPF_MAXINSNS);
        assert_ptr_not_equal(filter.prog.filter, last);
        last = filter.prog.filter;
    }
}

static void others_are_refused(void **state HUSK_UNUSED)
{
    static const char *const names[] = {"", "Default", "defaul", "default ", "default.jso"};
    struct plan_filter filter;

    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        ask_for(names[i]);
        refused(plan_seccomp(&plan, &filter),
                "--seccomp-profile X: no such seccomp policy; there are default, strict, build, "
                "nested, and none, or a file by a path with a slash or .json at its end");
    }
}

static void nested_needs_user_namespaces(void **state HUSK_UNUSED)
{
    struct plan_filter filter;

    ask_for("nested");
    plan.disable_userns = true;
    refused(plan_seccomp(&plan, &filter), "further user namespaces are forbidden inside (--mask)");
    spec.disable_userns = true;
    spec.disable_userns_from = (struct origin){.file = "f", 1, 2, "disable-userns"};
    refused(plan_seccomp(&plan, &filter), "forbidden inside (f:1:2: disable-userns)");
}

static void build_needs_a_pid_namespace(void **state HUSK_UNUSED)
{
    struct plan_filter filter;

    ask_for("build");
    plan.unshared = CLONE_NEWUSER;
    refused(plan_seccomp(&plan, &filter), "it needs --unshare-pid");
    spec.pidns.fd = open("/proc/self/ns/pid", O_RDONLY | O_CLOEXEC); /* where husk is already */
    refused(plan_seccomp(&plan, &filter), "it needs --unshare-pid");
    spec.pidns.fd = open("/proc/self/ns/uts", O_RDONLY | O_CLOEXEC); /* another; joining it is not tried */
    assert_int_equal(plan_seccomp(&plan, &filter), 1);
}

static void it_is_loaded_before_those_that_were_handed_in(void **state HUSK_UNUSED)
{
    int fd = memfd_create("filter", MFD_CLOEXEC);

    assert_int_equal(write(fd, "12345678", 8), 8);
    lseek(fd, 0, SEEK_SET);
    *VEC_PUSH(&spec.seccomp) = (struct opt_fd){fd, {.text = "--add-seccomp-fd 9"}};
    ask_for("strict");
    assert_int_equal(plan_filters(&plan), 0);
    assert_int_equal(plan.filter_count, 2);
    assert_string_equal(plan.filters[0].policy, "strict");
    assert_null(plan.filters[1].policy);
    assert_string_equal(plan.filters[1].from.text, "--add-seccomp-fd 9");
}

static void a_wrong_name_ends_the_plan(void **state HUSK_UNUSED)
{
    ask_for("x");
    refused(plan_filters(&plan), "no such seccomp policy");
}

/* In a child: loads FILTER, and another one after it as a handed-in one would be, and asks. */
static int loaded(const struct plan_filter *filter)
{
    struct sock_filter allow[] = {BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
    struct sock_fprog second = {1, allow};

    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || sys_seccomp_set_filter(&filter->prog) < 0 ||
        sys_seccomp_set_filter(&second) < 0)
        return 1;
    if (getppid() <= 0)
        return 2;
    if (syscall(SYS_add_key, NULL, NULL, NULL, 0, 0) != -1 || errno != EPERM)
        return 3;
    if (syscall(1000, 0, 0, 0) != -1 || errno != ENOSYS)
        return 4;
    return 0;
}

static void the_kernel_takes_them(void **state HUSK_UNUSED)
{
    for (unsigned i = 0; i < seccomp_policy_count; i++) {
        struct plan_filter filter;
        int status;
        pid_t pid;

        ask_for(seccomp_policies[i].name);
        assert_int_equal(plan_seccomp(&plan, &filter), 1);
        pid = fork();
        if (pid == 0)
            _exit(loaded(&filter));
        assert_int_equal(waitpid(pid, &status, 0), pid);
        assert_int_equal(status, 0);
    }
}

/* Each call in a filter's groups, with those of no policy. */
static void the_list_has_groups(void **state HUSK_UNUSED)
{
    static const char *const groups[] = {"@mount: ", "@keyring: ", "@debug: ", "@network: "};

    for (size_t i = 0; i < ARRAY_SIZE(groups); i++)
        assert_non_null(strstr(seccomp_groups_text, groups[i]));
    assert_non_null(strstr(seccomp_groups_text, " ptrace"));
    assert_non_null(strstr(seccomp_groups_text, "(no policy)\n"));
}

int main(void)
{
#define PLAIN(test) cmocka_unit_test_setup(test, set_up)
    const struct CMUnitTest tests[] = {
        PLAIN(without_a_name_there_is_none),
        PLAIN(each_name_has_its_own),
        PLAIN(others_are_refused),
        PLAIN(nested_needs_user_namespaces),
        PLAIN(build_needs_a_pid_namespace),
        PLAIN(it_is_loaded_before_those_that_were_handed_in),
        PLAIN(a_wrong_name_ends_the_plan),
        PLAIN(the_kernel_takes_them),
        PLAIN(the_list_has_groups),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
