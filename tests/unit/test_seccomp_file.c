/*
 * A profile's file becomes a program: by husk-seccomp or from the cache, else there is none. The helper is looked
 * for beside this program, so a copy of it runs the tests, in a folder of its own; see main().
 */
#include "plan/seccomp_file.h"
#include "bare_plan.h"
#include "base/bpf.h"
#include "base/log.h"
#include "compiled.h"
#include "plan/seccomp_policies.h"
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>

#define PROFILE                                                                                    \
    "{\"defaultAction\": \"SCMP_ACT_ERRNO\", \"defaultErrno\": \"EIO\", \"syscalls\": [{\"names\": " \
    "[\"getpid\", \"statx\", \"nosuchcall\"], \"action\": \"SCMP_ACT_ALLOW\"}]}"

static const char *folder, *helper, *cache;
static struct seccomp_base base;
static struct plan_filter filter;

static int remove_one(const char *path, const struct stat *st HUSK_UNUSED, int kind HUSK_UNUSED,
                      struct FTW *ftw HUSK_UNUSED)
{
    return remove(path);
}

static void write_file(const char *path, const void *data, size_t size, mode_t mode)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);

    assert_int_equal(fd_write_all(fd, data, size), 0);
    close(fd);
}

static void ask(const char *text, size_t size)
{
    int fd = memfd_create("profile", MFD_CLOEXEC);

    assert_int_equal(fd_write_all(fd, text, size), 0);
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    fd_closep(&spec.seccomp_file);
    spec.seccomp_file = fd;
    spec.seccomp_profile = (struct opt_text){"./x.json", {.text = "--seccomp-profile ./x.json"}};
    filter = (struct plan_filter){0};
    base = (struct seccomp_base){0};
}

static int made(const char *text)
{
    ask(text, strlen(text));
    return seccomp_file(&plan, &base, &filter);
}

/* In the place of husk-seccomp: a script. */
static void script(const char *text)
{
    text = arena_printf("#!/bin/sh\n%s\n", text);
    unlink(helper);
    write_file(helper, text, strlen(text), 0755);
}

