#include "host/idmap.h"
#include "base/child.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/str.h"
#include "base/syscalls.h"
#include "gate/idmap_text.h"
#include "host/why.h"
#include <fcntl.h>

/* What asked for the ids of the users, or of the groups. */
static const char *blamed(const struct plan *plan, bool users)
{
    const struct origin *from = users ? &plan->spec->uid_map_from : &plan->spec->gid_map_from;

    return origin_text(from->text ? from : &plan->spec->map_from);
}

static int say_map_failed(const struct plan *plan, const char *map, int err)
{
    log_errno(err, "writing the %s of the sandbox (%s)", map, blamed(plan, streq(map, "uid_map")));
    why_no_userns(err, map);
    return -err;
}

static int write_map(const struct plan *plan, int proc, const char *name, const struct id_range *map,
                     size_t count)
{
    char text[ID_TEXT];
    int r;

    if (!idmap_text(text, sizeof text, map, count))
        return say_map_failed(plan, name, E2BIG);
    r = fd_write_file_at(proc, name, text);
    return r < 0 ? say_map_failed(plan, name, -r) : 0;
}

static int write_directly(const struct plan *plan, const struct sandbox *sb)
{
    const struct plan_ids *ids = &plan->ids;
    const char *path = arena_printf("/proc/%d", (int)sb->pid);
    HUSK_FD int proc = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    int r;

    if (proc < 0)
        return log_errno(errno, "Can't open %s", path);
    if (!fd_is_procfs(proc))
        return log_error("what is on /proc is not procfs"), -ENODEV;
    r = write_map(plan, proc, "uid_map", ids->uid_map, ids->uid_map_count);
    return r < 0 ? r : write_map(plan, proc, "gid_map", ids->gid_map, ids->gid_map_count);
}

/* NAME PID INSIDE OUTSIDE COUNT ... */
static pid_t start_helper(const char *name, const struct sandbox *sb, const struct id_range *map,
                          size_t count)
{
    char **argv = arena_alloc((3 * count + 3) * sizeof *argv);
    size_t n = 0;

    argv[n++] = (char *)child_find(name);
    if (!argv[0]) {
        log_error("mapping ids: %s is not installed", name);
        why_no_helper(name);
        return -ENOENT;
    }
    argv[n++] = arena_printf("%d", (int)sb->pid);
    for (size_t i = 0; i < count; i++) {
        argv[n++] = arena_printf("%u", map[i].inside);
        argv[n++] = arena_printf("%u", map[i].outside);
        argv[n++] = arena_printf("%u", map[i].count);
    }
    return child_start(argv, -1);
}

/* FAILED is 0, or the error of the helper before this one: that has been said, so nothing more is said here. */
static int finish_helper(const struct plan *plan, const char *name, pid_t pid, int failed)
{
    int status;

    if (pid == -ENOENT)
        return pid; /* said */
    status = pid < 0 ? pid : child_wait(pid);
    if (failed < 0 || status == 0)
        return failed;
    if (status < 0)
        return log_errno(-status, "running %s", name);
    log_error("mapping ids (%s): %s failed with status %d", blamed(plan, streq(name, "newuidmap")), name,
              status);
    why_no_helper(name);
    return -EPERM;
}

/* Both at once: each takes a millisecond or two. One failure is one line, though both may say why. */
static int write_by_helpers(const struct plan *plan, const struct sandbox *sb)
{
    const struct plan_ids *ids = &plan->ids;
    pid_t u = start_helper("newuidmap", sb, ids->uid_map, ids->uid_map_count);
    pid_t g = u < 0 ? u : start_helper("newgidmap", sb, ids->gid_map, ids->gid_map_count);
    int r = finish_helper(plan, "newuidmap", u, g == -ENOENT ? g : 0);

    return u < 0 ? r : finish_helper(plan, "newgidmap", g, r);
}

int idmap_write(const struct plan *plan, const struct sandbox *sb)
{
    if (plan->ids.how != IDS_RANGES)
        return 0;
    return plan->ids.use_helpers ? write_by_helpers(plan, sb) : write_directly(plan, sb);
}
