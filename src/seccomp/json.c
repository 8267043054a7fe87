/* JSON as json-c reads it, and what that lets pass: members given twice, of which it would take the last, and
 * numbers that are too large. */
#include "base/str.h"
#include "seccomp/oci.h"
#include <json-c/json.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool oci_wrong(struct oci_error *error, const char *fmt, ...)
{
    va_list ap;

    if (error->text[0])
        return false;
    va_start(ap, fmt);
    vsnprintf(error->text, sizeof error->text, fmt, ap);
    va_end(ap);
    return false;
}

static unsigned line_of(const char *text, size_t offset)
{
    unsigned line = 1;

    for (size_t i = 0; i < offset; i++)
        line += text[i] == '\n';
    return line;
}

/* ---- members given twice -------------------------------------------------------------------- */

struct key {
    const char *at;
    size_t size;
};

/* What is open at some place: an object has the keys that it had so far. */
struct level {
    bool is_object;
    size_t count;
    struct key keys[OCI_MEMBERS];
};

/* Behind the string that starts with the quote at P. The text is JSON, so it ends. */
static const char *behind_string(const char *p)
{
    for (p++; *p != '"'; p++)
        p += *p == '\\';
    return p + 1;
}

static bool is_key(const char *behind)
{
    return behind[strspn(behind, " \t\r\n")] == ':';
}

/* Adds the key of SIZE bytes at AT. An escape could spell one in two ways; the format's names need none. */
static bool add_key(struct level *level, const char *text, const char *at, size_t size,
                    struct oci_error *error)
{
    unsigned line = line_of(text, (size_t)(at - text));

    if (memchr(at, '\\', size))
        return oci_wrong(error, "line %u: an escape in a key", line);
    for (size_t i = 0; i < level->count; i++)
        if (level->keys[i].size == size && memcmp(level->keys[i].at, at, size) == 0)
            return oci_wrong(error, "line %u: \"%.*s\" is there twice", line, (int)MIN(size, 64), at);
    if (level->count == OCI_MEMBERS)
        return oci_wrong(error, "line %u: an object with more than %d members", line, OCI_MEMBERS);
    level->keys[level->count++] = (struct key){at, size};
    return true;
}

/* json-c takes the largest number that it knows for a larger one. A fraction is nobody's matter here. */
static bool check_number(const char *text, const char *at, size_t n, struct oci_error *error)
{
    char digits[24];
    uint64_t value;

    snprintf(digits, sizeof digits, "%.*s", (int)n, at);
    return (n < sizeof digits && parse_number(digits, 10, UINT64_MAX, &value)) ||
           oci_wrong(error, "line %u: %.*s is too large a number", line_of(text, (size_t)(at - text)),
                     (int)MIN(n, 64), at);
}

/* TEXT is JSON and not too deep, as the parser has found. */
static bool check_text(const char *text, struct oci_error *error)
{
    struct level levels[OCI_DEPTH + 1];
    size_t depth = 0;

    for (const char *p = text; *p;) {
        size_t digits = strspn(p, "0123456789");
        const char *behind = *p == '"' ? behind_string(p) : p + MAX(digits, 1);

        if (digits && !check_number(text, p, digits, error))
            return false;
        if (*p == '{' || *p == '[') {
            if (depth > OCI_DEPTH)
                return oci_wrong(error, "it is too deep");
            levels[depth++] = (struct level){.is_object = *p == '{'};
        } else if ((*p == '}' || *p == ']') && depth) {
            depth--;
        } else if (*p == '"' && depth && levels[depth - 1].is_object && is_key(behind) &&
                   !add_key(&levels[depth - 1], text, p + 1, (size_t)(behind - p) - 2, error)) {
            return false;
        }
        p = behind;
    }
    return true;
}

/* ---- parsing -------------------------------------------------------------------------------- */

static void say_where(struct json_tokener *tok, const char *text, struct oci_error *error)
{
    enum json_tokener_error why = json_tokener_get_error(tok);
    unsigned line = line_of(text, json_tokener_get_parse_end(tok));

    if (why == json_tokener_success)
        oci_wrong(error, "the whole: an object is wanted"); /* it is null */
    else if (why == json_tokener_error_depth)
        oci_wrong(error, "line %u: nested more than %d deep", line, OCI_DEPTH);
    else
        oci_wrong(error, "line %u: not JSON: %s", line, json_tokener_error_desc(why));
}

struct json_object *oci_parse(const char *text, size_t size, struct oci_error *error)
{
    struct json_tokener *tok;
    struct json_object *top = NULL;

    if (size > OCI_SIZE)
        return oci_wrong(error, "more than %d bytes", OCI_SIZE), NULL;
    if (memchr(text, 0, size))
        return oci_wrong(error, "a NUL byte in it"), NULL;
    tok = json_tokener_new_ex(OCI_DEPTH);
    if (!tok)
        return oci_wrong(error, "no memory"), NULL;
    json_tokener_set_flags(tok, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
    /* With the 0 byte: a number at the end would else be taken for the start of a longer one. */
    top = json_tokener_parse_ex(tok, text, (int)size + 1);
    if (!top)
        say_where(tok, text, error);
    json_tokener_free(tok);
    if (top && check_text(text, error))
        return top;
    json_object_put(top);
    return NULL;
}
