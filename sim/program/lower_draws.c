/* lower_draws.c - random functions and statistics as nodes.
 * In: calls of RANDOM, NORMAL, EXPRND and their kin.  Out: nodes.  But for RANDOM and NORMAL without bounds, which have
 * instructions of their own, a draw is the quantile function of its distribution at one uniform draw (inversion; Devroye
 * 1986, chapter 2): where that is a formula it is written in nodes, else it is an instruction.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "program_private.h"

static node_id argument(lowering *l, const sd_expr *e, sd_place *place, size_t i)
{
    return lower_expr(l, e->arguments[i], place);
}

/* Draws are numbered as they come, so that nothing may be left to the order in which C works out the arguments of a call. */
typedef struct two {
    node_id a, b;
} two;

static two first_two(lowering *l, const sd_expr *e, sd_place *place)
{
    two x;
    x.a = argument(l, e, place, 0);
    x.b = argument(l, e, place, 1);
    return x;
}

static bool same_place(const sd_place *x, const sd_place *y)
{
    for (size_t i = 0; i < SD_VARIABLE_DIMENSIONS_MAX; i++)
        if (x->own[i] != y->own[i] || x->each[i] != y->each[i])
            return false;
    return true;
}

/* A call has one number for the start and for the run, so that its first draw is the same in both. */
static size_t draw_number(lowering *l, const sd_expr *e, const sd_place *place)
{
    size_t number = 0;
    while (number < l->draws.count &&
           !(l->draws.items[number].call == e && l->draws.items[number].element == l->element &&
             same_place(&l->draws.items[number].place, place)))
        number++;
    if (number == l->draws.count) {
        draw d = {.call = e, .element = l->element, .place = *place};
        SD_PUSH(l->arena, &l->draws, d);
    }
    return number;
}

/* A draw that is uniform from a to b, or normal with mean a and deviation b. */
static node_id drawn(lowering *l, const sd_expr *e, sd_place *place, sd_op op, node_id a, node_id b,
                     size_t seed_at)
{
    node_id seed = e->argument_count > seed_at ? argument(l, e, place, seed_at) : SD_NO_ROW;
    int32_t number = (int32_t)draw_number(l, e, place);
    if (!l->apart || l->start)
        return node_make(l, op, a, b, seed, number);
    node_id range = op == SD_OP_NORMAL ? b : node_binary(l, SD_OP_SUBTRACT, b, a);
    return node_binary(l, SD_OP_ADD, a,
                       node_binary(l, SD_OP_MULTIPLY, range, node_leaf(l, LEAF_DRAW, number)));
}

/* The share at which a quantile is taken: in (0, 1), a new one each DT. */
static node_id share(lowering *l, const sd_expr *e, sd_place *place, size_t seed_at)
{
    return drawn(l, e, place, SD_OP_UNIFORM, node_constant(l, 0), node_constant(l, 1), seed_at);
}

static node_id one_less(lowering *l, node_id x)
{
    return node_binary(l, SD_OP_SUBTRACT, node_constant(l, 1), x);
}

static node_id unary(lowering *l, sd_op op, node_id a)
{
    return node_make(l, op, a, SD_NO_ROW, SD_NO_ROW, 0);
}

/* The value where the parameters are sound, else nan, and so an error with its place: u is above 0 in every run, but not
 * known before, so that no constant comes of it, which nobody would look at. */
static node_id where_sound(lowering *l, node_id sound, node_id u, node_id value)
{
    sound = node_binary(l, SD_OP_AND, sound, node_binary(l, SD_OP_LESS, node_constant(l, 0), u));
    return node_make(l, SD_OP_IF, sound, value, node_constant(l, (double)NAN), 0);
}

/* Standard normal, cut off at low and high. */
static node_id normal_at(lowering *l, node_id u, node_id low, node_id high)
{
    return node_make(l, SD_OP_NORMAL_AT, u, low, high, 0);
}

static node_id infinity(lowering *l, double sign)
{
    return node_constant(l, sign * (double)INFINITY);
}

/* NORMAL(mean, sd, seed, min[, max]): what lies beyond the bounds is cut off, not moved to them. */
static node_id normal_within(lowering *l, const sd_expr *e, sd_place *place)
{
    node_id mean = argument(l, e, place, 0), sd = argument(l, e, place, 1);
    node_id least = argument(l, e, place, 3);
    node_id most = e->argument_count > 4 ? argument(l, e, place, 4) : infinity(l, 1);
    node_id low = node_binary(l, SD_OP_DIVIDE, node_binary(l, SD_OP_SUBTRACT, least, mean), sd);
    node_id high = node_binary(l, SD_OP_DIVIDE, node_binary(l, SD_OP_SUBTRACT, most, mean), sd);
    node_id z = normal_at(l, share(l, e, place, 2), low, high);
    node_id value = node_binary(l, SD_OP_ADD, mean, node_binary(l, SD_OP_MULTIPLY, sd, z));
    return node_binary(l, SD_OP_MAX, least, node_binary(l, SD_OP_MIN, most, value));
}

