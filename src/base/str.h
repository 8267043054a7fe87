/* Strings and strict numbers. Pure functions: no allocation, no errno. */
#pragma once
#include "base/util.h"
#include <stdbool.h>

/* Is S the same as T; does S start with PREFIX. */
bool streq(const char *s, const char *t);
bool starts_with(const char *s, const char *prefix);

/*
 * Write S, or what FMT makes, and a NUL to TO, which has SIZE bytes; they return the length without the NUL.
 * Callers make sure that it fits: a text that does not is a bug in husk, and ends the process at once (SIGILL or
 * SIGTRAP), as _FORTIFY_SOURCE would, which not every libc has. May be used in the child after clone.
 */
size_t str_copy(char *to, size_t size, const char *s);
size_t str_format(char *to, size_t size, const char *fmt, ...) HUSK_PRINTF(3, 4);

/*
 * The whole of S as an unsigned number in BASE (8 or 10): digits only, no sign, no blank, no
 * prefix, at most MAX. Returns false and leaves *RET_VALUE alone for anything else, "" included.
 */
bool parse_number(const char *s, unsigned base, uint64_t max, uint64_t *ret_value);

/* An id: 0 to 4294967294. 4294967295 is -1, which the kernel takes for "leave it as it is". */
bool parse_id(const char *s, uint32_t *ret_id);

/* An fd number: 0 to INT_MAX. */
bool parse_fd(const char *s, int *ret_fd);

/* A decimal number of seconds, [-]DIGITS[.DIGITS], up to 9 decimals: nanoseconds are 0..999999999,
 * so -0.5 is seconds -1 and 500000000 nanoseconds, as the kernel's timens_offsets want. */
bool parse_seconds(const char *s, int64_t *ret_seconds, uint32_t *ret_nanoseconds);

/*
 * Copies S to BUF (SIZE > 0 bytes, always terminated), with bytes that a terminal could take for a
 * command written as \n, \t or \xNN: C0 and C1 controls, DEL, marks that
 * turn the direction of text, and bytes that are not UTF-8.
 * Returns the length written. A text that does not fit ends in "...".
 */
size_t escape_control(char *buf, size_t size, const char *s);

/* Copies S as a JSON string, quotes included, in the same way; bytes that are not UTF-8 become
 * U+FFFD. Returns false when it does not fit. */
bool escape_json(char *buf, size_t size, const char *s);
