/*
 * Another user, for a COMMAND that root follows: under a tracer that is root newuidmap keeps its rights (ptrace(2)).
 */
#pragma once
#include <grp.h>
#include <pwd.h>
#include <stdbool.h>
#include <unistd.h>

/* False: the user NAME could not be become, or is not there. */
static bool become(const char *name)
{
    const struct passwd *user = getpwnam(name);

    return user && initgroups(name, user->pw_gid) == 0 && setgid(user->pw_gid) == 0 && setuid(user->pw_uid) == 0;
}
