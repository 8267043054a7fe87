/*
 * Looking up paths below a root: what openat2(2) does, and that our own walk, which stands in for it,
 * does exactly the same.
 */
#include "base/resolve.h"
#include "base/str.h"
#include "stage.h"
#include <linux/openat2.h>
#include <unistd.h>

static int root;

/* Folders, files and links of every kind below /tmp/root; /tmp/outside is what must not be reached. */
static void make_tree(void)
{
    static const char *const links[][2] = {
        {"abs", "/a"},          {"rel", "a/b"},         {"up", "../../../outside"},
        {"out", "/tmp/outside"}, {"dots", ".."},         {"self", "."},
        {"loop", "loop"},       {"dangling", "nowhere"}, {"tofile", "a/file"},
        {"slash", "a/"},        {"fileslash", "file/"}, {"toroot", "/"},
        {"l1", "l2/b"},         {"l2", "/a/./back/a"},  {"a/back", ".."},
        {"a/b/high", "../../../../a"}, {"todangling", "a/../dangling"}, {"a/b/abs", "/abs/b"},
    };

    host_begin();
    host_dir("/tmp/root/a/b/c");
    host_file("/tmp/root/a/file", "");
    host_file("/tmp/root/file", "");
    host_file("/tmp/outside/secret", "");
    for (size_t i = 0; i < ARRAY_SIZE(links); i++)
        host_link(arena_printf("/tmp/root/%s", links[i][0]), links[i][1]);
    root = open("/tmp/root", O_PATH | O_DIRECTORY | O_CLOEXEC);
    assert_true(root >= 0);
}

/* Opens PATH in both ways, which must agree. The errno, or 0 with *ST of what was found. */
static int look_up(const char *path, int flags, struct stat *st)
{
    HUSK_FD int fd = resolve_in_root(root, path, flags), walked = resolve_by_walking(root, path, flags);
    struct stat other;

    if (fd < 0 || walked < 0) {
        if (fd != walked)
            fail_msg("%s, flags %#x: openat2 gave %d, the walk %d", path, flags, fd, walked);
        return -fd;
    }
    assert_int_equal(fstat(fd, st), 0);
    assert_int_equal(fstat(walked, &other), 0);
    if (st->st_dev != other.st_dev || st->st_ino != other.st_ino)
        fail_msg("%s, flags %#x: the walk came somewhere else", path, flags);
    assert_true(fcntl(fd, F_GETFD) & fcntl(walked, F_GETFD) & FD_CLOEXEC);
    assert_true(fcntl(walked, F_GETFL) & O_PATH);
    return 0;
}

/* ---- known paths --------------------------------------------------------------------------- */

static const struct {
    const char *path;
    int flags;
    int err;
    const char *found; /* below /tmp/root */
} known[] = {
    {"/", 0, 0, "."},
    {".", 0, 0, "."},
    {"", 0, ENOENT, NULL},
    {"..", 0, 0, "."},
    {"/../../../a", 0, 0, "a"},
    {"a//b/./c/", 0, 0, "a/b/c"},
    {"a/b/../../..", 0, 0, "."},
    {"abs/b", 0, 0, "a/b"},
    {"rel/../file", 0, 0, "a/file"},
    {"dots/dots/a", 0, 0, "a"},
    {"l1", 0, 0, "a/b"},
    {"a/b/high/b", 0, 0, "a/b"},
    {"a/b/abs/c", 0, 0, "a/b/c"},
    {"up", 0, ENOENT, NULL},
    {"up/secret", 0, ENOENT, NULL},
    {"out/secret", 0, ENOENT, NULL},
    {"loop", 0, ELOOP, NULL},
    {"dangling", 0, ENOENT, NULL},
    {"dangling", O_NOFOLLOW, 0, "dangling"},
    {"rel", O_NOFOLLOW, 0, "rel"},
    {"rel/", O_NOFOLLOW, 0, "a/b"},
    {"rel/.", O_NOFOLLOW, 0, "a/b"},
    {"rel", O_NOFOLLOW | O_DIRECTORY, ENOTDIR, NULL},
    {"rel", O_DIRECTORY, 0, "a/b"},
    {"file", O_DIRECTORY, ENOTDIR, NULL},
    {"tofile", O_DIRECTORY, ENOTDIR, NULL},
    {"file/", 0, ENOTDIR, NULL},
    {"file/.", 0, ENOTDIR, NULL},
    {"file/..", 0, ENOTDIR, NULL},
    {"fileslash", 0, ENOTDIR, NULL},
    {"nowhere/..", 0, ENOENT, NULL},
    {"/a/b/c/d/e", 0, ENOENT, NULL},
};

