/* What is printed, for bench/page to show: the machine, and one line for each case and form. */
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

static void print_number(enum unit unit, double value)
{
    printf("\t%.*f", units[unit].decimals, value * units[unit].factor);
}

/* row CASE FORM UNIT MEDIAN QUARTILE QUARTILE [GOAL]: the goal is for the ratio to bwrap. */
void report_row(const struct bench_case *bc, enum form form, struct summary s)
{
    struct goal goal = form == FORM_FILTER ? bc->filter_goal : bc->goal;

    printf("row\t%s\t%s\t%s", bc->name, form_names[form], units[bc->unit].name);
    print_number(bc->unit, s.median);
    print_number(bc->unit, s.low);
    print_number(bc->unit, s.high);
    if (goal.relation && form > FORM_BWRAP && form < FORM_DEFAULT)
        printf("\t%c %.3f", goal.relation, goal.ratio);
    putchar('\n');
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
    char *argv[] = {(char *)path, (char *)"--version", NULL};

    printf("program\t%s\t%s\n", who, path ? launch_first_line(b, argv) : "not installed");
}

static void print_machine(const struct bench *b)
{
    struct utsname u;
    double load = 0;

    uname(&u);
    getloadavg(&load, 1);
    printf("machine\t%ld cores, %s\n", sysconf(_SC_NPROCESSORS_ONLN), processor(&u));
    printf("kernel\t%s %s %s, %d mounts, load %.2f at the start\n", u.sysname, u.release, u.machine,
           count_mounts(), load);
    printf("rounds\t%u\n", b->rounds);
    print_version(b, "husk", b->husk);
    for (enum form form = 0; form < FORM_COUNT; form++)
        if (form == FORM_BWRAP || form >= FORM_PEERS)
            print_version(b, form_names[form], b->programs[form]);
    fflush(stdout);
}

enum outcome report_head(const struct bench *b, const struct bench_case *bc)
{
    enum outcome outcome = enter_user(b, bc);

    if (outcome != DONE)
        return outcome;
    print_machine(b);
    return DONE;
}
