/* --dry-run: plans built by hand, printed in both formats. */
#include "hand_made_plan.h"

#include "base/str.h"
#include "plan/names.h"
#include "plan/quote.h"
#include <linux/mount.h>

/* The line of TEXT that has PART. */
static const char *line_with(const char *text, const char *part)
{
    const char *at = strstr(text, part), *start = at;

    if (!at) {
        fail_msg("no \"%s\" in:\n%s", part, text);
        return "";
    }
    while (start > text && start[-1] != '\n')
        start--;
    return arena_strndup(start, strcspn(start, "\n"));
}

/* ---- files --------------------------------------------------------------------------------- */

static void files_are_a_tree(void **state HUSK_UNUSED)
{
    char *text;

    add(MOUNT_TMPFS, NULL, "/z");
    add(MOUNT_BIND, "/usr", "/usr")->ro = true;
    add(MOUNT_DIR, NULL, "/usr-local");
    add(MOUNT_TMPFS, NULL, "/usr/share/doc");
    add(MOUNT_TMPFS, NULL, "relative");
    text = printed(explain_text);
    has(text, "\n  /                tmpfs ");
    has(text, "\n  |- relative      tmpfs ");
    has(text, "\n  |- usr           bind /usr ");
    has(text, "\n  |  `- share/doc  tmpfs ");
    has(text, "\n  |- usr-local     dir ");
    has(text, "\n  `- z             tmpfs ");
}

static void flags_and_origins_are_shown(void **state HUSK_UNUSED)
{
    struct mount_op *op = add(MOUNT_BIND, "/usr", "/u");
    char *text;

    op->ro = true;
    op->attrs = MOUNT_ATTR_NOEXEC | MOUNT_ATTR_NOSYMFOLLOW;
    op->from = (struct origin){"/etc/husk/p.profile", 7, 1, "ro-bind /usr /u"};
    op = add(MOUNT_TMPFS, NULL, "/t");
    op->perms_set = true;
    op->perms = 01777;
    op->size = 4096;
    op->from.text = "--tmpfs /t";
    add(MOUNT_BIND, "/dev", "/d")->dev = true;
    text = printed(explain_text);
    has(line_with(text, "- u "), "ro,nosuid,nodev,noexec,nosymfollow");
    has(line_with(text, "- u "), "/etc/husk/p.profile:7:1: ro-bind /usr /u");
    has(line_with(text, "- t "), "rw,nosuid,nodev 1777 size=4096  --tmpfs /t");
    has(line_with(text, "- d "), "rw,nosuid ");
    has(line_with(text, "  / "), "husk");
    text = printed(explain_json);
    has(text, "\"noexec\",\n        \"nosymfollow\"");
    has(text, "\"perms\": \"1777\"");
    has(text, "\"line\": 7");
}

static void a_remount_counts_for_the_mount_before_it(void **state HUSK_UNUSED)
{
    char *text;

    add(MOUNT_REMOUNT_RO, NULL, "/");
    add(MOUNT_BIND, "/usr", "/u");
    add(MOUNT_REMOUNT_RO, NULL, "/u/");
    text = printed(explain_text);
    has(line_with(text, "tmpfs"), "ro,nosuid,nodev");
    has(line_with(text, "bind /usr"), "ro,nosuid,nodev");
    has(line_with(text, "bind /usr"), "not what is mounted below it");
    has(text, "/usr  at /u, only what is mounted below it");
}

static void a_later_mount_hides_what_is_below(void **state HUSK_UNUSED)
{
    char *text;

    add(MOUNT_BIND, "/usr", "/a/b");
    add(MOUNT_TMPFS, NULL, "/a");
    add(MOUNT_BIND, "/etc", "/ab");
    text = printed(explain_text);
    has(line_with(text, "bind /usr"), "hidden by a later mount");
    has_not(line_with(text, "bind /etc"), "hidden");
    has_not(strstr(text, "reachable"), "/usr");
    has(strstr(text, "reachable"), "    /etc  at /ab\n");
}

static void a_missing_source_hides_nothing(void **state HUSK_UNUSED)
{
    char *text;

    add(MOUNT_BIND, "/usr", "/a");
    add(MOUNT_BIND, "/no/such/path", "/a")->try = true;
    text = printed(explain_text);
    has(text, "absent: left out");
    has_not(text, "hidden");
    has(strstr(text, "reachable"), "    /usr  at /a\n");
    has_not(strstr(text, "reachable"), "/no/such");
    add(MOUNT_BIND, "/no/such/path", "/c");
    has(printed(explain_text), "ABSENT");
}

