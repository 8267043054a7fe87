/* An empty spec, and where a word came from. */
#include "capture.h"
#include "spec/spec.h"

static struct spec spec;

static void an_empty_spec_asks_for_nothing(void **state HUSK_UNUSED)
{
    memset(&spec, 0xff, sizeof spec);
    spec_init(&spec);
    assert_int_equal(spec.action, ACTION_RUN);
    assert_int_equal(spec.mounts.count, 0);
    assert_int_equal(spec.unshare | spec.unshare_try, 0);
    assert_false(spec.uid.set || spec.gid.set || spec.disable_userns || spec.caps_touched);
}

/* 0 is an fd too. */
static void its_fds_are_none(void **state HUSK_UNUSED)
{
    const struct opt_fd *const fds[] = {
        &spec.userns,   &spec.userns2,         &spec.pidns,   &spec.seccomp_last,
        &spec.block_fd, &spec.userns_block_fd, &spec.info_fd, &spec.json_status_fd,
    };

    spec_init(&spec);
    for (size_t i = 0; i < ARRAY_SIZE(fds); i++)
        assert_int_equal(fds[i]->fd, FD_NONE);
}

/* The first mounts have room already; more than that do no harm. */
static void mounts_grow(void **state HUSK_UNUSED)
{
    spec_init(&spec);
    for (int i = 0; i < 1000; i++)
        VEC_PUSH(&spec.mounts)->fd = i;
    assert_int_equal(spec.mounts.count, 1000);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(spec.mounts.items[i].fd, i);
}

static void an_origin_is_an_option_or_a_line(void **state HUSK_UNUSED)
{
    const struct origin option = {.text = "--bind /a /b"};
    const struct origin line = {"/etc/husk/profiles/x.profile", 3, 14, "bind /a /b"};
    const struct origin none = {.text = NULL};

    assert_string_equal(origin_text(&option), "--bind /a /b");
    assert_string_equal(origin_text(&line), "/etc/husk/profiles/x.profile:3:14: bind /a /b");
    assert_string_equal(origin_text(&none), "no option");
}

static void an_origin_is_cut_to_its_room(void **state HUSK_UNUSED)
{
    const struct origin option = {.text = "--bind /a /b"};
    char buf[8];

    assert_string_equal(origin_format(buf, sizeof buf, &option), "--bind ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_spec_asks_for_nothing),
        cmocka_unit_test(its_fds_are_none),
        cmocka_unit_test(mounts_grow),
        cmocka_unit_test(an_origin_is_an_option_or_a_line),
        cmocka_unit_test(an_origin_is_cut_to_its_room),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
