/* /etc/passwd, /etc/group and /etc/hosts of the sandbox. */
#include "plan/user_files.h"
#include "stage.h"

/* Nothing of the host's is needed for these. */
static int set_up(void **state HUSK_UNUSED)
{
    bare_plan();
    plan.home = "/home/me";
    return 0;
}

/* An /etc of our own, where this user is NAME. */
static void begin(const char *name)
{
    host_begin();
    assert_int_equal(sys_mount("t", "/etc", "tmpfs", 0, NULL), 0);
    host_file("/etc/passwd", arena_printf("%s:x:%u:0::/:/bin/sh\n", name, outer_uid));
    host_file("/etc/hosts", "10.0.0.1 intern\n");
    plan.home = "/home/me";
}

static void root_is_the_only_user_besides_nobody(void **state HUSK_UNUSED)
{
    assert_string_equal(user_files_passwd(&plan),
                        "root:x:0:0:root:/home/me:/bin/sh\n"
                        "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n");
    assert_string_equal(user_files_group(&plan), "root:x:0:\nnogroup:x:65534:\n");
}

static void this_user_has_its_name(void **state HUSK_UNUSED)
{
    begin("me");
    plan.ids.uid = 1000;
    plan.ids.gid = 100;
    assert_string_equal(user_files_passwd(&plan),
                        "root:x:0:0:root:/root:/bin/sh\n"
                        "me:x:1000:100::/home/me:/bin/sh\n"
                        "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n");
    assert_string_equal(user_files_group(&plan), "root:x:0:\nme:x:100:\nnogroup:x:65534:\n");
}

static void nobody_is_there_once(void **state HUSK_UNUSED)
{
    begin("me");
    plan.ids.uid = plan.ids.gid = 65534;
    assert_string_equal(user_files_passwd(&plan), "root:x:0:0:root:/root:/bin/sh\n"
                                                  "me:x:65534:65534::/home/me:/bin/sh\n");
    assert_string_equal(user_files_group(&plan), "root:x:0:\nme:x:65534:\n");
}

static void there_is_one_root(void **state HUSK_UNUSED)
{
    begin("root");
    plan.ids.gid = 5;
    assert_string_equal(user_files_group(&plan), "root:x:0:\nuser:x:5:\nnogroup:x:65534:\n");
    plan.ids.uid = 5;
    assert_non_null(strstr(user_files_passwd(&plan), "\nuser:x:5:5::"));
}

/* Lines and fields stay what they are, whatever is in a name or in HOME. */
static void no_value_starts_another_field(void **state HUSK_UNUSED)
{
    begin("me");
    plan.ids.uid = plan.ids.gid = 1000;
    plan.home = "/a:0:0\nroot::0:0::/:/bin/sh";
    assert_non_null(strstr(user_files_passwd(&plan),
                           "\nme:x:1000:1000::/a_0_0_root__0_0__/_/bin/sh:/bin/sh\n"));
}

static void without_a_home_it_is_the_root(void **state HUSK_UNUSED)
{
    plan.home = NULL;
    assert_non_null(strstr(user_files_passwd(&plan), "root:x:0:0:root:/:/bin/sh\n"));
}

/* ---- hosts --------------------------------------------------------------------------------- */

static void a_network_of_its_own_has_only_itself(void **state HUSK_UNUSED)
{
    begin("me");
    plan.unshared |= CLONE_NEWNET;
    spec.hostname.value = "box";
    assert_string_equal(user_files_hosts(&plan),
                        "127.0.0.1 localhost box\n::1 localhost ip6-localhost box\n");
}

static void the_hosts_network_has_the_hosts_names(void **state HUSK_UNUSED)
{
    begin("me");
    assert_string_equal(user_files_hosts(&plan), "10.0.0.1 intern\n");
    spec.hostname.value = "box";
    assert_string_equal(user_files_hosts(&plan), "127.0.1.1 box\n10.0.0.1 intern\n");
}

static void without_a_hosts_file_there_is_one_all_the_same(void **state HUSK_UNUSED)
{
    begin("me");
    assert_int_equal(unlink("/etc/hosts"), 0);
    assert_non_null(strstr(user_files_hosts(&plan), "127.0.0.1 localhost"));
}

int main(void)
{
#define PLAIN(test) cmocka_unit_test_setup(test, set_up)
    const struct CMUnitTest tests[] = {
        PLAIN(root_is_the_only_user_besides_nobody),
        PLAIN(without_a_home_it_is_the_root),
        INSIDE(this_user_has_its_name),
        INSIDE(nobody_is_there_once),
        INSIDE(there_is_one_root),
        INSIDE(no_value_starts_another_field),
        INSIDE(a_network_of_its_own_has_only_itself),
        INSIDE(the_hosts_network_has_the_hosts_names),
        INSIDE(without_a_hosts_file_there_is_one_all_the_same),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
