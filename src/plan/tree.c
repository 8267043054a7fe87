#include "plan/tree.h"
#include "base/path.h"
#include "base/str.h"
#include "plan/names.h"
#include "plan/quote.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- one operation's columns --------------------------------------------------------------- */

static const char *overlay_text(const struct mount_op *op)
{
    const char *text = "overlay of";

    for (size_t i = 0; i < op->layer_count; i++)
        text = arena_printf("%s %s", text, quote_word(op->layers[i]));
    if (op->overlay == OVERLAY_RW)
        return arena_printf("%s, changes go to %s", text, quote_word(op->upper));
    return op->overlay == OVERLAY_TMP ? arena_printf("%s, changes are thrown away", text) : text;
}

static const char *source_text(const struct mount_view *m)
{
    if (!m->source)
        return "?";
    return m->real ? arena_printf("%s -> %s", quote_word(m->source), quote_word(m->real))
                   : quote_word(m->source);
}

static const char *what(const struct mount_view *m)
{
    const struct mount_op *op = m->op;
    const char *kind = mount_kind_name(op->kind);
    const char *absent = !m->missing ? "" : op->try ? ", absent: left out" : ", ABSENT";

    switch (op->kind) {
    case MOUNT_BIND:
        return arena_printf("%s %s%s", kind, source_text(m), absent);
    case MOUNT_BIND_FD:
        return arena_printf("%s %d, %s", kind, op->fd, source_text(m));
    case MOUNT_BIND_DATA:
        if (op->text)
            return arena_printf("file of %zu bytes", strlen(op->text));
        return arena_printf("%s %d", kind, op->fd);
    case MOUNT_FILE:
        return arena_printf("%s %d", kind, op->fd);
    case MOUNT_OVERLAY:
        return overlay_text(op);
    case MOUNT_SYMLINK:
        return arena_printf("%s to %s", kind, quote_word(op->source));
    case MOUNT_TEXT:
        return arena_printf("file of %zu bytes", strlen(op->text));
    default:
        return kind;
    }
}

static const char *attrs_text(const struct mount_view *m)
{
    const char *text = !m->attrs || m->ro ? "" : "rw";

    for (size_t i = 0; i < attr_name_count; i++)
        if (m->attrs & attr_names[i].attr)
            text = arena_printf("%s%s%s", text, *text ? "," : "", attr_names[i].name);
    if (m->op->perms_set)
        text = arena_printf("%s%s%04o", text, *text ? " " : "", (unsigned)m->op->perms);
    if (m->op->size)
        text = arena_printf("%s size=%" PRIu64, text, m->op->size);
    return text;
}

static const char *origin_column(const struct mount_view *m)
{
    const char *text = m->op->from.text ? quote_plain(origin_text(&m->op->from)) : "husk";

    if (m->ro_top_only)
        text = arena_printf("%s, but not what is mounted below it", text);
    return m->hidden ? arena_printf("%s, hidden by a later mount", text) : text;
}

/* ---- the tree ------------------------------------------------------------------------------ */

struct row {
    const struct mount_view *m;
    size_t depth;         /* how many of the paths above it have rows of their own */
    const char *branches; /* the lines that lead to it */
    const char *name;     /* its path from the one above on */
};

/* Orders paths so that each is followed by all that is below it, and equal ones as they came. */
static int compare_rows(const void *a, const void *b)
{
    const struct mount_view *l = ((const struct row *)a)->m, *r = ((const struct row *)b)->m;
    int order = path_compare(l->dest, r->dest);

    return order ? order : l < r ? -1 : l > r;
}

/* Finds each row's depth and name. */
static void find_parents(struct row *rows, size_t count)
{
    const struct row **above = arena_alloc((count + 1) * sizeof *above);
    size_t depth = 0;

    for (size_t i = 0; i < count; i++) {
        const char *dest = rows[i].m->dest;

        while (depth && (streq(above[depth - 1]->m->dest, dest) ||
                         !path_is_below(dest, above[depth - 1]->m->dest)))
            depth--;
        rows[i].depth = depth;
        rows[i].name = dest;
        if (depth)
            rows[i].name += strlen(above[depth - 1]->m->dest) + (depth > 1);
        above[depth++] = &rows[i];
    }
}

/* From the last row up: OPEN[D] tells whether a line at depth D comes from further down. */
static void find_branches(struct row *rows, size_t count)
{
    bool *open = arena_alloc((count + 2) * sizeof *open);

    for (size_t i = count; i-- > 0;) {
        struct row *row = &rows[i];
        char *p = arena_alloc(3 * row->depth + 1); /* each of them has three characters */

        row->branches = p;
        for (size_t d = 1; d <= row->depth; d++) {
            const char *own = open[d] ? "|- " : "`- ", *passing = open[d] ? "|  " : "   ";

            p = mempcpy(p, d == row->depth ? own : passing, 3);
        }
        open[row->depth] = true;
        open[row->depth + 1] = false;
    }
}

/* How many columns a terminal needs for S, with one for each character. */
static int width(const char *s)
{
    int n = 0;

    for (; *s; s++)
        n += (*s & 0xc0) != 0x80;
    return n;
}

static void column(const char *s, int wide)
{
    printf("%s%*s", s, MAX(wide - width(s), 0) + 2, "");
}

void tree_show(const struct view *v)
{
    size_t count = v->mounts.count;
    struct row *rows = arena_alloc(count * sizeof *rows);
    int name = 0, kind = 0, flags = 0;

    for (size_t i = 0; i < count; i++)
        rows[i].m = &v->mounts.items[i];
    qsort(rows, count, sizeof *rows, compare_rows);
    find_parents(rows, count);
    find_branches(rows, count);
    for (size_t i = 0; i < count; i++) {
        rows[i].name = arena_printf("%s%s", rows[i].branches, quote_word(rows[i].name));
        name = MIN(MAX(name, width(rows[i].name)), 40);
        kind = MIN(MAX(kind, width(what(rows[i].m))), 40);
        flags = MIN(MAX(flags, width(attrs_text(rows[i].m))), 24);
    }
    for (size_t i = 0; i < count; i++) {
        printf("  ");
        column(rows[i].name, name);
        column(what(rows[i].m), kind);
        column(attrs_text(rows[i].m), flags);
        printf("%s\n", origin_column(rows[i].m));
    }
}
