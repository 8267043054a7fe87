#include "allow/seal.h"
#include "base/log.h"
#include "base/sanitizers.h"
#include <errno.h>
#include <linux/capability.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/* What libc and libnftables do by themselves, and the loops of both legs. */
static const int both[] = {
    SCMP_SYS(brk), SCMP_SYS(clock_gettime), SCMP_SYS(clock_nanosleep), SCMP_SYS(close),
    SCMP_SYS(dup2), SCMP_SYS(dup3), SCMP_SYS(exit), SCMP_SYS(exit_group), SCMP_SYS(fcntl), SCMP_SYS(futex), SCMP_SYS(getpid),
    SCMP_SYS(getrandom), SCMP_SYS(gettid), SCMP_SYS(gettimeofday), SCMP_SYS(madvise),
    SCMP_SYS(mremap), SCMP_SYS(munmap), SCMP_SYS(poll), SCMP_SYS(ppoll), SCMP_SYS(read),
    SCMP_SYS(readv), SCMP_SYS(recv), SCMP_SYS(recvfrom), SCMP_SYS(recvmsg),
    SCMP_SYS(restart_syscall), SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn), SCMP_SYS(send), SCMP_SYS(sendmsg), SCMP_SYS(sendto), SCMP_SYS(time),
    SCMP_SYS(write), SCMP_SYS(writev),
};

static const int inner[] = {
    SCMP_SYS(accept4), SCMP_SYS(fstat), SCMP_SYS(getsockname), SCMP_SYS(getsockopt),
    SCMP_SYS(lseek), SCMP_SYS(newfstatat), SCMP_SYS(pselect6), SCMP_SYS(select),
    SCMP_SYS(setsockopt), SCMP_SYS(bind),
};

static const int outer[] = {SCMP_SYS(connect)};

static int add_all(scmp_filter_ctx filter, const int *calls, size_t count)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < count; i++)
        r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i], 0);
    return r;
}

static int add_socket(scmp_filter_ctx filter, int family)
{
    return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(socket), 1,
                            SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)family));
}

/* Memory that can be written is never executed. */
static int add_memory(scmp_filter_ctx filter)
{
    const scmp_datum_t executable = 4; /* PROT_EXEC */
    int r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
                             SCMP_A2(SCMP_CMP_MASKED_EQ, executable, 0));

    return r ? r
             : seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
                                SCMP_A2(SCMP_CMP_MASKED_EQ, executable, 0));
}

static int load(const int *calls, size_t count, const int *families, size_t family_count)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));
    int r;

    if (!filter)
        return -ENOMEM;
    r = add_all(filter, both, ARRAY_SIZE(both));
    if (r == 0)
        r = add_all(filter, calls, count);
    if (r == 0)
        r = add_memory(filter);
    /* Functions that never return ask for the stack of signals then. */
    if (r == 0 && WITH_ASAN)
        r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(sigaltstack), 0);
    for (size_t i = 0; r == 0 && i < family_count; i++)
        r = add_socket(filter, families[i]);
    if (r == 0)
        r = seccomp_load(filter);
    seccomp_release(filter);
    return r;
}

static int set_caps(uint64_t keep)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    const struct __user_cap_data_struct data[2] = {
        {.effective = (uint32_t)keep, .permitted = (uint32_t)keep},
        {.effective = (uint32_t)(keep >> 32), .permitted = (uint32_t)(keep >> 32)},
    };

    /* Whoever has none cannot raise any; it is no error that there are none to drop. */
    if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0)
        return -errno;
    return syscall(SYS_capset, &header, data) < 0 ? -errno : 0;
}

static int give_up_rights(uint64_t keep)
{
    const struct rlimit none = {0, 0};
    int r = set_caps(keep);

    if (r < 0)
        return r;
    if (setrlimit(RLIMIT_CORE, &none) < 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0 ||
        prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
        return -errno;
    return 0;
}

int seal_outer(void)
{
    static const int families[] = {AF_INET, AF_INET6};
    int r = give_up_rights(0);

    if (r == 0)
        r = load(outer, ARRAY_SIZE(outer), families, ARRAY_SIZE(families));
    return r < 0 ? log_errno(-r, "--allow: sealing what asks the name servers") : 0;
}

int seal_inner(void)
{
    static const int families[] = {AF_NETLINK};
    int r = give_up_rights(UINT64_C(1) << CAP_NET_ADMIN);

    if (r == 0)
        r = load(inner, ARRAY_SIZE(inner), families, ARRAY_SIZE(families));
    return r < 0 ? log_errno(-r, "--allow: sealing the resolver") : 0;
}
