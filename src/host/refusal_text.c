#include "host/refusal_text.h"
#include "base/bpf.h"
#include "base/path.h"
#include "base/str.h"
#include "plan/seccomp_policies.h"
#include "plan/syscall_names.h"
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/socket.h>

/* ---- a line that grows ---------------------------------------------------------------------- */

struct line {
    char *at, *end;
};

static void add(struct line *t, const char *fmt, ...) HUSK_PRINTF(2, 3);
static void add(struct line *t, const char *fmt, ...)
{
    va_list ap;
    int n;

    va_start(ap, fmt);
    n = vsnprintf(t->at, (size_t)(t->end - t->at), fmt, ap);
    va_end(ap);
    if (n > 0)
        t->at += MIN((size_t)n, (size_t)(t->end - t->at) - 1);
}

/* ---- names of numbers ----------------------------------------------------------------------- */

/* No pointers in here: those of a static PIE are relocated at each start. */
struct word {
    uint32_t value;
    char text[28];
};

#define WORD(name) {name, #name}

static const struct word namespaces[] = {
    WORD(CLONE_NEWUSER), WORD(CLONE_NEWNS),  WORD(CLONE_NEWPID),    WORD(CLONE_NEWNET),
    WORD(CLONE_NEWIPC),  WORD(CLONE_NEWUTS), WORD(CLONE_NEWCGROUP), {0x80, "CLONE_NEWTIME"},
};

static const struct word families[] = {
    WORD(AF_UNSPEC), WORD(AF_UNIX),   WORD(AF_INET),      WORD(AF_AX25),   WORD(AF_IPX),
    WORD(AF_X25),    WORD(AF_INET6),  WORD(AF_KEY),       WORD(AF_PPPOX),  WORD(AF_NETLINK),
    WORD(AF_PACKET), WORD(AF_RDS),    WORD(AF_CAN),       WORD(AF_TIPC),   WORD(AF_BLUETOOTH),
    WORD(AF_ALG),    WORD(AF_NFC),    WORD(AF_VSOCK),     WORD(AF_KCM),    {42, "AF_QIPCRTR"},
    {43, "AF_SMC"},  {44, "AF_XDP"},  {45, "AF_MCTP"},
};

/* Of AF_NETLINK. */
static const struct word protocols[] = {
    {0, "NETLINK_ROUTE"},      {4, "NETLINK_SOCK_DIAG"},  {5, "NETLINK_NFLOG"},
    {6, "NETLINK_XFRM"},       {7, "NETLINK_SELINUX"},    {9, "NETLINK_AUDIT"},
    {11, "NETLINK_CONNECTOR"}, {12, "NETLINK_NETFILTER"}, {15, "NETLINK_KOBJECT_UEVENT"},
    {16, "NETLINK_GENERIC"},   {21, "NETLINK_CRYPTO"},
};

static const struct word requests[] = {{0x5412, "TIOCSTI"}, {0x541c, "TIOCLINUX"}};

static const struct word socketcalls[] = {{1, "SYS_SOCKET"}, {8, "SYS_SOCKETPAIR"}};

/* Their low byte is a number. */
static const struct word personalities[] = {
    {0x20000, "UNAME26"},           {0x40000, "ADDR_NO_RANDOMIZE"}, {0x80000, "FDPIC_FUNCPTRS"},
    {0x100000, "MMAP_PAGE_ZERO"},   {0x200000, "ADDR_COMPAT_LAYOUT"}, {0x400000, "READ_IMPLIES_EXEC"},
    {0x800000, "ADDR_LIMIT_32BIT"}, {0x1000000, "SHORT_INODE"},     {0x2000000, "WHOLE_SECONDS"},
    {0x4000000, "STICKY_TIMEOUTS"}, {0x8000000, "ADDR_LIMIT_3GB"},
};

/* prctl(2)'s; no built-in policy refuses one. */
static const struct word properties[] = {
    WORD(PR_SET_PDEATHSIG), WORD(PR_SET_DUMPABLE),     WORD(PR_SET_KEEPCAPS),    WORD(PR_SET_NAME),
    WORD(PR_SET_SECCOMP),   WORD(PR_CAPBSET_DROP),     WORD(PR_SET_TSC),         WORD(PR_SET_SECUREBITS),
    WORD(PR_SET_MM),        WORD(PR_SET_NO_NEW_PRIVS), WORD(PR_SET_CHILD_SUBREAPER),
    WORD(PR_SET_PTRACER),   WORD(PR_CAP_AMBIENT),      WORD(PR_SET_THP_DISABLE), WORD(PR_SET_SPECULATION_CTRL),
};