/* The logarithm has the variance ln(1 + (sd / mean)^2), and half of that less than ln(mean) as its mean. */
static node_id lognormal(lowering *l, const sd_expr *e, sd_place *place)
{
    node_id mean = argument(l, e, place, 0), sd = argument(l, e, place, 1);
    node_id ratio = node_binary(l, SD_OP_DIVIDE, sd, mean);
    node_id square = node_binary(l, SD_OP_MULTIPLY, ratio, ratio);
    node_id variance = unary(l, SD_OP_LN, node_binary(l, SD_OP_ADD, node_constant(l, 1), square));
    node_id middle = node_binary(l, SD_OP_SUBTRACT, unary(l, SD_OP_LN, mean),
                                 node_binary(l, SD_OP_MULTIPLY, node_constant(l, 0.5), variance));
    node_id z = normal_at(l, share(l, e, place, 2), infinity(l, -1), infinity(l, 1));
    node_id off = node_binary(l, SD_OP_MULTIPLY, unary(l, SD_OP_SQRT, variance), z);
    return unary(l, SD_OP_EXP, node_binary(l, SD_OP_ADD, middle, off));
}

static node_id triangular(lowering *l, const sd_expr *e, sd_place *place)
{
    node_id low = argument(l, e, place, 0), mode = argument(l, e, place, 1),
            high = argument(l, e, place, 2), u = share(l, e, place, 3);
    node_id range = node_binary(l, SD_OP_SUBTRACT, high, low);
    node_id left = node_binary(l, SD_OP_SUBTRACT, mode, low),
            right = node_binary(l, SD_OP_SUBTRACT, high, mode);
    node_id along = node_binary(l, SD_OP_MULTIPLY, u, range);
    node_id rise = unary(l, SD_OP_SQRT, node_binary(l, SD_OP_MULTIPLY, along, left));
    node_id back = node_binary(l, SD_OP_MULTIPLY, one_less(l, u), range);
    node_id fall = unary(l, SD_OP_SQRT, node_binary(l, SD_OP_MULTIPLY, back, right));
    node_id value = node_make(l, SD_OP_IF, node_binary(l, SD_OP_LESS_EQUAL, along, left),
                              node_binary(l, SD_OP_ADD, low, rise),
                              node_binary(l, SD_OP_SUBTRACT, high, fall), 0);
    node_id sound = node_binary(l, SD_OP_AND, node_binary(l, SD_OP_LESS_EQUAL, low, mode),
                                node_binary(l, SD_OP_LESS_EQUAL, mode, high));
    return where_sound(l, sound, u, value);
}

/* ln(1 - u) / ln(1 - p) rounded up, and 1 at least; nan where nothing ever succeeds. */
static node_id geometric(lowering *l, const sd_expr *e, sd_place *place)
{
    node_id p = argument(l, e, place, 0), u = share(l, e, place, 1);
    node_id above = unary(l, SD_OP_LN, one_less(l, u));
    node_id ratio = node_binary(l, SD_OP_DIVIDE, above, unary(l, SD_OP_LN, one_less(l, p)));
    node_id up = unary(l, SD_OP_NEGATE, unary(l, SD_OP_INT, unary(l, SD_OP_NEGATE, ratio)));
    node_id value = node_binary(l, SD_OP_MAX, node_constant(l, 1), up);
    node_id sound = node_binary(l, SD_OP_LESS, node_constant(l, 0), p);
    return where_sound(l, sound, u, value);
}

/* (1 - u) to the power -1 / shape, times scale. */
static node_id pareto(lowering *l, const sd_expr *e, sd_place *place)
{
    node_id power = node_binary(l, SD_OP_DIVIDE, node_constant(l, -1), argument(l, e, place, 0));
    node_id rest = one_less(l, share(l, e, place, 2));
    return node_binary(l, SD_OP_MULTIPLY, argument(l, e, place, 1),
                       node_binary(l, SD_OP_POWER, rest, power));
}

static node_id weibull(lowering *l, const sd_expr *e, sd_place *place)
{
    node_id power = node_binary(l, SD_OP_DIVIDE, node_constant(l, 1), argument(l, e, place, 0));
    node_id rest = unary(l, SD_OP_NEGATE, unary(l, SD_OP_LN, one_less(l, share(l, e, place, 2))));
    return node_binary(l, SD_OP_MULTIPLY, argument(l, e, place, 1),
                       node_binary(l, SD_OP_POWER, rest, power));
}

