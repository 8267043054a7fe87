/*
 * A client of the resolver over TCP, whose stream comes in pieces: each is a byte with its length and what is
 * in it.
 */
#include "allow/inner.c" /* for its connections */
#include "fuzz.h"
#include <arpa/nameser.h>

/* What was sent back: messages with their length before them. */
static void check_replies(void)
{
    size_t size, n;
    const uint8_t *written = machine_written(&size);

    for (size_t at = 0; at < size; at += 2 + n) {
        FUZZ_CHECK(size - at >= 2 + 12);
        n = (size_t)(written[at] << 8 | written[at + 1]);
        FUZZ_CHECK(n >= 12 && n <= DNS_UDP_SIZE && n <= size - at - 2 && written[at + 4] & 0x80);
    }
}

void fuzz_client(const uint8_t *data, size_t size)
{
    /* Nothing is on the list, so that nothing is asked outside. */
    struct resolver r = {.names = names_make(NULL, 0), .legs = FUZZ_FDS_END, .reply = reply};
    struct connection *c = &connections[0];

    machine_close();
    resolver_start(&r);
    *c = (struct connection){.fd = FUZZ_FDS, .number = 1};
    for (size_t at = 0; at < size && c->number;) {
        size_t n = MIN((size_t)data[at], size - at - 1);

        machine_fd(FUZZ_FDS, input_copy(data + at + 1, n), n);
        do {
            FUZZ_CHECK(c->have < sizeof c->buf);
            read_tcp(c);
        } while (c->number && machine_left(FUZZ_FDS));
        at += 1 + n;
    }
    check_replies();
    memset(c, 0, sizeof *c);
}
