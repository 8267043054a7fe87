/*
 * Memory for the launcher. What is asked for on a command line lives exactly as long as the
 * process, so nothing is freed: allocation is a bump of a pointer, and running out of memory ends
 * husk with its failure status before anything was started.
 *
 * Nothing here may be called in the child after clone: see docs/architecture.md, law 2.
 */
#pragma once
#include "base/util.h"

/* SIZE bytes, zeroed, aligned for any object. Never NULL. */
void *arena_alloc(size_t size) HUSK_NEVER_NULL;

/* A copy of S, or of its first N bytes (terminated). */
char *arena_strdup(const char *s) HUSK_NEVER_NULL;
char *arena_strndup(const char *s, size_t n) HUSK_NEVER_NULL;

/* A formatted string. */
char *arena_printf(const char *fmt, ...) HUSK_PRINTF(1, 2) HUSK_NEVER_NULL;

/* Returns room for one more element of SIZE bytes at the end of *ITEMS, which holds *COUNT elements
 * and is moved when *CAPACITY is used up. Counts the new, zeroed element in. */
void *arena_grow(void **items, size_t *count, size_t *capacity, size_t size) HUSK_NEVER_NULL;

/* A growing array of TYPE: VEC(int) numbers = {0}; *VEC_PUSH(&numbers) = 7; numbers.items[0]. */
#define VEC(type)                                                                                  \
    struct {                                                                                       \
        type *items;                                                                               \
        size_t count, capacity;                                                                    \
    }
#define VEC_PUSH(v)                                                                                \
    ((__typeof__((v)->items))arena_grow((void **)&(v)->items, &(v)->count, &(v)->capacity,         \
                                        sizeof(*(v)->items)))
