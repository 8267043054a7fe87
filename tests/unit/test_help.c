#include "base/alloc.h"
#include "base/log.h"
#include "base/str.h"
#include "capture.h"
#include "spec/options.h"

static const char *help(bool as_bwrap)
{
    log_init(as_bwrap ? "bwrap" : "husk", as_bwrap);
    capture_start(STDOUT_FILENO);
    help_print(as_bwrap ? "/x/bwrap" : "husk");
    return capture_stop();
}

static void lines_have_80_columns(const char *text)
{
    while (*text) {
        size_t n = strcspn(text, "\n");

        assert_true(n <= 80);
        assert_true(n == 0 || text[n - 1] != ' ');
        text += n + (text[n] == '\n');
    }
}

static void no_line_is_wider_than_a_terminal(void **state HUSK_UNUSED)
{
    lines_have_80_columns(help(false));
    lines_have_80_columns(help(true));
}

/* The words of TEXT, one blank between each two. */
static const char *words(const char *text)
{
    char *out = arena_alloc(strlen(text) + 2), *end = out;

    for (; *text; text++)
        if (*text != ' ' && *text != '\n')
            *end++ = *text;
        else if (end > out && end[-1] != ' ')
            *end++ = ' ';
    return out;
}

static void every_option_is_there(void **state HUSK_UNUSED)
{
    const char *text = words(help(false));

    for (size_t i = 0; i < option_count; i++) {
        const struct option *o = &options[i];
        bool optional = o->flags & OPT_OPTIONAL_ARG;
        char row[300];

        snprintf(row, sizeof row, " --%s%s%s%s %s ", o->name,
                 optional   ? "[="
                 : *o->args ? " "
                            : "",
                 o->args, optional ? "]" : "", o->help);
        assert_int_equal(strstr(text, row) != NULL, !(o->flags & OPT_PROFILE_ONLY));
    }
    assert_non_null(strstr(text, " -p, --profile NAME "));
}

static void every_group_has_its_title(void **state HUSK_UNUSED)
{
    const char *text = help(false), *at = text;

    for (size_t i = 0; i < GROUP_COUNT; i++) {
        char title[100];

        snprintf(title, sizeof title, "\n\n%s:\n", option_groups[i]);
        at = strstr(at, title);
        assert_non_null(at);
        at++;
    }
}

/* What clients look for before they trust a bwrap. */
static void bwrap_is_recognised(void **state HUSK_UNUSED)
{
    const char *text = help(true),
               *first = "usage: /x/bwrap [OPTIONS...] [--] COMMAND [ARGS...]\n\n    --help ";

    assert_int_equal(strncmp(text, first, strlen(first)), 0);
    assert_null(strstr(text, "-h, "));
    assert_null(strstr(text, "--profile"));
    for (size_t i = 0; i < option_count; i++) {
        char row[100];

        snprintf(row, sizeof row, "\n    --%s%s%s", options[i].name, *options[i].args ? " " : "",
                 options[i].args);
        if (options[i].flags & OPT_BWRAP)
            assert_non_null(strstr(text, row));
    }
}

static void usage_goes_to_stderr(void **state HUSK_UNUSED)
{
    const char *said;

    log_init("husk", false);
    capture_start(STDERR_FILENO);
    help_print_usage("husk", "-w x");
    said = capture_stop();
    assert_non_null(strstr(said, "\nhusk: hint: there is no COMMAND behind -w x; `husk --help' lists the options\n"));
    capture_start(STDERR_FILENO);
    help_print_usage("husk", NULL);
    said = capture_stop();
    assert_string_equal(said, "usage: husk [OPTIONS...] [--] COMMAND [ARGS...]\n"
                              "husk: hint: there is no COMMAND; `husk --help' lists the options\n");
    log_init("bwrap", true);
    capture_start(STDERR_FILENO);
    help_print_usage("bwrap", "--bind a b");
    said = capture_stop();
    assert_non_null(strstr(said, "\n    --unshare-all "));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_line_is_wider_than_a_terminal),
        cmocka_unit_test(every_option_is_there),
        cmocka_unit_test(every_group_has_its_title),
        cmocka_unit_test(bwrap_is_recognised),
        cmocka_unit_test(usage_goes_to_stderr),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
