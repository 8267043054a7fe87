/* The reader of Docker's profiles: the whole format, and each thing that is not of it is said with its place. */
#include "seccomp/oci.h"
#include "capture.h"
#include "plan/seccomp_policies.h"
#include <errno.h>
#include <linux/seccomp.h>
#include <string.h>

static struct oci_profile profile;
static struct oci_error error;

static bool read_text(const char *text)
{
    return oci_read(text, strlen(text), &profile, &error);
}

static void reads(const char *text)
{
    if (!read_text(text)) {
        print_error("%s\nin %s\n", error.text, text);
        fail();
    }
}

#define E_ "\"defaultAction\":\"SCMP_ACT_ERRNO\""
#define RULES(rules) "{" E_ ",\"syscalls\":[" rules "]}"
#define RULE(more) RULES("{\"names\":[\"read\"],\"action\":\"SCMP_ACT_ALLOW\"" more "}")
#define ARG(arg) RULE(",\"args\":[" arg "]")

static void the_whole_format_is_read(void **state HUSK_UNUSED)
{
    const struct oci_rule *rule;

    reads("{\"comment\":\"x\"," E_ ",\"defaultErrnoRet\":38,\"defaultErrno\":\"ENOSYS\",\"listenerPath\":\"\","
          "\"listenerMetadata\":\"\",\"flags\":[\"SECCOMP_FILTER_FLAG_LOG\",\"SECCOMP_FILTER_FLAG_TSYNC\","
          "\"SECCOMP_FILTER_FLAG_SPEC_ALLOW\"],"
          "\"architectures\":[\"SCMP_ARCH_X86_64\",\"SCMP_ARCH_X86\",\"SCMP_ARCH_X32\",\"SCMP_ARCH_S390X\"],"
          "\"syscalls\":[{\"name\":\"\",\"names\":[\"read\",\"write\"],\"comment\":\"\",\"action\":\"SCMP_ACT_ERRNO\","
          "\"errnoRet\":null,\"errno\":\"EIO\",\"args\":[{\"index\":5,\"value\":18446744073709551615,\"valueTwo\":255,"
          "\"op\":\"SCMP_CMP_MASKED_EQ\"},{\"index\":0,\"value\":1,\"valueTwo\":0,\"op\":\"SCMP_CMP_NE\"}],"
          "\"includes\":{\"caps\":[\"CAP_SYS_ADMIN\",\"CAP_CHOWN\"],\"arches\":[\"amd64\",\"x32\"],\"minKernel\":\"4.8\"},"
          "\"excludes\":{}},{\"name\":\"open\",\"action\":\"SCMP_ACT_TRAP\",\"args\":null}]}\n");
    assert_int_equal(profile.action, SECCOMP_RET_ERRNO | ENOSYS);
    assert_int_equal(profile.flags, SECCOMP_FILTER_FLAG_LOG | SECCOMP_FILTER_FLAG_SPEC_ALLOW);
#ifdef __x86_64__
    assert_int_equal(profile.abis, 7);
#endif
    assert_int_equal(profile.rule_count, 2);
    rule = &profile.rules[0];
    assert_int_equal(rule->name_count, 2);
    assert_string_equal(rule->names[1], "write");
    assert_int_equal(rule->action, SECCOMP_RET_ERRNO | EIO);
    assert_int_equal(rule->argument_count, 2);
    assert_int_equal(rule->arguments[0].op, OCI_MASKED_EQ);
    assert_true(rule->arguments[0].value == UINT64_MAX);
    assert_int_equal(rule->arguments[0].value_two, 255);
    assert_int_equal(rule->arguments[1].op, OCI_NE);
    assert_true(rule->includes.caps == (1ull << 21 | 1));
    assert_int_equal(rule->includes.arch_count, 2);
    assert_int_equal(rule->includes.kernel, 4 << 16 | 8);
    assert_int_equal(rule->excludes.caps, 0);
    assert_string_equal(profile.rules[1].names[0], "open");
    assert_int_equal(profile.rules[1].argument_count, 0);
}

