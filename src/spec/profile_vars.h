/* The variables that profiles can name: ${NAME}, and ~ for ${HOME}. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

/*
 * The value of the variable named by the SIZE bytes at NAME. False: there is no such variable.
 * *RET_VALUE is NULL if it is not set now:
 *
 * HOME, XDG_RUNTIME_DIR    from the environment, cleaned as path_clean does; not set if empty,
 *                          relative or /, since a profile puts private folders there
 * CWD                      the current folder; not set if it has no name
 * UID, GID                 this user's real ids, decimal
 * USER                     this user's name in /etc/passwd, else $USER if it looks like a name
 * ENV:NAME                 NAME from the environment, "" included
 */
bool profile_variable(const char *name, size_t size, const char **ret_value);

/* The value of HOME as above, or NULL. */
const char *profile_home(void);
