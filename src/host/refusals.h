/*
 * What was refused: each kind of call by each program, counted. The tables have a fixed size, since the command decides
 * how many kinds there are; of kinds that do not fit only the calls are counted.
 */
#pragma once
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    REFUSAL_KINDS = 256,
    REFUSAL_PROGRAMS = 64,
    PROGRAM_NAME = 32,
    PROGRAM_PATH = 256,
};

/* As /proc has it; what cannot be known is "". A path that does not fit is cut. */
struct program {
    char name[PROGRAM_NAME]; /* the thread's */
    char path[PROGRAM_PATH]; /* what it executes, as it is called inside */
};

struct refusal {
    uint32_t arch, number;
    uint32_t args[2]; /* those that decide; 0 where none does */
    int error;
    size_t program; /* its index; REFUSAL_PROGRAMS: one of those beyond */
    uint64_t times;
};

struct refusals {
    struct refusal kinds[REFUSAL_KINDS];
    size_t count;
    struct program programs[REFUSAL_PROGRAMS];
    size_t program_count;
    uint64_t beyond; /* calls that are in none of them */
};

/* Counts the call of DATA, which was answered with ERROR, an errno (0: nothing was done, and it succeeded). */
void refusals_add(struct refusals *r, const struct seccomp_data *data, int error, const struct program *by);

/* Sorts them as they are to be read: what failed with ENOSYS last, and the most frequent first. */
void refusals_sort(struct refusals *r);

/* How many calls in all. */
uint64_t refusals_total(const struct refusals *r);
