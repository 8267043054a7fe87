/* Profiles as programs: what libseccomp makes of a profile and what is made of that answer alike for any call
 * with any arguments; asked with an interpreter of its own. What the kernel answers is asked by
 * tests/functional/seccomp-file*.t. */
#include "seccomp/compile.h"
#include "capture.h"
#include "filters.h"
#include "base/str.h"
#include "plan/seccomp_policies.h"
#include <errno.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <string.h>
#include <sys/syscall.h>

static struct oci_profile profile;
static struct oci_error error;
static struct oci_code code;
static struct bpf program;
static struct oci_host host;

static bool compile(const char *text)
{
    return oci_read(text, strlen(text), &profile, &error) && oci_compile(&profile, &host, &code, &error) &&
           oci_shrink(&code, &program, &error);
}

static void compiles(const char *text)
{
    if (!compile(text)) {
        print_error("%s\n", error.text);
        fail();
    }
}

static void refuses(const char *text, const char *why)
{
    assert_false(compile(text));
    if (!strstr(error.text, why)) {
        print_error("not \"%s\" but \"%s\"\n", why, error.text);
        fail();
    }
}

/* ---- the interpreter ------------------------------------------------------------------------- */

static uint32_t word_at(const struct seccomp_data *data, uint32_t offset)
{
    uint32_t word;

    memcpy(&word, (const char *)data + offset, sizeof word);
    return word;
}

static bool is_true(unsigned op, uint32_t a, uint32_t k)
{
    return op == BPF_JEQ ? a == k : op == BPF_JGT ? a > k : op == BPF_JGE ? a >= k : (a & k) != 0;
}

static uint32_t run(const struct sock_filter *c, size_t length, const struct seccomp_data *data)
{
    uint32_t a = 0;

    for (size_t pc = 0; pc < length; pc++) {
        if (c[pc].code == (BPF_LD | BPF_W | BPF_ABS))
            a = word_at(data, c[pc].k);
        else if (c[pc].code == (BPF_ALU | BPF_AND | BPF_K))
            a &= c[pc].k;
        else if (c[pc].code == (BPF_RET | BPF_K))
            return c[pc].k;
        else if (c[pc].code == (BPF_JMP | BPF_JA))
            pc += c[pc].k;
        else
            pc += is_true(BPF_OP(c[pc].code), a, c[pc].k) ? c[pc].jt : c[pc].jf;
    }
    fail();
    return 0;
}

static uint32_t answer(uint32_t arch, int nr, uint64_t a0, uint64_t a1)
{
    const struct seccomp_data data = {.nr = nr, .arch = arch, .args = {a0, a1, a0 ^ a1, a1, a0, a1}};

    return run(program.code, program.length, &data);
}

static uint32_t native(int nr, uint64_t a0)
{
    return answer(syscall_abis[SECCOMP_NATIVE].arch, nr, a0, 0);
}

static bool is_extra(unsigned abi, int nr)
{
    for (size_t i = 0; i < code.extra_count; i++)
        if (code.extras[i].abi == abi && code.extras[i].number == (uint32_t)nr)
            return true;
    return false;
}

/* Each number with arguments around all constants of the program. Numbers beyond the profile's are another
 * matter: see newer_calls_are_enosys(). */
static void is_the_same_as_libseccomps(void)
{
    uint64_t values[256];
    size_t count = 0;

    for (size_t i = 0; i < code.length && count + 16 < ARRAY_SIZE(values); i++) {
        const uint64_t k = code.code[i].k, around[] = {k, k - 1, k + 1, k << 32, k | 1ull << 32, ~k};

        if (BPF_CLASS(code.code[i].code) == BPF_JMP && k > 1024 && k != AUDIT_ARCH_X86_64)
            for (size_t n = 0; n < ARRAY_SIZE(around); n++)
                values[count++] = around[n];
    }
    for (uint64_t v = 0; v < 50; v += 7)
        values[count++] = v;
    for (unsigned abi = 0; abi < SECCOMP_ABIS; abi++) {
        const int base = abi == SECCOMP_X32 ? 1 << 30 : 0;

        for (int nr = 0; nr <= code.highest[abi]; nr++) {
            for (size_t i = 0; i < count && !is_extra(abi, nr | base); i++) {
                const struct seccomp_data data = {.nr = nr | base, .arch = syscall_abis[abi].arch,
                                                  .args = {values[i], values[count - 1 - i], values[i]}};

                assert_int_equal(run(code.code, code.length, &data),
                                 run(program.code, program.length, &data));
            }
        }
    }
}

