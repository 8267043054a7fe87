#include "base/log.h"
#include "spec/capname.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/capability.h>

#include <cmocka.h>

static int as_husk(void **state HUSK_UNUSED)
{
    log_init("husk", false);
    return 0;
}

/* Every name that libcap has means the same here. */
static void names_are_those_of_libcap(void **state HUSK_UNUSED)
{
    for (cap_value_t cap = 0; cap <= CAP_LAST_CAP; cap++) {
        char *name = cap_to_name(cap);
        uint64_t mask = 0;

        assert_true(cap_mask_from_name(name, &mask));
        assert_true(mask == UINT64_C(1) << cap);
        assert_true(cap_mask_from_name(name + 4, &mask));
        assert_true(mask == UINT64_C(1) << cap);
        cap_free(name);
    }
}

static void case_does_not_matter(void **state HUSK_UNUSED)
{
    uint64_t mask = 0;

    assert_true(cap_mask_from_name("Cap_Net_ADMIN", &mask));
    assert_true(mask == UINT64_C(1) << CAP_NET_ADMIN);
    assert_true(cap_mask_from_name("12", &mask));
    assert_true(mask == UINT64_C(1) << 12);
    assert_true(cap_mask_from_name("aLL", &mask));
    assert_true(mask == UINT64_MAX);
}

static void all_else_is_refused(void **state HUSK_UNUSED)
{
    static const char *const wrong[] = {"",   "cap_", "CAP_ALL", "net_admi",     "net_adminn", "-1",
                                        "41", "64",   "cap_12",  "cap_cap_kill", "kill "};
    uint64_t mask = 7;

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(cap_mask_from_name(wrong[i], &mask));
    assert_true(mask == 7);
}

static void bwrap_wants_the_whole_name(void **state HUSK_UNUSED)
{
    uint64_t mask = 7;

    log_init("bwrap", true);
    assert_false(cap_mask_from_name("net_admin", &mask));
    assert_true(cap_mask_from_name("cap_net_admin", &mask));
    assert_true(cap_mask_from_name("all", &mask));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(names_are_those_of_libcap, as_husk),
        cmocka_unit_test_setup(case_does_not_matter, as_husk),
        cmocka_unit_test_setup(all_else_is_refused, as_husk),
        cmocka_unit_test_setup(bwrap_wants_the_whole_name, as_husk),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
