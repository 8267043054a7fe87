#include "base/log.h"
#include "base/str.h"
#include "capture.h"
#include "spec/profile_lex.h"
#include <errno.h>

static struct profile_lexer lexer;
static struct profile_line line;
static const char *said;

/* Reads the first line of TEXT. */
static int lex(const char *text)
{
    int r;

    log_init("husk", false);
    profile_lex_init(&lexer, "/f", text);
    capture_start(STDERR_FILENO);
    r = profile_lex(&lexer, &line);
    said = capture_stop();
    return r;
}

static int set_up(void **state HUSK_UNUSED)
{
    setenv("HOME", "/home/u//x/.", 1);
    setenv("SET", "a b\"'$#\n--help", 1);
    setenv("EMPTY", "", 1);
    unsetenv("UNSET");
    return 0;
}

/* The words of TEXT's first line are WANTED, NULL at the end. */
static void check(const char *text, const char *name, const char *const *wanted)
{
    size_t n = 0;

    assert_int_equal(lex(text), 1);
    assert_string_equal(line.name, name);
    for (; wanted[n]; n++) {
        assert_true(n < line.word_count);
        assert_string_equal(line.words[n], wanted[n]);
    }
    assert_int_equal(line.word_count, n);
    assert_string_equal(said, "");
}

#define CHECK(text, name, ...) check(text, name, (const char *const[]){__VA_ARGS__, NULL})

static void words_are_cut_at_blanks(void **state HUSK_UNUSED)
{
    CHECK("bind /a /b", "bind", "/a", "/b");
    CHECK("bind /a /b\n", "bind", "/a", "/b");
    CHECK(" \t bind \t /a \t/b \t \n", "bind", "/a", "/b");
    CHECK("bind /a /b\r\n", "bind", "/a", "/b");
    CHECK("clearenv", "clearenv", NULL);
    CHECK("\n\n  \n\tclearenv\n", "clearenv", NULL);
    assert_int_equal(line.origin.line, 4);
    assert_int_equal(line.origin.column, 2);
}

static void comments_follow_blanks(void **state HUSK_UNUSED)
{
    CHECK("# bind\n #\nbind /a#b # /c", "bind", "/a#b");
    CHECK("clearenv #x", "clearenv", NULL);
    CHECK("setenv A '#' \"#\" #", "setenv", "A", "#", "#");
    assert_int_equal(lex("clearenv#x\n"), -EINVAL);
    assert_int_equal(lex("#only"), 0);
    assert_int_equal(lex(""), 0);
}

static void quotes_hold_together(void **state HUSK_UNUSED)
{
    CHECK("x 'a b' \"c d\"", "x", "a b", "c d");
    CHECK("x a' 'b\" \"c", "x", "a b c");
    CHECK("x '' \"\"", "x", "", "");
    CHECK("x 'a\"$HOME\\'", "x", "a\"$HOME\\");
    CHECK("x \"'\\\"\\\\\\$\"", "x", "'\"\\$");
    CHECK("x \"~\" '~/a' \"\"~", "x", "~", "~/a", "~");
}

static void variables_are_one_word_always(void **state HUSK_UNUSED)
{
    CHECK("x ${HOME} ~ ~/a a~", "x", "/home/u/x", "/home/u/x", "/home/u/x/a", "a~");
    CHECK("x ${HOME}/b a${UID}", "x", "/home/u/x/b", arena_printf("a%u", (unsigned)getuid()));
    CHECK("x ${ENV:SET} \"${ENV:SET}\" p${ENV:SET}s", "x", "a b\"'$#\n--help", "a b\"'$#\n--help",
          "pa b\"'$#\n--helps");
    CHECK("x ${ENV:EMPTY} a", "x", "", "a");
}

static void many_words_are_counted(void **state HUSK_UNUSED)
{
    assert_int_equal(lex("x 1 2 3 4 5 6 7 8 9"), 1);
    assert_int_equal(line.word_count, 9);
    assert_string_equal(line.words[PROFILE_WORDS - 1], "4");
}

static void a_long_name_is_no_option(void **state HUSK_UNUSED)
{
    assert_int_equal(lex("assert-userns-disabled-and-a-lot-more-than-that a"), 1);
    assert_int_equal(strlen(line.name), PROFILE_NAME - 1);
    assert_string_equal(line.words[0], "a");
}

/* TEXT is refused at COLUMN, with WHY in the message. */
static void refused(const char *text, unsigned column, const char *why)
{
    const char *rest;

    assert_int_equal(lex(text), -EINVAL);
    assert_int_equal(strncmp(said, arena_printf("husk: /f:1:%u: ", column), 12), 0);
    assert_non_null(strstr(said, why));
    rest = said + strcspn(said, "\n");
    assert_int_equal(*rest++, '\n');
    assert_true(!*rest || strncmp(rest, "husk: hint: ", 12) == 0);
    assert_true(!*rest || strchr(rest, '\n') == rest + strlen(rest) - 1);
}

