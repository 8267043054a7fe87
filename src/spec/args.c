/*
 * The command line, in two steps. First its words are cut into options with their arguments, and
 * --args is replaced by what it names; what is misspelt is found here, and --help, --version and
 * their like end it. Then the options are applied in order, after the profile they start from.
 */
#include "base/fd.h"
#include "base/log.h"
#include "base/str.h"
#include "spec/profile.h"
#include "spec/setters.h"
#include "spec/suggest.h"
#include <errno.h>
#include <string.h>

/* One option as given: WORDS are COUNT words of the command line, which hold ARGS. */
struct given {
    const struct option *option;
    char **args;
    char **words;
    size_t count;
};

struct line {
    VEC(struct given) given;
    struct given action; /* --help or the like: nothing else counts; its option is NULL if none */
    bool in_args;        /* the words come from --args */
};

enum { ARGS_LIMIT = 64 * 1024 * 1024 };

static int read_words(struct line *line, char **words, char ***ret_rest);

/* COUNT words with blanks between, for messages: cut off where no line would show them anyway. */
static const char *join(char **words, size_t count)
{
    const size_t limit = 400;
    size_t size = 0;
    char *text, *end;

    for (size_t i = 0; i < count; i++)
        size += strlen(words[i]) + 1;
    end = text = arena_alloc(MIN(size, limit) + 4);
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(words[i]), room = limit - (size_t)(end - text);

        if (i)
            *end++ = ' ';
        if (length + 1 >= room) {
            memcpy(end, "...", sizeof "...");
            break;
        }
        end = mempcpy(end, words[i], length);
    }
    return text;
}

static struct origin origin_of(const struct given *g)
{
    return (struct origin){.text = join(g->words, g->count)};
}

static int unknown_option(const char *word)
{
    const char *name = word + strspn(word, "-"), *near, *letters;

    log_error("Unknown option %s", word);
    if (log_is_bwrap())
        return -EINVAL;
    letters = suggest_letters(word);
    near = letters ? NULL : suggest_option(arena_strndup(name, strcspn(name, "=")), false);
    if (letters)
        log_hint("short options are given one by one: %s", letters);
    else if (near)
        log_hint("is --%s meant?", near);
    else
        log_hint("`%s --help' lists the options", log_program());
    return -EINVAL;
}

/* --name=VALUE: fills in the option and VALUE. */
static int match_with_value(const char *word, const char *equals, struct given *g)
{
    g->option = option_by_name(arena_strndup(word + 2, (size_t)(equals - word) - 2));
    if (!g->option)
        return unknown_option(word);
    if (g->option->nargs != 1) {
        struct origin from = origin_of(g);

        return option_count_error(&from, g->option);
    }
    g->args = arena_alloc(2 * sizeof(char *));
    g->args[0] = (char *)equals + 1;
    return 0;
}

/* -x or -xVALUE. */
static int match_letter(char *word, struct given *g)
{
    g->option = option_by_letter(word[1]);
    if (!g->option || (word[2] && g->option->nargs == 0))
        return unknown_option(word);
    if (word[2]) {
        g->args = arena_alloc(2 * sizeof(char *));
        g->args[0] = word + 2;
    }
    return 0;
}

/* Finds the option of the word *g->words; sets the arguments if they are in the same word. */
static int match_option(struct given *g)
{
    char *word = *g->words, *equals = strchr(word, '=');

    if (word[1] != '-')
        return match_letter(word, g);
    if (equals && !log_is_bwrap())
        return match_with_value(word, equals, g);
    g->option = option_by_name(word + 2);
    return g->option ? 0 : unknown_option(word);
}

static bool is_number(const char *word)
{
    return word && *word && !word[strspn(word, "0123456789")];
}

/* Without an equals sign there is none, or it is a number: no command is called so. */
static void take_optional(struct given *g)
{
    if (g->option->flags & OPT_NUMBER_NEXT && is_number(g->words[1])) {
        g->args = g->words + 1;
        g->count = 2;
    } else {
        g->args = arena_alloc(2 * sizeof(char *));
    }
}

/* Takes the arguments from the words behind the option. */
static int take_arguments(struct given *g)
{
    struct origin from;

    if (g->args)
        return 0;
    if (g->option->flags & OPT_OPTIONAL_ARG) {
        take_optional(g);
        return 0;
    }
    g->args = g->words + 1;
    for (; g->count <= g->option->nargs; g->count++) {
        if (!g->words[g->count]) {
            from = origin_of(g);
            return option_count_error(&from, g->option);
        }
    }
    return 0;
}

/* What FD holds as a list of words, NULL at the end. 0 or -errno, said. */
static int read_args_fd(const struct given *g, char ***ret_words)
{
    struct parser p = {.origin = origin_of(g)};
    VEC(char *) words = {0};
    char *data = NULL;
    size_t size = 0;
    int fd = FD_NONE, r = take_fd(&p, g->args[0], &fd);

    if (r < 0)
        return r;
    r = fd_read_all(fd, ARGS_LIMIT, &data, &size);
    if (r < 0)
        return log_errno(-r, "Can't read --args data"), r;
    for (char *word = data; word < data + size; word += strlen(word) + 1)
        *VEC_PUSH(&words) = word;
    *VEC_PUSH(&words) = NULL;
    *ret_words = words.items;
    return 0;
}

