#include "spec/spec.h"
#include "base/fd.h"
#include <stdio.h>
#include <string.h>

/* Room for the mounts of profile `default' and some more: they need not move as they grow. */
static struct mount_op first_mounts[96];

void spec_init(struct spec *spec)
{
    memset(spec, 0, sizeof *spec);
    spec->mounts.items = first_mounts;
    spec->mounts.capacity = ARRAY_SIZE(first_mounts);
    spec->userns.fd = spec->userns2.fd = spec->pidns.fd = spec->net.ns = FD_NONE;
    spec->seccomp_last.fd = spec->seccomp_file = FD_NONE;
    spec->block_fd.fd = spec->userns_block_fd.fd = FD_NONE;
    spec->info_fd.fd = spec->json_status_fd.fd = FD_NONE;
}

const char *origin_format(char *buf, size_t size, const struct origin *from)
{
    if (!from->text)
        snprintf(buf, size, "no option");
    else if (from->file)
        snprintf(buf, size, "%s:%u:%u: %s", from->file, from->line, from->column, from->text);
    else
        snprintf(buf, size, "%s", from->text);
    return buf;
}

const char *origin_text(const struct origin *from)
{
    size_t size =
        64 + (from->text ? strlen(from->text) : 0) + (from->file ? strlen(from->file) : 0);

    return origin_format(arena_alloc(size), size, from);
}
