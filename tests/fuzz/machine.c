/*
 * A machine that is not there: the calls by which husk's parsers would reach the real one are bent to what
 * is here (ld's --wrap, see the file wraps). Outside of machine_close(), and for all other code, they go
 * where they always do; only what is written to stderr is kept while an input runs.
 */
#include "fuzz.h"
#include "base/log.h"
#include "machine.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { FILES = 32, OPENED = 256, FIRST = 1000, SAID = 256 * 1024 };

struct blob {
    const uint8_t *data;
    size_t size, at;
};

static struct {
    bool on, closed;
    struct {
        const char *path;
        struct blob blob;
    } files[FILES];
    size_t file_count;
    struct blob inherited[FUZZ_FDS_END - FUZZ_FDS + 1], socket;
    struct {
        bool used;
        struct blob blob;
    } opened[OPENED];
    char said[SAID + 1];
    uint8_t written[SAID];
    size_t said_size, written_size;
} m;

void machine_start(void)
{
    m.on = true;
    m.closed = false;
    m.file_count = 0;
    memset(m.inherited, 0, sizeof m.inherited);
    memset(m.opened, 0, sizeof m.opened);
    m.socket = (struct blob){0};
    machine_hush();
}

void machine_stop(void)
{
    m.on = false;
    m.file_count = 0;
}

bool machine_is_closed(void)
{
    return m.on && m.closed;
}

bool machine_is_on(void)
{
    return m.on;
}

void machine_close(void)
{
    m.closed = true;
}

void machine_file(const char *path, const void *data, size_t size)
{
    if (m.file_count == FILES)
        return;
    m.files[m.file_count].path = path;
    m.files[m.file_count++].blob = (struct blob){data, size, 0};
}

void machine_fd(int fd, const void *data, size_t size)
{
    *(fd >= FUZZ_FDS ? &m.inherited[fd - FUZZ_FDS] : &m.socket) = (struct blob){data, size, 0};
}

size_t machine_left(int fd)
{
    const struct blob *blob = &m.inherited[fd - FUZZ_FDS];

    return blob->size - blob->at;
}

void machine_hush(void)
{
    m.said_size = m.written_size = 0;
}

const uint8_t *machine_written(size_t *ret_size)
{
    *ret_size = m.written_size;
    return m.written;
}

size_t machine_open_fds(void)
{
    size_t count = 0;

    for (size_t i = 0; i < OPENED; i++)
        count += m.opened[i].used;
    return count;
}

/* ---- what is said ---------------------------------------------------------------------------- */

static const char *without_level(const char *line)
{
    return line[0] == '<' && line[1] && line[2] == '>' ? line + 3 : line;
}

/* Whole lines of husk's that are not too long, and nothing in them that a terminal could obey. */
const char *machine_said(void)
{
    const char *line = m.said;

    m.said[m.said_size] = 0;
    FUZZ_CHECK(strlen(m.said) == m.said_size);
    for (const char *end; *line; line = end + 1) {
        end = strchr(line, '\n');
        FUZZ_CHECK(end && end - line < 4096);
        FUZZ_CHECK(starts_with(without_level(line), log_program()));
        for (const char *c = line; c < end; c++)
            FUZZ_CHECK((unsigned char)*c >= 0x20 && *c != 0x7f);
    }
    return m.said;
}

size_t machine_errors(void)
{
    size_t errors = 0;

    for (const char *line = machine_said(); *line; line = strchr(line, '\n') + 1) {
        const char *text = without_level(line) + strlen(log_program());

        errors += !starts_with(text, ": hint: ") && !starts_with(text, ": Only the last --");
    }
    return errors;
}

static ssize_t keep_said(const void *data, size_t size)
{
    FUZZ_CHECK(size <= SAID - m.said_size);
    memcpy(m.said + m.said_size, data, size);
    m.said_size += size;
    return (ssize_t)size;
}

void machine_say(const char *line)
{
    keep_said(line, strlen(line));
}

/* ---- fds ------------------------------------------------------------------------------------- */

static struct blob *find_fd(int fd)
{
    if (fd >= FUZZ_FDS && fd <= FUZZ_FDS_END)
        return &m.inherited[fd - FUZZ_FDS];
    return fd >= FIRST && fd < FIRST + OPENED && m.opened[fd - FIRST].used ? &m.opened[fd - FIRST].blob : NULL;
}

static int fail(int error)
{
    errno = error;
    return -1;
}

