/*
 * A profile's lines as options of the command line: where both are accepted they mean the same, and what one
 * accepts so does the other, but for what is for one of them alone.
 */
#include "spec/options.h"
#include "spec/profile_lex.h"
#include "specs.h"

/* What is meant to differ: where a path starts from, when it is done, and which of several choices counts. */
static bool may_differ(const struct profile_line *line, const struct option *o)
{
    static const char *const names[] = {"profile", "remount-ro", "allow", "net-log", "net", "seccomp-profile"};

    for (size_t i = 0; i < ARRAY_SIZE(names); i++)
        if (streq(names[i], line->name))
            return true;
    return line->skip || o->flags & (OPT_CMDLINE_ONLY | OPT_PROFILE_ONLY);
}

/* The words of the lines. False: there is no way to say them. */
static bool to_words(const char *text, size_t *ret_count, char ***ret_words)
{
    VEC(char *) words = {0};
    struct profile_lexer lexer;
    struct profile_line line;
    const struct option *o;

    *VEC_PUSH(&words) = (char *)"husk";
    *VEC_PUSH(&words) = (char *)"-p";
    *VEC_PUSH(&words) = (char *)"none";
    profile_lex_init(&lexer, "FILE", text);
    for (int r; (r = profile_lex(&lexer, &line)) != 0;) {
        o = r < 0 ? NULL : option_by_name(line.name);
        if (!o || may_differ(&line, o) || line.word_count > PROFILE_WORDS)
            return false;
        if (o->flags & OPT_OPTIONAL_ARG && line.word_count == 1) {
            *VEC_PUSH(&words) = arena_printf("--%s=%s", line.name, line.words[0]);
            continue;
        }
        if (line.word_count != (o->flags & OPT_OPTIONAL_ARG ? 0 : o->nargs))
            return false;
        *VEC_PUSH(&words) = arena_printf("--%s", line.name);
        for (size_t i = 0; i < line.word_count; i++)
            *VEC_PUSH(&words) = line.words[i];
    }
    *VEC_PUSH(&words) = (char *)"--";
    *VEC_PUSH(&words) = (char *)"true";
    *ret_count = words.count;
    *VEC_PUSH(&words) = NULL;
    *ret_words = words.items;
    return true;
}

void fuzz_same(const uint8_t *data, size_t size)
{
    char *argv[] = {(char *)"husk", (char *)"-p", (char *)"/p", (char *)"--", (char *)"true", NULL};
    char *text = input_text(data, size), **words;
    const char *first;
    struct spec spec;
    size_t count;
    int r, again;

    machine_close();
    if (!to_words(text, &count, &words))
        return;
    machine_file("/p", text, strlen(text));
    r = spec_read(&spec, false, 5, argv);
    first = r < 0 ? "" : spec_digest(&spec);
    again = spec_read(&spec, false, (int)count, words);
    FUZZ_CHECK(r == again);
    FUZZ_CHECK(r < 0 || spec.action != ACTION_RUN || streq(first, spec_digest(&spec)));
}
