/* --help, from the option table. */
#include "base/log.h"
#include "spec/options.h"
#include <stdio.h>
#include <string.h>

enum { WIDTH = 80, HUSK_COLUMN = 30, BWRAP_COLUMN = 33 };

/* "  -p, --profile NAME", as a row of the left column. Returns its length. */
static size_t format_option(char *buf, size_t size, const struct option *o)
{
    bool optional = o->flags & OPT_OPTIONAL_ARG;
    const char *before = optional ? "[=" : o->nargs ? " " : "";
    char letter[8] = "    ";
    int n;

    if (o->letter && !log_is_bwrap())
        snprintf(letter, sizeof letter, "-%c, ", o->letter);
    n = snprintf(buf, size, "%s%s--%s%s%s%s", log_is_bwrap() ? "" : "  ", letter, o->name, before,
                 o->args, optional ? "]" : "");
    return MIN((size_t)n, size - 1);
}

/* Prints TEXT broken at blanks, in lines from COLUMN to WIDTH; the cursor stands at COLUMN. */
static void print_wrapped(FILE *out, const char *text, int column)
{
    size_t room = (size_t)(WIDTH - column);

    while (strlen(text) > room) {
        size_t n = room;

        while (n > 0 && text[n] != ' ')
            n--;
        if (n == 0)
            break; /* one word, longer than a line */
        fprintf(out, "%.*s\n%*s", (int)n, text, column, "");
        text += n + 1;
    }
    fprintf(out, "%s\n", text);
}

static void print_option(FILE *out, const struct option *o)
{
    int column = log_is_bwrap() ? BWRAP_COLUMN : HUSK_COLUMN;
    char left[80];
    size_t n = format_option(left, sizeof left, o);

    fputs(left, out);
    if (n + 2 > (size_t)column) {
        fputc('\n', out);
        n = 0;
    }
    fprintf(out, "%*s", column - (int)n, "");
    print_wrapped(out, o->help, column);
}

/* The options of GROUP that can be on the command line, under their title. */
static void print_group(FILE *out, enum option_group group)
{
    fprintf(out, "\n%s:\n", option_groups[group]);
    for (const struct option *o = options; o < options + option_count; o++)
        if (o->group == group && !(o->flags & OPT_PROFILE_ONLY))
            print_option(out, o);
}

static void print_as_husk(FILE *out)
{
    fputs("Runs COMMAND in a sandbox, where it sees and changes only what it is shown.\n"
          "It starts from profile `default', or from those that --profile names.\n",
          out);
    for (unsigned group = 0; group < GROUP_COUNT; group++)
        print_group(out, group);
    fputs("\nSee husk(1).\n", out);
}

/* The first line and the words of the options are what bwrap's clients look for. */
static void print_as_bwrap(FILE *out)
{
    for (const struct option *o = options; o < options + option_count; o++)
        if (o->flags & OPT_BWRAP)
            print_option(out, o);
}

static void print_usage(FILE *out, const char *argv0)
{
    fprintf(out, "usage: %s [OPTIONS...] [--] COMMAND [ARGS...]\n", argv0);
}

static void print_all(FILE *out, const char *argv0)
{
    print_usage(out, argv0);
    fputc('\n', out);
    if (log_is_bwrap())
        print_as_bwrap(out);
    else
        print_as_husk(out);
}

void help_print(const char *argv0)
{
    print_all(stdout, argv0);
}

void help_print_usage(const char *argv0, const char *behind)
{
    if (log_is_bwrap()) {
        print_all(stderr, argv0);
        return;
    }
    print_usage(stderr, argv0);
    log_hint("there is no COMMAND%s%s; `%s --help' lists the options", behind ? " behind " : "",
             behind ? behind : "", log_program());
}
