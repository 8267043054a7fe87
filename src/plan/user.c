#include "plan/user.h"
#include "base/alloc.h"
#include "base/child.h"
#include "base/fd.h"
#include "base/str.h"
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { PASSWD_LIMIT = 64 * 1024 * 1024, LINE_LIMIT = 4096 };

/* The name in LINE, NAME:PASSWORD:UID:..., if it is UID's; LINE is cut up. Lines that start with +
 * or - are not names but NIS's. */
static char *name_in_line(char *line, uint32_t uid)
{
    char *name = strsep(&line, ":"), *number;
    uint32_t id;

    strsep(&line, ":");
    number = strsep(&line, ":");
    if (!number || !line || !*name || *name == '+' || *name == '-')
        return NULL;
    return parse_id(number, &id) && id == uid ? name : NULL;
}

static char *name_in_text(char *text, uint32_t uid)
{
    char *line, *name;

    while ((line = strsep(&text, "\n")))
        if ((name = name_in_line(line, uid)))
            return name;
    return NULL;
}

const char *user_name_in(const char *file, uint32_t uid)
{
    HUSK_FD int fd = open(file, O_RDONLY | O_CLOEXEC);
    size_t size;
    char *text;

    if (fd < 0 || fd_read_all(fd, PASSWD_LIMIT, &text, &size) < 0)
        return NULL;
    return name_in_text(text, uid);
}

const char *user_name_from(const char *getent, uint32_t uid)
{
    char number[11], *argv[] = {(char *)getent, "passwd", number, NULL}, *end;
    char *text = arena_alloc(LINE_LIMIT + 1);
    int ends[2];
    ssize_t n;
    pid_t pid;

    snprintf(number, sizeof number, "%u", uid);
    if (pipe2(ends, O_CLOEXEC) < 0)
        return NULL;
    pid = child_start(argv, ends[1]);
    fd_closep(&ends[1]);
    n = pid < 0 ? pid : fd_read_full(ends[0], text, LINE_LIMIT);
    fd_closep(&ends[0]);
    if (pid > 0)
        child_wait(pid);
    /* A line without its end was cut off, and so might the name be. */
    end = n > 0 ? memchr(text, '\n', (size_t)n) : NULL;
    if (!end)
        return NULL;
    *end = 0;
    return name_in_line(text, uid);
}

const char *user_name(uint32_t uid)
{
    static struct known {
        uint32_t uid;
        const char *name;
    } * known;
    static size_t count, capacity;
    struct known *k;
    const char *name, *getent;

    for (size_t i = 0; i < count; i++)
        if (known[i].uid == uid)
            return known[i].name;
    name = user_name_in("/etc/passwd", uid);
    if (!name && (getent = child_find("getent")))
        name = user_name_from(getent, uid);
    k = arena_grow((void **)&known, &count, &capacity, sizeof *k);
    *k = (struct known){uid, name};
    return name;
}
