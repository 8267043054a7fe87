/* Writes JSON to a stdio stream, indented. Whatever the strings hold, the output is valid. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct json {
    FILE *out;
    unsigned depth;
    bool filled; /* the innermost object or array has a member already */
};

/* Opens '{' or '['. KEY is the member's name; NULL in an array and at the top. */
void json_open(struct json *j, const char *key, char bracket);

/* Closes what was opened last, with '}' or ']'. */
void json_close(struct json *j, char bracket);

/* A string, or null for NULL. */
void json_text(struct json *j, const char *key, const char *value);

void json_number(struct json *j, const char *key, uint64_t value);
void json_integer(struct json *j, const char *key, int64_t value);
void json_bool(struct json *j, const char *key, bool value);
