/* What the command finds itself in: folder, umask, session, limits; and the wait for --block-fd. */
#include "base/fd.h"
#include "inside/inside.h"
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

int block_wait(struct inside *in)
{
    const struct opt_fd *block = &in->plan->spec->block_fd;
    char byte;

    if (block->fd < 0)
        return 0;
    if (fd_read_full(block->fd, &byte, 1) < 0)
        return inside_fail(in, errno, &block->from, "waiting for fd %d", block->fd);
    return 0;
}

/* Where the command starts: --chdir, which must work; else the old folder if it is there inside too;
 * else the home; else /. */
static int enter_folder(struct inside *in)
{
    const struct plan *plan = in->plan;
    const struct opt_text *asked = &plan->spec->chdir;
    char *slot = plan->env[plan->pwd_slot];

    if (asked->value) {
        if (chdir(asked->value) < 0)
            return inside_fail(in, errno, &asked->from, "Can't chdir to %s", asked->value);
    } else if (!(plan->old_cwd && chdir(plan->old_cwd) == 0) &&
               !(plan->home && chdir(plan->home) == 0) && chdir("/") < 0)
        return inside_fail(in, errno, NULL, "Can't chdir to /");
    /* The plan left room for "PWD=" and a path behind it. */
    if (!getcwd(slot + strlen("PWD="), PATH_MAX))
        return inside_fail(in, errno, NULL, "asking for the folder the command starts in");
    return 0;
}

int process_settle(struct inside *in)
{
    const struct plan *plan = in->plan;
    int r = enter_folder(in);

    if (r < 0)
        return r;
    umask(plan->umask);
    if (setrlimit(RLIMIT_NOFILE, &plan->nofile) < 0)
        return inside_fail(in, errno, NULL, "setting the limit of open files");
    if (plan->spec->new_session && setsid() < 0)
        return inside_fail(in, errno, NULL, "setsid");
    return 0;
}
