/* Options in a file for --args, raw. What is accepted means the same as on the command line. */
#include "specs.h"

static int read_args(struct spec *spec, bool as_bwrap, const uint8_t *data, size_t size)
{
    char *argv[] = {(char *)(as_bwrap ? "bwrap" : "husk"), (char *)"--args", (char *)"10", (char *)"--",
                    (char *)"true", NULL};
    int r;

    machine_fd(FUZZ_FDS, data, size);
    r = spec_read(spec, as_bwrap, 5, argv);
    FUZZ_CHECK(machine_errors() == (r < 0));
    return r;
}

/* The same words before the command. They must not have one of their own. */
static int read_line(struct spec *spec, bool as_bwrap, const char *data, size_t size)
{
    VEC(char *) words = {0};

    *VEC_PUSH(&words) = (char *)(as_bwrap ? "bwrap" : "husk");
    for (const char *word = data; word < data + size; word += strlen(word) + 1)
        *VEC_PUSH(&words) = (char *)word;
    *VEC_PUSH(&words) = (char *)"--";
    *VEC_PUSH(&words) = (char *)"true";
    *VEC_PUSH(&words) = NULL;
    return spec_read(spec, as_bwrap, (int)words.count - 1, words.items);
}

void fuzz_args(const uint8_t *data, size_t size)
{
    bool as_bwrap = size && data[0] == 'b';
    struct spec spec;
    const char *digest;
    char *copy;

    if (!size)
        return;
    machine_close();
    copy = arena_alloc(size);
    memcpy(copy, data + 1, size - 1); /* and a 0 behind it */
    if (read_args(&spec, as_bwrap, data + 1, size - 1) < 0 || spec.action != ACTION_RUN)
        return;
    digest = spec_digest(&spec);
    /* As bwrap, what is behind a command or `--' is dropped; else there is none. */
    if (as_bwrap || memmem(copy, size, "\0--", 4) || starts_with(copy, "--\0") || streq(copy, "--"))
        return;
    FUZZ_CHECK(read_line(&spec, as_bwrap, copy, size - 1) == 0);
    FUZZ_CHECK(streq(spec_digest(&spec), digest));
}