static void known_paths_lead_where_they_should(void **state HUSK_UNUSED)
{
    make_tree();
    for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
        struct stat st, want;
        int err = look_up(known[i].path, O_PATH | known[i].flags, &st);

        if (err != known[i].err)
            fail_msg("%s: errno %d and not %d", known[i].path, err, known[i].err);
        if (err)
            continue;
        assert_int_equal(fstatat(root, known[i].found, &want, AT_SYMLINK_NOFOLLOW), 0);
        if (st.st_ino != want.st_ino)
            fail_msg("%s is not %s", known[i].path, known[i].found);
    }
}

/* ---- many paths ---------------------------------------------------------------------------- */

/* A fixed sequence: a failure can be repeated. */
static unsigned random_below(unsigned n)
{
    static uint64_t seed = 1;

    seed = seed * 6364136223846793005 + 1442695040888963407;
    return (unsigned)(seed >> 33) % n;
}

static void random_path(char *path)
{
    static const char *const parts[] = {
        "a",  "b",  "c",    "file", "abs",  "rel",  "up",       "out",    "dots",   "self",
        "l1", "l2", "back", "high", "loop", "slash", "dangling", "tofile", "fileslash", "toroot",
        "..", "..", ".",    "a",    "b",    "none", "todangling"};
    static const char *const between[] = {"/", "/", "/", "//", "/./"};

    strcpy(path, random_below(2) ? "/" : "");
    for (unsigned n = 1 + random_below(6); n > 0; n--) {
        strcat(path, parts[random_below(ARRAY_SIZE(parts))]);
        if (n > 1 || random_below(6) == 0)
            strcat(path, between[random_below(ARRAY_SIZE(between))]);
    }
}

static void random_paths_agree(void **state HUSK_UNUSED)
{
    static const int flags[] = {0, O_NOFOLLOW, O_DIRECTORY, O_NOFOLLOW | O_DIRECTORY};
    struct stat st, outside, secret;
    unsigned found = 0;

    make_tree();
    assert_int_equal(stat("/tmp/outside", &outside), 0);
    assert_int_equal(stat("/tmp/outside/secret", &secret), 0);
    for (int i = 0; i < 20000; i++) {
        char path[256];

        random_path(path);
        if (look_up(path, O_PATH | flags[random_below(ARRAY_SIZE(flags))], &st) != 0)
            continue;
        found++;
        if (st.st_ino == outside.st_ino || st.st_ino == secret.st_ino)
            fail_msg("%s leads out", path);
    }
    assert_true(found > 1000);
}

static void the_number_of_links_is_limited_alike(void **state HUSK_UNUSED)
{
    struct stat st;

    make_tree();
    host_link("/tmp/root/chain0", "a");
    for (int i = 1; i < 45; i++)
        host_link(arena_printf("/tmp/root/chain%d", i), arena_printf("chain%d", i - 1));
    assert_int_equal(look_up("chain39", O_PATH, &st), 0);
    assert_int_equal(look_up("chain40", O_PATH, &st), ELOOP);
}

static void lengths_are_limited_alike(void **state HUSK_UNUSED)
{
    struct stat st;

    make_tree();
    assert_int_equal(look_up(arena_printf("%0255d", 0), O_PATH, &st), ENOENT);
    assert_int_equal(look_up(arena_printf("%0256d", 0), O_PATH, &st), ENAMETOOLONG);
    assert_int_equal(look_up(arena_printf("%04096d", 0), O_PATH, &st), ENAMETOOLONG);
}

/* ---- mounts and procfs --------------------------------------------------------------------- */

static void mounts_are_crossed_alike(void **state HUSK_UNUSED)
{
    struct stat st, want;

    make_tree();
    assert_int_equal(sys_mount("/tmp/root", "/tmp/root/a/b/c", NULL, MS_BIND, NULL), 0);
    assert_int_equal(sys_mount("t", "/tmp/root/a/b/c/a", "tmpfs", 0, NULL), 0);
    host_dir("/tmp/root/a/b/c/a/deep");
    assert_int_equal(stat("/tmp/root/a/b/c/a/deep", &want), 0);
    assert_int_equal(look_up("a/b/c/a/deep", O_PATH, &st), 0);
    assert_int_equal(st.st_ino, want.st_ino);
    assert_int_equal(stat("/tmp/root/a/b", &want), 0);
    assert_int_equal(look_up("a/b/c/a/deep/../../..", O_PATH, &st), 0);
    assert_int_equal(st.st_ino, want.st_ino);
}

