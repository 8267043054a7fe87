#include "seccomp/oci.h"
#include "base/alloc.h"
#include "base/sanitizers.h"
#include "base/str.h"
#include "plan/seccomp_policies.h"
#include "spec/capname.h"
#include <errno.h>
#include <json-c/json.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <string.h>

enum { ERRNO_LIMIT = 4095 /* MAX_ERRNO; the kernel would cut off more */, NAME_LIMIT = 63 };

/* ---- values --------------------------------------------------------------------------------- */

/* A value with its place in the profile. */
struct node {
    struct json_object *value; /* NULL: absent, or null, which is the same */
    const char *where;
    struct oci_error *error;
};

static struct node member(const struct node *n, const char *key)
{
    struct node m = {.where = *n->where ? arena_printf("%s.%s", n->where, key) : key, .error = n->error};

    if (n->value)
        json_object_object_get_ex(n->value, key, &m.value);
    return m;
}

static struct node element(const struct node *n, size_t i)
{
    return (struct node){json_object_array_get_idx(n->value, i),
                         arena_printf("%s[%zu]", n->where, i), n->error};
}

/* Is it there; if so it must be of TYPE, or it is an error. */
static bool is(const struct node *n, enum json_type type)
{
    if (!n->value)
        return false;
    if (json_object_get_type(n->value) == type)
        return true;
    return oci_wrong(n->error, "%s: %s where %s is wanted", *n->where ? n->where : "the whole",
                     json_type_to_name(json_object_get_type(n->value)), json_type_to_name(type));
}

static const char *text_of(const struct node *n)
{
    const char *text = is(n, json_type_string) ? json_object_get_string(n->value) : NULL;

    if (!text)
        return NULL;
    /* A NUL inside would hide what is behind it. */
    if (strlen(text) != (size_t)json_object_get_string_len(n->value)) {
        oci_wrong(n->error, "%s: a NUL character", n->where);
        return NULL;
    }
    return text;
}

/* A whole number up to MAX; DEFAULT if it is not there. */
static uint64_t number_of(const struct node *n, uint64_t max, uint64_t otherwise)
{
    uint64_t value;

    if (!is(n, json_type_int))
        return otherwise;
    value = json_object_get_uint64(n->value);
    if (json_object_get_int64(n->value) < 0 || value > max) {
        oci_wrong(n->error, "%s: %s is not a number from 0 to %llu", n->where,
                  json_object_get_string(n->value), (unsigned long long)max);
        return otherwise;
    }
    return value;
}

/* An object may have nothing but KEYS, which ends with NULL. True if it is one. */
static bool is_object_of(const struct node *n, const char *const *keys)
{
    if (!is(n, json_type_object))
        return false;
    json_object_object_foreach(n->value, key, value) {
        size_t i = 0;

        (void)value;
        while (keys[i] && !streq(keys[i], key))
            i++;
        if (!keys[i])
            return oci_wrong(n->error, "%s: unknown key \"%.64s\"", *n->where ? n->where : "the whole", key);
    }
    return true;
}

static size_t length_of(const struct node *n)
{
    return is(n, json_type_array) ? json_object_array_length(n->value) : 0;
}

/* An array of texts. */
static const char *const *texts_of(const struct node *n, size_t *ret_count)
{
    size_t count = length_of(n);
    const char **texts = arena_alloc((count + 1) * sizeof *texts);

    *ret_count = count;
    for (size_t i = 0; i < count; i++) {
        struct node e = element(n, i);

        texts[i] = text_of(&e);
        if (!texts[i]) {
            oci_wrong(n->error, "%s: a string is wanted", e.where);
            *ret_count = 0;
            break;
        }
    }
    return texts;
}

/* The place of TEXT in NAMES, which ends with NULL; -1, noted. */
static int word_of(const struct node *n, const char *text, const char *const *names, const char *what)
{
    for (int i = 0; names[i]; i++)
        if (streq(names[i], text))
            return i;
    oci_wrong(n->error, "%s: unknown %s \"%.64s\"", n->where, what, text);
    return -1;
}

/* ---- actions -------------------------------------------------------------------------------- */

/* An errno as a number, by name, or both. -1: not given. */
static int read_errno(const struct node *number, const struct node *name)
{
    int value = number->value ? (int)number_of(number, ERRNO_LIMIT, 0) : -1, named;
    const char *text = text_of(name);

    if (!text || !*text)
        return value;
    named = (int)oci_errno(text);
    if (!named)
        oci_wrong(name->error, "%s: unknown errno \"%.64s\"", name->where, text);
    if (value >= 0 && value != named)
        oci_wrong(name->error, "%s: %s is %d, but %s is %d", name->where, text, named, number->where, value);
    return named;
}

