/* The cache of compiled profiles: an entry counts if it is this user's alone, whole, and of this very key. */
#include "plan/seccomp_cache.h"
#include "base/alloc.h"
#include "base/str.h"
#include "compiled.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <sys/stat.h>

#define KEY "a profile's text\n" /* no multiple of 8 bytes */

enum { MOST = 64 };

static char top[] = "/tmp/husk-unit-XXXXXX";
static const char *cache, *folder; /* CACHE/husk/seccomp */
static struct seccomp_answer answer;
static bool is_root;

static int remove_one(const char *path, const struct stat *st HUSK_UNUSED, int kind HUSK_UNUSED,
                      struct FTW *ftw HUSK_UNUSED)
{
    return remove(path);
}

static int set_up(void **state HUSK_UNUSED)
{
    is_root = geteuid() == 0;
    umask(022);
    if (!mkdtemp(strcpy(top, "/tmp/husk-unit-XXXXXX")))
        return -1;
    cache = arena_printf("%s/cache", top);
    folder = arena_printf("%s/husk/seccomp", cache);
    return setenv("HOME", top, 1) | setenv("XDG_CACHE_HOME", cache, 1);
}

static int tear_down(void **state HUSK_UNUSED)
{
    return nftw(top, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static bool keep_for(const char *key, uint32_t err)
{
    struct compiled c = compile_refusal(err);

    return seccomp_cache_keep(key, strlen(key), &c, sizeof c);
}

/* The error that the program found refuses with; 0: there is none. */
static uint32_t found_for(const char *key)
{
    if (!seccomp_cache_find(key, strlen(key), &answer))
        return 0;
    assert_int_equal(answer.head.length, 2);
    assert_memory_equal(answer.text, "foo bar ", 8);
    return answer.code[1].k & SECCOMP_RET_DATA;
}

/* How many there are in the folder, without or with those that begin with a dot; the last one's path is *RET. */
static size_t entries(bool hidden, const char **ret)
{
    DIR *dir = opendir(folder);
    struct dirent *e;
    size_t n = 0;

    while (dir && (e = readdir(dir)))
        if (!streq(e->d_name, ".") && !streq(e->d_name, "..") && (hidden || e->d_name[0] != '.')) {
            *ret = arena_printf("%s/%s", folder, e->d_name);
            n++;
        }
    if (dir)
        closedir(dir);
    return n;
}

/* An entry for KEY that refuses with ERR, and is found; its path. */
static const char *entry(void)
{
    const char *path = "";

    assert_true(keep_for(KEY, EIO));
    assert_int_equal(entries(true, &path), 1);
    assert_int_equal(found_for(KEY), EIO);
    return path;
}

static void write_all(const char *path, const void *data, size_t size)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    assert_int_equal(fd_write_all(fd, data, size), 0);
    close(fd);
}

static size_t read_all(const char *path, char **ret)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    size_t size;

    assert_int_equal(fd_read_all(fd, 1 << 20, ret, &size), 0);
    close(fd);
    return size;
}

static mode_t mode_of(const char *path)
{
    struct stat st;

    return lstat(path, &st) < 0 ? 0 : st.st_mode & 07777;
}

/* ---- what is kept is found ------------------------------------------------------------------ */

static void what_is_kept_is_found(void **state HUSK_UNUSED)
{
    assert_int_equal(found_for(KEY), 0);
    assert_int_equal(access(cache, F_OK), -1); /* looking makes nothing */
    entry();
    assert_true(keep_for(KEY, EXFULL));
    assert_int_equal(found_for(KEY), EXFULL);
}

static void it_is_this_users_alone(void **state HUSK_UNUSED)
{
    umask(0);
    assert_int_equal(mode_of(entry()), 0600);
    assert_int_equal(mode_of(folder), 0700);
    assert_int_equal(mode_of(arena_printf("%s/husk", cache)), 0700);
    assert_int_equal(mode_of(cache), 0700);
}

static void each_key_has_its_own(void **state HUSK_UNUSED)
{
    const char *path;

    entry();
    assert_int_equal(found_for(KEY "x"), 0);
    assert_int_equal(found_for("b profile's text\n"), 0);
    assert_false(seccomp_cache_find(KEY, strlen(KEY) - 1, &answer));
    assert_false(seccomp_cache_find(KEY, strlen(KEY) + 1, &answer)); /* and its 0 byte */
    assert_false(seccomp_cache_find(KEY, 0, &answer));
    assert_true(keep_for(KEY "x", EXFULL));
    assert_int_equal(entries(true, &path), 2);
    assert_int_equal(found_for(KEY), EIO);
    assert_int_equal(found_for(KEY "x"), EXFULL);
}

