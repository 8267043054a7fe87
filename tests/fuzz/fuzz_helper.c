/* What slirp4netns, pasta and husk-allow say, and slirp4netns' answers on its socket. */
#include "fuzz.h"
#include "host/net_helper.h"
#include "host/net_list.h"

static void check_reason(const char *reason)
{
    FUZZ_CHECK(reason && !strchr(reason, '\n'));
}

void fuzz_helper(const uint8_t *data, size_t size)
{
    static const size_t rooms[] = {1, 16, 512};
    struct publish p = {.host_first = 1, .host_last = 1, .inside_first = 1};

    machine_close();
    check_reason(net_helper_reason(input_text(data, size)));
    check_reason(net_list_reason(input_text(data, size)));
    ip_parse("127.0.0.1", &p.host);
    for (size_t i = 0; i < ARRAY_SIZE(rooms); i++) {
        char *answer = arena_alloc(rooms[i]);
        int r;

        machine_fd(-1, data, size);
        r = slirp_publish(&p, 0, answer, rooms[i]);
        FUZZ_CHECK(r == 0 || r == -EPROTO);
        FUZZ_CHECK(strlen(answer) < rooms[i]);
        FUZZ_CHECK(r < 0 || starts_with(answer, "{\"return\":"));
    }
    FUZZ_CHECK(machine_open_fds() == 0);
}
