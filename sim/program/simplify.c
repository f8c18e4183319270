/* simplify.c - a division by what does not change during a run becomes a multiplication by its reciprocal.
 * In: the finished graph.  Out: the graph again, in which such a reciprocal is worked out once a run, so that whatever
 * runs the program gives the same bits.
 * The quotient can differ from the true one by a rounding: 49 * (1 / 49) is not 1.  So divisions stay where that could
 * show: where the quotient reaches, within one evaluation, what jumps (comparisons, INT, ROUND, MOD, STEP, PULSE, a seed),
 * a graphical function, a delay time, a divisor, or a function that ends where its argument may lie exactly (SQRT of 0).
 * A power of two divides exactly and is no exception.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "program_private.h"

/* Which arguments of an operation must be as exact as they can be; bit k for argument k. */
static unsigned exact_arguments(sd_op op)
{
    enum { A = 1, B = 2, C = 4 };
    switch (op) {
    case SD_OP_LESS:
    case SD_OP_LESS_EQUAL:
    case SD_OP_EQUAL:
    case SD_OP_NOT_EQUAL:
    case SD_OP_AND:
    case SD_OP_OR:
    case SD_OP_NOT:
    case SD_OP_MOD:
    case SD_OP_INT:
    case SD_OP_ROUND:
    case SD_OP_POWER:
    case SD_OP_LN:
    case SD_OP_LOG10:
    case SD_OP_SQRT:
    case SD_OP_ARCSIN:
    case SD_OP_ARCCOS:
    case SD_OP_TAN:
    case SD_OP_GF:
    case SD_OP_STEP:
    case SD_OP_PULSE:
    case SD_OP_DELAY:
    case SD_OP_POISSON_AT:
    case SD_OP_BINOMIAL_AT:
    case SD_OP_NEGBINOMIAL_AT:
    case SD_OP_COMBINATIONS:
    case SD_OP_PERMUTATIONS:
    case SD_OP_EXIT:
    case SD_OP_OUTLET:
        return A | B | C;
    case SD_OP_IF:
        return A;
    case SD_OP_DIVIDE:
    case SD_OP_SAFEDIV:
        return B;
    case SD_OP_UNIFORM:
    case SD_OP_NORMAL:
        return C;
    default:
        return 0;
    }
}

/* [node] its value must be exact.  Arguments have smaller numbers than what is made of them. */
static bool *find_exact(sd_arena *arena, const lowering *l)
{
    bool *exact = SD_NEW_ARRAY(arena, bool, l->nodes.count + 1);
    for (size_t i = 0; i < l->pipelines.count; i++)
        exact[l->pipelines.items[i].time] = true;
    for (size_t i = 0; i < l->belts.count; i++) /* whole numbers of DTs, and truths */
        for (int k = SD_BELT_START_LEN; k <= SD_BELT_ARREST; k++)
            if (l->belts.items[i].rows[k] != SD_NO_ROW)
                exact[l->belts.items[i].rows[k]] = true;
    for (size_t i = l->nodes.count; i-- > 0;) {
        const node *n = &l->nodes.items[i];
        const node_id arguments[] = {n->a, n->b, n->c};
        unsigned which = n->leaf != LEAF_NONE ? 0 : exact[i] ? 7 : exact_arguments(n->op);
        for (int k = 0; k < 3; k++)
            if (arguments[k] != SD_NO_ROW && (which >> k & 1))
                exact[arguments[k]] = true;
    }
    return exact;
}

static bool is_power_of_two(double value)
{
    int exponent;
    return isnormal(value) && fabs(frexp(value, &exponent)) == 0.5;
}

/* Whether a division is to be a multiplication; `exact` says that its value must be. */
static bool is_replaced(const lowering *l, const node *n, bool exact)
{
    double divisor;
    if (n->op != SD_OP_DIVIDE || l->nodes.items[n->b].rate > RATE_ONCE || n->rate <= RATE_ONCE)
        return false;
    if (!node_is_constant(l, n->b, &divisor))
        return !exact;
    return isnormal(divisor) && isnormal(1 / divisor) && (!exact || is_power_of_two(divisor));
}

static node_id at(const node_id *map, node_id id)
{
    return id == SD_NO_ROW ? SD_NO_ROW : map[id];
}

/* The node anew, in the graph that is being built. */
static node_id remake(lowering *l, const node *n, const node_id *map, bool replaced)
{
    node_id a = at(map, n->a), b = at(map, n->b), c = at(map, n->c);
    l->expr = n->origin.expr;
    l->element = n->origin.element;
    l->start = n->leaf == LEAF_NONE && n->value != 0;
    if (n->leaf == LEAF_CONSTANT)
        return node_constant(l, n->value);
    if (n->leaf != LEAF_NONE)
        return node_leaf(l, n->leaf, n->extra);
    if (!replaced)
        return node_make(l, n->op, a, b, c, n->extra);
    return node_binary(l, SD_OP_MULTIPLY, a, node_binary(l, SD_OP_DIVIDE, node_constant(l, 1), b));
}

static node_id at_of(const void *map, node_id id)
{
    return at(map, id);
}

static void renumber(lowering *l, const node_id *map)
{
    belts_map(l, at_of, map);
    for (size_t element = 0; element < l->model->element_count; element++)
        l->step_nodes[element] = at(map, l->step_nodes[element]);
    for (size_t i = 0; i < l->stocks.count; i++) {
        hidden_stock *s = &l->stocks.items[i];
        s->stock = at(map, s->stock);
        s->start = at(map, s->start);
        s->net = at(map, s->net);
    }
    for (size_t i = 0; i < l->memories.count; i++)
        l->memories.items[i].input = at(map, l->memories.items[i].input);
    for (size_t i = 0; i < l->pipelines.count; i++) {
        sd_pipeline *p = &l->pipelines.items[i];
        p->input = at(map, p->input);
        p->time = at(map, p->time);
        p->start = at(map, p->start);
    }
}

void simplify(lowering *l)
{
    sd_arena *scratch = sd_arena_new("simplifying");
    const lowering old = *l;
    const bool *exact = find_exact(scratch, &old);
    node_id *map = SD_NEW_ARRAY(scratch, node_id, old.nodes.count + 1);
    memset(&l->nodes, 0, sizeof l->nodes);
    l->buckets = NULL;
    l->bucket_count = 0;
    for (size_t i = 0; i < old.nodes.count; i++) {
        const node *n = &old.nodes.items[i];
        map[i] = remake(l, n, map, is_replaced(&old, n, exact[i]));
    }
    l->start = false;
    renumber(l, map);
    sd_arena_free(scratch);
}
