#include "plan/seccomp_cache.h"
#include "base/alloc.h"
#include "base/fd.h"
#include "base/str.h"
#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
    KEY_LIMIT = 2 * 1024 * 1024,
    MOST_ENTRIES = 64, /* then the oldest one goes */
    LEFT_BEHIND = 60,  /* seconds: no husk takes that long to write one */
    NAME_SIZE = 24,
};

#define MAGIC "huskcch" /* and the 0 byte */
#define FOLDER "husk/seccomp"

/* Then come the key, up to a multiple of 8 bytes, and the result. */
struct entry {
    char magic[8];
    uint64_t checksum; /* of the result */
    uint32_t key_size, result_size;
};

/* No cryptography: it finds names and accidents. Who could write an entry on purpose is this user. */
static uint64_t hash(const void *data, size_t size)
{
    const char *p = data;
    uint64_t h = size, word;

    for (; size; p += MIN(size, sizeof word), size -= MIN(size, sizeof word)) {
        word = 0;
        memcpy(&word, p, MIN(size, sizeof word));
        h = (h ^ word) * 0x9e3779b97f4a7c15;
        h ^= h >> 32;
    }
    return h;
}

static size_t padded(size_t size)
{
    return (size + 7) & ~(size_t)7;
}

/* Where the folders of this user's caches are; NULL: nowhere. */
static const char *cache_home(void)
{
    const char *xdg = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");

    if (xdg && xdg[0] == '/')
        return xdg;
    return home && home[0] == '/' ? arena_printf("%s/.cache", home) : NULL;
}

static void entry_name(char name[NAME_SIZE], const char *key, size_t size)
{
    snprintf(name, NAME_SIZE, "%016" PRIx64 ".bpf", hash(key, size));
}

/* ---- finding -------------------------------------------------------------------------------- */

static bool is_ours(const struct stat *st)
{
    return st->st_uid == geteuid() && !(st->st_mode & (S_IWGRP | S_IWOTH));
}

/* The whole of the entry that FD is open on; NULL: it is none. */
static const char *read_entry(int fd, size_t *ret_size)
{
    struct stat st;
    char *data;

    if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || !is_ours(&st) ||
        st.st_size < (off_t)sizeof(struct entry) ||
        st.st_size > (off_t)(sizeof(struct entry) + KEY_LIMIT + SECCOMP_RESULT_LIMIT))
        return NULL;
    *ret_size = (size_t)st.st_size;
    data = arena_alloc(*ret_size);
    return fd_read_full(fd, data, *ret_size) == st.st_size ? data : NULL;
}

static bool take(const char *data, size_t size, const char *key, size_t key_size,
                 struct seccomp_answer *ret)
{
    const char *result = data + sizeof(struct entry) + padded(key_size);
    struct entry head;

    memcpy(&head, data, sizeof head);
    if (memcmp(head.magic, MAGIC, sizeof head.magic) != 0 || head.key_size != key_size ||
        head.result_size > SECCOMP_RESULT_LIMIT ||
        size != sizeof head + padded(key_size) + head.result_size ||
        memcmp(data + sizeof head, key, key_size) != 0 || hash(result, head.result_size) != head.checksum)
        return false;
    if (!seccomp_result_read(result, head.result_size, ret) || ret->head.status != SECCOMP_FINE)
        return false;
    for (size_t i = 0; i < SECCOMP_DEPENDENCIES; i++)
        if (!seccomp_dependency_holds(&ret->head.dependencies[i]))
            return false;
    return true;
}

