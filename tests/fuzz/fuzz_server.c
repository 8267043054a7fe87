/*
 * server: a name server's stream over TCP, in pieces as a client's (fuzz_client.c), as an answer to the question for
 * example.org. ask: what the inner leg asks the outer one for; records of a byte with the type, one with the length
 * of the name, and the name. That leg has read what strangers sent, so the outer one does not rely on it.
 */
#include "allow/outer.c" /* for its lookups */
#include "fuzz.h"
#include <netinet/in.h>

static void prepare(void)
{
    static struct servers one;

    machine_close();
    if (!one.count)
        FUZZ_CHECK(servers_add(&one, "192.0.2.1") == 0);
    servers = &one;
    legs = FUZZ_FDS_END;
}

void fuzz_server(const uint8_t *data, size_t size)
{
    struct lookup *l = &lookups[0];
    struct told told;
    size_t written;

    prepare();
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

/* ---- ask ------------------------------------------------------------------------------------ */

/* It is either sent as a question that reads the same, or answered at once. */
static void check_asked(const struct ask *ask)
{
    size_t size;
    const uint8_t *written = machine_written(&size);
    struct question q;
    struct told told;

    if (lookups[0].used) {
        FUZZ_CHECK(size <= DNS_UDP_SIZE && dns_read_question(input_copy(written, size), size, &q) == 0);
        FUZZ_CHECK(q.type == ask->type && streq(q.name, ask->name));
    } else {
        FUZZ_CHECK(size == sizeof told);
        memcpy(&told, written, sizeof told);
        FUZZ_CHECK(told.serial == ask->serial && told.answer.rcode == ns_r_servfail && !told.answer.count);
    }
}

void fuzz_ask(const uint8_t *data, size_t size)
{
    struct ask ask = {.serial = 0};

    prepare();
    for (size_t at = 0; at + 2 <= size; ask.serial++) {
        size_t n = MIN(MIN((size_t)data[at + 1], size - at - 2), sizeof ask.name);

        ask.type = data[at];
        memset(ask.name, 0, sizeof ask.name);
        memcpy(ask.name, data + at + 2, n);
        machine_hush();
        begin(&ask);
        check_asked(&ask);
        fd_closep(&lookups[0].fd);
        lookups[0].used = false;
        at += 2 + n;
    }
    FUZZ_CHECK(machine_open_fds() == 0);
}
