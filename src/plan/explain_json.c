/*
 * --dry-run=json: the plan as one JSON object. Members are only ever added; "format" changes when
 * one changes its meaning.
 */
#include "base/log.h"
#include "base/str.h"
#include "base/user.h"
#include "plan/explain_json.h"
#include "plan/json.h"
#include "plan/landlock.h"
#include "plan/names.h"
#include "plan/plan.h"
#include "plan/view.h"
#include <sched.h>
#include <string.h>

void json_origin(struct json *j, const char *key, const struct origin *from)
{
    if (!from->text) {
        json_text(j, key, NULL);
        return;
    }
    json_open(j, key, '{');
    json_text(j, "option", from->text);
    json_text(j, "file", from->file);
    if (from->file) {
        json_number(j, "line", from->line);
        json_number(j, "column", from->column);
    }
    json_close(j, '}');
}

static void put_octal(struct json *j, const char *key, mode_t mode)
{
    json_text(j, key, arena_printf("%04o", (unsigned)mode));
}

static void put_strings(struct json *j, const char *key, const char *const *items, size_t count)
{
    json_open(j, key, '[');
    for (size_t i = 0; i < count; i++)
        json_text(j, NULL, items[i]);
    json_close(j, ']');
}

static void put_fds(struct json *j, const char *key, const int *fds, size_t count)
{
    json_open(j, key, '[');
    for (size_t i = 0; i < count; i++)
        json_number(j, NULL, (uint64_t)fds[i]);
    json_close(j, ']');
}

/* An fd, or null if there is none. */
static void put_fd(struct json *j, const char *key, int fd)
{
    if (fd >= 0)
        json_number(j, key, (uint64_t)fd);
    else
        json_text(j, key, NULL);
}

/* ---- the command --------------------------------------------------------------------------- */

static void put_command(struct json *j, const struct view *v)
{
    const struct plan *plan = v->plan;
    size_t argc = 0;

    while (plan->argv[argc])
        argc++;
    json_open(j, "command", '{');
    json_text(j, "file", plan->file);
    put_strings(j, "argv", (const char *const *)plan->argv, argc);
    json_text(j, "path", plan->path);
    put_strings(j, "starts_in_first_of", v->starts.items, v->starts.count);
    put_octal(j, "umask", plan->umask);
    json_text(j, "exec_label", plan->spec->exec_label.value);
    json_text(j, "file_label", plan->spec->file_label.value);
    json_text(j, "apparmor_profile", plan->spec->apparmor_profile.value);
    json_close(j, '}');
}

/* ---- files --------------------------------------------------------------------------------- */

static void put_overlay(struct json *j, const struct mount_op *op)
{
    static const char *const kinds[] = {
        [OVERLAY_RW] = "kept",
        [OVERLAY_TMP] = "thrown away",
        [OVERLAY_RO] = "impossible",
    };

    json_text(j, "changes", kinds[op->overlay]);
    put_strings(j, "layers", op->layers, op->layer_count);
    json_text(j, "upper", op->upper);
    json_text(j, "work", op->work);
}

static void put_attrs(struct json *j, const struct mount_view *m)
{
    json_bool(j, "read_only", m->ro);
    json_bool(j, "mounts_below_too", !m->ro_top_only);
    json_open(j, "flags", '[');
    for (size_t i = 0; i < attr_name_count; i++)
        if (m->attrs & attr_names[i].attr)
            json_text(j, NULL, attr_names[i].name);
    json_close(j, ']');
}

static void put_source(struct json *j, const struct mount_view *m)
{
    const struct mount_op *op = m->op;

    if (op->kind == MOUNT_SYMLINK)
        json_text(j, "target", op->source);
    if (op->kind == MOUNT_BIND || op->kind == MOUNT_BIND_FD) {
        json_text(j, "source", m->source);
        json_text(j, "real_source", m->real ? m->real : m->missing ? NULL : m->source);
        json_bool(j, "source_missing", m->missing);
        json_bool(j, "source_may_be_missing", op->try);
    }
    if (op->kind == MOUNT_BIND_FD || op->kind == MOUNT_FILE || op->kind == MOUNT_BIND_DATA)
        put_fd(j, "fd", op->fd);
    if (op->kind == MOUNT_OVERLAY)
        put_overlay(j, op);
    if (op->text)
        json_text(j, "text", op->text);
}

