#include "allow/dns.h"
#include "base/str.h"
#include "spec/allow.h"
#include <arpa/nameser.h>
#include <errno.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

enum {
    HEADER_SIZE = 12,
    FLAG_RESPONSE = 0x8000,
    FLAG_RECURSION_DESIRED = 0x0100,
    FLAG_RECURSION_AVAILABLE = 0x0080,
    OWNER_OF_QUESTION = 0xc000 | HEADER_SIZE, /* a pointer to the name behind the header */
    ALIASES = 16,                        /* as many steps from a name to its address as are followed */
};

/* ---- reading ------------------------------------------------------------------------------- */

/* The only question of MSG. false: it has another number of them, or its name is none that can be listed;
 * the root's is "". */
static bool read_only_question(ns_msg *msg, struct question *q)
{
    ns_rr rr;

    if (ns_msg_count(*msg, ns_s_qd) != 1 || ns_parserr(msg, ns_s_qd, 0, &rr) < 0)
        return false;
    if (ns_rr_class(rr) != ns_c_in || strlen(ns_rr_name(rr)) >= sizeof q->name)
        return false;
    q->type = (uint16_t)ns_rr_type(rr);
    str_copy(q->name, sizeof q->name, streq(ns_rr_name(rr), ".") ? "" : ns_rr_name(rr));
    return !q->name[0] || allow_is_name(q->name);
}

int dns_read_question(const uint8_t *data, size_t size, struct question *ret)
{
    ns_msg msg;

    memset(ret, 0, sizeof *ret);
    if (size < HEADER_SIZE || size > DNS_UDP_SIZE || data[2] & FLAG_RESPONSE >> 8)
        return -EBADMSG;
    ret->id = (uint16_t)ns_get16(data);
    ret->recursive = data[2] & FLAG_RECURSION_DESIRED >> 8;
    if ((data[2] >> 3 & 15) != ns_o_query)
        return ns_r_notimpl;
    if (ns_initparse(data, (int)size, &msg) == 0 && read_only_question(&msg, ret))
        return ns_r_noerror;
    ret->name[0] = 0;
    ret->type = 0;
    return ns_r_formerr;
}

static int read_rr(ns_msg *msg, unsigned i, ns_rr *rr)
{
    return ns_parserr(msg, ns_s_an, (int)i, rr) < 0 || ns_rr_class(*rr) != ns_c_in ? -EBADMSG : 0;
}

static void note_ttl(struct answer *a, const ns_rr *rr)
{
    uint32_t ttl = ns_rr_ttl(*rr);

    /* One with the highest bit is 0: RFC 2181, section 8. */
    a->ttl = MIN(a->ttl, ttl > INT32_MAX ? 0 : ttl);
}

/* Where the alias of NAME leads, into NEXT: 1, or 0 if it has none; negative: the message is broken. */
static int read_alias(ns_msg *msg, const char *name, char *next, struct answer *a)
{
    ns_rr rr;

    for (unsigned i = 0; i < ns_msg_count(*msg, ns_s_an); i++) {
        if (read_rr(msg, i, &rr) < 0)
            return -EBADMSG;
        if (ns_rr_type(rr) != ns_t_cname || strcasecmp(ns_rr_name(rr), name) != 0)
            continue;
        if (ns_name_uncompress(ns_msg_base(*msg), ns_msg_end(*msg), ns_rr_rdata(rr), next,
                               NS_MAXDNAME) < 0)
            return -EBADMSG;
        note_ttl(a, &rr);
        return 1;
    }
    return 0;
}

static int read_addresses(ns_msg *msg, const char *name, uint16_t type, struct answer *a)
{
    const size_t length = type == ns_t_a ? 4 : 16;
    ns_rr rr;

    for (unsigned i = 0; i < ns_msg_count(*msg, ns_s_an); i++) {
        if (read_rr(msg, i, &rr) < 0)
            return -EBADMSG;
        if (ns_rr_type(rr) != type || strcasecmp(ns_rr_name(rr), name) != 0)
            continue;
        if (ns_rr_rdlen(rr) != length)
            return -EBADMSG;
        if (a->count == DNS_ADDRESSES)
            return 0;
        a->ip[a->count].family = type == ns_t_a ? AF_INET : AF_INET6;
        memcpy(a->ip[a->count++].bytes, ns_rr_rdata(rr), length);
        note_ttl(a, &rr);
    }
    return 0;
}

