/* Single words: numbers, durations, sizes, amounts, limits, processors, ports, addresses. The first letter
 * says which. What was read and is written out again reads the same. */
#include "fuzz.h"
#include "spec/amounts.h"
#include "spec/capname.h"
#include "spec/limits.h"
#include "spec/net.h"
#include <arpa/inet.h>

static void number(const char *s)
{
    uint64_t value, again;

    if (parse_number(s, 10, UINT64_MAX, &value)) {
        FUZZ_CHECK(s[strspn(s, "0123456789")] == 0);
        FUZZ_CHECK(parse_number(arena_printf("%ju", (uintmax_t)value), 10, value, &again) && again == value);
        FUZZ_CHECK(!value || !parse_number(s, 10, value - 1, &again));
        FUZZ_CHECK(!parse_number(arena_printf("%s ", s), 10, UINT64_MAX, &again));
    }
    if (parse_number(s, 8, 07777, &value))
        FUZZ_CHECK(value <= 07777 && parse_number(arena_printf("%jo", (uintmax_t)value), 8, 07777, &again) &&
                   again == value);
}

static void seconds(const char *s)
{
    int64_t whole, whole_again;
    uint32_t part, part_again;

    if (!parse_seconds(s, &whole, &part))
        return;
    FUZZ_CHECK(part < 1000000000);
    if (whole >= 0 || part == 0)
        s = arena_printf("%jd.%09u", (intmax_t)whole, part);
    else
        s = arena_printf("-%jd.%09u", -(intmax_t)(whole + 1), 1000000000 - part);
    FUZZ_CHECK(parse_seconds(s, &whole_again, &part_again) && whole == whole_again && part == part_again);
}

static void duration(const char *s)
{
    int64_t ns, again;

    if (!duration_parse(s, &ns))
        return;
    FUZZ_CHECK(ns > 0 && ns <= INT64_MAX / 2);
    s = arena_printf("%jd.%09jds", (intmax_t)(ns / 1000000000), (intmax_t)(ns % 1000000000));
    FUZZ_CHECK(duration_parse(s, &again) && again == ns);
}

static void size_of_memory(const char *s)
{
    uint64_t value, again;

    if (!amount_size(s, &value) || value == AMOUNT_UNLIMITED)
        return;
    FUZZ_CHECK(value > 0 && value <= INT64_MAX);
    FUZZ_CHECK(amount_size(arena_printf("%jub", (uintmax_t)value), &again) && again == value);
}

static void processors(const char *s)
{
    uint64_t value, again;

    if (!amount_cpus(s, &value) || value == AMOUNT_UNLIMITED)
        return;
    s = arena_printf("%ju.%05ju", (uintmax_t)value / CPU_PERIOD_US, (uintmax_t)value % CPU_PERIOD_US);
    FUZZ_CHECK(amount_cpus(s, &again) && again == value);
}

static const char *io_pair(const char *text, const char *key, uint64_t value)
{
    const char *comma = text[strlen(text) - 1] == ':' ? "" : ",";

    if (!value)
        return text;
    return value == AMOUNT_UNLIMITED ? arena_printf("%s%s%s=unlimited", text, comma, key)
                                     : arena_printf("%s%s%s=%ju", text, comma, key, (uintmax_t)value);
}

static void io_max(const char *s)
{
    struct opt_io_max io = {0}, again = {0};

    if (!amount_io(s, &io))
        return;
    FUZZ_CHECK(io.device && *io.device && (io.rbps || io.wbps || io.riops || io.wiops));
    s = arena_printf("%s:", io.device);
    s = io_pair(io_pair(s, "rbps", io.rbps), "wbps", io.wbps);
    s = io_pair(io_pair(s, "riops", io.riops), "wiops", io.wiops);
    FUZZ_CHECK(amount_io(s, &again) && streq(io.device, again.device) && io.rbps == again.rbps &&
               io.wbps == again.wbps && io.riops == again.riops && io.wiops == again.wiops);
}

static const char *limit_value(rlim_t value)
{
    return value == RLIM_INFINITY ? "unlimited" : arena_printf("%ju", (uintmax_t)value);
}

