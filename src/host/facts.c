#include "host/facts.h"
#include "base/alloc.h"
#include "base/fd.h"
#include "base/str.h"
#include <fcntl.h>
#include <linux/capability.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>
#include <unistd.h>

enum { FILE_LIMIT = 16 * 1024 * 1024 };

/* The text of ROOT/NAME, or NULL. NUL bytes in it end it. */
static char *read_text(const char *root, const char *name)
{
    HUSK_FD int fd = open(arena_printf("%s/%s", root, name), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    size_t size;
    char *text;

    return fd >= 0 && fd_read_all(fd, FILE_LIMIT, &text, &size) == 0 ? text : NULL;
}

static bool exists(const char *root, const char *name)
{
    return access(arena_printf("%s/%s", root, name), F_OK) == 0;
}

static int64_t read_number(const char *root, const char *name)
{
    char *text = read_text(root, name);
    uint64_t value;

    if (!text)
        return UNKNOWN;
    text[strcspn(text, "\n")] = 0;
    return parse_number(text, 10, INT64_MAX, &value) ? (int64_t)value : UNKNOWN;
}

/* ---- limits and switches ------------------------------------------------------------------- */

static void look_at_sysctls(struct facts *f, const char *root)
{
    static const char *const kinds[] = {"user", "mnt", "pid",    "net",
                                        "ipc",  "uts", "cgroup", "time"};

    f->max_userns = read_number(root, "proc/sys/user/max_user_namespaces");
    for (size_t i = 0; !f->zero_limit && i < ARRAY_SIZE(kinds); i++)
        if (read_number(root, arena_printf("proc/sys/user/max_%s_namespaces", kinds[i])) == 0)
            f->zero_limit = kinds[i];
    f->debian_clone = read_number(root, "proc/sys/kernel/unprivileged_userns_clone");
    f->apparmor_userns = read_number(root, "proc/sys/kernel/apparmor_restrict_unprivileged_userns");
    f->selinux = read_number(root, "sys/fs/selinux/enforce") == 1;
}

/* AppArmor writes "NAME (enforce)" for a confined process; other modules write no such thing. */
static void look_at_label(struct facts *f, const char *root)
{
    char *label = read_text(root, "proc/self/attr/apparmor/current"), *mode;

    if (!label)
        label = read_text(root, "proc/self/attr/current");
    mode = label ? strstr(label, " (enforce)") : NULL;
    if (mode) {
        *mode = 0;
        f->apparmor_label = label;
    }
}

/* ---- this process -------------------------------------------------------------------------- */

/* What is behind NAME, SEPARATOR and blanks in a line of TEXT. "": there is no such line. */
static const char *value_of(const char *text, const char *name, char separator)
{
    size_t n = strlen(name);

    for (const char *line = text; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, name, n) == 0 && line[n] == separator) {
            line += n + 1;
            line += strspn(line, " \t");
            return arena_strndup(line, strcspn(line, "\n"));
        }
    }
    return "";
}

static void look_at_status(struct facts *f, const char *root)
{
    const char *text = read_text(root, "proc/self/status");

    f->seccomp = streq(value_of(text, "Seccomp", ':'), "2");
    f->no_new_privs = streq(value_of(text, "NoNewPrivs", ':'), "1");
    f->admin = strtoull(value_of(text, "CapEff", ':'), NULL, 16) >> CAP_SYS_ADMIN & 1;
}

/* Does the uid_map or gid_map TEXT map ID. It may be anything if there is no map to see. */
static bool is_mapped(char *text, uint32_t id)
{
    char *line;

    if (!text)
        return true;
    while ((line = strsep(&text, "\n"))) {
        char *end;
        unsigned long inside = strtoul(line, &end, 10), count;

        strtoul(end, &end, 10);
        count = strtoul(end, NULL, 10);
        if (id >= inside && id - inside < count)
            return true;
    }
    return false;
}

static void look_at_ids(struct facts *f, const char *root)
{
    char *uids = read_text(root, "proc/self/uid_map"), *gids = read_text(root, "proc/self/gid_map");
    unsigned long all[3] = {0, 0, UINT32_MAX};
    char *p = uids;

    for (size_t i = 0; uids && i < ARRAY_SIZE(all); i++)
        f->nested |= strtoul(p, &p, 10) != all[i];
    f->unmapped = !is_mapped(uids, geteuid()) || !is_mapped(gids, getegid());
}

/* ---- mounts -------------------------------------------------------------------------------- */

static bool has_option(const char *options, const char *name)
{
    size_t n = strlen(name);

    for (const char *o = options; o; o = strchr(o, ',')) {
        o += *o == ',';
        if (strncmp(o, name, n) == 0 && (o[n] == ',' || o[n] == 0))
            return true;
    }
    return false;
}

