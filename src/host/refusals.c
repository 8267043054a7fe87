#include "host/refusals.h"
#include "base/str.h"
#include "host/refusal_text.h"
#include <errno.h>
#include <stdlib.h>

static size_t index_of(struct refusals *r, const struct program *by)
{
    for (size_t i = 0; i < r->program_count; i++)
        if (streq(r->programs[i].name, by->name) && streq(r->programs[i].path, by->path))
            return i;
    if (r->program_count == REFUSAL_PROGRAMS)
        return REFUSAL_PROGRAMS;
    r->programs[r->program_count] = *by;
    return r->program_count++;
}

static bool is_same(const struct refusal *a, const struct refusal *b)
{
    return a->arch == b->arch && a->number == b->number && a->args[0] == b->args[0] &&
           a->args[1] == b->args[1] && a->error == b->error && a->program == b->program;
}

void refusals_add(struct refusals *r, const struct seccomp_data *data, int error, const struct program *by)
{
    struct refusal new = {.arch = data->arch, .number = (uint32_t)data->nr, .error = error, .times = 1};

    refusal_args(data, new.args);
    new.program = index_of(r, by);
    for (size_t i = 0; i < r->count; i++) {
        if (is_same(&r->kinds[i], &new)) {
            r->kinds[i].times++;
            return;
        }
    }
    if (r->count == REFUSAL_KINDS)
        r->beyond++;
    else
        r->kinds[r->count++] = new;
}

static int compare(const void *a, const void *b)
{
    const struct refusal *x = a, *y = b;

    if ((x->error == ENOSYS) != (y->error == ENOSYS))
        return x->error == ENOSYS ? 1 : -1;
    if (x->times != y->times)
        return x->times < y->times ? 1 : -1;
    if (x->number != y->number)
        return x->number < y->number ? -1 : 1;
    return x->program < y->program ? -1 : x->program > y->program;
}

void refusals_sort(struct refusals *r)
{
    qsort(r->kinds, r->count, sizeof *r->kinds, compare);
}

uint64_t refusals_total(const struct refusals *r)
{
    uint64_t total = r->beyond;

    for (size_t i = 0; i < r->count; i++)
        total += r->kinds[i].times;
    return total;
}
