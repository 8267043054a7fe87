/* The command's environment and words. */
#include "base/fd.h"
#include "base/log.h"
#include "base/str.h"
#include "base/textmap.h"
#include "plan/plan.h"
#include <limits.h>
#include <string.h>
#include <unistd.h>

static bool is_var(const char *var, const char *name)
{
    size_t n = strlen(name);

    return strncmp(var, name, n) == 0 && var[n] == '=';
}

struct env_var {
    char *text;    /* NULL: it was unset */
    size_t before; /* the one before it with the same name, as in .last */
};

struct env_list {
    VEC(struct env_var) vars;
    struct textmap last; /* of each name: 1 + the number of the last one, or 0 */
};

/* Adds VAR behind those of the same name. */
static void add_var(struct env_list *e, char *var)
{
    size_t length = strcspn(var, "=");
    struct env_var *added = VEC_PUSH(&e->vars);

    added->text = var;
    if (var[length]) { /* else it has no name */
        size_t *last = textmap_put(&e->last, var, length);

        added->before = *last;
        *last = e->vars.count;
    }
}

/* That of NUMBER, counted from 1; NULL: there is none. */
static struct env_var *var_at(struct env_list *e, size_t number)
{
    return number > 0 && number <= e->vars.count ? &e->vars.items[number - 1] : NULL;
}

static void unset_var(struct env_list *e, const char *name)
{
    size_t *last = textmap_get(&e->last, name, strlen(name));

    for (struct env_var *var = var_at(e, last ? *last : 0); var; var = var_at(e, var->before))
        var->text = NULL;
    if (last)
        *last = 0;
}

static void put_var(struct env_list *e, const char *name, char *var)
{
    unset_var(e, name);
    add_var(e, var);
}

/* Passes NAME, or all of PREFIX*, on from husk's own environment. */
static void keep_vars(struct env_list *e, const char *name)
{
    size_t n = strlen(name);
    bool prefix = n && name[n - 1] == '*';

    for (char **v = environ; *v; v++) {
        size_t length;

        if (prefix ? strncmp(*v, name, n - 1) != 0 : !is_var(*v, name))
            continue;
        length = strcspn(*v, "=");
        if ((*v)[length])
            put_var(e, arena_strndup(*v, length), *v);
    }
}

static void apply(struct env_list *e, const struct env_op *op)
{
    switch (op->kind) {
    case ENV_CLEAR:
        *e = (struct env_list){0};
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

/* The value of the first one, as getenv(3) has it. */
static const char *value_of(char *const *vars, const char *name)
{
    for (; *vars; vars++)
        if (is_var(*vars, name))
            return *vars + strlen(name) + 1;
    return NULL;
}

int plan_env(struct plan *plan)
{
    struct env_list e = {0};
    size_t n = 0;

    for (char **v = environ; *v; v++)
        add_var(&e, *v);
    for (size_t i = 0; i < plan->spec->env.count; i++)
        apply(&e, &plan->spec->env.items[i]);
    unset_var(&e, "PWD");
    plan->env = arena_alloc((e.vars.count + 2) * sizeof *plan->env);
    for (size_t i = 0; i < e.vars.count; i++)
        if (e.vars.items[i].text)
            plan->env[n++] = e.vars.items[i].text;
    plan->pwd_slot = (int)n;
    /* Room for the folder that the child will find itself in. */
    plan->env[n] = memcpy(arena_alloc(sizeof "PWD=" + PATH_MAX), "PWD=", sizeof "PWD=");
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
