/* lower.c - equations as nodes: initial values first, then what runs with time, then the net flows.
 * In: sd_model in its order of evaluation.  Out: sd_program.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "program_private.h"

bool lower_simple_op(sd_function id, sd_op *ret_op, bool *ret_swap)
{
    static const struct {
        sd_function id;
        sd_op op;
    } same[] = {
#define SAME(name) {SD_FN_##name, SD_OP_##name}
        SAME(ADD),
        SAME(SUBTRACT),
        SAME(MULTIPLY),
        SAME(DIVIDE),
        SAME(POWER),
        SAME(NEGATE),
        SAME(LESS),
        SAME(LESS_EQUAL),
        SAME(EQUAL),
        SAME(NOT_EQUAL),
        SAME(AND),
        SAME(OR),
        SAME(NOT),
        SAME(MOD),
        SAME(IF),
        SAME(ABS),
        SAME(MIN),
        SAME(MAX),
        SAME(INT),
        SAME(ROUND),
        SAME(EXP),
        SAME(LN),
        SAME(LOG10),
        SAME(SQRT),
        SAME(SIN),
        SAME(COS),
        SAME(TAN),
        SAME(ARCSIN),
        SAME(ARCCOS),
        SAME(ARCTAN),
        SAME(SINH),
        SAME(COSH),
        SAME(TANH),
        {SD_FN_GREATER, SD_OP_LESS},
        {SD_FN_GREATER_EQUAL, SD_OP_LESS_EQUAL},
#undef SAME
    };
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        if (same[i].id == id) {
            *ret_op = same[i].op;
            *ret_swap = id == SD_FN_GREATER || id == SD_FN_GREATER_EQUAL;
            return true;
        }
    }
    return false;
}

node_id lower_time(lowering *l)
{
    return node_leaf(l, l->start ? LEAF_START : LEAF_TIME, 0);
}

/* Each graphical function has one number, however often it is used. */
int32_t lower_gf_number(lowering *l, const sd_gf *gf)
{
    char key[2 * sizeof gf + 1];
    (void)snprintf(key, sizeof key, "%" PRIxPTR, (uintptr_t)gf);
    const int32_t *known = sd_table_find(l->gf_numbers, key);
    if (known)
        return *known;
    int32_t *number = SD_NEW(l->arena, int32_t);
    *number = (int32_t)l->gfs.count;
    (void)sd_table_put(l->gf_numbers, sd_arena_copy(l->arena, key, strlen(key)), number);
    SD_PUSH(l->arena, &l->gfs, gf);
    return *number;
}

static node_id lower_ramp(lowering *l, const sd_expr *e, sd_place *place)
{
    node_id slope = lower_expr(l, e->arguments[0], place),
            from = lower_expr(l, e->arguments[1], place);
    node_id time = lower_time(l);
    if (e->argument_count == 3)
        time = node_binary(l, SD_OP_MIN, time, lower_expr(l, e->arguments[2], place));
    node_id run =
        node_binary(l, SD_OP_MAX, node_constant(l, 0), node_binary(l, SD_OP_SUBTRACT, time, from));
    return node_binary(l, SD_OP_MULTIPLY, slope, run);
}

static node_id lower_pulse(lowering *l, const sd_expr *e, sd_place *place)
{
    node_id magnitude = lower_expr(l, e->arguments[0], place);
    node_id first =
        e->argument_count > 1 ? lower_expr(l, e->arguments[1], place) : node_leaf(l, LEAF_START, 0);
    node_id interval =
        e->argument_count > 2 ? lower_expr(l, e->arguments[2], place) : node_constant(l, 0);
    return node_make(l, SD_OP_PULSE, magnitude, first, interval, 0);
}

/* An equation is lowered for the start and for the run, but its faults are told once. */
bool lower_is_told(const lowering *l, sd_code code, sd_span span)
{
    for (size_t i = 0; i < l->diag->messages.count; i++) {
        const sd_message *message = &l->diag->messages.items[i];
        if (message->code == code && message->span.source == span.source &&
            message->span.begin == span.begin)
            return true;
    }
    return false;
}

