#include "spec/profile_owner.h"
#include "base/log.h"
#include "base/path.h"
#include "base/str.h"
#include "spec/setters.h"
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

enum { MAX_LINKS = 40 }; /* as the kernel's MAXSYMLINKS */

/* In a user namespace that does not map root, root's files show another owner, and so does /. */
static bool is_owner_of_root(uid_t uid)
{
    struct stat root;

    return stat("/", &root) == 0 && uid == root.st_uid;
}

/* Checks the owner and the mode, ST, of PATH. SYSTEM: it may also belong to the owner of /. 0; -EPERM, said but for
 * the hint: it is another user's; or -EINVAL, said. */
static int check_rights(const struct origin *from, const char *path, const struct stat *st, bool system)
{
    bool is_shared = S_ISDIR(st->st_mode) && (st->st_mode & S_ISVTX);

    if (st->st_uid != 0 && st->st_uid != geteuid() && !(system && is_owner_of_root(st->st_uid)))
        return option_error(from, "%s belongs to another user (uid %u)", path, (unsigned)st->st_uid), -EPERM;
    if (S_ISLNK(st->st_mode) || is_shared || !(st->st_mode & (S_IWGRP | S_IWOTH)))
        return 0;
    option_error(from, "%s can be written by other users", path);
    log_hint("chmod go-w %s", path);
    return -EINVAL;
}

static int check_way(const struct origin *from, const char *path, size_t known, int links);

/* Where the link PATH leads. */
static int check_target(const struct origin *from, const char *path, int links)
{
    size_t folder = (size_t)(path_base(path) - path);
    char text[PATH_MAX];
    ssize_t n = readlink(path, text, sizeof text - 1);

    if (n < 0)
        return log_errno(errno, "%s: looking at %s", origin_text(from), path);
    text[n] = 0;
    if (links >= MAX_LINKS)
        return log_errno(ELOOP, "%s: looking at %s", origin_text(from), path);
    if (text[0] == '/')
        return check_way(from, text, 0, links + 1);
    return check_way(from, path_join(arena_strndup(path, folder), text), folder, links + 1);
}

/* Checks each folder and link along PATH, the first of which ends at byte KNOWN; not the file at its end. */
static int check_way(const struct origin *from, const char *path, size_t known, int links)
{
    const char *end = path + known;

    for (;;) {
        const char *part = end == path ? "/" : arena_strndup(path, (size_t)(end - path));
        struct stat st;
        int r;

        if (lstat(part, &st) < 0)
            return log_errno(errno, "%s: looking at %s", origin_text(from), part);
        r = S_ISDIR(st.st_mode) || S_ISLNK(st.st_mode) ? check_rights(from, part, &st, true) : 0;
        if (r == 0 && S_ISLNK(st.st_mode))
            r = check_target(from, part, links);
        end += strspn(end, "/");
        if (r < 0 || !*end)
            return r;
        end += strcspn(end, "/");
    }
}

/* PATH, or what is on the way to it from TOP on, is another user's. */
static void hint_other_user(const char *top, const char *path)
{
    struct stat st;
    bool foreign = stat(top, &st) == 0 && st.st_uid != 0 && st.st_uid != geteuid();

    if (foreign)
        log_hint("%s is another user's folder, as HOME is under sudo: sudo -H has this user's own; who trusts the "
                 "profile can name it by its path, -p %s",
                 top, path);
    else
        log_hint("who trusts the profile can name it by its path, -p %s", path);
}

int profile_check_owner(const struct origin *from, const char *top, const char *path,
                        const struct stat *st)
{
    size_t known = strlen(top);
    int r;

    if (!S_ISREG(st->st_mode))
        return option_error(from, "%s is not a regular file", path);
    r = check_rights(from, path, st, path_is_below(path, "/etc"));
    while (known && path[known - 1] == '/')
        known--;
    if (r == 0)
        r = check_way(from, path, known, 0);
    if (r == -EPERM)
        hint_other_user(top, path);
    return r;
}
