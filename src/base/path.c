#include "base/path.h"
#include "base/alloc.h"
#include "base/str.h"
#include <string.h>

bool path_is_below(const char *path, const char *top)
{
    size_t n = strlen(top);

    if (streq(top, "/"))
        return path[0] == '/';
    return strncmp(path, top, n) == 0 && (path[n] == 0 || path[n] == '/');
}

int path_compare(const char *s, const char *t)
{
    for (; *s && *s == *t; s++, t++)
        ;
    if (*s == *t)
        return 0;
    if (!*s || !*t)
        return *s ? 1 : -1;
    if (*s == '/' || *t == '/')
        return *s == '/' ? -1 : 1;
    return (unsigned char)*s - (unsigned char)*t;
}

char *path_join(const char *dir, const char *name)
{
    size_t n = strlen(dir), length;
    char *path, *end;

    while (*name == '/')
        name++;
    length = strlen(name);
    path = arena_alloc(n + length + 2);
    end = mempcpy(path, dir, n);
    if (!n || dir[n - 1] != '/')
        *end++ = '/';
    memcpy(end, name, length); /* what was allocated is zeroed */
    return path;
}

char *path_clean(const char *path, const char *base)
{
    char *all = path[0] == '/' ? arena_strdup(path) : path_join(base, path);
    size_t size = strlen(all) + 2;
    char *out = arena_alloc(size), *end = out, *save = NULL;

    for (char *part = strtok_r(all, "/", &save); part; part = strtok_r(NULL, "/", &save)) {
        if (streq(part, "."))
            continue;
        if (streq(part, "..")) {
            while (end > out && *--end != '/')
                ;
            continue;
        }
        *end++ = '/';
        end += str_copy(end, size - (size_t)(end - out), part);
    }
    *end = 0;
    if (end == out)
        str_copy(out, size, "/");
    return out;
}

/* Does what is behind a slash have a name: neither nothing, nor "." or "..". */
static bool has_name(const char *part)
{
    if (part[0] == '.')
        part++;
    if (part[0] == '.' && part[-1] == '.')
        part++;
    return *part && *part != '/';
}

bool path_is_clean(const char *path)
{
    if (path[0] != '/')
        return false;
    for (const char *p = path; *p && path[1]; p++)
        if (*p == '/' && !has_name(p + 1))
            return false;
    return true;
}

const char *path_base(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}
