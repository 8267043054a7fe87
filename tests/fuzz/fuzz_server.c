/*
 * A name server's stream over TCP, in pieces as a client's (fuzz_client.c), as an answer to the question for
 * example.org.
 */
#include "allow/outer.c" /* for its lookups */
#include "fuzz.h"
#include <netinet/in.h>

void fuzz_server(const uint8_t *data, size_t size)
{
    static struct servers one;
    struct lookup *l = &lookups[0];
    struct told told;
    size_t written;

    machine_close();
    if (!one.count)
        FUZZ_CHECK(servers_add(&one, "192.0.2.1") == 0);
    servers = &one;
    legs = FUZZ_FDS_END;
    memset(l, 0, sizeof *l);
    l->used = l->tcp = l->sent = true;
    l->tries = TRIES - 1;
    l->fd = FUZZ_FDS;
    l->q = (struct question){.id = 0x1234, .type = ns_t_a, .name = "example.org"};
    for (size_t at = 0; at < size && l->used;) {
        size_t n = MIN((size_t)data[at], size - at - 1);

        machine_fd(FUZZ_FDS, input_copy(data + at + 1, n), n);
        do
            read_stream(l);
        while (l->used && machine_left(FUZZ_FDS));
        at += 1 + n;
    }
    memcpy(&told, machine_written(&written), sizeof told);
    FUZZ_CHECK(written == (l->used ? 0 : sizeof told));
    FUZZ_CHECK(l->used || (told.answer.count <= DNS_ADDRESSES && told.answer.rcode <= 15));
    l->used = false;
}
