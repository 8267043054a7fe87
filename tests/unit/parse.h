/* Command lines for tests, read as husk or as bwrap, in a home of the test's own. */
#pragma once
#include "base/log.h"
#include "base/path.h"
#include "base/str.h"
#include "capture.h"
#include "spec/spec.h"
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <linux/sched.h>
#include <sys/stat.h>

static struct spec spec; /* what came out */
static const char *said; /* on stderr */
static char home[] = "/tmp/husk-unit-XXXXXX";

#define HUSK(...) parse(false, (char *[]){"husk", __VA_ARGS__, NULL})
#define BWRAP(...) parse(true, (char *[]){"bwrap", __VA_ARGS__, NULL})
#define NONE(...) HUSK("-p", "none", __VA_ARGS__)

static int HUSK_UNUSED parse(bool as_bwrap, char **argv)
{
    int argc = 0, r;

    while (argv[argc])
        argc++;
    log_init(argv[0], as_bwrap);
    spec_init(&spec);
    capture_start(STDERR_FILENO);
    r = spec_from_argv(&spec, argc, argv);
    said = capture_stop();
    return r;
}

/* Writes TEXT to the file NAME below the home; its path. */
static HUSK_UNUSED const char *write_file(const char *name, const char *text)
{
    const char *path = path_join(home, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    assert_int_equal(fd_write_all(fd, text, strlen(text)), 0);
    close(fd);
    return path;
}

/* The same for profile NAME in the user's folder. */
static HUSK_UNUSED const char *write_profile(const char *name, const char *text)
{
    return write_file(arena_printf(".config/husk/profiles/%s.profile", name), text);
}

/* An fd with SIZE bytes of DATA to read. */
static int HUSK_UNUSED memory_fd(const char *data, size_t size)
{
    int fd = memfd_create("data", MFD_CLOEXEC);

    assert_int_equal(fd_write_all(fd, data, size), 0);
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    return fd;
}

/* A home with the folder for profiles, for a group of tests; all of it goes with them. */
static int HUSK_UNUSED home_set_up(void **state HUSK_UNUSED)
{
    static const char *const folders[] = {"", ".config", ".config/husk", ".config/husk/profiles"};

    umask(022);
    if (!mkdtemp(home))
        return -1;
    for (size_t i = 1; i < ARRAY_SIZE(folders); i++)
        if (mkdir(path_join(home, folders[i]), 0755) < 0)
            return -1;
    unsetenv("XDG_CONFIG_HOME");
    unsetenv("XDG_RUNTIME_DIR");
    return setenv("HOME", home, 1);
}

static int remove_one(const char *path, const struct stat *st HUSK_UNUSED, int kind HUSK_UNUSED,
                      struct FTW *ftw HUSK_UNUSED)
{
    return remove(path);
}

static int HUSK_UNUSED home_tear_down(void **state HUSK_UNUSED)
{
    return nftw(home, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}
