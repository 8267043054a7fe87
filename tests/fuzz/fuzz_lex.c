/* A profile's text, cut into words. Words that are quoted and read again are the same. */
#include "fuzz.h"
#include "spec/profile_lex.h"

static char *put_quoted(char *p, const char *word)
{
    *p++ = '"';
    for (; *word; word++) {
        if (strchr("\"\\$", *word))
            *p++ = '\\';
        *p++ = *word;
    }
    *p++ = '"';
    return p;
}

static void read_again(const struct profile_line *line)
{
    size_t size = sizeof line->name + 1, count = MIN(line->word_count, (size_t)PROFILE_WORDS);
    struct profile_lexer lexer;
    struct profile_line again;
    char *text, *p;

    for (size_t i = 0; i < count; i++) {
        /* A variable may hold one; then no profile can say the same. */
        if (strchr(line->words[i], '\n'))
            return;
        size += 2 * strlen(line->words[i]) + 3;
    }
    p = text = arena_alloc(size + 1);
    p = stpcpy(p, line->name);
    for (size_t i = 0; i < count; i++) {
        *p++ = ' ';
        p = put_quoted(p, line->words[i]);
    }
    profile_lex_init(&lexer, "again", text);
    FUZZ_CHECK(profile_lex(&lexer, &again) == 1 && streq(again.name, line->name) && again.word_count == count);
    for (size_t i = 0; i < count; i++)
        FUZZ_CHECK(streq(again.words[i], line->words[i]));
    FUZZ_CHECK(profile_lex(&lexer, &again) == 0);
}

void fuzz_lex(const uint8_t *data, size_t size)
{
    char *text = input_text(data, size);
    struct profile_lexer lexer;
    struct profile_line line;
    unsigned number = 0;
    int r;

    machine_close();
    profile_lex_init(&lexer, "FILE", text);
    while ((r = profile_lex(&lexer, &line)) > 0) {
        FUZZ_CHECK(*line.name && strlen(line.name) < PROFILE_NAME && line.origin.line > number);
        number = line.origin.line;
        for (size_t i = 0; i < PROFILE_WORDS; i++)
            FUZZ_CHECK((line.words[i] != NULL) == (i < line.word_count));
        FUZZ_CHECK(line.origin.text && !strchr(line.origin.text, '\n'));
        if (!line.skip)
            read_again(&line);
    }
    FUZZ_CHECK(machine_errors() == (r < 0));
}