static int open_blob(const struct blob *blob)
{
    for (int i = 0; i < OPENED; i++) {
        if (m.opened[i].used)
            continue;
        m.opened[i].used = true;
        m.opened[i].blob = *blob;
        return FIRST + i;
    }
    return fail(EMFILE);
}

static const struct blob *find_file(const char *path)
{
    for (size_t i = 0; i < m.file_count; i++)
        if (streq(m.files[i].path, path))
            return &m.files[i].blob;
    return NULL;
}

static int open_path(const char *path)
{
    const struct blob *blob = find_file(path);

    return blob ? open_blob(blob) : fail(ENOENT);
}

/* Is something kept below that folder. */
static bool is_folder(const char *path)
{
    for (size_t i = 0; i < m.file_count; i++)
        if (path_is_in(m.files[i].path, path))
            return true;
    return false;
}

bool path_is_in(const char *path, const char *folder)
{
    size_t n = strlen(folder);

    return streq(folder, "/") || (strncmp(path, folder, n) == 0 && path[n] == '/');
}

static int describe(struct stat *st, mode_t mode, size_t size)
{
    memset(st, 0, sizeof *st);
    st->st_mode = mode;
    st->st_size = (off_t)size;
    st->st_uid = geteuid();
    st->st_ino = size + 1;
    return 0;
}

static int look(const char *path, struct stat *st)
{
    const struct blob *blob = find_file(path);

    if (blob)
        return describe(st, S_IFREG | 0644, blob->size);
    return is_folder(path) ? describe(st, S_IFDIR | 0755, 0) : fail(ENOENT);
}

static ssize_t take(struct blob *blob, void *buf, size_t size)
{
    if (!blob)
        return fail(EBADF);
    size = MIN(size, blob->size - blob->at);
    if (size)
        memcpy(buf, blob->data + blob->at, size);
    blob->at += size;
    return (ssize_t)size;
}

/* ---- the calls ------------------------------------------------------------------------------- */

#define CLOSED (m.on && m.closed)

int WRAP(open)(const char *path, int flags, ...)
{
    va_list ap;
    mode_t mode;

    va_start(ap, flags);
    mode = flags & O_CREAT ? va_arg(ap, mode_t) : 0;
    va_end(ap);
    return CLOSED ? open_path(path) : REAL(open)(path, flags, mode);
}

int WRAP(__open_2)(const char *path, int flags)
{
    return CLOSED ? open_path(path) : REAL(open)(path, flags);
}

int WRAP(openat)(int dir, const char *path, int flags, ...)
{
    char whole[PATH_MAX];
    va_list ap;
    mode_t mode;

    va_start(ap, flags);
    mode = flags & O_CREAT ? va_arg(ap, mode_t) : 0;
    va_end(ap);
    if (!CLOSED)
        return REAL(openat)(dir, path, flags, mode);
    if (dir != FUZZ_DIR)
        return fail(EBADF);
    snprintf(whole, sizeof whole, "/dir/%s", path);
    return open_path(whole);
}

int WRAP(__openat_2)(int dir, const char *path, int flags)
{
    return WRAP(openat)(dir, path, flags);
}

int WRAP(close)(int fd)
{
    if (!CLOSED)
        return REAL(close)(fd);
    if (fd >= FIRST && find_fd(fd))
        m.opened[fd - FIRST].used = false;
    return 0;
}

ssize_t WRAP(read)(int fd, void *buf, size_t size)
{
    return CLOSED ? take(find_fd(fd), buf, size) : REAL(read)(fd, buf, size);
}

ssize_t WRAP(__read_chk)(int fd, void *buf, size_t size, size_t room)
{
    FUZZ_CHECK(size <= room);
    return WRAP(read)(fd, buf, size);
}

ssize_t WRAP(write)(int fd, const void *data, size_t size)
{
    if (m.on && fd == STDERR_FILENO)
        return keep_said(data, size);
    if (!CLOSED)
        return REAL(write)(fd, data, size);
    if (!find_fd(fd))
        return fail(EBADF);
    size = MIN(size, sizeof m.written - m.written_size);
    memcpy(m.written + m.written_size, data, size);
    m.written_size += size;
    return (ssize_t)size;
}

int WRAP(fcntl)(int fd, int command, ...)
{
    va_list ap;
    long argument;

    va_start(ap, command);
    argument = va_arg(ap, long);
    va_end(ap);
    if (!CLOSED)
        return REAL(fcntl)(fd, command, argument);
    return find_fd(fd) ? 0 : fail(EBADF);
}