/* A root that is covered is left for what covers it, and still not for what is above. */
static void a_covered_root_is_a_root_all_the_same(void **state HUSK_UNUSED)
{
    struct stat st, want;

    make_tree();
    assert_int_equal(sys_mount("t", "/tmp/root", "tmpfs", 0, NULL), 0);
    assert_int_equal(stat("/tmp/root", &want), 0);
    assert_int_equal(look_up("a/b/../../../..", O_PATH, &st), 0);
    assert_int_equal(st.st_dev, want.st_dev);
}

/* They lead anywhere, whatever the root is. */
static void magic_links_are_refused(void **state HUSK_UNUSED)
{
    static const char *const magic[] = {"proc/1/root", "proc/1/cwd/root", "proc/1/exe", "proc/1/fd/0",
                                        "proc/1/root/tmp/outside", "proc/1/ns/mnt"};
    struct stat st;

    make_tree();
    host_dir("/tmp/root/proc");
    assert_int_equal(sys_mount("p", "/tmp/root/proc", "proc", 0, NULL), 0);
    assert_true(openat(root, "proc/1/cwd", O_PATH | O_CLOEXEC) >= 0); /* they are there */
    for (size_t i = 0; i < ARRAY_SIZE(magic); i++)
        assert_int_equal(look_up(magic[i], O_PATH, &st), ELOOP);
    assert_int_equal(look_up("proc/1/root", O_PATH | O_NOFOLLOW, &st), 0);
    assert_int_equal(look_up("proc/1/status", O_PATH, &st), 0);
}

/* ---- making folders ------------------------------------------------------------------------ */

static int asked;

static int count(int folder, void *arg)
{
    struct stat st;

    assert_int_equal(fstat(folder, &st), 0);
    asked++;
    return *(int *)arg;
}

static void what_is_missing_is_made(void **state HUSK_UNUSED)
{
    int fd, yes = 0;
    struct stat st, want;

    make_tree();
    fd = resolve_make_dirs(root, "/abs/b/new/../new/deep//", count, &yes);
    assert_true(fd >= 0);
    assert_int_equal(fstat(fd, &st), 0);
    assert_int_equal(stat("/tmp/root/a/b/new/deep", &want), 0);
    assert_int_equal(st.st_ino, want.st_ino);
    assert_int_equal(st.st_mode, S_IFDIR | 0755);
    assert_int_equal(asked, 2);
    asked = 0;
    assert_true(resolve_make_dirs(root, "a/b/new/deep", count, &yes) >= 0);
    assert_int_equal(asked, 0);
}

static void nothing_is_made_against_a_no(void **state HUSK_UNUSED)
{
    const char *before;
    int no = -EPERM;

    make_tree();
    before = host_tree();
    assert_int_equal(resolve_make_dirs(root, "a/new/deep", count, &no), -EPERM);
    assert_string_equal(host_tree(), before);
}

static void nothing_is_made_through_a_link_that_dangles(void **state HUSK_UNUSED)
{
    static const struct {
        const char *path;
        int err;
    } bad[] = {{"dangling/x", EEXIST}, {"up/x", EEXIST},       {"out/x", EEXIST}, {"loop/x", ELOOP},
               {"file/x", ENOTDIR},    {"todangling", EEXIST}, {"file", ENOTDIR}};
    const char *before;
    int yes = 0;

    make_tree();
    before = host_tree();
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        int r = resolve_make_dirs(root, bad[i].path, count, &yes);

        if (r != -bad[i].err)
            fail_msg("%s: %d and not %d", bad[i].path, r, -bad[i].err);
        assert_string_equal(host_tree(), before);
    }
    assert_int_equal(resolve_make_dirs(root, arena_printf("new/%0300d", 0), count, &yes),
                     -ENAMETOOLONG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        INSIDE(known_paths_lead_where_they_should),
        INSIDE(random_paths_agree),
        INSIDE(the_number_of_links_is_limited_alike),
        INSIDE(lengths_are_limited_alike),
        INSIDE(mounts_are_crossed_alike),
        INSIDE(a_covered_root_is_a_root_all_the_same),
        INSIDE(magic_links_are_refused),
        INSIDE(what_is_missing_is_made),
        INSIDE(nothing_is_made_against_a_no),
        INSIDE(nothing_is_made_through_a_link_that_dangles),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
