#include "parse.h"

static const struct {
    char *option;
    unsigned flag;
} kinds[] = {
    {"--unshare-user", CLONE_NEWUSER}, {"--unshare-ipc", CLONE_NEWIPC},
    {"--unshare-pid", CLONE_NEWPID},   {"--unshare-net", CLONE_NEWNET},
    {"--unshare-uts", CLONE_NEWUTS},   {"--unshare-cgroup", CLONE_NEWCGROUP},
    {"--unshare-time", CLONE_NEWTIME},
};

static void namespaces_are_unshared(void **state HUSK_UNUSED)
{
    for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
        assert_int_equal(NONE(kinds[i].option, "x"), 0);
        assert_int_equal(spec.unshare, kinds[i].flag);
        assert_int_equal(spec.unshare_try, 0);
        assert_string_equal(spec.unshare_from[__builtin_ctz(kinds[i].flag)].text, kinds[i].option);
    }
    assert_int_equal(NONE("--unshare-user-try", "--unshare-cgroup-try", "x"), 0);
    assert_int_equal(spec.unshare, 0);
    assert_int_equal(spec.unshare_try, CLONE_NEWUSER | CLONE_NEWCGROUP);
}

static void unshare_all_is_bwraps(void **state HUSK_UNUSED)
{
    const unsigned all = CLONE_NEWIPC | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWUTS;

    assert_int_equal(BWRAP("--unshare-all", "x"), 0);
    assert_int_equal(spec.unshare, all);
    assert_int_equal(spec.unshare_try, CLONE_NEWUSER | CLONE_NEWCGROUP);
    assert_int_equal(BWRAP("--unshare-all", "--share-net", "x"), 0);
    assert_int_equal(spec.unshare, all & ~(unsigned)CLONE_NEWNET);
    assert_int_equal(BWRAP("--share-net", "--unshare-all", "x"), 0);
    assert_int_equal(spec.unshare, all);
}

static void net_has_modes(void **state HUSK_UNUSED)
{
    assert_int_equal(NONE("-n", "none", "x"), 0);
    assert_int_equal(spec.unshare, CLONE_NEWNET);
    assert_int_equal(NONE("-n", "none", "-n", "host", "x"), 0);
    assert_int_equal(spec.unshare, 0);
    assert_int_equal(NONE("-n", "hosts", "x"), -EINVAL);
    assert_non_null(strstr(said, "none, host, user"));
    assert_int_equal(NONE("-n", "none", "-n", "pasta", "x"), 0);
    assert_int_equal(spec.net.mode, NET_PASTA);
    assert_int_equal(spec.unshare, CLONE_NEWNET);
    assert_int_equal(NONE("-n", "user", "-n", "host", "x"), 0);
    assert_int_equal(spec.net.mode, NET_PLAIN);
    assert_int_equal(spec.unshare, 0);
    assert_int_equal(NONE("-n", "user", "--unshare-net", "x"), 0);
    assert_int_equal(spec.net.mode, NET_PLAIN);
    assert_int_equal(NONE("-n", "user", "-n", "ns:/proc/self/ns/net", "x"), 0);
    assert_int_equal(spec.net.mode, NET_JOIN);
    assert_true(spec.net.ns > 2);
    assert_int_equal(spec.unshare, 0);
}

static void what_leads_into_a_network_is_noted(void **state HUSK_UNUSED)
{
    assert_int_equal(NONE("--publish", "8080:80", "--publish", "1:2/udp", "--dns", "::1", "--add-host",
                          "a:1.2.3.4", "--allow-host-loopback", "--allow-host-loopback=80", "x"),
                     0);
    assert_int_equal(spec.publish.count, 2);
    assert_true(spec.publish.items[1].value.udp);
    assert_int_equal(spec.dns.count, 1);
    assert_string_equal(spec.hosts.items[0].name, "a");
    assert_int_equal(spec.loopback_ports.items[0].port, 0);
    assert_int_equal(spec.loopback_ports.items[1].port, 80);
    assert_int_equal(NONE("--allow-host-loopback=0", "x"), -EINVAL);
}

static void time_offsets_are_checked(void **state HUSK_UNUSED)
{
    assert_int_equal(NONE("--monotonic", "-1.5", "--boottime", "86400", "x"), 0);
    assert_string_equal(spec.monotonic.value, "-1.5");
    assert_string_equal(spec.boottime.value, "86400");
    assert_int_equal(NONE("--boottime", "1d", "x"), -EINVAL);
}

static void a_host_name_has_64_bytes(void **state HUSK_UNUSED)
{
    char name[66];

    memset(name, 'a', 65);
    name[65] = 0;
    assert_int_equal(NONE("--hostname", name, "x"), -EINVAL);
    name[64] = 0;
    assert_int_equal(NONE("--hostname", name, "x"), 0);
}

