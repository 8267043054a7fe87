#include "inside/exec.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/syscalls.h"
#include "inside/listener.h"
#include <linux/close_range.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Writes TEXT to the file NAME of this process in procfs: to none that was mounted in its place, be it one of
 * procfs too (CVE-2019-16884 elsewhere). 0 or -errno. */
static int write_attr(struct inside *in, const char *name, const char *text)
{
    HUSK_FD int fd = sys_openat2(in->proc, name, O_WRONLY, 0, RESOLVE_NO_XDEV | RESOLVE_NO_MAGICLINKS);

    if (fd < 0 && errno == ENOSYS)
        fd = openat(in->proc, name, O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    return fd_is_procfs(fd) ? fd_write_all(fd, text, strlen(text)) : -EXDEV;
}

/* SELinux's label for the next exec, and AppArmor's profile. "self" is this process also in the old procfs, which
 * the fd still leads to. */
static int set_exec_labels(struct inside *in)
{
    const struct opt_text *label = &in->plan->spec->exec_label;
    const struct opt_text *profile = &in->plan->spec->apparmor_profile;
    int r = label->value ? write_attr(in, "thread-self/attr/exec", label->value) : 0;

    if (r < 0)
        return inside_fail(in, -r, &label->from, "label_exec %s", label->value);
    r = in->plan->apparmor ? write_attr(in, "thread-self/attr/apparmor/exec", in->plan->apparmor) : 0;
    return r < 0 ? inside_fail_hint(in, HINT_APPARMOR, -r, &profile->from,
                                    "changing to the AppArmor profile %s", profile->value)
                 : 0;
}

/* All of ours are close-on-exec from birth: this is about what husk inherited. */
static int choose_fds(struct inside *in)
{
    const struct spec *s = in->plan->spec;

    if (!s->close_fds)
        return 0;
    if (sys_close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) < 0)
        return inside_fail(in, errno, NULL, "closing inherited fds");
    for (size_t i = 0; i < s->keep_fds.count; i++)
        if (fcntl(s->keep_fds.items[i], F_SETFD, 0) < 0)
            return inside_fail(in, errno, NULL, "keeping fd %d", s->keep_fds.items[i]);
    return 0;
}

static int reset_signals(struct inside *in)
{
    /* A parent that ignores SIGCHLD would make the command's waitpid(2) fail. */
    struct sigaction normal = {.sa_handler = SIG_DFL};

    if (sigaction(SIGCHLD, &normal, NULL) < 0 ||
        sigprocmask(SIG_SETMASK, &in->plan->mask, NULL) < 0)
        return inside_fail(in, errno, NULL, "resetting signals");
    return 0;
}

/* PROG, as F is to be loaded: by prctl(2) as bwrap does it, unless seccomp(2) must be told of flags. */
static int load_filter(const struct plan_filter *f, const void *prog)
{
    unsigned flags = f->flags | (f->listener ? SECCOMP_FILTER_FLAG_NEW_LISTENER : 0);

    return flags ? sys_seccomp(SECCOMP_SET_MODE_FILTER, flags, prog) : sys_seccomp_set_filter(prog);
}

static int load_filters(struct inside *in)
{
    for (size_t i = 0; i < in->plan->filter_count; i++) {
        const struct plan_filter *f = &in->plan->filters[i];

        /* A filter around husk, or its supervisor, can answer that this was done when it was not. It then
         * does so, too, where there is nothing that could be loaded; the kernel says EFAULT. */
        if (load_filter(f, (const void *)1) >= 0)
            return inside_fail(in, 0, &f->from,
                               "what husk runs under only pretends to load seccomp filters");
        if (f->listener) {
            int r = listener_load(in, f);

            if (r < 0)
                return r;
        } else if (load_filter(f, &f->prog) < 0)
            return inside_fail_hint(in, f->policy ? HINT_SECCOMP : HINT_NONE, errno, &f->from,
                                    "loading a seccomp filter");
    }
    return 0;
}

/* Executes PATH; a text without "#!" is a shell's, as execvp(3) has it. Returns the errno. */
static int try_exec(const struct plan *plan, const char *path)
{
    execve(path, plan->argv, plan->env);
    if (errno == ENOEXEC) {
        char **argv = plan->argv - 1, *name = plan->argv[0]; /* the plan left a slot */

        argv[0] = (char *)"/bin/sh";
        argv[1] = (char *)path;
        execve(argv[0], argv, plan->env);
        argv[1] = name; /* what is found next has its own name */
    }
    return errno;
}

/* In each folder of PATH, as execvp(3): a refusal is remembered, other folders may have it too. *RET_THERE
 * is set if it is there and only its interpreter is missing. */
static int search_and_exec(const struct plan *plan, bool *ret_there)
{
    const char *dirs = plan->path;
    char path[PATH_MAX];
    int result = ENOENT;

    for (;;) {
        size_t n = strcspn(dirs, ":");
        int used = snprintf(path, sizeof path, "%.*s%s%s", (int)n, dirs, n ? "/" : "", plan->file);
        int e = used < 0 || (size_t)used >= sizeof path ? ENAMETOOLONG : try_exec(plan, path);

        if (e == EACCES)
            result = EACCES;
        else if (e != ENOENT && e != ENOTDIR && e != ESTALE && e != ENODEV && e != ETIMEDOUT)
            return e;
        else if (e == ENOENT && access(path, X_OK) == 0)
            *ret_there = true;
        if (!dirs[n])
            return result;
        dirs += n + 1;
    }
}

static void note_exec_failure(struct inside *in, int err, bool there)
{
    enum gate_hint hint = HINT_NONE;

    if (err == ENOENT)
        hint = there ? HINT_INTERPRETER : HINT_NOT_INSIDE;
    else if (err == EACCES)
        hint = HINT_NOT_EXECUTABLE;
    inside_fail_hint(in, hint, err, NULL, log_is_bwrap() ? "execvp %s" : "running %s",
                     in->plan->file);
    in->error.status = err == ENOENT ? EXIT_NOT_FOUND : EXIT_NOT_EXEC;
}

void exec_command(struct inside *in)
{
    const struct plan *plan = in->plan;
    bool there = false;
    struct stat st;
    int err;

    if (plan->seccomp_log && listener_prepare(in) < 0)
        return;
    if (set_exec_labels(in) < 0 || choose_fds(in) < 0 || reset_signals(in) < 0 ||
        limits_apply(in) < 0 || landlock_enter(in) < 0 || load_filters(in) < 0)
        return;
    if (!plan->file[0]) {
        err = ENOENT;
    } else if (strchr(plan->file, '/')) {
        err = try_exec(plan, plan->file);
        there = stat(plan->file, &st) == 0;
    } else {
        err = search_and_exec(plan, &there);
    }
    note_exec_failure(in, err, there);
}
