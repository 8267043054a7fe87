/* Who the command is: the id maps that are planned. */
#include "stage.h"
#include <unistd.h>

static int set_up(void **state HUSK_UNUSED)
{
    bare_plan();
    memset(&plan.ids, 0, sizeof plan.ids);
    return 0;
}

static void set_id(struct opt_id *o, uint32_t id)
{
    *o = (struct opt_id){.set = true, .id = id};
}

static bool is_range(const struct id_range *r, uint32_t inside, uint32_t outside, uint32_t count)
{
    return r->inside == inside && r->outside == outside && r->count == count;
}

static void add_range(uint32_t inside, uint32_t outside, uint32_t count)
{
    *VEC_PUSH(&spec.uid_map) = (struct id_range){inside, outside, count};
}

static void nothing_asked_is_this_users_own_ids(void **state HUSK_UNUSED)
{
    assert_int_equal(plan_ids(&plan), 0);
    assert_int_equal(plan.ids.how, IDS_SINGLE);
    assert_true(plan.ids.deny_setgroups);
    assert_false(plan.ids.second || plan.ids.use_helpers);
    assert_int_equal(plan.ids.uid_map_count, 1);
    assert_int_equal(plan.ids.gid_map_count, 1);
    assert_true(is_range(plan.ids.uid_map, getuid(), getuid(), 1));
    assert_true(is_range(plan.ids.gid_map, getgid(), getgid(), 1));
}

static void an_id_can_be_chosen(void **state HUSK_UNUSED)
{
    set_id(&spec.uid, 4294967294);
    set_id(&spec.gid, 7);
    assert_int_equal(plan_ids(&plan), 0);
    assert_true(is_range(plan.ids.uid_map, 4294967294, getuid(), 1));
    assert_true(is_range(plan.ids.gid_map, 7, getgid(), 1));
    assert_int_equal(plan.ids.real_uid, getuid());
}

static void map_root_is_id_0(void **state HUSK_UNUSED)
{
    spec.map_root = true;
    assert_int_equal(plan_ids(&plan), 0);
    assert_true(is_range(plan.ids.uid_map, 0, getuid(), 1));
    assert_int_equal(plan.ids.gid, 0);
}

/* devpts wants id 0; the command then gets its ids back in a second namespace. */
static void a_new_dev_is_made_as_id_0(void **state HUSK_UNUSED)
{
    *VEC_PUSH(&spec.mounts) = (struct mount_op){.kind = MOUNT_DEV, .dest = "/dev"};
    set_id(&spec.uid, 1234);
    assert_int_equal(plan_ids(&plan), 0);
    assert_true(plan.ids.second);
    assert_true(is_range(plan.ids.uid_map, 0, getuid(), 1));
    assert_int_equal(plan.ids.uid, 1234);
    set_id(&spec.uid, 0);
    set_id(&spec.gid, 0);
    assert_int_equal(plan_ids(&plan), 0);
    assert_false(plan.ids.second);
}

static void namespaces_are_forbidden_from_one_above(void **state HUSK_UNUSED)
{
    plan.disable_userns = true;
    set_id(&spec.uid, 0);
    set_id(&spec.gid, 0);
    assert_int_equal(plan_ids(&plan), 0);
    assert_true(plan.ids.second);
    add_range(0, 100000, 10);
    assert_int_equal(plan_ids(&plan), 0);
    assert_true(plan.ids.second);
}

static void without_a_user_namespace_there_is_no_map(void **state HUSK_UNUSED)
{
    plan.clone_flags &= ~CLONE_NEWUSER;
    assert_int_equal(plan_ids(&plan), 0);
    assert_int_equal(plan.ids.how, IDS_NONE);
    assert_false(plan.ids.second);
}

static void somebody_else_may_write_the_maps(void **state HUSK_UNUSED)
{
    spec.userns_block_fd.fd = STDIN_FILENO;
    assert_int_equal(plan_ids(&plan), 0);
    assert_int_equal(plan.ids.how, IDS_OUTSIDE);
}

/* ---- ranges -------------------------------------------------------------------------------- */

static void ranges_are_taken_as_they_are(void **state HUSK_UNUSED)
{
    add_range(0, 100000, 1);
    add_range(1, 200000, 4294967294);
    assert_int_equal(plan_ids(&plan), 0);
    assert_int_equal(plan.ids.how, IDS_RANGES);
    assert_int_equal(plan.ids.uid_map_count, 2);
    assert_true(is_range(&plan.ids.uid_map[1], 1, 200000, 4294967294));
    assert_true(is_range(plan.ids.gid_map, 0, getgid(), 1)); /* the other map is a single id */
    assert_int_equal(plan.ids.use_helpers, getuid() != 0);
    assert_false(plan.ids.deny_setgroups || plan.ids.second);
}

