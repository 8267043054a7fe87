/* The limits of --dry-run=json: of each process, and of the sandbox as a whole. */
#include "hand_made_plan.h"
#include "plan/explain_json.h"
#include <sys/resource.h>

/* The member "limits", alone in an object. */
static int show(const struct plan *p)
{
    struct json j = {.out = stdout};

    json_open(&j, NULL, '{');
    json_limits(&j, p);
    json_close(&j, '}');
    return fflush(stdout);
}

static void without_limits_each_member_is_there(void **state HUSK_UNUSED)
{
    const char *text = printed(show);

    has(text, "\"rlimits\": [],\n    \"nice\": null,\n    \"oom_score_adj\": null,\n    \"cpu_affinity\": null,\n"
              "    \"aslr\": true,\n    \"timeout\": {\n      \"nanoseconds\": 0,\n      \"kill_after_nanoseconds\": 0,");
    has(text, "\"cgroup\": {\n      \"how\": null,\n      \"unit\": null,\n      \"slice\": null,\n"
              "      \"parent\": null,\n      \"writable_inside\": false,\n      \"files\": []\n    }");
}

static void numbers_have_their_origin(void **state HUSK_UNUSED)
{
    const char *text;

    spec.nice = (struct opt_number){true, -3, {.text = "--nice -3"}};
    spec.oom_score_adj = (struct opt_number){true, 0, {.text = ODD}};
    spec.cpus.text = "0-1";
    text = printed(show);
    has(text, "\"nice\": {\n      \"value\": -3,\n      \"from\": {");
    has(text, "--nice -3");
    has(text, "\"oom_score_adj\": {\n      \"value\": 0,");
    has(text, "\\u001b");
    has(text, "\"cpu_affinity\": \"0-1\",");
}

static void unlimited_is_null(void **state HUSK_UNUSED)
{
    plan.limits[plan.limit_count++] = (struct plan_limit){RLIMIT_CORE, {0, RLIM_INFINITY}, {.text = "x"}};
    plan.limits[plan.limit_count++] = (struct plan_limit){RLIMIT_AS, {RLIM_INFINITY, RLIM_INFINITY}, {.text = "y"}};
    has(printed(show), "\"name\": \"core\",\n        \"soft\": 0,\n        \"hard\": null,");
    has(printed(show), "\"name\": \"as\",\n        \"soft\": null,\n        \"hard\": null,");
}

static void a_cgroup_is_a_scope_or_has_a_parent(void **state HUSK_UNUSED)
{
    static const struct origin from = {.text = "--memory 1G"};
    static const struct cgroup_file files[] = {
        {.controller = "memory", .name = "memory.max", .line = "1073741824", .from = &from}};

    plan.cgroup = (struct plan_cgroup){
        .how = CGROUP_SCOPE, .files = files, .file_count = 1, .slice = "husk.slice", .unit = "x.scope"};
    spec.cgroup.parent.value = "/not/shown";
    has(printed(show), "\"how\": \"scope\",\n      \"unit\": \"x.scope\",\n      \"slice\": \"husk.slice\",\n"
                       "      \"parent\": null,");
    has(printed(show), "\"name\": \"memory.max\",\n          \"line\": \"1073741824\",\n          \"from\": {");
    plan.cgroup.how = CGROUP_PARENT;
    spec.cgroup.fs.set = true;
    has(printed(show), "\"how\": \"parent\",\n      \"unit\": null,\n      \"slice\": null,\n"
                       "      \"parent\": \"/not/shown\",\n      \"writable_inside\": true,");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(without_limits_each_member_is_there, set_up),
        cmocka_unit_test_setup(numbers_have_their_origin, set_up),
        cmocka_unit_test_setup(unlimited_is_null, set_up),
        cmocka_unit_test_setup(a_cgroup_is_a_scope_or_has_a_parent, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