static void what_may_be_meant_otherwise_is_refused(void **state HUSK_UNUSED)
{
    refused("x $HOME", 3, "${NAME}");
    refused("x a$", 4, "${NAME}");
    refused("x \"$HOME\"", 4, "${NAME}");
    refused("x ~root/a", 3, "only ~ and ~/");
    refused("x ~\"/a\"", 3, "only ~ and ~/");
    refused("x a\\ b", 4, "within quotes");
    refused("x \"a\\n\"", 5, "can only be before");
    refused("x 'a", 3, "no end");
    refused("x 'a\n'", 3, "no end");
    refused("x \"a", 3, "no end");
    refused("x \"a\\", 5, "can only be before");
    refused("x \"a\nb\"", 3, "no end");
    refused("x ${HOME", 3, "no }");
    refused("x ${HOME\n}", 3, "no }");
    refused("x ${FOO}", 3, "no variable ${FOO}");
    assert_non_null(strstr(said, "is ${ENV:FOO}\n"));
    refused("x ${}", 3, "no variable ${}");
    refused("x ${ENV:}", 3, "no variable ${ENV:}");
    refused("x a ${ENV:UNSET}", 5, "${ENV:UNSET} is not set");
    refused("x a \"b ${ENV:UNSET}\"", 8, "${ENV:UNSET} is not set");
}

static void names_are_plain(void **state HUSK_UNUSED)
{
    refused("'bind' /a /b", 1, "name of an option");
    refused("${ENV:SET}", 1, "name of an option");
    refused("~", 1, "name of an option");
    refused("BIND /a /b", 1, "name of an option");
    refused("bind=/a", 1, "name of an option");
    refused("x\x1b[2J", 1, "name of an option");
    refused("\xef\xbb\xbf"
            "bind",
            1, "name of an option");
}

static void an_unset_home_is_an_error(void **state HUSK_UNUSED)
{
    setenv("HOME", "/", 1);
    refused("mask ~/.ssh", 6, "~ is not set");
    refused("mask ${HOME}/.ssh", 6, "${HOME} is not set");
    set_up(NULL);
}

static void conditions_skip(void **state HUSK_UNUSED)
{
    assert_int_equal(lex("if ${HOME} tmpfs ~\n"), 1);
    assert_false(line.skip);
    assert_string_equal(line.name, "tmpfs");
    assert_string_equal(line.words[0], "/home/u/x");
    assert_string_equal(line.origin.text, "if ${HOME} tmpfs ~");
    assert_int_equal(lex("if ${ENV:UNSET} tmpfs ${ENV:UNSET}/a # b\nclearenv"), 1);
    assert_true(line.skip);
    assert_int_equal(line.word_count, 1);
    assert_int_equal(profile_lex(&lexer, &line), 1);
    assert_false(line.skip);
    assert_int_equal(lex("if ${ENV:EMPTY} clearenv"), 1);
    assert_true(line.skip);
    assert_int_equal(lex("if ${HOME} if ${ENV:UNSET} if ${HOME} clearenv"), 1);
    assert_true(line.skip);
}

/* What a skipped line says must be right all the same. */
static void conditions_are_read_in_full(void **state HUSK_UNUSED)
{
    refused("if", 3, "followed by");
    refused("if HOME clearenv", 4, "followed by");
    refused("if ${HOME}", 4, "followed by");
    refused("if ${HOME}x clearenv", 4, "followed by");
    refused("if ${HOME} ", 12, "name of an option");
    refused("if $HOME clearenv", 4, "${NAME}");
    refused("if ${FOO} clearenv", 4, "no variable");
    refused("if ${ENV:UNSET} x ${FOO}", 19, "no variable");
    refused("if ${ENV:UNSET} x 'a", 19, "no end");
}

static void lines_are_counted(void **state HUSK_UNUSED)
{
    assert_int_equal(lex("a\n\n  b c # d\n#\ne"), 1);
    assert_int_equal(line.origin.line, 1);
    assert_int_equal(profile_lex(&lexer, &line), 1);
    assert_int_equal(line.origin.line, 3);
    assert_int_equal(line.origin.column, 3);
    assert_string_equal(line.origin.file, "/f");
    assert_string_equal(line.origin.text, "b c");
    assert_int_equal(profile_lex(&lexer, &line), 1);
    assert_int_equal(line.origin.line, 5);
    assert_int_equal(profile_lex(&lexer, &line), 0);
    assert_int_equal(profile_lex(&lexer, &line), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_cut_at_blanks),
        cmocka_unit_test(comments_follow_blanks),
        cmocka_unit_test(quotes_hold_together),
        cmocka_unit_test(variables_are_one_word_always),
        cmocka_unit_test(many_words_are_counted),
        cmocka_unit_test(a_long_name_is_no_option),
        cmocka_unit_test(what_may_be_meant_otherwise_is_refused),
        cmocka_unit_test(names_are_plain),
        cmocka_unit_test(an_unset_home_is_an_error),
        cmocka_unit_test(conditions_skip),
        cmocka_unit_test(conditions_are_read_in_full),
        cmocka_unit_test(lines_are_counted),
    };

    return cmocka_run_group_tests(tests, set_up, NULL);
}
