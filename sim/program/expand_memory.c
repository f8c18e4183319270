/* expand_memory.c - functions whose value now needs their arguments of now and something remembered.
 * In: calls of NPV, DERIVN, HISTORY, ENDVAL, SAMPLE_IF_TRUE, ACTIVE_INITIAL.  Out: nodes, hidden stocks, memories and
 * pipelines.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "program_private.h"

enum { DERIVATIVE_MAX = 10 };

static node_id argument(lowering *l, const sd_expr *e, sd_place *place, size_t i)
{
    return lower_expr(l, e->arguments[i], place);
}

/* ---- memories: what `input` was one DT ago, `start` at first ---- */

/* A new memory; its input follows by `remember`. */
static node_id remembered(lowering *l, const sd_expr *e, node_id start, size_t *ret_number)
{
    *ret_number = l->memories.count;
    SD_PUSH(l->arena, &l->memories, (sd_memory){.input = SD_NO_ROW});
    if (l->apart)
        return expand_held_apart(l, e, *ret_number, false);
    return node_make(l, SD_OP_PREVIOUS, start, SD_NO_ROW, SD_NO_ROW, (int32_t)*ret_number);
}

/* `held`: index into l->held, of the memory's value when equations are compiled apart. */
static void remember(lowering *l, const sd_expr *e, size_t number, size_t held, node_id input)
{
    if (l->apart) {
        (void)equation_apart(l, SD_NODE_INTO, e, input);
        l->held.items[held].into = l->roots.count - 1;
    } else {
        l->memories.items[number].input = input;
    }
}

/* IF a THEN b ELSE what it was. */
static node_id sample(lowering *l, const sd_expr *e, sd_place *place)
{
    node_id when = argument(l, e, place, 0), input = argument(l, e, place, 1);
    node_id start = expand_at_start(l, e->arguments[2], place);
    size_t number, held = l->held.count;
    if (l->start)
        return node_make(l, SD_OP_IF, when, input, start, 0);
    node_id before = remembered(l, e, start, &number);
    node_id value = node_make(l, SD_OP_IF, lower_held(l, when), lower_held(l, input), before, 0);
    remember(l, e, number, held, value);
    return value;
}

/* The order of a derivative: a constant whole number. */
static size_t order_of(lowering *l, const sd_expr *e, sd_place *place)
{
    double value = (double)NAN;
    node_id order = expand_at_start(l, e->arguments[1], place);
    if (l->nodes.items[order].leaf == LEAF_PARAMETER)
        value = l->parameters.items[l->nodes.items[order].extra].value;
    else
        (void)node_is_constant(l, order, &value);
    if (value >= 0 && value <= DERIVATIVE_MAX && value == floor(value))
        return (size_t)value;
    if (!lower_is_told(l, SD_E108, e->arguments[1]->span))
        (void)sd_fail(l->diag, SD_E108, e->arguments[1]->span,
                      "the order of a derivative must be a constant whole number from 0 to %d",
                      DERIVATIVE_MAX);
    return 0;
}

/* Differences of differences; the first is 0, as what was before is taken to have stood still. */
static node_id derivative(lowering *l, const sd_expr *e, sd_place *place)
{
    size_t order = order_of(l, e, place);
    node_id value = argument(l, e, place, 0), zero = node_constant(l, 0);
    if (order == 0 || l->start)
        return order ? zero : value;
    node_id before = expand_at_start(l, e->arguments[0], place);
    value = lower_held(l, value);
    for (size_t i = 0; i < order; i++) {
        size_t number, held = l->held.count;
        node_id last = remembered(l, e, before, &number);
        remember(l, e, number, held, value);
        value = node_binary(l, SD_OP_DIVIDE, node_binary(l, SD_OP_SUBTRACT, value, last),
                            node_leaf(l, LEAF_DT, 0));
        before = zero;
    }
    return value;
}

/* ---- pipelines ---- */