static void the_command_must_be_in_the_ranges(void **state HUSK_UNUSED)
{
    static const struct {
        uint32_t uid;
        bool in;
    } cases[] = {{0, false}, {9, false}, {10, true}, {19, true}, {20, false}, {4294967294, false}};

    add_range(10, 100000, 10);
    spec.map_from.text = "--uid-map 10:100000:10";
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        set_id(&spec.uid, cases[i].uid);
        if (cases[i].in)
            assert_int_equal(plan_ids(&plan), 0);
        else
            refused(plan_ids(&plan), "not both in the ranges of --uid-map 10:100000:10");
    }
}

static void auto_and_ranges_do_not_go_together(void **state HUSK_UNUSED)
{
    spec.map_auto = true;
    add_range(0, 100000, 1);
    refused(plan_ids(&plan), "--map-auto does not go with");
}

/* ---- --map-auto, with an /etc of our own --------------------------------------------------- */

static void begin_auto(const char *subuid, const char *subgid)
{
    host_begin();
    assert_int_equal(sys_mount("t", "/etc", "tmpfs", 0, NULL), 0);
    host_file("/etc/passwd", "me:x:0:0::/:/bin/sh\n");
    host_file("/etc/subuid", subuid);
    host_file("/etc/subgid", subgid);
    spec.map_auto = true;
    spec.map_from.text = "--map-auto";
}

static void subordinate_ids_follow_without_a_gap(void **state HUSK_UNUSED)
{
    begin_auto("other:1:1\nme:100000:10\n0:200000:5\n", "me:300000:4294667295\nme:500:100\n");
    assert_int_equal(plan_ids(&plan), 0);
    assert_int_equal(plan.ids.how, IDS_RANGES);
    assert_int_equal(plan.ids.uid_map_count, 3);
    assert_true(is_range(&plan.ids.uid_map[0], 0, 0, 1));
    assert_true(is_range(&plan.ids.uid_map[1], 1, 100000, 10));
    assert_true(is_range(&plan.ids.uid_map[2], 11, 200000, 5));
    /* Ids end before 4294967295. */
    assert_int_equal(plan.ids.gid_map_count, 3);
    assert_true(is_range(&plan.ids.gid_map[1], 1, 300000, 4294667295));
    assert_true(is_range(&plan.ids.gid_map[2], 4294667296, 500, 100));
}

static void there_are_no_ids_beyond_the_last(void **state HUSK_UNUSED)
{
    begin_auto("me:1:4294967294\nme:0:1\n", "me:5:5\n");
    assert_int_equal(plan_ids(&plan), 0);
    assert_int_equal(plan.ids.uid_map_count, 2);
    assert_true(is_range(&plan.ids.uid_map[1], 1, 1, 4294967294));
}

static void no_line_for_this_user_fails(void **state HUSK_UNUSED)
{
    begin_auto("me:100000:10\n", "you:100000:10\n");
    refused(plan_ids(&plan), "mapping ids (--map-auto): no line for me in /etc/subgid");
}

static void a_line_that_cannot_be_read_fails(void **state HUSK_UNUSED)
{
    begin_auto("me:100000:ten\n", "me:100000:10\n");
    refused(plan_ids(&plan), "/etc/subuid:1: not NAME:START:COUNT");
}

int main(void)
{
#define PLAIN(test) cmocka_unit_test_setup(test, set_up)
    const struct CMUnitTest tests[] = {
        PLAIN(nothing_asked_is_this_users_own_ids),
        PLAIN(an_id_can_be_chosen),
        PLAIN(map_root_is_id_0),
        PLAIN(a_new_dev_is_made_as_id_0),
        PLAIN(namespaces_are_forbidden_from_one_above),
        PLAIN(without_a_user_namespace_there_is_no_map),
        PLAIN(somebody_else_may_write_the_maps),
        PLAIN(ranges_are_taken_as_they_are),
        PLAIN(the_command_must_be_in_the_ranges),
        PLAIN(auto_and_ranges_do_not_go_together),
        INSIDE(subordinate_ids_follow_without_a_gap),
        INSIDE(there_are_no_ids_beyond_the_last),
        INSIDE(no_line_for_this_user_fails),
        INSIDE(a_line_that_cannot_be_read_fails),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
