/*
 * What firejail, unshare, crun, systemd-run and floor are called with in a case: as near to the case's line as their
 * options come. README.md says where that is not the same work.
 */
#include "base/log.h"
#include "base/str.h"
#include "bench.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ID_LENGTH = 32 };

/* crun wants another name for each container: it is in the command lines, and changed before each start. */
static char container[ID_LENGTH] = "husk-bench";

void peers_next(void)
{
    static unsigned number;

    snprintf(container, sizeof container, "husk-bench-%d-%u", (int)getpid(), number++);
}

/* ---- crun: a bundle for each line ----------------------------------------------------------- */

static void mount_entry(FILE *f, const char *dest, const char *type, const char *source, const char *options)
{
    fprintf(f, ",\n{\"destination\":\"%s\",\"type\":\"%s\",\"source\":\"%s\",\"options\":[%s]}", dest, type,
            source, options);
}

static void bind_entry(FILE *f, const char *source, const char *dest, const char *rights)
{
    if (access(source, F_OK) == 0)
        mount_entry(f, dest, "bind", source, arena_printf("\"rbind\",\"%s\",\"nosuid\",\"nodev\"", rights));
}

static void devices(FILE *f)
{
    static const char *const nodes[] = {"null", "zero", "full", "random", "urandom", "tty"};

    mount_entry(f, "/dev", "tmpfs", "tmpfs", "\"nosuid\",\"mode=755\"");
    for (size_t i = 0; i < ARRAY_SIZE(nodes); i++)
        mount_entry(f, arena_printf("/dev/%s", nodes[i]), "bind", arena_printf("/dev/%s", nodes[i]),
                    "\"bind\"");
}

static void write_mounts(FILE *f, const struct bench *b, unsigned binds)
{
    fprintf(f, "\"mounts\":[{\"destination\":\"/proc\",\"type\":\"proc\",\"source\":\"proc\","
               "\"options\":[\"nosuid\",\"noexec\",\"nodev\"]}");
    devices(f);
    mount_entry(f, "/tmp", "tmpfs", "tmpfs", "\"nosuid\",\"nodev\"");
    mount_entry(f, "/run", "tmpfs", "tmpfs", "\"nosuid\",\"nodev\"");
    mount_entry(f, "/home/user", "tmpfs", "tmpfs", "\"nosuid\",\"nodev\"");
    bind_entry(f, "/usr", "/usr", "ro");
    for (size_t i = 0; bench_etc[i]; i++)
        bind_entry(f, bench_etc[i], bench_etc[i], "ro");
    bind_entry(f, b->work, b->work, "rw");
    for (unsigned i = 0; i < binds; i++)
        bind_entry(f, bind_source(b, i), arena_printf("/binds/%u", i), "ro");
    fputs("],\n", f);
}

static void write_process(FILE *f, const struct bench *b, char **command)
{
    fprintf(f, "\"process\":{\"terminal\":false,\"user\":{\"uid\":%u,\"gid\":%u},\"cwd\":\"%s\",\"args\":[",
            b->uid, b->gid, b->work);
    for (char **word = command; *word; word++)
        fprintf(f, "%s\"%s\"", word == command ? "" : ",", *word);
    fputs("],\"env\":[\"PATH=/usr/bin:/bin\",\"HOME=/home/user\",\"USER=user\",\"LANG=C.UTF-8\",\"TERM=dumb\"],"
          "\"noNewPrivileges\":true,\"capabilities\":{}},\n",
          f);
}

static void write_namespaces(FILE *f, const struct bench *b)
{
    static const char *const all[] = {"user", "mount", "pid", "ipc", "uts", "network", "cgroup"};

    fputs("\"linux\":{\"namespaces\":[", f);
    for (size_t i = 0; i < ARRAY_SIZE(all); i++)
        fprintf(f, "%s{\"type\":\"%s\"}", i ? "," : "", all[i]);
    fprintf(f,
            "],\"uidMappings\":[{\"containerID\":%u,\"hostID\":%u,\"size\":1}],"
            "\"gidMappings\":[{\"containerID\":%u,\"hostID\":%u,\"size\":1}]}}\n",
            b->uid, b->uid, b->gid, b->gid);
}

/* The folders of the root that are links on the host. */
static void link_system(const char *root)
{
    char target[256];

    for (size_t i = 0; bench_folders[i]; i++) {
        ssize_t n = readlink(bench_folders[i], target, sizeof target - 1);

        if (n <= 0)
            continue;
        target[n] = 0;
        if (symlink(target, arena_printf("%s%s", root, bench_folders[i])) < 0 && errno != EEXIST)
            log_errno(errno, "making a root for crun");
    }
}

