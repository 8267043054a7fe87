#include "allow/servers.h"
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>

int servers_add(struct servers *servers, const char *text)
{
    const struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
                                   .ai_socktype = SOCK_DGRAM};
    struct addrinfo *found;

    if (getaddrinfo(text, "53", &hints, &found) != 0)
        return -EINVAL;
    if (servers->count < SERVERS) {
        memcpy(&servers->address[servers->count], found->ai_addr, found->ai_addrlen);
        servers->length[servers->count++] = found->ai_addrlen;
    }
    freeaddrinfo(found);
    return 0;
}

int servers_read(struct servers *servers, const char *path)
{
    FILE *f = fopen(path, "re");
    char line[512], server[128];

    if (!f)
        return -errno;
    while (fgets(line, sizeof line, f))
        if (sscanf(line, "nameserver %127s", server) == 1)
            servers_add(servers, server); /* libc leaves out what it cannot read, too */
    fclose(f);
    return 0;
}
