/* Which name servers are asked. */
#include "allow/servers.h"
#include "base/util.h"
#include <arpa/inet.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static const char *server(const struct servers *s, unsigned i)
{
    static char text[INET6_ADDRSTRLEN];
    const struct sockaddr_in *v4 = (const void *)&s->address[i];
    const struct sockaddr_in6 *v6 = (const void *)v4;

    assert_true(i < s->count);
    assert_int_equal(ntohs(v4->sin_port), 53);
    return inet_ntop(v4->sin_family, v4->sin_family == AF_INET ? (const void *)&v4->sin_addr : &v6->sin6_addr,
                     text, sizeof text);
}

static int read_text(struct servers *s, const char *text)
{
    char path[] = "/tmp/husk-servers.XXXXXX";
    int fd = mkstemp(path), r;

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
    r = servers_read(s, path);
    unlink(path);
    return r;
}

static void a_file_is_read(void **state HUSK_UNUSED)
{
    struct servers s = {0};

    assert_int_equal(read_text(&s, "# comment\n#nameserver 9.9.9.9\nsearch example.org\nnameserver 192.0.2.1\n"
                                   "nameserver\t2001:db8::1  # two\nnameserver x\noptions edns0\n"
                                   "nameserver 192.0.2.3"),
                     0);
    assert_int_equal(s.count, 3);
    assert_string_equal(server(&s, 0), "192.0.2.1");
    assert_string_equal(server(&s, 1), "2001:db8::1");
    assert_string_equal(server(&s, 2), "192.0.2.3");
    s.count = 0;
    assert_int_equal(read_text(&s, ""), 0);
    assert_int_equal(s.count, 0);
    assert_int_equal(servers_read(&s, "/nowhere/resolv.conf"), -ENOENT);
}

static void addresses_only(void **state HUSK_UNUSED)
{
    struct servers s = {0};

    assert_int_equal(servers_add(&s, "example.org"), -EINVAL);
    assert_int_equal(servers_add(&s, ""), -EINVAL);
    assert_int_equal(s.count, 0);
    for (unsigned i = 0; i < 2 * SERVERS; i++)
        assert_int_equal(servers_add(&s, "192.0.2.1"), 0);
    assert_int_equal(s.count, SERVERS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_read),
        cmocka_unit_test(addresses_only),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
