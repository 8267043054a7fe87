/*
 * Programs that were compiled before, below XDG_CACHE_HOME or HOME/.cache: husk/seccomp/HASH.bpf. An entry
 * has all that it was made from in it and is compared with that byte by byte; the name is only where to look.
 * It counts only if it is a regular file of this user's that nobody else can write, and whole.
 */
#pragma once
#include "plan/seccomp_result.h"

/* Looks for what was made from the SIZE bytes of KEY. True: *RET is it, in arena memory, a program, and the
 * files that it depends on are as they were. */
bool seccomp_cache_find(const char *key, size_t size, struct seccomp_answer *ret);

/* Keeps the RESULT_SIZE bytes of RESULT for KEY, in place of what there is. Where that cannot be done
 * nothing is. True: it was. */
bool seccomp_cache_keep(const char *key, size_t size, const void *result, size_t result_size);
