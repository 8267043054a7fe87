/*
 * DNS messages (RFC 1035), as few kinds of them as are needed: a question of one name, and an answer of
 * addresses. What comes from outside is read by libc's ns_*() functions, never by hand. Pure functions.
 */
#pragma once
#include "base/ip.h"
#include <stdbool.h>
#include <sys/types.h>

enum {
    DNS_UDP_SIZE = 512,   /* of a message without EDNS; none is written that is longer */
    DNS_NAME = 254,       /* a name as text, and a 0 */
    DNS_ADDRESSES = 16,   /* at most, of an answer; what is more is left out */
    DNS_TTL_MAX = 604800, /* seconds; RFC 8767 has a week, too */
};

struct question {
    uint16_t id, type;
    bool recursive;      /* RD, which a reply repeats */
    char name[DNS_NAME]; /* as it was asked, without a dot at its end; one for allow_is_name(), or "" */
};

struct answer {
    unsigned rcode; /* NOERROR, NXDOMAIN, ... of <arpa/nameser.h> */
    uint32_t ttl;   /* seconds; the least on the way from the name to its addresses */
    size_t count;   /* 0 with NOERROR: there are no addresses of that family */
    struct ip ip[DNS_ADDRESSES];
};

/*
 * Reads what a client sent. ns_r_noerror: it is a question, in *RET. Another rcode: it is none that can be
 * answered, and that is the reply; *RET then has what is known of it. Negative: it gets no reply at all.
 */
int dns_read_question(const uint8_t *data, size_t size, struct question *ret);

/* Writes the reply to Q to BUF (DNS_UDP_SIZE bytes): those of A's addresses that have room. Its size. */
size_t dns_write_reply(uint8_t *buf, const struct question *q, const struct answer *a);

/* Writes the question Q, whose name must be one for allow_is_name(), to BUF (DNS_UDP_SIZE bytes). Its size. */
size_t dns_write_question(uint8_t *buf, const struct question *q);

/*
 * Reads what a server sent as an answer to Q, of A or AAAA: follows the aliases from Q's name on, and takes
 * the addresses of the name where they end. 0; -EAGAIN: it is not an answer to Q, another may come;
 * -EMSGSIZE: it was cut off, so TCP must be asked; -EBADMSG: it is broken.
 */
int dns_read_answer(const uint8_t *data, size_t size, const struct question *q, struct answer *ret);