static void limit(const char *s)
{
    struct rlimit value, again;
    int resource, same;

    if (limit_parse(s, &resource, &value))
        return;
    FUZZ_CHECK(value.rlim_cur <= value.rlim_max && resource >= 0 && resource < RLIM_NLIMITS);
    s = arena_printf("%s=%s:%s", limit_name(resource), limit_value(value.rlim_cur), limit_value(value.rlim_max));
    FUZZ_CHECK(!limit_parse(s, &same, &again) && same == resource && again.rlim_cur == value.rlim_cur &&
               again.rlim_max == value.rlim_max);
}

static void cpu_numbers(const char *s)
{
    struct cpu_list *list = arena_alloc(sizeof *list), *again = arena_alloc(sizeof *again);
    char *text = arena_alloc(5 * CPU_LIMIT + 1), *p = text;

    if (!cpus_parse(s, list))
        return;
    for (unsigned cpu = 0; cpu < CPU_LIMIT; cpu++)
        if (cpus_has(list, cpu))
            p += sprintf(p, "%s%u", p == text ? "" : ",", cpu);
    FUZZ_CHECK(p > text && cpus_parse(text, again) && memcmp(list, again, sizeof *list) == 0);
}

static const char *bracketed(const struct ip *a)
{
    char text[IP_TEXT];

    return arena_printf(a->family == AF_INET6 ? "[%s]" : "%s", ip_format(text, a));
}

static void published(const char *s)
{
    struct publish p, again;

    if (publish_parse(s, &p))
        return;
    FUZZ_CHECK(p.host_first && p.inside_first && p.host_last >= p.host_first &&
               p.inside_first + (p.host_last - p.host_first) <= 65535);
    s = arena_printf("%s:%u-%u:%u-%u/%s", bracketed(&p.host), p.host_first, p.host_last, p.inside_first,
                     p.inside_first + (p.host_last - p.host_first), p.udp ? "udp" : "tcp");
    FUZZ_CHECK(!publish_parse(s, &again) && memcmp(&p.host, &again.host, sizeof p.host) == 0 &&
               p.udp == again.udp && p.host_last == again.host_last && p.inside_first == again.inside_first);
}

static void host(const char *s)
{
    struct ip a, again;
    char text[IP_TEXT];
    const char *name, *same;

    if (host_entry_parse(s, &name, &a))
        return;
    FUZZ_CHECK(*name && !strpbrk(name, " \t\n:#"));
    s = arena_printf("%s:%s", name, ip_format(text, &a));
    FUZZ_CHECK(!host_entry_parse(s, &same, &again) && streq(name, same) && memcmp(&a, &again, sizeof a) == 0);
}

static void capability(const char *s)
{
    uint64_t mask, again;

    if (!cap_mask_from_name(s, &mask) || mask == UINT64_MAX)
        return;
    FUZZ_CHECK(mask && !(mask & (mask - 1)));
    FUZZ_CHECK(cap_mask_from_name(cap_name((unsigned)__builtin_ctzll(mask)), &again) && again == mask);
}

static void integer(const char *s)
{
    int value, again;

    if (!parse_integer(s, -1000, 1000, &value))
        return;
    FUZZ_CHECK(value >= -1000 && value <= 1000);
    FUZZ_CHECK(parse_integer(arena_printf("%d", value), value, value, &again) && again == value);
}

void fuzz_words(const uint8_t *data, size_t size)
{
    static const struct {
        char letter;
        void (*read)(const char *);
    } kinds[] = {
        {'n', number}, {'s', seconds}, {'d', duration}, {'m', size_of_memory}, {'c', processors},
        {'i', io_max}, {'l', limit}, {'a', cpu_numbers}, {'p', published}, {'h', host}, {'C', capability},
        {'I', integer},
    };
    const char *text = input_text(data, size);

    machine_close();
    for (size_t i = 0; i < ARRAY_SIZE(kinds) && *text; i++)
        if (kinds[i].letter == text[0])
            kinds[i].read(arena_strdup(text + 1));
}