/* A DELAY by as much as the time asked for is past; now, what is asked for is there. */
static node_id history(lowering *l, const sd_expr *e, sd_place *place)
{
    node_id input = argument(l, e, place, 0), time = argument(l, e, place, 1);
    if (l->start)
        return input;
    node_id start = expand_at_start(l, e->arguments[0], place), zero = node_constant(l, 0);
    node_id past = node_binary(l, SD_OP_MAX, zero,
                               node_binary(l, SD_OP_SUBTRACT, lower_held(l, lower_time(l)), time));
    node_id half = node_binary(l, SD_OP_DIVIDE, node_leaf(l, LEAF_DT, 0), node_constant(l, 2));
    sd_pipeline p = {.input = SD_NO_ROW,
                     .time = past,
                     .start = start,
                     .constant = l->nodes.items[past].rate <= RATE_ONCE,
                     .origin = {.expr = e, .element = l->element}};
    int32_t number = (int32_t)l->pipelines.count;
    SD_PUSH(l->arena, &l->pipelines, p);
    node_id then;
    if (l->apart) {
        size_t held = l->held.count;
        then = expand_held_apart(l, e, (size_t)number, true);
        (void)equation_apart(l, SD_NODE_INTO, e, input);
        l->held.items[held].into = l->roots.count - 1;
    } else {
        l->pipelines.items[number].input = input;
        then = node_make(l, SD_OP_DELAY, past, start, SD_NO_ROW, number);
    }
    return node_make(l, SD_OP_IF, node_binary(l, SD_OP_LESS, past, half), input, then, 0);
}

/* ---- hidden stocks ---- */

/* What came in so far, each at its discount, and what comes in this DT; exact under Euler: the discount is then
 * (1 + rate * DT) to the power of minus the steps. */
static node_id present_value(lowering *l, const sd_expr *e, sd_place *place)
{
    node_id dt = node_leaf(l, LEAF_DT, 0), one = node_constant(l, 1);
    node_id stream = argument(l, e, place, 0), rate = argument(l, e, place, 1);
    node_id start =
        e->argument_count > 2 ? expand_at_start(l, e->arguments[2], place) : node_constant(l, 0);
    node_id factor = e->argument_count > 3 ? argument(l, e, place, 3) : one;
    node_id discount = one, sum = start;
    if (!l->start) {
        size_t at = l->stocks.count;
        discount = expand_hidden(l, e, one, 0, 1);
        sum = expand_hidden(l, e, start, 0, 1);
        node_id lost =
            node_binary(l, SD_OP_DIVIDE, node_binary(l, SD_OP_MULTIPLY, discount, rate),
                        node_binary(l, SD_OP_ADD, one, node_binary(l, SD_OP_MULTIPLY, rate, dt)));
        l->stocks.items[at].net = node_make(l, SD_OP_NEGATE, lost, SD_NO_ROW, SD_NO_ROW, 0);
        l->stocks.items[at + 1].net = node_binary(l, SD_OP_MULTIPLY, stream, discount);
    }
    node_id now =
        node_binary(l, SD_OP_MULTIPLY, node_binary(l, SD_OP_MULTIPLY, stream, dt), discount);
    return node_binary(l, SD_OP_MULTIPLY, node_binary(l, SD_OP_ADD, sum, now), factor);
}

node_id expand_memory(lowering *l, const sd_expr *e, sd_place *place)
{
    switch (e->builtin->id) {
    case SD_FN_SAMPLE_IF_TRUE:
        return sample(l, e, place);
    case SD_FN_DERIVN:
        return derivative(l, e, place);
    case SD_FN_HISTORY:
        return history(l, e, place);
    case SD_FN_NPV:
        return present_value(l, e, place);
    case SD_FN_ACTIVE_INITIAL:
        return argument(l, e, place, l->start ? 1 : 0);
    default: /* ENDVAL: no run was before this one */
        return e->argument_count > 1 ? expand_at_start(l, e->arguments[1], place)
                                     : node_constant(l, 0);
    }
}