static void archmap_is_for_this_machine(void **state HUSK_UNUSED)
{
    reads("{" E_ ",\"archMap\":[{\"architecture\":\"SCMP_ARCH_S390X\",\"subArchitectures\":[\"SCMP_ARCH_S390\",\"SCMP_ARCH_X86\"]}]}");
    assert_int_equal(profile.abis, 1 << SECCOMP_NATIVE);
#ifdef __x86_64__
    reads("{" E_ ",\"archMap\":[{\"architecture\":\"SCMP_ARCH_X86_64\",\"subArchitectures\":[\"SCMP_ARCH_X86\"]},"
          "{\"architecture\":\"SCMP_ARCH_AARCH64\",\"subArchitectures\":null}]}");
    assert_int_equal(profile.abis, 1 << SECCOMP_NATIVE | 1 << SECCOMP_32BIT);
#endif
}

static const struct {
    const char *text, *said;
} wrong[] = {
    {"", "line 1: not JSON: unexpected end of data"},
    {"{", "line 1: not JSON: unexpected end of data"},
    {"{" E_ "\n,}", "line 2: not JSON"},
    {"{" E_ "} x", "line 1: not JSON"},
    {"{" E_ "}{}", "line 1: not JSON"},
    {"{" E_ ", /* no */ \"syscalls\":[]}", "not JSON"},
    {"{'defaultAction':'SCMP_ACT_ERRNO'}", "not JSON"},
    {"{" E_ ",\"comment\":\"\xff\"}", "not JSON"},
    {"null", "the whole: an object is wanted"},
    {"[]", "the whole: array where object is wanted"},
    {"7", "the whole: int where object is wanted"},
    {"{}", "defaultAction is missing"},
    {"{\"defaultAction\":null}", "defaultAction is missing"},
    {"{\"defaultAction\":7}", "defaultAction: int where string is wanted"},
    {"{\"defaultAction\":\"ALLOW\"}", "defaultAction: unknown action \"ALLOW\""},
    {"{\"defaultAction\":\"SCMP_ACT_ALLOW\\u0000\"}", "defaultAction: a NUL character"},
    {"{\"defaultAction\":\"SCMP_ACT_NOTIFY\"}", "defaultAction: SCMP_ACT_NOTIFY hands calls"},
    {"{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"defaultErrnoRet\":1}", "SCMP_ACT_ALLOW has no errno"},
    {"{" E_ ",\"defaultErrnoRet\":4096}", "defaultErrnoRet: 4096 is not a number from 0 to 4095"},
    {"{" E_ ",\"defaultErrnoRet\":-1}", "defaultErrnoRet: -1 is not a number"},
    {"{" E_ ",\"defaultErrnoRet\":1.0}", "defaultErrnoRet: double where int"},
    {"{" E_ ",\"defaultErrnoRet\":\"1\"}", "defaultErrnoRet: string where int"},
    {"{" E_ ",\"defaultErrno\":\"EPREM\"}", "defaultErrno: unknown errno \"EPREM\""},
    {"{" E_ ",\"defaultErrnoRet\":1,\"defaultErrno\":\"ENOSYS\"}", "ENOSYS is 38, but defaultErrnoRet is 1"},
    {"{" E_ ",\"defaultaction\":1}", "the whole: unknown key \"defaultaction\""},
    {"{" E_ "," E_ "}", "line 1: \"defaultAction\" is there twice"},
    {"{" E_ ",\n\"syscalls\":[],\n\"syscalls\":[]}", "line 3: \"syscalls\" is there twice"},
    {"{" E_ ",\"default\\u0041ction\":1}", "line 1: an escape in a key"},
    {"{" E_ ",\"architectures\":[\"X86\"]}", "architectures[0]: unknown architecture \"X86\""},
    {"{" E_ ",\"architectures\":[null]}", "architectures[0]: an architecture is wanted"},
    {"{" E_ ",\"architectures\":{}}", "architectures: object where array is wanted"},
    {"{" E_ ",\"architectures\":[\"SCMP_ARCH_X86\"],\"archMap\":[{\"architecture\":\"SCMP_ARCH_X86\"}]}",
     "both architectures and archMap"},
    {"{" E_ ",\"archMap\":[{\"subArchitectures\":[]}]}", "archMap[0].architecture: an architecture"},
    {"{" E_ ",\"archMap\":[{\"architecture\":\"SCMP_ARCH_X86\",\"sub\":1}]}", "archMap[0]: unknown key \"sub\""},
    {"{" E_ ",\"flags\":[\"LOG\"]}", "flags: unknown flag \"LOG\""},
    {"{" E_ ",\"flags\":[\"SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV\"]}", "is for SCMP_ACT_NOTIFY"},
    {"{" E_ ",\"listenerPath\":\"/run/x\"}", "listenerPath: husk hands no calls"},
    {RULES("7"), "syscalls[0]: int where object is wanted"},
    {RULES("null"), "syscalls[0]: an object is wanted"},
    {RULES("{\"action\":\"SCMP_ACT_ALLOW\"}"), "syscalls[0]: names is missing"},
    {RULES("{\"names\":[],\"action\":\"SCMP_ACT_ALLOW\"}"), "syscalls[0]: names is missing"},
    {RULES("{\"names\":[\"read\"]}"), "syscalls[0].action is missing"},
    {RULES("{\"names\":[\"read\",7],\"action\":\"SCMP_ACT_ALLOW\"}"), "syscalls[0].names[1]: int where string"},
    {RULES("{\"names\":[\"read\",null],\"action\":\"SCMP_ACT_ALLOW\"}"), "syscalls[0].names[1]: a string"},
    {RULES("{\"names\":[\"\"],\"action\":\"SCMP_ACT_ALLOW\"}"), "syscalls[0]: \"\" is no call's name"},
    {RULES("{\"name\":\"a\",\"names\":[\"b\"],\"action\":\"SCMP_ACT_ALLOW\"}"), "both name and names"},
    {RULE(",\"errnoRet\":1"), "syscalls[0].action: SCMP_ACT_ALLOW has no errno"},
    {RULE(",\"arguments\":[]"), "syscalls[0]: unknown key \"arguments\""},
    {RULE(",\"includes\":{\"cap\":[]}"), "syscalls[0].includes: unknown key \"cap\""},
    {RULE(",\"includes\":{\"caps\":[\"CAP_SYS_ADMN\"]}"), "syscalls[0].includes.caps: unknown capability"},
    {RULE(",\"includes\":{\"caps\":[\"ALL\"]}"), "unknown capability \"ALL\""},
    {RULE(",\"excludes\":{\"arches\":[\"amd46\"]}"), "syscalls[0].excludes.arches: unknown architecture \"amd46\""},
    {RULE(",\"excludes\":{\"minKernel\":\"4\"}"), "syscalls[0].excludes.minKernel: \"4\" is not a version"},
    {RULE(",\"excludes\":{\"minKernel\":\"4.8x\"}"), "is not a version"},
    {RULE(",\"excludes\":[]"), "syscalls[0].excludes: array where object"},
    {ARG("{}"), "syscalls[0].args[0]: an object with index, value and op is wanted"},
    {ARG("null"), "syscalls[0].args[0]: an object with"},
    {ARG("{\"index\":6,\"value\":1,\"op\":\"SCMP_CMP_EQ\"}"), "syscalls[0].args[0].index: 6 is not a number from 0 to 5"},
    {ARG("{\"index\":0,\"value\":-1,\"op\":\"SCMP_CMP_EQ\"}"), "syscalls[0].args[0].value: -1 is not"},
    {ARG("{\"index\":0,\"value\":18446744073709551616,\"op\":\"SCMP_CMP_EQ\"}"), "18446744073709551616 is too large"},
    {ARG("{\"index\":0,\"value\":1e3,\"op\":\"SCMP_CMP_EQ\"}"), "value: double where int"},
    {ARG("{\"index\":0,\"value\":1,\"op\":\"SCMP_CMP_EQU\"}"), "syscalls[0].args[0].op: unknown operator \"SCMP_CMP_EQU\""},
    {ARG("{\"index\":0,\"value\":1,\"valueTwo\":1,\"op\":\"SCMP_CMP_EQ\"}"), "valueTwo: only SCMP_CMP_MASKED_EQ"},
    {ARG("{\"index\":0,\"value\":1,\"valueTwo\":2,\"op\":\"SCMP_CMP_MASKED_EQ\"}"), "this is never so"},
    {ARG("{\"index\":0,\"value\":1,\"op\":\"SCMP_CMP_EQ\"},{\"index\":0,\"value\":2,\"op\":\"SCMP_CMP_EQ\"}"),
     "syscalls[0].args[1]: a second condition on argument 0"},
};

