/* --seccomp-profile, --allow-syscall, --deny-syscall: what is written down. */
#include "base/fd.h"
#include "parse.h"
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/husk-test-XXXXXX";

static int make_folder(void **state HUSK_UNUSED)
{
    if (!mkdtemp(folder) || chdir(folder) < 0)
        return -1;
    close(open("x.json", O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
    close(open("name", O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
    return 0;
}

static int remove_folder(void **state HUSK_UNUSED)
{
    unlink("x.json");
    unlink("name");
    return rmdir(folder);
}

static void a_slash_or_json_is_a_file(void **state HUSK_UNUSED)
{
    static char *const files[] = {"x.json", "./x.json", "./name"};

    for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
        assert_int_equal(HUSK("--seccomp-profile", files[i], "x"), 0);
        assert_true(spec.seccomp_file >= 0);
        assert_int_equal(fcntl(spec.seccomp_file, F_GETFD), FD_CLOEXEC);
        assert_string_equal(spec.seccomp_profile.value, files[i]);
    }
    assert_int_equal(HUSK("--seccomp-profile", "name", "x"), 0);
    assert_int_equal(spec.seccomp_file, FD_NONE);
    assert_int_equal(HUSK("--seccomp-profile", "./absent", "x"), -ENOENT);
    assert_int_equal(HUSK("--seccomp-profile", ".json", "x"), 0);
    assert_int_equal(spec.seccomp_file, FD_NONE); /* a name, and none that there is */
}

static void the_last_one_counts(void **state HUSK_UNUSED)
{
    assert_int_equal(HUSK("--seccomp-profile", "./x.json", "--seccomp-profile", "strict", "x"), 0);
    assert_int_equal(spec.seccomp_file, FD_NONE);
    assert_string_equal(spec.seccomp_profile.value, "strict");
    assert_int_equal(HUSK("--seccomp-profile", "strict", "--seccomp-profile", "./x.json", "x"), 0);
    assert_true(spec.seccomp_file >= 0);
}

static void rules_are_in_order(void **state HUSK_UNUSED)
{
    size_t before;

    assert_int_equal(HUSK("x"), 0);
    before = spec.syscall_rules.count;
    assert_int_equal(HUSK("--deny-syscall", "a,@b", "--allow-syscall", "a", "x"), 0);
    assert_int_equal(spec.syscall_rules.count, before + 2);
    assert_false(spec.syscall_rules.items[before].allow);
    assert_string_equal(spec.syscall_rules.items[before].names, "a,@b");
    assert_string_equal(spec.syscall_rules.items[before].from.text, "--deny-syscall a,@b");
    assert_true(spec.syscall_rules.items[before + 1].allow);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_slash_or_json_is_a_file),
        cmocka_unit_test(the_last_one_counts),
        cmocka_unit_test(rules_are_in_order),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