/* ---- tests ----------------------------------------------------------------------------------- */

#define RULE(names, action, more) "{\"names\":[" names "],\"action\":\"SCMP_ACT_" action "\"" more "}"
#define REFUSE(rules) "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":[" rules "]}"
#define ALLOW(rules) "{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[" rules "]}"
#define ARG(op, value) ",\"args\":[{\"index\":0,\"value\":" value ",\"op\":\"SCMP_CMP_" op "\"}]"

static const uint32_t eperm = SECCOMP_RET_ERRNO | EPERM, enosys = SECCOMP_RET_ERRNO | ENOSYS;

static int set_up(void **state HUSK_UNUSED)
{
    host = (struct oci_host){.caps = 0, .kernel = 6 << 16 | 1};
    return 0;
}

static void every_operator_compares(void **state HUSK_UNUSED)
{
    static const struct {
        const char *text;
        bool below, same, above, high; /* allowed with 9, 10, 11 and 10 + 2^32 */
    } cases[] = {
        {REFUSE(RULE("\"getpgid\"", "ALLOW", ARG("NE", "10"))), true, false, true, true},
        {REFUSE(RULE("\"getpgid\"", "ALLOW", ARG("LT", "10"))), true, false, false, false},
        {REFUSE(RULE("\"getpgid\"", "ALLOW", ARG("LE", "10"))), true, true, false, false},
        {REFUSE(RULE("\"getpgid\"", "ALLOW", ARG("EQ", "10"))), false, true, false, false},
        {REFUSE(RULE("\"getpgid\"", "ALLOW", ARG("GE", "10"))), false, true, true, true},
        {REFUSE(RULE("\"getpgid\"", "ALLOW", ARG("GT", "10"))), false, false, true, true},
        {REFUSE(RULE("\"getpgid\"", "ALLOW",
                     ",\"args\":[{\"index\":0,\"value\":15,\"valueTwo\":10,\"op\":\"SCMP_CMP_MASKED_EQ\"}]")),
         false, true, false, true},
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        compiles(cases[i].text);
        assert_int_equal(native(SYS_getpgid, 9) == SECCOMP_RET_ALLOW, cases[i].below);
        assert_int_equal(native(SYS_getpgid, 10) == SECCOMP_RET_ALLOW, cases[i].same);
        assert_int_equal(native(SYS_getpgid, 11) == SECCOMP_RET_ALLOW, cases[i].above);
        assert_int_equal(native(SYS_getpgid, 10 | 1ull << 32) == SECCOMP_RET_ALLOW, cases[i].high);
        is_the_same_as_libseccomps();
    }
}

static void every_action_is_the_kernels(void **state HUSK_UNUSED)
{
    static const struct {
        const char *text;
        uint32_t action;
    } cases[] = {
        {ALLOW(RULE("\"getpgid\"", "KILL", "")), SECCOMP_RET_KILL_THREAD},
        {ALLOW(RULE("\"getpgid\"", "KILL_THREAD", "")), SECCOMP_RET_KILL_THREAD},
        {ALLOW(RULE("\"getpgid\"", "KILL_PROCESS", "")), SECCOMP_RET_KILL_PROCESS},
        {ALLOW(RULE("\"getpgid\"", "TRAP", "")), SECCOMP_RET_TRAP},
        {ALLOW(RULE("\"getpgid\"", "ERRNO", "")), SECCOMP_RET_ERRNO | EPERM},
        {ALLOW(RULE("\"getpgid\"", "ERRNO", ",\"errnoRet\":0")), SECCOMP_RET_ERRNO},
        {ALLOW(RULE("\"getpgid\"", "ERRNO", ",\"errno\":\"ENOANO\"")), SECCOMP_RET_ERRNO | ENOANO},
        {ALLOW(RULE("\"getpgid\"", "TRACE", ",\"errnoRet\":7")), SECCOMP_RET_TRACE | 7},
        {ALLOW(RULE("\"getpgid\"", "LOG", "")), SECCOMP_RET_LOG},
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        compiles(cases[i].text);
        assert_int_equal(native(SYS_getpgid, 0), cases[i].action);
        assert_int_equal(native(SYS_getpid, 0), SECCOMP_RET_ALLOW);
        assert_int_equal(native(1000, 0), SECCOMP_RET_ALLOW);
    }
}