/* ---- values given twice -------------------------------------------------------------------- */

static void the_last_value_counts_with_a_warning(void **state HUSK_UNUSED)
{
    assert_int_equal(BWRAP("--chdir", "/a", "--chdir", "/b", "--uid", "1", "--uid", "2", "x"), 0);
    assert_string_equal(spec.chdir.value, "/b");
    assert_int_equal(spec.uid.id, 2);
    assert_string_equal(said, "bwrap: Only the last --chdir option will take effect\n"
                              "bwrap: Only the last --uid option will take effect\n");
}

static void a_profiles_value_is_replaced_in_silence(void **state HUSK_UNUSED)
{
    write_profile("twice", "hostname a\nhostname b\n");
    assert_int_equal(HUSK("-p", "twice", "--hostname", "c", "x"), 0);
    assert_string_equal(spec.hostname.value, "c");
    assert_string_equal(said, "");
    assert_int_equal(HUSK("-p", "none", "--hostname", "c", "-p", "twice", "x"), 0);
    assert_string_equal(said, "husk: Only the last --hostname option will take effect\n");
}

static void argv0_is_given_once(void **state HUSK_UNUSED)
{
    assert_int_equal(BWRAP("--argv0", "a", "x"), 0);
    assert_string_equal(spec.argv0.value, "a");
    assert_int_equal(BWRAP("--argv0", "a", "--argv0", "a", "x"), -EINVAL);
    assert_string_equal(said, "bwrap: --argv0 used multiple times\n");
}

/* ---- environment --------------------------------------------------------------------------- */

static void variables_are_taken_in_order(void **state HUSK_UNUSED)
{
    static const enum env_kind wanted[] = {ENV_SET,  ENV_CLEAR, ENV_KEEP,
                                           ENV_KEEP, ENV_SET,   ENV_UNSET};

    assert_int_equal(NONE("--setenv", "A", "b=c", "--clearenv", "--keep-env", "LC_*", "-e", "B",
                          "-e", "C=d=e", "--unsetenv", "A", "x"),
                     0);
    assert_int_equal(spec.env.count, ARRAY_SIZE(wanted));
    for (size_t i = 0; i < ARRAY_SIZE(wanted); i++)
        assert_int_equal(spec.env.items[i].kind, wanted[i]);
    assert_string_equal(spec.env.items[0].value, "b=c");
    assert_string_equal(spec.env.items[2].name, "LC_*");
    assert_string_equal(spec.env.items[4].name, "C");
    assert_string_equal(spec.env.items[4].value, "d=e");
}

static void variables_have_names(void **state HUSK_UNUSED)
{
    assert_int_equal(NONE("--setenv", "", "a", "x"), -EINVAL);
    assert_int_equal(NONE("--setenv", "A=B", "a", "x"), -EINVAL);
    assert_int_equal(NONE("--unsetenv", "", "x"), -EINVAL);
    assert_int_equal(NONE("--unsetenv", "A=", "x"), -EINVAL);
    assert_int_equal(NONE("-e", "", "x"), -EINVAL);
    assert_int_equal(NONE("-e", "=a", "x"), -EINVAL);
    assert_int_equal(NONE("-e", "A*", "x"), -EINVAL);
    assert_int_equal(NONE("--keep-env", "A*B", "x"), -EINVAL);
    assert_int_equal(NONE("--keep-env", "**", "x"), -EINVAL);
    assert_int_equal(NONE("--keep-env", "A=B", "x"), -EINVAL);
    assert_int_equal(NONE("-e", "A=*", "x"), 0);
}

/* ---- ids ----------------------------------------------------------------------------------- */

static void ids_are_strict(void **state HUSK_UNUSED)
{
    static char *const wrong[] = {"",      "-1", "4294967295", "4294967296",
                                  "1000x", " 1", "+1",         "root"};

    for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
        assert_int_equal(BWRAP("--uid", wrong[i], "x"), -EINVAL);
        assert_string_equal(said, arena_printf("bwrap: Invalid uid: %s\n", wrong[i]));
        assert_int_equal(BWRAP("--gid", wrong[i], "x"), -EINVAL);
        assert_string_equal(said, arena_printf("bwrap: Invalid gid: %s\n", wrong[i]));
    }
    assert_int_equal(BWRAP("--uid", "4294967294", "--gid", "0", "x"), 0);
    assert_true(spec.uid.set && spec.uid.id == 4294967294);
    assert_true(spec.gid.set && spec.gid.id == 0);
}

