/*
 * Who the command is: the id maps of the sandbox's user namespaces.
 *
 * One id each is the usual case. devpts can only be mounted where id 0 is mapped, and further user
 * namespaces can only be forbidden from one level above; so with --dev or --disable-userns, or a
 * network that has a helper and rules, the sandbox is built as id 0 of a first namespace, and the command
 * runs in a second one that maps back. It then has no rights over the namespaces that hold it either.
 */
#include "base/fd.h"
#include "base/log.h"
#include "base/str.h"
#include "base/user.h"
#include "plan/plan.h"
#include "plan/subid.h"
#include <sched.h>
#include <unistd.h>

static const struct id_range *single(uint32_t inside, uint32_t outside)
{
    struct id_range *r = arena_alloc(sizeof *r);

    *r = (struct id_range){.inside = inside, .outside = outside, .count = 1};
    return r;
}

static bool has_dev(const struct spec *s)
{
    for (size_t i = 0; i < s->mounts.count; i++)
        if (s->mounts.items[i].kind == MOUNT_DEV)
            return true;
    return false;
}

static bool is_mapped(const struct id_range *map, size_t count, uint32_t id)
{
    for (size_t i = 0; i < count; i++)
        if (id >= map[i].inside && id - map[i].inside < map[i].count)
            return true;
    return false;
}

static void plan_single(struct plan *plan)
{
    struct plan_ids *ids = &plan->ids;
    bool apart = plan->disable_userns || plan->net.helper;
    bool as_root = apart || has_dev(plan->spec);

    ids->how = IDS_SINGLE;
    ids->deny_setgroups = true;
    ids->second = apart || (as_root && (ids->uid != 0 || ids->gid != 0));
    ids->uid_map = single(as_root ? 0 : ids->uid, ids->real_uid);
    ids->gid_map = single(as_root ? 0 : ids->gid, ids->real_gid);
    ids->uid_map_count = ids->gid_map_count = 1;
}

/* --map-auto: id 0 is this user, then come all of its subordinate ids, from 1 on without a gap. */
static int auto_map(const char *file, const char *user, uint32_t uid, uint32_t self,
                    const struct id_range **ret, size_t *ret_count)
{
    VEC(struct id_range) map = {0};
    struct subid_list found = {0};
    uint32_t inside = 1;
    int r = subid_ranges(file, user, uid, &found);

    if (r < 0)
        return r;
    *VEC_PUSH(&map) = (struct id_range){.inside = 0, .outside = self, .count = 1};
    for (size_t i = 0; i < found.count; i++) {
        uint32_t count = MIN(found.items[i].count, UINT32_MAX - inside);

        if (!count)
            break;
        *VEC_PUSH(&map) = (struct id_range){inside, found.items[i].outside, count};
        inside += count;
    }
    *ret = map.items;
    *ret_count = map.count;
    return found.count ? 0 : -ENOENT;
}

static int plan_auto(struct plan_ids *ids, const struct spec *s)
{
    const char *user = user_name(ids->real_uid);
    const char *files[] = {"/etc/subuid", "/etc/subgid"};
    int r = auto_map(files[0], user, ids->real_uid, ids->real_uid, &ids->uid_map,
                     &ids->uid_map_count);
    int g = auto_map(files[1], user, ids->real_uid, ids->real_gid, &ids->gid_map,
                     &ids->gid_map_count);

    if (r == -ENOENT || g == -ENOENT) {
        log_error("mapping ids (%s): no line for %s in %s", origin_text(&s->map_from),
                  user ? user : "this user", files[r == -ENOENT ? 0 : 1]);
        subid_hint(user);
        return -ENOENT;
    }
    return r < 0 ? r : g;
}

static int plan_ranges(struct plan_ids *ids, const struct spec *s, bool apart)
{
    if (s->map_auto) {
        int r = plan_auto(ids, s);

        if (r < 0)
            return r;
    } else {
        ids->uid_map = s->uid_map.count ? s->uid_map.items : single(ids->uid, ids->real_uid);
        ids->uid_map_count = MAX(s->uid_map.count, (size_t)1);
        ids->gid_map = s->gid_map.count ? s->gid_map.items : single(ids->gid, ids->real_gid);
        ids->gid_map_count = MAX(s->gid_map.count, (size_t)1);
    }
    ids->how = IDS_RANGES;
    ids->second = apart;
    ids->use_helpers = ids->real_uid != 0;
    if (!is_mapped(ids->uid_map, ids->uid_map_count, ids->uid) ||
        !is_mapped(ids->gid_map, ids->gid_map_count, ids->gid))
        return log_error("user %u and group %u of the command are not both in the ranges of %s",
                         ids->uid, ids->gid, origin_text(&s->map_from)),
               -EINVAL;
    if (s->net.mode != NET_PLAIN && s->net.mode != NET_JOIN &&
        (!is_mapped(ids->uid_map, ids->uid_map_count, 0) ||
         !is_mapped(ids->gid_map, ids->gid_map_count, 0)))
        return log_error("%s needs user 0 and group 0 in the ranges of %s", origin_text(&s->net.from),
                         origin_text(&s->map_from)),
               -EINVAL;
    return 0;
}

int plan_ids(struct plan *plan)
{
    const struct spec *s = plan->spec;
    struct plan_ids *ids = &plan->ids;
    bool ranges = s->map_auto || s->uid_map.count || s->gid_map.count;
    bool root = s->map_root || ranges;

    if (s->map_auto && (s->uid_map.count || s->gid_map.count))
        return log_error("--map-auto does not go with --uid-map or --gid-map"), -EINVAL;
    ids->real_uid = getuid();
    ids->real_gid = getgid();
    ids->uid = s->uid.set ? s->uid.id : root ? 0 : ids->real_uid;
    ids->gid = s->gid.set ? s->gid.id : root ? 0 : ids->real_gid;
    if (!(plan->clone_flags & CLONE_NEWUSER))
        ids->how = IDS_NONE;
    else if (s->userns_block_fd.fd >= 0)
        ids->how = IDS_OUTSIDE;
    else if (ranges)
        return plan_ranges(ids, s, plan->disable_userns || plan->net.helper);
    else
        plan_single(plan);
    return 0;
}