static void keys_have_any_length(void **state HUSK_UNUSED)
{
    static const char text[] = "0123456789abcdefghij";

    for (size_t size = 0; size < sizeof text; size++) {
        struct compiled c = compile_refusal((uint32_t)size + 1);

        assert_true(seccomp_cache_keep(text, size, &c, sizeof c));
    }
    for (size_t size = 0; size < sizeof text; size++) {
        assert_true(seccomp_cache_find(text, size, &answer));
        assert_int_equal(answer.code[1].k & SECCOMP_RET_DATA, size + 1);
    }
}

static void a_key_has_an_end(void **state HUSK_UNUSED)
{
    const size_t most = 2 * 1024 * 1024;
    struct compiled c = compile_refusal(EIO);
    const char *key = arena_alloc(most + 1);

    assert_false(seccomp_cache_keep(key, most + 1, &c, sizeof c));
    assert_false(seccomp_cache_find(key, most + 1, &answer));
    assert_int_equal(access(cache, F_OK), -1);
    assert_true(seccomp_cache_keep(key, most, &c, sizeof c));
    assert_true(seccomp_cache_find(key, most, &answer));
}

/* ---- entries that do not count -------------------------------------------------------------- */

static void damage_is_seen(void **state HUSK_UNUSED)
{
    const size_t head = 24, key = strlen(KEY), padding = 8 - key % 8;
    const char *path = entry();
    char *data;
    size_t size = read_all(path, &data);

    assert_int_equal(size, head + key + padding + sizeof(struct compiled));
    for (size_t at = 0; at < size; at++) {
        if (at >= head + key && at < head + key + padding)
            continue; /* says nothing */
        data[at] ^= 1;
        write_all(path, data, size);
        if (found_for(KEY))
            fail_msg("byte %zu of %zu", at, size);
        data[at] ^= 1;
    }
    write_all(path, data, size);
    assert_int_equal(found_for(KEY), EIO);
}

static void the_length_must_be_right(void **state HUSK_UNUSED)
{
    const char *path = entry();
    char *data;
    size_t size = read_all(path, &data);

    write_all(path, data, size + 1); /* with the 0 byte of fd_read_all() */
    assert_int_equal(found_for(KEY), 0);
    while (size-- > 0) {
        assert_int_equal(truncate(path, (off_t)size), 0);
        if (found_for(KEY))
            fail_msg("cut to %zu", size);
    }
    assert_true(keep_for(KEY, EIO)); /* in its place */
    assert_int_equal(found_for(KEY), EIO);
}

static void another_keys_entry_is_not_taken(void **state HUSK_UNUSED)
{
    const char *path = entry(), *other;

    assert_int_equal(unlink(path), 0);
    assert_true(keep_for("b profile's text\n", EXFULL)); /* as long */
    assert_int_equal(entries(true, &other), 1);
    assert_string_not_equal(path, other);
    assert_int_equal(rename(other, path), 0);
    assert_int_equal(found_for(KEY), 0);
}

static void nobody_else_may_have_written_it(void **state HUSK_UNUSED)
{
    const char *path = entry();

    assert_int_equal(chmod(path, 0620), 0);
    assert_int_equal(found_for(KEY), 0);
    assert_int_equal(chmod(path, 0602), 0);
    assert_int_equal(found_for(KEY), 0);
    assert_int_equal(chmod(path, 0644), 0);
    assert_int_equal(found_for(KEY), EIO);
    if (!is_root)
        return; /* who is not cannot give files away */
    assert_int_equal(chown(path, 12345, 0), 0);
    assert_int_equal(found_for(KEY), 0);
    assert_true(keep_for(KEY, EXFULL));
    assert_int_equal(found_for(KEY), EXFULL);
}

static void it_is_a_file(void **state HUSK_UNUSED)
{
    const char *path = entry(), *elsewhere = arena_printf("%s/elsewhere", top);

    assert_int_equal(rename(path, elsewhere), 0);
    assert_int_equal(symlink(elsewhere, path), 0);
    assert_int_equal(found_for(KEY), 0);
    unlink(path);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_int_equal(found_for(KEY), 0); /* nor is a writer waited for */
    assert_true(keep_for(KEY, EIO));
    assert_int_equal(found_for(KEY), EIO);
    unlink(path);
    assert_int_equal(mkdir(path, 0700), 0);
    assert_int_equal(found_for(KEY), 0);
    assert_false(keep_for(KEY, EIO));
    assert_int_equal(rmdir(path), 0);
    assert_int_equal(rename(elsewhere, path), 0);
    assert_int_equal(found_for(KEY), EIO);
}