static void ranges_do_not_overlap(void **state HUSK_UNUSED)
{
    assert_int_equal(
        NONE("--uid-map", "0:1000:1", "--uid-map", "1:100000:10", "--gid-map", "0:1000:1", "x"), 0);
    assert_int_equal(spec.uid_map.count, 2);
    assert_int_equal(spec.gid_map.count, 1);
    assert_int_equal(spec.uid_map.items[1].outside, 100000);
    assert_string_equal(spec.map_from.text, "--gid-map 0:1000:1");
    assert_int_equal(NONE("--uid-map", "0:1000:1", "--uid-map", "1:1000:1", "x"), -EINVAL);
    assert_int_equal(NONE("--gid-map", "0:1000:2", "--gid-map", "1:2000:1", "x"), -EINVAL);
    assert_int_equal(NONE("--gid-map", "0:1000:0", "x"), -EINVAL);
}

static void map_flags(void **state HUSK_UNUSED)
{
    assert_int_equal(NONE("--map-root", "--keep-groups", "x"), 0);
    assert_true(spec.map_root && spec.keep_groups && !spec.map_auto);
    assert_string_equal(spec.map_from.text, "--map-root");
}

/* ---- privileges ---------------------------------------------------------------------------- */

static void later_capabilities_win(void **state HUSK_UNUSED)
{
    const uint64_t kill = UINT64_C(1) << 5;

    assert_int_equal(BWRAP("x"), 0);
    assert_false(spec.caps_touched);
    assert_int_equal(BWRAP("--cap-drop", "ALL", "--cap-add", "CAP_KILL", "x"), 0);
    assert_true(spec.caps_touched);
    assert_true(spec.cap_add == kill && spec.cap_drop == ~kill);
    assert_int_equal(BWRAP("--cap-add", "all", "--cap-drop", "cap_kill", "x"), 0);
    assert_true(spec.cap_drop == kill && spec.cap_add == ~kill);
    assert_int_equal(BWRAP("--cap-add", "CAP_NONE", "x"), -EINVAL);
    assert_string_equal(said, "bwrap: unknown cap: CAP_NONE\n");
}

static char *open_fd(void)
{
    return arena_printf("%d", dup(memory_fd("", 0)));
}

static void seccomp_is_one_or_the_other(void **state HUSK_UNUSED)
{
    char *a = open_fd(), *b = open_fd();

    assert_int_equal(BWRAP("--add-seccomp-fd", a, "--add-seccomp-fd", b, "x"), 0);
    assert_int_equal(spec.seccomp.count, 2);
    assert_int_equal(BWRAP("--seccomp", a, "--seccomp", b, "x"), 0);
    assert_int_equal(spec.seccomp_last.fd, atoi(b));
    assert_string_equal(said, "bwrap: Only the last --seccomp option will take effect\n");
    assert_int_equal(BWRAP("--seccomp", a, "--add-seccomp-fd", b, "x"), -EINVAL);
    assert_string_equal(said, "bwrap: --add-seccomp-fd cannot be combined with --seccomp\n");
    assert_int_equal(BWRAP("--add-seccomp-fd", b, "--seccomp", a, "x"), -EINVAL);
    assert_string_equal(said, "bwrap: --seccomp cannot be combined with --add-seccomp-fd\n");
}

/* ---- fds ----------------------------------------------------------------------------------- */

static char *const consumers[] = {"--seccomp",         "--add-seccomp-fd", "--block-fd",
                                  "--userns-block-fd", "--info-fd",        "--json-status-fd",
                                  "--userns",          "--userns2",        "--pidns"};

static void consumed_fds_close_on_exec(void **state HUSK_UNUSED)
{
    for (size_t i = 0; i < ARRAY_SIZE(consumers); i++) {
        char *fd = open_fd();

        assert_int_equal(fcntl(atoi(fd), F_GETFD), 0);
        assert_int_equal(BWRAP(consumers[i], fd, "x"), 0);
        assert_int_equal(fcntl(atoi(fd), F_GETFD), FD_CLOEXEC);
        close(atoi(fd));
    }
}

static void fds_are_strict(void **state HUSK_UNUSED)
{
    static char *const wrong[] = {"",    "-1", "x",          "1x",
                                  "0x1", " 1", "2147483648", "/proc/self/ns/user"};

    for (size_t i = 0; i < ARRAY_SIZE(consumers); i++) {
        for (size_t k = 0; k < ARRAY_SIZE(wrong); k++) {
            assert_int_equal(BWRAP(consumers[i], wrong[k], "x"), -EINVAL);
            assert_string_equal(said, arena_printf("bwrap: Invalid fd: %s\n", wrong[k]));
        }
        assert_int_equal(BWRAP(consumers[i], "987654", "x"), -EBADF);
        assert_non_null(strstr(said, consumers[i]));
    }
}

static void fd_0_is_as_good_as_any(void **state HUSK_UNUSED)
{
    int saved = dup(STDIN_FILENO);

    dup2(memory_fd("", 0), STDIN_FILENO);
    assert_int_equal(BWRAP("--userns", "0", "--block-fd", "0", "x"), 0);
    assert_int_equal(spec.userns.fd, 0);
    assert_int_equal(spec.block_fd.fd, 0);
    dup2(saved, STDIN_FILENO);
    close(saved);
}

