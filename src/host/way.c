#include "host/way.h"
#include "base/alloc.h"
#include "base/util.h"
#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_member(gid_t group)
{
    gid_t groups[NGROUPS_MAX];
    int n = getgroups(NGROUPS_MAX, groups);

    if (group == getegid())
        return true;
    while (n > 0)
        if (groups[--n] == group)
            return true;
    return false;
}

/* By owner and mode alone: what root's capabilities give on the host does not count inside for files whose owner
 * is not mapped there (capable_wrt_inode_uidgid() in the kernel), and root's own are. */
static bool may_search(const struct stat *st)
{
    if (st->st_uid == geteuid())
        return st->st_uid == 0 || (st->st_mode & S_IXUSR);
    return st->st_mode & (is_member(st->st_gid) ? S_IXGRP : S_IXOTH);
}

static const char *closed_hint(const char *folder, const struct stat *st)
{
    unsigned owner = st->st_uid, mode = st->st_mode & 07777;

    if (geteuid() != 0)
        return arena_printf("%s (of uid %u, mode %04o) may not be entered by this user", folder, owner, mode);
    return arena_printf("%s (of uid %u, mode %04o) is closed to others, and in a user namespace root is one of them: "
                        "run husk as that user, or open it (chmod o+x)",
                        folder, owner, mode);
}

const char *way_hint(const char *path)
{
    for (const char *end = path; (end = strchr(end, '/')); end++) {
        const char *folder = end == path ? "/" : arena_strndup(path, (size_t)(end - path));
        struct stat st;

        if (stat(folder, &st) < 0)
            return NULL;
        if (!may_search(&st))
            return closed_hint(folder, &st);
    }
    return NULL;
}
