/* What holds of every spec that was accepted. */
#include "specs.h"
#include "base/log.h"
#include "spec/idrange.h"

static void check_ids(const struct id_range *ranges, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        FUZZ_CHECK(ranges[i].count && (uint64_t)ranges[i].outside + ranges[i].count <= UINT32_MAX);
        for (size_t k = 0; k < i; k++)
            FUZZ_CHECK(!idrange_overlap(&ranges[i], &ranges[k]));
    }
}

static void check_mount(const struct mount_op *op)
{
    bool has_fd = op->kind == MOUNT_BIND_FD || op->kind == MOUNT_FILE || op->kind == MOUNT_BIND_DATA;

    FUZZ_CHECK(op->kind <= MOUNT_USER_FILES && (!op->dest || *op->dest));
    FUZZ_CHECK(has_fd == (op->fd >= 0));
    FUZZ_CHECK(op->perms <= 07777 && op->size <= SIZE_MAX >> 1);
    FUZZ_CHECK((op->kind == MOUNT_OVERLAY) == (op->layer_count > 0));
    FUZZ_CHECK(*origin_text(&op->from));
}

static void check_spec(const struct spec *s)
{
    FUZZ_CHECK(s->command && s->command[0]);
    FUZZ_CHECK(!(s->cap_add & s->cap_drop));
    for (size_t i = 0; i < s->mounts.count; i++)
        check_mount(&s->mounts.items[i]);
    check_ids(s->uid_map.items, s->uid_map.count);
    check_ids(s->gid_map.items, s->gid_map.count);
    for (size_t i = 0; i < s->env.count; i++)
        FUZZ_CHECK(s->env.items[i].kind == ENV_CLEAR ||
                   (*s->env.items[i].name && !strchr(s->env.items[i].name, '=')));
    for (size_t i = 0; i < RLIM_NLIMITS; i++)
        FUZZ_CHECK(s->limits[i].value.rlim_cur <= s->limits[i].value.rlim_max);
    /* A list is nothing without a network that it can be made of. */
    FUZZ_CHECK(!s->allow.count || (s->net.mode != NET_PLAIN && s->net.mode != NET_JOIN));
    FUZZ_CHECK(!s->allow.count || s->unshare & CLONE_NEWNET);
}

int spec_read(struct spec *spec, bool as_bwrap, int argc, char **argv)
{
    int r;

    machine_hush();
    log_init(as_bwrap ? "bwrap" : "husk", as_bwrap);
    spec_init(spec);
    r = spec_from_argv(spec, argc, argv);
    if (r == 0 && spec->action == ACTION_RUN)
        check_spec(spec);
    return r;
}

static char *with(char *text, const char *word)
{
    return word ? arena_printf("%s %s", text, word) : text;
}

const char *spec_digest(const struct spec *s)
{
    char *text = arena_printf("%d %x %x %zu %zu %zu %zu %d", (int)s->action, s->unshare, s->unshare_try,
                              s->mounts.count, s->env.count, s->uid_map.count, s->allow.count, s->new_session);

    for (size_t i = 0; i < s->mounts.count; i++) {
        const struct mount_op *op = &s->mounts.items[i];

        text = with(with(text, op->source), op->dest);
        text = arena_printf("%s %d %d %o %ju", text, (int)op->kind, op->ro, (unsigned)op->perms, (uintmax_t)op->size);
    }
    for (size_t i = 0; i < s->env.count; i++)
        text = with(with(text, s->env.items[i].name), s->env.items[i].value);
    return arena_printf("%s %jx %jx", text, (uintmax_t)s->cap_add, (uintmax_t)s->cap_drop);
}
