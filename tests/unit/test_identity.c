/* Who the child is: maps, the second user namespace, the command's ids. */
#include "stage.h"
#include <grp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* What /proc/self/NAME holds, with single blanks. */
static const char *own(const char *name)
{
    HUSK_FD int fd = open(arena_printf("/proc/self/%s", name), O_RDONLY | O_CLOEXEC);
    char *text, *word, *save = NULL;
    const char *all = "";
    size_t size;

    assert_int_equal(fd_read_all(fd, 4096, &text, &size), 0);
    for (word = strtok_r(text, " \n", &save); word; word = strtok_r(NULL, " \n", &save))
        all = arena_printf("%s%s%s", all, *all ? " " : "", word);
    return all;
}

/* A plan for the ids UID and GID in one namespace, or in a second one below id 0. */
static void begin(uint32_t uid, uint32_t gid, bool second)
{
    static struct id_range uid_map, gid_map;

    bare_plan();
    uid_map = (struct id_range){second ? 0 : uid, outer_uid, 1};
    gid_map = (struct id_range){second ? 0 : gid, outer_gid, 1};
    plan.ids.uid_map = &uid_map;
    plan.ids.gid_map = &gid_map;
    plan.ids.uid = uid;
    plan.ids.gid = gid;
    plan.ids.second = second;
    prepare();
}

/* ---- one namespace ------------------------------------------------------------------------- */

static void the_map_is_the_plans(void **state HUSK_UNUSED)
{
    begin(1234, 4294967294, false);
    works(identity_map(in));
    works(identity_become(in));
    works(identity_settle(in));
    assert_int_equal(getuid(), 1234);
    assert_int_equal(getgid(), 4294967294);
    assert_string_equal(own("uid_map"), arena_printf("1234 %u 1", outer_uid));
    assert_string_equal(own("gid_map"), arena_printf("4294967294 %u 1", outer_gid));
}

/* CVE-2014-8989: without its groups a process could get past an ACL that names one to deny it. */
static void groups_cannot_be_dropped(void **state HUSK_UNUSED)
{
    begin(0, 0, false);
    works(identity_map(in));
    assert_string_equal(own("setgroups"), "deny");
    assert_int_equal(setgroups(0, NULL), -1);
    assert_int_equal(errno, EPERM);
}

static void no_program_gives_new_rights(void **state HUSK_UNUSED)
{
    begin(0, 0, false);
    assert_int_equal(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0), 0);
    works(identity_map(in));
    assert_int_equal(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0), 1);
}

static void an_id_that_is_not_mapped_fails(void **state HUSK_UNUSED)
{
    begin(0, 0, false);
    works(identity_map(in));
    plan.ids.uid = 5;
    fails(identity_settle(in), "unable to switch to uid 5", EINVAL);
    plan.ids.gid = 6;
    fails(identity_settle(in), "unable to switch to gid 6", EINVAL);
}

static void a_false_proc_is_not_written_to(void **state HUSK_UNUSED)
{
    begin(0, 0, false);
    assert_int_equal(sys_mount("t", "/proc", "tmpfs", 0, NULL), 0);
    fails(identity_map(in), "what is on /proc is not procfs", ENODEV);
    assert_int_equal(in->error.hint, HINT_USERNS);
}

static void maps_can_be_written_once(void **state HUSK_UNUSED)
{
    begin(0, 0, false);
    works(identity_map(in));
    fails(identity_map(in), "error writing to setgroups", EPERM);
}

static void maps_of_somebody_else_must_have_come(void **state HUSK_UNUSED)
{
    begin(0, 0, false);
    plan.ids.how = IDS_OUTSIDE;
    spec.userns_block_fd.from.text = "--userns-block-fd 9";
    fails(identity_map(in), "nobody wrote uid_map of the sandbox (--userns-block-fd 9)", 0);
}

/* ---- the gate ------------------------------------------------------------------------------ */

static int map(void *arg HUSK_UNUSED)
{
    return identity_map(in) < 0 ? 9 : 0;
}

static void the_gate_is_waited_for(void **state HUSK_UNUSED)
{
    begin(0, 0, false);
    plan.first_gate = true;
    plan.ids.how = IDS_NONE;
    assert_int_equal(gate_send(gate, GATE_MAPPED, 0, FD_NONE), 0);
    assert_int_equal(status_of(map, NULL), 0);
}

static void another_message_is_an_error(void **state HUSK_UNUSED)
{
    begin(0, 0, false);
    plan.first_gate = true;
    plan.ids.how = IDS_NONE;
    assert_int_equal(gate_send(gate, GATE_STOPPED, 0, FD_NONE), 0);
    fails(identity_map(in), "waiting for the id maps", EPROTO);
}

static void a_closed_gate_ends_the_child(void **state HUSK_UNUSED)
{
    begin(0, 0, false);
    plan.first_gate = true;
    plan.ids.how = IDS_NONE;
    close(gate);
    assert_int_equal(status_of(map, NULL), 1);
}

/* ---- the second namespace ------------------------------------------------------------------ */

static void the_second_namespace_maps_back(void **state HUSK_UNUSED)
{
    begin(1000, 1001, true);
    works(identity_map(in));
    assert_int_equal(getuid(), 0);
    assert_int_equal(sethostname("mine", 4), 0);
    works(identity_settle(in));
    assert_int_equal(getuid(), 1000);
    assert_int_equal(getgid(), 1001);
    assert_string_equal(own("uid_map"), "1000 0 1");
    assert_string_equal(own("gid_map"), "1001 0 1");
    assert_string_equal(own("setgroups"), "deny");
    /* All capabilities, but none over what the first one owns. */
    assert_int_equal(sethostname("theirs", 6), -1);
    assert_int_equal(errno, EPERM);
}

