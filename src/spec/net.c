#include "spec/net.h"
#include "base/alloc.h"
#include "base/str.h"
#include <string.h>

bool net_port_parse(const char *word, uint16_t *ret)
{
    uint64_t port;

    if (!parse_number(word, 10, 65535, &port) || port == 0)
        return false;
    *ret = (uint16_t)port;
    return true;
}

/* FIRST[-LAST]; WORD is cut. */
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
    uint16_t inside_last;

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
    if (!parse_ports(rest, &p.host_first, &p.host_last) ||
        !parse_ports(colon + 1, &p.inside_first, &inside_last))
        return "a port is a number from 1 to 65535, or two with a dash between, the lower one first";
    if (p.host_last - p.host_first != inside_last - p.inside_first)
        return "there must be as many ports inside as on the host";
    *ret = p;
    return NULL;
}

static bool is_host_name(const char *name)
{
    size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.");

    return n > 0 && n <= 253 && !name[n];
}

const char *host_entry_parse(const char *word, const char **ret_name, struct ip *ret)
{
    const char *colon = strchr(word, ':'), *name;

    if (!colon)
        return "a name and an address are wanted, as in db:10.0.0.7";
    name = arena_strndup(word, (size_t)(colon - word));
    if (!is_host_name(name))
        return "a host name has letters, digits, dashes and dots";
    if (!ip_parse(colon + 1, ret))
        return "what follows the colon is not an address";
    *ret_name = name;
    return NULL;
}
