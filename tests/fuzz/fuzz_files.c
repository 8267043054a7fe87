/* Files of /etc: passwd, resolv.conf, hosts; and the routes of IPv6; with `%%' between them. */
#include "allow/servers.h"
#include "base/user.h"
#include "fuzz.h"
#include "plan/net.c" /* for its look at the routes */
#include "plan/user_files.h"

static void passwd(void)
{
    struct user_entry e;

    if (!user_in_file("/etc/passwd", 1000, &e))
        return;
    FUZZ_CHECK(*e.name && !strpbrk(e.name, ":\n") && *e.name != '+' && *e.name != '-');
    FUZZ_CHECK(!e.home || !strpbrk(e.home, ":\n"));
}

/* What programs inside are given has the server of the sandbox, and what was copied is whole lines. */
static void resolv_conf(void)
{
    struct servers servers = {0};
    struct spec spec;
    struct plan plan = {.spec = &spec, .net.helper = NET_HELPER_PASTA};
    const char *text;

    spec_init(&spec);
    servers_read(&servers, "/etc/resolv.conf");
    FUZZ_CHECK(servers.count <= SERVERS);
    for (size_t i = 0; i < servers.count; i++)
        FUZZ_CHECK(servers.length[i] && servers.length[i] <= sizeof servers.address[i]);
    FUZZ_CHECK(plan_net_files(&plan) == 0 && plan.net.resolv_conf && plan.net.hosts);
    text = plan.net.resolv_conf;
    for (const char *line = text; *line; line = strchr(line, '\n') + 1) {
        FUZZ_CHECK(strchr(line, '\n'));
        FUZZ_CHECK(strchr("sdon", *line));
        if (*line == 'n')
            FUZZ_CHECK(starts_with(line, "nameserver " NET_DNS4 "\n"));
    }
    FUZZ_CHECK(strstr(text, "nameserver") || !plan.net.ipv6);
}

static void routes(void)
{
    struct plan_net net = {.ipv6 = false};

    FUZZ_CHECK(look_for_ipv6(&net) == 0);
}

void fuzz_files(const uint8_t *data, size_t size)
{
    static const char *const files[] = {"/etc/passwd", "/etc/resolv.conf", "/etc/hosts", "/proc/net/ipv6_route"};
    char *rest = input_text(data, size);

    machine_close();
    for (size_t i = 0; rest && i < ARRAY_SIZE(files); i++) {
        const char *text = input_section(&rest);

        machine_file(files[i], text, strlen(text));
    }
    passwd();
    resolv_conf();
    routes();
    FUZZ_CHECK(machine_open_fds() == 0 && machine_errors() == 0);
}