static uint32_t read_action(const struct node *n, const struct node *number, const struct node *name)
{
    static const char *const words[] = {
        "SCMP_ACT_KILL", "SCMP_ACT_KILL_THREAD", "SCMP_ACT_KILL_PROCESS", "SCMP_ACT_TRAP", "SCMP_ACT_ERRNO",
        "SCMP_ACT_TRACE", "SCMP_ACT_LOG", "SCMP_ACT_ALLOW", "SCMP_ACT_NOTIFY", NULL,
    };
    static const uint32_t actions[] = {
        SECCOMP_RET_KILL_THREAD, SECCOMP_RET_KILL_THREAD, SECCOMP_RET_KILL_PROCESS,
        SECCOMP_RET_TRAP,        SECCOMP_RET_ERRNO,       SECCOMP_RET_TRACE,
        SECCOMP_RET_LOG,         SECCOMP_RET_ALLOW,       SECCOMP_RET_USER_NOTIF,
    };
    const char *text = text_of(n);
    int error = read_errno(number, name), word = text ? word_of(n, text, words, "action") : -1;
    uint32_t action;

    if (!text)
        oci_wrong(n->error, "%s is missing", n->where);
    if (word < 0)
        return SECCOMP_RET_KILL_PROCESS;
    action = actions[word];
    if (action == SECCOMP_RET_USER_NOTIF)
        oci_wrong(n->error, "%s: SCMP_ACT_NOTIFY hands calls to another program, which husk does not do",
                  n->where);
    if (action == SECCOMP_RET_ERRNO || action == SECCOMP_RET_TRACE)
        return action | (uint32_t)(error < 0 ? EPERM : error);
    if (error >= 0)
        oci_wrong(n->error, "%s: %s has no errno", n->where, text);
    return action;
}

/* ---- architectures, flags ------------------------------------------------------------------- */

/* The ABI of this machine that libseccomp calls NAME, as a bit; 0 for another machine's. */
static unsigned abi_of(const struct node *n)
{
    static const char *const words[] = {
        "SCMP_ARCH_X86_64",   "SCMP_ARCH_X86",         "SCMP_ARCH_X32",      "SCMP_ARCH_AARCH64",
        "SCMP_ARCH_ARM",      "SCMP_ARCH_RISCV64",     "SCMP_ARCH_MIPS",     "SCMP_ARCH_MIPS64",
        "SCMP_ARCH_MIPS64N32", "SCMP_ARCH_MIPSEL",     "SCMP_ARCH_MIPSEL64", "SCMP_ARCH_MIPSEL64N32",
        "SCMP_ARCH_PPC",      "SCMP_ARCH_PPC64",       "SCMP_ARCH_PPC64LE",  "SCMP_ARCH_S390",
        "SCMP_ARCH_S390X",    "SCMP_ARCH_PARISC",      "SCMP_ARCH_PARISC64", "SCMP_ARCH_LOONGARCH64",
        "SCMP_ARCH_M68K",     "SCMP_ARCH_SH",          "SCMP_ARCH_SHEB",     NULL,
    };
    static const char *const ours[] = {"x86_64", "i386", "x32", "aarch64", "arm", "riscv64"};
    const char *text = text_of(n);
    int word = text ? word_of(n, text, words, "architecture") : -1;

    if (!text)
        oci_wrong(n->error, "%s: an architecture is wanted", n->where);
    for (unsigned i = 0; word >= 0 && word < (int)ARRAY_SIZE(ours) && i < SECCOMP_ABIS; i++)
        if (syscall_abis[i].arch && streq(syscall_abis[i].name, ours[word]))
            return 1u << i;
    return 0;
}

static unsigned read_abis(const struct node *n)
{
    unsigned abis = 0;

    for (size_t i = 0; i < length_of(n); i++) {
        struct node e = element(n, i);

        abis |= abi_of(&e);
    }
    return abis;
}

/* Of this machine's own architecture the others that go with it. */
static unsigned read_arch_map(const struct node *n)
{
    static const char *const keys[] = {"architecture", "subArchitectures", NULL};
    unsigned abis = 0;

    for (size_t i = 0; i < length_of(n); i++) {
        struct node e = element(n, i), arch = member(&e, "architecture"), subs = member(&e, "subArchitectures");
        unsigned sub;

        if (!is_object_of(&e, keys))
            oci_wrong(n->error, "%s: an object is wanted", e.where);
        sub = read_abis(&subs);
        if (abi_of(&arch) & 1u << SECCOMP_NATIVE)
            abis |= sub;
    }
    return abis;
}

