/* What is shown of a stranger's text: nothing that a terminal obeys, and JSON that is JSON. The first byte is
 * the room for it. */
#include "calls.h"
#include "fuzz.h"
#include "plan/quote.h"
#include <json-c/json.h>

static void on_terminal(const char *text, size_t room)
{
    char *buf = arena_alloc(room), *whole = arena_alloc(4 * strlen(text) + 1);
    size_t n = escape_control(buf, room, text), all = escape_control(whole, 4 * strlen(text) + 1, text);

    FUZZ_CHECK(n == strlen(buf) && n < room && all == strlen(whole));
    FUZZ_CHECK(all >= room || streq(buf, whole));
    FUZZ_CHECK(all < room || room < 5 || streq(buf + n - 3, "..."));
    for (const char *c = whole; *c; c++)
        FUZZ_CHECK((unsigned char)*c >= 0x20 && *c != 0x7f);
}

static void in_json(const char *text, size_t room)
{
    char *buf = arena_alloc(room), *whole = arena_alloc(6 * strlen(text) + 3);
    struct json_tokener *tok = json_tokener_new();
    struct json_object *o;

    if (escape_json(buf, room, text))
        FUZZ_CHECK(strlen(buf) < room);
    FUZZ_CHECK(escape_json(whole, 6 * strlen(text) + 3, text));
    json_tokener_set_flags(tok, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
    o = json_tokener_parse_ex(tok, whole, (int)strlen(whole) + 1);
    FUZZ_CHECK(o && json_object_is_type(o, json_type_string));
    if (!strpbrk(text, "\\") && !strchr(whole, '\\'))
        FUZZ_CHECK(streq(json_object_get_string(o), text));
    json_object_put(o);
    json_drop();
    json_tokener_free(tok);
}

void fuzz_escape(const uint8_t *data, size_t size)
{
    const char *text = size > 1 ? input_text(data + 1, size - 1) : "";

    if (!size)
        return;
    on_terminal(text, 1 + data[0]);
    in_json(text, 1 + data[0]);
}
