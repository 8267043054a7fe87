#include "spec/profile_vars.h"
#include "base/alloc.h"
#include "base/path.h"
#include "base/str.h"
#include "base/user.h"
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A folder named by the environment that can be private inside; NULL if there is none. */
static const char *folder(const char *name)
{
    const char *value = getenv(name), *clean;

    if (!value || value[0] != '/')
        return NULL;
    clean = path_clean(value, "/");
    return streq(clean, "/") ? NULL : clean;
}

const char *profile_home(void)
{
    return folder("HOME");
}

static const char *runtime_dir(void)
{
    return folder("XDG_RUNTIME_DIR");
}

static const char *current_folder(void)
{
    char path[PATH_MAX];

    /* Linux answers "(unreachable)..." for a folder outside of the root. */
    return getcwd(path, sizeof path) && path[0] == '/' ? arena_strdup(path) : NULL;
}

static const char *user_id(void)
{
    return arena_printf("%u", (unsigned)getuid());
}

static const char *group_id(void)
{
    return arena_printf("%u", (unsigned)getgid());
}

static const char *own_name(void)
{
    return user_name((uint32_t)getuid());
}

bool profile_variable(const char *name, size_t size, const char **ret_value)
{
    static const struct {
        const char *name;
        const char *(*get)(void);
    } variables[] = {
        {"HOME", profile_home},  {"XDG_RUNTIME_DIR", runtime_dir},
        {"CWD", current_folder}, {"UID", user_id},
        {"GID", group_id},       {"USER", own_name},
    };
    const size_t prefix = strlen("ENV:");

    for (size_t i = 0; i < ARRAY_SIZE(variables); i++) {
        if (strlen(variables[i].name) == size && memcmp(variables[i].name, name, size) == 0) {
            *ret_value = variables[i].get();
            return true;
        }
    }
    if (size <= prefix || memcmp(name, "ENV:", prefix) != 0 || memchr(name, '=', size))
        return false;
    *ret_value = getenv(arena_strndup(name + prefix, size - prefix));
    return true;
}
