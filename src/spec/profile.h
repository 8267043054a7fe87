/*
 * Profiles: files of options without their dashes, one a line, in order. See husk(1), PROFILES, and
 * profile_lex.h for what a line can be.
 *
 * NAME is [A-Za-z0-9_+.-]+ and then looked up in ${XDG_CONFIG_HOME:-~/.config}/husk/profiles,
 * /etc/husk/profiles, PKGDATADIR/profiles and among those built into the binary, in that order; or
 * it has a slash and is a path, in a profile relative to that profile's folder. Files are
 * NAME.profile in the folders. Those in the first two must be nobody else's: see profile_owner.h. A
 * folder that cannot be searched is an error, since it may hold a stricter profile.
 */
#pragma once
#include "spec/options.h"
#include <sys/stat.h>

/* A profile's text and where it is. */
struct profile {
    const char *name; /* as it was asked for */
    const char *path; /* for messages: a path, or "NAME (built in)" */
    const char *text; /* SIZE bytes and a 0 */
    size_t size;
};

/* Those built into the binary; made from profiles/ by the build. */
extern const struct profile builtin_profiles[];
extern const size_t builtin_profile_count;

/* Can NAME be looked up in the folders. */
bool profile_name_ok(const char *name);

/* The folders in which names are looked up, in order. The user's is NULL if there is no HOME. */
enum { PROFILE_USER_FOLDER, PROFILE_SYSTEM_FOLDER, PROFILE_INSTALLED_FOLDER, PROFILE_FOLDERS };
void profile_folders(const char *folders[PROFILE_FOLDERS]);

/* Finds and reads NAME. Errors name P's origin as what asked for it. 0, or -ENOENT, -EINVAL (a bad name, a
 * NUL byte in the text), -E2BIG (over 4 MiB) or open(2)'s and read(2)'s errors; all said. */
int profile_find(const struct parser *p, const char *name, struct profile *ret);

/* The same; the file BUT (NULL: none) does not count, as if it were not there. */
int profile_find_but(const struct parser *p, const char *name, const struct stat *but,
                     struct profile *ret);

/* Finds NAME and applies each of its lines. When a profile includes it, it is left out if all of it was
 * applied before. 0 or -errno, said with file:line:column. */
int profile_apply(struct parser *p, const char *name);

/* --list-profiles and --print-profile, to stdout, which the caller flushes. 0 or -errno, said. */
int profile_list(void);
int profile_print(const char *name);
