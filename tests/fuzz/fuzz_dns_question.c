/* What a client sends to the resolver. A question that was read and is written again reads the same, and its
 * reply fits. */
#include "allow/dns.h"
#include "fuzz.h"
#include "spec/allow.h"
#include <arpa/nameser.h>
#include <sys/socket.h>

static void reply(const struct question *q, unsigned rcode, size_t count)
{
    uint8_t *buf = arena_alloc(DNS_UDP_SIZE);
    struct answer a = {.rcode = rcode, .ttl = 1, .count = count}, again;
    size_t size;
    int r;

    for (size_t i = 0; i < count; i++)
        a.ip[i] = (struct ip){q->type == ns_t_a ? AF_INET : AF_INET6, {1, 2, 3, (uint8_t)i}};
    size = dns_write_reply(buf, q, &a);
    FUZZ_CHECK(size >= 12 && size <= DNS_UDP_SIZE);
    if (!q->name[0] || (q->type != ns_t_a && q->type != ns_t_aaaa))
        return;
    r = dns_read_answer(buf, size, q, &again);
    FUZZ_CHECK(r == 0 && again.rcode == rcode && again.count <= count);
    FUZZ_CHECK(rcode || !count || (again.count && memcmp(again.ip, a.ip, again.count * sizeof a.ip[0]) == 0));
}

void fuzz_dns_question(const uint8_t *data, size_t size)
{
    uint8_t *copy = input_copy(data, size), *buf = arena_alloc(DNS_UDP_SIZE);
    struct question q, again;
    size_t n;
    int r = dns_read_question(copy, size, &q);

    if (r < 0)
        return;
    FUZZ_CHECK(r <= 15 && (r == ns_r_noerror) >= (q.type != 0));
    FUZZ_CHECK(!q.name[0] || allow_is_name(q.name));
    reply(&q, (unsigned)r, 0);
    if (r != ns_r_noerror || !q.type)
        return;
    reply(&q, ns_r_nxdomain, 0);
    reply(&q, ns_r_noerror, DNS_ADDRESSES);
    n = dns_write_question(buf, &q);
    FUZZ_CHECK(n <= DNS_UDP_SIZE && dns_read_question(input_copy(buf, n), n, &again) == ns_r_noerror);
    FUZZ_CHECK(again.id == q.id && again.type == q.type && streq(again.name, q.name));
}
