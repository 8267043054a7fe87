#include "tools/seccomp-rules.h"
#include "base/util.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

void fail(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    fprintf(stderr, "seccomp-policies: ");
    vfprintf(stderr, fmt, ap);
    fputc('\n', stderr);
    exit(1);
}

/* ---- instructions --------------------------------------------------------------------------- */

struct sock_filter code[BPF_MAXINSNS];
size_t length;

static void put(uint16_t op, uint8_t jt, uint8_t jf, uint32_t k)
{
    if (length == BPF_MAXINSNS)
        fail("a policy is too long for the kernel");
    code[length++] = (struct sock_filter){op, jt, jf, k};
}

/* The lower half of an argument, as the kernel takes an int: what is in the upper half must not
 * count (CVE-2019-10063). All the architectures here are little-endian. */
static void load_int(unsigned argument)
{
    put(BPF_LD | BPF_W | BPF_ABS, 0, 0,
        (uint32_t)(offsetof(struct seccomp_data, args) + 8 * argument));
}

static void answer(uint32_t action)
{
    put(BPF_RET | BPF_K, 0, 0, action);
}

uint32_t refusal(int error)
{
    return SECCOMP_RET_ERRNO | (uint32_t)error;
}

/* If what was loaded is VALUE, ACTION. */
static void if_is(uint32_t value, uint32_t action)
{
    put(BPF_JMP | BPF_JEQ | BPF_K, 0, 1, value);
    answer(action);
}

/* EPERM if what was loaded has any of BITS, else allowed. */
static void refuse_bits(uint32_t bits)
{
    put(BPF_JMP | BPF_JSET | BPF_K, 0, 1, bits);
    answer(refusal(EPERM));
    answer(SECCOMP_RET_ALLOW);
}

/* ---- the rules ------------------------------------------------------------------------------ */

/* For reading only: a dynamic program has to find its libraries. */
static void rule_open(unsigned argument)
{
    const uint32_t tmpfile = 020000000; /* without O_DIRECTORY, which differs */

    load_int(argument);
    refuse_bits(O_ACCMODE | O_CREAT | O_TRUNC | tmpfile);
}

/* Both put words into what reads the terminal after the sandbox's end: the caller's shell. */
static void rule_ioctl(void)
{
    load_int(1);
    if_is(0x5412 /* TIOCSTI */, refusal(EPERM));
    if_is(0x541c /* TIOCLINUX */, refusal(EPERM));
    answer(SECCOMP_RET_ALLOW);
}

/* For what computes: what its open files are and how much there is to read, and flags of its own
 * fds. Most others do something to a file, a terminal or a device (FS_IOC_SETFLAGS, TIOCSTI). */
static void rule_ioctl_strict(void)
{
    static const uint32_t harmless[] = {
        0x5401 /* TCGETS */,    0x802c542a /* TCGETS2 */, 0x5413 /* TIOCGWINSZ */,
        0x540f /* TIOCGPGRP */, 0x5411 /* TIOCOUTQ */,    0x541b /* FIONREAD */,
        0x5421 /* FIONBIO */,   0x5450 /* FIONCLEX */,    0x5451 /* FIOCLEX */,
        0x0002 /* FIGETBSZ */,
    };
    const uint8_t count = ARRAY_SIZE(harmless);

    load_int(1);
    for (uint8_t i = 0; i < count; i++)
        put(BPF_JMP | BPF_JEQ | BPF_K, (uint8_t)(count - i), 0, harmless[i]);
    answer(refusal(EPERM));
    answer(SECCOMP_RET_ALLOW);
}

enum {
    NEW_NAMESPACES = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER |
                     CLONE_NEWPID | CLONE_NEWNET,
};

static void rule_clone(void)
{
    load_int(0);
    refuse_bits(NEW_NAMESPACES);
}

static void rule_unshare(void)
{
    load_int(0);
    refuse_bits(NEW_NAMESPACES | 0x80 /* CLONE_NEWTIME; in clone's flags a part of the signal */);
}

/* What asks for another protocol of netlink's, audit mostly, does without it if it is not there. */
static void rule_socket(void)
{
    load_int(0);
    if_is(AF_UNIX, SECCOMP_RET_ALLOW);
    if_is(AF_INET, SECCOMP_RET_ALLOW);
    if_is(AF_INET6, SECCOMP_RET_ALLOW);
    put(BPF_JMP | BPF_JEQ | BPF_K, 1, 0, AF_NETLINK);
    answer(refusal(EPERM));
    load_int(2);
    if_is(0 /* NETLINK_ROUTE */, SECCOMP_RET_ALLOW);
    answer(refusal(EAFNOSUPPORT));
}

/* i386: the family is in memory. musl then calls socket(2), and so does whoever else knows it. */
static void rule_socketcall(void)
{
    load_int(0);
    if_is(1 /* SYS_SOCKET */, refusal(ENOSYS));
    if_is(8 /* SYS_SOCKETPAIR */, refusal(ENOSYS));
    answer(SECCOMP_RET_ALLOW);
}

static void rule_personality(void)
{
    const uint32_t harmless =
        0x0008 /* PER_LINUX32 */ | 0x20000 /* UNAME26 */ |
        0x40000 /* ADDR_NO_RANDOMIZE: debuggers, and programs that dump core */;

    load_int(0);
    if_is(UINT32_MAX, SECCOMP_RET_ALLOW); /* asks only */
    refuse_bits(~harmless);
}

void put_rule(enum check check)
{
    switch (check) {
    case CHECK_OPEN:
        rule_open(1);
        break;
    case CHECK_OPENAT:
        rule_open(2);
        break;
    case CHECK_IOCTL:
        rule_ioctl();
        break;
    case CHECK_IOCTL_STRICT:
        rule_ioctl_strict();
        break;
    case CHECK_CLONE:
        rule_clone();
        break;
    case CHECK_UNSHARE:
        rule_unshare();
        break;
    case CHECK_SOCKET:
        rule_socket();
        break;
    case CHECK_SOCKETCALL:
        rule_socketcall();
        break;
    case CHECK_PERSONALITY:
        rule_personality();
        break;
    case CHECK_UNKNOWN:
    case CHECK_COUNT:
        fail("no rule");
    }
}
