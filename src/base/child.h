/*
 * Running a helper program: by absolute path, with an environment and a session of its own, signals at their
 * defaults and no fds but 0, 1, 2 and those that are named. Launcher side only.
 */
#pragma once
#include "base/util.h"
#include <sys/types.h>

/* The first NAME that may be executed in the fixed folders where distributions put setuid and system
 * helpers, never by PATH. In arena memory. NULL: none. */
const char *child_find(const char *name);

/* One of husk's own helper programs, NAME: in the folder that `make install` gives them if this husk is
 * the installed one, else beside this husk, as in a build tree. Never by PATH or the environment.
 * NULL with errno: it is not there (ENOENT), may not be executed (EACCES), or this program's own path
 * cannot be known (from readlink(2) of /proc/self/exe). */
const char *child_own(const char *name);

/* Starts ARGV[0] (an absolute path) with nothing in its environment but a fixed PATH and LANG=C. Its stdout
 * is OUT, or husk's own if OUT is negative. A pid or -errno (ENOENT, EACCES, ...). */
pid_t child_start(char *const argv[], int out);

/* What a helper gets besides 0, 1 and 2 of husk's own. */
struct child_fds {
    int in, out;     /* its stdin and stdout; negative: husk's own */
    int err;         /* its stderr; 0 or negative: husk's own */
    const int *keep; /* stay open in it under the same numbers, though close-on-exec here */
    size_t keep_count;
};

/* As child_start(), with FDS. */
pid_t child_start_with(char *const argv[], const struct child_fds *fds);

/* Waits for PID. Its exit status, 128 + N for signal N, or -errno. */
int child_wait(pid_t pid);
