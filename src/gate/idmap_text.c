#include "gate/idmap_text.h"
#include <stdio.h>

static bool write_lines(char *buf, size_t size, const struct id_range *map, size_t count, bool same)
{
    size_t used = 0;

    buf[0] = 0;
    for (size_t i = 0; i < count; i++) {
        int n = snprintf(buf + used, size - used, "%u %u %u\n", map[i].inside,
                         same ? map[i].inside : map[i].outside, map[i].count);

        if (n < 0 || (size_t)n >= size - used)
            return false;
        used += (size_t)n;
    }
    return true;
}

bool idmap_text(char *buf, size_t size, const struct id_range *map, size_t count)
{
    return write_lines(buf, size, map, count, false);
}

bool idmap_identity(char *buf, size_t size, const struct id_range *map, size_t count)
{
    return write_lines(buf, size, map, count, true);
}