static uint32_t read_flags(const struct node *n)
{
    static const char *const words[] = {
        "SECCOMP_FILTER_FLAG_LOG", "SECCOMP_FILTER_FLAG_SPEC_ALLOW", "SECCOMP_FILTER_FLAG_TSYNC",
        "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV", NULL,
    };
    /* Of TSYNC nothing is left to do: the command has one thread when it gets its filter. */
    static const uint32_t flags[] = {SECCOMP_FILTER_FLAG_LOG, SECCOMP_FILTER_FLAG_SPEC_ALLOW, 0, 0};
    size_t count;
    const char *const *texts = texts_of(n, &count);
    uint32_t ret = 0;

    for (size_t i = 0; i < count; i++) {
        int word = word_of(n, texts[i], words, "flag");

        if (word == 3)
            oci_wrong(n->error, "%s: %s is for SCMP_ACT_NOTIFY, which husk does not have", n->where, texts[i]);
        ret |= word < 0 ? 0 : flags[word];
    }
    return ret;
}

/* ---- rules ---------------------------------------------------------------------------------- */

static void read_argument(const struct node *n, struct oci_rule *rule)
{
    static const char *const keys[] = {"index", "value", "valueTwo", "op", NULL};
    static const char *const ops[] = {
        "SCMP_CMP_NE", "SCMP_CMP_LT", "SCMP_CMP_LE", "SCMP_CMP_EQ",
        "SCMP_CMP_GE", "SCMP_CMP_GT", "SCMP_CMP_MASKED_EQ", NULL,
    };
    struct node index = member(n, "index"), value = member(n, "value"), op = member(n, "op"),
                two = member(n, "valueTwo");
    struct oci_argument *a = &rule->arguments[rule->argument_count++];
    const char *word = text_of(&op);

    if (!is_object_of(n, keys) || !index.value || !value.value || !word) {
        oci_wrong(n->error, "%s: an object with index, value and op is wanted", n->where);
        return;
    }
    a->index = (unsigned)number_of(&index, OCI_ARGUMENTS - 1, 0);
    a->value = number_of(&value, UINT64_MAX, 0);
    a->value_two = number_of(&two, UINT64_MAX, 0);
    a->op = (enum oci_op)word_of(&op, word, ops, "operator");
    if (a->op == OCI_MASKED_EQ ? (a->value_two & ~a->value) != 0 : a->value_two != 0)
        oci_wrong(n->error, "%s: %s", two.where,
                  a->op == OCI_MASKED_EQ ? "it has bits that value, the mask, has not: this is never so"
                                         : "only SCMP_CMP_MASKED_EQ has it");
    for (const struct oci_argument *b = rule->arguments; b < a; b++)
        if (b->index == a->index)
            oci_wrong(n->error, "%s: a second condition on argument %u; if either is enough, write two rules",
                      n->where, a->index);
}

static unsigned read_kernel(const struct node *n)
{
    const char *text = text_of(n);
    uint64_t major, minor;
    const char *dot;

    if (!text || !*text)
        return 0;
    dot = strchr(text, '.');
    if (dot && parse_number(arena_strndup(text, (size_t)(dot - text)), 10, UINT16_MAX, &major) &&
        parse_number(dot + 1, 10, UINT16_MAX, &minor))
        return (unsigned)(major << 16 | minor);
    oci_wrong(n->error, "%s: \"%.64s\" is not a version as 4.8", n->where, text);
    return 0;
}

static uint64_t read_caps(const struct node *n)
{
    size_t count;
    const char *const *names = texts_of(n, &count);
    uint64_t caps = 0, cap = 0;

    for (size_t i = 0; i < count; i++) {
        if (!starts_with(names[i], "CAP_") || !cap_mask_from_name(names[i], &cap))
            oci_wrong(n->error, "%s: unknown capability \"%.64s\"", n->where, names[i]);
        caps |= cap;
    }
    return caps;
}

static void check_arches(const struct node *n, const char *const *arches, size_t count)
{
    static const char *const words[] = {
        "amd64", "386", "x86", "x32", "arm", "arm64", "riscv64", "loong64", "mips", "mips64", "mips64n32",
        "mipsel", "mipsel64", "mipsel64n32", "mipsle", "mips64le", "ppc", "ppc64", "ppc64le", "s390", "s390x",
        "parisc", "parisc64", "sparc64", NULL,
    };

    for (size_t i = 0; i < count; i++)
        word_of(n, arches[i], words, "architecture");
}

static void read_condition(const struct node *n, struct oci_condition *ret)
{
    static const char *const keys[] = {"caps", "arches", "minKernel", NULL};
    struct node caps = member(n, "caps"), arches = member(n, "arches"), kernel = member(n, "minKernel");

    if (!is_object_of(n, keys))
        return;
    ret->caps = read_caps(&caps);
    ret->arches = texts_of(&arches, &ret->arch_count);
    check_arches(&arches, ret->arches, ret->arch_count);
    ret->kernel = read_kernel(&kernel);
}

static bool is_name(const char *text)
{
    size_t n = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_");

    return n && n <= NAME_LIMIT && !text[n];
}

