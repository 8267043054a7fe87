/* Small things that every file may use. No state, no I/O. */
#pragma once
#include <stddef.h>
#include <stdint.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define HUSK_UNUSED __attribute__((unused))
#define HUSK_NEVER_NULL __attribute__((returns_nonnull))
#define HUSK_NORETURN __attribute__((noreturn))
#define HUSK_PRINTF(f, a) __attribute__((format(printf, f, a)))
#define HUSK_CLEANUP(fn) __attribute__((cleanup(fn)))

#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define MAX(a, b) ((a) > (b) ? (a) : (b))
