/*
 * What the manager of systemd, or the bus, says to husk-scope, and what comes of it in husk. The first line is what
 * was asked: words of `bus' (else it is the manager's own socket) and `tasks'. Then come its messages, one a line:
 *
 *     [@SENDER] return SERIAL [SIGNATURE [ARGUMENT...]]    the answer to husk-scope's message SERIAL
 *     [@SENDER] error SERIAL NAME [SIGNATURE [ARGUMENT...]]
 *     [@SENDER] signal PATH INTERFACE MEMBER [SIGNATURE [ARGUMENT...]]
 *     [@SENDER] call PATH INTERFACE MEMBER [SIGNATURE [ARGUMENT...]]
 *
 * An argument of a type that is none of `ybuthsog' is put there as it is. Behind a line `%%' are bytes as they come;
 * behind all of that is the end of the connection, so nothing waits for ever. All of it is what the kernel says of
 * the sandbox's cgroup as well.
 */
#include "base/log.h"
#include "base/text.h"
#include "config.h"
#include "fuzz.h"
#include "host/scope.c" /* for what it thinks of the answer */
#include <sys/socket.h>

#ifdef HAVE_SD_BUS
#include "scope/manager.h"

enum { MOST = 128 * 1024 }; /* bytes: there is room for them in a socket */

#define JOB "JobRemoved"

/* ---- writing messages ------------------------------------------------------------------------ */

static void add_all(struct text *t, const struct text *from)
{
    if (from->length)
        text_add(t, from->text, from->length);
}

static void align(struct text *t, size_t to)
{
    while (t->length % to)
        text_add(t, "", 1);
}

static void put_u32(struct text *t, uint32_t value)
{
    align(t, 4);
    text_add(t, (const char *)&value, sizeof value);
}

static void put_string(struct text *t, const char *s)
{
    put_u32(t, (uint32_t)strlen(s));
    text_add(t, s, strlen(s) + 1);
}

static void put_signature(struct text *t, const char *s)
{
    const char length = (char)strlen(s);

    text_add(t, &length, 1);
    text_add(t, s, strlen(s) + 1);
}

static void put_argument(struct text *t, char type, const char *word)
{
    const uint64_t number = strtoull(word, NULL, 10);

    if (type == 'y') {
        text_add(t, (const char *)&number, 1);
    } else if (type == 't') {
        align(t, 8);
        text_add(t, (const char *)&number, sizeof number);
    } else if (strchr("buh", type)) {
        put_u32(t, (uint32_t)number);
    } else if (strchr("so", type)) {
        put_string(t, word);
    } else if (type == 'g') {
        put_signature(t, word);
    } else {
        text_add(t, word, strlen(word));
    }
}

/* A field of the header; those without a word are not there. */
static void put_field(struct text *t, char code, const char *type, const char *word)
{
    if (!word)
        return;
    align(t, 8);
    text_add(t, &code, 1);
    put_signature(t, type);
    put_argument(t, *type, word);
}

/* The words behind the fields: the body's. */
static struct text make_body(const char *signature, char *words)
{
    struct text body = {0};

    for (const char *type = signature; type && *type; type++) {
        const char *word = strsep(&words, " ");

        put_argument(&body, *type, word ? word : "");
    }
    return body;
}

static const char *header_type(const char *kind)
{
    static const char *const kinds[] = {"", "call", "return", "error", "signal"};
    static const char numbers[] = {0, 1, 2, 3, 4};

    for (size_t i = 1; i < ARRAY_SIZE(kinds); i++)
        if (streq(kinds[i], kind))
            return &numbers[i];
    return NULL;
}

/* D-Bus, little-endian, as its specification has it. */
static void put_message(struct text *out, char *line, uint32_t serial)
{
    const char *sender = *line == '@' ? strsep(&line, " ") + 1 : NULL, *kind = line ? strsep(&line, " ") : "";
    const char *type = header_type(kind), *reply = NULL, *name = NULL, *path = NULL, *interface = NULL, *member = NULL;
    const char *signature;
    struct text fields = {0}, head = {0}, body;

    if (!type)
        return;
    if (*type == 2 || *type == 3)
        reply = strsep(&line, " ");
    else
        path = strsep(&line, " "), interface = strsep(&line, " "), member = strsep(&line, " ");
    if (*type == 3)
        name = strsep(&line, " ");
    signature = strsep(&line, " ");
    body = make_body(signature, line);
    put_field(&fields, 1, "o", path);
    put_field(&fields, 2, "s", interface);
    put_field(&fields, 3, "s", member);
    put_field(&fields, 4, "s", name);
    put_field(&fields, 5, "u", reply);
    put_field(&fields, 7, "s", sender);
    put_field(&fields, 8, "g", signature);
    text_add(&head, "l", 1);
    text_add(&head, type, 1);
    text_add(&head, *type == 1 ? "" : "\1", 1); /* no reply is wanted */
    text_add(&head, "\1", 1);
    put_u32(&head, (uint32_t)body.length);
    put_u32(&head, serial);
    put_u32(&head, (uint32_t)fields.length);
    add_all(&head, &fields);
    align(&head, 8);
    add_all(out, &head);
    add_all(out, &body);
}