static void put_mount(struct json *j, const struct mount_view *m)
{
    json_open(j, NULL, '{');
    json_text(j, "kind", mount_kind_name(m->op->kind));
    json_text(j, "path", m->dest);
    put_source(j, m);
    if (mount_kind_covers(m->op->kind))
        put_attrs(j, m);
    if (m->op->perms_set)
        put_octal(j, "perms", m->op->perms);
    if (m->op->size)
        json_number(j, "size", m->op->size);
    json_bool(j, "hidden", m->hidden);
    json_origin(j, "from", &m->op->from);
    json_close(j, '}');
}

static void put_mounts(struct json *j, const struct view *v)
{
    json_open(j, "mounts", '[');
    for (size_t i = 0; i < v->mounts.count; i++)
        put_mount(j, &v->mounts.items[i]);
    json_close(j, ']');
}

/* ---- ids ----------------------------------------------------------------------------------- */

static void put_map(struct json *j, const char *key, const struct id_range *map, size_t count)
{
    json_open(j, key, '[');
    for (size_t i = 0; i < count; i++) {
        json_open(j, NULL, '{');
        json_number(j, "inside", map[i].inside);
        json_number(j, "outside", map[i].outside);
        json_number(j, "count", map[i].count);
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void put_ids(struct json *j, const struct plan *plan)
{
    static const char *const kinds[] = {
        [IDS_NONE] = "none",
        [IDS_SINGLE] = "single",
        [IDS_RANGES] = "ranges",
        [IDS_OUTSIDE] = "outside",
    };
    const struct plan_ids *ids = &plan->ids;

    json_open(j, "ids", '{');
    json_text(j, "kind", kinds[ids->how]);
    put_map(j, "uid_map", ids->uid_map, ids->uid_map_count);
    put_map(j, "gid_map", ids->gid_map, ids->gid_map_count);
    json_bool(j, "helpers", ids->use_helpers);
    json_bool(j, "setgroups_denied", ids->deny_setgroups);
    json_bool(j, "second_user_namespace", ids->second);
    json_bool(j, "further_user_namespaces", !plan->disable_userns);
    json_number(j, "uid", ids->uid);
    json_number(j, "gid", ids->gid);
    json_number(j, "host_uid", ids->real_uid);
    json_number(j, "host_gid", ids->real_gid);
    json_text(j, "host_user", user_name(ids->real_uid));
    json_close(j, '}');
}

/* ---- namespaces, privileges ---------------------------------------------------------------- */

static void put_namespaces(struct json *j, const struct plan *plan)
{
    static const char *const states[] = {
        [NS_SHARED] = "shared",
        [NS_NEW] = "new",
        [NS_ENTERED] = "entered",
    };

    json_open(j, "namespaces", '{');
    for (size_t i = 0; i < ns_name_count; i++) {
        unsigned flag = ns_names[i].flag;

        json_open(j, ns_names[i].name, '{');
        json_text(j, "state", states[view_namespace(plan, flag)]);
        json_origin(j, "from", view_namespace_from(plan, flag));
        if (flag == CLONE_NEWTIME) {
            json_text(j, "monotonic", plan->spec->monotonic.value);
            json_text(j, "boottime", plan->spec->boottime.value);
        }
        if (flag == CLONE_NEWUTS)
            json_text(j, "hostname", plan->spec->hostname.value);
        json_close(j, '}');
    }
    json_close(j, '}');
}

static void put_privileges(struct json *j, const struct plan *plan)
{
    json_open(j, "capabilities", '{');
    json_bool(j, "unchanged", !plan->set_caps);
    json_bool(j, "ambient", plan->ambient);
    json_bool(j, "count_on_host", view_host_privileges(plan));
    json_open(j, "kept", '[');
    for (unsigned cap = 0; plan->set_caps && cap < 64; cap++)
        if (plan->caps >> cap & 1)
            json_text(j, NULL, cap_display_name(cap));
    json_close(j, ']');
    json_close(j, '}');
}

/* Whether a profile's file was compiled before; null if there is none. */
static const char *cache_word(const struct plan_filter *f)
{
    static const char *const words[] = {
        [CACHE_NONE] = NULL, [CACHE_NO] = "not used", [CACHE_HAD] = "found", [CACHE_KEPT] = "written"};

    return words[f->cache];
}

static void put_rules(struct json *j, const struct plan *plan, bool tuned)
{
    json_open(j, "rules", '[');
    for (size_t i = 0; tuned && i < plan->spec->syscall_rules.count; i++) {
        const struct syscall_rule *rule = &plan->spec->syscall_rules.items[i];

        json_open(j, NULL, '{');
        json_bool(j, "allow", rule->allow);
        json_text(j, "calls", rule->names);
        json_origin(j, "from", &rule->from);
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void put_filters(struct json *j, const struct plan *plan)
{
    json_open(j, "seccomp", '[');
    for (size_t i = 0; i < plan->filter_count; i++) {
        const struct plan_filter *f = &plan->filters[i];

        json_open(j, NULL, '{');
        json_text(j, "policy", f->policy);
        json_number(j, "instructions", f->prog.len);
        json_number(j, "flags", f->flags);
        json_text(j, "cache", cache_word(f));
        json_text(j, "skipped", f->skipped && *f->skipped ? f->skipped : NULL);
        json_bool(j, "log", f->listener);
        put_rules(j, plan, f->tuned);
        json_origin(j, "from", &f->from);
        json_close(j, '}');
    }
    json_close(j, ']');
}

/* null: all of them. */
static void put_ports(struct json *j, const char *key, const struct opt_ports *ports)
{
    if (!ports->set) {
        json_text(j, key, NULL);
        return;
    }
    json_open(j, key, '[');
    for (size_t i = 0; i < ports->ranges.count; i++) {
        json_open(j, NULL, '{');
        json_number(j, "first", ports->ranges.items[i].first);
        json_number(j, "last", ports->ranges.items[i].last);
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void put_landlock(struct json *j, const struct plan *plan)
{
    json_open(j, "landlock", '{');
    json_number(j, "abi", (uint64_t)plan->landlock.abi); /* 0: none, or none asked for */
    json_text(j, "limits", landlock_active(plan));
    json_text(j, "missing", landlock_lacks(plan));
    put_ports(j, "tcp_connect", &plan->spec->tcp_connect);
    put_ports(j, "tcp_bind", &plan->spec->tcp_bind);
    json_origin(j, "from", &plan->spec->landlock.from);
    json_close(j, '}');
}

/* ---- environment, fds, lifetime ------------------------------------------------------------ */

static void put_variable(struct json *j, const struct view *v, size_t slot)
{
    static const char *const sources[] = {
        [ENV_FROM_HOST] = "host",
        [ENV_FROM_OPTION] = "option",
        [ENV_FROM_HUSK] = "husk",
    };
    const struct plan *plan = v->plan;
    const char *entry = plan->env[slot], *equals = strchrnul(entry, '=');
    bool is_pwd = plan->pwd_slot >= 0 && (size_t)plan->pwd_slot == slot;

    json_open(j, NULL, '{');
    json_text(j, "name", arena_strndup(entry, (size_t)(equals - entry)));
    json_text(j, "value", *equals && !is_pwd ? equals + 1 : NULL);
    json_text(j, "from", sources[view_env_source(v, slot)]);
    json_close(j, '}');
}

static void put_env(struct json *j, const struct view *v)
{
    json_open(j, "environment", '[');
    for (size_t i = 0; v->plan->env[i]; i++)
        put_variable(j, v, i);
    json_close(j, ']');
}

static void put_all_fds(struct json *j, const struct view *v)
{
    const struct spec *spec = v->plan->spec;

    json_open(j, "fds", '{');
    json_bool(j, "all_inherited", !spec->close_fds);
    json_open(j, "inherited", '[');
    for (size_t i = 0; i < v->fds.count; i++) {
        json_open(j, NULL, '{');
        json_number(j, "fd", (uint64_t)v->fds.items[i].fd);
        json_text(j, "target", v->fds.items[i].target);
        json_close(j, '}');
    }
    json_close(j, ']');
    put_fds(j, "sync", spec->sync_fds.items, spec->sync_fds.count);
    put_fd(j, "block", spec->block_fd.fd);
    put_fd(j, "userns_block", spec->userns_block_fd.fd);
    put_fd(j, "info", spec->info_fd.fd);
    put_fd(j, "json_status", spec->json_status_fd.fd);
    json_close(j, '}');
}

static void put_lifetime(struct json *j, const struct plan *plan)
{
    const struct spec *spec = plan->spec;

    json_open(j, "lifetime", '{');
    json_bool(j, "dies_with_parent", spec->die_with_parent);
    json_bool(j, "new_session", spec->new_session);
    json_bool(j, "own_init", plan->has_init);
    json_open(j, "lock_files", '[');
    for (size_t i = 0; i < spec->lock_files.count; i++)
        json_text(j, NULL, spec->lock_files.items[i].value);
    json_close(j, ']');
    json_close(j, '}');
}

/* ---- what the host gives ------------------------------------------------------------------- */

static void put_reach(struct json *j, const struct view *v, const struct reach *r)
{
    size_t count;
    const struct mount_view *const *excepts = view_excepts(v, r, &count);

    json_open(j, NULL, '{');
    json_text(j, "host", r->host);
    json_text(j, "inside", r->inside);
    json_bool(j, "write", r->write);
    json_bool(j, "write_submounts_only", r->submounts);
    json_bool(j, "devices", r->devices);
    json_open(j, "except", '[');
    for (size_t i = 0; i < count; i++)
        json_text(j, NULL, excepts[i]->dest);
    json_close(j, ']');
    json_close(j, '}');
}

static void put_reachable(struct json *j, const struct view *v)
{
    json_open(j, "reachable", '{');
    json_open(j, "paths", '[');
    for (size_t i = 0; i < v->reach.count; i++)
        put_reach(j, v, &v->reach.items[i]);
    json_close(j, ']');
    json_bool(j, "host_mountpoints_are_made", v->plan->spec->host_mountpoints);
    json_bool(j, "placeholders_are_made", v->plan->has_guardian);
    json_open(j, "shared_namespaces", '[');
    for (size_t i = 0; i < ns_name_count; i++)
        if (view_namespace(v->plan, ns_names[i].flag) == NS_SHARED)
            json_text(j, NULL, ns_names[i].name);
    json_close(j, ']');
    json_close(j, '}');
}

int explain_json(const struct plan *plan)
{
    struct json j = {.out = stdout};
    struct view v;

    view_init(&v, plan);
    json_open(&j, NULL, '{');
    json_number(&j, "format", 1);
    put_command(&j, &v);
    put_mounts(&j, &v);
    put_ids(&j, plan);
    put_namespaces(&j, plan);
    json_network(&j, plan);
    put_privileges(&j, plan);
    put_landlock(&j, plan);
    put_filters(&j, plan);
    json_limits(&j, plan);
    put_env(&j, &v);
    put_all_fds(&j, &v);
    put_lifetime(&j, plan);
    put_reachable(&j, &v);
    json_close(&j, '}');
    putc('\n', stdout);
    return log_finish_stdout("writing the plan to stdout");
}
