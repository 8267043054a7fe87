/* Setters of the seccomp policy. Which names there are is the plan's to know. */
#include "base/fd.h"
#include "base/log.h"
#include "base/path.h"
#include "base/str.h"
#include "spec/setters.h"
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A slash, or .json at the end: a file's path. */
static bool is_file(const char *word)
{
    size_t n = strlen(word), end = strlen(".json");

    return strchr(word, '/') || (n > end && streq(word + n - end, ".json"));
}

/* In a profile it starts from the profile's own folder, as what the profile includes. */
static const char *file_path(const struct parser *p, const char *word)
{
    const char *slash = p->origin.file ? strrchr(p->origin.file, '/') : NULL;

    if (word[0] == '/' || !slash)
        return word;
    return path_join(arena_strndup(p->origin.file, (size_t)(slash - p->origin.file) + 1), word);
}

/*
 * With this user's rights, whoever the command will be. A file that the command could write, so one of this
 * user's own, is hidden inside as profiles are: it would choose its next policy.
 */
static int open_file(struct parser *p, const char *path)
{
    HUSK_FD int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    struct stat st;

    if (fd < 0 || fstat(fd, &st) < 0)
        return log_errno(errno, "%s: opening %s", origin_text(&p->origin), path);
    if (S_ISREG(st.st_mode) && st.st_uid == geteuid() && !path_is_below(path, "/usr"))
        *VEC_PUSH(&p->spec->profile_files) = path;
    fd_closep(&p->spec->seccomp_file);
    p->spec->seccomp_file = TAKE_FD(&fd);
    return 0;
}

int set_seccomp_profile(struct parser *p, const struct option *o, char **args)
{
    const char *value = args[0];
    int r = 0;

    if (is_file(value)) {
        value = file_path(p, value);
        r = open_file(p, value);
    } else {
        fd_closep(&p->spec->seccomp_file);
    }
    put_text(p, o, &p->spec->seccomp_profile, value);
    return r;
}

int set_syscall_rule(struct parser *p, const struct option *o, char **args)
{
    *VEC_PUSH(&p->spec->syscall_rules) =
        (struct syscall_rule){.allow = o->value, .names = args[0], .from = p->origin};
    return 0;
}