/* ---- the manager ----------------------------------------------------------------------------- */

/* Says all of it at once, and hangs up. */
static void say_all(int to, char *lines, const uint8_t *raw, size_t raw_size)
{
    static const char hello[] = "DATA\r\nOK 0123456789abcdef0123456789abcdef\r\nAGREE_UNIX_FD\r\n";
    struct text out = {0};
    char *line;

    text_add(&out, hello, strlen(hello));
    for (uint32_t serial = 1; (line = strsep(&lines, "\n")); serial++)
        put_message(&out, line, serial);
    if (raw_size)
        text_add(&out, (const char *)raw, raw_size);
    FUZZ_CHECK(send(to, out.text, MIN(out.length, (size_t)MOST), MSG_NOSIGNAL) > 0);
    shutdown(to, SHUT_WR);
}

/* Asks by END of a socket, which is closed then. */
static void ask_by(int end, bool is_bus, bool tasks, struct gate_message *ret)
{
    struct scope_request q = {.unit = "x.scope",
                              .slice = "husk.slice",
                              .description = "husk: true",
                              .pids = {1, 2},
                              .no_tasks_limit = tasks};
    sd_bus *bus = NULL;
    int husk;

    FUZZ_CHECK(gate_open(&husk, &q.gate) == 0);
    FUZZ_CHECK(sd_bus_new(&bus) >= 0 && sd_bus_set_fd(bus, end, end) >= 0 &&
               sd_bus_set_bus_client(bus, is_bus) >= 0 && sd_bus_start(bus) >= 0);
    manager_ask(bus, is_bus, &q, ret);
    sd_bus_close_unref(bus);
    close(husk);
    close(q.gate);
}

/* Was it asked for at all. */
static bool was_asked(int by)
{
    static char said[16384];
    ssize_t n = recv(by, said, sizeof said, MSG_DONTWAIT | MSG_WAITALL);

    return n > 0 && memmem(said, (size_t)n, "StartTransientUnit", 18) && memmem(said, (size_t)n, "husk.slice", 10);
}

/* A place is below what can be seen here, or none. */
static void check_place(char *text)
{
    char *path = arena_alloc(CGDIR_TEXT);

    read_place(text, path);
    FUZZ_CHECK(strlen(path) < CGDIR_TEXT && (!*path || *path == '/') && !strchr(path, '\n') && !strstr(path, "/.."));
}

/* What husk makes of the answer: it has asked the kernel nothing yet. */
static void judge_it(const struct gate_message *m)
{
    struct spec spec;
    struct plan plan = {.spec = &spec, .ids.real_uid = getuid(), .cgroup.unit = "x.scope"};
    struct cgroup *c = arena_alloc(sizeof *c);
    struct gate_message *again = arena_alloc(sizeof *again);
    int ours, theirs, r;

    spec_init(&spec);
    FUZZ_CHECK(gate_open(&ours, &theirs) == 0 && gate_send_message(theirs, m, FD_NONE) == 0);
    r = gate_receive(ours, again, NULL);
    close(ours);
    close(theirs);
    FUZZ_CHECK(r == 1);
    r = judge(&plan, c, r, again, m->kind != GATE_ADOPTED);
    FUZZ_CHECK((r == 0) == (m->kind == GATE_ADOPTED) && (r == 0) == !c->error.text[0]);
    if (r < 0 && c->error.err)
        log_errno(c->error.err, "--scope: %s", c->error.text);
    else if (r < 0)
        log_error("--scope: %s", c->error.text);
    FUZZ_CHECK(machine_errors() == (r < 0));
}

void fuzz_scope(const uint8_t *data, size_t size)
{
    const uint8_t *end = size ? memmem(data, size, "%%\n", 3) : NULL;
    char *lines = input_text(data, end ? (size_t)(end - data) : size), *said = arena_strdup(lines);
    const char *words = strsep(&lines, "\n");
    struct gate_message *m = arena_alloc(sizeof *m);
    int pair[2];

    FUZZ_CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
    say_all(pair[1], lines, end ? end + 3 : data, end ? size - (size_t)(end + 3 - data) : 0);
    m->kind = -1;
    ask_by(pair[0], strstr(words, "bus"), strstr(words, "tasks"), m);
    FUZZ_CHECK(m->kind == GATE_ADOPTED || m->kind == GATE_FAILED);
    if (m->kind == GATE_ADOPTED) {
        FUZZ_CHECK(was_asked(pair[1]));
        FUZZ_CHECK(end || (strstr(said, JOB) && strstr(said, "done")));
    } else {
        FUZZ_CHECK(m->text[0] && m->value >= 0 && (m->status || m->value));
    }
    close(pair[1]);
    judge_it(m);
    check_place(input_text(data, size));
}

#else

/* This husk asks no manager. */
void fuzz_scope(const uint8_t *data HUSK_UNUSED, size_t size HUSK_UNUSED)
{
    (void)judge;
    (void)read_place;
}

#endif
