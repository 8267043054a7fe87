/* Capabilities: each of the five sets is what the plan says. */
#include "stage.h"
#include <linux/capability.h>
#include <linux/securebits.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define CAP(name) (UINT64_C(1) << CAP_##name)

struct sets {
    uint64_t effective, permitted, inheritable, bounding, ambient;
};

static void read_kernel(struct __user_cap_data_struct data[2])
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};

    assert_int_equal(syscall(SYS_capget, &header, data), 0);
}

static struct sets now(void)
{
    struct __user_cap_data_struct data[2];
    struct sets s = {0};

    read_kernel(data);
    s.effective = data[0].effective | (uint64_t)data[1].effective << 32;
    s.permitted = data[0].permitted | (uint64_t)data[1].permitted << 32;
    s.inheritable = data[0].inheritable | (uint64_t)data[1].inheritable << 32;
    for (int cap = 0; cap < 64; cap++) {
        if (prctl(PR_CAPBSET_READ, cap, 0, 0, 0) == 1)
            s.bounding |= UINT64_C(1) << cap;
        if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, cap, 0, 0) == 1)
            s.ambient |= UINT64_C(1) << cap;
    }
    return s;
}

static void settle(uint64_t caps, bool ambient)
{
    bare_plan();
    plan.caps = caps;
    plan.set_caps = true;
    plan.ambient = ambient;
    prepare();
    works(caps_settle(in));
}

static bool are(uint64_t own, uint64_t inherited)
{
    struct sets s = now();

    return s.effective == own && s.permitted == own && s.bounding == own &&
           s.inheritable == inherited && s.ambient == inherited;
}

static void none_is_none(void **state HUSK_UNUSED)
{
    assert_int_not_equal(now().effective, 0);
    settle(0, false);
    assert_true(are(0, 0));
    assert_int_equal(sethostname("x", 1), -1);
}

/* Who has some may need these bits for what it starts. */
static void without_any_the_securebits_are_locked(void **state HUSK_UNUSED)
{
    settle(0, false);
    assert_int_equal(prctl(PR_GET_SECUREBITS, 0, 0, 0, 0),
                     SECURE_ALL_LOCKS | SECBIT_NOROOT | SECBIT_NO_SETUID_FIXUP |
                         SECBIT_NO_CAP_AMBIENT_RAISE);
    assert_int_equal(prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0), -1);
}

static void with_some_they_are_left_alone(void **state HUSK_UNUSED)
{
    settle(CAP(CHOWN), false);
    assert_int_equal(prctl(PR_GET_SECUREBITS, 0, 0, 0, 0), 0);
}

static void some_are_had_and_not_inherited(void **state HUSK_UNUSED)
{
    settle(CAP(CHOWN) | CAP(CHECKPOINT_RESTORE), false);
    assert_true(are(CAP(CHOWN) | CAP(CHECKPOINT_RESTORE), 0));
}

static void ambient_ones_are_inherited(void **state HUSK_UNUSED)
{
    settle(CAP(SYS_ADMIN) | CAP(CHOWN), true);
    assert_true(are(CAP(SYS_ADMIN) | CAP(CHOWN), CAP(SYS_ADMIN) | CAP(CHOWN)));
}

/* CVE-2022-29162: what was inheritable before is not any more. */
static void what_was_inheritable_goes(void **state HUSK_UNUSED)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2];

    read_kernel(data);
    data[0].inheritable = data[0].permitted;
    assert_int_equal(syscall(SYS_capset, &header, data), 0);
    assert_int_equal(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_CHOWN, 0, 0), 0);
    settle(CAP(CHOWN), false);
    assert_true(are(CAP(CHOWN), 0));
}

/* --cap-add ALL has every bit; the kernel knows fewer. */
static void all_are_those_that_there_are(void **state HUSK_UNUSED)
{
    uint64_t all = now().bounding;

    settle(UINT64_MAX, true);
    assert_true(are(all, all));
}

static void what_husk_has_not_got_is_not_given(void **state HUSK_UNUSED)
{
    struct sets s;

    assert_int_equal(prctl(PR_CAPBSET_DROP, CAP_CHOWN, 0, 0, 0), 0);
    settle(CAP(CHOWN) | CAP(KILL), true);
    s = now();
    assert_int_equal(s.bounding, CAP(KILL));
    assert_int_equal(s.ambient, CAP(KILL));
}

/* A change from id 0 to another has left them permitted alone. */
static void after_a_change_of_ids_they_are_had_again(void **state HUSK_UNUSED)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2];

    read_kernel(data);
    data[0].effective = data[1].effective = 0;
    assert_int_equal(syscall(SYS_capset, &header, data), 0);
    settle(CAP(KILL), true);
    assert_true(are(CAP(KILL), CAP(KILL)));
}

static void all_is_left_alone_when_nothing_was_asked(void **state HUSK_UNUSED)
{
    const struct sets before = now();
    struct sets after;

    bare_plan();
    prepare();
    works(caps_settle(in));
    after = now();
    assert_memory_equal(&before, &after, sizeof after);
}

/* Without CAP_SETPCAP the bounding set cannot be made smaller: then the command does not start. */
static void what_cannot_be_dropped_fails(void **state HUSK_UNUSED)
{
    settle(CAP(CHOWN) | CAP(KILL), false);
    plan.caps = 0;
    fails(caps_settle(in), "Dropping capability 0 from bounds", EPERM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        INSIDE(none_is_none),
        INSIDE(without_any_the_securebits_are_locked),
        INSIDE(with_some_they_are_left_alone),
        INSIDE(some_are_had_and_not_inherited),
        INSIDE(ambient_ones_are_inherited),
        INSIDE(what_was_inheritable_goes),
        INSIDE(all_are_those_that_there_are),
        INSIDE(what_husk_has_not_got_is_not_given),
        INSIDE(after_a_change_of_ids_they_are_had_again),
        INSIDE(all_is_left_alone_when_nothing_was_asked),
        INSIDE(what_cannot_be_dropped_fails),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
