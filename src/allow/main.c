/*
 * husk-allow: makes the network of one sandbox a list, and keeps it one while the sandbox lives. Started by
 * husk, with fds of it, when the sandbox's namespaces are there and its command is not:
 *
 *     husk-allow [--userns FD] --netns FD --list FD --ready FD --life FD
 *                [--log FD] [--dns ADDRESS]... [--publish PORT[/udp]]...
 *
 * LIST has what --allow takes, one a line. When the rules stand and the resolver listens, one byte is
 * written to READY; without that byte there is no network. It ends when LIFE can be read: a pipe's end, or
 * the pidfd of a process that has ended. What fails before READY is said on stderr; what is refused, and
 * what fails later, on LOG, without which nobody hears it.
 */
#include "allow/inner.h"
#include "allow/outer.h"
#include "allow/refusals.h"
#include "allow/seal.h"
#include "base/alloc.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/secure.h"
#include "base/str.h"
#include "base/syscalls.h"
#include "config.h"
#include "plan/net.h"
#include <getopt.h>
#include <linux/close_range.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LIST_MAX = 16 * 1024 * 1024 }; /* bytes */

struct task {
    int userns, netns, list, ready, life, log;
    VEC(struct allow) items;
    VEC(struct published) published;
    struct servers servers;
};

/* ---- the command line ---------------------------------------------------------------------- */

static void take_port(struct task *task, const char *text)
{
    struct published *p = VEC_PUSH(&task->published);
    const char *slash = strchr(text, '/');

    p->udp = slash && streq(slash, "/udp");
    if ((slash && !p->udp) ||
        !net_port_parse(slash ? arena_strndup(text, (size_t)(slash - text)) : text, &p->port))
        die("--publish %s: not a port", text);
}

static void take_option(struct task *task, int option)
{
    int *const fds[] = {['u'] = &task->userns,
                        ['n'] = &task->netns,
                        ['l'] = &task->list,
                        ['r'] = &task->ready,
                        ['x'] = &task->life,
                        ['v'] = &task->log};

    switch (option) {
    case 'd':
        if (servers_add(&task->servers, optarg) < 0)
            die("--dns %s: not an address", optarg);
        break;
    case 'p':
        take_port(task, optarg);
        break;
    case '?':
        exit(EXIT_HUSK);
    default:
        if (!parse_fd(optarg, fds[option]) || fd_set_cloexec(*fds[option]) < 0)
            die("%s is not an open file descriptor", optarg);
    }
}

static void read_arguments(struct task *task, int argc, char **argv)
{
    static const struct option options[] = {
        {"userns", required_argument, NULL, 'u'}, {"netns", required_argument, NULL, 'n'},
        {"list", required_argument, NULL, 'l'},   {"ready", required_argument, NULL, 'r'},
        {"life", required_argument, NULL, 'x'},   {"dns", required_argument, NULL, 'd'},
        {"publish", required_argument, NULL, 'p'}, {"log", required_argument, NULL, 'v'},
        {NULL, 0, NULL, 0},
    };
    int option;

    task->userns = task->netns = task->list = task->ready = task->life = task->log = FD_NONE;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1)
        take_option(task, option);
    if (optind != argc || task->netns < 0 || task->list < 0 || task->ready < 0 || task->life < 0)
        die("this is a part of husk, which starts it where --allow is given");
}

/* ---- what is asked for ------------------------------------------------------------------------ */

static void read_list(struct task *task)
{
    char *text, *line, *rest;
    size_t size;
    int r = fd_read_all(task->list, LIST_MAX, &text, &size);

    if (r < 0)
        die_errno(-r, "--allow: reading the list");
    for (line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        const char *wrong = allow_parse(line, VEC_PUSH(&task->items));

        if (wrong)
            die("--allow %s: %s", line, wrong);
    }
    fd_closep(&task->list);
}

static void find_servers(struct task *task)
{
    int r = 0;

    if (task->servers.count == 0)
        r = servers_read(&task->servers, "/etc/resolv.conf");
    /* libc takes a server on this machine then. */
    if (task->servers.count == 0 && (r == 0 || r == -ENOENT))
        r = servers_add(&task->servers, "127.0.0.1");
    if (r < 0)
        die_errno(-r, "--allow: reading /etc/resolv.conf");
}

/* ---- the legs ------------------------------------------------------------------------------ */

/* Dies with PARENT, also if it is gone by now. */
static void die_with(pid_t parent)
{
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0 || getppid() != parent)
        _exit(EXIT_HUSK);
}

