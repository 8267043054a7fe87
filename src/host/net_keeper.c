#include "host/net_keeper.h"
#include "base/child.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/syscalls.h"
#include "gate/gate.h"
#include "host/net_device.h"
#include "host/net_helper.h"
#include "host/net_list.h"
#include "host/pidns.h"
#include <linux/nsfs.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    SAID = 4096,  /* bytes of what the helper says that are kept */
    END_MS = 1000 /* for husk-allow or the keeper to end by itself, when the sandbox has */
};

struct keep {
    const struct plan *plan;
    char **argv;
    int gate, netns;
    int sandbox;  /* a pidfd of its first process */
    int ready[2]; /* the helper's end is number 1 */
    int said;     /* its stdout and stderr: a memfd that does not grow */
    pid_t helper;
    int helper_fd; /* a pidfd of it, once the network is up */
    char **list_argv; /* of husk-allow; NULL: there is no list */
    struct net_list_fds list_fds;
    pid_t list; /* 0: none */
    enum gate_hint hint;
    struct gate_message failure;
};

static void HUSK_PRINTF(3, 4) HUSK_NORETURN give_up(struct keep *k, int err, const char *fmt, ...)
{
    va_list ap;

    k->failure = (struct gate_message){
        .kind = GATE_FAILED, .value = err, .status = EXIT_HUSK, .hint = (int)k->hint};
    va_start(ap, fmt);
    vsnprintf(k->failure.text, sizeof k->failure.text, fmt, ap);
    va_end(ap);
    gate_send_message(k->gate, &k->failure, FD_NONE);
    _exit(1);
}

/* ---- ports --------------------------------------------------------------------------------- */

static void HUSK_NORETURN say_port(struct keep *k, const struct opt_publish *o, unsigned i, int err,
                                   const char *reason)
{
    char address[IP_TEXT], origin[512];

    give_up(k, err, "publishing %s port %u of %s (%s)%s%s", o->value.udp ? "UDP" : "TCP",
            o->value.host_first + i, ip_format(address, &o->value.host),
            origin_format(origin, sizeof origin, &o->from), reason ? ": " : "", reason ? reason : "");
}

/* A port that is taken is named here: a helper may tell less. */
static void probe(struct keep *k, const struct opt_publish *o, unsigned i)
{
    int r = publish_probe(&o->value, i);

    if (r < 0)
        say_port(k, o, i, -r, NULL);
}

static void for_each_port(struct keep *k, void (*act)(struct keep *, const struct opt_publish *, unsigned))
{
    const struct spec *s = k->plan->spec;

    for (size_t i = 0; i < s->publish.count; i++) {
        const struct opt_publish *o = &s->publish.items[i];

        for (unsigned n = 0; n <= (unsigned)(o->value.host_last - o->value.host_first); n++)
            act(k, o, n);
    }
}

/* ---- starting the helper ------------------------------------------------------------------- */

