/* lower_functions.c - functions that are several nodes but have no memory: money, waves, tables, and what Vensim means.
 * In: a call.  Out: its node.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "program_private.h"

static node_id argument(lowering *l, const sd_expr *e, sd_place *place, size_t i)
{
    return lower_expr(l, e->arguments[i], place);
}

static node_id unary(lowering *l, sd_op op, node_id a)
{
    return node_make(l, op, a, SD_NO_ROW, SD_NO_ROW, 0);
}

static node_id constant(lowering *l, double value)
{
    return node_constant(l, value);
}

/* ---- rounding ---- */

/* The whole number next to a on the side of 0. */
static node_id toward_zero(lowering *l, node_id a)
{
    node_id down = unary(l, SD_OP_INT, a),
            up = unary(l, SD_OP_NEGATE, unary(l, SD_OP_INT, unary(l, SD_OP_NEGATE, a)));
    return node_make(l, SD_OP_IF, node_binary(l, SD_OP_LESS, a, constant(l, 0)), up, down, 0);
}

static node_id multiple(lowering *l, node_id a, node_id b)
{
    return node_binary(l, SD_OP_MULTIPLY, b, toward_zero(l, node_binary(l, SD_OP_DIVIDE, a, b)));
}

static node_id quantum(lowering *l, node_id a, node_id b)
{
    return node_make(l, SD_OP_IF, node_binary(l, SD_OP_LESS, constant(l, 0), b), multiple(l, a, b),
                     a, 0);
}

/* ---- money ---- */

/* present * growth + payment * payments + future = 0, solved for one of them: growth of what is there over `periods` at
 * `rate`, payments of 1 at the end of each period.  x is rate, periods and the two others in the order of the call. */
static node_id money(lowering *l, sd_function id, const node_id *x)
{
    node_id rate = x[0], periods = x[1], one = constant(l, 1), sum;
    node_id factor = node_binary(l, SD_OP_POWER, node_binary(l, SD_OP_ADD, one, rate), periods);
    node_id payments =
        node_make(l, SD_OP_SAFEDIV, node_binary(l, SD_OP_SUBTRACT, factor, one), rate, periods, 0);
    sum = node_binary(l, SD_OP_MULTIPLY, x[2], id == SD_FN_PMT ? factor : payments);
    sum = node_binary(l, SD_OP_ADD, sum,
                      id == SD_FN_FV ? node_binary(l, SD_OP_MULTIPLY, x[3], factor) : x[3]);
    sum = unary(l, SD_OP_NEGATE, sum);
    return id == SD_FN_FV ? sum
                          : node_binary(l, SD_OP_DIVIDE, sum, id == SD_FN_PV ? factor : payments);
}

static node_id growth(lowering *l, node_id percent)
{
    node_id dt = node_leaf(l, LEAF_DT, 0), one = constant(l, 1);
    node_id share = node_binary(l, SD_OP_DIVIDE, percent, constant(l, 100));
    node_id factor = node_binary(l, SD_OP_POWER, node_binary(l, SD_OP_ADD, one, share), dt);
    return node_binary(l, SD_OP_DIVIDE, node_binary(l, SD_OP_SUBTRACT, factor, one), dt);
}

/* ---- time ---- */

/* A millionth of DT: what rounding of times may do. */
static node_id slack(lowering *l)
{
    return node_binary(l, SD_OP_DIVIDE, node_leaf(l, LEAF_DT, 0), constant(l, 1e6));
}

static node_id counter(lowering *l, node_id from, node_id to)
{
    node_id some = slack(l);
    node_id since = node_binary(l, SD_OP_SUBTRACT, lower_time(l), node_leaf(l, LEAF_START, 0));
    node_id rest = node_binary(l, SD_OP_MOD, node_binary(l, SD_OP_ADD, since, some),
                               node_binary(l, SD_OP_SUBTRACT, to, from));
    rest = node_binary(l, SD_OP_MAX, constant(l, 0), node_binary(l, SD_OP_SUBTRACT, rest, some));
    return node_binary(l, SD_OP_ADD, from, rest);
}

static node_id wave(lowering *l, sd_op op, node_id amplitude, node_id period)
{
    node_id turns = node_binary(l, SD_OP_DIVIDE, lower_time(l), period);
    node_id angle = node_binary(l, SD_OP_MULTIPLY, constant(l, 6.283185307179586476925), turns);
    return node_binary(l, SD_OP_MULTIPLY, amplitude, unary(l, op, angle));
}