/* ---- results that do not count -------------------------------------------------------------- */

static bool is_found(const struct compiled *c)
{
    assert_true(seccomp_cache_keep(KEY, strlen(KEY), c, sizeof *c));
    return seccomp_cache_find(KEY, strlen(KEY), &answer);
}

static void a_result_is_a_program(void **state HUSK_UNUSED)
{
    struct compiled c = compile_refusal(EIO);

    assert_true(is_found(&c));
    c.head.status = SECCOMP_WRONG;
    assert_false(is_found(&c));
    c = compile_refusal(EIO);
    c.code[1] = c.code[0]; /* no end: the kernel would not load it */
    assert_false(is_found(&c));
    c = compile_refusal(EIO);
    c.head.length = 1;
    assert_false(is_found(&c));
}

static void it_depends_on_files(void **state HUSK_UNUSED)
{
    const char *library = arena_printf("%s/library", top);
    struct compiled c = compile_refusal(EIO);

    write_all(library, "1", 1);
    assert_true(seccomp_dependency_note(&c.head.dependencies[SECCOMP_DEPENDENCIES - 1], library));
    assert_true(is_found(&c));
    write_all(library, "12", 2);
    assert_false(is_found(&c));
    unlink(library);
    assert_false(is_found(&c));
}

/* ---- where the folder is -------------------------------------------------------------------- */

