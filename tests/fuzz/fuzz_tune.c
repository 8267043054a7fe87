/* Lists of system calls: a line that starts with + is --allow-syscall's, else --deny-syscall's. What comes of
 * them is a program for the kernel that says so of each call alone. */
#include "base/bpf.h"
#include "base/bpf_program.h"
#include "fuzz.h"
#include "plan/seccomp_policies.h"
#include "plan/seccomp_tune.h"
#include <errno.h>

static uint32_t ask(const struct seccomp_base *base, unsigned abi, int nr)
{
    const struct seccomp_data data = {.arch = syscall_abis[abi].arch, .nr = nr};

    return bpf_run(&base->prog, &data);
}

/* The calls that the last line names, and that are named by no more than that. */
static void check(const struct seccomp_base *base, const struct syscall_rule *last)
{
    for (unsigned i = 0; i < syscall_row_count; i++) {
        int nr = syscall_rows[i].number[SECCOMP_NATIVE];

        if (nr >= 0 && !last->allow && streq(last->names, syscall_row_names + syscall_rows[i].name))
            FUZZ_CHECK(ask(base, SECCOMP_NATIVE, nr) != SECCOMP_RET_ALLOW);
    }
}

void fuzz_tune(const uint8_t *data, size_t size)
{
    struct seccomp_base base;
    struct spec spec;
    char **words;
    int count, r;

    machine_close();
    spec_init(&spec);
    words = input_words(input_text(data, size), &count);
    for (int i = 0; i < count && i < 8; i++)
        *VEC_PUSH(&spec.syscall_rules) = (struct syscall_rule){
            .allow = *words[i] == '+', .names = words[i] + (*words[i] == '+'), .from.text = "--deny-syscall"};
    seccomp_allow_all(&base);
    r = seccomp_tune(&spec, &base);
    FUZZ_CHECK(machine_errors() == (r < 0));
    machine_hush();
    if (r < 0)
        return;
    FUZZ_CHECK(bpf_check(base.prog.filter, base.prog.len));
    if (spec.syscall_rules.count)
        check(&base, &spec.syscall_rules.items[spec.syscall_rules.count - 1]);
}
