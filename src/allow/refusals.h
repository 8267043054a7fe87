/*
 * What --net-log says: a line on stderr for each name or address that is refused for the first time, in
 * the form that --allow takes. There is an end to it: a command must not fill a disk, nor our memory.
 */
#pragma once
#include "base/util.h"
#include <stdbool.h>

enum { REFUSALS = 1000 }; /* so many lines, and one that says that there will be no more */

/* From now on refusals are said; else refusal_say() does nothing. */
void refusals_show(void);

/* Says "network: refused WHAT", once for each WHAT. Where nobody reads stderr the line is lost. */
void refusal_say(const char *fmt, ...) HUSK_PRINTF(1, 2);

/*
 * Writes to BUF (SIZE bytes) where PACKET, an IP packet of which N bytes are known, was to go: ADDRESS:PORT
 * of TCP, with /udp behind it of UDP; of other protocols, and where the port is not known, the address and
 * the protocol's name or number. false: it is no IP packet.
 */
bool refusal_format(char *buf, size_t size, const uint8_t *packet, size_t n);

/* Listens, in this network namespace, to the packets that are logged to GROUP of NFLOG. An fd, or -errno. */
int refusals_listen(unsigned group);

/* Says what FD of refusals_listen() has by now. 0, or -errno: nothing more can come. */
int refusals_read(int fd);
