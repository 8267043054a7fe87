/* How the limits of the command are written. Pure functions: no errno, nothing is looked up. */
#pragma once
#include "spec/spec.h"

struct limit_name {
    const char *name; /* as prlimit(1) and limits.conf(5) have it */
    int resource;     /* RLIMIT_* */
    bool bytes;       /* its unit; k, M and G may stand behind a number then */
};

/* Every resource of setrlimit(2), by name. */
extern const struct limit_name limit_names[];
extern const size_t limit_name_count;

/* "nofile" for RLIMIT_NOFILE. */
const char *limit_name(int resource);

/* "1024", or "unlimited" for RLIM_INFINITY. In arena memory. */
const char *limit_text(rlim_t value);

/*
 * NAME=SOFT[:HARD]; without HARD both are SOFT. A number is in the unit of getrlimit(2) (bytes, seconds,
 * microseconds, a count); `unlimited' is RLIM_INFINITY. Returns NULL, or the reason why it is none.
 */
const char *limit_parse(const char *text, int *ret_resource, struct rlimit *ret_value);

/*
 * A duration as timeout(1) takes it: DIGITS[.DIGITS] and s, m, h, d or nothing, which is seconds. At most 9
 * decimals, at least a nanosecond, at most 100 years. In nanoseconds. False for anything else.
 */
bool duration_parse(const char *text, int64_t *ret_ns);

/* "0-3,5": numbers and ranges, up to CPU_LIMIT - 1. *RET starts out empty. False for anything else. */
bool cpus_parse(const char *text, struct cpu_list *ret);

bool cpus_has(const struct cpu_list *list, unsigned cpu);

/* A decimal number from MIN to MAX, [-]DIGITS. False for anything else. */
bool parse_integer(const char *text, int min, int max, int *ret);