bool seccomp_cache_find(const char *key, size_t size, struct seccomp_answer *ret)
{
    const char *home = cache_home(), *data;
    char name[NAME_SIZE];
    HUSK_FD int fd = FD_NONE;
    size_t data_size;

    if (!home || size > KEY_LIMIT)
        return false;
    entry_name(name, key, size);
    fd = open(arena_printf("%s/" FOLDER "/%s", home, name),
              O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    data = fd < 0 ? NULL : read_entry(fd, &data_size);
    return data && take(data, data_size, key, size, ret);
}

/* ---- keeping -------------------------------------------------------------------------------- */

/* The folder NAME in DIRFD, made if it is not there; FD_NONE unless it is this user's alone. */
static int open_own(int dirfd, const char *name)
{
    HUSK_FD int fd = FD_NONE;
    struct stat st;

    mkdirat(dirfd, name, 0700); /* if not, it is there, or opening it says so */
    fd = openat(dirfd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0 || fstat(fd, &st) < 0 || !is_ours(&st))
        return FD_NONE;
    return TAKE_FD(&fd);
}

static bool belongs_to_us(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && st.st_uid == geteuid();
}

/* Nothing is left in the home of somebody else: root may have that in HOME, from sudo(8). */
static int open_folder(void)
{
    const char *home = cache_home();
    HUSK_FD int top = FD_NONE, husk = FD_NONE;
    char *above;

    if (!home)
        return FD_NONE;
    above = arena_strdup(home);
    *strrchr(above, '/') = 0;
    if (*above && belongs_to_us(above))
        mkdir(home, 0700);
    if (!belongs_to_us(home))
        return FD_NONE;
    top = open(home, O_PATH | O_DIRECTORY | O_CLOEXEC);
    husk = top < 0 ? FD_NONE : open_own(top, "husk");
    return husk < 0 ? FD_NONE : open_own(husk, "seccomp");
}

static bool is_older(const struct stat *a, const struct stat *b)
{
    return a->st_mtim.tv_sec != b->st_mtim.tv_sec ? a->st_mtim.tv_sec < b->st_mtim.tv_sec
                                                  : a->st_mtim.tv_nsec < b->st_mtim.tv_nsec;
}

/* The hidden file NAME is one that is being written, or was when its husk was killed. */
static void remove_leftover(int folder, const char *name, const struct stat *st)
{
    if (S_ISREG(st->st_mode) && time(NULL) - st->st_mtim.tv_sec > LEFT_BEHIND)
        unlinkat(folder, name, 0);
}

/* Each profile that is changed leaves an entry behind. */
static void make_room(int folder)
{
    int copy = fcntl(folder, F_DUPFD_CLOEXEC, 0);
    DIR *dir = copy < 0 ? NULL : fdopendir(copy);
    struct stat oldest = {0}, st;
    char name[NAME_MAX + 1] = "";
    size_t count = 0;
    struct dirent *e;

    if (!dir && copy >= 0)
        close(copy);
    if (!dir)
        return;
    while ((e = readdir(dir))) {
        if (fstatat(folder, e->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0)
            continue;
        if (e->d_name[0] == '.') {
            remove_leftover(folder, e->d_name, &st);
            continue;
        }
        count++;
        if (!name[0] || is_older(&st, &oldest)) {
            oldest = st;
            str_copy(name, sizeof name, e->d_name);
        }
    }
    closedir(dir);
    if (count >= MOST_ENTRIES)
        unlinkat(folder, name, 0);
}

static bool write_entry(int fd, const struct entry *head, const char *key, const void *result)
{
    const char zeros[8] = "";

    return fd_write_all(fd, head, sizeof *head) == 0 && fd_write_all(fd, key, head->key_size) == 0 &&
           fd_write_all(fd, zeros, padded(head->key_size) - head->key_size) == 0 &&
           fd_write_all(fd, result, head->result_size) == 0;
}

bool seccomp_cache_keep(const char *key, size_t size, const void *result, size_t result_size)
{
    struct entry head = {.magic = MAGIC,
                         .checksum = hash(result, result_size),
                         .key_size = (uint32_t)size,
                         .result_size = (uint32_t)result_size};
    HUSK_FD int folder = size > KEY_LIMIT ? FD_NONE : open_folder(), fd = FD_NONE;
    char name[NAME_SIZE], temporary[NAME_SIZE + 16];

    if (folder < 0)
        return false;
    make_room(folder);
    entry_name(name, key, size);
    snprintf(temporary, sizeof temporary, ".%s.%d", name, (int)getpid());
    unlinkat(folder, temporary, 0); /* of a husk that was killed */
    fd = openat(folder, temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return false;
    if (write_entry(fd, &head, key, result) && renameat(folder, temporary, folder, name) == 0)
        return true;
    unlinkat(folder, temporary, 0);
    return false;
}