/* Puts the options that --args names in its place. What is behind a "--" or a command is dropped,
 * as bwrap does. */
static int expand_args(struct line *line, const struct given *g)
{
    char **words = NULL, **rest;
    int r;

    if (line->in_args) {
        struct origin from = origin_of(g);

        return option_error(&from, "--args not supported in arguments file");
    }
    r = read_args_fd(g, &words);
    if (r < 0)
        return r;
    line->in_args = true;
    r = read_words(line, words, &rest);
    line->in_args = false;
    if (r == 0 && *rest && !line->action.option && !log_is_bwrap()) {
        struct origin from = origin_of(g);

        return option_error(&from, "there is a command in what it names, from %s on", *rest);
    }
    return r;
}

/* What does not wait for its turn. */
static int act_at_once(struct line *line, const struct given *g)
{
    option_setter *set = g->option->set;

    if (streq(g->option->name, "args"))
        return expand_args(line, g);
    if (set == set_level_prefix)
        log_use_level_prefix();
    if (set == set_action || set == set_print_profile)
        line->action = *g;
    return 0;
}

/* Cuts WORDS into options; *RET_REST is what is behind them. 0 or -errno, said. */
static int read_words(struct line *line, char **words, char ***ret_rest)
{
    while (*words && **words == '-' && !line->action.option) {
        struct given g = {.words = words, .count = 1};
        int r;

        if (streq(*words, "--")) {
            words++;
            break;
        }
        r = match_option(&g);
        if (r == 0)
            r = take_arguments(&g);
        if (r == 0)
            r = act_at_once(line, &g);
        if (r < 0)
            return r;
        *VEC_PUSH(&line->given) = g;
        words += g.count;
    }
    *ret_rest = words;
    return 0;
}

static int apply(struct parser *p, const struct given *g)
{
    p->origin = origin_of(g);
    return option_apply(p, g->option, g->args);
}

/* The profile that all starts from: the first that is named, else `default'; as bwrap none.
 * *RET_FIRST is then not to be applied again. */
static int apply_first_profile(struct parser *p, const struct line *line,
                               const struct given **ret_first)
{
    *ret_first = NULL;
    if (log_is_bwrap())
        return 0;
    for (size_t i = 0; i < line->given.count; i++) {
        const struct given *g = &line->given.items[i];

        if (g->option->set == set_profile) {
            *ret_first = g;
            return apply(p, g);
        }
    }
    p->origin = (struct origin){.text = "no --profile given"};
    return profile_apply(p, "default");
}

static int apply_all(struct parser *p, const struct line *line)
{
    const struct given *first;
    int r = apply_first_profile(p, line, &first);

    for (size_t i = 0; r == 0 && i < line->given.count; i++)
        if (&line->given.items[i] != first)
            r = apply(p, &line->given.items[i]);
    return r < 0 ? r : option_finish(p);
}

/* bwrap keeps sync fds from the command, but cannot where the command is pid 1 itself. */
static void settle_sync_fds(const struct spec *spec)
{
    for (size_t i = 0; i < spec->sync_fds.count && !spec->as_pid_1; i++)
        fd_set_cloexec(spec->sync_fds.items[i]);
}

static bool waits_for_the_end(const struct mount_op *op)
{
    return op->kind == MOUNT_REMOUNT_RO && op->from.file;
}

/* A profile's --remount-ro is done when all is mounted, so that what comes after the profile still
 * finds a folder to make its mount point in. One on the command line stays where it is. */
static void defer_remounts(struct spec *spec)
{
    size_t count = spec->mounts.count, kept = 0;
    struct mount_op *last = arena_alloc(count * sizeof *last + 1), *ops = spec->mounts.items;
    size_t waiting = 0;

    for (size_t i = 0; i < count; i++) {
        if (waits_for_the_end(&ops[i]))
            last[waiting++] = ops[i];
        else
            ops[kept++] = ops[i];
    }
    for (size_t i = 0; i < waiting; i++)
        ops[kept + i] = last[i];
}

/* The last option, if it took what may have been meant as the command; else NULL. */
static const char *last_with_arguments(const struct line *line)
{
    const struct given *last = line->given.count ? &line->given.items[line->given.count - 1] : NULL;

    return last && last->count > 1 ? join(last->words, last->count) : NULL;
}

int spec_from_argv(struct spec *spec, int argc, char **argv)
{
    struct parser p = {.spec = spec};
    struct line line = {0};
    static char *nothing[] = {NULL};
    char **rest = argc > 1 ? argv + 1 : nothing;
    int r = read_words(&line, rest, &rest);

    if (r < 0)
        return r;
    spec->host_mountpoints = log_is_bwrap(); /* its clients count on it */
    spec->command = rest;
    if (line.action.option)
        return apply(&p, &line.action);
    r = argc > 1 ? apply_all(&p, &line) : 0;
    if (r < 0)
        return r;
    if (!*spec->command) {
        help_print_usage(argc > 0 ? argv[0] : log_program(), last_with_arguments(&line));
        return -EINVAL;
    }
    if ((r = allow_settle(spec)) < 0)
        return r;
    defer_remounts(spec);
    settle_sync_fds(spec);
    return 0;
}
