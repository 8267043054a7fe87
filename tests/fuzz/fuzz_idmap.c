/* Ranges of ids, one a line, as --uid-map has them; and /etc/subuid and /etc/subgid behind `%%'. */
#include "fuzz.h"
#include "gate/idmap_text.h"
#include "plan/subid.h"
#include "spec/idrange.h"

enum { RANGES = 64 };

static void print(const struct id_range *ranges, size_t count)
{
    char text[RANGES * 36], small[40];

    FUZZ_CHECK(idmap_text(text, sizeof text, ranges, count));
    if (!idmap_text(small, sizeof small, ranges, count))
        FUZZ_CHECK(strlen(small) < sizeof small);
    FUZZ_CHECK(idmap_identity(text, sizeof text, ranges, count));
}

static void read_ranges(char *text)
{
    struct id_range ranges[RANGES], again;
    size_t count = 0;
    char *line;

    while (count < RANGES && (line = strsep(&text, "\n"))) {
        struct id_range *r = &ranges[count];

        if (!idrange_parse(line, r))
            continue;
        FUZZ_CHECK(r->count && (uint64_t)r->inside + r->count <= UINT32_MAX &&
                   (uint64_t)r->outside + r->count <= UINT32_MAX);
        FUZZ_CHECK(idrange_parse(arena_printf("%u:%u:%u", r->inside, r->outside, r->count), &again) &&
                   memcmp(r, &again, sizeof again) == 0);
        FUZZ_CHECK(!idrange_parse(arena_printf("%s:", line), &again) &&
                   !idrange_parse(arena_printf("%s ", line), &again));
        for (size_t i = 0; i <= count; i++) {
            FUZZ_CHECK(idrange_overlap(&ranges[i], r) == idrange_overlap(r, &ranges[i]));
            FUZZ_CHECK(i < count || idrange_overlap(&ranges[i], r));
        }
        count++;
    }
    print(ranges, count);
}

static bool meet(const struct id_range *a, uint64_t first, uint64_t end)
{
    return a->outside < end && first < (uint64_t)a->outside + a->count;
}

static void read_subid(const char *file)
{
    struct subid_list list = {0};
    int r = subid_ranges(file, "user", 1000, &list);

    FUZZ_CHECK((r < 0) == (machine_errors() == 1) && machine_errors() <= 1);
    machine_hush();
    for (size_t i = 0; i < list.count; i++) {
        const struct id_range *a = &list.items[i];

        FUZZ_CHECK(a->count && !a->inside && (uint64_t)a->outside + a->count <= UINT32_MAX);
        for (size_t k = 0; k < i; k++)
            FUZZ_CHECK(!meet(a, list.items[k].outside, (uint64_t)list.items[k].outside + list.items[k].count));
    }
}

void fuzz_idmap(const uint8_t *data, size_t size)
{
    static const char *const files[] = {"/etc/subuid", "/etc/subgid"};
    char *rest = input_text(data, size), *text = input_section(&rest);
    const char *advice;

    machine_close();
    read_ranges(arena_strdup(text));
    for (size_t i = 0; rest && i < ARRAY_SIZE(files); i++) {
        text = input_section(&rest);
        machine_file(files[i], text, strlen(text));
        read_subid(files[i]);
    }
    advice = subid_advice(files[0], files[1], "user", 1000);
    FUZZ_CHECK(!advice || starts_with(advice, "sudo usermod --add-sub"));
    FUZZ_CHECK(machine_open_fds() == 0);
}