static void further_namespaces_can_be_forbidden(void **state HUSK_UNUSED)
{
    begin(0, 0, true);
    plan.disable_userns = spec.assert_userns_disabled = true;
    works(identity_map(in));
    works(identity_settle(in));
    assert_int_equal(sys_unshare(CLONE_NEWUSER), -1);
    assert_int_equal(errno, ENOSPC);
}

static void it_is_noticed_when_they_are_not(void **state HUSK_UNUSED)
{
    begin(0, 0, true);
    spec.assert_userns_disabled = true;
    works(identity_map(in));
    fails(identity_settle(in), "creation of new user namespaces was not disabled as requested", 0);
}

/* ---- ranges -------------------------------------------------------------------------------- */

static void ranges_are_used_as_id_0(void **state HUSK_UNUSED)
{
    prepare();
    works(identity_map(in));
    works(identity_become(in));
    assert_int_equal(getuid(), 0);
    assert_int_equal(getgid(), 0);
    assert_int_equal(getgroups(0, NULL), 0);
    plan.ids.uid = 7;
    plan.ids.gid = 8;
    works(identity_settle(in));
    assert_int_equal(getuid(), 7);
    assert_int_equal(getgid(), 8);
    assert_int_equal(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0), 0);
}

static void groups_are_kept_when_asked_for(void **state HUSK_UNUSED)
{
    int before = getgroups(0, NULL);

    spec.keep_groups = true;
    prepare();
    works(identity_map(in));
    works(identity_become(in));
    assert_int_equal(getgroups(0, NULL), before);
}

/* The numbers stay what they are, all of them. */
static void a_second_namespace_of_ranges_is_the_same(void **state HUSK_UNUSED)
{
    uint32_t last;

    plan.ids.second = true;
    plan.disable_userns = true;
    last = plan.ids.uid_map[1].inside + plan.ids.uid_map[1].count - 1;
    plan.ids.uid = last;
    prepare();
    works(identity_map(in));
    works(identity_become(in));
    works(identity_settle(in));
    assert_int_equal(getuid(), last);
    assert_non_null(strstr(own("uid_map"), arena_printf("0 0 1 1 1 %u", plan.ids.uid_map[1].count)));
    assert_int_equal(sys_unshare(CLONE_NEWUSER), -1);
    assert_int_equal(waitpid(-1, NULL, 0), -1); /* who wrote it is gone */
}

/* ---- namespaces of others ------------------------------------------------------------------ */

static void a_second_namespace_can_be_entered(void **state HUSK_UNUSED)
{
    struct stat theirs, ours;
    int ends[2];
    char byte;
    pid_t pid;

    begin(0, 0, false);
    assert_int_equal(sys_mount("p", "/proc", "proc", 0, NULL), 0); /* with our numbers */
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    pid = fork();
    if (pid == 0) {
        if (sys_unshare(CLONE_NEWUSER) == 0 && write(ends[1], "", 1) == 1)
            pause();
        _exit(1);
    }
    assert_int_equal(read(ends[0], &byte, 1), 1);
    spec.userns2.fd = open(arena_printf("/proc/%d/ns/user", pid), O_RDONLY | O_CLOEXEC);
    works(identity_settle(in));
    assert_int_equal(fstat(spec.userns2.fd, &theirs), 0);
    assert_int_equal(stat("/proc/self/ns/user", &ours), 0);
    assert_int_equal(ours.st_ino, theirs.st_ino);
}

static void what_is_no_user_namespace_is_not_entered(void **state HUSK_UNUSED)
{
    begin(0, 0, false);
    spec.userns2.fd = open("/proc/self/ns/uts", O_RDONLY | O_CLOEXEC);
    fails(identity_settle(in), "Setting userns2 failed", EINVAL);
}

int main(void)
{
#define FRESH(body) IN_NAMESPACE(body, INSIDE_FLAGS & ~CLONE_NEWPID, UNMAPPED)
#define WITH_RANGES(body) IN_NAMESPACE(body, INSIDE_FLAGS & ~CLONE_NEWPID, RANGES)
    const struct CMUnitTest tests[] = {
        FRESH(the_map_is_the_plans),
        FRESH(groups_cannot_be_dropped),
        FRESH(no_program_gives_new_rights),
        FRESH(an_id_that_is_not_mapped_fails),
        FRESH(a_false_proc_is_not_written_to),
        FRESH(maps_can_be_written_once),
        FRESH(maps_of_somebody_else_must_have_come),
        FRESH(the_gate_is_waited_for),
        FRESH(another_message_is_an_error),
        FRESH(a_closed_gate_ends_the_child),
        FRESH(the_second_namespace_maps_back),
        FRESH(further_namespaces_can_be_forbidden),
        FRESH(it_is_noticed_when_they_are_not),
        WITH_RANGES(ranges_are_used_as_id_0),
        WITH_RANGES(groups_are_kept_when_asked_for),
        WITH_RANGES(a_second_namespace_of_ranges_is_the_same),
        INSIDE(a_second_namespace_can_be_entered),
        INSIDE(what_is_no_user_namespace_is_not_entered),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