static void rules_depend_on_capabilities_and_kernel(void **state HUSK_UNUSED)
{
    static const char text[] = REFUSE(
        RULE("\"getpgid\"", "ALLOW", ",\"includes\":{\"caps\":[\"CAP_CHOWN\",\"CAP_KILL\"]}") ","
        RULE("\"getsid\"", "ALLOW", ",\"excludes\":{\"caps\":[\"CAP_CHOWN\",\"CAP_KILL\"]}") ","
        RULE("\"getpid\"", "ALLOW", ",\"includes\":{\"minKernel\":\"6.1\"}") ","
        RULE("\"getuid\"", "ALLOW", ",\"includes\":{\"minKernel\":\"6.2\"}") ","
        RULE("\"getgid\"", "ALLOW", ",\"excludes\":{\"minKernel\":\"6.1\"}") ","
        RULE("\"times\"", "ALLOW", ",\"excludes\":{\"minKernel\":\"6.2\"}") ","
        RULE("\"getcwd\"", "ALLOW", ",\"includes\":{\"arches\":[\"s390x\"]}") ","
        RULE("\"chdir\"", "ALLOW", ",\"excludes\":{\"arches\":[\"s390x\"]}") ","
        RULE("\"statx\"", "ALLOW", ",\"includes\":{\"arches\":[\"amd64\",\"arm64\",\"riscv64\"]}"));

    compiles(text);
    assert_int_equal(native(SYS_getpgid, 0), eperm);
    assert_int_equal(native(SYS_getsid, 0), SECCOMP_RET_ALLOW);
    assert_int_equal(native(SYS_getpid, 0), SECCOMP_RET_ALLOW);
    assert_int_equal(native(SYS_getuid, 0), eperm);
    assert_int_equal(native(SYS_getgid, 0), eperm);
    assert_int_equal(native(SYS_times, 0), SECCOMP_RET_ALLOW);
    assert_int_equal(native(SYS_getcwd, 0), eperm);
    assert_int_equal(native(SYS_chdir, 0), SECCOMP_RET_ALLOW);
    assert_int_equal(native(SYS_statx, 0), SECCOMP_RET_ALLOW);
    host.caps = 1 << 0; /* CAP_CHOWN: not all of them, and one that excludes */
    compiles(text);
    assert_int_equal(native(SYS_getpgid, 0), eperm);
    assert_int_equal(native(SYS_getsid, 0), eperm);
    host.caps = 1 << 0 | 1 << 5;
    compiles(text);
    assert_int_equal(native(SYS_getpgid, 0), SECCOMP_RET_ALLOW);
}

static void newer_calls_are_enosys(void **state HUSK_UNUSED)
{
    compiles(REFUSE(RULE("\"getpgid\",\"statx\"", "ALLOW", "")));
    assert_int_equal(native(SYS_statx - 1, 0), eperm);
    assert_int_equal(native(SYS_statx + 1, 0), enosys);
    assert_int_equal(native(100000, 0), enosys);
    compiles(REFUSE(RULE("\"statx\"", "ERRNO", ""))); /* refused by name: it is not newer */
    assert_int_equal(native(SYS_statx, 0), eperm);
    compiles("{\"defaultAction\":\"SCMP_ACT_KILL\",\"syscalls\":[" RULE("\"statx\"", "ALLOW", "") "]}");
    assert_int_equal(native(SYS_statx + 1, 0), SECCOMP_RET_KILL_THREAD);
    compiles(REFUSE(""));
    assert_int_equal(native(100000, 0), eperm);
}

