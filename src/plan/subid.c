#include "plan/subid.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/str.h"
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum {
    FILE_LIMIT = 64 * 1024 * 1024,
    /* SUB_UID_MIN, SUB_UID_COUNT and SUB_UID_MAX of login.defs(5), as useradd(8) has them. */
    FIRST_ID = 100000,
    RANGE = 65536,
    LAST_ID = 600100000,
};

/* 0 with *RET_TEXT NULL if there is no such file. */
static int read_file(const char *file, char **ret_text)
{
    HUSK_FD int fd = open(file, O_RDONLY | O_CLOEXEC);
    size_t size;
    int r;

    *ret_text = NULL;
    if (fd < 0)
        return errno == ENOENT ? 0 : log_errno(errno, "opening %s", file);
    r = fd_read_all(fd, FILE_LIMIT, ret_text, &size);
    if (r < 0)
        return log_errno(-r, "reading %s", file);
    if (memchr(*ret_text, 0, size))
        return log_error("reading %s: it has a NUL byte", file), -EINVAL;
    return 0;
}

/* What is behind the name: START:COUNT, ids below 4294967295. */
static bool parse_range(char *text, struct id_range *ret)
{
    const char *start = strsep(&text, ":");
    uint64_t count;
    uint32_t first;

    if (!text || !parse_id(start, &first) || !parse_number(text, 10, UINT32_MAX - first, &count))
        return false;
    *ret = (struct id_range){.outside = first, .count = (uint32_t)count};
    return true;
}

/* The name of LINE, which is cut behind it; NULL for an empty line or a comment. *RET_REST is NULL
 * if there is nothing behind the name. */
static const char *cut_name(char *line, char **ret_rest)
{
    if (!*line || *line == '#')
        return NULL;
    *ret_rest = line;
    return strsep(ret_rest, ":");
}

static bool is_owner(const char *name, const char *user, uint32_t uid)
{
    uint32_t id;

    return (user && streq(name, user)) || (parse_id(name, &id) && id == uid);
}

/* Adds the ids from FIRST up to END, without those that LIST has from number I on. */
static void add_new(struct subid_list *list, size_t i, uint64_t first, uint64_t end)
{
    for (; i < list->count && first < end; i++) {
        uint64_t had = list->items[i].outside, had_end = had + list->items[i].count;

        if (end <= had || first >= had_end)
            continue;
        add_new(list, i + 1, first, MIN(end, had));
        first = had_end;
    }
    if (first < end)
        *VEC_PUSH(list) =
            (struct id_range){.outside = (uint32_t)first, .count = (uint32_t)(end - first)};
}

int subid_ranges(const char *file, const char *user, uint32_t uid, struct subid_list *ret)
{
    struct id_range range;
    char *text, *line, *rest;
    int r = read_file(file, &text);

    for (unsigned number = 1; r == 0 && (line = strsep(&text, "\n")); number++) {
        const char *name = cut_name(line, &rest);

        if (!name || !is_owner(name, user, uid))
            continue;
        if (!rest || !parse_range(rest, &range))
            return log_error("%s:%u: not NAME:START:COUNT, with ids below 4294967295", file,
                             number),
                   -EINVAL;
        add_new(ret, 0, range.outside, (uint64_t)range.outside + range.count);
    }
    return r;
}

/* ---- advice -------------------------------------------------------------------------------- */

struct owned {
    bool any;                  /* the user has a range */
    struct subid_list *ranges; /* everybody's */
};

/* Adds what FILE gives to anybody; lines that cannot be read give nothing. */
static void read_everybody(const char *file, const char *user, uint32_t uid, struct owned *owned)
{
    struct id_range range;
    char *text, *line, *rest;

    if (read_file(file, &text) < 0)
        return;
    while ((line = strsep(&text, "\n"))) {
        const char *name = cut_name(line, &rest);

        if (!name || !rest || !parse_range(rest, &range))
            continue;
        owned->any |= range.count && is_owner(name, user, uid);
        *VEC_PUSH(owned->ranges) = range;
    }
}

static bool is_free(const struct subid_list *taken, uint32_t first)
{
    for (size_t i = 0; i < taken->count; i++) {
        const struct id_range *t = &taken->items[i];

        if (first < (uint64_t)t->outside + t->count && t->outside < (uint64_t)first + RANGE)
            return false;
    }
    return true;
}

const char *subid_advice(const char *subuid, const char *subgid, const char *user, uint32_t uid)
{
    struct subid_list taken = {0};
    struct owned users = {.ranges = &taken}, groups = {.ranges = &taken};
    const char *range;
    uint32_t first = FIRST_ID;

    read_everybody(subuid, user, uid, &users);
    read_everybody(subgid, user, uid, &groups);
    while (!is_free(&taken, first))
        if ((first += RANGE) > LAST_ID - RANGE)
            return NULL;
    if (users.any && groups.any)
        return NULL;
    range = arena_printf("%u-%u", first, first + RANGE - 1);
    return arena_printf("sudo usermod%s%s%s%s %s", users.any ? "" : " --add-subuids ",
                        users.any ? "" : range, groups.any ? "" : " --add-subgids ",
                        groups.any ? "" : range, user ? user : "USER");
}

void subid_hint(const char *user)
{
    const char *advice = subid_advice("/etc/subuid", "/etc/subgid", user, getuid());

    if (advice)
        log_hint("give this user ids of its own: %s", advice);
}
