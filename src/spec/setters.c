/* Setters of all that is not a mount. */
#include "spec/setters.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/str.h"
#include "spec/capname.h"
#include "spec/idrange.h"
#include "spec/profile.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void warn_replaced(const struct option *o, const struct origin *old)
{
    if (!old->file)
        log_warning("Only the last --%s option will take effect", o->name);
}

int put_text(struct parser *p, const struct option *o, struct opt_text *slot, const char *value)
{
    if (slot->value)
        warn_replaced(o, &slot->from);
    *slot = (struct opt_text){value, p->origin};
    return 0;
}

static int put_fd(struct parser *p, const struct option *o, struct opt_fd *slot, int fd)
{
    if (slot->fd >= 0)
        warn_replaced(o, &slot->from);
    *slot = (struct opt_fd){fd, p->origin};
    return 0;
}

/* ---- general -------------------------------------------------------------------------------- */

int set_nothing(struct parser *p HUSK_UNUSED, const struct option *o HUSK_UNUSED,
                char **args HUSK_UNUSED)
{
    return 0;
}

int set_action(struct parser *p, const struct option *o, char **args HUSK_UNUSED)
{
    p->spec->action = (enum action)o->value;
    return 0;
}

int set_print_profile(struct parser *p, const struct option *o HUSK_UNUSED, char **args)
{
    p->spec->action = ACTION_PRINT_PROFILE;
    p->spec->action_arg = args[0];
    return 0;
}

int set_dry_run(struct parser *p, const struct option *o HUSK_UNUSED, char **args)
{
    if (!args[0] || streq(args[0], "text"))
        p->spec->dry_run = DRY_RUN_TEXT;
    else if (streq(args[0], "json"))
        p->spec->dry_run = DRY_RUN_JSON;
    else
        return option_error(&p->origin, "the format can be text or json, not %s", args[0]);
    return 0;
}

int set_level_prefix(struct parser *p HUSK_UNUSED, const struct option *o HUSK_UNUSED,
                     char **args HUSK_UNUSED)
{
    log_use_level_prefix();
    return 0;
}

int set_profile(struct parser *p, const struct option *o HUSK_UNUSED, char **args)
{
    /* A modifier is for the option behind it, not for the first line of some file. */
    int r = option_finish(p);

    return r < 0 ? r : profile_apply(p, args[0]);
}

/* ---- environment ---------------------------------------------------------------------------- */

static int add_env(struct parser *p, enum env_kind kind, const char *name, const char *value)
{
    if (!*name || strchr(name, '='))
        return option_error(&p->origin, "a variable's name cannot be empty or hold a =");
    *VEC_PUSH(&p->spec->env) = (struct env_op){kind, name, value};
    return 0;
}

int set_env(struct parser *p, const struct option *o HUSK_UNUSED, char **args)
{
    const char *equals = strchr(args[0], '=');

    if (!equals)
        return strchr(args[0], '*') ? option_error(&p->origin, "a variable's name is wanted; "
                                                               "--keep-env takes patterns")
                                    : add_env(p, ENV_KEEP, args[0], NULL);
    return add_env(p, ENV_SET, arena_strndup(args[0], (size_t)(equals - args[0])), equals + 1);
}

int set_keep_env(struct parser *p, const struct option *o HUSK_UNUSED, char **args)
{
    const char *star = strchr(args[0], '*');

    if (star && star[1])
        return option_error(&p->origin, "* can only be the last character");
    return add_env(p, ENV_KEEP, args[0], NULL);
}

int set_setenv(struct parser *p, const struct option *o HUSK_UNUSED, char **args)
{
    return add_env(p, ENV_SET, args[0], args[1]);
}

int set_unsetenv(struct parser *p, const struct option *o HUSK_UNUSED, char **args)
{
    return add_env(p, ENV_UNSET, args[0], NULL);
}

int set_clearenv(struct parser *p, const struct option *o HUSK_UNUSED, char **args HUSK_UNUSED)
{
    VEC_PUSH(&p->spec->env)->kind = ENV_CLEAR;
    return 0;
}

/* ---- namespaces ----------------------------------------------------------------------------- */

void unshare_flag(struct parser *p, unsigned flag)
{
    p->spec->unshare |= flag;
    p->spec->unshare_from[__builtin_ctz(flag)] = p->origin;
}

int set_unshare(struct parser *p, const struct option *o, char **args HUSK_UNUSED)
{
    unshare_flag(p, (unsigned)o->value);
    if (o->value == CLONE_NEWNET)
        net_choose(p, NET_PLAIN, FD_NONE);
    return 0;
}

int set_unshare_try(struct parser *p, const struct option *o, char **args HUSK_UNUSED)
{
    p->spec->unshare_try |= (unsigned)o->value;
    return 0;
}