/* The real one, an empty cache. */
static int set_up(void **state HUSK_UNUSED)
{
    const char *build = getenv("HUSK_BUILDDIR");
    char path[PATH_MAX], *real = realpath(arena_printf("%s/husk-seccomp", build ? build : "."), path);

    bare_plan();
    log_init("husk", false);
    if (!real)
        return -1;
    nftw(cache, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    unlink(helper);
    return setenv("XDG_CACHE_HOME", cache, 1) | symlink(real, helper);
}

static uint32_t answers(int number)
{
    const struct seccomp_data data = {.nr = number, .arch = syscall_abis[SECCOMP_NATIVE].arch};

    return bpf_run(&base.prog, &data);
}

static void is_the_profile(void)
{
    assert_int_equal(answers(SYS_uname), SECCOMP_RET_ERRNO | EIO);
    assert_int_equal(answers(SYS_getpid), SECCOMP_RET_ALLOW);
    assert_true(base.abis & 1u << SECCOMP_NATIVE);
    assert_string_equal(filter.policy, "./x.json");
    assert_non_null(strstr(filter.skipped, "nosuchcall "));
}

/* ---- the real helper ------------------------------------------------------------------------ */

static void a_file_is_compiled_once(void **state HUSK_UNUSED)
{
    assert_int_equal(made(PROFILE), 0);
    is_the_profile();
    assert_int_equal(filter.cache, CACHE_KEPT);
    assert_int_equal(made(PROFILE), 0);
    is_the_profile();
    assert_int_equal(filter.cache, CACHE_HAD);
    assert_int_equal(made(PROFILE " "), 0);
    assert_int_equal(filter.cache, CACHE_KEPT);
}

static void what_rules_may_ask_for_is_a_part_of_it(void **state HUSK_UNUSED)
{
    static const char text[] =
        "{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"syscalls\": [{\"names\": [\"uname\"], \"action\":"
        " \"SCMP_ACT_ERRNO\", \"errno\": \"EIO\", \"includes\": {\"caps\": [\"CAP_SYS_ADMIN\"]}}]}";

    for (int round = 0; round < 2; round++) {
        plan.caps = 0;
        assert_int_equal(made(text), 0);
        assert_int_equal(answers(SYS_uname), SECCOMP_RET_ALLOW);
        plan.caps = 1ULL << 21; /* CAP_SYS_ADMIN */
        assert_int_equal(made(text), 0);
        assert_int_equal(answers(SYS_uname), SECCOMP_RET_ERRNO | EIO);
    }
    assert_int_equal(filter.cache, CACHE_HAD);
}

static void a_dry_run_keeps_nothing(void **state HUSK_UNUSED)
{
    spec.dry_run = DRY_RUN_TEXT;
    assert_int_equal(made(PROFILE), 0);
    is_the_profile();
    assert_int_equal(filter.cache, CACHE_NO);
    assert_int_equal(access(cache, F_OK), -1);
    spec.dry_run = DRY_RUN_NO;
    assert_int_equal(made(PROFILE), 0);
    spec.dry_run = DRY_RUN_TEXT;
    assert_int_equal(made(PROFILE), 0);
    assert_int_equal(filter.cache, CACHE_HAD);
}

static void it_does_without_a_cache(void **state HUSK_UNUSED)
{
    setenv("XDG_CACHE_HOME", "/proc/self", 1);
    assert_int_equal(made(PROFILE), 0);
    is_the_profile();
    assert_int_equal(filter.cache, CACHE_NO);
}

static void what_is_wrong_with_it_is_said(void **state HUSK_UNUSED)
{
    refused(made("{"), "husk: --seccomp-profile ./x.json: ");
    refused(made(""), "husk: --seccomp-profile ./x.json: ");
    refused(made("{\"defaultAction\": \"SCMP_ACT_MAYBE\"}"), "SCMP_ACT_MAYBE");
    assert_int_equal(access(cache, F_OK), -1); /* nor is it kept */
    assert_null(base.prog.filter);
}

static void what_cannot_be_read_is_none(void **state HUSK_UNUSED)
{
    const size_t most = 1024 * 1024;
    char *text = arena_alloc(most + 1);

    memset(text, ' ', most + 1);
    memcpy(text, PROFILE, sizeof PROFILE - 1);
    ask(text, most + 1);
    refused(seccomp_file(&plan, &base, &filter),
            "--seccomp-profile ./x.json: reading ./x.json: Argument list too long");
    ask(text, most);
    assert_int_equal(seccomp_file(&plan, &base, &filter), 0);
    ask("", 0);
    fd_closep(&spec.seccomp_file);
    spec.seccomp_file = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    refused(seccomp_file(&plan, &base, &filter), "reading ./x.json: Is a directory");
}

/* ---- other helpers -------------------------------------------------------------------------- */

static void without_the_helper_there_is_none(void **state HUSK_UNUSED)
{
    assert_int_equal(made(PROFILE), 0);
    unlink(helper);
    refused(made(PROFILE), "finding husk's program husk-seccomp, which reads it: No such file or directory");
    write_file(helper, "", 0, 0644);
    refused(made(PROFILE), "finding husk's program husk-seccomp, which reads it: Permission denied");
}

static void it_gets_the_kernel_capabilities_and_text(void **state HUSK_UNUSED)
{
    unsigned first, second;
    struct utsname name;
    char *text;
    size_t size;
    int fd;

    plan.caps = 0xabcdef01234;
    script(arena_printf("exec > '%s/seen'; echo \"$# $1 $2\"; cat", folder));
    refused(made(PROFILE), "failed (status 0)"); /* it says nothing */
    fd = open(arena_printf("%s/seen", folder), O_RDONLY | O_CLOEXEC);
    assert_int_equal(fd_read_all(fd, 65536, &text, &size), 0);
    close(fd);
    assert_int_equal(uname(&name), 0);
    assert_int_equal(sscanf(name.release, "%u.%u", &first, &second), 2);
    assert_string_equal(text, arena_printf("2 %u.%u abcdef01234\n" PROFILE, first, second));
}

/* A script that prints C and then does what THEN says. */
static void answering(const void *c, size_t size, const char *then)
{
    const char *path = arena_printf("%s/answer", folder);

    write_file(path, c, size, 0644);
    script(arena_printf("cat '%s'; %s", path, then));
}

static void its_answer_must_be_whole_and_its_status_0(void **state HUSK_UNUSED)
{
    const struct compiled good = compile_refusal(EXFULL);
    char longer[sizeof good + 1] = "";

    answering(&good, sizeof good, "exit 0");
    assert_int_equal(made(PROFILE), 0);
    assert_int_equal(answers(SYS_getpid), SECCOMP_RET_ERRNO | EXFULL);
    assert_string_equal(filter.skipped, "foo bar ");
    assert_int_equal(filter.flags, 2);
    assert_int_equal(nftw(cache, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
    answering(&good, sizeof good, "exit 3");
    refused(made(PROFILE), arena_printf("--seccomp-profile ./x.json: %s failed (status 3)", helper));
    answering(&good, sizeof good, "kill -KILL $$");
    refused(made(PROFILE), "failed (status 137)");
    for (size_t size = 0; size < sizeof good; size += 107) {
        answering(&good, size, "exit 0");
        refused(made(PROFILE), "failed (status 0)");
    }
    memcpy(longer, &good, sizeof good);
    answering(longer, sizeof longer, "exit 0");
    refused(made(PROFILE), "failed (status 0)");
    assert_int_equal(access(cache, F_OK), -1);
}

static void it_is_not_heard_forever(void **state HUSK_UNUSED)
{
    script("exec cat /dev/zero");
    refused(made(PROFILE), "--seccomp-profile ./x.json: running ");
    assert_int_equal(access(cache, F_OK), -1);
}

static void it_need_not_listen(void **state HUSK_UNUSED)
{
    const struct compiled good = compile_refusal(EXFULL);
    char *text = arena_alloc(1000000);

    memset(text, ' ', 999999); /* more than a pipe holds */
    answering(&good, sizeof good, "exit 0");
    assert_int_equal(made(text), 0);
}

/* ---- the copy ------------------------------------------------------------------------------- */

#define TEST(name) cmocka_unit_test_setup(name, set_up)

static int remove_folder(void **state HUSK_UNUSED)
{
    return nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static int test_all(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_file_is_compiled_once),
        TEST(what_rules_may_ask_for_is_a_part_of_it),
        TEST(a_dry_run_keeps_nothing),
        TEST(it_does_without_a_cache),
        TEST(what_is_wrong_with_it_is_said),
        TEST(what_cannot_be_read_is_none),
        TEST(without_the_helper_there_is_none),
        TEST(it_gets_the_kernel_capabilities_and_text),
        TEST(its_answer_must_be_whole_and_its_status_0),
        TEST(it_is_not_heard_forever),
        TEST(it_need_not_listen),
    };

    return cmocka_run_group_tests(tests, NULL, remove_folder);
}

int main(int argc, char **argv)
{
    static char top[] = "/tmp/husk-unit-XXXXXX";
    HUSK_FD int self = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    const char *copy;
    char *data;
    size_t size;

    umask(022);
    if (argc == 2) {
        folder = argv[1];
        helper = arena_printf("%s/husk-seccomp", folder);
        cache = arena_printf("%s/cache", folder);
        return test_all();
    }
    if (!mkdtemp(top) || fd_read_all(self, 1 << 28, &data, &size) < 0)
        return 1;
    copy = arena_printf("%s/%s", top, program_invocation_short_name);
    write_file(copy, data, size, 0755);
    execl(copy, copy, top, NULL);
    perror(copy);
    return 1;
}
