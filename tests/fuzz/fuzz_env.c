/*
 * husk's own environment, a variable a line, whatever it holds; and behind `%%' what is done to it: lines of `clear',
 * `set NAME VALUE', `unset NAME', `keep NAME' and `keep PREFIX*'. What the command gets is what was said of each
 * name at last.
 */
#include "fuzz.h"
#include "plan/plan.h"
#include <limits.h>
#include <unistd.h>

/* False: it is none, or one that the setters refuse. */
static bool read_kind(const char *word, const char *name, enum env_kind *ret)
{
    static const struct {
        const char *word;
        enum env_kind kind;
    } kinds[] = {{"clear", ENV_CLEAR}, {"set", ENV_SET}, {"unset", ENV_UNSET}, {"keep", ENV_KEEP}};

    for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
        *ret = kinds[i].kind;
        if (streq(kinds[i].word, word))
            return *ret == ENV_CLEAR || (name && *name && !strchr(name, '='));
    }
    return false;
}

static void read_ops(struct spec *spec, char *text)
{
    char *line;

    while ((line = strsep(&text, "\n"))) {
        const char *word = strsep(&line, " "), *name = strsep(&line, " ");
        struct env_op op = {.name = name, .value = line ? line : ""};

        if (read_kind(word, name, &op.kind))
            *VEC_PUSH(&spec->env) = op;
    }
}

static bool has_name(const char *var, const char *name)
{
    size_t n = strlen(name);

    return strncmp(var, name, n) == 0 && var[n] == '=';
}

/* Would OP pass something of that name on. */
static bool keeps(const struct env_op *op, const char *name)
{
    size_t n = strlen(op->name);

    return op->name[n - 1] == '*' ? strncmp(name, op->name, n - 1) == 0 : streq(name, op->name);
}

/* The last word on NAME: its value, if it must be there; *RET_IS_GONE: it must not be. */
static const char *last_word(const struct spec *spec, const char *name, bool *ret_is_gone)
{
    const char *value = NULL;

    *ret_is_gone = streq(name, "PWD");
    for (size_t i = 0; i < spec->env.count && !streq(name, "PWD"); i++) {
        const struct env_op *op = &spec->env.items[i];

        if (op->kind == ENV_CLEAR || (op->kind == ENV_UNSET && streq(op->name, name))) {
            value = NULL;
            *ret_is_gone = true;
        } else if (op->kind == ENV_SET && streq(op->name, name)) {
            value = op->value;
            *ret_is_gone = false;
        } else if (op->kind == ENV_KEEP && keeps(op, name)) {
            value = NULL;
            *ret_is_gone = false; /* if husk has got it */
        }
    }
    return value;
}

static void check(const struct plan *plan, const struct spec *spec)
{
    for (size_t i = 0; i < spec->env.count; i++) {
        const struct env_op *op = &spec->env.items[i];
        const char *value;
        size_t count = 0;
        bool is_gone;

        if (op->kind == ENV_CLEAR || (op->kind == ENV_KEEP && strchr(op->name, '*')))
            continue;
        value = last_word(spec, op->name, &is_gone);
        for (char **v = plan->env; v < plan->env + plan->pwd_slot; v++) {
            if (!has_name(*v, op->name))
                continue;
            count++;
            FUZZ_CHECK(!value || streq(*v + strlen(op->name) + 1, value));
        }
        FUZZ_CHECK(!is_gone || count == 0);
        FUZZ_CHECK(!value || count == 1);
    }
    FUZZ_CHECK(streq(plan->env[plan->pwd_slot], "PWD=") && !plan->env[plan->pwd_slot + 1]);
    FUZZ_CHECK(plan->path);
}

void fuzz_env(const uint8_t *data, size_t size)
{
    char *rest = input_text(data, size), *text = input_section(&rest), **before = environ;
    struct spec spec;
    struct plan plan = {.spec = &spec};
    int count;

    spec_init(&spec);
    environ = input_words(text, &count);
    read_ops(&spec, rest);
    FUZZ_CHECK(plan_env(&plan) == 0);
    environ = before;
    check(&plan, &spec);
    FUZZ_CHECK(machine_errors() == 0);
}
