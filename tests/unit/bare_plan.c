#include "bare_plan.h"
#include "base/fd.h"
#include "in_namespace.h"
#include <limits.h>

struct spec spec;
struct plan plan;

static struct mount_op ops[32];

void bare_plan(void)
{
    static char pwd[sizeof "PWD=" + PATH_MAX], *env[] = {(char *)"PATH=/usr/bin:/bin", pwd, NULL};
    static char *argv[] = {NULL, (char *)"true", NULL};
    static struct id_range uid_map, gid_map;

    strcpy(pwd, "PWD=");
    uid_map = (struct id_range){0, outer_uid, 1};
    gid_map = (struct id_range){0, outer_gid, 1};
    spec_init(&spec);
    memset(&plan, 0, sizeof plan);
    plan.spec = &spec;
    plan.unshared = plan.clone_flags = INSIDE_FLAGS;
    plan.ids = (struct plan_ids){.how = IDS_SINGLE, .uid_map = &uid_map, .gid_map = &gid_map,
                                 .uid_map_count = 1, .gid_map_count = 1, .deny_setgroups = true,
                                 .real_uid = outer_uid, .real_gid = outer_gid};
    plan.mounts = ops;
    plan.argv = argv + 1;
    plan.file = argv[1];
    plan.env = env;
    plan.pwd_slot = 1;
    plan.path = "/usr/bin:/bin";
    plan.umask = 022;
    sigemptyset(&plan.mask);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &plan.nofile), 0);
}

struct mount_op *add_op(enum mount_kind kind, const char *source, const char *dest)
{
    struct mount_op *op = &ops[plan.mount_count++];

    assert_true(plan.mount_count < ARRAY_SIZE(ops));
    *op = (struct mount_op){.kind = kind, .source = source, .dest = dest, .fd = FD_NONE};
    op->from.text = "--option";
    return op;
}

static size_t count_lines(const char *text)
{
    size_t n = 0;

    for (; *text; text++)
        n += *text == '\n';
    return n;
}

void refused_at(int r, const char *said, const char *text, const char *file, int line)
{
    size_t lines = count_lines(said), most = strstr(said, ": hint: ") ? 2 : 1;

    if (r < 0 && strstr(said, text) && lines >= 1 && lines <= most)
        return;
    print_error("not one line with \"%s\" but %d and: %s\n", text, r, said);
    _fail(file, line);
}
