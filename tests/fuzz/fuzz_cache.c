/* The answer of husk-seccomp, raw, or as an entry of the cache of them, whose checksum is put right: else
 * nothing would ever get past it. */
#include "base/bpf.h"
#include "fuzz.h"
#include "plan/seccomp_cache.c" /* for its hash, and what its entries are */
#include <linux/seccomp.h>

static const char key[] = "key";

static void check(const struct seccomp_answer *a, const void *data, size_t size)
{
    const char *end = (const char *)data + size;
    const struct seccomp_data call = {.nr = 1};
    const struct sock_fprog prog = {(unsigned short)a->head.length, (struct sock_filter *)a->code};

    FUZZ_CHECK((const char *)(a->code + a->head.length) == a->text && a->text + a->head.text_size == end);
    FUZZ_CHECK(a->head.status == SECCOMP_FINE || a->head.text_size);
    if (a->head.status == SECCOMP_FINE && a->head.length)
        bpf_run(&prog, &call);
    arena_strndup(a->text, a->head.text_size);
}

static void from_cache(const uint8_t *data, size_t size)
{
    struct entry head = {.magic = MAGIC, .key_size = sizeof key};
    char *file = arena_alloc(sizeof head + 8 + size), name[NAME_SIZE];
    struct seccomp_answer answer;

    head.checksum = hash(data, size);
    head.result_size = (uint32_t)size;
    memcpy(file, &head, sizeof head);
    memcpy(file + sizeof head, key, sizeof key);
    memcpy(file + sizeof head + padded(sizeof key), data, size);
    entry_name(name, key, sizeof key);
    machine_file(arena_printf("/cache/husk/seccomp/%s", name), file, sizeof head + padded(sizeof key) + size);
    if (seccomp_cache_find(key, sizeof key, &answer))
        FUZZ_CHECK(answer.head.status == SECCOMP_FINE && answer.head.length);
}

static void from_raw_cache(const uint8_t *data, size_t size)
{
    struct seccomp_answer answer;
    char name[NAME_SIZE];

    entry_name(name, key, sizeof key);
    machine_file(arena_printf("/cache/husk/seccomp/%s", name), data, size);
    seccomp_cache_find(key, sizeof key, &answer);
}

void fuzz_cache(const uint8_t *data, size_t size)
{
    struct seccomp_answer answer;
    const uint8_t *copy = input_copy(data, size);

    machine_close();
    if (seccomp_result_read(copy, size, &answer))
        check(&answer, copy, size);
    from_cache(copy, size);
    machine_start();
    machine_close();
    from_raw_cache(copy, size);
    FUZZ_CHECK(machine_open_fds() == 0);
}