/* LINE of mountinfo: ID PARENT DEVICE ROOT PATH OPTIONS ... Returns whether PATH is "/". */
static bool look_at_mount(struct facts *f, char *line)
{
    const char *path, *options;

    for (int i = 0; i < 4; i++)
        strsep(&line, " ");
    path = strsep(&line, " ");
    options = strsep(&line, " ");
    if (!path || !options)
        return false;
    if (streq(path, "/proc"))
        f->proc_read_only = has_option(options, "ro");
    /* What is mounted on a folder that procfs keeps for that (binfmt_misc's) covers nothing. */
    else if (starts_with(path, "/proc/") && !starts_with(path, "/proc/sys/fs/binfmt_misc"))
        f->covered = f->covered ? f->covered : path;
    return streq(path, "/");
}

/* Is pid 1 in the same mount namespace, with another root? Only those who may trace it can see. */
static bool differs_from_pid_1(const char *root)
{
    struct stat ns, ns_1, top, top_1;

    return stat(arena_printf("%s/proc/self/ns/mnt", root), &ns) == 0 &&
           stat(arena_printf("%s/proc/1/ns/mnt", root), &ns_1) == 0 && ns.st_ino == ns_1.st_ino &&
           stat(arena_printf("%s/proc/self/root", root), &top) == 0 &&
           stat(arena_printf("%s/proc/1/root", root), &top_1) == 0 &&
           (top.st_ino != top_1.st_ino || top.st_dev != top_1.st_dev);
}

static void look_at_mounts(struct facts *f, const char *root)
{
    char *text = read_text(root, "proc/self/mountinfo"), *line;
    bool has_root = false;

    if (!text)
        return;
    while ((line = strsep(&text, "\n")))
        has_root |= look_at_mount(f, line);
    /* mountinfo leaves out what is not below the root of this process. */
    f->chrooted = !has_root || differs_from_pid_1(root);
}

/* ---- containers and distributions ---------------------------------------------------------- */

/* Does pid 1's environment, which only its own user can read, name a container manager? */
static bool pid_1_is_contained(const char *root)
{
    HUSK_FD int fd = open(arena_printf("%s/proc/1/environ", root), O_RDONLY | O_CLOEXEC);
    size_t size;
    char *text;

    if (fd < 0 || fd_read_all(fd, FILE_LIMIT, &text, &size) < 0)
        return false;
    for (const char *var = text; var < text + size; var += strlen(var) + 1)
        if (starts_with(var, "container="))
            return true;
    return false;
}

static enum container which_container(const char *root)
{
    if (exists(root, "var/run/secrets/kubernetes.io") || exists(root, "run/secrets/kubernetes.io"))
        return CONTAINER_KUBERNETES;
    if (exists(root, "run/.containerenv"))
        return CONTAINER_PODMAN;
    if (exists(root, ".dockerenv"))
        return CONTAINER_DOCKER;
    if (exists(root, "run/systemd/container") || exists(root, ".flatpak-info") ||
        pid_1_is_contained(root))
        return CONTAINER_OTHER;
    return CONTAINER_NONE;
}

static const char *without_quotes(const char *value)
{
    value += strspn(value, "\"'");
    return arena_strndup(value, strcspn(value, "\"'"));
}

static void look_at_os(struct facts *f, const char *root)
{
    const char *text = read_text(root, "etc/os-release");

    if (!text)
        text = read_text(root, "usr/lib/os-release");
    f->os = without_quotes(value_of(text, "ID", '='));
    f->os_like = without_quotes(value_of(text, "ID_LIKE", '='));
}

/* ---- all of it ----------------------------------------------------------------------------- */

void facts_gather(struct facts *f, const char *root)
{
    *f = (struct facts){0};
    f->has_proc = exists(root, "proc/self/status");
    f->has_userns = exists(root, "proc/self/ns/user");
    look_at_sysctls(f, root);
    look_at_label(f, root);
    look_at_status(f, root);
    look_at_ids(f, root);
    look_at_mounts(f, root);
    f->container = which_container(root);
    look_at_os(f, root);
}

void helper_facts_gather(struct helper_facts *h, const char *path)
{
    struct statvfs fs;
    struct stat st;

    *h = (struct helper_facts){.path = path};
    if (!path || stat(path, &st) < 0)
        return;
    h->privileged = (st.st_uid == 0 && st.st_mode & S_ISUID) ||
                    getxattr(path, "security.capability", NULL, 0) > 0;
    h->nosuid = statvfs(path, &fs) == 0 && fs.f_flag & ST_NOSUID;
}
