#include "spec/net.h"
#include "base/alloc.h"
#include "base/str.h"
#include <string.h>
#include <sys/socket.h>

static const char bad_port[] = "a port is a number from 1 to 65535, or two with a dash between, the lower one first";

bool net_port_parse(const char *word, uint16_t *ret)
{
    uint64_t port;

    if (!parse_number(word, 10, 65535, &port) || port == 0)
        return false;
    *ret = (uint16_t)port;
    return true;
}

/* FIRST[-LAST]; WORD is cut. Without a LAST it is FIRST. */
static bool parse_ports(char *word, uint16_t *ret_first, uint16_t *ret_last)
{
    char *dash = strchr(word, '-');

    if (dash)
        *dash = 0;
    if (!net_port_parse(word, ret_first))
        return false;
    *ret_last = *ret_first;
    return !dash || (net_port_parse(dash + 1, ret_last) && *ret_last >= *ret_first);
}

/* The ports inside: as many as P has on the host. One alone is the first of them. NULL, or what is wrong. */
static const char *take_inside(char *word, struct publish *p)
{
    unsigned more = p->host_last - p->host_first;
    bool is_one = !strchr(word, '-');
    uint16_t last;

    if (!parse_ports(word, &p->inside_first, &last))
        return bad_port;
    if (is_one)
        return p->inside_first + more > UINT16_MAX ? "the last of the ports inside would be above 65535" : NULL;
    return last - p->inside_first != (int)more ? "there must be as many ports inside as on the host" : NULL;
}

/* Takes "[ADDR]:" or "ADDR:" off the front of *WORD; there is none if only one colon is left. */
static const char *take_address(char **word, struct ip *ret)
{
    char *text = *word, *end;

    if (*text == '[') {
        end = strchr(++text, ']');
        if (!end || end[1] != ':')
            return "an address in brackets ends in ]:";
        *word = end + 2;
    } else {
        end = strchr(text, ':');
        if (!end || !strchr(end + 1, ':')) {
            ip_parse("127.0.0.1", ret);
            return NULL;
        }
        *word = end + 1;
    }
    *end = 0;
    return ip_parse(text, ret) ? NULL : "the address is none; those of IPv6 are in brackets";
}

const char *publish_parse(const char *word, struct publish *ret)
{
    struct publish p = {0};
    char *rest = arena_strdup(word), *slash = strchr(rest, '/'), *colon;
    const char *wrong;

    if (slash) {
        *slash = 0;
        p.udp = streq(slash + 1, "udp");
        if (!p.udp && !streq(slash + 1, "tcp"))
            return "the protocol can be tcp or udp";
    }
    wrong = take_address(&rest, &p.host);
    if (wrong)
        return wrong;
    colon = strchr(rest, ':');
    if (!colon)
        return "a port of the host and one inside are wanted, as in 8080:80";
    *colon = 0;
    if (!parse_ports(rest, &p.host_first, &p.host_last))
        return bad_port;
    wrong = take_inside(colon + 1, &p);
    if (!wrong)
        *ret = p;
    return wrong;
}

static bool is_host_name(const char *name)
{
    size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.");

    return n > 0 && n <= 253 && !name[n];
}

/* One of IPv6 may be in brackets, as where a port follows. */
static bool parse_host_address(const char *word, struct ip *ret)
{
    size_t n = strlen(word);

    if (word[0] != '[' || word[n - 1] != ']')
        return ip_parse(word, ret);
    return ip_parse(arena_strndup(word + 1, n - 2), ret) && ret->family == AF_INET6;
}

const char *host_entry_parse(const char *word, const char **ret_name, struct ip *ret)
{
    const char *colon = strchr(word, ':'), *name;

    if (!colon)
        return "a name and an address are wanted, as in db:10.0.0.7";
    name = arena_strndup(word, (size_t)(colon - word));
    if (!is_host_name(name))
        return "a host name has letters, digits, dashes and dots";
    if (!parse_host_address(colon + 1, ret))
        return "what follows the colon is not an address";
    *ret_name = name;
    return NULL;
}
