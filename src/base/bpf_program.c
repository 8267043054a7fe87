#include "base/bpf_program.h"
#include <linux/seccomp.h>

enum {
    LABEL = INT32_MIN, /* the bit of a jump that has a label and no distance yet */
    GROUP = 220,       /* the most ranges that share their answers */
};

void bpf_put(struct bpf *p, unsigned op, unsigned jt, unsigned jf, uint32_t k)
{
    if (p->length == BPF_MAXINSNS || jt > UINT8_MAX || jf > UINT8_MAX)
        p->failed = true;
    else
        p->code[p->length++] = (struct sock_filter){(uint16_t)op, (uint8_t)jt, (uint8_t)jf, k};
}

void bpf_put_jump(struct bpf *p, uint32_t label)
{
    bpf_put(p, BPF_JMP | BPF_JA, 0, 0, (uint32_t)LABEL | label);
}

void bpf_resolve(struct bpf *p, size_t from, const size_t *targets)
{
    for (size_t i = from; i < p->length; i++) {
        struct sock_filter *at = &p->code[i];
        size_t target;

        if (at->code != (BPF_JMP | BPF_JA) || !(at->k & (uint32_t)LABEL))
            continue;
        target = targets[at->k & (BPF_LABELS - 1)];
        if (target <= i)
            p->failed = true;
        at->k = (uint32_t)(target - i - 1);
    }
}

/* ---- the tree ------------------------------------------------------------------------------- */

/* Jumps of a tree to answers that come behind it. */
struct waiting {
    struct {
        size_t node;
        bool taken;
        struct bpf_range answer;
    } jumps[GROUP];
    size_t count;
};

static void set_jump(struct bpf *p, size_t node, bool taken, size_t target)
{
    size_t distance = target - node - 1;

    if (p->failed || distance > UINT8_MAX)
        p->failed = true;
    else if (taken)
        p->code[node].jt = (uint8_t)distance;
    else
        p->code[node].jf = (uint8_t)distance;
}

static void put_nodes(struct bpf *p, struct waiting *w, const struct bpf_range *ranges, size_t count);

/* A branch of the tree, which starts at the next instruction unless it is one range: then what
 * jumps there waits for its answer. */
static void put_branch(struct bpf *p, struct waiting *w, size_t node, bool taken,
                       const struct bpf_range *ranges, size_t count)
{
    if (count == 1) {
        w->jumps[w->count].node = node;
        w->jumps[w->count].taken = taken;
        w->jumps[w->count++].answer = *ranges;
    } else {
        set_jump(p, node, taken, p->length);
        put_nodes(p, w, ranges, count);
    }
}

/* COUNT is 2 at least, so there are as many jumps that wait as there are ranges. */
static void put_nodes(struct bpf *p, struct waiting *w, const struct bpf_range *ranges, size_t count)
{
    size_t node = p->length, half = count / 2;

    bpf_put(p, BPF_JMP | BPF_JGE | BPF_K, 0, 0, ranges[half].start);
    put_branch(p, w, node, false, ranges, half);
    put_branch(p, w, node, true, ranges + half, count - half);
}

static void put_answer(struct bpf *p, const struct bpf_range *answer)
{
    if (answer->jump)
        bpf_put_jump(p, answer->k);
    else
        bpf_put(p, BPF_RET | BPF_K, 0, 0, answer->k);
}

static bool is_answer(const struct sock_filter *i, const struct bpf_range *answer)
{
    return answer->jump ? i->code == (BPF_JMP | BPF_JA) && i->k == ((uint32_t)LABEL | answer->k)
                        : i->code == (BPF_RET | BPF_K) && i->k == answer->k;
}

/* Each answer once, and the jumps to it. */
static void put_answers(struct bpf *p, const struct waiting *w)
{
    size_t first = p->length, at;

    for (size_t i = 0; i < w->count; i++) {
        for (at = first; at < p->length && !is_answer(&p->code[at], &w->jumps[i].answer); at++)
            ;
        if (at == p->length)
            put_answer(p, &w->jumps[i].answer);
        set_jump(p, w->jumps[i].node, w->jumps[i].taken, at);
    }
}

/* Is all of a tree with shared answers in reach of a short jump: one node less than there are ranges, and
 * each answer once. */
static bool is_in_reach(const struct bpf_range *ranges, size_t count)
{
    size_t answers = 0;

    for (size_t i = 0; i < count && count <= GROUP; i++) {
        size_t k = 0;

        while (k < i && (ranges[k].jump != ranges[i].jump || ranges[k].k != ranges[i].k))
            k++;
        answers += k == i;
    }
    return count <= GROUP && count + answers <= UINT8_MAX;
}

void bpf_put_tree(struct bpf *p, const struct bpf_range *ranges, size_t count)
{
    struct waiting waiting = {.count = 0};
    size_t half = count / 2, over;

    if (count == 1) {
        put_answer(p, ranges);
    } else if (is_in_reach(ranges, count)) {
        put_nodes(p, &waiting, ranges, count);
        put_answers(p, &waiting);
    } else {
        bpf_put(p, BPF_JMP | BPF_JGE | BPF_K, 0, 1, ranges[half].start);
        over = p->length;
        bpf_put(p, BPF_JMP | BPF_JA, 0, 0, 0);
        bpf_put_tree(p, ranges, half);
        if (!p->failed)
            p->code[over].k = (uint32_t)(p->length - over - 1);
        bpf_put_tree(p, ranges + half, count - half);
    }
}

/* ---- checking ------------------------------------------------------------------------------- */

/* Is instruction AT of LENGTH one that may be there; as bpf_check_classic() and seccomp_check_filter()
 * of the kernel have it. */
static bool check_one(const struct sock_filter *i, size_t at, size_t length)
{
    size_t left = length - at - 1;

    switch (i->code) {
    case BPF_LD | BPF_W | BPF_ABS:
        return i->k < sizeof(struct seccomp_data) && i->k % 4 == 0;
    case BPF_ALU | BPF_AND | BPF_K:
    case BPF_RET | BPF_K:
        return true;
    case BPF_JMP | BPF_JA:
        return i->k < left;
    case BPF_JMP | BPF_JEQ | BPF_K:
    case BPF_JMP | BPF_JGT | BPF_K:
    case BPF_JMP | BPF_JGE | BPF_K:
    case BPF_JMP | BPF_JSET | BPF_K:
        return i->jt < left && i->jf < left;
    default:
        return false;
    }
}

bool bpf_check_any(const struct sock_filter *code, size_t length)
{
    if (!length || code[length - 1].code != (BPF_RET | BPF_K))
        return false;
    for (size_t i = 0; i < length; i++)
        if (!check_one(&code[i], i, length))
            return false;
    return true;
}

bool bpf_check(const struct sock_filter *code, size_t length)
{
    return length <= BPF_MAXINSNS && bpf_check_any(code, length);
}
