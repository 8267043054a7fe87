#include "host/self.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/syscalls.h"
#include "host/why.h"
#include <errno.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

static bool same_file(const struct statx *a, const struct statx *b)
{
    return a->stx_ino == b->stx_ino && a->stx_dev_major == b->stx_dev_major &&
           a->stx_dev_minor == b->stx_dev_minor && a->stx_mnt_id == b->stx_mnt_id;
}

int self_check(void)
{
    const unsigned wanted = STATX_INO | STATX_MNT_ID; /* Linux 5.8; the mount is what tells them apart */
    HUSK_FD int proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
    struct statx own, named;
    char path[PATH_MAX];
    ssize_t n;

    if (proc < 0 || !fd_is_procfs(proc)) {
        log_error("what is on /proc is not procfs");
        why_no_userns(ENODEV, "/proc");
        return -ENODEV;
    }
    n = readlinkat(proc, "self/exe", path, sizeof path - 1);
    if (n < 0 || sys_statx(proc, "self/exe", 0, wanted, &own) < 0)
        return log_errno(errno, "looking at the file that %s was executed from", log_program());
    path[n] = 0;
    if (sys_statx(AT_FDCWD, path, 0, wanted, &named) == 0 && same_file(&own, &named))
        return 0;
    return log_error("%s was executed from %s, which is not the file of that name here", log_program(),
                     path),
           -EPERM;
}
