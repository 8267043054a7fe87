/* Where profiles are found, and how one is applied. */
#include "spec/profile.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/path.h"
#include "base/str.h"
#include "config.h"
#include "spec/profile_lex.h"
#include "spec/profile_owner.h"
#include "spec/profile_vars.h"
#include "spec/setters.h"
#include "spec/suggest.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PROFILE_LIMIT = 4 * 1024 * 1024, MAX_DEPTH = 16 };

/* ---- finding -------------------------------------------------------------------------------- */

bool profile_name_ok(const char *name)
{
    const char *allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+.-";

    return *name && !name[strspn(name, allowed)];
}

/* The user's folder of settings, if it is not in the home. */
static const char *config_home(void)
{
    const char *config = getenv("XDG_CONFIG_HOME");

    return config && config[0] == '/' ? config : NULL;
}

void profile_folders(const char *folders[PROFILE_FOLDERS])
{
    const char *config = config_home(), *home = profile_home();

    folders[PROFILE_USER_FOLDER] = NULL;
    if (config)
        folders[PROFILE_USER_FOLDER] = path_join(config, "husk/profiles");
    else if (home)
        folders[PROFILE_USER_FOLDER] = path_join(home, ".config/husk/profiles");
    folders[PROFILE_SYSTEM_FOLDER] = "/etc/husk/profiles";
    folders[PROFILE_INSTALLED_FOLDER] = PKGDATADIR "/profiles";
}

/* From this folder on, the way to folder number I is checked for what others could write. NULL: it is not
 * checked; for the last one whoever installed husk answers. */
static const char *way_top(size_t i)
{
    if (i == PROFILE_USER_FOLDER)
        return config_home() ? config_home() : profile_home();
    return i == PROFILE_SYSTEM_FOLDER ? "/etc" : NULL;
}

static int open_error(const struct origin *from, const char *path, bool in_user_folder)
{
    int err = errno;

    log_errno(err, "%s: opening %s", origin_text(from), path);
    if (err == EACCES && in_user_folder)
        log_hint("set HOME or XDG_CONFIG_HOME to a folder of this user");
    return -err;
}

/* Who asks for a profile, and a file that does not count, or NULL. */
struct search {
    const struct origin *from;
    const struct stat *but;
};

static bool is_same_file(const struct stat *a, const struct stat *b)
{
    return b && a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* Reads the file PATH; from TOP on (NULL: nowhere) the way to it must be nobody else's. 0, -ENOENT (not
 * said), or -errno, said. */
static int read_profile(const struct search *search, const char *path, const char *top,
                        struct profile *ret)
{
    const struct origin *from = search->from;
    int flags = O_RDONLY | O_CLOEXEC | O_NOCTTY | (top ? O_NONBLOCK : 0);
    HUSK_FD int fd = open(path, flags);
    struct stat st;
    char *text;
    int r;

    if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
        return -ENOENT;
    if (fd < 0 || fstat(fd, &st) < 0)
        return open_error(from, path, top && !streq(top, "/etc"));
    if (is_same_file(&st, search->but))
        return -ENOENT;
    r = top ? profile_check_owner(from, top, path, &st) : 0;
    if (r < 0)
        return r;
    r = fd_read_all(fd, PROFILE_LIMIT, &text, &ret->size);
    if (r < 0)
        return log_errno(-r, "%s: reading %s", origin_text(from), path);
    if (memchr(text, 0, ret->size))
        return option_error(from, "%s has a NUL byte in it", path);
    ret->path = path;
    ret->text = text;
    return 0;
}

/* A relative PATH in a profile starts from the profile's own folder: what lies in the current one
 * must not become policy by being there. */
static int find_path(const struct search *search, const char *path, struct profile *ret)
{
    const struct origin *from = search->from;
    const char *slash = from->file ? strrchr(from->file, '/') : NULL;
    int r;

    if (path[0] != '/' && slash)
        path = path_join(arena_strndup(from->file, (size_t)(slash - from->file) + 1), path);
    ret->name = path;
    r = read_profile(search, path, NULL, ret);
    if (r == -ENOENT)
        log_errno(ENOENT, "%s: opening %s", origin_text(from), path);
    return r;
}

/* The name of one of husk's own profiles that is near to NAME, or NULL. */
static const char *near_profile(const char *name)
{
    size_t best = SIZE_MAX;
    const char *near = NULL;

    for (size_t i = 0; i < builtin_profile_count; i++) {
        size_t d = suggest_distance(name, builtin_profiles[i].name);

        if (d < best) {
            best = d;
            near = builtin_profiles[i].name;
        }
    }
    return near;
}