/* The bundle that runs COMMAND with BINDS more binds. NULL: failed, said. */
static const char *make_bundle(const struct bench *b, char **command, unsigned binds)
{
    const char *dir = arena_printf("%s/bundle-%s-%u", b->dir, strrchr(command[0], '/') + 1, binds);
    const char *root = arena_printf("%s/rootfs", dir);
    FILE *f;

    if ((mkdir(dir, 0755) < 0 && errno != EEXIST) || (mkdir(root, 0755) < 0 && errno != EEXIST) ||
        !(f = fopen(arena_printf("%s/config.json", dir), "we"))) {
        log_errno(errno, "making a bundle for crun");
        return NULL;
    }
    link_system(root);
    fputs("{\"ociVersion\":\"1.0.0\",\"root\":{\"path\":\"rootfs\"},\"hostname\":\"sandbox\",\n", f);
    write_process(f, b, command);
    write_mounts(f, b, binds);
    write_namespaces(f, b);
    return fclose(f) == 0 ? dir : NULL;
}

static bool crun_line(struct words *w, const struct bench *b, const struct bench_case *bc, char **command,
                      unsigned binds)
{
    const char *dir = bc->line == LINE_REALISTIC ? make_bundle(b, command, binds) : NULL;

    if (!dir)
        return false;
    ADD(w, "--cgroup-manager=disabled", "--root", arena_printf("%s/crun", b->dir), "run", "--bundle", dir,
        container);
    return true;
}

/* ---- the others ----------------------------------------------------------------------------- */

static bool firejail_line(struct words *w, const struct bench *b, const struct bench_case *bc, char **command,
                          unsigned binds)
{
    if (binds || bc->line == LINE_UNSHARE_ALL)
        return false; /* only root can bind; there are no namespaces but with what they are for */
    ADD(w, "--quiet", "--noprofile");
    if (bc->line == LINE_REALISTIC)
        ADD(w, "--net=none", "--hostname=sandbox", "--private", "--private-dev", "--private-tmp",
            "--private-cache", "--caps.drop=all", "--nonewprivs", "--nogroups", "--ipc-namespace",
            arena_printf("--read-write=%s", b->work), "--read-only=/usr");
    else
        ADD(w, "--read-only=/");
    ADD(w, "--");
    add_words(w, (const char *const *)command);
    return true;
}

static bool unshare_line(struct words *w, const struct bench *b HUSK_UNUSED, const struct bench_case *bc,
                         char **command, unsigned binds)
{
    if (binds || bc->line == LINE_REALISTIC)
        return false; /* it makes namespaces, and no tree */
    ADD(w, "--user", "--map-current-user", "--mount");
    if (bc->line == LINE_UNSHARE_ALL)
        ADD(w, "--pid", "--fork", "--ipc", "--uts", "--net", "--cgroup");
    add_words(w, (const char *const *)command);
    return true;
}

static bool systemd_line(struct words *w, const struct bench *b, const struct bench_case *bc, char **command,
                         unsigned binds)
{
    if (binds || bc->line == LINE_UNSHARE_ALL)
        return false;
    if (getuid() != 0)
        ADD(w, "--user");
    else
        ADD(w, arena_printf("--uid=%u", b->uid));
    ADD(w, "--quiet", "--wait", "--collect", "--pipe", "-p", "ProtectSystem=strict");
    if (bc->line == LINE_REALISTIC)
        ADD(w, "-p", "PrivateUsers=yes", "-p", "PrivateNetwork=yes", "-p", "PrivateIPC=yes", "-p",
            "PrivateTmp=yes", "-p", "PrivateDevices=yes", "-p", "ProtectHome=tmpfs", "-p",
            "ProtectHostname=yes", "-p", "ProtectProc=invisible", "-p", "ProtectControlGroups=yes", "-p",
            "NoNewPrivileges=yes", "-p", "CapabilityBoundingSet=", "-p",
            arena_printf("BindPaths=%s", b->work));
    ADD(w, "--");
    add_words(w, (const char *const *)command);
    return true;
}

static bool floor_line(struct words *w, const struct bench *b, const struct bench_case *bc, char **command,
                       unsigned binds)
{
    if (binds || bc->line != LINE_REALISTIC)
        return false;
    add_realistic(w, b);
    add_words(w, (const char *const *)command);
    return true;
}

static bool (*const lines[FORM_COUNT])(struct words *, const struct bench *, const struct bench_case *, char **,
                                       unsigned) = {
    [FORM_FIREJAIL] = firejail_line,
    [FORM_UNSHARE] = unshare_line,
    [FORM_CRUN] = crun_line,
    [FORM_SYSTEMD_RUN] = systemd_line,
    [FORM_FLOOR] = floor_line,
};

bool peer_add_line(struct words *w, const struct bench *b, const struct bench_case *bc, enum form form,
                   char **command, unsigned binds)
{
    return lines[form] && lines[form](w, b, bc, command, binds);
}
