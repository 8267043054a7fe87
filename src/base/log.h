/*
 * What husk says, on stderr. One failure is one line, then at most one hint line:
 *
 *     husk: mounting /data (--bind /src /data): No such file or directory
 *     husk: hint: ...
 *
 * Control characters in what is shown are escaped, since paths and profiles may be a stranger's.
 */
#pragma once
#include "base/util.h"
#include <stdbool.h>

enum {
    EXIT_TIMEOUT = 124,   /* --timeout has struck, as of timeout(1) */
    EXIT_HUSK = 125,      /* husk itself failed: the command was not started, or was killed for it */
    EXIT_NOT_EXEC = 126,  /* the command was found but could not be executed */
    EXIT_NOT_FOUND = 127, /* the command was not found */
    EXIT_BWRAP = 1,       /* all three of them, when called as bwrap */
};

/* Names the program in messages and picks its exit status for failures. NAME is not copied. */
void log_init(const char *name, bool as_bwrap);

/* Messages from here on start with <3> or <4>, as sd-daemon(3) wants (--level-prefix). */
void log_use_level_prefix(void);

/* What to exit with where husk would exit with STATUS: that, or EXIT_BWRAP when called as bwrap. */
int log_exit_status(int status);

bool log_is_bwrap(void);
const char *log_program(void);

void log_error(const char *fmt, ...) HUSK_PRINTF(1, 2);
void log_warning(const char *fmt, ...) HUSK_PRINTF(1, 2);
void log_hint(const char *fmt, ...) HUSK_PRINTF(1, 2);

/* Information that was asked for (--verbose). */
void log_info(const char *fmt, ...) HUSK_PRINTF(1, 2);

/* The same as log_error, with ": " and strerror(ERR) behind; returns -ERR, to be returned at once. */
int log_errno(int err, const char *fmt, ...) HUSK_PRINTF(2, 3);

/* Flushes stdout, to be called when all was printed to it: part of an output must not be taken for all of it.
 * DOING is what failed, for the message, such as "writing to stdout". 0 or -errno, said. */
int log_finish_stdout(const char *doing);

/* log_error or log_errno, then exit with husk's failure status. Not for the child after clone. */
void die(const char *fmt, ...) HUSK_PRINTF(1, 2) HUSK_NORETURN;
void die_errno(int err, const char *fmt, ...) HUSK_PRINTF(2, 3) HUSK_NORETURN;