/* What the policy strict looks at. O_TMPFILE without O_DIRECTORY, which differs. */
enum { TMPFILE = 020000000 };
static const struct word open_flags[] = {
    WORD(O_WRONLY), WORD(O_RDWR), WORD(O_CREAT), WORD(O_TRUNC), {TMPFILE, "O_TMPFILE"},
};

static const struct word errors[] = {
    WORD(EPERM), WORD(ENOENT), WORD(EIO),    WORD(EAGAIN), WORD(EACCES),       WORD(EBUSY),
    WORD(EFAULT), WORD(ENODEV), WORD(EINVAL), WORD(ENOSYS), WORD(EAFNOSUPPORT), {EOPNOTSUPP, "ENOTSUP"},
};

static const char *find_word(const struct word *words, size_t count, uint32_t value)
{
    for (size_t i = 0; i < count; i++)
        if (words[i].value == value)
            return words[i].text;
    return NULL;
}

/* VALUE by its name, or as it is. */
static void add_word(struct line *t, const struct word *words, size_t count, uint32_t value)
{
    const char *word = find_word(words, count, value);

    if (word)
        add(t, "%s", word);
    else
        add(t, value > 9 ? "0x%x" : "%u", value);
}

/* The names of the bits of VALUE, and the rest as a number. */
static void add_bits(struct line *t, const struct word *words, size_t count, uint32_t value)
{
    const char *separator = "";

    for (size_t i = 0; i < count; i++) {
        if (value & words[i].value) {
            add(t, "%s%s", separator, words[i].text);
            separator = "|";
        }
        value &= ~words[i].value;
    }
    if (value)
        add(t, "%s0x%x", separator, value);
}

/* ---- arguments ------------------------------------------------------------------------------ */

enum kind { FLAGS_NAMESPACES, FLAGS_OPEN, FAMILY, REQUEST, SOCKETCALL, PERSONALITY, PROPERTY };
enum { NAMESPACES = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS |
                    CLONE_NEWCGROUP };

/* The calls of which a number among the arguments says what it is about: its place, and the bits that do. Of
 * a socket the third one as well. */
static const struct argued {
    char call[12];
    unsigned char place, kind;
    uint32_t bits;
} argued[] = {
    {"clone", 0, FLAGS_NAMESPACES, NAMESPACES},
    {"unshare", 0, FLAGS_NAMESPACES, UINT32_MAX},
    {"setns", 1, FLAGS_NAMESPACES, UINT32_MAX},
    {"open", 1, FLAGS_OPEN, O_ACCMODE | O_CREAT | O_TRUNC | TMPFILE},
    {"openat", 2, FLAGS_OPEN, O_ACCMODE | O_CREAT | O_TRUNC | TMPFILE},
    {"socket", 0, FAMILY, UINT32_MAX},
    {"socketpair", 0, FAMILY, UINT32_MAX},
    {"ioctl", 1, REQUEST, UINT32_MAX},
    {"socketcall", 0, SOCKETCALL, UINT32_MAX},
    {"personality", 0, PERSONALITY, UINT32_MAX},
    {"prctl", 0, PROPERTY, UINT32_MAX},
};

static const struct argued *find_argued(const char *call)
{
    for (size_t i = 0; i < ARRAY_SIZE(argued); i++)
        if (streq(argued[i].call, call))
            return &argued[i];
    return NULL;
}

static bool has_protocol(const struct argued *a, const uint32_t args[2])
{
    return a->kind == FAMILY && args[0] == AF_NETLINK;
}

void refusal_args(const struct seccomp_data *data, uint32_t args[2])
{
    struct syscall_name name;
    const struct argued *a;

    args[0] = args[1] = 0;
    syscall_name(data->arch, (uint32_t)data->nr, &name);
    a = find_argued(name.call);
    if (!a)
        return;
    /* The kernel takes these as 32 bits; what is in the upper half does not count. */
    args[0] = (uint32_t)data->args[a->place] & a->bits;
    if (has_protocol(a, args))
        args[1] = (uint32_t)data->args[2];
}

