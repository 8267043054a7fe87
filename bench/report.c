/* What is printed: the machine, and one row for each case and form of husk. */
#include "bench.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

static const struct {
    const char *name;
    double factor; /* from the samples' unit to the one shown */
    int decimals;
} units[] = {
    [UNIT_SECONDS] = {"ms", 1000, 3},
    [UNIT_NANOSECONDS] = {"ns", 1e9, 0},
    [UNIT_RATE] = {"1/s", 1, 1},
    [UNIT_KIB] = {"KiB", 1, 0},
    [UNIT_COUNT] = {"", 1, 0},
};

/* The columns: their titles and widths; what is negative is flush left. */
static const struct {
    const char *title;
    int width;
} columns[] = {
    {"case", -13}, {"husk as", -14}, {"unit", -4}, {"husk", 9},   {"mad", 7},
    {"bwrap", 9},  {"mad", 7},       {"ratio", 7}, {"goal", -16},
};

enum { COLUMNS = sizeof columns / sizeof *columns };

static void print_cells(const struct bench *b, const char *const *cells)
{
    for (int i = 0; i < COLUMNS; i++) {
        if (b->markdown)
            printf("| %s ", cells[i]);
        else
            printf("%*s%s", i + 1 < COLUMNS ? columns[i].width : 0, cells[i],
                   i + 1 < COLUMNS ? "  " : "");
    }
    puts(b->markdown ? "|" : "");
}

static void print_header(const struct bench *b)
{
    const char *cells[COLUMNS];

    for (int i = 0; i < COLUMNS; i++)
        cells[i] = columns[i].title;
    print_cells(b, cells);
    for (int i = 0; b->markdown && i < COLUMNS; i++)
        printf("%s", columns[i].width < 0 ? "|---" : "|--:");
    if (b->markdown)
        puts("|");
}

/* Does RATIO reach GOAL. */
static bool is_met(struct goal goal, double ratio)
{
    return goal.relation == '<' ? ratio <= goal.ratio : ratio >= goal.ratio;
}

static const char *goal_text(const struct bench_case *bc, enum form form, double ratio)
{
    struct goal goal = form == FORM_FILTER ? bc->filter_goal : bc->goal;

    if (!goal.relation || form == FORM_DEFAULT)
        return "";
    return arena_printf("%c= %.3f %s", goal.relation, goal.ratio, is_met(goal, ratio) ? "met" : "not met");
}

static const char *number(enum unit unit, double value)
{
    return arena_printf("%.*f", units[unit].decimals, value * units[unit].factor);
}

void report_row(const struct bench *b, const struct bench_case *bc, enum form form,
                struct summary husk, struct summary bwrap)
{
    bool comparable = bwrap.median > 0; /* an added time can be lost in noise */
    double ratio = comparable ? husk.median / bwrap.median : 0;
    const char *const cells[COLUMNS] = {
        bc->name,
        form_names[form],
        units[bc->unit].name,
        number(bc->unit, husk.median),
        number(bc->unit, husk.mad),
        number(bc->unit, bwrap.median),
        number(bc->unit, bwrap.mad),
        comparable ? arena_printf("%.3f", ratio) : "-",
        comparable ? goal_text(bc, form, ratio) : "",
    };

    print_cells(b, cells);
    fflush(stdout);
}

/* ---- the machine */

/* The processor's name as Linux knows it, or the machine's type. In arena memory. */
static const char *processor(const struct utsname *u)
{
    FILE *f = fopen("/proc/cpuinfo", "re");
    const char *name = NULL;
    char line[256];

    while (f && !name && fgets(line, sizeof line, f)) {
        char *colon = strchr(line, ':');

        if (colon && strncmp(line, "model name", strlen("model name")) == 0)
            name = arena_strndup(colon + 2, strcspn(colon + 2, "\n"));
    }
    if (f)
        fclose(f);
    return name ? name : arena_strdup(u->machine);
}

static int count_mounts(void)
{
    FILE *f = fopen("/proc/self/mountinfo", "re");
    int c, lines = 0;

    while (f && (c = getc(f)) != EOF)
        lines += c == '\n';
    if (f)
        fclose(f);
    return lines;
}

static void print_version(const struct bench *b, const char *who, const char *path)
{
    char *argv[] = {(char *)path, "--version", NULL};

    printf("%-8s %s (%s)\n", who, launch_first_line(b, argv), path);
}

static void print_machine(const struct bench *b)
{
    const char *fence = b->markdown ? "```\n" : "";
    struct utsname u;
    double load = 0;

    uname(&u);
    getloadavg(&load, 1);
    fputs(fence, stdout);
    printf("%-8s %ld cores, %s\n", "machine", sysconf(_SC_NPROCESSORS_ONLN), processor(&u));
    printf("%-8s %s %s %s, %d mounts, load %.2f\n", "kernel", u.sysname, u.release, u.machine,
           count_mounts(), load);
    print_version(b, "husk", b->husk);
    print_version(b, "bwrap", b->bwrap);
    printf("%-8s %u rounds as %s; medians, and medians of the distance to them (mad)\n%s\n", "runs",
           b->rounds, b->user, fence);
}

enum outcome report_head(const struct bench *b, const struct bench_case *bc)
{
    enum outcome outcome = enter_user(b, bc);

    if (outcome != DONE)
        return outcome;
    print_machine(b);
    print_header(b);
    return DONE;
}