/* Starts the outer leg, and waits until it is sealed. Our end of the socket to it. */
static int start_outer(struct task *task)
{
    pid_t parent = getpid(), pid;
    char sealed = 1;
    int legs[2];

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, legs) < 0)
        die_errno(errno, "--allow: socketpair");
    pid = fork();
    if (pid < 0)
        die_errno(errno, "--allow: fork");
    if (pid > 0) {
        close(legs[1]);
        if (read(legs[0], &sealed, 1) != 1)
            exit(EXIT_HUSK); /* it has said why */
        return legs[0];
    }
    die_with(parent);
    if (dup2(legs[1], STDIN_FILENO) < 0 || sys_close_range(STDERR_FILENO + 1, ~0U, 0) < 0)
        die_errno(errno, "--allow: the fds of what asks the name servers");
    if (seal_outer() < 0 || dup2(STDOUT_FILENO, STDERR_FILENO) < 0 ||
        write(STDIN_FILENO, &sealed, 1) != 1)
        _exit(EXIT_HUSK);
    outer_run(STDIN_FILENO, &task->servers);
}

/* From here on we are in the sandbox's namespaces, with all rights over its network. */
static void enter(struct task *task)
{
    if (task->userns >= 0 && sys_setns(task->userns, CLONE_NEWUSER) < 0)
        die_errno(errno, "--allow: entering the user namespace of the sandbox");
    if (sys_setns(task->netns, CLONE_NEWNET) < 0)
        die_errno(errno, "--allow: entering the network namespace of the sandbox");
    fd_closep(&task->userns);
    fd_closep(&task->netns);
}

static void set_rules(const struct task *task, struct rules *rules)
{
    const struct rules_plan plan = {
        .items = task->items.items,
        .item_count = task->items.count,
        .published = task->published.items,
        .published_count = task->published.count,
        .log = task->log >= 0,
    };

    if (rules_set(rules, &plan) < 0) {
        log_hint("the kernel needs nf_tables, in user namespaces too, with inet, ct, limit, log and reject");
        exit(EXIT_HUSK);
    }
}

static void listen_all(const struct task *task, struct inner *inner)
{
    if (inner_listen(inner) < 0)
        exit(EXIT_HUSK);
    inner->refusals = FD_NONE;
    if (task->log < 0)
        return;
    refusals_show();
    inner->refusals = refusals_listen(NET_LOG_GROUP);
    if (inner->refusals < 0)
        die_errno(-inner->refusals, "--net-log: listening to refused packets");
}

/* So that who waits for the end of what husk writes does not wait for us. */
static void open_null(void)
{
    HUSK_FD int null = open("/dev/null", O_RDWR | O_CLOEXEC);

    if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(null, STDOUT_FILENO) < 0)
        die_errno(errno, "--allow: opening /dev/null");
}

/* Says that all is well; what comes later is said elsewhere. The word is the last thing that can fail. */
static void get_ready(struct task *task)
{
    int r;

    if (dup2(task->log >= 0 ? task->log : STDIN_FILENO, STDERR_FILENO) < 0)
        die_errno(errno, "--allow: the resolver's standard error");
    fd_closep(&task->log);
    r = fd_write_all(task->ready, "1", 1);
    fd_closep(&task->ready);
    if (r < 0)
        exit(EXIT_HUSK);
}

int main(int argc, char **argv)
{
    struct task task = {0};
    struct inner inner = {0};
    struct resolver resolver;
    struct rules *rules;
    int r;

    log_init("husk", false);
    secure_refuse();
    signal(SIGPIPE, SIG_IGN); /* who reads refusals may go */
    if (fd_fill_standard() < 0)
        return EXIT_HUSK;
    read_arguments(&task, argc, argv);
    read_list(&task);
    find_servers(&task);
    open_null();
    inner.legs = start_outer(&task);
    inner.life = task.life;
    enter(&task);
    rules = rules_open();
    if (!rules)
        return EXIT_HUSK;
    set_rules(&task, rules);
    listen_all(&task, &inner);
    resolver = (struct resolver){
        .items = task.items.items,
        .item_count = task.items.count,
        .names = names_make(task.items.items, task.items.count),
        .rules = rules,
    };
    if (fcntl(inner.legs, F_SETFL, O_NONBLOCK) < 0)
        die_errno(errno, "--allow: the socket between its processes");
    if (seal_inner() < 0)
        return EXIT_HUSK;
    get_ready(&task);
    r = inner_run(&inner, &resolver);
    if (r < 0)
        log_errno(-r, "--allow: the resolver has ended; no more names are allowed");
    return r < 0 ? EXIT_HUSK : 0;
}
