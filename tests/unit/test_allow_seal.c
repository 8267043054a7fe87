/* What each leg can do no more once it is sealed; and that this test could do it before. */
#include "allow/seal.h"
#include "base/alloc.h"
#include "capture.h"
#include "in_namespace.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

enum { REFUSED = -ENOSYS };

/* 0 and more, or -errno; what was opened is closed. */
static int opens(long fd)
{
    if (fd < 0)
        return -errno;
    close((int)fd);
    return 0;
}

static int makes_socket(int family, int type)
{
    return opens(socket(family, type | SOCK_CLOEXEC, 0));
}

static int maps(int protection)
{
    void *at = mmap(NULL, 4096, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    return at == MAP_FAILED ? -errno : munmap(at, 4096);
}

static int forks(void)
{
    pid_t pid = fork();

    if (pid == 0)
        _exit(0);
    return pid < 0 ? -errno : 0;
}

static int executes(void)
{
    execl("/nonexistent", "x", NULL);
    return -errno;
}

/* Exits with the line of what is not so. */
#define IS(a, b)                                                                                   \
    do {                                                                                           \
        if ((a) != (b))                                                                            \
            return __LINE__ % 250 + 1;                                                             \
    } while (0)

/* What neither leg may do: 0, or -ENOSYS of each. */
static int has_it_all(int r)
{
    int pair[2];

    IS(opens(open("/dev/null", O_RDONLY | O_CLOEXEC)), r);
#ifdef SYS_open
    IS(opens(syscall(SYS_open, "/dev/null", O_RDONLY | O_CLOEXEC, 0)), r);
#endif
    IS(executes(), r ? r : -ENOENT);
    IS(forks(), r);
    IS(makes_socket(AF_UNIX, SOCK_STREAM), r);
    IS(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0 ? -errno : 0, r);
    IS(maps(PROT_READ | PROT_EXEC), r);
    IS(syscall(SYS_kill, getpid(), 0) < 0 ? -errno : 0, r);
    IS(syscall(SYS_getcwd, (char[4096]){0}, 4096) < 0 ? -errno : 0, r);
    IS(maps(PROT_READ | PROT_WRITE), 0);
    return 0;
}

static int the_outer_leg(void *arg HUSK_UNUSED)
{
    int before = has_it_all(0);

    if (before)
        return before;
    IS(makes_socket(AF_NETLINK, SOCK_RAW), 0);
    IS(seal_outer(), 0);
    IS(makes_socket(AF_INET, SOCK_DGRAM), 0);
    IS(makes_socket(AF_INET6, SOCK_STREAM) == REFUSED, false); /* it may not be there */
    IS(makes_socket(AF_NETLINK, SOCK_RAW), REFUSED);
    IS(makes_socket(AF_PACKET, SOCK_RAW), REFUSED);
    IS(bind(0, NULL, 0) < 0 ? -errno : 0, REFUSED);
    return has_it_all(REFUSED);
}

static int the_inner_leg(void *arg HUSK_UNUSED)
{
    int before = has_it_all(0);

    if (before)
        return before;
    IS(makes_socket(AF_INET, SOCK_DGRAM), 0);
    IS(seal_inner(), 0);
    IS(makes_socket(AF_NETLINK, SOCK_RAW), 0);
    IS(makes_socket(AF_INET, SOCK_DGRAM), REFUSED);
    IS(makes_socket(AF_INET6, SOCK_STREAM), REFUSED);
    IS(makes_socket(AF_PACKET, SOCK_RAW), REFUSED);
    IS(connect(0, NULL, 0) < 0 ? -errno : 0, REFUSED);
    return has_it_all(REFUSED);
}

static void the_outer_leg_has_sockets_of_the_internet(void **state HUSK_UNUSED)
{
    assert_int_equal(status_of(the_outer_leg, NULL), 0);
}

static void the_inner_one_those_of_netlink(void **state HUSK_UNUSED)
{
    assert_int_equal(status_of(the_inner_leg, NULL), 0);
}

/* ---- rights, which it cannot ask for any more: seen from outside -------------------------------- */

/* FILE of /proc/PID, up to the end of what there is room for. */
static const char *proc_file(pid_t pid, const char *file)
{
    static char text[8192];
    char path[64];
    ssize_t n;

    snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, file);
    HUSK_FD int fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    n = fd_read_full(fd, text, sizeof text - 1);
    assert_true(n >= 0);
    text[n] = 0;
    return text;
}

static void has(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("no \"%s\" in:\n%s", part, text);
}

/* SEAL gives up all capabilities but CAPS, cores, and getting more. */
static void gives_up(int (*seal)(void), const char *caps)
{
    int is_sealed[2], end[2], status;
    char byte = 0;
    pid_t pid;

    assert_int_equal(pipe2(is_sealed, O_CLOEXEC), 0);
    assert_int_equal(pipe2(end, O_CLOEXEC), 0);
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        close(end[1]);
        if (seal() < 0 || write(is_sealed[1], "1", 1) != 1)
            _exit(1);
        _exit(read(end[0], &byte, 1) != 0);
    }
    has(proc_file(getpid(), "status"), "NoNewPrivs:\t0\n");
    assert_null(strstr(proc_file(getpid(), "status"), "CapEff:\t0000000000000000\n"));
    close(is_sealed[1]);
    assert_int_equal(read(is_sealed[0], &byte, 1), 1);
    has(proc_file(pid, "status"), "NoNewPrivs:\t1\n");
    has(proc_file(pid, "status"), "Seccomp:\t2\n");
    has(proc_file(pid, "status"), "CapInh:\t0000000000000000\n");
    has(proc_file(pid, "status"), "CapAmb:\t0000000000000000\n");
    has(proc_file(pid, "status"), arena_printf("CapPrm:\t%s\n", caps));
    has(proc_file(pid, "status"), arena_printf("CapEff:\t%s\n", caps));
    has(proc_file(pid, "limits"), "Max core file size        0                    0 ");
    close(end[1]);
    close(end[0]);
    close(is_sealed[0]);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}

static void the_outer_leg_has_no_rights(void **state HUSK_UNUSED)
{
    gives_up(seal_outer, "0000000000000000");
}

static void the_inner_one_those_over_its_network(void **state HUSK_UNUSED)
{
    gives_up(seal_inner, "0000000000001000"); /* CAP_NET_ADMIN */
}

#define TEST(body) IN_NAMESPACE(body, CLONE_NEWUSER | CLONE_NEWNET, AS_ID_0)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_outer_leg_has_sockets_of_the_internet),
        TEST(the_inner_one_those_of_netlink),
        TEST(the_outer_leg_has_no_rights),
        TEST(the_inner_one_those_over_its_network),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