static void nothing_is_no_fd(void **state HUSK_UNUSED)
{
    assert_int_equal(BWRAP("x"), 0);
    assert_true(spec.userns.fd < 0 && spec.userns2.fd < 0 && spec.pidns.fd < 0 &&
                spec.info_fd.fd < 0 && spec.json_status_fd.fd < 0 && spec.block_fd.fd < 0 &&
                spec.userns_block_fd.fd < 0 && spec.seccomp_last.fd < 0);
}

static void namespaces_can_be_paths(void **state HUSK_UNUSED)
{
    assert_int_equal(NONE("--userns", "/proc/self/ns/user", "x"), 0);
    assert_true(spec.userns.fd > 2);
    assert_int_equal(fcntl(spec.userns.fd, F_GETFD), FD_CLOEXEC);
    close(spec.userns.fd);
    assert_int_equal(NONE("--pidns", "/no/such/file", "x"), -ENOENT);
    assert_non_null(strstr(said, "/no/such/file: No such file or directory"));
    assert_int_equal(NONE("--pidns", "file", "x"), -EINVAL);
}

static void sync_fds_are_kept_from_the_command(void **state HUSK_UNUSED)
{
    char *a = open_fd(), *b = open_fd();

    assert_int_equal(BWRAP("--sync-fd", a, "--as-pid-1", "x"), 0);
    assert_int_equal(fcntl(atoi(a), F_GETFD), 0);
    assert_int_equal(BWRAP("--sync-fd", a, "--sync-fd", b, "x"), 0);
    assert_string_equal(said, "bwrap: Only the last --sync-fd option will take effect\n");
    assert_int_equal(spec.sync_fds.count, 1);
    assert_int_equal(spec.sync_fds.items[0], atoi(b));
    assert_int_equal(fcntl(atoi(b), F_GETFD), FD_CLOEXEC);
    assert_int_equal(NONE("--sync-fd", a, "--sync-fd", b, "x"), 0);
    assert_int_equal(spec.sync_fds.count, 2);
    assert_int_equal(NONE("--sync-fd", "987654", "x"), -EBADF);
}

static void kept_fds_stay_as_they_are(void **state HUSK_UNUSED)
{
    char *a = open_fd();

    assert_int_equal(NONE("--close-fds", "--keep-fd", a, "x"), 0);
    assert_true(spec.close_fds);
    assert_int_equal(spec.keep_fds.items[0], atoi(a));
    assert_int_equal(fcntl(atoi(a), F_GETFD), 0);
    assert_int_equal(NONE("--keep-fd", "987654", "x"), -EBADF);
}

static void flags(void **state HUSK_UNUSED)
{
    assert_int_equal(BWRAP("--new-session", "--die-with-parent", "--as-pid-1", "--disable-userns",
                           "--assert-userns-disabled", "x"),
                     0);
    assert_true(spec.new_session && spec.die_with_parent && spec.as_pid_1 && spec.disable_userns &&
                spec.assert_userns_disabled);
    assert_string_equal(spec.disable_userns_from.text, "--disable-userns");
    assert_false(spec.close_fds);
    assert_true(spec.host_mountpoints); /* as bwrap they are made */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(namespaces_are_unshared),
        cmocka_unit_test(unshare_all_is_bwraps),
        cmocka_unit_test(net_has_modes),
        cmocka_unit_test(what_leads_into_a_network_is_noted),
        cmocka_unit_test(time_offsets_are_checked),
        cmocka_unit_test(a_host_name_has_64_bytes),
        cmocka_unit_test(the_last_value_counts_with_a_warning),
        cmocka_unit_test(a_profiles_value_is_replaced_in_silence),
        cmocka_unit_test(argv0_is_given_once),
        cmocka_unit_test(variables_are_taken_in_order),
        cmocka_unit_test(variables_have_names),
        cmocka_unit_test(ids_are_strict),
        cmocka_unit_test(ranges_do_not_overlap),
        cmocka_unit_test(map_flags),
        cmocka_unit_test(later_capabilities_win),
        cmocka_unit_test(seccomp_is_one_or_the_other),
        cmocka_unit_test(consumed_fds_close_on_exec),
        cmocka_unit_test(fds_are_strict),
        cmocka_unit_test(fd_0_is_as_good_as_any),
        cmocka_unit_test(nothing_is_no_fd),
        cmocka_unit_test(namespaces_can_be_paths),
        cmocka_unit_test(sync_fds_are_kept_from_the_command),
        cmocka_unit_test(kept_fds_stay_as_they_are),
        cmocka_unit_test(flags),
    };

    return cmocka_run_group_tests(tests, home_set_up, home_tear_down);
}