const sd_gf *lower_gf_of(lowering *l, const sd_expr *e, const sd_place *place)
{
    const sd_variable *table = e->arguments[0]->variable;
    const sd_gf *gf =
        table->gfs ? table->gfs[sd_expr_element(e->arguments[0], place) - table->first] : NULL;
    if (gf)
        return gf;
    if (!lower_is_told(l, SD_E111, e->arguments[0]->span))
        (void)sd_fail(l->diag, SD_E111, e->arguments[0]->span, "this is not a graphical function");
    return NULL;
}

static node_id lower_lookup(lowering *l, const sd_expr *e, sd_place *place)
{
    node_id x = lower_expr(l, e->arguments[1], place);
    const sd_gf *gf = lower_gf_of(l, e, place);
    return gf ? node_make(l, SD_OP_GF, x, SD_NO_ROW, SD_NO_ROW, lower_gf_number(l, gf)) : x;
}

static node_id lower_reference(lowering *l, const sd_expr *e, const sd_place *place)
{
    size_t element = sd_expr_element(e, place);
    if (element == SIZE_MAX)
        return node_constant(l, 0);
    node_id result = l->start ? l->start_nodes[element] : l->step_nodes[element];
    if (result != SD_NO_ROW)
        return result;
    if (!lower_is_told(l, SD_E111, e->span)) {
        (void)sd_fail(l->diag, SD_E111, e->span,
                      "'%s' is a graphical function and has no value of its own",
                      e->variable->name);
        sd_help(l->diag, "look it up at a point: %s(x)", e->variable->name);
    }
    return node_constant(l, 0);
}

static node_id lower_call(lowering *l, const sd_expr *e, sd_place *place)
{
    sd_function id = e->builtin->id;
    sd_op op;
    bool swap;
    if (e->loop_count || id == SD_FN_SIZE)
        return reduce_call(l, e, place);
    if (e->builtin->rule == SD_RULE_LOOKUP && sd_expr_element(e->arguments[0], place) == SIZE_MAX)
        return node_constant(l, 0); /* a range has no such element */
    node_id composite;
    if (lower_function(l, e, place, &composite))
        return composite;
    if (lower_simple_op(id, &op, &swap)) {
        node_id arguments[3] = {SD_NO_ROW, SD_NO_ROW, SD_NO_ROW};
        for (size_t i = 0; i < e->argument_count; i++)
            arguments[i] = lower_expr(l, e->arguments[i], place);
        l->expr = e;
        return node_make(l, op, arguments[swap], arguments[swap ? 0 : 1], arguments[2], 0);
    }
    switch (id) {
    case SD_FN_SAFEDIV: {
        node_id over = lower_expr(l, e->arguments[0], place),
                under = lower_expr(l, e->arguments[1], place);
        node_id other =
            e->argument_count == 3 ? lower_expr(l, e->arguments[2], place) : node_constant(l, 0);
        return node_make(l, SD_OP_SAFEDIV, over, under, other, 0);
    }
    case SD_FN_PI:
        return node_constant(l, 3.14159265358979323846);
    case SD_FN_INF:
        return node_constant(l, (double)INFINITY);
    case SD_FN_TIME:
        return lower_time(l);
    case SD_FN_DT:
        return node_leaf(l, LEAF_DT, 0);
    case SD_FN_STARTTIME:
        return node_leaf(l, LEAF_START, 0);
    case SD_FN_STOPTIME:
        return node_leaf(l, LEAF_STOP, 0);
    case SD_FN_STEP: {
        node_id height = lower_expr(l, e->arguments[0], place),
                at = lower_expr(l, e->arguments[1], place);
        return node_make(l, SD_OP_STEP, height, at, lower_time(l), 0);
    }
    case SD_FN_RAMP:
        return lower_ramp(l, e, place);
    case SD_FN_PULSE:
        return lower_pulse(l, e, place);
    case SD_FN_LOOKUP:
        return lower_lookup(l, e, place);
    default:
        return expand_once(l, e, place);
    }
}