static void every_kind_is_shown(void **state HUSK_UNUSED)
{
    const char *layers[] = {"/low", "/high"};
    struct mount_op *op = add(MOUNT_OVERLAY, NULL, "/over");
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    char *text;

    op->layers = layers;
    op->layer_count = 2;
    op->upper = "/up";
    op->work = "/work";
    add(MOUNT_BIND_FD, NULL, "/fd")->fd = null;
    add(MOUNT_FILE, NULL, "/file")->fd = 7;
    add(MOUNT_BIND_DATA, NULL, "/data")->fd = 8;
    add(MOUNT_TEXT, NULL, "/text")->text = "12345";
    add(MOUNT_SYMLINK, "to here", "/link");
    op = add(MOUNT_CHMOD, NULL, "/mode");
    op->perms_set = true;
    op->perms = 0711;
    for (enum mount_kind k = MOUNT_PROC; k <= MOUNT_DIR; k++)
        add(k, NULL, arena_printf("/kind-%s", mount_kind_name(k)));
    add(MOUNT_MASK, NULL, "/mask");
    text = printed(explain_text);
    has(text, "overlay of /low /high, changes go to /up");
    has(text, arena_printf("bind-fd %d, /dev/null", null));
    has(text, "file 7");
    has(text, "bind-data 8");
    has(text, "file of 5 bytes");
    has(text, "symlink to \"to here\"");
    has(line_with(text, "chmod"), "0711");
    has(line_with(text, "kind-proc"), "rw,nosuid,nodev,noexec");
    has(line_with(text, "- mask"), "ro,nosuid,nodev,noexec");
    has(text, "    /up  at /over\n");
    close(null);
}

static void a_link_is_shown_with_where_it_leads(void **state HUSK_UNUSED)
{
    char dir[] = "/tmp/husk-explain-XXXXXX", *link, *text;

    assert_non_null(mkdtemp(dir));
    link = arena_printf("%s/link", dir);
    assert_int_equal(symlink("/usr", link), 0);
    add(MOUNT_BIND, link, "/l")->ro = true;
    text = printed(explain_text);
    has(text, arena_printf("bind %s -> /usr  ", link));
    has(strstr(text, "reachable"), "    /usr  at /l\n");
    unlink(link);
    rmdir(dir);
}

/* ---- the rest ------------------------------------------------------------------------------ */

static void ids_are_shown(void **state HUSK_UNUSED)
{
    struct id_range ranges[] = {{0, 0, 1}, {1, 100000, 65536}};
    char *text = printed(explain_text);

    has(text, "users        1000 -> 0  (root)\n");
    has(text, "groups       1000 -> 0\n");
    has(text, "uid 1000, gid 1000\n");
    has(text, "user namespaces can be made inside");
    plan.ids.how = IDS_RANGES;
    plan.ids.uid_map = plan.ids.gid_map = ranges;
    plan.ids.uid_map_count = plan.ids.gid_map_count = 2;
    plan.ids.use_helpers = plan.ids.second = plan.ids.deny_setgroups = true;
    spec.disable_userns = true;
    plan.disable_userns = true;
    text = printed(explain_text);
    has(text, "1-65536 -> 100000-165535  (65536 ids)");
    has(text, "through newuidmap");
    has(text, "in a second user namespace");
    has(text, "setgroups    denied");
    has(text, "no user namespaces can be made inside");
    has(printed(explain_json), "\"further_user_namespaces\": false");
}

static void namespaces_are_shown(void **state HUSK_UNUSED)
{
    char *text;

    spec.unshare_from[__builtin_ctz(CLONE_NEWIPC)].text = "--unshare-all";
    spec.monotonic.value = "-1.5";
    text = printed(explain_text);
    has(text, "no network and no other namespace of the host");
    has(line_with(text, "  ipc"), "new  (--unshare-all)");
    has(line_with(text, "  time"), "monotonic -1.5 s");
    plan.unshared &= ~(unsigned)(CLONE_NEWNET | CLONE_NEWPID);
    spec.pidns.fd = 5;
    spec.pidns.from.text = "--pidns 5";
    text = printed(explain_text);
    has(line_with(text, "  network"), "SHARED");
    has(line_with(text, "  pid"), "entered  (--pidns 5)");
    has(strstr(text, "reachable"), "the host's network");
    has_not(text, "no network");
    text = printed(explain_json);
    has(text, "\"shared_namespaces\": [\n      \"network\"\n    ]");
}