int WRAP(fstat)(int fd, struct stat *st)
{
    const struct blob *blob = find_fd(fd);

    if (!CLOSED)
        return REAL(fstat)(fd, st);
    return blob ? describe(st, S_IFREG | 0644, blob->size) : fail(EBADF);
}

int WRAP(stat)(const char *path, struct stat *st)
{
    return CLOSED ? look(path, st) : REAL(stat)(path, st);
}

int WRAP(lstat)(const char *path, struct stat *st)
{
    return CLOSED ? look(path, st) : REAL(lstat)(path, st);
}

int WRAP(access)(const char *path, int mode)
{
    struct stat st;

    return CLOSED ? look(path, &st) : REAL(access)(path, mode);
}

int WRAP(statvfs)(const char *path, struct statvfs *fs)
{
    return CLOSED ? fail(ENOENT) : REAL(statvfs)(path, fs);
}

ssize_t WRAP(getxattr)(const char *path, const char *name, void *value, size_t size)
{
    return CLOSED ? fail(ENODATA) : REAL(getxattr)(path, name, value, size);
}

ssize_t WRAP(readlink)(const char *path, char *buf, size_t size)
{
    return CLOSED ? fail(EINVAL) : REAL(readlink)(path, buf, size);
}

ssize_t WRAP(__readlink_chk)(const char *path, char *buf, size_t size, size_t room)
{
    FUZZ_CHECK(size <= room);
    return WRAP(readlink)(path, buf, size);
}

char *WRAP(getcwd)(char *buf, size_t size)
{
    if (!CLOSED)
        return REAL(getcwd)(buf, size);
    snprintf(buf, size, "/home/user/work");
    return buf;
}

char *WRAP(__getcwd_chk)(char *buf, size_t size, size_t room)
{
    FUZZ_CHECK(size <= room);
    return WRAP(getcwd)(buf, size);
}

FILE *WRAP(fopen)(const char *path, const char *mode)
{
    const struct blob *blob;

    if (!CLOSED || *mode == 'w') /* libFuzzer keeps what broke the target */
        return REAL(fopen)(path, mode);
    blob = find_file(path);
    if (!blob || !blob->size) /* fmemopen(3) of some versions takes no empty one */
        return fail(ENOENT), NULL;
    return fmemopen((void *)blob->data, blob->size, "r");
}

/* ---- sockets --------------------------------------------------------------------------------- */

int WRAP(socket)(int domain, int type, int protocol)
{
    return CLOSED ? open_blob(&m.socket) : REAL(socket)(domain, type, protocol);
}

int WRAP(connect)(int fd, const struct sockaddr *to, socklen_t size)
{
    return CLOSED ? 0 : REAL(connect)(fd, to, size);
}

int WRAP(shutdown)(int fd, int how)
{
    return CLOSED ? 0 : REAL(shutdown)(fd, how);
}

ssize_t WRAP(recv)(int fd, void *buf, size_t size, int flags)
{
    return CLOSED ? take(find_fd(fd), buf, size) : REAL(recv)(fd, buf, size, flags);
}

ssize_t WRAP(__recv_chk)(int fd, void *buf, size_t size, size_t room, int flags)
{
    FUZZ_CHECK(size <= room);
    return WRAP(recv)(fd, buf, size, flags);
}

ssize_t WRAP(recvfrom)(int fd, void *buf, size_t size, int flags, struct sockaddr *from, socklen_t *from_size)
{
    if (!CLOSED)
        return REAL(recvfrom)(fd, buf, size, flags, from, from_size);
    *from_size = 0;
    return take(find_fd(fd), buf, size);
}

ssize_t WRAP(__recvfrom_chk)(int fd, void *buf, size_t size, size_t room, int flags, struct sockaddr *from,
                             socklen_t *from_size)
{
    FUZZ_CHECK(size <= room);
    return WRAP(recvfrom)(fd, buf, size, flags, from, from_size);
}

ssize_t WRAP(send)(int fd, const void *data, size_t size, int flags)
{
    return CLOSED ? WRAP(write)(fd, data, size) : REAL(send)(fd, data, size, flags);
}

ssize_t WRAP(sendto)(int fd, const void *data, size_t size, int flags, const struct sockaddr *to,
                     socklen_t to_size)
{
    return CLOSED ? (ssize_t)size : REAL(sendto)(fd, data, size, flags, to, to_size);
}
