#include "spec/profile_lex.h"
#include "base/log.h"
#include "base/str.h"
#include "base/text.h"
#include "spec/profile_vars.h"
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* More of a line is not shown in messages. */
static const size_t LONGEST_ORIGIN = 400;

HUSK_PRINTF(3, 4)
static int lex_error(const struct profile_lexer *lx, const char *at, const char *fmt, ...)
{
    char text[512];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    log_error("%s:%u:%u: %s", lx->file, lx->line, (unsigned)(at - lx->line_start) + 1, text);
    return -EINVAL;
}

void profile_lex_init(struct profile_lexer *lexer, const char *file, const char *text)
{
    *lexer = (struct profile_lexer){.file = file, .pos = text, .line_start = text, .line = 1};
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static bool is_end(char c)
{
    return c == '\n' || c == 0;
}

static void skip_blanks(struct profile_lexer *lx)
{
    while (is_blank(*lx->pos))
        lx->pos++;
}

/* Goes to the start of the next line. False at the end of the text. */
static bool next_line(struct profile_lexer *lx)
{
    lx->pos += strcspn(lx->pos, "\n");
    if (!*lx->pos)
        return false;
    lx->line_start = ++lx->pos;
    lx->line++;
    return true;
}

static int no_variable(const struct profile_lexer *lx, const char *at, const char *name, size_t size)
{
    int shown = (int)MIN(size, (size_t)80);

    lex_error(lx, at, "there is no variable ${%.*s}", shown, name);
    if (size && !memchr(name, ':', size))
        log_hint("one of the environment is ${ENV:%.*s}", shown, name);
    return -EINVAL;
}

/* ${VARIABLE}: its value; NULL if it is not set. 0 or -EINVAL, said. */
static int lex_variable(struct profile_lexer *lx, const char **ret_value)
{
    const char *at = lx->pos, *name = at + 2;
    size_t size = at[1] == '{' ? strcspn(name, "}\n") : 0;

    if (at[1] != '{')
        return lex_error(lx, at, "a $ is written ${NAME} or within single quotes");
    if (name[size] != '}')
        return lex_error(lx, at, "the ${ has no }");
    if (!profile_variable(name, size, ret_value))
        return no_variable(lx, at, name, size);
    lx->pos = name + size + 1;
    return 0;
}

/* Adds the value of the ${VARIABLE} or ~ at AT, which must have one. */
static int add_value(const struct profile_lexer *lx, struct text *word, const char *at,
                     const char *value)
{
    if (!value && !lx->skip)
        return lex_error(lx, at, "%.*s is not set", (int)(lx->pos - at), at);
    if (value)
        text_add(word, value, strlen(value));
    return 0;
}

static int lex_dollar(struct profile_lexer *lx, struct text *word)
{
    const char *at = lx->pos, *value = NULL;
    int r = lex_variable(lx, &value);

    return r < 0 ? r : add_value(lx, word, at, value);
}

static int lex_tilde(struct profile_lexer *lx, struct text *word)
{
    const char *at = lx->pos++;

    if (*lx->pos != '/' && !is_blank(*lx->pos) && !is_end(*lx->pos))
        return lex_error(lx, at, "only ~ and ~/ are understood; quote the word to mean a ~");
    return add_value(lx, word, at, profile_home());
}

static int lex_single_quotes(struct profile_lexer *lx, struct text *word)
{
    size_t length = strcspn(lx->pos + 1, "'\n");

    if (lx->pos[1 + length] != '\'')
        return lex_error(lx, lx->pos, "the quote has no end");
    text_add(word, lx->pos + 1, length);
    lx->pos += length + 2;
    return 0;
}

static int lex_double_quotes(struct profile_lexer *lx, struct text *word)
{
    const char *at = lx->pos++;

    for (;;) {
        size_t length = strcspn(lx->pos, "\"\\$\n");
        int r = 0;

        text_add(word, lx->pos, length);
        lx->pos += length;
        if (is_end(*lx->pos))
            return lex_error(lx, at, "the quote has no end");
        if (*lx->pos == '"')
            break;
        if (*lx->pos == '$') {
            r = lex_dollar(lx, word);
        } else if (lx->pos[1] && strchr("\"\\$", lx->pos[1])) {
            text_add(word, lx->pos + 1, 1);
            lx->pos += 2;
        } else {
            r = lex_error(lx, lx->pos, "a \\ can only be before \\, \" or $");
        }
        if (r < 0)
            return r;
    }
    lx->pos++;
    return 0;
}

/* Does C stand for itself. */
static bool is_plain(char c)
{
    return !is_blank(c) && !is_end(c) && c != '"' && c != '\'' && c != '$' && c != '\\';
}

/* How many bytes at P stand for themselves. */
static size_t plain_length(const char *p)
{
    size_t n = 0;

    while (is_plain(p[n]))
        n++;
    return n;
}

/* A word of several parts, or of one that is not plain. */
static int lex_parts(struct profile_lexer *lx, char **ret_word)
{
    struct text word = {0};
    int r = *lx->pos == '~' ? lex_tilde(lx, &word) : 0;

    while (r == 0 && !is_blank(*lx->pos) && !is_end(*lx->pos)) {
        size_t length = plain_length(lx->pos);

        if (length) {
            text_add(&word, lx->pos, length);
            lx->pos += length;
        } else if (*lx->pos == '$') {
            r = lex_dollar(lx, &word);
        } else if (*lx->pos == '\'') {
            r = lex_single_quotes(lx, &word);
        } else if (*lx->pos == '"') {
            r = lex_double_quotes(lx, &word);
        } else {
            r = lex_error(lx, lx->pos, "a \\ must be within quotes");
        }
    }
    *ret_word = word.text ? word.text : arena_strdup("");
    return r;
}

static int lex_word(struct profile_lexer *lx, char **ret_word)
{
    size_t length = plain_length(lx->pos);

    if (*lx->pos == '~' || (!is_blank(lx->pos[length]) && !is_end(lx->pos[length])))
        return lex_parts(lx, ret_word);
    *ret_word = arena_strndup(lx->pos, length);
    lx->pos += length;
    return 0;
}

static bool is_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
}