static void without_a_name_it_is_in_home(void **state HUSK_UNUSED)
{
    static const char *const none[] = {NULL, "", "cache", "./cache"};

    folder = arena_printf("%s/.cache/husk/seccomp", top);
    assert_int_equal(chdir(top), 0);
    for (size_t i = 0; i < ARRAY_SIZE(none); i++) {
        if (none[i])
            setenv("XDG_CACHE_HOME", none[i], 1);
        else
            unsetenv("XDG_CACHE_HOME");
        entry();
        assert_int_equal(access(cache, F_OK), -1);
        assert_int_equal(nftw(arena_printf("%s/.cache", top), remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
    }
    setenv("HOME", "home", 1);
    assert_false(keep_for(KEY, EIO));
    assert_int_equal(found_for(KEY), 0);
    unsetenv("HOME");
    assert_false(keep_for(KEY, EIO));
    assert_int_equal(found_for(KEY), 0);
    assert_int_equal(access("home", F_OK), -1);
    assert_int_equal(chdir("/"), 0);
}

/* Nothing is kept, and none is found. */
static void is_no_place(void)
{
    const char *path;

    assert_false(keep_for(KEY, EIO));
    assert_int_equal(found_for(KEY), 0);
    assert_int_equal(entries(true, &path), 0);
}

static void a_place_that_cannot_be_written_is_none(void **state HUSK_UNUSED)
{
    setenv("XDG_CACHE_HOME", "/proc/self", 1);
    is_no_place();
    setenv("XDG_CACHE_HOME", arena_printf("%s/a/b", top), 1); /* one folder is made, not the way to it */
    is_no_place();
    setenv("XDG_CACHE_HOME", cache, 1);
    write_all(cache, "", 0);
    is_no_place();
    unlink(cache);
    assert_int_equal(mkdir(cache, 0700), 0);
    write_all(arena_printf("%s/husk", cache), "", 0);
    is_no_place();
    unlink(arena_printf("%s/husk", cache));
    if (is_root)
        return; /* for whom there is no such folder */
    assert_int_equal(chmod(cache, 0500), 0);
    is_no_place();
    assert_int_equal(chmod(cache, 0700), 0);
    entry();
}

static void others_cannot_write_there(void **state HUSK_UNUSED)
{
    const char *husk = arena_printf("%s/husk", cache);
    const char *const folders[] = {husk, folder};
    struct compiled c = compile_refusal(EIO);

    for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
        assert_int_equal(mkdir(cache, 0755) | mkdir(husk, 0755) | (i ? mkdir(folder, 0755) : 0), 0);
        for (mode_t bit = 020; bit >= 02; bit >>= 3) {
            assert_int_equal(chmod(folders[i], 0755 | bit), 0);
            is_no_place();
        }
        if (is_root) {
            assert_int_equal(chmod(folders[i], 0755) | chown(folders[i], 12345, 0), 0);
            assert_false(seccomp_cache_keep(KEY, strlen(KEY), &c, sizeof c));
            assert_int_equal(chown(folders[i], 0, 0), 0);
        }
        assert_int_equal(chmod(folders[i], 0755), 0);
        entry();
        assert_int_equal(nftw(cache, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
    }
}

static void no_link_leads_there(void **state HUSK_UNUSED)
{
    const char *elsewhere = arena_printf("%s/elsewhere", top), *husk = arena_printf("%s/husk", cache);

    assert_int_equal(mkdir(elsewhere, 0700) | mkdir(cache, 0700), 0);
    assert_int_equal(symlink(elsewhere, husk), 0);
    is_no_place();
    assert_int_equal(rmdir(elsewhere), 0); /* empty */
    assert_int_equal(unlink(husk) | mkdir(elsewhere, 0700) | mkdir(husk, 0700), 0);
    assert_int_equal(symlink(elsewhere, folder), 0);
    is_no_place();
    assert_int_equal(rmdir(elsewhere), 0);
}

/* As root with somebody's HOME from sudo(8). */
static void nothing_is_left_in_others_homes(void **state HUSK_UNUSED)
{
    if (!is_root)
        return; /* who has no folders of others */
    assert_int_equal(chown(top, 12345, 12345), 0);
    is_no_place();
    assert_int_equal(access(cache, F_OK), -1);
    assert_int_equal(mkdir(cache, 0700) | chown(cache, 12345, 12345), 0);
    is_no_place();
    assert_int_equal(access(arena_printf("%s/husk", cache), F_OK), -1);
}

/* ---- how many there are --------------------------------------------------------------------- */

/* A file in the folder, as old as the AGE-th of the oldest. */
static const char *old_file(const char *name, int age)
{
    const struct timespec times[] = {{.tv_sec = 1000 + age}, {.tv_sec = 1000 + age}};
    const char *path = arena_printf("%s/%s", folder, name);

    write_all(path, "", 0);
    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
    return path;
}

static void the_oldest_makes_room(void **state HUSK_UNUSED)
{
    const char *files[MOST], *path;

    unlink(entry());
    for (int i = 0; i < MOST; i++)
        files[i] = old_file(arena_printf("%d.bpf", (i * 29) % MOST), i); /* in another order than by name */
    assert_true(keep_for(KEY, EIO));
    assert_int_equal(entries(true, &path), MOST);
    assert_int_equal(access(files[0], F_OK), -1);
    assert_true(keep_for(KEY "x", EIO));
    assert_int_equal(entries(true, &path), MOST);
    assert_int_equal(access(files[1], F_OK), -1);
    for (int i = 2; i < MOST; i++)
        assert_int_equal(access(files[i], F_OK), 0);
    assert_int_equal(found_for(KEY), EIO);
    assert_int_equal(found_for(KEY "x"), EIO);
}

static void until_then_none_goes(void **state HUSK_UNUSED)
{
    const char *path;

    unlink(entry());
    for (int i = 0; i < MOST - 1; i++)
        old_file(arena_printf("%d.bpf", i), i);
    assert_true(keep_for(KEY, EIO));
    assert_int_equal(entries(true, &path), MOST);
}

/* What a husk with this pid that was killed has left is in nobody's way; nothing like it is left. */
static void what_is_half_done_is_replaced(void **state HUSK_UNUSED)
{
    const char *path = entry(), *half;

    half = arena_printf("%s/.%s.%d", folder, path + strlen(folder) + 1, (int)getpid());
    write_all(half, "half", 4);
    assert_true(keep_for(KEY, EXFULL));
    assert_int_equal(access(half, F_OK), -1);
    assert_int_equal(entries(true, &path), 1);
    assert_int_equal(found_for(KEY), EXFULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_kept_is_found),
        TEST(it_is_this_users_alone),
        TEST(each_key_has_its_own),
        TEST(keys_have_any_length),
        TEST(a_key_has_an_end),
        TEST(damage_is_seen),
        TEST(the_length_must_be_right),
        TEST(another_keys_entry_is_not_taken),
        TEST(nobody_else_may_have_written_it),
        TEST(it_is_a_file),
        TEST(a_result_is_a_program),
        TEST(it_depends_on_files),
        TEST(without_a_name_it_is_in_home),
        TEST(a_place_that_cannot_be_written_is_none),
        TEST(others_cannot_write_there),
        TEST(no_link_leads_there),
        TEST(nothing_is_left_in_others_homes),
        TEST(the_oldest_makes_room),
        TEST(until_then_none_goes),
        TEST(what_is_half_done_is_replaced),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
