/* lower_conveyor.c - conveyors and queues as nodes: what they let out, and what they let in.
 * In: stocks with sd_conveyor or `queue`, and their flows.  Out: held nodes, belts, and hidden stocks that take in what
 * enters from one grid point to the next.
 * Method: what leaves is worked out at grid points alone, from what is on the belt then, and stays until the next; what enters
 * is integrated like any flow.  So matter is kept whatever the method (XMILE 1.0, 3.7.2, 3.7.3 and 4.2.1).
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "program_private.h"

bool belt_op(sd_op op)
{
    return op == SD_OP_EXIT || op == SD_OP_LEAK || op == SD_OP_ENTRY || op == SD_OP_OUTLET;
}

static node_id zero(lowering *l)
{
    return node_constant(l, 0);
}

/* As it is at the grid point; what cannot change in between is so anyway. */
static node_id hold(lowering *l, node_id value)
{
    if (l->apart || l->nodes.items[value].rate <= RATE_HELD) /* apart, all is at grid points */
        return value;
    return node_make(l, SD_OP_HOLD, value, SD_NO_ROW, SD_NO_ROW, 0);
}

static node_id flow_node(const lowering *l, const sd_variable *flow, size_t index)
{
    return l->step_nodes[flow->first + index];
}

static node_id option(lowering *l, const sd_variable *stock, const sd_expr **exprs, size_t index)
{
    return exprs ? lower_place(l, exprs[index], stock, index) : SD_NO_ROW;
}

static sd_belt *belt_of(const lowering *l, const sd_variable *stock, size_t index)
{
    return &l->belts.items[l->element_belts[stock->first + index]];
}

/* ---- making ---- */

static void make_leaks(lowering *l, const sd_variable *stock, sd_belt *belt)
{
    const sd_conveyor *c = stock->conveyor;
    belt->leak = l->belt_leaks.count;
    belt->leak_count = c->leak_count;
    for (size_t i = 0; i < c->leak_count; i++) {
        sd_belt_leak leak = {.belt = l->belts.count,
                             .element = c->leaks[i].flow->first + belt->element - stock->first,
                             .integers = c->leaks[i].integers,
                             .from = c->leaks[i].from,
                             .to = c->leaks[i].to,
                             .rows = {SD_NO_ROW, SD_NO_ROW, SD_NO_ROW}};
        SD_PUSH(l->arena, &l->belt_leaks, leak);
    }
}

void belt_make(lowering *l, size_t element, size_t stock_number)
{
    const sd_variable *stock = l->model->element_variables[element];
    sd_belt belt = {.queue = stock->queue,
                    .discrete = stock->conveyor && stock->conveyor->discrete,
                    .exponential = stock->conveyor && stock->conveyor->exponential_leak,
                    .element = element,
                    .stock = stock_number,
                    .entered = l->stocks.count,
                    .entered_count = stock->queue ? stock->inflow_count : 1};
    memset(belt.rows, 0xFF, sizeof belt.rows);
    belt.rows[SD_BELT_START] = l->start_nodes[element];
    if (stock->conveyor)
        make_leaks(l, stock, &belt);
    for (size_t i = 0; i < belt.entered_count; i++)
        (void)lower_hidden_stock(l, zero(l));
    l->element_belts[element] = l->belts.count;
    SD_PUSH(l->arena, &l->belts, belt);
}

/* ---- what leaves ---- */

/* Before the run a whole stream flows at once: as much as the content lets out in its transit time.  Where the content does
 * not lie evenly that is not so, and nothing can be said. */
