/* expand.c - functions with memory as hidden stocks, memories and pipelines.
 * In: calls of SMTHn, DELAYn, TREND, FORCST, DELAY, PREVIOUS, INIT.  Out: nodes.  Others with memory: expand_memory.c.  XMILE 1.0,
 * section 3.5.3; a smooth or delay of order n is a chain of n first-order ones with time / n each.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdio.h>

#include "program_private.h"

static node_id argument(lowering *l, const sd_expr *e, sd_place *place, size_t i)
{
    return lower_expr(l, e->arguments[i], place);
}

node_id expand_at_start(lowering *l, const sd_expr *e, sd_place *place)
{
    bool start = l->start;
    l->start = true;
    node_id result = lower_expr(l, e, place);
    l->start = start;
    return result;
}

/* The last argument when it is given, else the input: what a smooth or delay shows at the start. */
static node_id initial(lowering *l, const sd_expr *e, sd_place *place)
{
    bool given = e->argument_count == (size_t)e->builtin->most;
    return expand_at_start(l, e->arguments[given ? e->argument_count - 1 : 0], place);
}

static size_t order_of(lowering *l, const sd_expr *e, sd_place *place)
{
    sd_function id = e->builtin->id;
    if (id == SD_FN_SMTH3 || id == SD_FN_DELAY3)
        return 3;
    if (id != SD_FN_SMTHN && id != SD_FN_DELAYN)
        return 1;
    double value;
    node_id order = expand_at_start(l, e->arguments[2], place);
    if (l->nodes.items[order].leaf == LEAF_PARAMETER)
        value = l->parameters.items[l->nodes.items[order].extra].value;
    else if (!node_is_constant(l, order, &value))
        value = (double)NAN;
    if (!(value >= 1 && value <= SD_ORDER_MAX && value == floor(value))) {
        (void)sd_fail(l->diag, SD_E108, e->arguments[2]->span,
                      "the order of a delay must be a constant whole number from 1 to %d",
                      SD_ORDER_MAX);
        return 1;
    }
    return (size_t)value;
}

node_id expand_hidden(lowering *l, const sd_expr *call, node_id start, size_t place, size_t order)
{
    hidden_stock stock = {.start = start,
                          .element = l->element,
                          .hidden = true,
                          .net = SD_NO_ROW,
                          .call = call,
                          .last = l->stocks.count + order - 1 - place};
    stock.stock = node_leaf(l, LEAF_STOCK, (int32_t)l->stocks.count);
    SD_PUSH(l->arena, &l->stocks, stock);
    return stock.stock;
}

static void defer(lowering *l, defer_kind kind, const sd_expr *e, const sd_place *place,
                  size_t first, size_t order)
{
    deferred d = {.kind = kind,
                  .call = e,
                  .place = *place,
                  .element = l->element,
                  .first = first,
                  .order = order,
                  .held = l->held.count};
    SD_PUSH(l->arena, &l->deferred, d);
}

/* Apart, what a call gives out from its memory is a value of its own, whatever went in. */
node_id expand_held_apart(lowering *l, const sd_expr *e, size_t number, bool piped)
{
    held_value held = {.call = e, .element = l->element, .number = number, .piped = piped};
    SD_PUSH(l->arena, &l->held, held);
    return node_leaf(l, LEAF_HELD, (int32_t)(l->held.count - 1));
}

static node_id share(lowering *l, node_id time, size_t order)
{
    return order == 1 ? time : node_binary(l, SD_OP_DIVIDE, time, node_constant(l, (double)order));
}

static node_id expand_smooth(lowering *l, const sd_expr *e, sd_place *place)
{
    node_id start = initial(l, e, place);
    if (l->start)
        return start;
    size_t order = order_of(l, e, place), first = l->stocks.count;
    node_id last = SD_NO_ROW;
    for (size_t i = 0; i < order; i++)
        last = expand_hidden(l, e, start, i, order);
    defer(l, DEFER_SMOOTH, e, place, first, order);
    return last;
}

static node_id expand_delay(lowering *l, const sd_expr *e, sd_place *place)
{
    node_id start = initial(l, e, place);
    if (l->start)
        return start;
    size_t order = order_of(l, e, place), first = l->stocks.count;
    node_id start_time = share(l, expand_at_start(l, e->arguments[1], place), order);
    node_id content = node_binary(l, SD_OP_MULTIPLY, start, start_time), last = SD_NO_ROW;
    for (size_t i = 0; i < order; i++)
        last = expand_hidden(l, e, content, i, order);
    defer(l, DEFER_DELAY, e, place, first, order);
    return node_binary(l, SD_OP_DIVIDE, last, share(l, argument(l, e, place, 1), order));
}

/* (input - average) / (average * time), the average being a smooth that starts as if the trend were `initial`. */
static node_id trend(lowering *l, const sd_expr *e, sd_place *place, size_t initial_at)
{
    node_id growth = e->argument_count > initial_at
                         ? expand_at_start(l, e->arguments[initial_at], place)
                         : node_constant(l, 0);
    if (l->start)
        return growth;
    node_id start_time = expand_at_start(l, e->arguments[1], place),
            start_input = expand_at_start(l, e->arguments[0], place);
    node_id factor = node_binary(l, SD_OP_MULTIPLY, growth, start_time);
    factor = node_binary(l, SD_OP_ADD, node_constant(l, 1), factor);
    size_t at = l->stocks.count;
    node_id average = expand_hidden(l, e, node_binary(l, SD_OP_DIVIDE, start_input, factor), 0, 1);
    node_id input = argument(l, e, place, 0), time = argument(l, e, place, 1);
    node_id gap = node_binary(l, SD_OP_SUBTRACT, input, average);
    l->stocks.items[at].net = node_binary(l, SD_OP_DIVIDE, gap, time);
    return node_binary(l, SD_OP_DIVIDE, gap, node_binary(l, SD_OP_MULTIPLY, average, time));
}