/* Its socket is on a file system that nobody else sees, and that leaves nothing behind. */
static void hide_socket(struct keep *k)
{
    if (sys_unshare(CLONE_NEWNS) < 0 ||
        sys_mount("tmpfs", SLIRP_FOLDER, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=0700") < 0)
        give_up(k, errno, "making a private " SLIRP_FOLDER " for %s", k->argv[0]);
}

static void start_helper(struct keep *k)
{
    bool pasta = k->plan->net.helper == NET_HELPER_PASTA;
    const struct child_fds fds = {.in = k->netns,
                                  .out = pasta ? k->ready[1] : k->said,
                                  .err = k->said,
                                  .keep = &k->ready[1],
                                  .keep_count = pasta ? 0 : 1};

    if (!pasta && k->plan->spec->publish.count)
        hide_socket(k);
    k->helper = child_start_with(k->argv, &fds);
    if (k->helper < 0)
        give_up(k, -k->helper, "running %s", k->argv[0]);
    fd_closep(&k->ready[1]); /* so that the helper's end is an end of file */
}

/* What the helpers have said, as a text. */
static void read_said(const struct keep *k, char text[SAID + 1])
{
    ssize_t n = pread(k->said, text, SAID, 0);

    text[MAX(n, 0)] = 0;
}

/* It has ended, or is of no use. */
static void HUSK_NORETURN helper_failed(struct keep *k)
{
    char said[SAID + 1], origin[512];
    const char *reason, *name = net_helper_name(k->plan->net.helper);
    int status;

    kill(k->helper, SIGKILL);
    while (waitpid(k->helper, &status, 0) < 0 && errno == EINTR)
        ;
    origin_format(origin, sizeof origin, &k->plan->spec->net.from);
    read_said(k, said);
    reason = net_helper_reason(said);
    if (*reason)
        give_up(k, 0, "%s (%s): %s", name, origin, reason);
    if (WIFSIGNALED(status))
        give_up(k, 0, "%s (%s) was ended by signal %d", name, origin, WTERMSIG(status));
    give_up(k, 0, "%s (%s) ended with status %d", name, origin, WEXITSTATUS(status));
}

/* Until FD is readable or hung up, for MS at most: who reads what husk-allow says may have stopped. */
static void let_it_end(int fd, int ms)
{
    struct pollfd end = {.fd = fd, .events = POLLIN};

    while (fd >= 0 && poll(&end, 1, ms) < 0 && errno == EINTR)
        ;
}

/* With --net-log husk-allow, which sees the same, is let say what it has yet to say. Nobody else is in the
 * network any more. */
static void HUSK_NORETURN end_with_sandbox(const struct keep *k)
{
    if (k->list && k->plan->spec->net_log.set)
        let_it_end(sys_pidfd_open(k->list), END_MS);
    net_device_leave(k->helper_fd);
    _exit(0);
}

/* Waits for FD, or OTHER if that is one, to have something to read: which? Goes with the sandbox. */
static int wait_for(const struct keep *k, int fd, int other)
{
    struct pollfd fds[] = {{.fd = k->sandbox, .events = POLLIN},
                           {.fd = fd, .events = POLLIN},
                           {.fd = other, .events = POLLIN}};

    for (;;) {
        int n = poll(fds, ARRAY_SIZE(fds), -1);

        if (n < 0 && errno != EINTR)
            _exit(1);
        if (n > 0 && fds[0].revents)
            end_with_sandbox(k);
        if (n > 0)
            return fds[1].revents ? fd : other;
    }
}

static void wait_until_ready(struct keep *k)
{
    char byte;

    wait_for(k, k->ready[0], FD_NONE);
    if (fd_read_full(k->ready[0], &byte, 1) != 1)
        helper_failed(k);
}

/* ---- the list ------------------------------------------------------------------------------ */

static void start_list(struct keep *k)
{
    const int keep[] = {k->netns, k->sandbox, k->list_fds.list, k->list_fds.ready[1], k->list_fds.log};
    const struct child_fds fds = {.in = -1,
                                  .out = -1,
                                  .err = k->said,
                                  .keep = keep,
                                  .keep_count = ARRAY_SIZE(keep) - (k->list_fds.log < 0)};

    if (!k->list_argv)
        return;
    k->list = child_start_with(k->list_argv, &fds);
    if (k->list < 0)
        give_up(k, -k->list, "running %s", k->list_argv[0]);
    fd_closep(&k->list_fds.ready[1]);
    fd_closep(&k->list_fds.list);
    fd_closep(&k->list_fds.log);
}

static void HUSK_NORETURN list_failed(struct keep *k)
{
    char said[SAID + 1], origin[512];
    const char *reason;
    bool is_for_rules;

    read_said(k, said);
    is_for_rules = strstr(said, "\nhusk: hint: the kernel needs nf_tables"); /* of src/allow/main.c */
    reason = net_list_reason(said);
    k->hint = is_for_rules ? HINT_NETFILTER : HINT_NONE;
    if (*reason && k->list_fds.ready[0] >= 0)
        give_up(k, 0, "%s", reason);
    give_up(k, 0, "husk-allow (%s) has ended",
            origin_format(origin, sizeof origin, &k->plan->spec->allow.items[0].from));
}

static void wait_until_listed(struct keep *k)
{
    char byte;

    if (!k->list)
        return;
    wait_for(k, k->list_fds.ready[0], FD_NONE);
    if (fd_read_full(k->list_fds.ready[0], &byte, 1) != 1)
        list_failed(k);
    fd_closep(&k->list_fds.ready[0]);
}

/* pasta listens since before it was ready, or should: not each version fails when it cannot. */
static int is_published(struct keep *k, const struct publish *p, unsigned i, char *answer, size_t size)
{
    if (k->plan->net.helper == NET_HELPER_SLIRP4NETNS)
        return slirp_publish(p, i, answer, size);
    snprintf(answer, size, "pasta does not listen there");
    return publish_probe(p, i) == -EADDRINUSE ? 0 : -EPROTO;
}

static void publish(struct keep *k, const struct opt_publish *o, unsigned i)
{
    char answer[512];
    int r = is_published(k, &o->value, i, answer, sizeof answer);

    if (r == -EPROTO)
        say_port(k, o, i, 0, answer);
    if (r < 0)
        say_port(k, o, i, -r, NULL);
}

static void HUSK_NORETURN keep(struct keep *k)
{
    HUSK_FD int list = FD_NONE;

    setsid(); /* what the terminal sends to husk's job must not end it */
    if (chdir("/") < 0)
        give_up(k, errno, "going to /");
    for_each_port(k, probe);
    start_list(k);
    start_helper(k);
    fd_close_standard();
    wait_until_listed(k);
    wait_until_ready(k);
    for_each_port(k, publish);
    k->helper_fd = sys_pidfd_open(k->helper);
    if (k->helper_fd < 0)
        give_up(k, errno, "watching %s", k->argv[0]);
    list = k->list ? sys_pidfd_open(k->list) : FD_NONE;
    if (k->list && list < 0)
        give_up(k, errno, "watching %s", k->list_argv[0]);
    if (gate_send(k->gate, GATE_ONLINE, 0, FD_NONE) < 0)
        _exit(1);
    if (wait_for(k, k->helper_fd, list) == list)
        list_failed(k);
    helper_failed(k);
}

/* ---- husk's side --------------------------------------------------------------------------- */

static int open_said(void)
{
    HUSK_FD int fd = memfd_create("husk-network", MFD_CLOEXEC | MFD_ALLOW_SEALING);

    if (fd < 0 || ftruncate(fd, SAID) < 0 ||
        fcntl(fd, F_ADD_SEALS, F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) < 0)
        return -errno;
    return TAKE_FD(&fd);
}

/* In the keeper: nothing of husk's but what it needs, as the other end of the sandbox's gate would hide
 * husk's death. */
static void HUSK_NORETURN keep_alone(struct keep *k)
{
    int wanted[] = {k->gate,     k->netns, k->sandbox,           k->ready[0],          k->ready[1],
                    k->said,     k->list_fds.list, k->list_fds.ready[0], k->list_fds.ready[1],
                    k->list_fds.log};

    if (fd_close_all_but(wanted, ARRAY_SIZE(wanted)) < 0)
        _exit(1);
    keep(k);
}

int net_keeper_start(const struct plan *plan, struct sandbox *sb, int netns)
{
    struct clone_args args = {.flags = CLONE_NEWPID, .exit_signal = SIGCHLD};
    HUSK_FD int ours = FD_NONE, theirs = FD_NONE, sandbox = sys_pidfd_open(sb->pid);
    HUSK_FD int userns = ioctl(netns, NS_GET_USERNS), said = open_said(); /* Linux 4.9 */
    HUSK_FD int ready = FD_NONE, tell = FD_NONE;
    HUSK_FD int list = FD_NONE, list_ready = FD_NONE, list_tell = FD_NONE, log = FD_NONE;
    struct keep k = {.plan = plan, .netns = netns, .sandbox = sandbox, .said = said,
                     .helper_fd = FD_NONE, .hint = HINT_NETWORK};
    int r;

    if (sandbox < 0 || userns < 0 || said < 0 || pipe2(k.ready, O_CLOEXEC) < 0)
        return log_errno(said < 0 ? -said : errno, "preparing the sandbox's network");
    ready = k.ready[0];
    tell = k.ready[1];
    r = net_list_open(plan, &k.list_fds);
    list = k.list_fds.list;
    list_ready = k.list_fds.ready[0];
    list_tell = k.list_fds.ready[1];
    log = k.list_fds.log;
    if (r < 0 || (r = gate_open(&ours, &theirs)) < 0)
        return log_errno(-r, "preparing the sandbox's network");
    k.gate = theirs;
    k.argv = net_helper_argv(plan, tell);
    k.list_argv = net_list_argv(plan, &k.list_fds, netns, sandbox);
    sb->net_keeper.pid = pidns_clone(&args, userns);
    if (sb->net_keeper.pid == 0)
        keep_alone(&k);
    if (sb->net_keeper.pid < 0) {
        sb->net_keeper.pid = 0;
        return log_errno(errno, "starting the keeper of the sandbox's network");
    }
    sb->net_keeper.gate = TAKE_FD(&ours);
    return 0;
}

int net_keeper_end(struct sandbox *sb)
{
    int status;

    if (sb->net_keeper.pid <= 0)
        return 0;
    if (sb->net_keeper.online)
        let_it_end(sb->net_keeper.gate, 2 * END_MS); /* which it closes by ending */
    kill(sb->net_keeper.pid, SIGKILL);
    status = child_wait(sb->net_keeper.pid);
    sb->net_keeper.pid = 0;
    fd_closep(&sb->net_keeper.gate);
    return status;
}