node_id lower_expr(lowering *l, const sd_expr *e, sd_place *place)
{
    const sd_expr *outer = l->expr;
    l->expr = e;
    node_id result;
    switch (e->kind) {
    case SD_EXPR_NUMBER:
        result = node_constant(l, e->number);
        break;
    case SD_EXPR_REFERENCE:
        result = lower_reference(l, e, place);
        break;
    case SD_EXPR_INDEX:
        result = node_constant(l, (double)place->own[e->dimension] + 1);
        break;
    case SD_EXPR_CALL:
        result = lower_call(l, e, place);
        break;
    default:
        result = node_constant(l, (double)e->over->size);
        break;
    }
    l->expr = outer;
    return result;
}

/* ---- elements ---- */

static node_id parameter_of(lowering *l, size_t element, node_id value)
{
    if (l->element_parameters[element] < 0) {
        sd_parameter parameter = {.element = element};
        (void)node_is_constant(l, value, &parameter.value);
        l->element_parameters[element] = (int32_t)l->parameters.count;
        SD_PUSH(l->arena, &l->parameters, parameter);
    }
    return node_leaf(l, LEAF_PARAMETER, l->element_parameters[element]);
}

/* 1 + size * shape(time): what a shock multiplies its variable by. */
static node_id shock_factor(lowering *l, const sd_shock *shock)
{
    node_id time = lower_time(l), one = node_constant(l, 1), at = node_constant(l, shock->at),
            shape;
    node_id duration = node_constant(l, shock->duration);
    if (shock->kind == SD_SHOCK_RAMP) {
        shape = node_binary(l, SD_OP_DIVIDE, node_binary(l, SD_OP_SUBTRACT, time, at), duration);
        shape =
            node_binary(l, SD_OP_MIN, one, node_binary(l, SD_OP_MAX, node_constant(l, 0), shape));
    } else {
        shape = node_make(l, SD_OP_STEP, one, at, time, 0);
        if (shock->kind == SD_SHOCK_PULSE) {
            node_id end = node_constant(l, shock->at + shock->duration);
            shape =
                node_binary(l, SD_OP_SUBTRACT, shape, node_make(l, SD_OP_STEP, one, end, time, 0));
        }
    }
    return node_binary(l, SD_OP_ADD, one,
                       node_binary(l, SD_OP_MULTIPLY, node_constant(l, shock->size), shape));
}

/* A flow out of a non-negative stock takes at most what is there. */
static node_id limited(lowering *l, const sd_variable *flow, size_t index, node_id value)
{
    const sd_variable *stock = flow->limited_by;
    const node_id *nodes = l->start ? l->start_nodes : l->step_nodes;
    node_id there =
        node_binary(l, SD_OP_DIVIDE, nodes[stock->first + index], node_leaf(l, LEAF_DT, 0));
    if (!stock->limit_content_only) {
        for (size_t i = 0; i < stock->inflow_count; i++)
            there = node_binary(l, SD_OP_ADD, there, nodes[stock->inflows[i]->first + index]);
        for (size_t i = 0; i < stock->outflow_count && stock->outflows[i] != flow; i++)
            there = node_binary(l, SD_OP_SUBTRACT, there, nodes[stock->outflows[i]->first + index]);
    }
    return node_binary(l, SD_OP_MIN, value, node_binary(l, SD_OP_MAX, node_constant(l, 0), there));
}

/* What is drawn back from a non-negative stock through what flows into it: together no more than its content, each of
 * these flows the same part of it. */
