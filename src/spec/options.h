/*
 * The option table: the one place that lists husk's options. The argv parser, the profile parser,
 * --help, the completions and the check of husk(1) all read it. To add an option: a row in
 * options.def, a setter in setters*.c, a paragraph in man/husk.1.
 */
#pragma once
#include "base/textmap.h"
#include "spec/spec.h"

enum option_flags {
    OPT_BWRAP = 1 << 0,        /* known when called as bwrap too */
    OPT_CMDLINE_ONLY = 1 << 1, /* not in profiles */
    OPT_PROFILE_ONLY = 1 << 2, /* only in profiles */
    OPT_LAST_WINS = 1 << 3,    /* a single value: given twice, the last counts, with a warning */
    OPT_OPTIONAL_ARG = 1 << 4, /* --name[=ARG]: the argument only with an equals sign */
    OPT_NUMBER_NEXT = 1 << 5,  /* with OPT_OPTIONAL_ARG: or as the next word, if that is a number */
};

enum option_group {
    GROUP_GENERAL,
    GROUP_PROFILE,
    GROUP_FILES,
    GROUP_MODIFIERS,
    GROUP_ENV,
    GROUP_NAMESPACES,
    GROUP_NETWORK,
    GROUP_IDS,
    GROUP_PRIVILEGES,
    GROUP_PROCESS,
    GROUP_LIMITS,
    GROUP_FDS,
    GROUP_COUNT,
};

/* The titles, as --help and husk(1) show them. */
extern const char *const option_groups[GROUP_COUNT];

struct parser;
struct option;
typedef int option_setter(struct parser *p, const struct option *o, char **args);

struct option {
    const char *name;      /* without dashes */
    char letter;           /* a short form, as husk only; 0: none */
    unsigned char nargs;   /* 0 to 3: how many words ARGS has */
    unsigned short flags;  /* enum option_flags */
    const char *args;      /* their names as shown: "SRC DEST" */
    option_setter *set;
    long value;            /* for setters that serve several rows */
    enum option_group group;
    const char *help;      /* one line, no dot at the end */
};

/* The table, in the order of --help within each group. */
extern const struct option options[];
extern const size_t option_count;

/* The row named NAME (without dashes), or with the short LETTER; NULL if there is none or if it is
 * not known under the name that husk was called by. */
const struct option *option_by_name(const char *name);
const struct option *option_by_letter(char letter);

/* What a setter works on. */
struct parser {
    struct spec *spec;
    struct origin origin; /* of the option that is being set */
    int depth;            /* profiles that are being read, for loops of includes */
    struct textmap applied; /* the paths of those that were read to their ends */
    /* Modifiers that wait for their operation, and what gave the last one. */
    bool perms_pending, size_pending;
    mode_t perms;
    uint64_t size, attrs;
    VEC(const char *) overlay_layers;
    struct origin pending_from;
};

/* Sets option O with its ARGS (o->nargs of them; the optional one may be NULL). 0 or -errno, said. */
int option_apply(struct parser *p, const struct option *o, char **args);

/* An error if a modifier or an overlay source still waits for its operation. 0 or -EINVAL, said. */
int option_finish(struct parser *p);

/* Says that O was given the wrong number of arguments. Returns -EINVAL. */
int option_count_error(const struct origin *from, const struct option *o);

/* Prints --help to stdout: as husk grouped and 80 columns wide; as bwrap in its form, where ARGV0
 * is the name husk was called by. */
void help_print(const char *argv0);

/* What is said on stderr when there is no command: as husk a line and a hint, as bwrap all of it. BEHIND is the
 * option that may have taken it, with its arguments, or NULL. */
void help_print_usage(const char *argv0, const char *behind);
