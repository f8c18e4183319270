/* node.c - the shared graph: equal nodes are one node, and what is known is worked out at once.
 * In: an operation and its arguments.  Out: a node id.  Hash-consing (Ershov 1958) and constant folding.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "program_private.h"

static uint64_t mix(uint64_t hash, uint64_t value)
{
    hash ^= value + 0x9E3779B97F4A7C15U + (hash << 6) + (hash >> 2);
    return hash * 0xFF51AFD7ED558CCDU;
}

static uint64_t bits_of(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static uint64_t hash_of(const node *n)
{
    uint64_t hash = mix(mix((uint64_t)n->leaf, (uint64_t)n->op), (uint64_t)(uint32_t)n->extra);
    hash = mix(mix(mix(hash, (uint64_t)(uint32_t)n->a), (uint64_t)(uint32_t)n->b),
               (uint64_t)(uint32_t)n->c);
    hash = mix(hash, bits_of(n->value));
    return hash ^ (hash >> 29);
}

static bool same(const node *x, const node *y)
{
    return x->leaf == y->leaf && x->op == y->op && x->a == y->a && x->b == y->b && x->c == y->c &&
           x->extra == y->extra && bits_of(x->value) == bits_of(y->value);
}

static void rehash(lowering *l)
{
    l->bucket_count = l->bucket_count ? 2 * l->bucket_count : 1024;
    l->buckets = SD_NEW_ARRAY(l->arena, int32_t, l->bucket_count);
    memset(l->buckets, 0xFF, l->bucket_count * sizeof *l->buckets);
    for (size_t i = 0; i < l->nodes.count; i++) {
        size_t at = hash_of(&l->nodes.items[i]) & (l->bucket_count - 1);
        while (l->buckets[at] >= 0)
            at = (at + 1) & (l->bucket_count - 1);
        l->buckets[at] = (int32_t)i;
    }
}

static node_id intern(lowering *l, node n)
{
    if (2 * (l->nodes.count + 1) > l->bucket_count)
        rehash(l);
    size_t at = hash_of(&n) & (l->bucket_count - 1);
    for (; l->buckets[at] >= 0; at = (at + 1) & (l->bucket_count - 1))
        if (same(&l->nodes.items[l->buckets[at]], &n))
            return l->buckets[at];
    if (l->nodes.count >= SD_INSTRUCTIONS_MAX) {
        if (l->nodes.count == SD_INSTRUCTIONS_MAX)
            (void)sd_fail(l->diag, SD_E113, SD_NOWHERE, "the model needs more than %d instructions",
                          SD_INSTRUCTIONS_MAX);
        if (l->nodes.count > SD_INSTRUCTIONS_MAX)
            return 0;
    }
    n.origin = (sd_origin){.expr = l->expr, .element = l->element};
    n.row = SD_NO_ROW;
    l->buckets[at] = (int32_t)l->nodes.count;
    SD_PUSH(l->arena, &l->nodes, n);
    return (node_id)(l->nodes.count - 1);
}

node_id node_constant(lowering *l, double value)
{
    return intern(l, (node){.leaf = LEAF_CONSTANT,
                            .rate = RATE_CONSTANT,
                            .value = value,
                            .a = SD_NO_ROW,
                            .b = SD_NO_ROW,
                            .c = SD_NO_ROW});
}

node_id node_leaf(lowering *l, leaf_kind leaf, int32_t extra)
{
    update_rate rate = leaf == LEAF_TIME || leaf == LEAF_STOCK ? RATE_STAGE : RATE_ONCE;
    return intern(l, (node){.leaf = leaf,
                            .rate = rate,
                            .extra = extra,
                            .a = SD_NO_ROW,
                            .b = SD_NO_ROW,
                            .c = SD_NO_ROW});
}

bool node_is_constant(const lowering *l, node_id id, double *ret_value)
{
    if (id == SD_NO_ROW || l->nodes.items[id].leaf != LEAF_CONSTANT)
        return false;
    *ret_value = l->nodes.items[id].value;
    return true;
}

static double fold(sd_op op, double a, double b, double c)
{
    switch (op) {
#define SD_SCALAR(id, expression)                                                                  \
    case SD_OP_##id:                                                                               \
        return expression;
#include "sd/scalar.def"
#undef SD_SCALAR
    default:
        return (double)NAN;
    }
}

bool is_held_op(sd_op op)
{
    return op == SD_OP_STEP || op == SD_OP_PULSE || op == SD_OP_UNIFORM || op == SD_OP_NORMAL ||
           op == SD_OP_PREVIOUS || op == SD_OP_DELAY || op == SD_OP_HOLD || belt_op(op);
}

/* Held operations jump only at grid points, whatever their arguments do; memories change even when their
 * arguments do not.  In initial values (where nothing runs yet) they are worked out once. */
static update_rate rate_of(const lowering *l, const node *n)
{
    update_rate rate = RATE_ONCE;
    const node_id arguments[] = {n->a, n->b, n->c};
    for (int i = 0; i < 3; i++)
        if (arguments[i] != SD_NO_ROW && l->nodes.items[arguments[i]].rate > rate)
            rate = l->nodes.items[arguments[i]].rate;
    bool changes = n->op == SD_OP_UNIFORM || n->op == SD_OP_NORMAL || n->op == SD_OP_PULSE;
    if (n->op == SD_OP_PREVIOUS || n->op == SD_OP_DELAY || belt_op(n->op) || (changes && !l->start))
        return RATE_HELD;
    if (is_held_op(n->op) && rate > RATE_HELD)
        return RATE_HELD;
    return rate;
}

node_id node_make(lowering *l, sd_op op, node_id a, node_id b, node_id c, int32_t extra)
{
    double x = 0, y = 0, z = 0, pick;
    bool known = node_is_constant(l, a, &x);
    known = (b == SD_NO_ROW || node_is_constant(l, b, &y)) && known;
    known = (c == SD_NO_ROW || node_is_constant(l, c, &z)) && known;
    if (known && op == SD_OP_GF)
        return node_constant(l, sd_gf_at(l->gfs.items[extra], x));
    if (known && !is_held_op(op))
        return node_constant(l, fold(op, x, y, z));
    if (op == SD_OP_IF && node_is_constant(l, a, &pick))
        return pick != 0.0 ? b : c;
    node n = {.op = op, .a = a, .b = b, .c = c, .extra = extra};
    n.rate = rate_of(l, &n);
    /* The draw or pulse of the start and that of the run differ in rate, so they must not be shared. */
    if (op == SD_OP_UNIFORM || op == SD_OP_NORMAL || op == SD_OP_PULSE)
        n.value = l->start ? 1 : 0;
    return intern(l, n);
}

node_id node_binary(lowering *l, sd_op op, node_id a, node_id b)
{
    return node_make(l, op, a, b, SD_NO_ROW, 0);
}
