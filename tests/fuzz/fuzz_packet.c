/* Packets that were refused, and the kernel's answers over netlink. */
#include "allow/refusals.h"
#include "base/netlink.h"
#include "fuzz.h"
#include <linux/netlink.h>

static void refusal(const uint8_t *data, size_t size)
{
    char text[128];

    if (!refusal_format(text, sizeof text, data, size))
        return;
    FUZZ_CHECK(*text && strlen(text) < sizeof text - 1);
}

static void answer(const uint8_t *data, size_t size)
{
    char buf[256] __attribute__((aligned(4)));
    struct netlink n;
    unsigned which;
    int r;

    netlink_init(&n, buf, sizeof buf);
    netlink_message(&n, 1, NLM_F_ACK, NULL, 0);
    netlink_message(&n, 2, NLM_F_ACK, NULL, 0);
    machine_fd(FUZZ_FDS, data, size);
    r = netlink_send(&n, FUZZ_FDS, &which);
    FUZZ_CHECK(r <= 0 || size >= 16);
}

void fuzz_packet(const uint8_t *data, size_t size)
{
    const uint8_t *copy = input_copy(data, size);

    machine_close();
    refusal(copy, size);
    answer(copy, size);
    machine_fd(FUZZ_FDS + 1, copy, size);
    refusals_show();
    refusals_read(FUZZ_FDS + 1);
}