static void privileges_on_the_host_are_named(void **state HUSK_UNUSED)
{
    char *text = printed(explain_text);

    has(text, "capabilities\n  none\n");
    has_not(text, "COUNT ON THE HOST");
    plan.caps = 1 << 21 | UINT64_C(1) << 63;
    plan.ambient = true;
    text = printed(explain_text);
    has(text, "CAP_SYS_ADMIN  (ambient)");
    has(text, "capability 63");
    has_not(text, "COUNT ON THE HOST");
    plan.set_caps = false;
    has(printed(explain_text), "all, in its own user namespace");
    plan.set_caps = true;
    plan.unshared &= ~(unsigned)CLONE_NEWUSER;
    has(printed(explain_text), "COUNT ON THE HOST");
    plan.caps = 0;
    has_not(printed(explain_text), "COUNT ON THE HOST");
    plan.set_caps = false;
    has(printed(explain_text), "COUNT ON THE HOST");
}

static void the_host_s_proc_is_reachable_without_a_pid_namespace(void **state HUSK_UNUSED)
{
    add(MOUNT_PROC, NULL, "/proc");
    has_not(printed(explain_text), "    /proc\n");
    has(line_with(printed(explain_text), "- proc"), "rw,nosuid,nodev,noexec ");
    plan.unshared &= ~(unsigned)CLONE_NEWPID;
    has(printed(explain_text), "    /proc\n");
    has(line_with(printed(explain_text), "- proc"), "rw,nosuid,nodev ");
}

static void filters_are_counted(void **state HUSK_UNUSED)
{
    struct plan_filter filter = {.prog.len = 12, .from.text = "--seccomp 9"};

    has(printed(explain_text), "seccomp filters\n  none\n");
    plan.filters = &filter;
    plan.filter_count = 1;
    has(printed(explain_text), "  12 instructions  (--seccomp 9)\n");
    has(printed(explain_json), "\"instructions\": 12");
    has(printed(explain_json), "\"policy\": null");
    filter.policy = "strict";
    has(printed(explain_text), "  strict: 12 instructions  (--seccomp 9)\n");
    has(printed(explain_json), "\"policy\": \"strict\"");
}

static void limits_are_shown(void **state HUSK_UNUSED)
{
    const char *text = printed(explain_text);

    has(text, "\nlimits\n  none of its own\n");
    plan.limits[plan.limit_count++] = (struct plan_limit){RLIMIT_NOFILE, {64, RLIM_INFINITY}, {.text = "x"}};
    plan.limits[plan.limit_count++] = (struct plan_limit){RLIMIT_CORE, {1, 1}, {.text = "--no-core"}};
    spec.nice = (struct opt_number){true, -3, {.text = "--nice -3"}};
    spec.oom_score_adj = (struct opt_number){true, 500, {0}};
    spec.umask = (struct opt_number){true, 077, {.text = "--umask 077"}};
    spec.cpus = (struct opt_cpus){&(struct cpu_list){{1}}, "0", {0}};
    spec.no_aslr = (struct opt_flag){true, {.text = "--no-aslr"}};
    spec.timeout = (struct opt_duration){7, "7s", {.text = "--timeout 7s"}};
    plan.timeout = 7;
    plan.umask = 077;
    text = printed(explain_text);
    has(text, "\nlimits\n"
              "  nofile       64, up to unlimited  (x)\n"
              "  core         1  (--no-core)\n"
              "  nice value   -3  (--nice -3)\n"
              "  OOM score    500\n"
              "  processors   0\n"
              "  addresses    not randomised  (--no-aslr)\n"
              "  timeout      7s, then SIGTERM, and SIGKILL 5s later  (--timeout 7s)\n\n");
    has(text, "all of it is killed when husk dies");
    has(text, "  umask        0077  (--umask 077)\n");
}

static void the_environment_tells_what_is_passed_on(void **state HUSK_UNUSED)
{
    char *text;

    setenv("PATH", "/bin", 1);
    *VEC_PUSH(&spec.env) = (struct env_op){ENV_SET, "GIVEN", "a b"};
    text = printed(explain_text);
    has(text, "  passed on    PATH=/bin\n");
    has(text, "  set          GIVEN=\"a b\"\n");
    has(text, "  by husk      PWD=<where it starts>\n");
    setenv("GIVEN", "x", 1);
    *VEC_PUSH(&spec.env) = (struct env_op){ENV_KEEP, "GIV*", NULL};
    has(printed(explain_text), "  passed on    GIVEN=\"a b\"\n");
    unsetenv("GIVEN");
}

