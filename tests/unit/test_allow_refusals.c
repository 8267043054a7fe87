/* How refused packets are named, and that there is an end to it. */
#include "allow/refusals.h"
#include "base/str.h"
#include "capture.h"

static const char *named(const void *packet, size_t n)
{
    static char text[128];

    return refusal_format(text, sizeof text, packet, n) ? text : "no packet";
}

static void packets_have_names(void **state HUSK_UNUSED)
{
    uint8_t v4[28] = {0x45, [9] = 6, [16] = 192, 0, 2, 1, [22] = 1, 0xbb};
    uint8_t v6[48] = {0x60, [6] = 17, [24] = 0x20, 1, 0xd, 0xb8, [39] = 1, [43] = 53};

    assert_string_equal(named(v4, sizeof v4), "192.0.2.1:443");
    v4[9] = 17;
    assert_string_equal(named(v4, sizeof v4), "192.0.2.1:443/udp");
    assert_string_equal(named(v4, 23), "192.0.2.1 (UDP)");
    v4[9] = 1;
    assert_string_equal(named(v4, sizeof v4), "192.0.2.1 (ICMP)");
    v4[9] = 132;
    assert_string_equal(named(v4, sizeof v4), "192.0.2.1 (protocol 132)");
    assert_string_equal(named(v6, sizeof v6), "[2001:db8::1]:53/udp");
    v6[6] = 6;
    assert_string_equal(named(v6, sizeof v6), "[2001:db8::1]:53");
    v6[6] = 58;
    assert_string_equal(named(v6, sizeof v6), "2001:db8::1 (ICMP)");
}

static void what_is_none_has_no_name(void **state HUSK_UNUSED)
{
    uint8_t packet[48] = {0x45};

    assert_string_equal(named(packet, 19), "no packet");
    packet[0] = 0x41; /* a header of 4 bytes */
    assert_string_equal(named(packet, sizeof packet), "no packet");
    packet[0] = 0x60;
    assert_string_equal(named(packet, 39), "no packet");
    packet[0] = 0x75;
    assert_string_equal(named(packet, sizeof packet), "no packet");
    assert_string_equal(named(packet, 0), "no packet");
    packet[0] = 0x4f; /* options up to byte 60, of which we have 48 */
    packet[9] = 6;
    assert_string_equal(named(packet, sizeof packet), "0.0.0.0 (TCP)");
}

static unsigned lines(const char *text)
{
    unsigned n = 0;

    for (; *text; text++)
        n += *text == '\n';
    return n;
}

static void each_is_said_once(void **state HUSK_UNUSED)
{
    capture_start(STDERR_FILENO);
    refusal_say("one");
    assert_string_equal(capture_stop(), "");
    refusals_show();
    capture_start(STDERR_FILENO);
    refusal_say("one");
    refusal_say("one");
    refusal_say("%s", "two");
    refusal_say("one");
    assert_string_equal(capture_stop(), "husk: network: refused one\nhusk: network: refused two\n");
}

static void there_is_an_end(void **state HUSK_UNUSED)
{
    const char *text;

    capture_start(STDERR_FILENO);
    for (unsigned i = 0; i < 2 * REFUSALS; i++)
        refusal_say("number %u", i);
    text = capture_stop();
    assert_int_equal(lines(text), REFUSALS - 2 + 1);
    assert_non_null(strstr(text, "what else is refused is not shown"));
}

/* A pipe that nobody reads must not hold up the resolver; the line is lost, and can come again. */
static void nobody_is_waited_for(void **state HUSK_UNUSED)
{
    int saved = dup(STDERR_FILENO), ends[2];
    char page[4096] = {0};

    assert_int_equal(pipe(ends), 0);
    assert_int_equal(dup2(ends[1], STDERR_FILENO), STDERR_FILENO);
    for (int i = 0; i < 16; i++)
        assert_int_equal(write(ends[1], page, sizeof page), sizeof page);
    alarm(20);
    refusal_say("in vain");
    alarm(0);
    dup2(saved, STDERR_FILENO);
    close(saved);
    close(ends[0]);
    close(ends[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(packets_have_names),   cmocka_unit_test(what_is_none_has_no_name),
        cmocka_unit_test(each_is_said_once),    cmocka_unit_test(nobody_is_waited_for),
        cmocka_unit_test(there_is_an_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
