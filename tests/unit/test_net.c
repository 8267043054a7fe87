/* The loopback of a new network namespace. */
#include "stage.h"
#include <arpa/inet.h>
#include <sys/socket.h>

/* What a datagram to ADDRESS meets: 0, or an errno. */
static int send_to(uint32_t address)
{
    const struct sockaddr_in to = {.sin_family = AF_INET,
                                   .sin_addr.s_addr = htonl(address),
                                   .sin_port = htons(9)};
    HUSK_FD int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    return sendto(fd, "x", 1, 0, (const struct sockaddr *)&to, sizeof to) < 0 ? errno : 0;
}

static void begin(unsigned more)
{
    bare_plan();
    plan.clone_flags |= more;
    prepare();
}

static void it_is_brought_up(void **state HUSK_UNUSED)
{
    assert_int_equal(send_to(INADDR_LOOPBACK), ENETUNREACH); /* it comes down */
    begin(CLONE_NEWNET);
    works(loopback_up(in));
    assert_int_equal(send_to(INADDR_LOOPBACK), 0);
    assert_int_equal(send_to(0xc0000201), ENETUNREACH); /* 192.0.2.1, an address for examples */
}

static void without_a_new_one_nothing_is_touched(void **state HUSK_UNUSED)
{
    begin(0);
    works(loopback_up(in));
    assert_int_equal(send_to(INADDR_LOOPBACK), ENETUNREACH);
}

/* The host's network is not ours to set up. */
static void one_of_somebody_else_fails(void **state HUSK_UNUSED)
{
    begin(CLONE_NEWNET);
    fails(loopback_up(in), "loopback: Failed to bring it up", EPERM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_NAMESPACE(it_is_brought_up, INSIDE_FLAGS | CLONE_NEWNET, AS_ID_0),
        IN_NAMESPACE(without_a_new_one_nothing_is_touched, INSIDE_FLAGS | CLONE_NEWNET, AS_ID_0),
        INSIDE(one_of_somebody_else_fails),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
