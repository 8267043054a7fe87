/* Who could have put a profile where it is. */
#include "parse.h"
#include "spec/profile_owner.h"
#include <sys/stat.h>

static int check(const char *path, const char *text)
{
    const struct origin from = {.text = "--profile x"};
    struct stat st;
    int r;

    assert_int_equal(stat(path, &st), 0);
    log_init("husk", false);
    capture_start(STDERR_FILENO);
    r = profile_check_owner(&from, home, path, &st);
    said = capture_stop();
    assert_int_equal(r < 0, *text != 0);
    assert_int_equal(*said != 0, r < 0);
    if (!strstr(said, text))
        fail_msg("no \"%s\" in: %s", text, said);
    return r;
}

static void a_file_of_this_users_will_do(void **state HUSK_UNUSED)
{
    const char *path = write_profile("x", "");

    assert_int_equal(check(path, ""), 0);
    chmod(path, 0600);
    assert_int_equal(check(path, ""), 0);
}

static void others_must_not_write_to_it(void **state HUSK_UNUSED)
{
    const char *path = write_profile("x", "");

    chmod(path, 0620);
    check(path, "x.profile can be written by other users");
    chmod(path, 01602); /* a sticky bit means nothing on a file */
    check(path, "x.profile can be written by other users");
    unlink(path);
}

static void nor_to_a_folder_on_the_way(void **state HUSK_UNUSED)
{
    static const char *const folders[] = {"", ".config", ".config/husk", ".config/husk/profiles"};
    const char *path = write_profile("x", "");

    for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
        const char *folder = *folders[i] ? path_join(home, folders[i]) : home;

        chmod(folder, 0770);
        check(path, arena_printf("%s can be written by other users", folder));
        chmod(folder, 01777);
        check(path, "");
        chmod(folder, 0700);
        check(path, "");
    }
}

static void links_are_followed(void **state HUSK_UNUSED)
{
    const char *folder = path_join(home, "elsewhere"), *path = path_join(home, "link/x.profile");

    assert_int_equal(mkdir(folder, 0755), 0);
    write_file("elsewhere/x.profile", "");
    assert_int_equal(symlink("./elsewhere", path_join(home, "link")), 0);
    check(path, "");
    chmod(folder, 0777);
    check(path, "elsewhere can be written by other users");
    chmod(folder, 0755);
    unlink(path_join(home, "link"));
    assert_int_equal(symlink(folder, path_join(home, "link")), 0);
    check(path, "");
}

static void what_is_no_file_is_none(void **state HUSK_UNUSED)
{
    check(home, "is not a regular file");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_of_this_users_will_do),
        cmocka_unit_test(others_must_not_write_to_it),
        cmocka_unit_test(nor_to_a_folder_on_the_way),
        cmocka_unit_test(links_are_followed),
        cmocka_unit_test(what_is_no_file_is_none),
    };

    return cmocka_run_group_tests(tests, home_set_up, home_tear_down);
}