node_id lower_held(lowering *l, node_id value)
{
    node_id start = node_leaf(l, LEAF_START, 0);
    return l->start ? value : node_make(l, SD_OP_STEP, value, start, lower_time(l), 0);
}

/* 1 for `width` (a DT at least) from `first` on and, unless interval is SD_NO_ROW, again after each, until `end`. */
static node_id train(lowering *l, node_id first, node_id width, node_id interval, node_id end)
{
    node_id time = lower_held(l, lower_time(l)), some = slack(l);
    node_id now = node_binary(l, SD_OP_ADD, time, some);
    node_id since = node_binary(l, SD_OP_SUBTRACT, now, first);
    node_id begun = node_binary(l, SD_OP_LESS_EQUAL, constant(l, 0), since);
    if (interval != SD_NO_ROW) {
        begun = node_binary(l, SD_OP_AND, begun, node_binary(l, SD_OP_LESS, now, end));
        since = node_binary(l, SD_OP_MOD, since, interval);
    }
    width = node_binary(l, SD_OP_MAX, width, node_leaf(l, LEAF_DT, 0));
    return node_binary(l, SD_OP_AND, begun, node_binary(l, SD_OP_LESS, since, width));
}

/* ---- tables made from others ---- */

static bool is_turned(const sd_gf *gf, double direction)
{
    for (size_t i = 1; i < gf->count; i++)
        if (!((gf->y[i] - gf->y[i - 1]) * direction > 0))
            return false;
    return true;
}

static bool is_same_gf(const sd_gf *x, const sd_gf *y)
{
    bool same = x->kind == y->kind && x->count == y->count;
    for (size_t i = 0; same && i < x->count; i++)
        same = x->x[i] == y->x[i] && x->y[i] == y->y[i];
    return same;
}

/* A table is made once, however often an equation is lowered. */
static int32_t number_of(lowering *l, const sd_gf *made)
{
    for (size_t i = 0; i < l->gfs.count; i++)
        if (is_same_gf(l->gfs.items[i], made))
            return (int32_t)i;
    return lower_gf_number(l, made);
}

/* The same points with x and y put in another way: their order turned round, x negated, x and y changed places. */
static sd_gf *points_of(lowering *l, const sd_gf *gf, bool turned, bool negated, bool swapped)
{
    sd_gf *made = SD_NEW(l->arena, sd_gf);
    double *x = SD_NEW_ARRAY(l->arena, double, gf->count),
           *y = SD_NEW_ARRAY(l->arena, double, gf->count);
    for (size_t i = 0; i < gf->count; i++) {
        size_t from = turned ? gf->count - 1 - i : i;
        x[i] = (swapped ? gf->y : gf->x)[from] * (negated ? -1 : 1);
        y[i] = (swapped ? gf->x : gf->y)[from];
    }
    *made = (sd_gf){.kind = gf->kind, .count = gf->count, .x = x, .y = y, .span = gf->span};
    return made;
}

static node_id lookup(lowering *l, const sd_expr *e, sd_place *place)
{
    sd_function id = e->builtin->id;
    const sd_gf *gf = lower_gf_of(l, e, place);
    node_id x = argument(l, e, place, 1);
    if (!gf)
        return x;
    bool falls = id == SD_FN_LOOKUPINV && is_turned(gf, -1), ahead = id == SD_FN_LOOKUP_FORWARD;
    if (id == SD_FN_LOOKUPINV && !falls && !is_turned(gf, 1)) {
        if (!lower_is_told(l, SD_E130, e->arguments[0]->span)) {
            (void)sd_fail(l->diag, SD_E130, e->arguments[0]->span,
                          "the graphical function '%s' neither rises nor falls all along",
                          e->arguments[0]->variable->name);
            sd_help(l->diag, "only then does one x belong to each y");
        }
        return x;
    }
    sd_gf *made = points_of(l, gf, falls || ahead, ahead, id == SD_FN_LOOKUPINV);
    made->kind = id == SD_FN_LOOKUPINV            ? SD_GF_CONTINUOUS
                 : id == SD_FN_LOOKUP_EXTRAPOLATE ? SD_GF_EXTRAPOLATE
                                                  : SD_GF_DISCRETE;
    if (ahead) /* the last point at or below -x is the first at or above x */
        x = unary(l, SD_OP_NEGATE, x);
    return node_make(l, SD_OP_GF, x, SD_NO_ROW, SD_NO_ROW, number_of(l, made));
}

