/*
 * Overlays. The layers are fds, named to the kernel through /proc/self/fd, so that no path is looked up
 * twice and no ":" or "," in one can be taken for something else. An overlay is mounted on a folder of
 * the scratch tmpfs first and then moved: the old mount call knows destinations only as paths.
 */
#include "base/fd.h"
#include "base/syscalls.h"
#include "inside/destination.h"
#include "inside/filesystem.h"
#include "inside/operations.h"
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OPTIONS_SIZE = 4096 }; /* mount(2) copies one page */

struct options {
    char text[OPTIONS_SIZE];
    size_t used;
    bool full;
};

static void add_text(struct options *o, const char *text)
{
    size_t n = strlen(text);

    if (o->used + n >= sizeof o->text) {
        o->full = true;
        return;
    }
    memcpy(o->text + o->used, text, n + 1);
    o->used += n;
}

static void add_fd(struct options *o, const char *before, int fd)
{
    char text[64];

    snprintf(text, sizeof text, "%s/proc/self/fd/%d", before, fd);
    add_text(o, text);
}

/* Upper and work folders in the scratch tmpfs, which lives on as long as the overlay does. */
static int make_tmp_layers(struct inside *in, const struct mount_op *op, int layers[2])
{
    static const char *const names[] = {"upper", "work"};

    for (int i = 0; i < 2; i++) {
        char name[32];

        snprintf(name, sizeof name, "%s%zd", names[i], op - in->plan->mounts);
        if (mkdirat(in->scratch, name, 0755) < 0)
            return inside_fail(in, errno, &op->from, "making the layers of %s", op->dest);
        layers[i] = openat(in->scratch, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (layers[i] < 0)
            return inside_fail(in, errno, &op->from, "making the layers of %s", op->dest);
    }
    return 0;
}

static int write_options(struct inside *in, const struct mount_op *op, int *layers,
                         struct options *o)
{
    size_t n = op->layer_count;
    int r = op->overlay == OVERLAY_TMP ? make_tmp_layers(in, op, layers + n) : 0;

    if (r < 0)
        return r;
    /* Asked for with the lowest first; the kernel wants the highest first. */
    for (size_t i = n; i-- > 0;)
        add_fd(o, i == n - 1 ? "lowerdir=" : ":", layers[i]);
    if (op->overlay != OVERLAY_RO) {
        add_fd(o, ",upperdir=", layers[n]);
        add_fd(o, ",workdir=", layers[n + 1]);
    }
    /* In a user namespace trusted.* attributes cannot be written: Linux 5.11. */
    if (in->plan->clone_flags & CLONE_NEWUSER || in->plan->spec->userns.fd >= 0)
        add_text(o, ",userxattr");
    return o->full ? inside_fail(in, E2BIG, &op->from, "too many layers for %s", op->dest) : 0;
}

/* Mounts it on a folder of the scratch tmpfs and takes it off again. A detached mount, or negative. */
static int mount_detached(struct inside *in, const struct mount_op *op, const struct options *o)
{
    static const char name[] = "merged";
    HUSK_FD int at = FD_NONE;
    char target[32];
    int tree;

    if (mkdirat(in->scratch, name, 0755) < 0 && errno != EEXIST)
        return inside_fail(in, errno, &op->from, "Can't make overlay mount on %s", op->dest);
    at = openat(in->scratch, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
    snprintf(target, sizeof target, "/proc/self/fd/%d", at);
    if (at < 0 || sys_mount("overlay", target, "overlay", MS_NOSUID | MS_NODEV, o->text) < 0)
        return inside_fail(in, errno, &op->from, "Can't make overlay mount on %s", op->dest);
    tree = sys_open_tree(in->scratch, name, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
    if (tree < 0 || fchdir(in->scratch) < 0 || sys_umount2(name, MNT_DETACH) < 0)
        return inside_fail(in, errno, &op->from, "Can't make overlay mount on %s", op->dest);
    return tree;
}

int op_overlay(struct inside *in, const struct mount_op *op, struct source *s)
{
    struct mount_attr attr = {.attr_set = op->attrs};
    struct options o = {.used = 0};
    HUSK_FD int tree = FD_NONE;
    int r;

    if ((r = proc_open(in)) < 0 || (r = write_options(in, op, s->layers, &o)) < 0)
        return r;
    tree = mount_detached(in, op, &o);
    if (tree < 0)
        return tree;
    if (op->attrs && sys_mount_setattr(tree, "", AT_EMPTY_PATH, &attr) < 0)
        return inside_fail(in, errno, &op->from, "restricting the overlay on %s", op->dest);
    if (op->overlay != OVERLAY_RW && (r = fs_own(in, tree)) < 0)
        return r;
    return dest_mount(in, tree, op, true);
}