static int no_profile(const struct origin *from, const char *name)
{
    const char *near = near_profile(name);
    struct stat st;

    option_error(from, "there is no profile %s", name);
    if (!from->file && stat(name, &st) == 0 && S_ISREG(st.st_mode))
        log_hint("the file %s is meant by a path with a slash: ./%s", name, name);
    else if (near)
        log_hint("is %s meant? `%s --list-profiles' lists them", near, log_program());
    else
        log_hint("`%s --list-profiles' lists them", log_program());
    return -ENOENT;
}

static int find_name(const struct search *search, const char *name, struct profile *ret)
{
    const char *folders[PROFILE_FOLDERS];

    ret->name = name;
    profile_folders(folders);
    for (size_t i = 0; i < PROFILE_FOLDERS; i++) {
        int r = -ENOENT;

        if (folders[i])
            r = read_profile(search, arena_printf("%s/%s.profile", folders[i], name),
                             way_top(i), ret);
        if (r != -ENOENT)
            return r;
    }
    for (size_t i = 0; i < builtin_profile_count; i++) {
        if (streq(builtin_profiles[i].name, name)) {
            *ret = builtin_profiles[i];
            return 0;
        }
    }
    return no_profile(search->from, name);
}

int profile_find_but(const struct parser *p, const char *name, const struct stat *but,
                     struct profile *ret)
{
    const struct search search = {&p->origin, but};

    if (strchr(name, '/'))
        return find_path(&search, name, ret);
    if (!profile_name_ok(name))
        return option_error(&p->origin, "a profile's name has letters, digits and _ + . -, "
                                        "or it is a path with a slash");
    return find_name(&search, name, ret);
}

int profile_find(const struct parser *p, const char *name, struct profile *ret)
{
    return profile_find_but(p, name, NULL, ret);
}

/* ---- applying ------------------------------------------------------------------------------- */

static int unknown_option(const struct profile_line *line)
{
    const char *name = line->name + strspn(line->name, "-"), *near = suggest_option(name, true);
    const struct option *letter = line->name[0] == '-' && !line->name[2] ? option_by_letter(line->name[1]) : NULL;

    if (letter && !(letter->flags & OPT_CMDLINE_ONLY))
        name = near = letter->name;
    option_error(&line->origin, "Unknown option %s", line->name);
    if (near && streq(near, name))
        log_hint("in a profile it is written without dashes: %s", near);
    else if (near)
        log_hint("is %s meant?", near);
    return -EINVAL;
}

static int wrong_count(const struct profile_line *line, const struct option *o)
{
    option_count_error(&line->origin, o);
    if (line->word_count && streq(line->words[0], "="))
        log_hint("in a profile there is no = between them: %s %s", o->name, o->args);
    return -EINVAL;
}

static int apply_line(struct parser *p, struct profile_line *line)
{
    const struct option *o = option_by_name(line->name);

    if (!o)
        return unknown_option(line);
    if (line->word_count != o->nargs && !(o->flags & OPT_OPTIONAL_ARG && line->word_count == 0))
        return wrong_count(line, o);
    if (line->skip)
        return 0;
    p->origin = line->origin;
    return option_apply(p, o, line->words);
}

static int apply_lines(struct parser *p, const struct profile *profile)
{
    struct profile_lexer lexer;
    struct profile_line line;
    int r;

    profile_lex_init(&lexer, profile->path, profile->text);
    while ((r = profile_lex(&lexer, &line)) > 0) {
        r = apply_line(p, &line);
        if (r < 0)
            return r;
    }
    return r < 0 ? r : option_finish(p);
}

/* Most profiles include `default'. A second time its private folders would cover what the first of two such
 * profiles shows, so that they would not add up. */
static bool was_applied(const struct parser *p, const struct profile *profile)
{
    return textmap_get(&p->applied, profile->path, strlen(profile->path));
}

int profile_apply(struct parser *p, const char *name)
{
    struct origin from = p->origin;
    struct profile profile = {.path = "", .text = ""};
    int r;

    if (p->depth >= MAX_DEPTH)
        return option_error(&from, "profiles include each other %d deep: is it a loop?", MAX_DEPTH);
    r = profile_find(p, name, &profile);
    if (r < 0)
        return r;
    if (p->depth > 0 && was_applied(p, &profile))
        return 0;
    if (profile.path[0] == '/' || strchr(name, '/'))
        *VEC_PUSH(&p->spec->profile_files) = profile.path;
    p->depth++;
    r = apply_lines(p, &profile);
    p->depth--;
    p->origin = from;
    if (r == 0)
        textmap_put(&p->applied, profile.path, strlen(profile.path));
    return r;
}
