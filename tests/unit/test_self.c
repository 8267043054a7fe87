/* Was husk executed from a file that can be named where it runs? */
#include "host/self.h"
#include "stage.h"
#include <unistd.h>

static int program; /* an fd of this program, from before anything was mounted */

static const char *own_path(void)
{
    char path[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", path, sizeof path);

    assert_true(n > 0);
    return arena_strndup(path, (size_t)n);
}

/* Once more this program, which then only checks itself: see main(). 0, or 1 if it failed. */
static int check(void *arg HUSK_UNUSED)
{
    char *argv[] = {(char *)"husk", (char *)"check", NULL}, *env[] = {NULL};

    fexecve(program, argv, env);
    return 99;
}

static void begin(void)
{
    program = open(own_path(), O_PATH | O_CLOEXEC);
    assert_true(program >= 0);
}

static void a_program_of_this_system_is_fine(void **state HUSK_UNUSED)
{
    begin();
    assert_int_equal(status_of(check, NULL), 0);
}

static void is_noticed(void)
{
    refused(-status_of(check, NULL), "which is not the file of that name here");
}

/* As in a sandbox, where the path leads elsewhere. */
static void another_file_of_that_name_is_noticed(void **state HUSK_UNUSED)
{
    begin();
    assert_int_equal(sys_mount("/bin/sh", own_path(), NULL, MS_BIND, NULL), 0);
    is_noticed();
}

static void so_is_the_same_file_on_another_mount(void **state HUSK_UNUSED)
{
    begin();
    assert_int_equal(sys_mount(own_path(), own_path(), NULL, MS_BIND, NULL), 0);
    is_noticed();
}

static void so_is_a_name_that_is_gone(void **state HUSK_UNUSED)
{
    char *folder = arena_strdup(own_path());

    begin();
    *strrchr(folder, '/') = 0;
    assert_int_equal(sys_mount("t", folder, "tmpfs", 0, NULL), 0);
    is_noticed();
}

static void a_false_proc_is_not_believed(void **state HUSK_UNUSED)
{
    const char *path = own_path();

    host_begin();
    host_link("/tmp/self/exe", path);
    assert_int_equal(sys_mount("/tmp", "/proc", NULL, MS_BIND, NULL), 0);
    refused(self_check(), "what is on /proc is not procfs");
}

int main(int argc, char **argv HUSK_UNUSED)
{
    const struct CMUnitTest tests[] = {
        INSIDE(a_program_of_this_system_is_fine),
        INSIDE(another_file_of_that_name_is_noticed),
        INSIDE(so_is_the_same_file_on_another_mount),
        INSIDE(so_is_a_name_that_is_gone),
        INSIDE(a_false_proc_is_not_believed),
    };

    if (argc > 1)
        return self_check() < 0;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
