/* The list as husk-allow gets it. */
#include "stage.h"
#include <limits.h>
#include <stdlib.h>

static void allow(const char *text)
{
    struct opt_allow *a = VEC_PUSH(&spec.allow);

    a->text = text;
    a->from.text = arena_printf("--allow %s", text);
    assert_null(allow_parse(text, &a->value));
}

/* husk-allow is looked for beside the program that runs, which is this test: an empty file stands for it. */
static void install(void)
{
    char self[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);

    bare_plan();
    assert_true(n > 0);
    self[n] = 0;
    *strrchr(self, '/') = 0;
    assert_int_equal(sys_mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL), 0);
    assert_int_equal(sys_mount("t", self, "tmpfs", 0, NULL), 0);
    host_file(arena_printf("%s/husk-allow", self), "");
    assert_int_equal(chmod(arena_printf("%s/husk-allow", self), 0755), 0);
}

static void without_allow_there_is_no_list(void **state HUSK_UNUSED)
{
    bare_plan();
    assert_int_equal(plan_net_list(&plan), 0);
    assert_null(plan.net.list);
    assert_null(plan.net.list_program);
}

static void without_its_program_it_is_an_error(void **state HUSK_UNUSED)
{
    bare_plan();
    allow("example.org");
    refused(plan_net_list(&plan), "--allow example.org: the program husk-allow");
    assert_null(plan.net.list);
}

static void each_line_is_there(void **state HUSK_UNUSED)
{
    install();
    allow("example.org:443");
    allow("192.0.2.0/24:53/udp");
    assert_int_equal(plan_net_list(&plan), 0);
    assert_string_equal(plan.net.list, "example.org:443\n192.0.2.0/24:53/udp\n");
    assert_int_equal(access(plan.net.list_program, X_OK), 0);
}

/* What --allow-host-loopback opens is on the list by that: lines that the list takes. */
static void the_loopback_is_listed(void **state HUSK_UNUSED)
{
    struct allow a;
    char *text, *line;

    install();
    allow("example.org");
    VEC_PUSH(&spec.loopback_ports)->port = 8000;
    VEC_PUSH(&spec.loopback_ports)->port = 0;
    assert_int_equal(plan_net_list(&plan), 0);
    assert_string_equal(plan.net.list,
                        "example.org\n10.0.2.2:8000\n10.0.2.2:8000/udp\n[fd00::2]:8000\n[fd00::2]:8000/udp\n"
                        "10.0.2.2\n10.0.2.2/udp\nfd00::2\nfd00::2/udp\n");
    text = arena_strdup(plan.net.list);
    while ((line = strsep(&text, "\n")) && *line)
        assert_null(allow_parse(line, &a));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_allow_there_is_no_list),
        cmocka_unit_test(without_its_program_it_is_an_error),
        INSIDE(each_line_is_there),
        INSIDE(the_loopback_is_listed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
