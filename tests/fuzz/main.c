/* What is the same for every target: choosing one, and what is around an input. */
#include "fuzz.h"
#include "base/log.h"
#include "base/user.h"
#include <unistd.h>

static const struct target {
    const char *name;
    void (*run)(const uint8_t *data, size_t size);
} targets[] = {
#define FUZZ_ROW(name) {#name, fuzz_##name},
    FUZZ_TARGETS(FUZZ_ROW)
};

static const struct target *find(const char *name)
{
    for (size_t i = 0; i < ARRAY_SIZE(targets); i++)
        if (streq(targets[i].name, name))
            return &targets[i];
    return NULL;
}

void fuzz_broken(const char *file, int line, const char *what)
{
    machine_stop();
    fprintf(stderr, "%s:%d: this does not hold: %s\n", file, line, what);
    abort();
}

/* The same for all inputs, whoever runs this. */
static void prepare(const char *name)
{
    static bool done;

    if (done)
        return;
    done = true;
    clearenv();
    if (name)
        setenv("HUSK_FUZZ", name, 1); /* for processes that libFuzzer starts */
    setenv("HOME", "/home/user", 1);
    setenv("USER", "user", 1);
    setenv("XDG_CACHE_HOME", "/cache", 1);
    user_name((uint32_t)getuid()); /* is remembered */
    arena_track();
}

bool fuzz_run(const char *name, const uint8_t *data, size_t size)
{
    const struct target *t = find(name);

    if (!t)
        return false;
    prepare(name);
    log_init("husk", false);
    machine_start();
    t->run(data, size);
    machine_said(); /* is checked */
    machine_stop();
    arena_free();
    return true;
}

/* ---- inputs --------------------------------------------------------------------------------- */

void *input_copy(const void *data, size_t size)
{
    void *copy = arena_alloc(size);

    if (size)
        memcpy(copy, data, size);
    return copy;
}

char *input_text(const uint8_t *data, size_t size)
{
    size_t n = size ? strnlen((const char *)data, size) : 0;
    char *text = arena_alloc(n + 1);

    if (n)
        memcpy(text, data, n);
    return text;
}

char *input_section(char **text)
{
    char *start = *text, *line = start;

    for (; line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
        if (!starts_with(line, "%%\n"))
            continue;
        *line = 0;
        *text = line + 3;
        return start;
    }
    *text = NULL;
    return start;
}

char **input_words(char *text, int *ret_count)
{
    VEC(char *) words = {0};
    char *line;

    while (text && *text) {
        line = strsep(&text, "\n");
        *VEC_PUSH(&words) = arena_strdup(line);
        for (char *c = words.items[words.count - 1]; *c; c++)
            *c = *c == 1 ? '\n' : *c;
    }
    *ret_count = (int)words.count;
    *VEC_PUSH(&words) = NULL;
    return words.items;
}

/* ---- libFuzzer's -------------------------------------------------------------------------------- */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct target *target;
    const char *name = target ? target->name : getenv("HUSK_FUZZ");

    target = name ? find(name) : NULL;
    if (!target) {
        fprintf(stderr, "HUSK_FUZZ must name a target; see tests/fuzz/run\n");
        exit(2);
    }
    fuzz_run(target->name, data, size);
    return 0;
}
