#include "base/fd.h"
#include "base/str.h"
#include "plan/subid.h"
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/husk-subid-XXXXXX";
static const char *users, *groups;

static void write_bytes(const char *file, const char *text, size_t size)
{
    HUSK_FD int fd = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    assert_int_equal(fd_write_all(fd, text, size), 0);
}

static void write_text(const char *file, const char *text)
{
    write_bytes(file, text, strlen(text));
}

static int set_up(void **state HUSK_UNUSED)
{
    if (!mkdtemp(folder))
        return -1;
    users = arena_printf("%s/subuid", folder);
    groups = arena_printf("%s/subgid", folder);
    return 0;
}

static int tear_down(void **state HUSK_UNUSED)
{
    unlink(users);
    unlink(groups);
    return rmdir(folder);
}

/* The ranges of `me', uid 1000, in TEXT as "START+COUNT ..."; NULL if there was an error. */
static const char *ranges_in(const char *text)
{
    struct subid_list list = {0};
    const char *all = "";
    int r;

    write_text(users, text);
    r = subid_ranges(users, "me", 1000, &list);
    if (r < 0) {
        assert_int_equal(r, -EINVAL);
        return NULL;
    }
    for (size_t i = 0; i < list.count; i++) {
        assert_int_equal(list.items[i].inside, 0);
        all = arena_printf("%s%s%u+%u", all, *all ? " " : "", list.items[i].outside,
                           list.items[i].count);
    }
    return all;
}

/* What husk says on stderr while reading TEXT. */
static const char *said_about(const char *text)
{
    int file = memfd_create("err", MFD_CLOEXEC), saved = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
    size_t size;
    char *said;

    dup2(file, STDERR_FILENO);
    ranges_in(text);
    dup2(saved, STDERR_FILENO);
    close(saved);
    lseek(file, 0, SEEK_SET);
    assert_int_equal(fd_read_all(file, 4096, &said, &size), 0);
    close(file);
    return said;
}

static void all_lines_of_a_user_count(void **state HUSK_UNUSED)
{
    assert_string_equal(ranges_in(""), "");
    assert_string_equal(ranges_in("me:100000:65536\n"), "100000+65536");
    assert_string_equal(ranges_in("me:100000:65536"), "100000+65536");
    assert_string_equal(ranges_in("you:1:5\nme:300:7\n\n# me:1:1\n1000:100:2\nmee:9:9\n"),
                        "300+7 100+2");
    assert_string_equal(ranges_in("me:0:4294967295\n"), "0+4294967295");
    assert_string_equal(ranges_in("me:5:0\n"), "");
}

static void uids_are_compared_as_numbers(void **state HUSK_UNUSED)
{
    assert_string_equal(ranges_in("01000:5:1\n"), "5+1");
    assert_string_equal(ranges_in("4294968296:5:1\n"), ""); /* 2^32 + 1000 */
    assert_string_equal(ranges_in("-1000:5:1\n 1000:5:1\n0x3e8:5:1\n"), "");
}

static void an_unknown_user_is_looked_up_by_uid(void **state HUSK_UNUSED)
{
    struct subid_list list = {0};

    write_text(users, ":1:1\nme:10:1\n1000:20:1\n");
    assert_int_equal(subid_ranges(users, NULL, 1000, &list), 0);
    assert_int_equal(list.count, 1);
    assert_int_equal(list.items[0].outside, 20);
}

static void what_is_given_twice_counts_once(void **state HUSK_UNUSED)
{
    assert_string_equal(ranges_in("me:100:50\n1000:100:50\n"), "100+50");
    assert_string_equal(ranges_in("me:100:50\nme:110:10\n"), "100+50");
    assert_string_equal(ranges_in("me:100:50\nme:90:20\n"), "100+50 90+10");
    assert_string_equal(ranges_in("me:100:50\nme:140:20\n"), "100+50 150+10");
    assert_string_equal(ranges_in("me:100:10\nme:130:10\nme:90:60\n"),
                        "100+10 130+10 90+10 110+20 140+10");
}

static void a_malformed_line_of_this_user_is_an_error(void **state HUSK_UNUSED)
{
    static const char *const bad[] = {
        "me",
        "me:",
        "me:1",
        "me:1:",
        "me::1",
        "me:1:2:3",
        "me:-1:2",
        "me:1:-2",
        "me:1 :2",
        "me:1:2 ",
        "me:1:2\r",
        "me:0x1:2",
        "me:4294967295:1",
        "1000:x:1",
        "me:4294967294:2",
        "me:1:4294967296",
        "me:18446744073709551617:1",
    };

    for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
        if (!strstr(said_about(arena_printf("\n%s\n", bad[i])), arena_printf("%s:2: ", users)))
            fail_msg("not refused: %s", bad[i]);
}

static void lines_of_others_may_be_anything(void **state HUSK_UNUSED)
{
    assert_string_equal(ranges_in("you\n:::\n::\nyou:x:y\nme:1:2\n"), "1+2");
}

static void a_nul_byte_is_an_error(void **state HUSK_UNUSED)
{
    struct subid_list list = {0};

    write_bytes(users, "you:1:2\0\nme:1:2\n", 17);
    assert_int_equal(subid_ranges(users, "me", 1000, &list), -EINVAL);
}

static void no_file_gives_no_ranges(void **state HUSK_UNUSED)
{
    struct subid_list list = {0};

    assert_int_equal(subid_ranges("/no/such/file", "me", 1000, &list), 0);
    assert_int_equal(list.count, 0);
    assert_int_equal(subid_ranges("/", "me", 1000, &list), -EISDIR);
}

static const char *advice(const char *in_users, const char *in_groups)
{
    write_text(users, in_users);
    write_text(groups, in_groups);
    return subid_advice(users, groups, "me", 1000);
}

static void advice_names_a_free_range(void **state HUSK_UNUSED)
{
    assert_string_equal(advice("", ""),
                        "sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 me");
    assert_string_equal(advice("you:100000:65536\n", "you:165536:1\n"),
                        "sudo usermod --add-subuids 231072-296607 --add-subgids 231072-296607 me");
    assert_string_equal(advice("junk\nyou:0:100001\n", ""),
                        "sudo usermod --add-subuids 165536-231071 --add-subgids 165536-231071 me");
}

static void advice_names_only_what_is_lacking(void **state HUSK_UNUSED)
{
    assert_string_equal(advice("me:100000:65536\n", ""),
                        "sudo usermod --add-subgids 165536-231071 me");
    assert_string_equal(advice("", "1000:100000:65536\n"),
                        "sudo usermod --add-subuids 165536-231071 me");
    assert_null(advice("me:1:1\n", "me:1:1\n"));
    assert_null(advice("you:0:4294967295\n", ""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_lines_of_a_user_count),
        cmocka_unit_test(uids_are_compared_as_numbers),
        cmocka_unit_test(an_unknown_user_is_looked_up_by_uid),
        cmocka_unit_test(what_is_given_twice_counts_once),
        cmocka_unit_test(a_malformed_line_of_this_user_is_an_error),
        cmocka_unit_test(lines_of_others_may_be_anything),
        cmocka_unit_test(a_nul_byte_is_an_error),
        cmocka_unit_test(no_file_gives_no_ranges),
        cmocka_unit_test(advice_names_a_free_range),
        cmocka_unit_test(advice_names_only_what_is_lacking),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
