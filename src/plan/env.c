/* The command's environment and words. */
#include "base/fd.h"
#include "base/log.h"
#include "base/str.h"
#include "plan/plan.h"
#include <limits.h>
#include <string.h>
#include <unistd.h>

struct env_list {
    VEC(char *) vars;
};

static bool is_var(const char *var, const char *name)
{
    size_t n = strlen(name);

    return strncmp(var, name, n) == 0 && var[n] == '=';
}

static char *find_var(char *const *vars, const char *name)
{
    for (; *vars; vars++)
        if (is_var(*vars, name))
            return *vars;
    return NULL;
}

static void unset_var(struct env_list *e, const char *name)
{
    size_t kept = 0;

    for (size_t i = 0; i < e->vars.count; i++)
        if (!is_var(e->vars.items[i], name))
            e->vars.items[kept++] = e->vars.items[i];
    e->vars.count = kept;
}

static void put_var(struct env_list *e, const char *name, char *var)
{
    unset_var(e, name);
    *VEC_PUSH(&e->vars) = var;
}

/* Passes NAME, or all of PREFIX*, on from husk's own environment. */
static void keep_vars(struct env_list *e, const char *name)
{
    size_t n = strlen(name);
    bool prefix = n && name[n - 1] == '*';

    for (char **v = environ; *v; v++) {
        size_t length = strcspn(*v, "=");

        if ((*v)[length] && (prefix ? strncmp(*v, name, n - 1) == 0 : is_var(*v, name)))
            put_var(e, arena_strndup(*v, length), *v);
    }
}

static void apply(struct env_list *e, const struct env_op *op)
{
    switch (op->kind) {
    case ENV_CLEAR:
        e->vars.count = 0;
        break;
    case ENV_SET:
        put_var(e, op->name, arena_printf("%s=%s", op->name, op->value));
        break;
    case ENV_UNSET:
        unset_var(e, op->name);
        break;
    case ENV_KEEP:
        keep_vars(e, op->name);
        break;
    }
}

static const char *value_of(char *const *vars, const char *name)
{
    char *var = find_var(vars, name);

    return var ? var + strlen(name) + 1 : NULL;
}

int plan_env(struct plan *plan)
{
    struct env_list e = {0};

    for (char **v = environ; *v; v++)
        *VEC_PUSH(&e.vars) = *v;
    for (size_t i = 0; i < plan->spec->env.count; i++)
        apply(&e, &plan->spec->env.items[i]);
    unset_var(&e, "PWD");
    plan->pwd_slot = (int)e.vars.count;
    /* Room for the folder that the child will find itself in. */
    *VEC_PUSH(&e.vars) = memcpy(arena_alloc(sizeof "PWD=" + PATH_MAX), "PWD=", sizeof "PWD=");
    *VEC_PUSH(&e.vars) = NULL;
    plan->env = e.vars.items;
    plan->path = value_of(plan->env, "PATH");
    plan->home = value_of(plan->env, "HOME");
    if (!plan->path)
        plan->path = "/bin:/usr/bin"; /* as confstr(3) _CS_PATH has it */
    return 0;
}

/* An fd that husk uses up itself must not be promised to the command: its number may come to be one of
 * husk's own files. */
static int check_kept_fds(const struct spec *s)
{
    for (size_t i = 0; i < s->keep_fds.count; i++)
        for (size_t k = 0; k < s->taken_fds.count; k++)
            if (s->keep_fds.items[i] == s->taken_fds.items[k])
                return log_error("--keep-fd %d: another option uses that fd", s->keep_fds.items[i]),
                       -EINVAL;
    return 0;
}

int plan_command(struct plan *plan)
{
    char **words = plan->spec->command, **argv;
    char cwd[PATH_MAX] = "";
    size_t n = 0;

    /* It may have been removed, or lie in a folder that is closed or not ours to see. */
    if (!getcwd(cwd, sizeof cwd) && errno != ENOENT && errno != EACCES)
        return log_errno(errno, "asking for the current folder");
    else if (cwd[0] == '/')
        plan->old_cwd = arena_strdup(cwd);
    while (words && words[n])
        n++;
    argv = arena_alloc((n + 2) * sizeof *argv);
    if (n)
        memcpy(argv + 1, words, n * sizeof *argv);
    plan->argv = argv + 1;
    plan->file = words ? words[0] : NULL;
    if (plan->spec->argv0.value)
        plan->argv[0] = (char *)plan->spec->argv0.value;
    return check_kept_fds(plan->spec);
}