static node_id exponential(lowering *l, const sd_expr *e, sd_place *place)
{
    node_id rest = unary(l, SD_OP_LN, one_less(l, share(l, e, place, 1)));
    return node_binary(l, SD_OP_MULTIPLY, unary(l, SD_OP_NEGATE, argument(l, e, place, 0)), rest);
}

static node_id logistic(lowering *l, const sd_expr *e, sd_place *place)
{
    two x = first_two(l, e, place);
    node_id u = share(l, e, place, 2);
    node_id odds = unary(l, SD_OP_LN, node_binary(l, SD_OP_DIVIDE, u, one_less(l, u)));
    return node_binary(l, SD_OP_ADD, x.a, node_binary(l, SD_OP_MULTIPLY, x.b, odds));
}

static node_id monte_carlo(lowering *l, const sd_expr *e, sd_place *place)
{
    node_id percent =
        node_binary(l, SD_OP_MULTIPLY, argument(l, e, place, 0), node_leaf(l, LEAF_DT, 0));
    node_id u = node_binary(l, SD_OP_MULTIPLY, node_constant(l, 100), share(l, e, place, 1));
    return node_binary(l, SD_OP_LESS, u, percent);
}

static node_id gamma_draw(lowering *l, const sd_expr *e, sd_place *place)
{
    node_id shape = argument(l, e, place, 0);
    node_id scale = e->argument_count > 1 ? argument(l, e, place, 1) : node_constant(l, 1);
    node_id value = node_binary(l, SD_OP_GAMMA_AT, share(l, e, place, 2), shape);
    return node_binary(l, SD_OP_MULTIPLY, scale, value);
}

/* A quantile of two parameters. */
static node_id of_two(lowering *l, const sd_expr *e, sd_place *place, sd_op op)
{
    two x = first_two(l, e, place);
    return node_make(l, op, share(l, e, place, 2), x.a, x.b, 0);
}

static node_id poisson(lowering *l, const sd_expr *e, sd_place *place)
{
    node_id mean = argument(l, e, place, 0);
    return node_binary(l, SD_OP_POISSON_AT, share(l, e, place, 1), mean);
}

static node_id plain(lowering *l, const sd_expr *e, sd_place *place, sd_op op)
{
    two x = first_two(l, e, place);
    return drawn(l, e, place, op, x.a, x.b, 2);
}

static node_id normal_share(lowering *l, const sd_expr *e, sd_place *place)
{
    node_id ends[2];
    for (size_t i = 0; i < 2; i++) {
        ends[i] = argument(l, e, place, i);
        if (e->argument_count > 2)
            ends[i] = node_binary(l, SD_OP_SUBTRACT, ends[i], argument(l, e, place, 2));
        if (e->argument_count > 3)
            ends[i] = node_binary(l, SD_OP_DIVIDE, ends[i], argument(l, e, place, 3));
    }
    return node_binary(l, SD_OP_NORMALCDF, ends[0], ends[1]);
}

bool lower_draw(lowering *l, const sd_expr *e, sd_place *place, node_id *ret_node)
{
    switch (e->builtin->id) {
    case SD_FN_RANDOM:
        *ret_node = plain(l, e, place, SD_OP_UNIFORM);
        return true;
    case SD_FN_NORMAL:
        *ret_node =
            e->argument_count > 3 ? normal_within(l, e, place) : plain(l, e, place, SD_OP_NORMAL);
        return true;
#define DRAW(name, lowered)                                                                        \
    case SD_FN_##name:                                                                             \
        *ret_node = lowered;                                                                       \
        return true
        DRAW(EXPRND, exponential(l, e, place));
        DRAW(LOGNORMAL, lognormal(l, e, place));
        DRAW(POISSON, poisson(l, e, place));
        DRAW(MONTECARLO, monte_carlo(l, e, place));
        DRAW(BETA, of_two(l, e, place, SD_OP_BETA_AT));
        DRAW(BINOMIAL, of_two(l, e, place, SD_OP_BINOMIAL_AT));
        DRAW(GAMMA, gamma_draw(l, e, place));
        DRAW(GEOMETRIC, geometric(l, e, place));
        DRAW(LOGISTIC, logistic(l, e, place));
        DRAW(NEGBINOMIAL, of_two(l, e, place, SD_OP_NEGBINOMIAL_AT));
        DRAW(PARETO, pareto(l, e, place));
        DRAW(TRIANGULAR, triangular(l, e, place));
        DRAW(WEIBULL, weibull(l, e, place));
        DRAW(INVNORM, normal_at(l, argument(l, e, place, 0), infinity(l, -1), infinity(l, 1)));
        DRAW(NORMALCDF, normal_share(l, e, place));
#undef DRAW
    default:
        return false;
    }
}
