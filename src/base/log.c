#include "base/log.h"
#include "base/errors.h"
#include "base/str.h"
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *program = "husk";
static bool bwrap_manners;
static bool level_prefix;

void log_init(const char *name, bool as_bwrap)
{
    program = name;
    bwrap_manners = as_bwrap;
}

void log_use_level_prefix(void)
{
    level_prefix = true;
}

bool log_is_bwrap(void)
{
    return bwrap_manners;
}

const char *log_program(void)
{
    return program;
}

int log_exit_status(int status)
{
    return bwrap_manners ? EXIT_BWRAP : status;
}

/* One write(2) a line, so that lines of parallel runs do not mix. */
static void say(int level, const char *kind, int err, const char *fmt, va_list ap)
{
    char text[3072], line[4096], *p = line, *end = line + sizeof line;
    int n = vsnprintf(text, sizeof text, fmt, ap);

    if (n < 0)
        return;
    if (level_prefix)
        p += snprintf(p, (size_t)(end - p), "<%d>", level);
    p += snprintf(p, (size_t)(end - p), "%s: %s", program, kind);
    p += escape_control(p, (size_t)(end - p - 128), text);
    if (err)
        p += snprintf(p, (size_t)(end - p), ": %s", error_text(err));
    *p++ = '\n';
    if (write(STDERR_FILENO, line, (size_t)(p - line)) < 0)
        return; /* there is no better place to complain */
}

#define SAY(level, kind, err)                                                                      \
    do {                                                                                           \
        va_list ap;                                                                                \
        va_start(ap, fmt);                                                                         \
        say(level, kind, err, fmt, ap);                                                            \
        va_end(ap);                                                                                \
    } while (0)

void log_error(const char *fmt, ...)
{
    SAY(3, "", 0);
}

void log_warning(const char *fmt, ...)
{
    SAY(4, "", 0);
}

void log_hint(const char *fmt, ...)
{
    SAY(4, "hint: ", 0);
}

void log_info(const char *fmt, ...)
{
    SAY(6, "", 0);
}

int log_errno(int err, const char *fmt, ...)
{
    SAY(3, "", err);
    return -err;
}

int log_finish_stdout(const char *doing)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return 0;
    return log_errno(errno ? errno : EIO, "%s", doing);
}

void die(const char *fmt, ...)
{
    SAY(3, "", 0);
    exit(log_exit_status(EXIT_HUSK));
}

void die_errno(int err, const char *fmt, ...)
{
    SAY(3, "", err);
    exit(log_exit_status(EXIT_HUSK));
}
