/*
 * What the seccomp filters around a program answer, for any call with any arguments, while no call
 * is made: the probe's own filter, which counts less than a refusal and more than a permission,
 * hands what they permit to a supervisor, and that one answers EXFULL.
 *
 *     seccomp-probe COMMAND [ARG...]     the supervisor: COMMAND has fd 9 to send the listener to
 *     seccomp-probe                      the probe, somewhere in COMMAND
 *     seccomp-probe --alone              the same where there can be no supervisor, under a filter that has a
 *                                        listener: what is permitted is ENOSYS, of SECCOMP_RET_TRACE
 *
 * The probe reads lines "ABI NUMBER A0 A1 A2" and prints them with the answer behind: "allow",
 * "EPERM", "ENOSYS" or another errno's name; "MADE" would be a call that was made. Arguments are
 * hexadecimal. ABI is "native", "x32" (a native call with bit 30) or "i386".
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    GATE = 9,
    PERMITTED = EXFULL,
    MAGIC = 0x5ecc0b, /* the sixth argument of what is probed */
};

static int fail(const char *what)
{
    fprintf(stderr, "seccomp-probe: %s: %s\n", what, strerror(errno));
    exit(99);
}

/* ---- the probe ------------------------------------------------------------------------------ */

static void send_fd(int fd)
{
    union {
        struct cmsghdr header;
        char room[CMSG_SPACE(sizeof fd)];
    } control = {.header = {CMSG_LEN(sizeof fd), SOL_SOCKET, SCM_RIGHTS}};
    struct iovec byte = {"", 1};
    struct msghdr message = {.msg_iov = &byte,
                             .msg_iovlen = 1,
                             .msg_control = &control,
                             .msg_controllen = sizeof control};

    memcpy(CMSG_DATA(&control.header), &fd, sizeof fd);
    if (sendmsg(GATE, &message, 0) != 1)
        fail("sending the listener");
    close(fd);
    close(GATE);
}

static void load_filter(bool alone)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[5])),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, MAGIC, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, alone ? SECCOMP_RET_TRACE : SECCOMP_RET_USER_NOTIF),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog prog = {sizeof code / sizeof *code, code};
    long fd = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
                      alone ? 0 : SECCOMP_FILTER_FLAG_NEW_LISTENER, &prog);

    if (fd < 0)
        fail("loading the probe's filter");
    if (!alone)
        send_fd((int)fd);
}

#ifdef __x86_64__
/* int 0x80: the 32-bit calls of a 64-bit program. r8 to r11 are not kept by older kernels. */
static long call_i386(long number, const unsigned long *a)
{
    register long sixth __asm__("r12") = MAGIC;
    long result;

    __asm__ volatile("xchg %%rbp, %[sixth]\n\tint $0x80\n\txchg %%rbp, %[sixth]"
                     : "=a"(result), [sixth] "+r"(sixth)
                     : "a"(number), "b"(a[0]), "c"(a[1]), "d"(a[2]), "S"(0L), "D"(0L)
                     : "memory", "r8", "r9", "r10", "r11");
    return (int)result;
}
#endif

static int answer(const char *abi, long number, const unsigned long *a)
{
#ifdef __x86_64__
    if (strcmp(abi, "i386") == 0)
        return (int)-call_i386(number, a);
    if (strcmp(abi, "x32") == 0)
        number |= 0x40000000;
#endif
    if (syscall(number, a[0], a[1], a[2], 0L, 0L, (long)MAGIC) != -1)
        return 0;
    return errno;
}

static int probe(bool alone)
{
    char abi[16];
    unsigned long a[3];
    long number;

    load_filter(alone);
    while (scanf("%15s %li %lx %lx %lx", abi, &number, &a[0], &a[1], &a[2]) == 5) {
        int e = answer(abi, number, a);

        printf("%s %ld %lx %lx %lx %s\n", abi, number, a[0], a[1], a[2],
               e == PERMITTED ? "allow"
               : e            ? strerrorname_np(e)
                              : "MADE");
    }
    return ferror(stdin) || fflush(stdout) ? 99 : 0;
}

/* ---- the supervisor ------------------------------------------------------------------------- */

/* The listener, or -1 when there is nobody left who could send it. */
static int receive_fd(int gate)
{
    union {
        struct cmsghdr header;
        char room[CMSG_SPACE(sizeof(int))];
    } control;
    char byte;
    struct iovec iov = {&byte, 1};
    struct msghdr message = {.msg_iov = &iov,
                             .msg_iovlen = 1,
                             .msg_control = &control,
                             .msg_controllen = sizeof control};
    int fd;

    if (recvmsg(gate, &message, MSG_CMSG_CLOEXEC) != 1 || !message.msg_controllen)
        return -1;
    memcpy(&fd, CMSG_DATA(&control.header), sizeof fd);
    return fd;
}

/* Until nobody has the filter any more. */
static void answer_all(int listener)
{
    struct pollfd p = {.fd = listener, .events = POLLIN};

    while (poll(&p, 1, -1) == 1 && (p.revents & POLLIN)) {
        struct seccomp_notif call = {0};
        struct seccomp_notif_resp reply = {.error = -PERMITTED};

        if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &call) < 0)
            continue; /* who made it is gone */
        reply.id = call.id;
        ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &reply);
    }
}

static int supervise(char **command)
{
    int gate[2], status, listener;
    pid_t pid;

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, gate) < 0)
        fail("making a socket");
    pid = fork();
    if (pid < 0)
        fail("forking");
    if (pid == 0) {
        if (dup2(gate[1], GATE) < 0)
            fail("placing the socket");
        execvp(command[0], command);
        fail(command[0]);
    }
    close(gate[1]);
    listener = receive_fd(gate[0]);
    if (listener >= 0)
        answer_all(listener);
    if (waitpid(pid, &status, 0) != pid)
        fail("waiting");
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "--alone") == 0)
        return probe(true);
    return argc > 1 ? supervise(argv + 1) : probe(false);
}
