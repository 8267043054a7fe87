/* src/plan/tcp_guard.c, loaded into processes of their own. */
#include "plan/tcp_guard.h"
#include "bare_plan.h"
#include "base/bpf.h"
#include "base/syscalls.h"
#include "in_namespace.h"
#include <arpa/inet.h>
#include <errno.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

enum { FAST_OPEN = 0x20000000, SMC = 43, MPTCP = 262 };

static struct plan_filter filter;

static bool load(void)
{
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && sys_seccomp_set_filter(&filter.prog) == 0;
}

#define SHOULD(what)                                                                               \
    do {                                                                                           \
        if (!(what))                                                                               \
            return __LINE__ % 256;                                                                 \
    } while (0)
#define FAILS(call, err) (errno = 0, (call) < 0 && errno == (err))

static int sockets(void *arg HUSK_UNUSED)
{
    SHOULD(load());
    SHOULD(socket(AF_INET, SOCK_STREAM, 0) >= 0);
    SHOULD(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP) >= 0);
    SHOULD(socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP) >= 0);
    SHOULD(socket(AF_UNIX, SOCK_STREAM, 0) >= 0);
    SHOULD(FAILS(socket(AF_INET, SOCK_STREAM, MPTCP), EPROTONOSUPPORT));
    SHOULD(FAILS(socket(AF_INET6, SOCK_STREAM, MPTCP), EPROTONOSUPPORT));
    SHOULD(FAILS(socket(AF_INET, SOCK_STREAM, IPPROTO_SCTP), EPROTONOSUPPORT));
    SHOULD(FAILS(socket(AF_INET, SOCK_SEQPACKET, 0), EPROTONOSUPPORT)); /* SCTP's by another name */
    SHOULD(FAILS(socket(AF_INET6, SOCK_SEQPACKET | SOCK_CLOEXEC, 0), EPROTONOSUPPORT));
    SHOULD(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0) >= 0);
    SHOULD(socket(AF_UNIX, SOCK_SEQPACKET, 0) >= 0);
    SHOULD(FAILS(socket(SMC, SOCK_STREAM, 0), EAFNOSUPPORT));
    /* The kernel takes 32 bits of each. */
    SHOULD(FAILS(syscall(SYS_socket, AF_INET | 1ULL << 32, SOCK_STREAM, MPTCP | 1ULL << 32), EPROTONOSUPPORT));
    SHOULD(FAILS(syscall(SYS_socket, SMC | 1ULL << 32, SOCK_STREAM, 0), EAFNOSUPPORT));
    SHOULD(FAILS(syscall(425, 1, NULL), ENOSYS)); /* io_uring_setup */
#ifdef __x86_64__
    SHOULD(FAILS(syscall(0x40000000 + SYS_socket, AF_INET, SOCK_STREAM, 0), ENOSYS));
#endif
    return 0;
}

static int sending(void *arg HUSK_UNUSED)
{
    struct mmsghdr messages[1];
    int ends[2];

    memset(messages, 0, sizeof messages);
    SHOULD(load());
    SHOULD(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
    SHOULD(send(ends[0], "x", 1, MSG_NOSIGNAL) == 1);
    SHOULD(sendmsg(ends[0], &messages[0].msg_hdr, MSG_NOSIGNAL) == 0);
    SHOULD(FAILS(send(ends[0], "x", 1, FAST_OPEN | MSG_NOSIGNAL), EOPNOTSUPP));
    SHOULD(FAILS(sendmsg(ends[0], &messages[0].msg_hdr, FAST_OPEN), EOPNOTSUPP));
    SHOULD(FAILS(sendmmsg(ends[0], messages, 1, FAST_OPEN), EOPNOTSUPP));
    SHOULD(FAILS(syscall(SYS_sendto, ends[0], "x", 1, FAST_OPEN | 1ULL << 32, NULL, 0), EOPNOTSUPP));
    return 0;
}

static int without(void *arg HUSK_UNUSED)
{
    int ends[2];

    SHOULD(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
    SHOULD(!FAILS(send(ends[0], "x", 1, FAST_OPEN | MSG_NOSIGNAL), EOPNOTSUPP));
    SHOULD(!FAILS(syscall(425, 1, NULL), ENOSYS) || access("/proc/sys/kernel/io_uring_disabled", F_OK) < 0);
    return 0;
}

static int set_up(void **state HUSK_UNUSED)
{
    bare_plan();
    spec.tcp_bind = (struct opt_ports){.set = true, .from.text = "--tcp-bind 1"};
    tcp_guard(&plan, &filter);
    return 0;
}

static void it_has_its_origin(void **state HUSK_UNUSED)
{
    assert_string_equal(filter.policy, "tcp");
    assert_string_equal(filter.from.text, "--tcp-bind 1");
    assert_in_range(filter.prog.len, 20, 250);
    spec.tcp_connect = (struct opt_ports){.set = true, .from.text = "--tcp-connect 1"};
    tcp_guard(&plan, &filter);
    assert_string_equal(filter.from.text, "--tcp-connect 1");
}

static void other_sockets_are_refused(void **state HUSK_UNUSED)
{
    assert_int_equal(status_of(without, NULL), 0);
    assert_int_equal(status_of(sockets, NULL), 0);
}

/* By the filter itself: a kernel without SMC gives the same errno. */
static void smc_is_refused(void **state HUSK_UNUSED)
{
    static const struct {
        uint32_t arch;
        int socket;
    } abis[] = {
        {AUDIT_ARCH_X86_64, 41},   {AUDIT_ARCH_I386, 359},    {AUDIT_ARCH_AARCH64, 198},
        {AUDIT_ARCH_ARM, 281},     {AUDIT_ARCH_RISCV64, 198},
    };

    for (size_t i = 0; i < ARRAY_SIZE(abis); i++) {
        struct seccomp_data call = {.nr = abis[i].socket, .arch = abis[i].arch, .args = {SMC, SOCK_STREAM, 0}};

        assert_int_equal(bpf_run(&filter.prog, &call), SECCOMP_RET_ERRNO | EAFNOSUPPORT);
        call.args[0] = AF_UNIX;
        assert_int_equal(bpf_run(&filter.prog, &call), SECCOMP_RET_ALLOW);
        call.args[0] = AF_INET6;
        call.args[2] = MPTCP;
        assert_int_equal(bpf_run(&filter.prog, &call), SECCOMP_RET_ERRNO | EPROTONOSUPPORT);
    }
}

static void fast_open_is_refused(void **state HUSK_UNUSED)
{
    assert_int_equal(status_of(sending, NULL), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(it_has_its_origin, set_up),
        cmocka_unit_test_setup(other_sockets_are_refused, set_up),
        cmocka_unit_test_setup(smc_is_refused, set_up),
        cmocka_unit_test_setup(fast_open_is_refused, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
