/*
 * The limits of the sandbox as a whole, as the files of a cgroup that they will be written to. The kernel's
 * Documentation/admin-guide/cgroup-v2.rst says what each of them means.
 */
#include "base/log.h"
#include "base/str.h"
#include "plan/plan.h"
#include "spec/amounts.h"
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

struct files {
    VEC(struct cgroup_file) list;
};

static void add(struct files *files, const char *controller, const char *name, const char *line,
                const struct origin *from)
{
    *VEC_PUSH(&files->list) = (struct cgroup_file){controller, name, line, false, from};
}

static bool is_limited(const struct opt_amount *amount)
{
    return amount->text && amount->value != AMOUNT_UNLIMITED;
}

static const char *number(uint64_t value)
{
    return arena_printf("%ju", (uintmax_t)value);
}

/* The kernel counts whole pages. */
static uint64_t whole_pages(uint64_t bytes)
{
    return bytes / (uint64_t)sysconf(_SC_PAGESIZE) * (uint64_t)sysconf(_SC_PAGESIZE);
}

static void add_amount(struct files *files, const char *controller, const char *name,
                       const struct opt_amount *amount)
{
    if (is_limited(amount))
        add(files, controller, name, number(amount->value), &amount->from);
}

/* ---- memory ---------------------------------------------------------------------------------- */

static void add_pages(struct files *files, const char *name, const struct opt_amount *amount)
{
    if (is_limited(amount))
        add(files, "memory", name, number(whole_pages(amount->value)), &amount->from);
}

/* What is said of it counts memory and swap together, as Docker has it. Without a word there is none: with
 * swap beside it, a limit of memory would limit little. */
static int add_swap(struct files *files, const struct opt_cgroup *c)
{
    const struct opt_amount *swap = &c->memory_swap;

    if (!is_limited(&c->memory)) {
        if (is_limited(swap))
            return log_error("%s needs --memory", origin_text(&swap->from)), -EINVAL;
        return 0;
    }
    if (!swap->text)
        add(files, "memory", "memory.swap.max", "0", &c->memory.from);
    if (!is_limited(swap))
        return 0;
    if (swap->value < c->memory.value)
        return log_error("%s is less than %s, which is a part of it", origin_text(&swap->from),
                         origin_text(&c->memory.from)),
               -EINVAL;
    add(files, "memory", "memory.swap.max", number(whole_pages(swap->value - c->memory.value)),
        &swap->from);
    return 0;
}

static int add_memory(struct files *files, const struct opt_cgroup *c)
{
    const struct opt_amount *most = &c->memory, *low = &c->memory_reservation;

    if (is_limited(most) && whole_pages(most->value) == 0)
        return log_error("%s is less than a page", origin_text(&most->from)), -EINVAL;
    if (is_limited(most) && is_limited(low) && low->value > most->value)
        return log_error("%s is more than %s", origin_text(&low->from), origin_text(&most->from)),
               -EINVAL;
    add_pages(files, "memory.low", low);
    add_pages(files, "memory.high", &c->memory_high);
    add_pages(files, "memory.max", most);
    /* Who has lost some of its processes is of no use, and may not notice. */
    if (is_limited(most))
        add(files, "memory", "memory.oom.group", "1", &most->from);
    return add_swap(files, c);
}

/* ---- the others ------------------------------------------------------------------------------ */

static void add_cpu(struct files *files, const struct opt_cgroup *c)
{
    if (is_limited(&c->cpus))
        add(files, "cpu", "cpu.max", arena_printf("%ju %u", (uintmax_t)c->cpus.value, CPU_PERIOD_US),
            &c->cpus.from);
    add_amount(files, "cpu", "cpu.weight", &c->cpu_weight);
    if (c->cpuset.list) {
        add(files, "cpuset", "cpuset.cpus", c->cpuset.text, &c->cpuset.from);
        files->list.items[files->list.count - 1].is_list = true;
    }
}

static bool has_rate(uint64_t value)
{
    return value != 0 && value != AMOUNT_UNLIMITED;
}

static const char *rate(uint64_t value)
{
    return has_rate(value) ? number(value) : "max";
}

/* As MAJOR:MINOR, which the kernel wants. 0 or -errno, said. */
static int find_device(const struct opt_io_max *io, const char **ret)
{
    unsigned first, second;
    struct stat st;
    int end = 0;

    if (sscanf(io->device, "%u:%u%n", &first, &second, &end) == 2 && !io->device[end]) {
        *ret = arena_printf("%u:%u", first, second);
        return 0;
    }
    if (stat(io->device, &st) < 0)
        return log_errno(errno, "%s: looking at %s", origin_text(&io->from), io->device);
    if (!S_ISBLK(st.st_mode))
        return log_error("%s: %s is not a disk", origin_text(&io->from), io->device), -ENOTBLK;
    *ret = arena_printf("%u:%u", major(st.st_rdev), minor(st.st_rdev));
    return 0;
}

/* What a later option says of the same disk; the rest stays. The kernel keeps one line for each disk, so two that
 * were written one after the other would leave only what the second one says. */
