/* A seccomp profile in the JSON of Docker and the OCI. */
#include "calls.h"
#include "fuzz.h"
#include "plan/seccomp_policies.h"
#include "seccomp/oci.h"

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

void fuzz_oci(const uint8_t *data, size_t size)
{
    struct oci_profile profile;
    struct oci_error error;
    char *text = arena_alloc(size + 1);

    memcpy(text, data, size);
    machine_close();
    if (oci_read(text, size, &profile, &error))
        check(&profile);
    else
        FUZZ_CHECK(error.text[0] && strlen(error.text) < sizeof error.text);
    FUZZ_CHECK(machine_errors() == 0);
    json_drop();
}
