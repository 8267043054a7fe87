#include "base/alloc.h"
#include "base/child.h"
#include "base/fd.h"
#include "base/user.h"
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/husk-user-XXXXXX";

static const char *make_file(const char *name, const char *text, mode_t mode)
{
    const char *path = arena_printf("%s/%s", folder, name);
    HUSK_FD int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    assert_int_equal(fd_write_all(fd, text, strlen(text)), 0);
    assert_int_equal(fchmod(fd, mode), 0);
    return path;
}

/* A program that does BODY in place of getent. */
static const char *getent_that(const char *body)
{
    return make_file("getent", arena_printf("#!/bin/sh\n%s\n", body), 0700);
}

static const char *name_in(const char *file, uint32_t uid)
{
    struct user_entry entry;

    return user_in_file(file, uid, &entry) ? entry.name : NULL;
}

static const char *name_from(const char *getent, uint32_t uid)
{
    struct user_entry entry;

    return user_from_getent(getent, uid, &entry) ? entry.name : NULL;
}

static void the_home_is_read(void **state HUSK_UNUSED)
{
    const char *file = make_file("passwd", "a:x:5:5:A, B:/home/a:/bin/sh\n", 0600);
    struct user_entry entry;

    assert_true(user_in_file(file, 5, &entry));
    assert_string_equal(entry.home, "/home/a");
    assert_string_equal(user_by_id(0)->home, "/root");
}

static int set_up(void **state HUSK_UNUSED)
{
    return mkdtemp(folder) ? 0 : -1;
}

static int tear_down(void **state HUSK_UNUSED)
{
    unlink(arena_printf("%s/getent", folder));
    unlink(arena_printf("%s/passwd", folder));
    return rmdir(folder);
}

static void the_passwd_file_is_read_strictly(void **state HUSK_UNUSED)
{
    const char *file = make_file("passwd",
                                 "root:x:0:0:root:/root:/bin/sh\n"
                                 "\n#x:x:7:7:::\n+nis:x:8:8:::\n-nis:x:8:8:::\n:x:8:8:::\n"
                                 "short:x:9\nspace:x: 10:10:::\nminus:x:-11:11:::\n"
                                 "big:x:4294967296:0:::\n"
                                 "first:x:12:12:::\nsecond:x:12:12:::\nlast:x:4294967294:0:::",
                                 0600);

    assert_string_equal(name_in(file, 0), "root");
    assert_string_equal(name_in(file, 12), "first");
    assert_string_equal(name_in(file, 4294967294), "last");
    for (uint32_t uid = 8; uid <= 11; uid++)
        assert_null(name_in(file, uid));
    assert_null(name_in("/no/such/file", 0));
}

static void getent_is_asked(void **state HUSK_UNUSED)
{
    const char *getent = getent_that("[ $# = 2 ] && [ $1 = passwd ] && echo \"u$2:x:$2:5:::\"");

    assert_string_equal(name_from(getent, 4294967294), "u4294967294");
    assert_string_equal(name_from(getent, 77), "u77");
}

static void getent_gets_none_of_our_environment(void **state HUSK_UNUSED)
{
    setenv("HUSK_TEST_SECRET", "1", 1);
    assert_string_equal(name_from(getent_that("echo \"name$HUSK_TEST_SECRET:x:77:5:::\""), 77),
                        "name");
}

static void a_bad_answer_is_none(void **state HUSK_UNUSED)
{
    assert_null(name_from(getent_that("exit 2"), 77));
    assert_null(name_from(getent_that("echo other:x:78:5:::"), 77));
    assert_null(name_from(getent_that("echo; echo late:x:77:5:::"), 77));
    assert_null(name_from(getent_that("printf cut:x:77:5"), 77));
    assert_null(name_from(getent_that("while :; do printf xxxxxxxx; done"), 77));
    assert_null(name_from("/no/such/program", 77));
}

static void the_system_knows_root(void **state HUSK_UNUSED)
{
    const char *getent = child_find("getent");

    assert_string_equal(user_name(0), "root");
    assert_ptr_equal(user_name(0), user_name(0));
    if (!getent)
        skip();
    assert_string_equal(name_from(getent, 0), "root");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_passwd_file_is_read_strictly),
        cmocka_unit_test(the_home_is_read),
        cmocka_unit_test(getent_is_asked),
        cmocka_unit_test(getent_gets_none_of_our_environment),
        cmocka_unit_test(a_bad_answer_is_none),
        cmocka_unit_test(the_system_knows_root),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
