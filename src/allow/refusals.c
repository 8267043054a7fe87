#include "allow/refusals.h"
#include "base/fd.h"
#include "base/ip.h"
#include "base/log.h"
#include "base/str.h"
#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_log.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool shown;
static char *said[REFUSALS];
static size_t said_count;

void refusals_show(void)
{
    shown = true;
}

/* Notes TEXT; false: it has been said, or enough has been. */
static bool is_new(const char *text)
{
    for (size_t i = 0; i < said_count; i++)
        if (streq(said[i], text))
            return false;
    if (said_count == REFUSALS)
        return false;
    said[said_count] = strdup(text);
    return said[said_count] && ++said_count;
}

/* The resolver must not wait for somebody to read a pipe: one that takes at least a line is ready. */
static bool stderr_is_ready(void)
{
    struct pollfd p = {.fd = STDERR_FILENO, .events = POLLOUT};

    return poll(&p, 1, 0) == 1 && p.revents & POLLOUT;
}

void refusal_say(const char *fmt, ...)
{
    char text[512];
    va_list ap;

    if (!shown)
        return;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    if (!stderr_is_ready() || !is_new(text))
        return;
    log_warning("network: refused %s", text);
    if (said_count == REFUSALS)
        log_warning("network: what else is refused is not shown");
}

/* ---- packets ------------------------------------------------------------------------------- */

/* What PROTOCOL is to be called behind an address. */
static const char *protocol_name(unsigned protocol, char *buf, size_t size)
{
    switch (protocol) {
    case IPPROTO_TCP:
        return "TCP";
    case IPPROTO_UDP:
        return "UDP";
    case IPPROTO_ICMP:
    case IPPROTO_ICMPV6:
        return "ICMP";
    default:
        snprintf(buf, size, "protocol %u", protocol);
        return buf;
    }
}

/* Where the header ends that follows the one of IP; 0: PACKET is none. */
static size_t read_header(const uint8_t *packet, size_t n, struct ip *ip, unsigned *ret_protocol)
{
    memset(ip, 0, sizeof *ip);
    if (n >= 20 && packet[0] >> 4 == 4) {
        ip->family = AF_INET;
        memcpy(ip->bytes, packet + 16, 4);
        *ret_protocol = packet[9];
        return (packet[0] & 15u) * 4;
    }
    if (n >= 40 && packet[0] >> 4 == 6) {
        ip->family = AF_INET6;
        memcpy(ip->bytes, packet + 24, 16);
        *ret_protocol = packet[6];
        return 40;
    }
    return 0;
}

bool refusal_format(char *buf, size_t size, const uint8_t *packet, size_t n)
{
    char address[IP_TEXT], number[32];
    unsigned protocol;
    struct ip ip;
    size_t at = read_header(packet, n, &ip, &protocol);

    if (at < 20)
        return false;
    ip_format(address, &ip);
    if ((protocol == IPPROTO_TCP || protocol == IPPROTO_UDP) && n >= at + 4)
        snprintf(buf, size, ip.family == AF_INET ? "%s:%u%s" : "[%s]:%u%s", address,
                 packet[at + 2] << 8 | packet[at + 3], protocol == IPPROTO_UDP ? "/udp" : "");
    else
        snprintf(buf, size, "%s (%s)", address, protocol_name(protocol, number, sizeof number));
    return true;
}

/* ---- NFLOG --------------------------------------------------------------------------------- */

static struct nlmsghdr *put_config(char *buf, unsigned group)
{
    struct nlmsghdr *header = mnl_nlmsg_put_header(buf);
    struct nfgenmsg *nfg;

    header->nlmsg_type = NFNL_SUBSYS_ULOG << 8 | NFULNL_MSG_CONFIG;
    header->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
    nfg = mnl_nlmsg_put_extra_header(header, sizeof *nfg);
    nfg->nfgen_family = AF_UNSPEC;
    nfg->version = NFNETLINK_V0;
    nfg->res_id = htons((uint16_t)group);
    return header;
}

/* Sends HEADER and waits for the kernel's word on it. 0 or -errno. */
static int tell(int fd, const struct nlmsghdr *header)
{
    char buf[MNL_NLMSG_HDRLEN + 1024];
    ssize_t n;

    if (send(fd, header, header->nlmsg_len, 0) < 0)
        return -errno;
    n = recv(fd, buf, sizeof buf, 0);
    if (n < 0)
        return -errno;
    return mnl_cb_run(buf, (size_t)n, 0, 0, NULL, NULL) < 0 ? -errno : 0;
}

int refusals_listen(unsigned group)
{
    const struct nfulnl_msg_config_cmd bind_command = {.command = NFULNL_CFG_CMD_BIND};
    const struct nfulnl_msg_config_mode mode = {.copy_range = htonl(64),
                                                .copy_mode = NFULNL_COPY_PACKET};
    HUSK_FD int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER);
    char buf[256];
    struct nlmsghdr *header;
    int r;

    if (fd < 0)
        return -errno;
    header = put_config(buf, group);
    mnl_attr_put(header, NFULA_CFG_CMD, sizeof bind_command, &bind_command);
    r = tell(fd, header);
    if (r < 0)
        return r;
    header = put_config(buf, group);
    mnl_attr_put(header, NFULA_CFG_MODE, sizeof mode, &mode);
    /* Each packet at once; by default the kernel gathers them for a second. */
    mnl_attr_put_u32(header, NFULA_CFG_QTHRESH, htonl(1));
    r = tell(fd, header);
    return r < 0 ? r : TAKE_FD(&fd);
}

static int find_payload(const struct nlattr *attribute, void *arg)
{
    const struct nlattr **payload = arg;

    if (mnl_attr_get_type(attribute) == NFULA_PAYLOAD)
        *payload = attribute;
    return MNL_CB_OK;
}

static int say_packet(const struct nlmsghdr *header, void *arg HUSK_UNUSED)
{
    const struct nlattr *payload = NULL;
    char text[128];

    mnl_attr_parse(header, sizeof(struct nfgenmsg), find_payload, &payload);
    if (payload && refusal_format(text, sizeof text, mnl_attr_get_payload(payload),
                                  mnl_attr_get_payload_len(payload)))
        refusal_say("%s", text);
    return MNL_CB_OK;
}

/* Are the SIZE bytes at DATA messages as the kernel makes them: libmnl takes a length of 2^31 and more for a
 * negative one, and goes there. */
static bool are_messages(const char *data, size_t size)
{
    struct nlmsghdr m;

    for (size_t at = 0; size - at >= sizeof m; at += MIN(NLMSG_ALIGN((size_t)m.nlmsg_len), size - at)) {
        memcpy(&m, data + at, sizeof m);
        if (m.nlmsg_len < sizeof m || m.nlmsg_len > size - at)
            return false;
    }
    return true;
}

int refusals_read(int fd)
{
    char buf[64 * 1024] __attribute__((aligned(NLMSG_ALIGNTO)));
    struct sockaddr_nl from = {0};
    socklen_t length = sizeof from;
    ssize_t n = recvfrom(fd, buf, sizeof buf, MSG_DONTWAIT, (void *)&from, &length);

    if (n < 0) /* ENOBUFS: there were more than we could take; what is new will come again */
        return errno == EAGAIN || errno == EINTR || errno == ENOBUFS ? 0 : -errno;
    /* Whoever has CAP_NET_ADMIN in the sandbox's network could send here, too; the kernel is number 0. */
    if (from.nl_pid == 0 && are_messages(buf, (size_t)n))
        mnl_cb_run(buf, (size_t)n, 0, 0, say_packet, NULL);
    return 0;
}