static void inherited_fds_are_listed(void **state HUSK_UNUSED)
{
    int kept = fcntl(open("/dev/null", O_RDONLY), F_DUPFD, 50);
    int closed = open("/dev/zero", O_RDONLY | O_CLOEXEC);
    char *text = printed(explain_text);

    has(text, arena_printf("  %-12d /dev/null", kept));
    has_not(text, "/dev/zero");
    spec.close_fds = true;
    has_not(printed(explain_text), arena_printf("  %-12d /dev/null", kept));
    *VEC_PUSH(&spec.keep_fds) = kept;
    has(printed(explain_text), arena_printf("  %-12d /dev/null", kept));
    close(kept);
    close(closed);
}

static void the_start_folder_has_fallbacks(void **state HUSK_UNUSED)
{
    char *text;

    plan.old_cwd = "/srv/x";
    plan.home = "/home/u";
    text = printed(explain_text);
    has(text, "starts in    /srv/x  if it is there,\n");
    has(text, "else /home/u\n");
    spec.chdir.value = "/only";
    text = printed(explain_text);
    has(text, "starts in    /only\n");
    has_not(text, "/srv/x");
}

static void lifetime_is_told(void **state HUSK_UNUSED)
{
    has(printed(explain_text), "pid 1 is the command itself");
    has(printed(explain_text), "may outlive");
    spec.die_with_parent = plan.has_init = spec.new_session = true;
    has(printed(explain_text), "killed when husk");
    has(printed(explain_text), "pid 1 is husk's");
    has(printed(explain_text), "a new session");
}

/* ---- a stranger's bytes -------------------------------------------------------------------- */

static void text_has_no_control_characters(void **state HUSK_UNUSED)
{
    char *text;

    use_odd_bytes_everywhere();
    text = printed(explain_text);
    for (const char *c = text; *c; c++)
        if (*c != '\n' && ((unsigned char)*c < ' ' || *c == 0x7f))
            fail_msg("byte %#x in:\n%s", *c, text);
    has_not(text, "\xff");
    has_not(text, "\xc2\x9b");
    has(text, "\"/o\\\"d\\\\d\\n\\x1b[31m\\xc2\\x9b\\xff\xc3\xa9\" \"\"\n");
}

static void words_are_unambiguous(void **state HUSK_UNUSED)
{
    assert_string_equal(quote_word("/a-b_c.d:e=f"), "/a-b_c.d:e=f");
    assert_string_equal(quote_word(""), "\"\"");
    assert_string_equal(quote_word("a b"), "\"a b\"");
    assert_string_equal(quote_word("a\nb"), "\"a\\nb\"");
    assert_string_equal(quote_word("a\\nb"), "\"a\\\\nb\"");
}

static void a_full_disk_is_an_error(void **state HUSK_UNUSED)
{
    int (*shows[])(const struct plan *) = {explain_text, explain_json};
    int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
    int out = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3),
        err = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);

    for (size_t i = 0; i < ARRAY_SIZE(shows); i++) {
        int r;

        fflush(stdout);
        dup2(full, STDOUT_FILENO);
        dup2(full, STDERR_FILENO);
        r = shows[i](&plan);
        dup2(out, STDOUT_FILENO);
        dup2(err, STDERR_FILENO);
        clearerr(stdout);
        assert_int_equal(r, -ENOSPC);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(files_are_a_tree, set_up),
        cmocka_unit_test_setup(flags_and_origins_are_shown, set_up),
        cmocka_unit_test_setup(a_remount_counts_for_the_mount_before_it, set_up),
        cmocka_unit_test_setup(a_later_mount_hides_what_is_below, set_up),
        cmocka_unit_test_setup(a_missing_source_hides_nothing, set_up),
        cmocka_unit_test_setup(every_kind_is_shown, set_up),
        cmocka_unit_test_setup(a_link_is_shown_with_where_it_leads, set_up),
        cmocka_unit_test_setup(ids_are_shown, set_up),
        cmocka_unit_test_setup(namespaces_are_shown, set_up),
        cmocka_unit_test_setup(privileges_on_the_host_are_named, set_up),
        cmocka_unit_test_setup(the_host_s_proc_is_reachable_without_a_pid_namespace, set_up),
        cmocka_unit_test_setup(filters_are_counted, set_up),
        cmocka_unit_test_setup(limits_are_shown, set_up),
        cmocka_unit_test_setup(the_environment_tells_what_is_passed_on, set_up),
        cmocka_unit_test_setup(inherited_fds_are_listed, set_up),
        cmocka_unit_test_setup(the_start_folder_has_fallbacks, set_up),
        cmocka_unit_test_setup(lifetime_is_told, set_up),
        cmocka_unit_test_setup(text_has_no_control_characters, set_up),
        cmocka_unit_test_setup(words_are_unambiguous, set_up),
        cmocka_unit_test_setup(a_full_disk_is_an_error, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
