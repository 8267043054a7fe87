/* Which folder on a path is closed to this user. */
#include "host/way.h"
#include "base/alloc.h"
#include "base/path.h"
#include "in_namespace.h"
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char top[] = "/tmp/husk-test-way.XXXXXX";

static int set_up(void **state HUSK_UNUSED)
{
    assert_non_null(mkdtemp(top));
    assert_int_equal(chmod(top, 0755), 0);
    assert_int_equal(mkdir(path_join(top, "a"), 0755), 0);
    assert_int_equal(mkdir(path_join(top, "a/b"), 0755), 0);
    return 0;
}

static int tear_down(void **state HUSK_UNUSED)
{
    chmod(path_join(top, "a"), 0755);
    rmdir(path_join(top, "a/b"));
    rmdir(path_join(top, "a"));
    return rmdir(top);
}

static void what_is_open_needs_no_hint(void **state HUSK_UNUSED)
{
    assert_null(way_hint(path_join(top, "a/b")));
    assert_null(way_hint(path_join(top, "a/none/deeper")));
    assert_null(way_hint("/"));
    assert_null(way_hint(""));
}

/* root may search its own in any case, in a user namespace as well. */
static void a_closed_folder_is_named(void **state HUSK_UNUSED)
{
    const char *folder = path_join(top, "a"), *hint;

    assert_int_equal(chmod(folder, 0644), 0);
    hint = way_hint(path_join(folder, "b/c"));
    if (geteuid() == 0) {
        assert_null(hint);
    } else {
        assert_string_equal(hint, arena_printf("%s (of uid %u, mode 0644) may not be entered by this user", folder,
                                               (unsigned)geteuid()));
    }
    assert_null(way_hint(folder)); /* the last one is not searched */
    chmod(folder, 0755);
}

static void nor_may_root_enter_others(void **state HUSK_UNUSED)
{
    const char *folder = path_join(top, "a");

    if (geteuid() != 0)
        return; /* nothing can be another's */
    assert_int_equal(chown(folder, 12345, 12345), 0);
    assert_null(way_hint(path_join(folder, "b")));
    assert_int_equal(chmod(folder, 0750), 0);
    assert_non_null(strstr(way_hint(path_join(folder, "b")),
                           "/a (of uid 12345, mode 0750) is closed to others, and in a user namespace root is"));
    assert_int_equal(chown(folder, 12345, getegid()), 0);
    assert_null(way_hint(path_join(folder, "b"))); /* its group is this one's */
    assert_int_equal(chown(folder, 0, 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_open_needs_no_hint),
        cmocka_unit_test(a_closed_folder_is_named),
        cmocka_unit_test(nor_may_root_enter_others),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