static void calls_that_libseccomp_does_not_know(void **state HUSK_UNUSED)
{
    /* listns(2) is of Linux 6.18, in husk's table; the other one never was. */
    compiles(REFUSE(RULE("\"listns\",\"read_mind\",\"getpid\"", "ALLOW", "")));
    assert_int_equal(native(470, 0), SECCOMP_RET_ALLOW);
    assert_int_equal(native(469, 0), eperm);
    assert_string_equal(code.skipped, "read_mind ");
    compiles(ALLOW(RULE("\"listns\"", "ERRNO", "")));
    assert_int_equal(native(470, 0), eperm);
    refuses(ALLOW(RULE("\"read_mind\"", "ERRNO", "")), "syscalls[0]: read_mind is no call that is known here");
    refuses(ALLOW(RULE("\"read_mind\"", "KILL_PROCESS", "")), "read_mind");
    refuses("{\"defaultAction\":\"SCMP_ACT_LOG\",\"syscalls\":[" RULE("\"read_mind\"", "TRAP", "") "]}", "read_mind");
    compiles("{\"defaultAction\":\"SCMP_ACT_KILL\",\"syscalls\":[" RULE("\"read_mind\"", "ERRNO", "") "]}");
    refuses(ALLOW(RULE("\"listns\"", "ERRNO", ARG("EQ", "1"))), "with its arguments");
    compiles(REFUSE(RULE("\"listns\"", "ALLOW", ARG("EQ", "1"))));
    assert_int_equal(native(470, 1) & SECCOMP_RET_ACTION_FULL, SECCOMP_RET_ERRNO);
}

/* libseccomp forgets what is said about arguments when another rule is about the call as a whole. */
static void rules_that_would_not_count_are_refused(void **state HUSK_UNUSED)
{
    refuses(REFUSE(RULE("\"getpgid\"", "ALLOW", "") "," RULE("\"getpgid\"", "ERRNO", ARG("EQ", "1"))),
            "syscalls[1]: of no use for getpgid, as syscalls[0] allows it");
    refuses(ALLOW(RULE("\"getpgid\"", "ERRNO", "") "," RULE("\"getpgid\"", "KILL", ARG("EQ", "1"))),
            "syscalls[1]: of no use");
    compiles(REFUSE(RULE("\"getpgid\"", "ALLOW", "") "," RULE("\"getpgid\"", "ALLOW", "")));
    compiles(REFUSE(RULE("\"getpgid\"", "ALLOW", ARG("EQ", "1")) "," RULE("\"getpgid\"", "ALLOW", ARG("EQ", "5"))));
    assert_int_equal(native(SYS_getpgid, 5), SECCOMP_RET_ALLOW);
    assert_int_equal(native(SYS_getpgid, 4), eperm);
}

/* As in what Podman comes with, for setns(2); libseccomp takes the first. */
static void of_two_answers_the_stricter_counts(void **state HUSK_UNUSED)
{
    compiles(REFUSE(RULE("\"getpgid\"", "ALLOW", "") "," RULE("\"getpgid\",\"getsid\"", "KILL", "") ","
                    RULE("\"getsid\"", "ALLOW", "")));
    assert_int_equal(native(SYS_getpgid, 5), SECCOMP_RET_KILL_THREAD);
    assert_int_equal(native(SYS_getsid, 5), SECCOMP_RET_KILL_THREAD);
    /* One of them is the default action, of which libseccomp is not told. */
    compiles(REFUSE(RULE("\"getpgid\"", "ALLOW", "") "," RULE("\"getpgid\"", "ERRNO", "")));
    assert_int_equal(native(SYS_getpgid, 5), eperm);
    /* Neither refuses more. */
    compiles(ALLOW("{\"names\":[\"getpgid\"],\"action\":\"SCMP_ACT_ERRNO\",\"errnoRet\":38},"
                   RULE("\"getpgid\"", "ERRNO", "")));
    assert_int_equal(native(SYS_getpgid, 5), enosys);
    refuses(REFUSE(RULE("\"getpgid\"", "ALLOW", "") "," RULE("\"getpgid\"", "ERRNO", "") ","
                   RULE("\"getpgid\"", "KILL", ARG("EQ", "1"))),
            "syscalls[2]: of no use for getpgid");
}

