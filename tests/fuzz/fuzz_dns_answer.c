/* What a server answers, from the third byte on, to a question for example.org; the first two choose it. */
#include "allow/dns.h"
#include "fuzz.h"
#include <arpa/nameser.h>
#include <sys/socket.h>

void fuzz_dns_answer(const uint8_t *data, size_t size)
{
    struct question q = {.id = 0x1234, .type = ns_t_a, .name = "example.org"};
    struct answer a;
    uint8_t *copy, *buf = arena_alloc(DNS_UDP_SIZE);
    int r;

    if (size < 2)
        return;
    q.type = data[0] == '6' ? ns_t_aaaa : ns_t_a;
    if (data[1] == 'l')
        strcpy(q.name, "a.very.long.name.with.many.labels.in.it.example.org");
    copy = input_copy(data + 2, size - 2);
    r = dns_read_answer(copy, size - 2, &q, &a);
    FUZZ_CHECK(r == 0 || r == -EAGAIN || r == -EMSGSIZE || r == -EBADMSG);
    if (r < 0)
        return;
    FUZZ_CHECK(a.rcode <= 15 && a.count <= DNS_ADDRESSES && a.ttl <= DNS_TTL_MAX);
    FUZZ_CHECK(a.rcode == ns_r_noerror || !a.count);
    for (size_t i = 0; i < a.count; i++)
        FUZZ_CHECK(a.ip[i].family == (q.type == ns_t_a ? AF_INET : AF_INET6));
    FUZZ_CHECK(dns_write_reply(buf, &q, &a) <= DNS_UDP_SIZE);
}
