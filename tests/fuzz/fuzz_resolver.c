/*
 * The resolver between a client that asks what it likes and a leg outside that may say anything. Records: a
 * byte with the length, another that says from whom, and the message.
 */
#include "allow/resolver.h"
#include "calls.h"
#include "fuzz.h"
#include <arpa/nameser.h>

static size_t replies;

static void reply(const struct client *client, const uint8_t *data, size_t size)
{
    FUZZ_CHECK(client->connection == 7);
    FUZZ_CHECK(size >= 12 && size <= DNS_UDP_SIZE && data[2] & 0x80);
    replies++;
}

/* Questions on their way outside: *RET_ASKS of them. */
static size_t asked(struct ask *ret)
{
    size_t size;
    const uint8_t *written = machine_written(&size);

    FUZZ_CHECK(size % sizeof *ret == 0);
    if (size)
        memcpy(ret, written + size - sizeof *ret, sizeof *ret);
    return size / sizeof *ret;
}

/* Answers the last question with these bytes. */
static void tell(const uint8_t *data, size_t size)
{
    struct told told = {0};
    struct ask ask;

    if (!asked(&ask))
        return;
    memcpy(&told.answer, data, MIN(size, sizeof told.answer));
    told.serial = ask.serial;
    resolver_told(&told);
}

/* So that nothing is on its way any more: the state is one for all inputs. */
static void settle_all(void)
{
    size_t size;
    const uint8_t *written = machine_written(&size);

    for (size_t at = 0; at < size; at += sizeof(struct ask)) {
        struct told told = {.answer.rcode = ns_r_servfail};
        struct ask ask;

        memcpy(&ask, written + at, sizeof ask);
        told.serial = ask.serial;
        resolver_told(&told);
    }
}

void fuzz_resolver(const uint8_t *data, size_t size)
{
    static const char *const list[] = {"example.org", "*.example.org:443", "10.0.0.0/8"};
    struct allow items[ARRAY_SIZE(list)];
    struct client client = {.connection = 7};
    struct resolver r = {.items = items, .item_count = ARRAY_SIZE(list), .legs = FUZZ_FDS, .reply = reply};
    size_t questions = 0;

    machine_close();
    for (size_t i = 0; i < ARRAY_SIZE(list); i++)
        FUZZ_CHECK(!allow_parse(list[i], &items[i]));
    r.names = names_make(items, ARRAY_SIZE(list));
    resolver_start(&r);
    replies = 0;
    for (size_t at = 0; at + 2 <= size && questions < 100;) {
        size_t n = MIN((size_t)data[at], size - at - 2);
        const uint8_t *message = input_copy(data + at + 2, n);

        if (data[at + 1] == 't') {
            tell(message, n);
        } else {
            resolver_ask(message, n, &client);
            questions++;
        }
        at += 2 + n;
    }
    settle_all();
    FUZZ_CHECK(replies <= questions);
}