static node_id start_of_outflow(lowering *l, const sd_variable *flow, size_t index)
{
    const sd_variable *stock = flow->driver;
    const sd_conveyor *c = stock->conveyor;
    node_id content = l->start_nodes[stock->first + index], dt = node_leaf(l, LEAF_DT, 0);
    bool known = c ? !c->leak_count && !c->discrete && !c->arrest
                   : flow == stock->outflows[0] && !flow->enters;
    if (!known)
        return node_constant(l, (double)NAN);
    if (!c)
        return node_binary(l, SD_OP_DIVIDE, content, dt);
    node_id steps = node_binary(l, SD_OP_DIVIDE, option(l, stock, c->len, index), dt);
    steps = node_make(l, SD_OP_ROUND, steps, SD_NO_ROW, SD_NO_ROW, 0);
    steps = node_binary(l, SD_OP_MAX, node_constant(l, 1), steps);
    return node_binary(l, SD_OP_DIVIDE, content, node_binary(l, SD_OP_MULTIPLY, steps, dt));
}

/* Not 0 while the conveyor that the flow enters stands. */
static node_id blocked(lowering *l, const sd_variable *flow, size_t index)
{
    const sd_variable *into = flow->enters;
    bool may = into && into->conveyor && into->conveyor->arrest;
    return may ? option(l, into, into->conveyor->arrest, index) : zero(l);
}

static node_id exit_of(lowering *l, const sd_variable *flow, size_t index)
{
    const sd_variable *stock = flow->driver;
    const sd_conveyor *c = stock->conveyor;
    size_t number = l->element_belts[stock->first + index];
    for (size_t i = 0; i < c->leak_count; i++) {
        sd_belt_leak *leak = &l->belt_leaks.items[belt_of(l, stock, index)->leak + i];
        leak->rows[SD_LEAK_BLOCKED] = blocked(l, c->leaks[i].flow, index);
        if (c->exponential_leak)
            leak->rows[SD_LEAK_FRACTION] =
                lower_place(l, c->leaks[i].fractions[index], c->leaks[i].flow, index);
    }
    node_id arrest = c->arrest ? option(l, stock, c->arrest, index) : zero(l);
    belt_of(l, stock, index)->rows[SD_BELT_ARREST] = arrest;
    return node_make(l, SD_OP_EXIT, arrest, blocked(l, flow, index), SD_NO_ROW, (int32_t)number);
}

static node_id leak_of(lowering *l, const sd_variable *flow, size_t index)
{
    const sd_variable *stock = flow->driver;
    size_t number = belt_of(l, stock, index)->leak;
    while (l->belt_leaks.items[number].element != flow->first + index)
        number++;
    return node_make(l, SD_OP_LEAK, flow_node(l, stock->conveyor->exit, index), SD_NO_ROW,
                     SD_NO_ROW, (int32_t)number);
}

/* ---- what enters ---- */

/* What the flows that come first leave of `all`. */
static node_id left_over(lowering *l, const sd_variable *flow, size_t index, node_id all,
                         bool limit)
{
    const sd_variable *stock = flow->enters;
    for (size_t i = 0; i < stock->inflow_count; i++) {
        const sd_variable *other = stock->inflows[i];
        bool exempt = limit && other->driver && other->driver->conveyor;
        if (!exempt && sd_conveyor_serves_before(stock, other, flow))
            all = node_binary(l, SD_OP_SUBTRACT, all, flow_node(l, other, index));
    }
    return node_binary(l, SD_OP_MAX, zero(l), all);
}

/* The rate at which the conveyor is full at the next grid point: what is free, and what leaves. */
static node_id room(lowering *l, const sd_variable *stock, size_t index)
{
    node_id free =
        node_binary(l, SD_OP_SUBTRACT, option(l, stock, stock->conveyor->capacity, index),
                    l->step_nodes[stock->first + index]);
    node_id rate = node_binary(l, SD_OP_DIVIDE, free, node_leaf(l, LEAF_DT, 0));
    for (size_t i = 0; i < stock->outflow_count; i++)
        rate = node_binary(l, SD_OP_ADD, rate, flow_node(l, stock->outflows[i], index));
    return hold(l, rate);
}