#ifdef __x86_64__
static void foreign_abis_are_killed(void **state HUSK_UNUSED)
{
    compiles(REFUSE(RULE("\"read\"", "ALLOW", "")));
    assert_int_equal(answer(AUDIT_ARCH_I386, 3, 0, 0), SECCOMP_RET_KILL_PROCESS);
    assert_int_equal(answer(AUDIT_ARCH_X86_64, 1 << 30, 0, 0), SECCOMP_RET_KILL_PROCESS);
    assert_int_equal(answer(AUDIT_ARCH_AARCH64, 63, 0, 0), SECCOMP_RET_KILL_PROCESS);
    compiles("{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"architectures\":[\"SCMP_ARCH_X86\"],\"syscalls\":["
             RULE("\"read\"", "ALLOW", "") "]}");
    assert_int_equal(answer(AUDIT_ARCH_I386, 3, 0, 0), SECCOMP_RET_ALLOW);
    assert_int_equal(answer(AUDIT_ARCH_I386, 0, 0, 0), eperm);
    assert_int_equal(answer(AUDIT_ARCH_I386, 400, 0, 0), enosys);
    assert_int_equal(native(0, 0), SECCOMP_RET_ALLOW);
    assert_int_equal(answer(AUDIT_ARCH_X86_64, 1 << 30, 0, 0), SECCOMP_RET_KILL_PROCESS);
    compiles("{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"archMap\":[{\"architecture\":\"SCMP_ARCH_X86_64\","
             "\"subArchitectures\":[\"SCMP_ARCH_X32\"]}],\"syscalls\":[" RULE("\"read\",\"ioctl\",\"listns\"", "ALLOW", "") "]}");
    assert_int_equal(answer(AUDIT_ARCH_I386, 3, 0, 0), SECCOMP_RET_KILL_PROCESS);
    assert_int_equal(answer(AUDIT_ARCH_X86_64, 1 << 30, 0, 0), SECCOMP_RET_ALLOW);
    assert_int_equal(answer(AUDIT_ARCH_X86_64, (1 << 30) + 514, 0, 0), SECCOMP_RET_ALLOW);
    assert_int_equal(answer(AUDIT_ARCH_X86_64, (1 << 30) + 470, 0, 0), SECCOMP_RET_ALLOW);
    assert_int_equal(answer(AUDIT_ARCH_X86_64, (1 << 30) + 16, 0, 0), eperm);
    assert_int_equal(answer(AUDIT_ARCH_X86_64, (1 << 30) + 600, 0, 0), enosys);
}
#endif

static void what_cannot_be_made_small_is_refused(void **state HUSK_UNUSED)
{
    static struct sock_filter bits[] = {LOAD(nr), COMPARE(JSET, 1, 0, 1), ANSWER(1), ANSWER(2)};
    const struct oci_code from = {.code = bits, .length = ARRAY_SIZE(bits), .abis = 1u << SECCOMP_NATIVE};

    assert_false(oci_shrink(&from, &program, &error));
    assert_string_equal(error.text, "libseccomp's filter is not what was expected");
}

#ifdef __x86_64__
/* By hand, as libseccomp's would all have the default's answer where no rule is. */
static void only_what_no_rule_is_about_is_changed(void **state HUSK_UNUSED)
{
    static struct sock_filter filter[] = {
        LOAD(arch), COMPARE(JEQ, AUDIT_ARCH_X86_64, 1, 0), SKIP(3),
        LOAD(nr),   COMPARE(JEQ, 600, 0, 1),               ANSWER(SECCOMP_RET_ERRNO | ENOANO),
        ANSWER(SECCOMP_RET_ERRNO | EPERM),
    };
    static const struct oci_extra extras[] = {{SECCOMP_NATIVE, 470, SECCOMP_RET_ALLOW},
                                              {SECCOMP_32BIT, 471, SECCOMP_RET_ALLOW}};
    struct oci_code from = {.code = filter,
                            .length = ARRAY_SIZE(filter),
                            .action = eperm,
                            .abis = 1u << SECCOMP_NATIVE | 1u << SECCOMP_32BIT,
                            .extras = extras,
                            .extra_count = ARRAY_SIZE(extras),
                            .highest = {500, 500, -1}};

    assert_true(oci_shrink(&from, &program, &error));
    assert_int_equal(native(470, 0), SECCOMP_RET_ALLOW);
    assert_int_equal(native(471, 0), eperm);
    assert_int_equal(native(599, 0), enosys);
    assert_int_equal(native(600, 0), SECCOMP_RET_ERRNO | ENOANO);
    assert_int_equal(answer(AUDIT_ARCH_I386, 470, 0, 0), eperm);
    assert_int_equal(answer(AUDIT_ARCH_I386, 471, 0, 0), SECCOMP_RET_ALLOW);
    assert_int_equal(answer(AUDIT_ARCH_I386, 501, 0, 0), enosys);
    assert_int_equal(answer(AUDIT_ARCH_AARCH64, 501, 0, 0), eperm);
    from.abis = 1u << SECCOMP_NATIVE;
    assert_true(oci_shrink(&from, &program, &error));
    assert_int_equal(answer(AUDIT_ARCH_I386, 471, 0, 0), eperm);
}
#endif