static node_id drawn(lowering *l, const sd_variable *flow, size_t index, node_id value)
{
    const sd_variable *stock = flow->drawn_from;
    size_t count = 0;
    for (size_t i = 0; i < stock->inflow_count; i++)
        count += stock->inflows[i]->drawn_from == stock;
    node_id there =
        node_binary(l, SD_OP_MAX, node_constant(l, 0), l->step_nodes[stock->first + index]);
    there = node_binary(
        l, SD_OP_DIVIDE, there,
        node_binary(l, SD_OP_MULTIPLY, node_leaf(l, LEAF_DT, 0), node_constant(l, (double)count)));
    return node_binary(l, SD_OP_MAX, value,
                       node_make(l, SD_OP_NEGATE, there, SD_NO_ROW, SD_NO_ROW, 0));
}

node_id lower_place(lowering *l, const sd_expr *e, const sd_variable *variable, size_t index)
{
    sd_place place = sd_place_of(variable, index);
    return lower_expr(l, e, &place);
}

static node_id lower_element(lowering *l, size_t element)
{
    const sd_variable *v = l->model->element_variables[element];
    size_t index = element - v->first;
    const sd_expr *equation = v->equations[index];
    l->element = element;
    l->expr = equation;
    if (v->kind == SD_GF || !equation)
        return SD_NO_ROW;
    if (v->driver)
        return belt_outflow(l, v, index);
    node_id value = lower_place(l, equation, v, index);
    double known;
    if (l->constants[v->index] || (v->kind == SD_STOCK && node_is_constant(l, value, &known)))
        value = parameter_of(l, element, value); /* shocks and limits hold for it too */
    l->expr = equation;
    if (v->gfs && v->gfs[index])
        value =
            node_make(l, SD_OP_GF, value, SD_NO_ROW, SD_NO_ROW, lower_gf_number(l, v->gfs[index]));
    for (size_t i = 0; i < l->shock_count; i++)
        if (l->shocks[i].variable == v)
            value = node_binary(l, SD_OP_MULTIPLY, value, shock_factor(l, &l->shocks[i]));
    if (v->kind == SD_FLOW && v->non_negative)
        value = node_binary(l, SD_OP_MAX, node_constant(l, 0), value);
    double known_value;
    bool backwards = v->drawn_from && !l->start &&
                     !(node_is_constant(l, value, &known_value) && known_value >= 0);
    if (backwards)
        value = drawn(l, v, index, value);
    if (v->limited_by)
        value = limited(l, v, index, value);
    return v->enters ? belt_inflow(l, v, index, value) : value;
}

static void lower_starts(lowering *l)
{
    l->start = true;
    for (size_t i = 0; i < l->model->element_count; i++)
        l->start_nodes[l->model->start_order[i]] = lower_element(l, l->model->start_order[i]);
    l->start = false;
}

/* One state row for each element of a stock, before anything refers to it. */
static void make_stocks(lowering *l)
{
    for (size_t element = 0; element < l->model->element_count; element++) {
        const sd_variable *v = l->model->element_variables[element];
        if (v->kind != SD_STOCK)
            continue;
        l->element = element;
        l->expr = NULL;
        hidden_stock stock = {.start = l->start_nodes[element],
                              .element = element,
                              .net = SD_NO_ROW,
                              .non_negative = v->non_negative,
                              .last = l->stocks.count};
        stock.stock = node_leaf(l, LEAF_STOCK, (int32_t)l->stocks.count);
        SD_PUSH(l->arena, &l->stocks, stock);
        l->step_nodes[element] = stock.stock;
        if (v->conveyor || v->queue)
            belt_make(l, element, l->stocks.count - 1);
    }
}

size_t lower_hidden_stock(lowering *l, node_id start)
{
    hidden_stock stock = {.start = start,
                          .element = l->element,
                          .hidden = true,
                          .net = SD_NO_ROW,
                          .last = l->stocks.count};
    stock.stock = node_leaf(l, LEAF_STOCK, (int32_t)l->stocks.count);
    SD_PUSH(l->arena, &l->stocks, stock);
    return l->stocks.count - 1;
}

