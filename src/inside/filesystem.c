#include "inside/filesystem.h"
#include "base/fd.h"
#include "base/syscalls.h"
#include <stdio.h>
#include <sys/stat.h>

int fs_new(struct inside *in, const char *fs, const struct fs_option *options, size_t count,
           uint64_t attrs, enum gate_hint hint, const struct origin *from)
{
    HUSK_FD int context = sys_fsopen(fs, FSOPEN_CLOEXEC);
    int mount;

    /* The source is what the mount table shows in the place of a device. */
    if (context < 0 || sys_fsconfig(context, FSCONFIG_SET_STRING, "source", fs, 0) < 0)
        return inside_fail_hint(in, HINT_MOUNT_API, errno, from, "opening a new %s", fs);
    for (size_t i = 0; i < count; i++) {
        const struct fs_option *o = &options[i];
        unsigned how = o->text ? FSCONFIG_SET_STRING : FSCONFIG_SET_FLAG;

        if (sys_fsconfig(context, how, o->name, o->text, 0) < 0)
            return inside_fail(in, errno, from, "setting %s of a new %s", o->name, fs);
    }
    if (sys_fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
        return inside_fail_hint(in, hint, errno, from, "making a new %s", fs);
    mount = sys_fsmount(context, FSMOUNT_CLOEXEC, (unsigned)attrs);
    if (mount < 0)
        return inside_fail_hint(in, hint, errno, from, "making a new %s", fs);
    return mount;
}

int fs_own(struct inside *in, int fd)
{
    struct stat st;

    if (fstat(fd, &st) < 0)
        return inside_fail(in, errno, NULL, "looking at a new file system");
    in->own_devs[in->own_dev_count++] = st.st_dev;
    return 0;
}

bool fs_is_own(const struct inside *in, dev_t dev)
{
    for (size_t i = 0; i < in->own_dev_count; i++)
        if (in->own_devs[i] == dev)
            return true;
    return false;
}

int fs_tmpfs(struct inside *in, const struct mount_op *op)
{
    const char *label = in->plan->spec->file_label.value;
    char mode[8], size[24];
    struct fs_option options[3];
    size_t n = 0;
    HUSK_FD int mount = FD_NONE;
    int r;

    snprintf(mode, sizeof mode, "%o", op->perms_set ? op->perms : 0755);
    options[n++] = (struct fs_option){"mode", mode};
    if (op->size) {
        snprintf(size, sizeof size, "%llu", (unsigned long long)op->size);
        options[n++] = (struct fs_option){"size", size};
    }
    if (label)
        options[n++] = (struct fs_option){"context", label};
    mount = fs_new(in, "tmpfs", options, n, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | op->attrs,
                   HINT_MOUNT_API, &op->from);
    if (mount < 0)
        return mount;
    r = fs_own(in, mount);
    return r < 0 ? r : TAKE_FD(&mount);
}
