/* What the limits of a cgroup are written as, in Docker's words. Pure functions: no errno, nothing is
 * looked up. */
#pragma once
#include "spec/spec.h"

/* Parts of a processor that --cpus can tell apart: microseconds of each 100 ms, the kernel's own period. */
enum { CPU_PERIOD_US = 100000, CPU_QUOTA_MIN_US = 1000 };

/*
 * A size: [DIGITS][.DIGITS], not both left out, and b, k, m, g or t in either case (powers of 1024), in bytes, at
 * least 1. `unlimited' and -1 are AMOUNT_UNLIMITED. False for anything else.
 */
bool amount_size(const char *text, uint64_t *ret);

/* Processors as [DIGITS][.DIGITS], in microseconds of CPU_PERIOD_US, at least CPU_QUOTA_MIN_US; the rest below a
 * microsecond is dropped. `unlimited' is AMOUNT_UNLIMITED. False for anything else. */
bool amount_cpus(const char *text, uint64_t *ret);

/* A number from 1 to MAX; `unlimited' and -1 are AMOUNT_UNLIMITED if UNLIMITED. False for anything else. */
bool amount_count(const char *text, uint64_t max, bool unlimited, uint64_t *ret);

/*
 * DEVICE:KEY=VALUE[,KEY=VALUE]...: DEVICE is a path, or MAJOR:MINOR; KEY is rbps or wbps, with a size, riops or
 * wiops, with a count. Only DEVICE (a copy) and the values are filled in; 0: not given. False for anything
 * else.
 */
bool amount_io(const char *text, struct opt_io_max *ret);