static void read_names(const struct node *n, struct oci_rule *rule)
{
    struct node names = member(n, "names"), name = member(n, "name");
    const char *one = text_of(&name);

    rule->names = texts_of(&names, &rule->name_count);
    if (one && *one) {
        if (rule->name_count)
            oci_wrong(n->error, "%s: both name and names", n->where);
        rule->names = memcpy(arena_alloc(sizeof one), &one, sizeof one);
        rule->name_count = 1;
    }
    if (!rule->name_count)
        oci_wrong(n->error, "%s: names is missing", n->where);
    for (size_t i = 0; i < rule->name_count; i++)
        if (!is_name(rule->names[i]))
            oci_wrong(n->error, "%s: \"%.64s\" is no call's name", n->where, rule->names[i]);
}

static void read_rule(const struct node *n, struct oci_rule *rule)
{
    static const char *const keys[] = {"name", "names", "action", "errnoRet", "errno", "args", "comment",
                                       "includes", "excludes", NULL};
    struct node action = member(n, "action"), number = member(n, "errnoRet"), error = member(n, "errno"),
                args = member(n, "args"), comment = member(n, "comment"), includes = member(n, "includes"),
                excludes = member(n, "excludes");
    size_t count = length_of(&args);

    if (!is_object_of(n, keys)) {
        oci_wrong(n->error, "%s: an object is wanted", n->where);
        return;
    }
    text_of(&comment);
    read_names(n, rule);
    rule->action = read_action(&action, &number, &error);
    if (count > OCI_ARGUMENTS)
        oci_wrong(n->error, "%s: more than %d of them", args.where, OCI_ARGUMENTS);
    for (size_t i = 0; i < count && i < OCI_ARGUMENTS; i++) {
        struct node e = element(&args, i);

        read_argument(&e, rule);
    }
    read_condition(&includes, &rule->includes);
    read_condition(&excludes, &rule->excludes);
}

static void read_rules(const struct node *n, struct oci_profile *ret)
{
    size_t calls = 0, conditional = 0;
    struct oci_rule *rules;

    ret->rule_count = length_of(n);
    ret->rules = rules = arena_alloc((ret->rule_count + 1) * sizeof *rules);
    for (size_t i = 0; i < ret->rule_count && !n->error->text[0]; i++) {
        struct node e = element(n, i);

        rules[i].index = i;
        read_rule(&e, &rules[i]);
        calls += rules[i].name_count;
        conditional += rules[i].argument_count ? rules[i].name_count : 0;
    }
    if (calls > OCI_CALLS)
        oci_wrong(n->error, "%s: more than %d names", n->where, OCI_CALLS);
    /* libseccomp takes a time that grows with their square. */
    if (conditional > OCI_CONDITIONAL)
        oci_wrong(n->error, "%s: more than %d names with args", n->where, OCI_CONDITIONAL);
}

/* ---- all of it ------------------------------------------------------------------------------ */

static void read_profile(const struct node *n, struct oci_profile *ret)
{
    static const char *const keys[] = {"defaultAction", "defaultErrnoRet", "defaultErrno", "architectures",
                                       "archMap", "syscalls", "flags", "listenerPath", "listenerMetadata",
                                       "comment", NULL};
    struct node action = member(n, "defaultAction"), number = member(n, "defaultErrnoRet"),
                error = member(n, "defaultErrno"), arches = member(n, "architectures"),
                map = member(n, "archMap"), rules = member(n, "syscalls"), flags = member(n, "flags"),
                listener = member(n, "listenerPath"), metadata = member(n, "listenerMetadata"),
                comment = member(n, "comment");
    const char *path = text_of(&listener);

    if (!is_object_of(n, keys)) {
        oci_wrong(n->error, "the whole: an object is wanted");
        return;
    }
    text_of(&metadata);
    text_of(&comment);
    ret->action = read_action(&action, &number, &error);
    if (path && *path)
        oci_wrong(n->error, "%s: husk hands no calls to other programs", listener.where);
    if (length_of(&arches) && length_of(&map))
        oci_wrong(n->error, "both architectures and archMap");
    ret->abis = 1u << SECCOMP_NATIVE | read_abis(&arches) | read_arch_map(&map);
    ret->flags = read_flags(&flags);
    read_rules(&rules, ret);
}

bool oci_read(const char *text, size_t size, struct oci_profile *ret, struct oci_error *error)
{
    struct node top = {.where = "", .error = error};

    memset(ret, 0, sizeof *ret);
    error->text[0] = 0;
    top.value = oci_parse(text, size, error);
    if (!top.value)
        return false;
    __lsan_ignore_object(top.value); /* the profile's texts stay there, and so does it */
    read_profile(&top, ret);
    return !error->text[0];
}
