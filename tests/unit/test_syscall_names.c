/* Names of calls by number and ABI: all of the table's, against the kernel's headers for some. */
#include "plan/syscall_names.h"
#include "base/util.h"
#include "capture.h"
#include "plan/seccomp_policies.h"
#include <linux/audit.h>
#include <string.h>
#include <sys/syscall.h>

static const char *name(uint32_t arch, long nr)
{
    static struct syscall_name n;

    syscall_name(arch, (uint32_t)nr, &n);
    return n.text;
}

static void native_ones_are_the_headers(void **state HUSK_UNUSED)
{
    const uint32_t arch = syscall_abis[SECCOMP_NATIVE].arch;

    assert_string_equal(name(arch, SYS_read), "read");
    assert_string_equal(name(arch, SYS_mount), "mount");
    assert_string_equal(name(arch, SYS_clone3), "clone3");
    assert_string_equal(name(arch, SYS_seccomp), "seccomp");
    assert_string_equal(name(arch, SYS_socket), "socket"); /* has a star in the list of groups */
    assert_string_equal(name(arch, SYS_vhangup), "vhangup");
    assert_int_equal(syscall_abis[SECCOMP_NATIVE].number_of_seccomp, SYS_seccomp);
}

static void each_has_one(void **state HUSK_UNUSED)
{
    unsigned count = 0;

    for (unsigned i = 0; i < syscall_row_count * SECCOMP_ABIS; i++) {
        unsigned abi = i % SECCOMP_ABIS;
        int number = syscall_rows[i / SECCOMP_ABIS].number[abi];
        struct syscall_name n;

        if (number < 0)
            continue;
        count++;
        syscall_name(syscall_abis[abi].arch, (uint32_t)number, &n);
        assert_true(n.call[0] >= '_' && n.call[0] <= 'z');
        assert_int_equal(strspn(n.call, "abcdefghijklmnopqrstuvwxyz0123456789_"), strlen(n.call));
    }
    assert_in_range(count, 300, 2000);
}

static void others_have_a_number(void **state HUSK_UNUSED)
{
    struct syscall_name n;

    assert_string_equal(name(syscall_abis[SECCOMP_NATIVE].arch, 999), "call 999");
    assert_string_equal(name(12345, 7), "foreign call 7");
    assert_string_equal(name(0, 0), "foreign call 0");
    syscall_name(12345, 7, &n);
    assert_string_equal(n.call, "");
}

static void other_abis_are_named(void **state HUSK_UNUSED)
{
    if (syscall_abis[SECCOMP_NATIVE].arch != AUDIT_ARCH_X86_64)
        skip();
    assert_string_equal(name(AUDIT_ARCH_I386, 21), "i386 mount");
    assert_string_equal(name(AUDIT_ARCH_I386, 999), "i386 call 999");
    assert_string_equal(name(AUDIT_ARCH_I386, UINT32_MAX), "i386 call 4294967295");
    assert_string_equal(name(AUDIT_ARCH_X86_64, 0x40000000 + 165), "x32 mount");
    assert_string_equal(name(AUDIT_ARCH_X86_64, 0x40000000 + 520), "x32 execve"); /* it has some of its own */
    assert_string_equal(name(AUDIT_ARCH_X86_64, 0x40000000 + 999), "x32 call 999");
    assert_string_equal(name(AUDIT_ARCH_X86_64, UINT32_MAX), "x32 call 3221225471");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(native_ones_are_the_headers),
        cmocka_unit_test(each_has_one),
        cmocka_unit_test(others_have_a_number),
        cmocka_unit_test(other_abis_are_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
