/* The list of what was refused: what is one kind, what is counted, that it is bounded, and its order. */
#include "host/refusals.h"
#include "base/util.h"
#include "capture.h"
#include "plan/seccomp_policies.h"
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>

static struct refusals list;

static int set_up(void **state HUSK_UNUSED)
{
    memset(&list, 0, sizeof list);
    return 0;
}

static void put(int nr, uint64_t arg0, uint64_t arg2, int error, const char *name, const char *path)
{
    const struct seccomp_data data = {.arch = syscall_abis[SECCOMP_NATIVE].arch, .nr = nr, .args = {arg0, 77, arg2}};
    struct program by = {.name = ""};

    strcpy(by.name, name);
    strcpy(by.path, path);
    refusals_add(&list, &data, error, &by);
}

static void the_same_is_counted(void **state HUSK_UNUSED)
{
    put(SYS_mount, 1, 2, EPERM, "a", "/a");
    put(SYS_mount, 3, 4, EPERM, "a", "/a"); /* pointers */
    assert_int_equal(list.count, 1);
    assert_int_equal(list.kinds[0].times, 2);
    put(SYS_mount, 1, 2, EPERM, "b", "/a");
    put(SYS_mount, 1, 2, EPERM, "a", "/b");
    put(SYS_mount, 1, 2, ENOSYS, "a", "/a");
    put(SYS_reboot, 1, 2, EPERM, "a", "/a");
    assert_int_equal(list.count, 5);
    assert_int_equal(list.program_count, 3);
    assert_int_equal(refusals_total(&list), 6);
}

static void arguments_that_decide_count(void **state HUSK_UNUSED)
{
    put(SYS_socket, AF_ALG, 1, EPERM, "a", "");
    put(SYS_socket, AF_ALG | 1ULL << 32, 2, EPERM, "a", "");
    assert_int_equal(list.count, 1);
    put(SYS_socket, AF_VSOCK, 1, EPERM, "a", "");
    put(SYS_socket, AF_NETLINK, 9, EPERM, "a", "");
    put(SYS_socket, AF_NETLINK, 15, EPERM, "a", "");
    assert_int_equal(list.count, 4);
}

static void it_has_a_bound(void **state HUSK_UNUSED)
{
    char name[16];

    for (int i = 0; i < 1000; i++) {
        snprintf(name, sizeof name, "%d", i);
        put(600 + i, 0, 0, ENOSYS, name, "/a");
    }
    assert_int_equal(list.count, REFUSAL_KINDS);
    assert_int_equal(list.program_count, REFUSAL_PROGRAMS);
    assert_int_equal(list.kinds[REFUSAL_KINDS - 1].program, REFUSAL_PROGRAMS);
    assert_int_equal(list.beyond, 1000 - REFUSAL_KINDS);
    assert_int_equal(refusals_total(&list), 1000);
    put(600, 0, 0, ENOSYS, "0", "/a"); /* what is in it is still counted */
    assert_int_equal(list.kinds[0].times, 2);
    refusals_sort(&list);
}

static void it_is_sorted(void **state HUSK_UNUSED)
{
    for (int i = 0; i < 9; i++)
        put(999, 0, 0, ENOSYS, "a", "");
    put(SYS_mount, 0, 0, EPERM, "a", "");
    put(SYS_reboot, 0, 0, EPERM, "a", "");
    put(SYS_reboot, 0, 0, EPERM, "a", "");
    refusals_sort(&list);
    assert_int_equal(list.kinds[0].number, SYS_reboot);
    assert_int_equal(list.kinds[1].number, SYS_mount);
    assert_int_equal(list.kinds[2].number, 999);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_same_is_counted, set_up),
        cmocka_unit_test_setup(arguments_that_decide_count, set_up),
        cmocka_unit_test_setup(it_has_a_bound, set_up),
        cmocka_unit_test_setup(it_is_sorted, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