static void change_rates(struct opt_io_max *io, const struct opt_io_max *later)
{
    const uint64_t changes[] = {later->rbps, later->wbps, later->riops, later->wiops};
    uint64_t *const rates[] = {&io->rbps, &io->wbps, &io->riops, &io->wiops};

    for (size_t i = 0; i < ARRAY_SIZE(rates); i++)
        if (changes[i])
            *rates[i] = changes[i];
    io->from = later->from;
}

typedef VEC(struct opt_io_max) disk_list;

/* Each disk once, as MAJOR:MINOR. 0 or -errno, said. */
static int find_disks(const struct opt_cgroup *c, disk_list *disks)
{
    for (size_t i = 0; i < c->io_max.count; i++) {
        struct opt_io_max io = c->io_max.items[i];
        int r = find_device(&c->io_max.items[i], &io.device);
        size_t k = 0;

        if (r < 0)
            return r;
        while (k < disks->count && !streq(disks->items[k].device, io.device))
            k++;
        if (k < disks->count)
            change_rates(&disks->items[k], &io);
        else
            *VEC_PUSH(disks) = io;
    }
    return 0;
}

static int add_io(struct files *files, const struct opt_cgroup *c)
{
    disk_list disks = {0};
    int r = find_disks(c, &disks);

    if (is_limited(&c->io_weight))
        add(files, "io", "io.weight", arena_printf("default %ju", (uintmax_t)c->io_weight.value),
            &c->io_weight.from);
    for (size_t i = 0; r == 0 && i < disks.count; i++) {
        const struct opt_io_max *io = &disks.items[i];

        /* Of a disk without a limit the kernel has no line to be read back. */
        if (has_rate(io->rbps) || has_rate(io->wbps) || has_rate(io->riops) || has_rate(io->wiops))
            add(files, "io", "io.max",
                arena_printf("%s rbps=%s wbps=%s riops=%s wiops=%s", io->device, rate(io->rbps),
                             rate(io->wbps), rate(io->riops), rate(io->wiops)),
                &io->from);
    }
    return r;
}

/* ---- where ----------------------------------------------------------------------------------- */

/* Is the command, inside, who owns what husk makes. */
static bool is_this_user(const struct plan *plan)
{
    const struct plan_ids *ids = &plan->ids;

    if (ids->how == IDS_NONE || ids->how == IDS_SINGLE)
        return plan->spec->userns.fd < 0 && plan->spec->userns2.fd < 0;
    for (size_t i = 0; i < ids->uid_map_count; i++) {
        const struct id_range *r = &ids->uid_map[i];

        if (ids->uid - r->inside < r->count && ids->uid >= r->inside)
            return r->outside + (ids->uid - r->inside) == ids->real_uid;
    }
    return false;
}

static const struct origin *first_need(const struct opt_cgroup *c, const struct files *files)
{
    if (files->list.count)
        return files->list.items[0].from;
    if (c->scope.set)
        return &c->scope.from;
    if (c->slice.value)
        return &c->slice.from;
    if (c->fs.set)
        return &c->fs.from;
    return c->parent.value ? &c->parent.from : NULL;
}

/* Not its arguments: systemd writes the description to its log, where nobody expects what may be a secret. */
static const char *describe(const struct plan *plan)
{
    enum { MOST = 200 };
    char *text = arena_alloc(MOST);

    escape_control(text, MOST, arena_printf("husk: %s", plan->argv[0]));
    return text;
}

static int settle_place(struct plan *plan)
{
    const struct opt_cgroup *c = &plan->spec->cgroup;
    struct plan_cgroup *to = &plan->cgroup;
    const struct opt_text *scope = c->scope.set ? &c->scope_name : &c->slice;

    if (c->parent.value && (c->scope.set || c->slice.value))
        return log_error("%s is not compatible with %s: it is for where there is no systemd",
                         origin_text(&c->parent.from), origin_text(&scope->from)),
               -EINVAL;
    if (c->fs.set && !is_this_user(plan))
        return log_error("%s: the command is not this user outside, so it could not write there",
                         origin_text(&c->fs.from)),
               -EINVAL;
    to->how = c->parent.value ? CGROUP_PARENT : CGROUP_SCOPE;
    to->slice = arena_printf("%s.slice", c->slice.value ? c->slice.value : "husk");
    to->unit = c->scope_name.value ? arena_printf("%s.scope", c->scope_name.value) : NULL;
    to->description = describe(plan);
    /* The child makes it when it is where it belongs: what it was in then is the root of the new one. */
    plan->unshared |= CLONE_NEWCGROUP;
    plan->clone_flags &= ~(unsigned)CLONE_NEWCGROUP;
    return 0;
}

int plan_cgroup(struct plan *plan)
{
    const struct opt_cgroup *c = &plan->spec->cgroup;
    struct files files = {0};
    int r = add_memory(&files, c);

    if (r < 0)
        return r;
    add_cpu(&files, c);
    add_amount(&files, "pids", "pids.max", &c->pids);
    r = add_io(&files, c);
    if (r < 0)
        return r;
    plan->cgroup.files = files.list.items;
    plan->cgroup.file_count = files.list.count;
    plan->cgroup.from = first_need(c, &files);
    return plan->cgroup.from ? settle_place(plan) : 0;
}