int set_unshare_all(struct parser *p, const struct option *o HUSK_UNUSED, char **args HUSK_UNUSED)
{
    unshare_flag(p, CLONE_NEWIPC);
    unshare_flag(p, CLONE_NEWPID);
    unshare_flag(p, CLONE_NEWNET);
    net_choose(p, NET_PLAIN, FD_NONE);
    unshare_flag(p, CLONE_NEWUTS);
    p->spec->unshare_try |= CLONE_NEWUSER | CLONE_NEWCGROUP;
    return 0;
}

int set_time(struct parser *p, const struct option *o, char **args)
{
    int64_t seconds;
    uint32_t nanoseconds;

    if (!parse_seconds(args[0], &seconds, &nanoseconds))
        return option_error(&p->origin, "Invalid number of seconds: %s", args[0]);
    return put_text(p, o, MEMBER(p, o, struct opt_text), args[0]);
}

int open_namespace(const struct parser *p, const char *word, int *ret_fd)
{
    int fd;

    if (log_is_bwrap() || !strchr(word, '/'))
        return take_fd(p, word, ret_fd);
    fd = open(word, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return log_errno(errno, "%s: opening %s", origin_text(&p->origin), word);
    *VEC_PUSH(&p->spec->taken_fds) = *ret_fd = fd;
    return 0;
}

int set_nsfd(struct parser *p, const struct option *o, char **args)
{
    int fd = FD_NONE, r = open_namespace(p, args[0], &fd);

    return r < 0 ? r : put_fd(p, o, MEMBER(p, o, struct opt_fd), fd);
}

int set_disable_userns(struct parser *p, const struct option *o, char **args HUSK_UNUSED)
{
    p->spec->disable_userns = o->value;
    p->spec->disable_userns_from = p->origin;
    return 0;
}

int set_hostname(struct parser *p, const struct option *o, char **args)
{
    const size_t max = 64; /* __NEW_UTS_LEN */

    if (strlen(args[0]) > max)
        return option_error(&p->origin, "a host name has at most %zu bytes", max);
    return put_text(p, o, &p->spec->hostname, args[0]);
}

/* ---- users and groups ----------------------------------------------------------------------- */

int set_id(struct parser *p, const struct option *o, char **args)
{
    struct opt_id *slot = MEMBER(p, o, struct opt_id);
    uint32_t id;

    if (!parse_id(args[0], &id))
        return option_error(&p->origin, "Invalid %s: %s", o->name, args[0]);
    if (slot->set)
        warn_replaced(o, &slot->from);
    *slot = (struct opt_id){true, id, p->origin};
    return 0;
}

int set_map_flag(struct parser *p, const struct option *o, char **args HUSK_UNUSED)
{
    *MEMBER(p, o, bool) = true;
    p->spec->map_from = p->origin;
    return 0;
}

/* What container managers leave to a root of mapped ids, and what dpkg, tar and daemons then need.
 * All of it is bounded by the ranges; see capabilities(7). */
static const uint64_t container_caps =
    1ULL << CAP_CHOWN | 1ULL << CAP_DAC_OVERRIDE | 1ULL << CAP_FSETID | 1ULL << CAP_FOWNER |
    1ULL << CAP_MKNOD | 1ULL << CAP_NET_RAW | 1ULL << CAP_SETGID | 1ULL << CAP_SETUID |
    1ULL << CAP_SETFCAP | 1ULL << CAP_SETPCAP | 1ULL << CAP_NET_BIND_SERVICE |
    1ULL << CAP_SYS_CHROOT | 1ULL << CAP_KILL | 1ULL << CAP_AUDIT_WRITE;

static void change_caps(struct spec *spec, uint64_t mask, bool add)
{
    spec->cap_add = add ? spec->cap_add | mask : spec->cap_add & ~mask;
    spec->cap_drop = add ? spec->cap_drop & ~mask : spec->cap_drop | mask;
}

int set_map_auto(struct parser *p, const struct option *o, char **args)
{
    p->spec->cap_root = container_caps;
    p->spec->cap_drop &= ~container_caps;
    return set_map_flag(p, o, args);
}

static bool overlaps_any(const struct id_range *map, size_t count, const struct id_range *range)
{
    for (size_t i = 0; i < count; i++)
        if (idrange_overlap(&map[i], range))
            return true;
    return false;
}

static int bad_range(const struct parser *p, const char *text)
{
    option_error(&p->origin, "Invalid range of ids: %s", text);
    log_hint("INSIDE:OUTSIDE:COUNT is wanted, as in 1:100000:65535; COUNT is 1 or more, each id below 4294967295");
    return -EINVAL;
}

int set_id_map(struct parser *p, const struct option *o, char **args)
{
    struct spec *spec = p->spec;
    bool user = o->value == 'u';
    struct id_range range;

    if (!idrange_parse(args[0], &range))
        return bad_range(p, args[0]);
    if (user ? overlaps_any(spec->uid_map.items, spec->uid_map.count, &range)
             : overlaps_any(spec->gid_map.items, spec->gid_map.count, &range))
        return option_error(&p->origin, "the range %s overlaps an earlier one", args[0]);
    *(user ? VEC_PUSH(&spec->uid_map) : VEC_PUSH(&spec->gid_map)) = range;
    spec->map_from = *(user ? &spec->uid_map_from : &spec->gid_map_from) = p->origin;
    return 0;
}

/* ---- privileges ----------------------------------------------------------------------------- */

int set_cap(struct parser *p, const struct option *o, char **args)
{
    struct spec *spec = p->spec;
    uint64_t mask;

    if (!cap_mask_from_name(args[0], &mask))
        return option_error(&p->origin, "unknown cap: %s", args[0]);
    spec->caps_touched = true;
    change_caps(spec, mask, o->value);
    return 0;
}

int set_seccomp(struct parser *p, const struct option *o, char **args)
{
    int fd = FD_NONE, r;

    if (p->spec->seccomp.count)
        return option_error(&p->origin, "--seccomp cannot be combined with --add-seccomp-fd");
    r = take_fd(p, args[0], &fd);
    return r < 0 ? r : put_fd(p, o, &p->spec->seccomp_last, fd);
}

int set_add_seccomp(struct parser *p, const struct option *o HUSK_UNUSED, char **args)
{
    int fd = FD_NONE, r;

    if (p->spec->seccomp_last.fd >= 0)
        return option_error(&p->origin, "--add-seccomp-fd cannot be combined with --seccomp");
    r = take_fd(p, args[0], &fd);
    if (r < 0)
        return r;
    *VEC_PUSH(&p->spec->seccomp) = (struct opt_fd){fd, p->origin};
    return 0;
}

/* ---- process, fds --------------------------------------------------------------------------- */

int set_flag(struct parser *p, const struct option *o, char **args HUSK_UNUSED)
{
    *MEMBER(p, o, bool) = true;
    return 0;
}

/* The same for one that remembers the option that asked for it. */
int set_flag_from(struct parser *p, const struct option *o, char **args HUSK_UNUSED)
{
    *MEMBER(p, o, struct opt_flag) = (struct opt_flag){true, p->origin};
    return 0;
}

int set_text(struct parser *p, const struct option *o, char **args)
{
    return put_text(p, o, MEMBER(p, o, struct opt_text), args[0]);
}

int set_argv0(struct parser *p, const struct option *o, char **args)
{
    if (p->spec->argv0.value)
        return option_error(&p->origin, "--argv0 used multiple times");
    return put_text(p, o, &p->spec->argv0, args[0]);
}

static int read_fd(const struct parser *p, const char *word, int *ret_fd)
{
    *ret_fd = FD_NONE;
    if (!parse_fd(word, ret_fd))
        return option_error(&p->origin, "Invalid fd: %s", word);
    return 0;
}

static int bad_fd(const struct parser *p, int fd)
{
    log_errno(EBADF, "%s", origin_text(&p->origin));
    if (!log_is_bwrap())
        log_hint("husk was started without fd %d; a shell gives it one with %d< FILE", fd, fd);
    return -EBADF;
}

int take_fd(const struct parser *p, const char *word, int *ret_fd)
{
    int r = read_fd(p, word, ret_fd);

    if (r == 0 && fd_set_cloexec(*ret_fd) < 0)
        r = bad_fd(p, *ret_fd);
    if (r == 0 && p->spec)
        *VEC_PUSH(&p->spec->taken_fds) = *ret_fd;
    return r;
}

int set_fd(struct parser *p, const struct option *o, char **args)
{
    int fd = FD_NONE, r = take_fd(p, args[0], &fd);

    return r < 0 ? r : put_fd(p, o, MEMBER(p, o, struct opt_fd), fd);
}

/* The fd that WORD names, open and left as it is. 0, or -EINVAL or -EBADF, said. */
static int check_fd(const struct parser *p, const char *word, int *ret_fd)
{
    int r = read_fd(p, word, ret_fd);

    if (r == 0 && fcntl(*ret_fd, F_GETFD) < 0)
        r = bad_fd(p, *ret_fd);
    return r;
}

int set_keep_fd(struct parser *p, const struct option *o HUSK_UNUSED, char **args)
{
    int fd = FD_NONE, r = check_fd(p, args[0], &fd);

    if (r == 0)
        *VEC_PUSH(&p->spec->keep_fds) = fd;
    return r;
}

/* As bwrap the last one counts. Who gets them is settled in spec_from_argv. */
int set_sync_fd(struct parser *p, const struct option *o, char **args)
{
    int fd = FD_NONE, r = check_fd(p, args[0], &fd);

    if (r < 0)
        return r;
    if (log_is_bwrap() && p->spec->sync_fds.count) {
        log_warning("Only the last --%s option will take effect", o->name);
        p->spec->sync_fds.count = 0;
    }
    *VEC_PUSH(&p->spec->sync_fds) = fd;
    return 0;
}
