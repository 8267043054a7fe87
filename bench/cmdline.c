/* The command lines that are measured. They use what bwrap 0.8 and later know. */
#include "base/log.h"
#include "bench.h"
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

const char *const payload_sleep = "sleep";

const char *const form_names[FORM_COUNT] = {
    [FORM_BWRAP] = "bwrap",
    [FORM_LINK] = "bwrap link",
    [FORM_NONE] = "--profile none",
    [FORM_FILTER] = "none + filter",
    [FORM_DEFAULT] = "default",
    [FORM_FIREJAIL] = "firejail",
    [FORM_UNSHARE] = "unshare",
    [FORM_CRUN] = "crun",
    [FORM_SYSTEMD_RUN] = "systemd-run",
    [FORM_FLOOR] = "floor",
};

const char *const bench_folders[] = {"/bin", "/sbin", "/lib", "/lib32", "/lib64", NULL};
const char *const bench_etc[] = {"/etc/ld.so.cache",   "/etc/passwd",      "/etc/group",
                                 "/etc/nsswitch.conf", "/etc/resolv.conf", "/etc/localtime",
                                 "/etc/ssl",           "/etc/alternatives", NULL};

void add_words(struct words *w, const char *const *words)
{
    for (; *words; words++)
        *VEC_PUSH(w) = (char *)*words;
}

/* PATH as it is on this system: a link into /usr, a folder of its own, or nothing. */
static void add_system_folder(struct words *w, const char *path)
{
    char target[256];
    struct stat st;
    ssize_t n;

    if (lstat(path, &st) < 0)
        return;
    if (!S_ISLNK(st.st_mode)) {
        ADD(w, "--ro-bind", path, path);
        return;
    }
    n = readlink(path, target, sizeof target);
    if (n > 0 && (size_t)n < sizeof target)
        ADD(w, "--symlink", arena_strndup(target, (size_t)n), path);
}

void add_realistic(struct words *w, const struct bench *b)
{
    ADD(w, "--unshare-all", "--die-with-parent", "--new-session", "--hostname", "sandbox");
    ADD(w, "--ro-bind", "/usr", "/usr");
    for (size_t i = 0; bench_folders[i]; i++)
        add_system_folder(w, bench_folders[i]);
    ADD(w, "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--tmpfs", "/run");
    ADD(w, "--dir", "/var", "--dir", "/var/tmp", "--symlink", "/run", "/var/run");
    ADD(w, "--dir", "/etc");
    for (size_t i = 0; bench_etc[i]; i++)
        ADD(w, "--ro-bind-try", bench_etc[i], bench_etc[i]);
    ADD(w, "--tmpfs", "/home/user", "--bind", b->work, b->work, "--chdir", b->work);
    ADD(w, "--clearenv", "--setenv", "PATH", "/usr/bin:/bin", "--setenv", "HOME", "/home/user");
    ADD(w, "--setenv", "USER", "user", "--setenv", "LANG", "C.UTF-8", "--setenv", "TERM", "dumb");
}

static void add_line(struct words *w, const struct bench *b, enum line line)
{
    switch (line) {
    case LINE_UNSHARE_ALL:
        ADD(w, "--unshare-all");
        __attribute__((fallthrough));
    case LINE_MINIMAL:
        ADD(w, "--ro-bind", "/", "/");
        break;
    case LINE_REALISTIC:
        add_realistic(w, b);
        break;
    }
}

static void add_program(struct words *w, const struct bench *b, enum form form)
{
    switch (form) {
    case FORM_LINK:
        ADD(w, b->link);
        break;
    case FORM_NONE:
        ADD(w, b->husk, "--profile", "none");
        break;
    case FORM_FILTER:
        ADD(w, b->husk, "--profile", "none", "--seccomp-profile", "default");
        break;
    case FORM_DEFAULT:
        ADD(w, b->husk);
        break;
    default:
        ADD(w, b->programs[form]);
    }
}

static char **payload(const struct bench_case *bc)
{
    static char *const sleeps[] = {(char *)"/bin/sleep", (char *)"3600", NULL};
    static char *const ends[] = {(char *)"/bin/true", NULL};

    return (char **)(bc->sleeps ? sleeps : ends);
}

char **cmdline(const struct bench *b, const struct bench_case *bc, enum form form, unsigned binds)
{
    struct words w = {0};

    add_program(&w, b, form);
    if (form >= FORM_PEERS) {
        if (!peer_add_line(&w, b, bc, form, payload(bc), binds))
            return NULL;
        *VEC_PUSH(&w) = NULL;
        return w.items;
    }
    if (form != FORM_DEFAULT)
        add_line(&w, b, bc->line);
    for (unsigned i = 0; i < binds; i++)
        ADD(&w, "--ro-bind", bind_source(b, i), arena_printf("/binds/%u", i));
    if (bc->spin)
        ADD(&w, "--ro-bind", b->self, "/tmp/bench", "/tmp/bench", "--spin", bc->spin);
    else
        add_words(&w, (const char *const *)payload(bc));
    *VEC_PUSH(&w) = NULL;
    return w.items;
}

const char *bind_source(const struct bench *b, unsigned i)
{
    return arena_printf("%s/binds/%u", b->dir, i);
}

int make_bind_sources(const struct bench *b, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        const char *path = bind_source(b, i);

        if (mkdir(path, 0755) < 0)
            return log_errno(errno, "making %s", path);
    }
    return 0;
}