static node_id forecast(lowering *l, const sd_expr *e, sd_place *place)
{
    node_id growth = trend(l, e, place, 3), input = argument(l, e, place, 0);
    node_id ahead = node_binary(l, SD_OP_MULTIPLY, growth, argument(l, e, place, 2));
    return node_binary(l, SD_OP_MULTIPLY, input,
                       node_binary(l, SD_OP_ADD, node_constant(l, 1), ahead));
}

static node_id previous(lowering *l, const sd_expr *e, sd_place *place)
{
    node_id start = initial(l, e, place);
    if (l->start)
        return start;
    size_t number = l->memories.count;
    SD_PUSH(l->arena, &l->memories, (sd_memory){.input = SD_NO_ROW});
    defer(l, DEFER_PREVIOUS, e, place, number, 0);
    if (l->apart)
        return expand_held_apart(l, e, number, false);
    return node_make(l, SD_OP_PREVIOUS, start, SD_NO_ROW, SD_NO_ROW, (int32_t)number);
}

static node_id pipeline(lowering *l, const sd_expr *e, sd_place *place)
{
    node_id start = initial(l, e, place);
    if (l->start)
        return start;
    size_t number = l->pipelines.count;
    sd_pipeline p = {.input = SD_NO_ROW, .origin = {.expr = e, .element = l->element}};
    SD_PUSH(l->arena, &l->pipelines, p);
    defer(l, DEFER_PIPELINE, e, place, number, 0);
    node_id held = l->apart ? expand_held_apart(l, e, number, true) : SD_NO_ROW;
    node_id time = argument(l, e, place, 1);
    l->pipelines.items[number].time = time;
    l->pipelines.items[number].start = start;
    l->pipelines.items[number].constant = l->nodes.items[time].rate <= RATE_ONCE;
    return l->apart ? held : node_make(l, SD_OP_DELAY, time, start, SD_NO_ROW, (int32_t)number);
}

static node_id init(lowering *l, const sd_expr *e, sd_place *place)
{
    if (!l->apart || l->start)
        return expand_at_start(l, e->arguments[0], place);
    defer(l, DEFER_INIT, e, place, 0, 0);
    return expand_held_apart(l, e, 0, false);
}

node_id expand_call(lowering *l, const sd_expr *e, sd_place *place)
{
    switch (e->builtin->id) {
    case SD_FN_SMTH1:
    case SD_FN_SMTH3:
    case SD_FN_SMTHN:
        return expand_smooth(l, e, place);
    case SD_FN_DELAY1:
    case SD_FN_DELAY3:
    case SD_FN_DELAYN:
        return expand_delay(l, e, place);
    case SD_FN_TREND:
        return trend(l, e, place, 2);
    case SD_FN_FORCST:
        return forecast(l, e, place);
    case SD_FN_PREVIOUS:
        return previous(l, e, place);
    case SD_FN_DELAY:
        return pipeline(l, e, place);
    case SD_FN_INIT:
        return init(l, e, place);
    default:
        return expand_memory(l, e, place);
    }
}

/* A chain of n: each stage is filled by the one before it. */
static void fill_chain(lowering *l, const deferred *d, node_id input, node_id time)
{
    node_id part = share(l, time, d->order);
    for (size_t i = 0; i < d->order; i++) {
        node_id stock = l->stocks.items[d->first + i].stock, net;
        if (d->kind == DEFER_SMOOTH) {
            net = node_binary(l, SD_OP_DIVIDE, node_binary(l, SD_OP_SUBTRACT, input, stock), part);
            input = stock;
        } else {
            node_id out = node_binary(l, SD_OP_DIVIDE, stock, part);
            net = node_binary(l, SD_OP_SUBTRACT, input, out);
            input = out;
        }
        l->stocks.items[d->first + i].net = net;
    }
}

void expand_deferred(lowering *l)
{
    /* Lowering an input can meet further delays inside it, which join the end of the list. */
    for (size_t i = 0; i < l->deferred.count; i++) {
        deferred d = l->deferred.items[i];
        l->element = d.element;
        l->expr = d.call;
        node_id input = lower_expr(l, d.call->arguments[0], &d.place);
        bool held = d.kind != DEFER_SMOOTH && d.kind != DEFER_DELAY;
        if (held && l->apart) {
            (void)equation_apart(l, SD_NODE_INTO, d.call, input);
            l->held.items[d.held].into = l->roots.count - 1;
        } else if (d.kind == DEFER_PREVIOUS)
            l->memories.items[d.first].input = input;
        else if (d.kind == DEFER_PIPELINE)
            l->pipelines.items[d.first].input = input;
        else
            fill_chain(l, &d, input, lower_expr(l, d.call->arguments[1], &d.place));
    }
}
