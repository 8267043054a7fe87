/* The device of a network's helper, for which a process of the test's own stands. */
#include "host/net_device.h"
#include "base/fd.h"
#include "base/syscalls.h"
#include "in_namespace.h"
#include <linux/if_tun.h>
#include <net/if.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* A new device; the fd is what it goes away with. -1: there are none on this machine. */
static int make_device(void)
{
    struct ifreq request = {.ifr_name = "tap0", .ifr_flags = IFF_TAP | IFF_NO_PI};
    int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);

    if (fd >= 0)
        assert_int_equal(ioctl(fd, TUNSETIFF, &request), 0);
    return fd;
}

/* User Mode Linux has no such devices. */
static bool has_none(int fd)
{
    if (fd < 0 && !getenv("HUSK_VM"))
        cannot_show("/dev/net/tun cannot be opened");
    return fd < 0;
}

/* A helper that has, of this process, what is open. */
static pid_t start_helper(void)
{
    pid_t pid = fork();

    assert_true(pid >= 0);
    if (pid == 0)
        for (;;)
            pause();
    return pid;
}

static void end_helper(pid_t pid)
{
    kill(pid, SIGKILL);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void it_stays_when_the_helper_has_ended(void **state HUSK_UNUSED)
{
    HUSK_FD int device = make_device(), helper = FD_NONE;
    pid_t pid;

    if (has_none(device))
        return;
    pid = start_helper();
    fd_closep(&device);
    helper = sys_pidfd_open(pid);
    net_device_leave(helper);
    end_helper(pid);
    assert_true(if_nametoindex("tap0") > 0);
}

static void otherwise_it_goes_with_the_helper(void **state HUSK_UNUSED)
{
    HUSK_FD int device = make_device();
    pid_t pid;

    if (has_none(device))
        return;
    pid = start_helper();
    fd_closep(&device);
    net_device_leave(FD_NONE);
    end_helper(pid);
    assert_int_equal(if_nametoindex("tap0"), 0);
}

/* Nothing can be done, and nothing happens. */
static void a_helper_without_one_is_left_alone(void **state HUSK_UNUSED)
{
    pid_t pid = start_helper();
    HUSK_FD int helper = sys_pidfd_open(pid);

    net_device_leave(helper);
    assert_int_equal(kill(pid, 0), 0);
    end_helper(pid);
    net_device_leave(helper);
}

#define IN_NETWORK(body) IN_NAMESPACE(body, CLONE_NEWUSER | CLONE_NEWNET, AS_ID_0)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_NETWORK(it_stays_when_the_helper_has_ended),
        IN_NETWORK(otherwise_it_goes_with_the_helper),
        IN_NETWORK(a_helper_without_one_is_left_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
