/*
 * Refused calls, as the command makes them, in words. Records: an ABI, an error and the times it is made again, a byte
 * each; the call's number and its first four arguments, 4 bytes each; and a name of the program, up to a newline.
 */
#include "fuzz.h"
#include "host/refusal_text.h"
#include "plan/seccomp_policies.h"
#include <errno.h>

enum { HEAD = 3, NUMBERS = 5, RECORD = HEAD + 4 * NUMBERS };

static const char *copy_name(char *to, size_t size, const uint8_t *from, size_t n)
{
    snprintf(to, size, "%.*s", (int)n, (const char *)from);
    return to;
}

/* Adds the record at DATA; its size. */
static size_t add(struct refusals *r, const uint8_t *data, size_t size)
{
    static const uint32_t arches[] = {1, 2};
    const uint8_t *name = data + RECORD, *end = memchr(name, '\n', size - RECORD);
    size_t n = end ? (size_t)(end - name) : size - RECORD;
    struct program by = {.name = ""};
    struct seccomp_data call = {.arch = data[0] & 2 ? arches[data[0] & 1] : syscall_abis[data[0] & 1].arch};
    uint32_t numbers[NUMBERS];

    memcpy(numbers, data + HEAD, sizeof numbers);
    call.nr = (int)numbers[0];
    for (size_t i = 1; i < NUMBERS; i++)
        call.args[i - 1] = numbers[i];
    copy_name(by.name, sizeof by.name, name, n);
    copy_name(by.path, sizeof by.path, name, n);
    for (unsigned i = 0; i <= (data[2] & 7u); i++)
        refusals_add(r, &call, data[1] == 255 ? ENOSYS : data[1], &by);
    return RECORD + n + (end != NULL);
}

void fuzz_refusal(const uint8_t *data, size_t size)
{
    static const size_t rooms[] = {1024, 64, 1};
    struct refusals *r = arena_alloc(sizeof *r);
    uint64_t calls = 0;

    for (size_t at = 0; size - at > RECORD; at += add(r, data + at, size - at))
        calls += (data[at + 2] & 7u) + 1;
    refusals_sort(r);
    FUZZ_CHECK(refusals_total(r) == calls);
    for (size_t i = 0; i < r->count; i++) {
        const struct refusal *kind = &r->kinds[i];

        FUZZ_CHECK(kind->program <= REFUSAL_PROGRAMS && kind->times);
        for (size_t k = 0; k < ARRAY_SIZE(rooms); k++) {
            char *buf = arena_alloc(rooms[k]);

            refusal_text(buf, rooms[k], kind,
                         kind->program < REFUSAL_PROGRAMS ? &r->programs[kind->program] : NULL, "default");
            FUZZ_CHECK(strlen(buf) < rooms[k]);
            FUZZ_CHECK(k || starts_with(buf, "refused: ") || starts_with(buf, "not offered: "));
        }
    }
}