/* ---- all of them ---- */

/* What files of Vensim mean otherwise than XMILE does; false where both mean the same. */
static bool lower_vensim(lowering *l, const sd_expr *e, sd_place *place, node_id *ret_node)
{
    sd_function id = e->builtin->id;
    bool pulse = id == SD_FN_PULSE && e->argument_count == 2;
    if (!l->model->vensim || (id != SD_FN_INT && id != SD_FN_MOD && !pulse))
        return false;
    node_id a = argument(l, e, place, 0);
    node_id b = id == SD_FN_INT ? SD_NO_ROW : argument(l, e, place, 1);
    *ret_node = id == SD_FN_INT ? toward_zero(l, a)
                : pulse         ? train(l, a, b, SD_NO_ROW, SD_NO_ROW)
                                : node_binary(l, SD_OP_SUBTRACT, a, multiple(l, a, b));
    return true;
}

/* Functions whose arguments are worked out first, one after the other. */
static node_id of_arguments(lowering *l, const sd_expr *e, sd_place *place)
{
    enum { MOST = 4 };
    node_id x[MOST] = {0};
    for (size_t i = 0; i < e->argument_count && i < MOST; i++)
        x[i] = argument(l, e, place, i);
    switch (e->builtin->id) {
    case SD_FN_PERCENT:
        return node_binary(l, SD_OP_MULTIPLY, constant(l, 100), x[0]);
    case SD_FN_QUANTUM:
        return quantum(l, x[0], x[1]);
    case SD_FN_LOG:
        return node_binary(l, SD_OP_DIVIDE, unary(l, SD_OP_LN, x[0]), unary(l, SD_OP_LN, x[1]));
    case SD_FN_GAMMALN:
        return unary(l, SD_OP_LN_GAMMA, x[0]);
    case SD_FN_COMBINATIONS:
        return node_binary(l, SD_OP_COMBINATIONS, x[0], x[1]);
    case SD_FN_PERMUTATIONS:
        return node_binary(l, SD_OP_PERMUTATIONS, x[0], x[1]);
    case SD_FN_FACTORIAL:
        return node_binary(l, SD_OP_PERMUTATIONS, x[0], x[0]);
    case SD_FN_CGROWTH:
        return growth(l, x[0]);
    case SD_FN_FV:
    case SD_FN_PV:
    case SD_FN_PMT:
        return money(l, e->builtin->id, x);
    case SD_FN_COUNTER:
        return counter(l, x[0], x[1]);
    case SD_FN_SINWAVE:
        return wave(l, SD_OP_SIN, x[0], x[1]);
    case SD_FN_COSWAVE:
        return wave(l, SD_OP_COS, x[0], x[1]);
    case SD_FN_PULSE_TRAIN:
        return train(l, x[0], x[1], x[2], x[3]);
    default: /* GAME */
        return x[0];
    }
}

bool lower_function(lowering *l, const sd_expr *e, sd_place *place, node_id *ret_node)
{
    static const sd_function known[] = {
        SD_FN_PERCENT,      SD_FN_QUANTUM,      SD_FN_LOG,         SD_FN_GAMMALN,
        SD_FN_COMBINATIONS, SD_FN_PERMUTATIONS, SD_FN_FACTORIAL,   SD_FN_CGROWTH,
        SD_FN_FV,           SD_FN_PV,           SD_FN_PMT,         SD_FN_COUNTER,
        SD_FN_SINWAVE,      SD_FN_COSWAVE,      SD_FN_PULSE_TRAIN, SD_FN_GAME};
    static const sd_function tables[] = {SD_FN_LOOKUPINV, SD_FN_LOOKUP_EXTRAPOLATE,
                                         SD_FN_LOOKUP_FORWARD, SD_FN_LOOKUP_BACKWARD};
    if (lower_vensim(l, e, place, ret_node) || lower_draw(l, e, place, ret_node))
        return true;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (known[i] == e->builtin->id) {
            *ret_node = of_arguments(l, e, place);
            return true;
        }
    }
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        if (tables[i] == e->builtin->id) {
            *ret_node = lookup(l, e, place);
            return true;
        }
    }
    return false;
}
