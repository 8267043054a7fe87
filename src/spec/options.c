#include "spec/options.h"
#include "base/log.h"
#include "base/str.h"
#include "spec/setters.h"
#include <errno.h>
#include <linux/mount.h>
#include <linux/sched.h>
#include <stdarg.h>
#include <stdio.h>

/* How many words the literal S has: blanks within its first 16 bytes, and one. */
#define BLANK(s, i) ((i) + 1 < sizeof(s) && (s "                ")[i] == ' ')
#define BLANKS(s, i) (BLANK(s, i) + BLANK(s, (i) + 1) + BLANK(s, (i) + 2) + BLANK(s, (i) + 3))
#define WORDS(s) ((sizeof(s) > 1) + BLANKS(s, 0) + BLANKS(s, 4) + BLANKS(s, 8) + BLANKS(s, 12))

#define B OPT_BWRAP
#define C OPT_CMDLINE_ONLY
#define P OPT_PROFILE_ONLY
#define L OPT_LAST_WINS
#define O OPT_OPTIONAL_ARG
#define N OPT_NUMBER_NEXT
#define OPT(name_, letter_, args_, set_, value_, flags_, group_, help_)                            \
    {                                                                                              \
        .name = (name_),                                                                           \
        .letter = (letter_),                                                                       \
        .nargs = WORDS(args_),                                                                     \
        .flags = (flags_),                                                                         \
        .args = (args_),                                                                           \
        .set = (set_),                                                                             \
        .value = (value_),                                                                         \
        .group = GROUP_##group_,                                                                   \
        .help = (help_),                                                                           \
    },

const struct option options[] = {
#include "spec/options.def"
};
const size_t option_count = ARRAY_SIZE(options);

const char *const option_groups[GROUP_COUNT] = {
    [GROUP_GENERAL] = "General",
    [GROUP_PROFILE] = "Profiles",
    [GROUP_FILES] = "Files, done in the order given",
    [GROUP_MODIFIERS] = "Modifiers of the file option that follows",
    [GROUP_ENV] = "Environment, done in the order given",
    [GROUP_NAMESPACES] = "Namespaces",
    [GROUP_NETWORK] = "Network",
    [GROUP_IDS] = "Users and groups",
    [GROUP_PRIVILEGES] = "Privileges",
    [GROUP_PROCESS] = "The command",
    [GROUP_LIMITS] = "Limits of the command",
    [GROUP_FDS] = "File descriptors and status",
};

static bool is_known(const struct option *o)
{
    return !log_is_bwrap() || (o->flags & OPT_BWRAP);
}

const struct option *option_by_name(const char *name)
{
    /* Long command lines and profiles have the same few options over and over. */
    static const struct option *last = options;

    if (!streq(last->name, name)) {
        const struct option *o = options, *end = options + option_count;

        while (o < end && (o->name[0] != name[0] || !streq(o->name, name)))
            o++;
        if (o == end)
            return NULL;
        last = o;
    }
    return is_known(last) ? last : NULL;
}

const struct option *option_by_letter(char letter)
{
    if (!letter || log_is_bwrap())
        return NULL;
    for (const struct option *o = options; o < options + option_count; o++)
        if (o->letter == letter)
            return o;
    return NULL;
}

int option_error(const struct origin *from, const char *fmt, ...)
{
    char text[512];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    if (log_is_bwrap())
        log_error("%s", text);
    else
        log_error("%s: %s", origin_text(from), text);
    return -EINVAL;
}

int option_count_error(const struct origin *from, const struct option *o)
{
    static const char *const counts[] = {"no argument", "an argument", "two arguments",
                                         "three arguments"};
    /* bwrap is not of one mind here. */
    bool one = streq(o->name, "chdir") || streq(o->name, "remount-ro") || streq(o->name, "argv0");

    return option_error(from, "%s%s takes %s", from->file ? "" : "--", o->name,
                        one ? "one argument" : counts[o->nargs]);
}

static int check_place(const struct parser *p, const struct option *o)
{
    if (p->origin.file && (o->flags & OPT_CMDLINE_ONLY))
        return option_error(&p->origin, "%s is for the command line, not for profiles", o->name);
    if (!p->origin.file && (o->flags & OPT_PROFILE_ONLY))
        return option_error(&p->origin, "%s is for profiles, not for the command line", o->name);
    return 0;
}

/* May --perms, --size; --noexec, --nosymfollow; or overlay sources still wait after option O?
 * O is NULL at the end of a profile or of the command line. */
static int check_pending(const struct parser *p, const struct option *o)
{
    bool modifier = o && o->group == GROUP_MODIFIERS;
    bool attr = o && o->set == set_attr, layer = o && o->set == set_overlay_src;
    const struct origin *from = &p->pending_from;

    if (p->perms_pending && !modifier)
        return option_error(from, "--perms must be followed by an option that creates a file");
    if (p->size_pending && !modifier)
        return option_error(from, "--size must be followed by --tmpfs");
    if (p->attrs && !modifier && !layer)
        return option_error(from, "--noexec and --nosymfollow must be followed by a bind, "
                                  "a tmpfs or an overlay");
    if (p->overlay_layers.count && !layer && !attr)
        return option_error(from, "--overlay-src must be followed by another --overlay-src or one "
                                  "of --overlay, --tmp-overlay, or --ro-overlay");
    return 0;
}

int option_apply(struct parser *p, const struct option *o, char **args)
{
    int r = check_place(p, o);

    if (r == 0)
        r = o->set(p, o, args);
    return r < 0 ? r : check_pending(p, o);
}

int option_finish(struct parser *p)
{
    return check_pending(p, NULL);
}
