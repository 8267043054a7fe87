/* Setters of what protects a second time, and of what must be had. */
#include "base/str.h"
#include "spec/setters.h"
#include <string.h>

static const struct {
    const char *name;
    unsigned parts;
} landlock_parts[] = {
    {"all", LANDLOCK_ALL},           {"none", 0},
    {"files", LANDLOCK_FILES},       {"abstract", LANDLOCK_ABSTRACT},
    {"signals", LANDLOCK_SIGNALS},
};

static bool find_part(const char *word, unsigned *ret)
{
    for (size_t i = 0; i < ARRAY_SIZE(landlock_parts); i++)
        if (streq(landlock_parts[i].name, word)) {
            *ret = landlock_parts[i].parts;
            return true;
        }
    return false;
}

int set_landlock(struct parser *p, const struct option *o, char **args)
{
    struct opt_parts *slot = &p->spec->landlock;
    char *words = arena_strdup(args[0]), *word;
    unsigned parts = 0, part;

    while ((word = strsep(&words, ","))) {
        if (!find_part(word, &part))
            return option_error(&p->origin, "there is all, none, files, abstract, signals; not %s",
                                *word ? word : "an empty word");
        parts |= part;
    }
    if (slot->set)
        warn_replaced(o, &slot->from);
    *slot = (struct opt_parts){true, parts, p->origin};
    return 0;
}

/* "80" or "8000-8080". Port 0 stands for any that the kernel picks. */
static bool parse_ports(const char *word, struct port_range *ret)
{
    const char *dash = strchr(word, '-');
    uint64_t first, last;

    if (!parse_number(dash ? arena_strndup(word, (size_t)(dash - word)) : word, 10, UINT16_MAX, &first))
        return false;
    last = first;
    if (dash && (!parse_number(dash + 1, 10, UINT16_MAX, &last) || last < first))
        return false;
    *ret = (struct port_range){(uint16_t)first, (uint16_t)last};
    return true;
}

int set_tcp_ports(struct parser *p, const struct option *o, char **args)
{
    struct opt_ports *slot = MEMBER(p, o, struct opt_ports);
    char *words = arena_strdup(args[0]), *word;
    struct port_range range;

    slot->set = true;
    slot->from = p->origin;
    if (streq(args[0], "none"))
        return 0;
    while ((word = strsep(&words, ","))) {
        if (!parse_ports(word, &range))
            return option_error(&p->origin,
                                "ports from 0 to 65535 are wanted, as in 443,8000-8080, or none");
        *VEC_PUSH(&slot->ranges) = range;
    }
    return 0;
}

/* Which features there are is the plan's to know. */
int set_require(struct parser *p, const struct option *o HUSK_UNUSED, char **args)
{
    *VEC_PUSH(&p->spec->required) = (struct opt_text){args[0], p->origin};
    return 0;
}