static void lower_steps(lowering *l)
{
    for (size_t i = 0; i < l->model->element_count; i++) {
        size_t element = l->model->step_order[i];
        if (l->model->element_variables[element]->kind == SD_STOCK)
            continue;
        node_id value = lower_element(l, element);
        if (l->apart && value != SD_NO_ROW)
            value = equation_apart(l, SD_NODE_VARIABLE, NULL, value);
        l->step_nodes[element] = value;
    }
}

static void lower_net_flows(lowering *l)
{
    for (size_t s = 0; s < l->stocks.count; s++) {
        hidden_stock *stock = &l->stocks.items[s];
        if (stock->hidden)
            continue;
        const sd_variable *v = l->model->element_variables[stock->element];
        size_t index = stock->element - v->first;
        l->element = stock->element;
        l->expr = NULL;
        node_id net = SD_NO_ROW;
        for (size_t i = 0; i < v->inflow_count; i++) {
            node_id flow = l->step_nodes[v->inflows[i]->first + index];
            net = net == SD_NO_ROW ? flow : node_binary(l, SD_OP_ADD, net, flow);
        }
        for (size_t i = 0; i < v->outflow_count; i++) {
            node_id flow = l->step_nodes[v->outflows[i]->first + index];
            net = net == SD_NO_ROW ? node_make(l, SD_OP_NEGATE, flow, SD_NO_ROW, SD_NO_ROW, 0)
                                   : node_binary(l, SD_OP_SUBTRACT, net, flow);
        }
        stock->net = net == SD_NO_ROW ? node_constant(l, 0) : net;
    }
}

void lower_model(lowering *l, sd_arena *arena, const sd_model *model, const sd_shock *shocks,
                 size_t shock_count, sd_diag *diag)
{
    l->arena = arena;
    l->diag = diag;
    l->model = model;
    l->shocks = shocks;
    l->shock_count = shock_count;
    l->step_nodes = SD_NEW_ARRAY(arena, node_id, model->element_count + 1);
    l->start_nodes = SD_NEW_ARRAY(arena, node_id, model->element_count + 1);
    l->element_belts = SD_NEW_ARRAY(arena, size_t, model->element_count + 1);
    l->element_parameters = SD_NEW_ARRAY(arena, int32_t, model->element_count + 1);
    for (size_t i = 0; i < model->element_count; i++) /* until they are lowered; gfs never are */
        l->element_parameters[i] = l->step_nodes[i] = l->start_nodes[i] = SD_NO_ROW;
    l->gf_numbers = sd_table_new(arena);
    l->constants = SD_NEW_ARRAY(arena, bool, model->variable_count + 1);
    for (size_t v = 0; v < model->variable_count; v++)
        l->constants[v] = sd_variable_is_constant(model->variables[v]);
    lower_starts(l);
    make_stocks(l);
    lower_steps(l);
    belts_finish(l);
    expand_deferred(l);
}

sd_status sd_program_new_wanted(sd_arena *arena, const sd_model *model, const sd_shock *shocks,
                                size_t shock_count, const size_t *wanted, size_t wanted_count,
                                const sd_program **ret_program, sd_diag *diag)
{
    size_t errors = diag->errors;
    lowering l = {.wanted = wanted, .wanted_count = wanted_count};
    lower_model(&l, arena, model, shocks, shock_count, diag);
    lower_net_flows(&l);
    if (diag->errors > errors)
        return sd_diag_status(diag);
    simplify(&l);
    return assign_rows(&l, ret_program);
}

sd_status sd_program_new(sd_arena *arena, const sd_model *model, const sd_shock *shocks,
                         size_t shock_count, const sd_program **ret_program, sd_diag *diag)
{
    return sd_program_new_wanted(arena, model, shocks, shock_count, NULL, 0, ret_program, diag);
}
