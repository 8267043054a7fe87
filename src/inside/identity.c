/*
 * Who the child is, in three steps: the maps of the first user namespace; id 0 of it, when ranges are
 * mapped and things will be made in its name; at last the second user namespace and the command's ids.
 */
#include "base/fd.h"
#include "base/syscalls.h"
#include "gate/idmap_text.h"
#include "inside/inside.h"
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int write_maps(struct inside *in, const struct id_range *uid, const struct id_range *gid)
{
    char text[ID_LINE];
    int r;

    if ((r = proc_write(in, "self/setgroups", "deny")) < 0)
        return inside_fail_hint(in, HINT_USERNS, -r, NULL, "error writing to setgroups");
    idmap_text(text, sizeof text, uid, 1);
    if ((r = proc_write(in, "self/uid_map", text)) < 0)
        return inside_fail_hint(in, HINT_USERNS, -r, NULL, "setting up uid map");
    idmap_text(text, sizeof text, gid, 1);
    if ((r = proc_write(in, "self/gid_map", text)) < 0)
        return inside_fail_hint(in, HINT_USERNS, -r, NULL, "setting up gid map");
    return 0;
}

/* Later /proc is the sandbox's own, if any. */
static bool needs_host_proc(const struct plan *plan)
{
    return plan->ids.how != IDS_NONE || plan->ids.second || plan->spec->exec_label.value || plan->apparmor;
}

/* --userns-block-fd: the byte came, but did the maps? Without them the command would be nobody. */
static int check_maps(struct inside *in)
{
    static const char *const maps[] = {"self/uid_map", "self/gid_map"};

    for (size_t i = 0; i < ARRAY_SIZE(maps); i++) {
        HUSK_FD int fd = openat(in->proc, maps[i], O_RDONLY | O_CLOEXEC);
        char byte;

        if (fd < 0 || fd_read_full(fd, &byte, 1) != 1)
            return inside_fail(in, 0, &in->plan->spec->userns_block_fd.from,
                               "nobody wrote %s of the sandbox", strchr(maps[i], '/') + 1);
    }
    return 0;
}

int identity_map(struct inside *in)
{
    const struct plan_ids *ids = &in->plan->ids;
    int r = needs_host_proc(in->plan) ? proc_open(in) : 0;

    if (r < 0)
        return r;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
        return inside_fail(in, errno, NULL, "setting no_new_privs");
    if (in->plan->first_gate && (r = inside_wait(in, GATE_MAPPED, "the id maps")) < 0)
        return r;
    if (ids->how == IDS_OUTSIDE)
        return check_maps(in);
    return ids->how == IDS_SINGLE ? write_maps(in, ids->uid_map, ids->gid_map) : 0;
}

/* The bare calls: libc's would have to tell threads, of which there are none. */
static int become(struct inside *in, uint32_t uid, uint32_t gid)
{
    if (getgid() != gid && syscall(SYS_setresgid, gid, gid, gid) < 0)
        return inside_fail(in, errno, NULL, "unable to switch to gid %u", gid);
    /* From 0 to another id all capabilities would go (capabilities(7)); caps_settle needs some yet. */
    if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) < 0)
        return inside_fail(in, errno, NULL, "can't keep capabilities");
    if (getuid() != uid && syscall(SYS_setresuid, uid, uid, uid) < 0)
        return inside_fail(in, errno, NULL, "unable to switch to uid %u", uid);
    /* A change of ids makes /proc/self root's, where maps are still to be written. */
    if (prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) < 0)
        return inside_fail(in, errno, NULL, "can't set dumpable");
    return 0;
}

/* newgidmap(1) denies it when only this user's own group is mapped: a negative ACL may name the others,
 * so they stay. */
static bool setgroups_is_allowed(struct inside *in)
{
    char text[8] = "";
    HUSK_FD int fd = openat(in->proc, "self/setgroups", O_RDONLY | O_CLOEXEC);

    return fd < 0 || fd_read_full(fd, text, sizeof text - 1) < 4 || memcmp(text, "deny", 4) != 0;
}

int identity_become(struct inside *in)
{
    const struct plan_ids *ids = &in->plan->ids;

    if (ids->how != IDS_RANGES)
        return 0;
    if (!in->plan->spec->keep_groups && setgroups_is_allowed(in) && syscall(SYS_setgroups, 0, NULL) < 0)
        return inside_fail(in, errno, &in->plan->spec->map_from, "dropping supplementary groups");
    return become(in, 0, 0);
}