/* Many ranges, many answers: the trees and the jumps over them are long. */
static void long_profiles(void **state HUSK_UNUSED)
{
    static char text[1 << 20];
    size_t used = (size_t)sprintf(text, "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":[");

    for (unsigned i = 0; i < syscall_row_count; i++) {
        const char *name = syscall_row_names + syscall_rows[i].name;

        if (syscall_rows[i].number[SECCOMP_NATIVE] < 0 || syscall_rows[i].number[SECCOMP_NATIVE] > 334)
            continue;
        used += (size_t)sprintf(text + used, "{\"names\":[\"%s\"],\"action\":\"SCMP_ACT_ERRNO\",\"errnoRet\":%u},", name,
                                100 + i);
        used += (size_t)sprintf(text + used,
                                "{\"names\":[\"%s\"],\"action\":\"SCMP_ACT_ALLOW\",\"args\":[{\"index\":1,\"value\":%u,"
                                "\"op\":\"SCMP_CMP_GT\"}]},",
                                name, 100 + i);
    }
    strcpy(text + used - 1, "]}");
    compiles(text);
    assert_in_range(program.length, 600, BPF_MAXINSNS);
    is_the_same_as_libseccomps();
    for (char *p = text; (p = strstr(p, "\"SCMP_ACT_ERRNO\",\"errnoRet\"")); p++)
        memcpy(p, "\"SCMP_ACT_TRACE\"", strlen("\"SCMP_ACT_TRACE\""));
    compiles(text);
    is_the_same_as_libseccomps();
}

static void dockers_profile_is_the_same(void **state HUSK_UNUSED)
{
    static char text[1 << 16];
    const char *folder = getenv("HUSK_SRCDIR");
    char path[4096];
    FILE *file;

    snprintf(path, sizeof path, "%s/profiles/seccomp/docker-default.json", folder ? folder : ".");
    file = fopen(path, "r");
    assert_non_null(file);
    text[fread(text, 1, sizeof text - 1, file)] = 0;
    fclose(file);
    for (unsigned i = 0; i < 2; i++) {
        host.caps = i ? UINT64_MAX >> 23 : 0;
        compiles(text);
        assert_in_range(program.length, 100, 450);
        is_the_same_as_libseccomps();
    }
}

int main(void)
{
#define PLAIN(test) cmocka_unit_test_setup(test, set_up)
    const struct CMUnitTest tests[] = {
        PLAIN(every_operator_compares),
        PLAIN(every_action_is_the_kernels),
        PLAIN(rules_depend_on_capabilities_and_kernel),
        PLAIN(newer_calls_are_enosys),
        PLAIN(calls_that_libseccomp_does_not_know),
        PLAIN(rules_that_would_not_count_are_refused),
        PLAIN(of_two_answers_the_stricter_counts),
#ifdef __x86_64__
        PLAIN(foreign_abis_are_killed),
        PLAIN(only_what_no_rule_is_about_is_changed),
#endif
        PLAIN(what_cannot_be_made_small_is_refused),
        PLAIN(long_profiles),
        PLAIN(dockers_profile_is_the_same),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
