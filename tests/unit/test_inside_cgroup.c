/*
 * The wait for the word that the sandbox is in its cgroup, and the namespace that hides what is above it. Mounting
 * cgroup2 inside is shown by tests/functional/cgroup-nested.t, which needs a kernel with cgroup v2.
 */
#include "inside/inside.h"
#include "stage.h"
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

static ino_t namespace(void)
{
    struct stat st;

    assert_int_equal(stat("/proc/self/ns/cgroup", &st), 0);
    return st.st_ino;
}

static void begin(enum cgroup_how how)
{
    static const struct origin from = {.text = "--memory 1M"};

    host_begin();
    plan.cgroup = (struct plan_cgroup){.how = how, .from = &from};
    prepare();
}

static void without_one_nothing_is_waited_for(void **state HUSK_UNUSED)
{
    ino_t before;

    begin(CGROUP_NONE);
    before = namespace();
    works(cgroup_enter(in));
    assert_int_equal(namespace(), before);
    assert_false(in->in_cgroup);
}

static void the_namespace_is_made_after_the_word(void **state HUSK_UNUSED)
{
    ino_t before;

    begin(CGROUP_PARENT);
    before = namespace();
    assert_int_equal(gate_send(gate, GATE_ADOPTED, 0, FD_NONE), 0);
    works(cgroup_enter(in));
    assert_int_not_equal(namespace(), before);
    assert_true(in->in_cgroup);
    before = namespace();
    works(cgroup_enter(in)); /* once: nobody says it again */
    assert_int_equal(namespace(), before);
}

static int enter(void *arg HUSK_UNUSED)
{
    return cgroup_enter(in) < 0 ? 2 : 3;
}

/* Husk is gone, or could not do it: then nothing is run. */
static void without_the_word_it_goes_no_further(void **state HUSK_UNUSED)
{
    begin(CGROUP_SCOPE);
    close(gate);
    assert_int_equal(status_of(enter, NULL), 1);
}

static void another_word_is_none(void **state HUSK_UNUSED)
{
    static const enum gate_kind others[] = {GATE_MAPPED, GATE_TIMED, GATE_FAILED};

    for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
        begin(CGROUP_SCOPE);
        assert_int_equal(gate_send(gate, others[i], 0, FD_NONE), 0);
        fails(cgroup_enter(in), "waiting for the cgroup", EPROTO);
    }
}

static void without_the_namespace_it_fails(void **state HUSK_UNUSED)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_unshare, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSPC),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    const struct sock_fprog filter = {ARRAY_SIZE(code), code};

    begin(CGROUP_SCOPE);
    assert_int_equal(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
    assert_int_equal(sys_seccomp_set_filter(&filter), 0);
    assert_int_equal(gate_send(gate, GATE_ADOPTED, 0, FD_NONE), 0);
    fails(cgroup_enter(in), "making the cgroup namespace", ENOSPC);
    assert_false(in->in_cgroup);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        INSIDE(without_one_nothing_is_waited_for),
        INSIDE(the_namespace_is_made_after_the_word),
        INSIDE(without_the_word_it_goes_no_further),
        INSIDE(another_word_is_none),
        INSIDE(without_the_namespace_it_fails),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