/* ---- the second user namespace -------------------------------------------------------------- */

/*
 * Ranges can only be written by somebody in the namespace above: a process that stays behind there
 * writes those of its parent, whose /proc folder it has an fd of.
 */
static void write_identity(int self, const struct plan_ids *ids, const int go[2])
{
    static char text[ID_TEXT];
    char byte;

    close(go[1]); /* so that the parent's end is an end of file */
    if (read(go[0], &byte, 1) != 1)
        _exit(1);
    idmap_identity(text, sizeof text, ids->uid_map, ids->uid_map_count);
    if (fd_write_file_at(self, "uid_map", text) < 0)
        _exit(1);
    idmap_identity(text, sizeof text, ids->gid_map, ids->gid_map_count);
    _exit(fd_write_file_at(self, "gid_map", text) < 0);
}

static int unshare_mapped(struct inside *in)
{
    HUSK_FD int self = openat(in->proc, "self", O_PATH | O_DIRECTORY | O_CLOEXEC);
    int go[2], status;
    pid_t pid;

    if (self < 0 || pipe2(go, O_CLOEXEC) < 0)
        return inside_fail(in, errno, NULL, "preparing the second user namespace");
    pid = (pid_t)syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL);
    if (pid == 0)
        write_identity(self, &in->plan->ids, go);
    if (pid < 0)
        return inside_fail(in, errno, NULL, "preparing the second user namespace");
    if (sys_unshare(CLONE_NEWUSER) < 0)
        return inside_fail_hint(in, HINT_USERNS, errno, NULL, "unshare user ns");
    if (write(go[1], "", 1) != 1 || waitpid(pid, &status, 0) != pid || status != 0)
        return inside_fail(in, 0, NULL, "setting up the id maps of the second user namespace");
    close(go[0]);
    close(go[1]);
    return 0;
}

static int unshare_single(struct inside *in)
{
    const struct plan_ids *ids = &in->plan->ids;
    const struct id_range uid = {ids->uid, 0, 1}, gid = {ids->gid, 0, 1};

    if (sys_unshare(CLONE_NEWUSER) < 0)
        return inside_fail_hint(in, HINT_USERNS, errno, NULL, "unshare user ns");
    return write_maps(in, &uid, &gid);
}

/* From here on just one more namespace can be made below the first: the second one, ours. */
static int forbid_more(struct inside *in)
{
    int r = proc_write(in, "sys/user/max_user_namespaces", "1");

    if (r < 0)
        return inside_fail_hint(in, HINT_USERNS, -r, &in->plan->spec->disable_userns_from,
                                "forbidding further user namespaces");
    return 0;
}

static int second_namespace(struct inside *in)
{
    int r = in->plan->disable_userns ? forbid_more(in) : 0;

    if (r < 0 || (r = proc_open(in)) < 0)
        return r;
    return in->plan->ids.how == IDS_RANGES ? unshare_mapped(in) : unshare_single(in);
}

/* Who entered a namespace and was not told to be somebody there stays what he is mapped to. */
static int become_command(struct inside *in)
{
    const struct spec *s = in->plan->spec;
    bool entered = s->userns.fd >= 0;

    return become(in, entered && !s->uid.set ? getuid() : in->plan->ids.uid,
                  entered && !s->gid.set ? getgid() : in->plan->ids.gid);
}

int identity_settle(struct inside *in)
{
    const struct spec *s = in->plan->spec;
    const struct plan_ids *ids = &in->plan->ids;
    bool ours = ids->how == IDS_SINGLE || ids->how == IDS_RANGES || s->userns.fd >= 0;
    int r = ids->second ? second_namespace(in) : 0;

    if (r < 0)
        return r;
    if (s->userns2.fd >= 0 && sys_setns(s->userns2.fd, CLONE_NEWUSER) < 0)
        return inside_fail(in, errno, &s->userns2.from, "Setting userns2 failed");
    if (ours && s->userns2.fd < 0 && (r = become_command(in)) < 0)
        return r;
    /* From here on the command's ids are ours: nobody of the same may trace us. */
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
        return inside_fail(in, errno, NULL, "can't set dumpable");
    if (s->assert_userns_disabled && sys_unshare(CLONE_NEWUSER) == 0)
        return inside_fail(in, 0, NULL,
                           "creation of new user namespaces was not disabled as requested");
    return 0;
}
