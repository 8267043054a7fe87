/* --dry-run=json: the limits of a process, and those of the sandbox as a whole. */
#include "plan/explain_json.h"
#include "plan/plan.h"
#include "spec/limits.h"
#include <sys/resource.h>

/* An object of VALUE and FROM; null if it is not set. */
static void put_integer(struct json *j, const char *key, const struct opt_number *number)
{
    if (!number->set) {
        json_text(j, key, NULL);
        return;
    }
    json_open(j, key, '{');
    json_integer(j, "value", number->value);
    json_origin(j, "from", &number->from);
    json_close(j, '}');
}

/* null: unlimited. */
static void put_limit(struct json *j, const char *key, rlim_t value)
{
    if (value == RLIM_INFINITY)
        json_text(j, key, NULL);
    else
        json_number(j, key, value);
}

static void put_cgroup(struct json *j, const struct plan *plan)
{
    static const char *const hows[] = {
        [CGROUP_NONE] = NULL, [CGROUP_SCOPE] = "scope", [CGROUP_PARENT] = "parent"};
    const struct plan_cgroup *c = &plan->cgroup;
    bool scope = c->how == CGROUP_SCOPE;

    json_open(j, "cgroup", '{');
    json_text(j, "how", hows[c->how]);
    json_text(j, "unit", scope ? c->unit : NULL); /* null: one that is free */
    json_text(j, "slice", scope ? c->slice : NULL);
    json_text(j, "parent", scope ? NULL : plan->spec->cgroup.parent.value);
    json_bool(j, "writable_inside", plan->spec->cgroup.fs.set);
    json_open(j, "files", '[');
    for (size_t i = 0; i < c->file_count; i++) {
        json_open(j, NULL, '{');
        json_text(j, "name", c->files[i].name);
        json_text(j, "line", c->files[i].line);
        json_origin(j, "from", c->files[i].from);
        json_close(j, '}');
    }
    json_close(j, ']');
    json_close(j, '}');
}

void json_limits(struct json *j, const struct plan *plan)
{
    const struct spec *s = plan->spec;

    json_open(j, "limits", '{');
    json_open(j, "rlimits", '[');
    for (size_t i = 0; i < plan->limit_count; i++) {
        json_open(j, NULL, '{');
        json_text(j, "name", limit_name(plan->limits[i].resource));
        put_limit(j, "soft", plan->limits[i].value.rlim_cur);
        put_limit(j, "hard", plan->limits[i].value.rlim_max);
        json_origin(j, "from", &plan->limits[i].from);
        json_close(j, '}');
    }
    json_close(j, ']');
    put_integer(j, "nice", &s->nice);
    put_integer(j, "oom_score_adj", &s->oom_score_adj);
    json_text(j, "cpu_affinity", s->cpus.text);
    json_bool(j, "aslr", !s->no_aslr.set);
    json_open(j, "timeout", '{');
    json_number(j, "nanoseconds", (uint64_t)plan->timeout); /* 0: none */
    json_number(j, "kill_after_nanoseconds", (uint64_t)plan->kill_after);
    json_origin(j, "from", &s->timeout.from);
    json_close(j, '}');
    put_cgroup(j, plan);
    json_close(j, '}');
}