static node_id entry_limit(lowering *l, const sd_variable *stock, size_t index)
{
    const sd_conveyor *c = stock->conveyor;
    node_id limit = option(l, stock, c->in_limit, index);
    size_t number = l->element_belts[stock->first + index];
    return c->discrete ? node_make(l, SD_OP_ENTRY, limit, SD_NO_ROW, SD_NO_ROW, (int32_t)number)
                       : hold(l, limit);
}

/* The most that may flow into a conveyor; SD_NO_ROW when nothing limits it. */
static node_id most(lowering *l, const sd_variable *flow, size_t index)
{
    const sd_variable *stock = flow->enters;
    if (!stock || !sd_conveyor_limits(stock))
        return SD_NO_ROW;
    const sd_conveyor *c = stock->conveyor;
    node_id limit = node_constant(l, (double)INFINITY);
    if (c->capacity)
        limit = left_over(l, flow, index, room(l, stock, index), false);
    if (c->in_limit)
        limit = node_binary(l, SD_OP_MIN, limit,
                            left_over(l, flow, index, entry_limit(l, stock, index), true));
    if (c->arrest)
        limit =
            node_make(l, SD_OP_IF, hold(l, option(l, stock, c->arrest, index)), zero(l), limit, 0);
    return limit;
}

node_id belt_inflow(lowering *l, const sd_variable *flow, size_t index, node_id value)
{
    value = node_binary(l, SD_OP_MAX, zero(l), value);
    node_id limit = l->start ? SD_NO_ROW : most(l, flow, index);
    if (limit != SD_NO_ROW)
        value = node_binary(l, SD_OP_MIN, value, limit);
    bool held = !l->start && sd_conveyor_holds(flow->enters, flow);
    return held ? hold(l, value) : value;
}

static node_id outlet_of(lowering *l, const sd_variable *flow, size_t index)
{
    const sd_variable *queue = flow->driver, *into = flow->enters;
    const sd_conveyor *c = into ? into->conveyor : NULL;
    size_t place = 0;
    while (queue->outflows[place] != flow)
        place++;
    node_id limit = most(l, flow, index);
    sd_outlet outlet = {.belt = l->element_belts[queue->first + index],
                        .first = place == 0,
                        .limited = limit != SD_NO_ROW,
                        .overflow = flow->overflow,
                        .one_at_a_time = c && c->one_at_a_time,
                        .batch_integrity = c && c->batch_integrity};
    SD_PUSH(l->arena, &l->outlets, outlet);
    return node_make(l, SD_OP_OUTLET, limit == SD_NO_ROW ? zero(l) : limit,
                     place ? flow_node(l, queue->outflows[place - 1], index) : SD_NO_ROW, SD_NO_ROW,
                     (int32_t)(l->outlets.count - 1));
}

/* Apart, what leaves comes of what is there, in a way that no equation tells. */
static node_id outflow_apart(lowering *l, const sd_variable *flow, size_t index)
{
    (void)equation_apart(l, SD_NODE_INTO, NULL, l->step_nodes[flow->driver->first + index]);
    held_value held = {.element = l->element, .into = l->roots.count - 1};
    SD_PUSH(l->arena, &l->held, held);
    return node_leaf(l, LEAF_HELD, (int32_t)(l->held.count - 1));
}

node_id belt_outflow(lowering *l, const sd_variable *flow, size_t index)
{
    if (l->start)
        return start_of_outflow(l, flow, index);
    /* Apart too, so that hidden stocks and draws of what decides it have the same numbers. */
    node_id value = flow->driver->queue                    ? outlet_of(l, flow, index)
                    : flow == flow->driver->conveyor->exit ? exit_of(l, flow, index)
                                                           : leak_of(l, flow, index);
    return l->apart ? outflow_apart(l, flow, index) : value;
}

/* ---- the rest, when all elements have their nodes ---- */

static node_id at_start(lowering *l, const sd_expr *e, const sd_variable *variable, size_t index)
{
    l->start = true;
    node_id result = lower_place(l, e, variable, index);
    l->start = false;
    return result;
}