/* What stands at the start of a line, LENGTH bytes of a name and something that cannot follow. */
static int no_name(const struct profile_lexer *lx, size_t length)
{
    const char *byte_order_mark = "\xef\xbb\xbf";

    lex_error(lx, lx->pos, "a line starts with the name of an option");
    if (strncmp(lx->pos, byte_order_mark, strlen(byte_order_mark)) == 0)
        log_hint("there is a byte order mark before it: save the file without");
    else if (length && (lx->pos[length] == '=' || lx->pos[length] == ':'))
        log_hint("in a profile there is a blank and no %c behind the name", lx->pos[length]);
    return -EINVAL;
}

static int lex_name(struct profile_lexer *lx, char name[PROFILE_NAME])
{
    size_t length = 0, fits;

    while (is_name(lx->pos[length]))
        length++;
    if (!length || (!is_blank(lx->pos[length]) && !is_end(lx->pos[length])))
        return no_name(lx, length);
    fits = MIN(length, (size_t)PROFILE_NAME - 1);
    memcpy(name, lx->pos, fits);
    name[fits] = 0;
    lx->pos += length;
    skip_blanks(lx);
    return 0;
}

/* The condition behind an "if", up to the next word. */
static int lex_condition(struct profile_lexer *lx)
{
    const char *at = lx->pos, *value = NULL;
    int r;

    if (*at != '$')
        return lex_error(lx, at, "`if' is followed by ${NAME} and an option");
    r = lex_variable(lx, &value);
    if (r < 0)
        return r;
    if (!is_blank(*lx->pos))
        return lex_error(lx, at, "`if' is followed by ${NAME} and an option");
    if (!value || !*value)
        lx->skip = true;
    skip_blanks(lx);
    return 0;
}

/* A line from its first word on. */
static int lex_line(struct profile_lexer *lx, struct profile_line *line)
{
    const char *start = lx->pos, *end;
    int r = lex_name(lx, line->name);

    while (r == 0 && streq(line->name, "if")) {
        r = lex_condition(lx);
        if (r == 0)
            r = lex_name(lx, line->name);
    }
    for (end = lx->pos; r == 0 && !is_end(*lx->pos) && *lx->pos != '#'; skip_blanks(lx)) {
        char *word;

        r = lex_word(lx, &word);
        if (line->word_count < PROFILE_WORDS)
            line->words[line->word_count] = word;
        line->word_count++;
        end = lx->pos;
    }
    while (end > start && is_blank(end[-1]))
        end--;
    line->skip = lx->skip;
    line->origin.text = arena_strndup(start, MIN((size_t)(end - start), LONGEST_ORIGIN));
    line->origin.column = (unsigned)(start - lx->line_start) + 1;
    return r;
}

int profile_lex(struct profile_lexer *lx, struct profile_line *ret_line)
{
    for (;;) {
        skip_blanks(lx);
        if (!is_end(*lx->pos) && *lx->pos != '#')
            break;
        if (!next_line(lx))
            return 0;
    }
    lx->skip = false;
    *ret_line = (struct profile_line){.origin = {.file = lx->file, .line = lx->line}};
    return lex_line(lx, ret_line) < 0 ? -EINVAL : 1;
}
