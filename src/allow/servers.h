/* The name servers that are asked: those of the host, or others that were given. */
#pragma once
#include <sys/socket.h>

enum { SERVERS = 4 };

struct servers {
    struct sockaddr_storage address[SERVERS];
    socklen_t length[SERVERS];
    unsigned count;
};

/* Adds the server TEXT, an address; an IPv6 one may have a zone, as in fe80::1%eth0. What is more than
 * SERVERS is left out. 0 or -EINVAL: it is no address. */
int servers_add(struct servers *servers, const char *text);

/* Adds those that PATH names, in the form of resolv.conf(5); what it has besides does not count. 0 or
 * -errno. */
int servers_read(struct servers *servers, const char *path);
