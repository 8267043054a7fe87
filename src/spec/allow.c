#include "spec/allow.h"
#include "base/alloc.h"
#include "base/str.h"
#include "spec/net.h"
#include <ctype.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

enum { NAME_MAX_BYTES = 253, LABEL_MAX_BYTES = 63 };

static bool is_name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
}

bool allow_is_name(const char *name)
{
    size_t label = 0;

    if (strlen(name) > NAME_MAX_BYTES)
        return false;
    for (const char *p = name; *p; p++) {
        if (*p == '.' ? label == 0 : !is_name_char(*p))
            return false;
        label = *p == '.' ? 0 : label + 1;
        if (label > LABEL_MAX_BYTES)
            return false;
    }
    return label > 0;
}

/* Would a program take NAME for an address, as in 127.1 or 0x7f000001? Its last label says so. */
static bool looks_numeric(const char *name)
{
    const char *dot = strrchr(name, '.'), *last = dot ? dot + 1 : name;

    if (last[0] == '0' && (last[1] == 'x' || last[1] == 'X'))
        return true;
    return last[strspn(last, "0123456789")] == 0;
}

static const char *read_name(const char *host, struct allow *a)
{
    char *name;
    size_t n;

    a->kind = starts_with(host, "*.") ? ALLOW_SUBDOMAINS : ALLOW_NAME;
    name = arena_strdup(host + (a->kind == ALLOW_SUBDOMAINS ? 2 : 0));
    n = strlen(name);
    if (n > 1 && name[n - 1] == '.')
        name[n - 1] = 0;
    for (char *p = name; *p; p++) {
        if ((unsigned char)*p >= 0x80)
            return "a name with other letters than ASCII is written as it is in the DNS, as xn--...";
        *p = (char)tolower((unsigned char)*p);
    }
    if (strchr(name, '*'))
        return "a * can only stand for all names below one, as in *.example.org";
    if (!allow_is_name(name) || name[0] == '-')
        return "not a name, an address or a network";
    if (looks_numeric(name))
        return "neither a whole address nor a name";
    if (streq(name, "localhost") || (n > 10 && streq(name + strlen(name) - 10, ".localhost")))
        return "localhost is the sandbox itself, which it always reaches";
    a->name = name;
    return NULL;
}

/* An address or a network; *RET_IS_NAME: it is neither. */
static const char *read_net(const char *host, struct allow *a, bool *ret_is_name)
{
    const char *slash = strchr(host, '/'), *what;
    const char *address = slash ? arena_strndup(host, (size_t)(slash - host)) : host;
    uint64_t prefix;

    *ret_is_name = !ip_parse(address, &a->net);
    if (*ret_is_name)
        return slash ? "what follows the / is neither udp nor the size of a network" : NULL;
    a->kind = ALLOW_NET;
    a->prefix = ip_bits(&a->net);
    if (slash) {
        if (a->net.family == AF_INET6 && strchr(slash, ':'))
            return arena_printf("a network of IPv6 with a port is in brackets, as in [%s]:80",
                                arena_strndup(host, (size_t)(strchr(slash, ':') - host)));
        if (!parse_number(slash + 1, 10, a->prefix, &prefix))
            return arena_printf("the size of a network is a number up to %u", a->prefix);
        a->prefix = (unsigned)prefix;
        if (!ip_is_network(&a->net, a->prefix))
            return "that is not the first address of such a network";
    }
    if (ip_scope(&a->net, a->prefix, &what) == IP_NEVER)
        return arena_printf("%s, which no list opens", what);
    return NULL;
}

/* Takes /udp and :PORT off the end of TEXT; what is left is the host. NULL, or what is wrong. */
static const char *split(char *text, struct allow *a, char **ret_host)
{
    size_t n = strlen(text);
    char *port = NULL, *end;

    if (strstr(text, "://"))
        return "that is a URL; the list is of hosts";
    if (n > 4 && strcasecmp(text + n - 4, "/udp") == 0) {
        a->udp = true;
        text[n - 4] = 0;
    } else if (n > 4 && strcasecmp(text + n - 4, "/tcp") == 0) {
        text[n - 4] = 0; /* as without it */
    }
    *ret_host = text;
    if (text[0] == '[') {
        end = strchr(text, ']');
        if (!end || (end[1] && end[1] != ':') || !memchr(text, ':', (size_t)(end - text)))
            return "brackets are for an IPv6 address or network";
        port = end[1] ? end + 2 : NULL;
        *end = 0;
        *ret_host = text + 1;
    } else if ((end = strchr(text, ':')) && !strchr(end + 1, ':')) {
        port = end + 1;
        *end = 0;
    }
    if (port && !net_port_parse(port, &a->port))
        return "a port is a number from 1 to 65535";
    return NULL;
}

const char *allow_parse(const char *text, struct allow *ret_allow)
{
    struct allow a = {0};
    const char *wrong;
    bool is_name;
    char *host;

    wrong = split(arena_strdup(text), &a, &host);
    if (!wrong)
        wrong = read_net(host, &a, &is_name);
    if (!wrong && is_name)
        wrong = read_name(host, &a);
    if (!wrong)
        *ret_allow = a;
    return wrong;
}
