#include "plan/user_files.h"
#include "base/fd.h"
#include "base/str.h"
#include "base/text.h"
#include "base/user.h"
#include <fcntl.h>
#include <sched.h>
#include <string.h>

enum { HOSTS_LIMIT = 1024 * 1024 };

/* A field of a line: what would start another field or line becomes "_". */
static const char *field(const char *text)
{
    char *copy = arena_strdup(text);

    for (char *c = copy; *c; c++)
        if (*c == ':' || *c == '\n')
            *c = '_';
    return copy;
}

/* The name of an id that is not 0: this user's, but there is one root. */
static const char *name_inside(const struct plan *plan)
{
    const char *name = user_name(plan->ids.real_uid);

    return name && !streq(name, "root") ? field(name) : "user";
}

const char *user_files_passwd(const struct plan *plan)
{
    uint32_t uid = plan->ids.uid, gid = plan->ids.gid;
    const char *home = field(plan->home ? plan->home : "/");
    const char *nobody = "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n";

    if (uid == 0)
        return arena_printf("root:x:0:%u:root:%s:/bin/sh\n%s", gid, home, nobody);
    return arena_printf("root:x:0:0:root:/root:/bin/sh\n%s:x:%u:%u::%s:/bin/sh\n%s",
                        name_inside(plan), uid, gid, home, uid == 65534 ? "" : nobody);
}

const char *user_files_group(const struct plan *plan)
{
    uint32_t gid = plan->ids.gid;
    const char *nobody = "nogroup:x:65534:\n";

    if (gid == 0)
        return arena_printf("root:x:0:\n%s", nobody);
    return arena_printf("root:x:0:\n%s:x:%u:\n%s", name_inside(plan), gid,
                        gid == 65534 ? "" : nobody);
}

/* --add-host comes first, and so counts before what the host's file says. */
static const char *added_hosts(const struct plan *plan)
{
    const struct spec *s = plan->spec;
    char address[IP_TEXT];
    struct text text = {0};

    for (size_t i = 0; i < s->hosts.count; i++)
        text_printf(&text, "%s %s\n", ip_format(address, &s->hosts.items[i].value),
                    s->hosts.items[i].name);
    if (s->loopback_ports.count)
        text_printf(&text, "%s %s\n", NET_GATEWAY4, NET_HOST_NAME);
    return text.text ? text.text : "";
}

const char *user_files_hosts(const struct plan *plan)
{
    const char *name = plan->spec->hostname.value ? plan->spec->hostname.value : "";
    const char *added = added_hosts(plan);
    const char *own = arena_printf("%s127.0.0.1 localhost %s\n::1 localhost ip6-localhost %s\n", added,
                                   name, name);
    HUSK_FD int fd = FD_NONE;
    char *text;
    size_t size;

    if (plan->unshared & CLONE_NEWNET)
        return own;
    fd = open("/etc/hosts", O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fd_read_all(fd, HOSTS_LIMIT, &text, &size) < 0)
        return own;
    return *name ? arena_printf("%s127.0.1.1 %s\n%s", added, name, text)
                 : arena_printf("%s%s", added, text);
}
