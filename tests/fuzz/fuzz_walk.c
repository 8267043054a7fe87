/*
 * Links that a stranger may have left in a root: where openat2(2) is missing husk walks them itself, and comes where
 * the kernel would. Lines of `dir NAME', `file NAME' and `link NAME TEXT' make things in an empty folder; the names
 * are of at most three components, of lower case letters. Each other line is a path to be looked up, as a folder if
 * it starts with a blank, and without following its last link if it ends in one.
 */
#include "base/resolve.h"
#include "base/syscalls.h"
#include "fuzz.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MADE = 16, ASKED = 16, LONGEST = 32 };

static bool is_plain(const char *name)
{
    size_t depth = 0;

    for (const char *c = name; *c; c++) {
        if (*c == '/' && (c == name || c[-1] == '/' || !c[1] || ++depth == 3))
            return false;
        if (*c != '/' && (*c < 'a' || *c > 'z'))
            return false;
    }
    return *name && strlen(name) < LONGEST;
}

/* False: nothing was made. */
static bool make(int root, const char *kind, const char *name, const char *text)
{
    int fd;

    if (!name || !is_plain(name))
        return false;
    /* The folder above may be a link by now: that of another one's tree is not entered. */
    fd = sys_openat2(root, name, O_PATH | O_NOFOLLOW | O_CLOEXEC, 0, RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS);
    if (fd >= 0 || errno != ENOENT) {
        if (fd >= 0)
            close(fd);
        return false;
    }
    if (streq(kind, "dir"))
        return mkdirat(root, name, 0700) == 0;
    if (streq(kind, "link"))
        return text && *text && symlinkat(text, root, name) == 0;
    fd = openat(root, name, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

/* What FD is, which is closed. */
static void identify(int fd, struct stat *st)
{
    memset(st, 0, sizeof *st);
    if (fd >= 0) {
        FUZZ_CHECK(fstat(fd, st) == 0);
        close(fd);
    }
}

static void look_up(int root, char *path)
{
    size_t n = strlen(path);
    int flags = O_PATH | (*path == ' ' ? O_DIRECTORY : 0) | (n && path[n - 1] == ' ' ? O_NOFOLLOW : 0), kernels, ours;
    struct stat want, got;

    if (flags & O_NOFOLLOW)
        path[n - 1] = 0;
    path += *path == ' ';
    kernels = sys_openat2(root, path, (uint64_t)flags, 0, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);
    kernels = kernels < 0 ? -errno : kernels;
    ours = resolve_by_walking(root, path, flags);
    FUZZ_CHECK((kernels < 0) == (ours < 0));
    identify(kernels, &want);
    identify(ours, &got);
    FUZZ_CHECK(want.st_dev == got.st_dev && want.st_ino == got.st_ino);
}

static void remove_all(int root, char *const *made, size_t count)
{
    while (count-- > 0)
        if (unlinkat(root, made[count], 0) < 0)
            FUZZ_CHECK(unlinkat(root, made[count], AT_REMOVEDIR) == 0);
}

void fuzz_walk(const uint8_t *data, size_t size)
{
    /* The first of them is in memory, where that is. */
    char quick[] = "/dev/shm/husk-fuzz-XXXXXX", usual[] = "/tmp/husk-fuzz-XXXXXX";
    const char *folder = mkdtemp(quick) ? quick : mkdtemp(usual);
    char *text = input_text(data, size), *line, *made[MADE];
    size_t count = 0, asked = 0;
    int root;

    FUZZ_CHECK(folder);
    root = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
    FUZZ_CHECK(root >= 0);
    while ((line = strsep(&text, "\n"))) {
        char *whole = arena_strdup(line), *kind = strsep(&line, " "), *name = strsep(&line, " ");

        if (!streq(kind, "dir") && !streq(kind, "file") && !streq(kind, "link")) {
            if (asked++ < ASKED)
                look_up(root, whole);
        } else if (count < MADE && make(root, kind, name, line)) {
            made[count++] = name;
        }
    }
    remove_all(root, made, count);
    close(root);
    FUZZ_CHECK(rmdir(folder) == 0);
}
