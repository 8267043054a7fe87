#include "base/user.h"
#include "base/alloc.h"
#include "base/child.h"
#include "base/fd.h"
#include "base/str.h"
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { PASSWD_LIMIT = 64 * 1024 * 1024, LINE_LIMIT = 4096 };

/* LINE, NAME:PASSWORD:UID:GID:GECOS:HOME:SHELL, if it is UID's; it is cut up. Lines that start with +
 * or - are not names but NIS's. */
static bool read_line(char *line, uint32_t uid, struct user_entry *ret)
{
    char *fields[6];
    uint32_t id;

    for (size_t i = 0; i < ARRAY_SIZE(fields); i++)
        if (!(fields[i] = line ? strsep(&line, ":") : NULL) && i <= 3)
            return false;
    if (!*fields[0] || *fields[0] == '+' || *fields[0] == '-' || !parse_id(fields[2], &id) ||
        id != uid)
        return false;
    *ret = (struct user_entry){.name = fields[0], .home = fields[5]};
    return true;
}

bool user_in_file(const char *file, uint32_t uid, struct user_entry *ret)
{
    HUSK_FD int fd = open(file, O_RDONLY | O_CLOEXEC);
    size_t size;
    char *text, *line;

    if (fd < 0 || fd_read_all(fd, PASSWD_LIMIT, &text, &size) < 0)
        return false;
    while ((line = strsep(&text, "\n")))
        if (read_line(line, uid, ret))
            return true;
    return false;
}

bool user_from_getent(const char *getent, uint32_t uid, struct user_entry *ret)
{
    char number[11], *argv[] = {(char *)getent, "passwd", number, NULL}, *end;
    char *text = arena_alloc(LINE_LIMIT + 1);
    int ends[2];
    ssize_t n;
    pid_t pid;

    snprintf(number, sizeof number, "%u", uid);
    if (pipe2(ends, O_CLOEXEC) < 0)
        return false;
    pid = child_start(argv, ends[1]);
    fd_closep(&ends[1]);
    n = pid < 0 ? pid : fd_read_full(ends[0], text, LINE_LIMIT);
    fd_closep(&ends[0]);
    if (pid > 0)
        child_wait(pid);
    /* A line without its end was cut off, and so might the name be. */
    end = n > 0 ? memchr(text, '\n', (size_t)n) : NULL;
    if (!end)
        return false;
    *end = 0;
    return read_line(text, uid, ret);
}

static bool look_up(uint32_t uid, struct user_entry *ret)
{
    const char *getent;

    if (user_in_file("/etc/passwd", uid, ret))
        return true;
    getent = child_find("getent");
    return getent && user_from_getent(getent, uid, ret);
}

const struct user_entry *user_by_id(uint32_t uid)
{
    struct known {
        uint32_t uid;
        bool found;
        struct user_entry entry;
    };
    static VEC(struct known *) known;
    struct known *k;

    for (size_t i = 0; i < known.count; i++)
        if (known.items[i]->uid == uid)
            return known.items[i]->found ? &known.items[i]->entry : NULL;
    *VEC_PUSH(&known) = k = arena_alloc(sizeof *k);
    k->uid = uid;
    k->found = look_up(uid, &k->entry);
    return k->found ? &k->entry : NULL;
}

const char *user_name(uint32_t uid)
{
    const struct user_entry *entry = user_by_id(uid);

    return entry ? entry->name : NULL;
}