static void add_args(struct line *t, const struct argued *a, const uint32_t args[2])
{
    switch ((enum kind)a->kind) {
    case FLAGS_NAMESPACES:
        add_bits(t, namespaces, ARRAY_SIZE(namespaces), args[0]);
        break;
    case FLAGS_OPEN:
        add_bits(t, open_flags, ARRAY_SIZE(open_flags), args[0]);
        break;
    case FAMILY:
        add_word(t, families, ARRAY_SIZE(families), args[0]);
        if (has_protocol(a, args)) {
            add(t, ", ");
            add_word(t, protocols, ARRAY_SIZE(protocols), args[1]);
        }
        break;
    case REQUEST:
        add_word(t, requests, ARRAY_SIZE(requests), args[0]);
        break;
    case SOCKETCALL:
        add_word(t, socketcalls, ARRAY_SIZE(socketcalls), args[0]);
        break;
    case PERSONALITY:
        add_bits(t, personalities, ARRAY_SIZE(personalities), args[0]);
        break;
    case PROPERTY:
        add_word(t, properties, ARRAY_SIZE(properties), args[0]);
        break;
    }
}

/* ---- the line ------------------------------------------------------------------------------- */

static void add_call(struct line *t, const char *name, const struct argued *a, const uint32_t args[2])
{
    char *paren;

    add(t, "%s", name);
    if (!a)
        return;
    paren = t->at;
    add(t, "(");
    add_args(t, a, args);
    if (t->at == paren + 1)
        *(t->at = paren) = 0; /* flags of which none says anything */
    else
        add(t, ")");
}

static void add_error(struct line *t, int error)
{
    if (!error)
        add(t, "as if it had been done");
    else if (error > 0 && find_word(errors, ARRAY_SIZE(errors), (uint32_t)error))
        add_word(t, errors, ARRAY_SIZE(errors), (uint32_t)error);
    else
        add(t, "errno %d", error);
}

static void add_program(struct line *t, const struct program *by)
{
    if (!by)
        add(t, "other programs");
    else if (!by->name[0] && !by->path[0])
        add(t, "a program whose name cannot be read");
    else if (!by->path[0])
        add(t, "%s", by->name);
    else
        add(t, "%s[%s]", by->name[0] ? by->name : path_base(by->path), by->path);
}

/* Which of the built-in policies allows it; not the PRESENT one, whose rules were changed. The policies look
 * at no argument that a refusal does not have. */
static void add_hint(struct line *t, const struct refusal *r, const struct argued *a, const char *present)
{
    struct seccomp_data data = {.arch = r->arch, .nr = (int)r->number};

    if (a) {
        data.args[a->place] = r->args[0];
        if (has_protocol(a, r->args))
            data.args[2] = r->args[1];
    }
    for (unsigned i = 0; i < seccomp_policy_count; i++) {
        const struct seccomp_policy *p = &seccomp_policies[i];
        const struct sock_fprog prog = {p->length, (struct sock_filter *)&seccomp_code[p->start]};

        if (!(present && streq(present, p->name)) && bpf_run(&prog, &data) == SECCOMP_RET_ALLOW) {
            add(t, "; --seccomp-profile %s allows it", p->name);
            return;
        }
    }
}

void refusal_text(char *buf, size_t size, const struct refusal *refusal, const struct program *by,
                  const char *policy)
{
    struct line t = {buf, buf + size};
    struct syscall_name name;
    const struct argued *a;

    buf[0] = 0;
    syscall_name(refusal->arch, refusal->number, &name);
    a = find_argued(name.call);
    add(&t, refusal->error == ENOSYS ? "not offered: " : "refused: ");
    add_call(&t, name.text, a, refusal->args);
    add(&t, " (");
    add_error(&t, refusal->error);
    if (refusal->times == 1)
        add(&t, ") once by ");
    else
        add(&t, ") %ju times by ", (uintmax_t)refusal->times);
    add_program(&t, by);
    if (refusal->error != ENOSYS)
        add_hint(&t, refusal, a, policy);
}
