/* A seccomp profile in the JSON of Docker and the OCI; and the program that comes of a small one, which answers as
 * libseccomp's does. */
#include "base/bpf.h"
#include "calls.h"
#include "fuzz.h"
#include "plan/seccomp_policies.h"
#include "seccomp/compile.h"

enum { SMALL = 8 }; /* names; libseccomp takes its time */

static void check(const struct oci_profile *p)
{
    FUZZ_CHECK(p->abis & 1u << SECCOMP_NATIVE);
    for (size_t i = 0; i < p->rule_count; i++) {
        const struct oci_rule *rule = &p->rules[i];

        FUZZ_CHECK(rule->name_count && rule->argument_count <= OCI_ARGUMENTS && rule->index == i);
        for (size_t k = 0; k < rule->name_count; k++)
            FUZZ_CHECK(*rule->names[k] && strlen(rule->names[k]) < 64);
        for (size_t k = 0; k < rule->argument_count; k++)
            FUZZ_CHECK(rule->arguments[k].index < 6 && rule->arguments[k].op <= OCI_MASKED_EQ);
    }
}

static bool is_small(const struct oci_profile *p)
{
    size_t names = 0;

    for (size_t i = 0; i < p->rule_count; i++)
        names += p->rules[i].name_count;
    return names <= SMALL;
}

static bool is_extra(const struct oci_code *code, int nr)
{
    for (size_t i = 0; i < code->extra_count; i++)
        if (code->extras[i].abi == SECCOMP_NATIVE && code->extras[i].number == (uint32_t)nr)
            return true;
    return false;
}

/* Values next to what the first rules compare with. */
static uint64_t interesting(const struct oci_profile *p, unsigned i)
{
    const struct oci_rule *rule = p->rule_count ? &p->rules[i % p->rule_count] : NULL;
    uint64_t value = rule && rule->argument_count ? rule->arguments[i % rule->argument_count].value : i;

    return i & 8 ? ~value : value + i % 3 - 1;
}

static void compare(const struct oci_profile *p, const struct oci_code *code, const struct bpf *program)
{
    const struct sock_fprog from = {(unsigned short)code->length, code->code};
    const struct sock_fprog to = {(unsigned short)program->length, (struct sock_filter *)program->code};

    for (int nr = 0; nr <= code->highest[SECCOMP_NATIVE]; nr++) {
        for (unsigned i = 0; i < 16 && !is_extra(code, nr); i++) {
            struct seccomp_data data = {.nr = nr, .arch = syscall_abis[SECCOMP_NATIVE].arch};

            for (unsigned k = 0; k < ARRAY_SIZE(data.args); k++)
                data.args[k] = interesting(p, i + k);
            FUZZ_CHECK(bpf_run(&from, &data) == bpf_run(&to, &data));
        }
    }
}

static void compile(const struct oci_profile *p)
{
    static struct oci_code code;
    static struct bpf program;
    const struct oci_host host = {.caps = 1, .kernel = 6 << 16};
    struct oci_error error = {.text = ""};

    if (!oci_compile(p, &host, &code, &error) || !oci_shrink(&code, &program, &error)) {
        FUZZ_CHECK(error.text[0]);
        return;
    }
    FUZZ_CHECK(bpf_check(program.code, program.length));
    if (code.length <= UINT16_MAX)
        compare(p, &code, &program);
}

void fuzz_oci(const uint8_t *data, size_t size)
{
    struct oci_profile profile;
    struct oci_error error;
    char *text = arena_alloc(size + 1);

    if (size)
        memcpy(text, data, size);
    if (oci_read(text, size, &profile, &error)) {
        check(&profile);
        if (is_small(&profile))
            compile(&profile);
    } else {
        FUZZ_CHECK(error.text[0] && strlen(error.text) < sizeof error.text);
    }
    FUZZ_CHECK(machine_errors() == 0);
    json_drop();
}
