#include "plan/json.h"
#include "base/alloc.h"
#include "base/log.h"
#include "base/str.h"
#include <inttypes.h>
#include <string.h>

static void put_string(struct json *j, const char *s)
{
    size_t size = 6 * strlen(s) + 3; /* each byte as \uNNNN, the quotes and the 0 */
    char *buf = arena_alloc(size);

    if (!escape_json(buf, size, s))
        die("writing JSON: a string does not fit");
    fputs(buf, j->out);
}

/* What comes before each value: the comma, a new line, the key. */
static void start(struct json *j, const char *key)
{
    if (j->filled)
        putc(',', j->out);
    if (j->depth)
        fprintf(j->out, "\n%*s", (int)(2 * j->depth), "");
    if (key) {
        put_string(j, key);
        fputs(": ", j->out);
    }
    j->filled = true;
}

void json_open(struct json *j, const char *key, char bracket)
{
    start(j, key);
    putc(bracket, j->out);
    j->depth++;
    j->filled = false;
}

void json_close(struct json *j, char bracket)
{
    j->depth--;
    if (j->filled)
        fprintf(j->out, "\n%*s", (int)(2 * j->depth), "");
    putc(bracket, j->out);
    j->filled = true;
}

void json_text(struct json *j, const char *key, const char *value)
{
    start(j, key);
    if (value)
        put_string(j, value);
    else
        fputs("null", j->out);
}

void json_number(struct json *j, const char *key, uint64_t value)
{
    start(j, key);
    fprintf(j->out, "%" PRIu64, value);
}

void json_integer(struct json *j, const char *key, int64_t value)
{
    start(j, key);
    fprintf(j->out, "%" PRId64, value);
}

void json_bool(struct json *j, const char *key, bool value)
{
    start(j, key);
    fputs(value ? "true" : "false", j->out);
}