static void finish_conveyor(lowering *l, const sd_variable *stock, size_t index)
{
    const sd_conveyor *c = stock->conveyor;
    sd_belt *belt = belt_of(l, stock, index);
    node_id given = zero(l);
    belt->rows[SD_BELT_START_LEN] = at_start(l, c->len[index], stock, index);
    belt->rows[SD_BELT_LEN] = option(l, stock, c->len, index);
    belt->constant = l->nodes.items[belt->rows[SD_BELT_LEN]].rate <= RATE_ONCE;
    belt->rows[SD_BELT_SAMPLE] =
        c->sample ? option(l, stock, c->sample, index) : node_constant(l, 1);
    belt->rows[SD_BELT_CAPACITY] = option(l, stock, c->capacity, index);
    belt->rows[SD_BELT_IN_LIMIT] = option(l, stock, c->in_limit, index);
    for (size_t i = 0; i < stock->inflow_count; i++)
        if (stock->inflows[i]->driver && stock->inflows[i]->driver->conveyor)
            given = node_binary(l, SD_OP_ADD, given, flow_node(l, stock->inflows[i], index));
    belt->rows[SD_BELT_GIVEN] = given;
    for (size_t i = 0; i < c->leak_count; i++) {
        sd_belt_leak *leak = &l->belt_leaks.items[belt->leak + i];
        const sd_leak *of = &c->leaks[i];
        leak->rows[SD_LEAK_FRACTION] = lower_place(l, of->fractions[index], of->flow, index);
        leak->rows[SD_LEAK_START] = at_start(l, of->fractions[index], of->flow, index);
    }
}

void belts_finish(lowering *l)
{
    for (size_t i = 0; i < l->belts.count; i++) {
        const sd_belt *belt = &l->belts.items[i];
        const sd_variable *stock = l->model->element_variables[belt->element];
        size_t index = belt->element - stock->first;
        l->element = belt->element;
        l->expr = NULL;
        if (stock->conveyor)
            finish_conveyor(l, stock, index);
        node_id net = zero(l);
        for (size_t k = 0; k < stock->inflow_count; k++) {
            node_id flow = flow_node(l, stock->inflows[k], index);
            net = k == 0 || stock->queue ? flow : node_binary(l, SD_OP_ADD, net, flow);
            if (stock->queue)
                l->stocks.items[belt->entered + k].net = net;
        }
        if (stock->conveyor)
            l->stocks.items[belt->entered].net = net;
    }
}

void belts_map(lowering *l, node_id (*map)(const void *context, node_id id), const void *context)
{
    for (size_t i = 0; i < l->belts.count; i++)
        for (size_t k = 0; k < SD_BELT_ROWS; k++)
            l->belts.items[i].rows[k] = map(context, l->belts.items[i].rows[k]);
    for (size_t i = 0; i < l->belt_leaks.count; i++)
        for (size_t k = 0; k < SD_LEAK_ROWS; k++)
            l->belt_leaks.items[i].rows[k] = map(context, l->belt_leaks.items[i].rows[k]);
}

static node_id marked(const void *context, node_id id)
{
    const lowering *l = context;
    if (id != SD_NO_ROW)
        l->nodes.items[id].live = true;
    return id;
}

bool belts_mark(lowering *l, bool *used)
{
    if (*used)
        return false;
    *used = true;
    belts_map(l, marked, l);
    for (size_t i = 0; i < l->belts.count; i++) {
        const sd_belt *belt = &l->belts.items[i];
        const sd_variable *stock = l->model->element_variables[belt->element];
        /* What one outflow takes, the others lack, whether anybody looks at it or not. */
        for (size_t k = 0; k < stock->outflow_count; k++)
            (void)marked(l, flow_node(l, stock->outflows[k], belt->element - stock->first));
        for (size_t k = 0; k < belt->entered_count; k++)
            (void)marked(l, l->stocks.items[belt->entered + k].stock);
        (void)marked(l, l->stocks.items[belt->stock].stock);
    }
    return true;
}
