#include "stage.h"
#include <ftw.h>
#include <stdlib.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>

struct inside *in;
int gate, guardian;

/* ---- the host ------------------------------------------------------------------------------ */

void host_begin(void)
{
    assert_int_equal(sys_mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL), 0);
    assert_int_equal(sys_mount("tmpfs", "/tmp", "tmpfs", 0, "mode=755"), 0);
    umask(0);
    bare_plan();
}

static void make_parents(const char *path)
{
    char *above = arena_strdup(path);

    for (char *slash = above + 1; (slash = strchr(slash, '/')); *slash++ = '/') {
        *slash = 0;
        assert_true(mkdir(above, 0755) == 0 || errno == EEXIST);
    }
}

void host_dir(const char *path)
{
    make_parents(path);
    assert_int_equal(mkdir(path, 0755), 0);
}

void host_file(const char *path, const char *text)
{
    int fd;

    make_parents(path);
    fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    assert_true(fd >= 0);
    assert_int_equal(fd_write_all(fd, text, strlen(text)), 0);
    close(fd);
}

void host_link(const char *path, const char *to)
{
    make_parents(path);
    assert_int_equal(symlink(to, path), 0);
}

int fd_with(const char *text)
{
    int fd = memfd_create("text", MFD_CLOEXEC);

    assert_int_equal(fd_write_all(fd, text, strlen(text)), 0);
    lseek(fd, 0, SEEK_SET);
    return fd;
}

static const char *tree;

static int add_to_tree(const char *path, const struct stat *st, int type HUSK_UNUSED,
                       struct FTW *where HUSK_UNUSED)
{
    tree = arena_printf("%s%s %ju %o %jd %jd.%09ld\n", tree, path, (uintmax_t)st->st_ino, st->st_mode,
                        (intmax_t)st->st_size, (intmax_t)st->st_ctim.tv_sec, st->st_ctim.tv_nsec);
    return 0;
}

const char *host_tree(void)
{
    tree = "";
    assert_int_equal(nftw("/tmp", add_to_tree, 16, FTW_PHYS), 0);
    return tree;
}

/* ---- the stages ---------------------------------------------------------------------------- */

void prepare(void)
{
    in = inside_prepare(&plan);
    assert_int_equal(gate_open(&gate, &in->gate), 0);
    assert_int_equal(gate_open(&guardian, &in->guardian), 0);
}

int run_stages(void)
{
    int r;

    prepare();
    if ((r = sources_open(in)) < 0 || (r = root_make(in)) < 0)
        return r;
    return mounts_make(in);
}

int works_at(int r, const char *file, int line)
{
    if (r < 0) {
        print_error("%s: %s\n", in->error.text, strerror(in->error.value));
        _fail(file, line);
    }
    return r;
}

void fails_at(int r, const char *text, int err, const char *file, int line)
{
    const struct gate_message *m = &in->error;

    if (r >= 0)
        print_error("it did not fail with \"%s\" but returned %d\n", text, r);
    else if (!strstr(m->text, text) || m->value != err)
        print_error("not \"%s\" and errno %d but: \"%s\", %d\n", text, err, m->text, m->value);
    if (r >= 0 || !strstr(m->text, text) || m->value != err)
        _fail(file, line);
    in->error.text[0] = 0;
}

/* ---- the new root -------------------------------------------------------------------------- */

int open_inside(const char *path, int flags)
{
    int fd;

    while (*path == '/')
        path++;
    fd = openat(in->root, *path ? path : ".", flags | O_CLOEXEC, 0644);
    return fd < 0 ? -errno : fd;
}

mode_t mode_inside(const char *path)
{
    HUSK_FD int fd = open_inside(path, O_PATH | O_NOFOLLOW);
    struct stat st;

    return fd < 0 || fstat(fd, &st) < 0 ? 0 : st.st_mode;
}

const char *text_inside(const char *path)
{
    HUSK_FD int fd = open_inside(path, O_RDONLY);
    size_t size;
    char *text;

    return fd < 0 || fd_read_all(fd, 1 << 20, &text, &size) < 0 ? "" : text;
}

const char *link_inside(const char *path)
{
    HUSK_FD int fd = open_inside(path, O_PATH | O_NOFOLLOW);
    char text[PATH_MAX];
    ssize_t n = fd < 0 ? -1 : readlinkat(fd, "", text, sizeof text);

    return n < 0 ? "" : arena_strndup(text, (size_t)n);
}

unsigned long mount_flags_inside(const char *path)
{
    HUSK_FD int fd = open_inside(path, O_PATH);
    struct statvfs fs;

    assert_int_equal(fstatvfs(fd, &fs), 0);
    return fs.f_flag & (ST_RDONLY | ST_NOSUID | ST_NODEV | ST_NOEXEC);
}

unsigned long fs_inside(const char *path)
{
    HUSK_FD int fd = open_inside(path, O_PATH);
    struct statfs fs;

    assert_int_equal(fstatfs(fd, &fs), 0);
    return (unsigned long)fs.f_type;
}
