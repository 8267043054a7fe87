/*
 * Running a helper program: by absolute path, with an environment of our own, signals at their
 * defaults and no fds but 0, 1 and 2. Launcher side only.
 */
#pragma once
#include "base/util.h"
#include <sys/types.h>

/* The first of NAME in the fixed folders where distributions put setuid and system helpers
 * (/usr/bin, /bin, /usr/sbin, /sbin, /run/wrappers/bin, /usr/local/bin), never by PATH. NULL: none. */
const char *child_find(const char *name);

/* Starts ARGV[0] (an absolute path) with nothing in its environment but PATH and LANG=C. Its stdout
 * is OUT, or husk's own if OUT is negative. A pid or -errno (ENOENT, EACCES, ...). */
pid_t child_start(char *const argv[], int out);

/* Waits for PID. Its exit status, 128 + N for signal N, or -errno. */
int child_wait(pid_t pid);