static void what_is_wrong_is_said_with_its_place(void **state HUSK_UNUSED)
{
    for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
        if (!read_text(wrong[i].text) && strstr(error.text, wrong[i].said))
            continue;
        print_error("%s\nnot \"%s\" but \"%s\"\n", wrong[i].text, wrong[i].said, error.text);
        fail();
    }
}

/* Any text that is cut off is refused, wherever; so is one with any byte changed to something foreign. */
static void a_part_is_not_the_whole(void **state HUSK_UNUSED)
{
    static const char text[] = ARG("{\"index\":0,\"value\":1,\"op\":\"SCMP_CMP_EQ\"}");
    char part[sizeof text];

    for (size_t n = 0; n < sizeof text - 1; n++) {
        memcpy(part, text, n);
        part[n] = 0;
        assert_false(oci_read(part, n, &profile, &error));
        assert_int_not_equal(error.text[0], 0);
        strcpy(part, text);
        part[n] = '#';
        assert_false(oci_read(part, sizeof text - 1, &profile, &error));
    }
    assert_false(oci_read("{\0}", 3, &profile, &error));
    assert_string_equal(error.text, "a NUL byte in it");
}

static void there_are_limits(void **state HUSK_UNUSED)
{
    static char text[OCI_SIZE + 16];
    size_t used = 0;

    memset(text, ' ', sizeof text - 1);
    assert_false(oci_read(text, OCI_SIZE + 1, &profile, &error));
    assert_non_null(strstr(error.text, "more than 1048576 bytes"));
    used = (size_t)sprintf(text, "{" E_ ",\"syscalls\":");
    memset(text + used, '[', 100);
    assert_false(oci_read(text, used + 100, &profile, &error));
    assert_non_null(strstr(error.text, "deep"));
    used = (size_t)sprintf(text, "{");
    for (unsigned i = 0; i < 1000; i++)
        used += (size_t)sprintf(text + used, "\"k%u\":1,", i);
    sprintf(text + used, E_ "}");
    assert_false(read_text(text));
    assert_non_null(strstr(error.text, "more than 32 members"));
    used = (size_t)sprintf(text, "{" E_ ",\"syscalls\":[{\"action\":\"SCMP_ACT_ALLOW\",\"names\":[\"x\"");
    for (unsigned i = 0; i < OCI_CALLS; i++)
        used += (size_t)sprintf(text + used, ",\"x\"");
    sprintf(text + used, "]}]}");
    assert_false(read_text(text));
    assert_non_null(strstr(error.text, "more than 4096 names"));
    used = (size_t)sprintf(text, "{" E_ ",\"syscalls\":[{\"action\":\"SCMP_ACT_ALLOW\",\"args\":[{\"index\":0,"
                                 "\"value\":1,\"op\":\"SCMP_CMP_EQ\"}],\"names\":[\"x\"");
    for (unsigned i = 0; i < OCI_CONDITIONAL; i++)
        used += (size_t)sprintf(text + used, ",\"x\"");
    sprintf(text + used, "]}]}");
    assert_false(read_text(text));
    assert_non_null(strstr(error.text, "more than 1024 names with args"));
}

static void errnos_have_their_names(void **state HUSK_UNUSED)
{
    assert_int_equal(oci_errno("EPERM"), EPERM);
    assert_int_equal(oci_errno("EHWPOISON"), EHWPOISON);
    assert_int_equal(oci_errno("EWOULDBLOCK"), EAGAIN);
    assert_int_equal(oci_errno("eperm"), 0);
    assert_int_equal(oci_errno(""), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_whole_format_is_read),
        cmocka_unit_test(archmap_is_for_this_machine),
        cmocka_unit_test(what_is_wrong_is_said_with_its_place),
        cmocka_unit_test(a_part_is_not_the_whole),
        cmocka_unit_test(there_are_limits),
        cmocka_unit_test(errnos_have_their_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
