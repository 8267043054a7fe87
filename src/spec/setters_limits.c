/* Setters of the command's limits. */
#include "base/str.h"
#include "spec/limits.h"
#include "spec/setters.h"

int set_rlimit(struct parser *p, const struct option *o, char **args)
{
    struct rlimit value;
    struct opt_limit *slot;
    int resource;
    const char *reason = limit_parse(args[0], &resource, &value);

    if (reason)
        return option_error(&p->origin, "%s", reason);
    slot = &p->spec->limits[resource];
    if (slot->set && !slot->only_lower)
        warn_replaced(o, &slot->from);
    *slot = (struct opt_limit){.set = true, .value = value, .from = p->origin};
    return 0;
}

int set_rlimit_at_most(struct parser *p, const struct option *o, char **args)
{
    struct opt_limit limit = {.set = true, .only_lower = true, .from = p->origin};
    int resource;
    const char *reason = limit_parse(args[0], &resource, &limit.value);
    struct opt_limit *slot;

    if (reason)
        return option_error(&p->origin, "%s", reason);
    slot = &p->spec->limits[resource];
    if (slot->set)
        warn_replaced(o, &slot->from);
    *slot = limit;
    return 0;
}

/* Of 0 the kernel makes no file, but it does start a program that /proc/sys/kernel/core_pattern
 * names, with the whole memory on its input. A limit of 1, which no core fits, it takes as a no to
 * both (do_coredump()). */
int set_no_core(struct parser *p, const struct option *o HUSK_UNUSED, char **args HUSK_UNUSED)
{
    p->spec->limits[RLIMIT_CORE] =
        (struct opt_limit){.set = true, .only_lower = true, .value = {1, 1}, .from = p->origin};
    return 0;
}

static int put_number(struct parser *p, const struct option *o, struct opt_number *slot, int value)
{
    if (slot->set)
        warn_replaced(o, &slot->from);
    *slot = (struct opt_number){true, value, p->origin};
    return 0;
}

static int set_number(struct parser *p, const struct option *o, const char *word,
                      struct opt_number *slot, int min, int max)
{
    int value;

    if (!parse_integer(word, min, max, &value))
        return option_error(&p->origin, "a number from %d to %d is wanted", min, max);
    return put_number(p, o, slot, value);
}

int set_nice(struct parser *p, const struct option *o, char **args)
{
    return set_number(p, o, args[0], &p->spec->nice, -20, 19);
}

int set_oom_score_adj(struct parser *p, const struct option *o, char **args)
{
    return set_number(p, o, args[0], &p->spec->oom_score_adj, -1000, 1000);
}

int set_umask(struct parser *p, const struct option *o, char **args)
{
    uint64_t mask;

    if (!parse_number(args[0], 8, 0777, &mask))
        return option_error(&p->origin, "an octal number up to 0777 is wanted");
    return put_number(p, o, &p->spec->umask, (int)mask);
}

int set_cpu_list(struct parser *p, const struct option *o, char **args)
{
    struct cpu_list *list = arena_alloc(sizeof *list);
    struct opt_cpus *slot = MEMBER(p, o, struct opt_cpus);

    if (!cpus_parse(args[0], list))
        return option_error(&p->origin, "numbers and ranges below %d are wanted, as in 0-3,5",
                            CPU_LIMIT);
    if (slot->list)
        warn_replaced(o, &slot->from);
    *slot = (struct opt_cpus){list, args[0], p->origin};
    return 0;
}

static int set_duration(struct parser *p, const struct option *o, const char *word,
                        struct opt_duration *slot)
{
    int64_t ns;

    if (!duration_parse(word, &ns))
        return option_error(&p->origin, "a number with s, m, h or d, more than 0, is wanted");
    if (slot->text)
        warn_replaced(o, &slot->from);
    *slot = (struct opt_duration){ns, word, p->origin};
    return 0;
}

/* Without a pid namespace there would be processes that its end does not reach. */
int set_timeout(struct parser *p, const struct option *o, char **args)
{
    int r = set_duration(p, o, args[0], &p->spec->timeout);

    return r < 0 ? r : set_unshare(p, o, args);
}

int set_kill_after(struct parser *p, const struct option *o, char **args)
{
    return set_duration(p, o, args[0], &p->spec->kill_after);
}
