/*
 * What the built-in policies refuse, by a list of its own: seccomp-table.t compares the kernel's answers with the
 * table that they are made from, so what is wrong there would be right here and there. By docs/seccomp.md.
 */
#include "base/bpf.h"
#include "base/util.h"
#include "plan/seccomp_policies.h"
#include <errno.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* All four of them, then the three but one. */
static const char all[] = "default strict build nested", but_build[] = "default strict nested",
                  but_nested[] = "default strict build";

static const struct expected {
    const char *policies; /* that answer ERROR; the others allow it */
    int error;
    const char *calls;
} expected[] = {
    {all, EPERM, "io_uring_setup io_uring_enter io_uring_register bpf perf_event_open userfaultfd lookup_dcookie"},
    {all, EPERM, "add_key keyctl request_key init_module finit_module delete_module"},
    {all, EPERM, "kexec_load kexec_file_load reboot swapon swapoff quotactl quotactl_fd acct"},
    {all, EPERM, "clock_settime clock_settime64 settimeofday stime adjtimex clock_adjtime clock_adjtime64"},
    {all, EPERM, "fanotify_init fanotify_mark open_by_handle_at syslog vhangup iopl ioperm modify_ldt vm86 vm86old"},
    {but_build, EPERM, "ptrace process_vm_readv process_vm_writev pidfd_getfd kcmp"},
    {but_nested, EPERM, "mount umount umount2 pivot_root move_mount open_tree open_tree_attr mount_setattr"},
    {but_nested, EPERM, "fsopen fsconfig fsmount fspick setns sethostname setdomainname"},
    {but_nested, ENOSYS, "clone3"},
    {"strict", ENOSYS, "openat2"},
    {"strict", EPERM, "fork vfork execveat connect bind listen accept accept4 pidfd_open setsid setpgid setrlimit"},
    {"strict", EPERM, "creat mkdir mkdirat rmdir unlink unlinkat rename renameat renameat2 link linkat symlink"},
    {"strict", EPERM, "truncate ftruncate fallocate chmod fchmod fchmodat chown fchown lchown mknod mknodat setxattr"},
    {"strict", EPERM, "setuid setgid setgroups setresuid setresgid capset chroot mq_open shmget semget msgget"},
    {"strict", EPERM, "io_setup io_submit inotify_init inotify_init1 mbind sched_setscheduler"},
    {"", 0, "read write openat mmap futex execve exit_group nanosleep rt_sigaction seccomp landlock_restrict_self"},
};

static const struct syscall_row *find(const char *name, size_t n)
{
    for (unsigned i = 0; i < syscall_row_count; i++) {
        const char *known = syscall_row_names + syscall_rows[i].name;

        if (strncmp(known, name, n) == 0 && !known[n])
            return &syscall_rows[i];
    }
    fail_msg("%.*s is not in the table", (int)n, name);
    return NULL;
}

static uint32_t answer(const struct seccomp_policy *policy, unsigned arch, int number)
{
    const struct sock_fprog prog = {policy->length, (struct sock_filter *)&seccomp_code[policy->start]};
    const struct seccomp_data call = {.nr = number, .arch = arch};

    return bpf_run(&prog, &call);
}

static bool has_word(const char *words, const char *word)
{
    const char *at = strstr(words, word);

    return at && (at == words || at[-1] == ' ') && strchr(" ", at[strlen(word)]);
}

/* Arguments are 0. A call that an ABI has not got is none of it. */
static void check_call(const struct expected *e, const char *name, size_t n)
{
    const struct syscall_row *row = find(name, n);

    for (unsigned p = 0; p < seccomp_policy_count; p++) {
        const struct seccomp_policy *policy = &seccomp_policies[p];
        uint32_t want = has_word(e->policies, policy->name) ? SECCOMP_RET_ERRNO | (uint32_t)e->error : SECCOMP_RET_ALLOW;

        for (int abi = SECCOMP_NATIVE; abi <= SECCOMP_32BIT; abi++)
            if (syscall_abis[abi].arch && row->number[abi] >= 0 &&
                answer(policy, syscall_abis[abi].arch, row->number[abi]) != want)
                fail_msg("%s: %s %.*s: %#x", policy->name, syscall_abis[abi].name, (int)n, name,
                         answer(policy, syscall_abis[abi].arch, row->number[abi]));
    }
}

static void each_policy_refuses_what_it_should(void **state HUSK_UNUSED)
{
    assert_int_equal(seccomp_policy_count, 4);
    for (size_t i = 0; i < ARRAY_SIZE(expected); i++)
        for (const char *name = expected[i].calls; *name; name += strspn(name, " ")) {
            size_t n = strcspn(name, " ");

            check_call(&expected[i], name, n);
            name += n;
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_policy_refuses_what_it_should)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
