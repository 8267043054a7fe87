/* --dry-run=json is one JSON object, whatever bytes the plan holds. */
#include "hand_made_plan.h"

#include "base/str.h"

/* ---- a strict reader of JSON --------------------------------------------------------------- */

static const char *skip_value(const char *s);

static const char *blanks(const char *s)
{
    return s + strspn(s, " \n");
}

static const char *skip_string(const char *s)
{
    if (*s++ != '"')
        return NULL;
    while (*s && *s != '"') {
        if ((unsigned char)*s < ' ')
            return NULL;
        if (*s == '\\' && s[1] == 'u' && strspn(s + 2, "0123456789abcdef") < 4)
            return NULL;
        if (*s == '\\' && !strchr("\"\\/bfnrtu", *++s))
            return NULL;
        s++;
    }
    return *s ? s + 1 : NULL;
}

static const char *skip_members(const char *s, char end)
{
    if (*(s = blanks(s)) == end)
        return s + 1;
    for (;; s++) {
        s = blanks(s);
        if (end == '}') {
            s = skip_string(s);
            if (!s || *s++ != ':')
                return NULL;
        }
        s = skip_value(blanks(s));
        if (!s)
            return NULL;
        s = blanks(s);
        if (*s == end)
            return s + 1;
        if (*s != ',')
            return NULL;
    }
}

static const char *skip_value(const char *s)
{
    bool negative = *s == '-';
    size_t digits = strspn(s += negative, "0123456789");

    if (digits || negative)
        return !digits || (s[0] == '0' && digits > 1) ? NULL : s + digits;
    if (*s == '{' || *s == '[')
        return skip_members(s + 1, *s == '{' ? '}' : ']');
    for (size_t i = 0; i < 3; i++) {
        const char *text = ((const char *[]){"true", "false", "null"})[i];

        if (starts_with(s, text))
            return s + strlen(text);
    }
    return skip_string(s);
}

static void is_json_object(const char *text)
{
    const char *end = *text == '{' ? skip_value(text) : NULL;

    if (!end || !streq(end, "\n"))
        fail_msg("not one JSON object:\n%s", text);
}

static void the_reader_of_json_is_strict(void **state HUSK_UNUSED)
{
    const char *good[] = {"{}", "{\"a\": [1, 0, {\"b\\u001b\": null}]}"};
    const char *bad[] = {"{",        "{\"a\" 1}", "{\"a\": 01}", "{\"a\": 1,}",
                         "[\"\n\"]", "[\"\\x\"]", "[,]"};

    for (size_t i = 0; i < ARRAY_SIZE(good); i++)
        assert_string_equal(skip_value(good[i]), "");
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
        assert_null(skip_value(bad[i]));
}

/* ---- plans --------------------------------------------------------------------------------- */

static void json_is_valid_for_any_bytes(void **state HUSK_UNUSED)
{
    char *text;

    use_odd_bytes_everywhere();
    text = printed(explain_json);
    is_json_object(text);
    has(text, "/o\\\"d\\\\d\\u000a\\u001b[31m");
    has_not(text, "\xff");
    for (int c = 1; c < 256; c++) {
        char name[] = {(char)c, 'x', (char)c, 0};

        plan.file = name;
        is_json_object(printed(explain_json));
    }
}

static void every_member_is_there(void **state HUSK_UNUSED)
{
    static const char *const members[] = {
        "format",  "command", "mounts",      "ids",      "namespaces", "capabilities",
        "seccomp", "fds",     "environment", "lifetime", "reachable",  "limits",
    };
    const char *layers[] = {"/low", "/high"};
    struct mount_op *op = add(MOUNT_OVERLAY, NULL, "/over");
    char *text;

    op->layers = layers;
    op->layer_count = ARRAY_SIZE(layers);
    op->upper = "/up";
    op->work = "/work";
    add(MOUNT_TEXT, NULL, "/text")->text = ODD;
    add(MOUNT_FILE, NULL, "/file")->fd = 7;
    add(MOUNT_MASK, NULL, "/mask");
    text = printed(explain_json);
    is_json_object(text);
    for (size_t i = 0; i < ARRAY_SIZE(members); i++)
        has(text, arena_printf("\n  \"%s\": ", members[i]));
    has(text, "\"layers\": [\n        \"/low\",\n        \"/high\"\n      ]");
    has(text, "\"fd\": 7");
    has_not(text, "\"fd\": 18446744073709551615");
}

static void limits_are_shown(void **state HUSK_UNUSED)
{
    char *text;

    plan.limits[plan.limit_count++] = (struct plan_limit){RLIMIT_NOFILE, {64, RLIM_INFINITY}, {.text = "x"}};
    spec.nice = (struct opt_number){true, -3, {.text = "--nice -3"}};
    spec.no_aslr.set = true;
    plan.timeout = 7;
    plan.kill_after = 8;
    text = printed(explain_json);
    is_json_object(text);
    has(text, "\"name\": \"nofile\",\n        \"soft\": 64,\n        \"hard\": null,\n        \"from\": {");
    has(text, "\"nice\": {\n      \"value\": -3,");
    has(text, "\"oom_score_adj\": null,\n    \"cpu_affinity\": null,\n    \"aslr\": false");
    has(text, "\"timeout\": {\n      \"nanoseconds\": 7,\n      \"kill_after_nanoseconds\": 8,");
}

static void numbers_are_whole(void **state HUSK_UNUSED)
{
    static const struct id_range all = {0, 0, UINT32_MAX};

    add(MOUNT_TMPFS, NULL, "/t")->size = UINT64_MAX;
    plan.ids.uid_map = &all;
    has(printed(explain_json), "\"size\": 18446744073709551615");
    has(printed(explain_json), "\"count\": 4294967295");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_reader_of_json_is_strict, set_up),
        cmocka_unit_test_setup(json_is_valid_for_any_bytes, set_up),
        cmocka_unit_test_setup(every_member_is_there, set_up),
        cmocka_unit_test_setup(limits_are_shown, set_up),
        cmocka_unit_test_setup(numbers_are_whole, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