int dns_read_answer(const uint8_t *data, size_t size, const struct question *q, struct answer *ret)
{
    char name[NS_MAXDNAME], next[NS_MAXDNAME];
    struct question echo;
    ns_msg msg;
    int r = 1;

    memset(ret, 0, sizeof *ret);
    ret->ttl = DNS_TTL_MAX;
    if (size < HEADER_SIZE || !(data[2] & FLAG_RESPONSE >> 8) || ns_get16(data) != q->id)
        return -EAGAIN;
    if (ns_initparse(data, (int)MIN(size, NS_MAXMSG), &msg) < 0)
        return -EBADMSG;
    if (!read_only_question(&msg, &echo) || echo.type != q->type ||
        strcasecmp(echo.name, q->name) != 0)
        return -EAGAIN;
    if (ns_msg_getflag(msg, ns_f_tc))
        return -EMSGSIZE;
    ret->rcode = (unsigned)ns_msg_getflag(msg, ns_f_rcode);
    if (ret->rcode != ns_r_noerror)
        return 0;
    str_copy(name, sizeof name, q->name);
    for (unsigned i = 0; r > 0; i++) {
        if (i == ALIASES)
            return -EBADMSG;
        r = read_alias(&msg, name, next, ret);
        if (r > 0)
            str_copy(name, sizeof name, next);
    }
    return r < 0 ? r : read_addresses(&msg, name, q->type, ret);
}

/* ---- writing ------------------------------------------------------------------------------- */

static uint8_t *put16(uint8_t *p, unsigned value)
{
    *p++ = (uint8_t)(value >> 8);
    *p++ = (uint8_t)value;
    return p;
}

static uint8_t *put_header(uint8_t *p, unsigned id, unsigned flags, unsigned questions)
{
    p = put16(p, id);
    p = put16(p, flags);
    p = put16(p, questions);
    memset(p, 0, 6);
    return p + 6;
}

static uint8_t *put_question(uint8_t *p, const struct question *q)
{
    for (const char *label = q->name; *label;) {
        size_t n = strcspn(label, ".");

        *p++ = (uint8_t)n;
        memcpy(p, label, n);
        p += n;
        label += n + (label[n] == '.');
    }
    *p++ = 0;
    p = put16(p, q->type);
    return put16(p, ns_c_in);
}

size_t dns_write_question(uint8_t *buf, const struct question *q)
{
    uint8_t *p = put_header(buf, q->id, FLAG_RECURSION_DESIRED, 1);

    return (size_t)(put_question(p, q) - buf);
}

static uint8_t *put_address(uint8_t *p, uint32_t ttl, const struct ip *ip)
{
    const unsigned length = ip_bits(ip) / 8;

    p = put16(p, OWNER_OF_QUESTION);
    p = put16(p, ip->family == AF_INET ? ns_t_a : ns_t_aaaa);
    p = put16(p, ns_c_in);
    p = put16(p, ttl >> 16);
    p = put16(p, ttl);
    p = put16(p, length);
    memcpy(p, ip->bytes, length);
    return p + length;
}

size_t dns_write_reply(uint8_t *buf, const struct question *q, const struct answer *a)
{
    unsigned flags = FLAG_RESPONSE | FLAG_RECURSION_AVAILABLE | (a->rcode & 15);
    /* Without a type there was no question that could be read. */
    bool known = q->type != 0;
    uint8_t *p = put_header(buf, q->id, flags | (q->recursive ? FLAG_RECURSION_DESIRED : 0), known);
    unsigned count = 0;

    if (known)
        p = put_question(p, q);
    for (size_t i = 0; i < a->count; i++) {
        size_t size = 12 + ip_bits(&a->ip[i]) / 8;

        if ((size_t)(p - buf) + size > DNS_UDP_SIZE)
            break;
        p = put_address(p, a->ttl, &a->ip[i]);
        count++;
    }
    put16(buf + 6, count);
    return (size_t)(p - buf);
}
