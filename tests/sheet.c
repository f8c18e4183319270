/* sheet.c - evaluates the trees of equations at one time.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sheet.h"

#include <math.h>
#include <setjmp.h>
#include <string.h>

#include <cmocka.h>

sheet sheet_new(sd_arena *arena, const sd_model *model)
{
    return (sheet){.model = model,
                   .values = SD_NEW_ARRAY(arena, double, model->element_count),
                   .still = SD_NEW_ARRAY(arena, bool, model->element_count)};
}

void sheet_copy(sheet *to, const sheet *from)
{
    const size_t count = from->model->element_count;

    to->time = from->time;
    to->start = from->start;
    memcpy(to->values, from->values, count * sizeof *from->values);
    memcpy(to->still, from->still, count * sizeof *from->still);
}

static double evaluate(const sheet *s, const sd_expr *x, sd_place *place);

static double evaluate_loop(const sheet *s, const sd_expr *x, const sd_place *place)
{
    sd_place inner = sd_place_inside(place, x);
    double sum = 0;

    assert_int_equal(x->builtin->id, SD_FN_SUM);
    do
        sum += evaluate(s, x->arguments[0], &inner);
    while (sd_place_next(&inner, x));
    return sum;
}

/* What the shipped model uses; anything else fails. */
static double evaluate_call(const sheet *s, const sd_expr *x, sd_place *place)
{
    double a[3] = {0};

    if (x->loop_count)
        return evaluate_loop(s, x, place);
    for (size_t i = 0; i < x->argument_count && i < 3; i++)
        a[i] = evaluate(s, x->arguments[i], place);
    switch ((int)x->builtin->id) {
    case SD_FN_ADD:
        return a[0] + a[1];
    case SD_FN_SUBTRACT:
        return a[0] - a[1];
    case SD_FN_MULTIPLY:
        return a[0] * a[1];
    case SD_FN_DIVIDE:
        return a[0] / a[1];
    case SD_FN_POWER:
        return pow(a[0], a[1]);
    case SD_FN_NEGATE:
        return -a[0];
    case SD_FN_LESS:
        return a[0] < a[1];
    case SD_FN_LESS_EQUAL:
        return a[0] <= a[1];
    case SD_FN_GREATER:
        return a[0] > a[1];
    case SD_FN_GREATER_EQUAL:
        return a[0] >= a[1];
    case SD_FN_EQUAL:
        return a[0] == a[1];
    case SD_FN_AND:
        return a[0] != 0 && a[1] != 0;
    case SD_FN_OR:
        return a[0] != 0 || a[1] != 0;
    case SD_FN_IF:
        return a[0] != 0 ? a[1] : a[2];
    case SD_FN_MIN:
        return fmin(a[0], a[1]);
    case SD_FN_MAX:
        return fmax(a[0], a[1]);
    case SD_FN_EXP:
        return exp(a[0]);
    case SD_FN_LN:
        return log(a[0]);
    case SD_FN_SQRT:
        return sqrt(a[0]);
    case SD_FN_TIME:
        return s->time;
    case SD_FN_STARTTIME:
        return s->start;
    default:
        fail_msg("the evaluator has no %s", x->builtin->call);
        return 0;
    }
}

static double evaluate(const sheet *s, const sd_expr *x, sd_place *place)
{
    switch (x->kind) {
    case SD_EXPR_NUMBER:
        return x->number;
    case SD_EXPR_REFERENCE:
        return s->values[sd_expr_element(x, place)];
    case SD_EXPR_INDEX:
        return (double)(place->own[x->dimension] + 1);
    case SD_EXPR_CALL:
        if (x->builtin->id == SD_FN_LOOKUP)
            return sd_gf_at(x->arguments[0]->variable->gfs[0], evaluate(s, x->arguments[1], place));
        return evaluate_call(s, x, place);
    default:
        fail_msg("the evaluator cannot take such a node");
        return 0;
    }
}

double sheet_equation(const sheet *s, size_t element)
{
    const sd_variable *v = s->model->element_variables[element];
    const size_t index = element - v->first;
    sd_place place = sd_place_of(v, index);
    double x = evaluate(s, v->equations[index], &place);

    assert_null(v->limited_by); /* the shipped model has no flow that a stock's content limits */
    return v->gfs && v->gfs[index] ? sd_gf_at(v->gfs[index], x) : x;
}

double sheet_net_flow(const sheet *s, const sd_variable *stock, size_t index)
{
    double sum = 0;

    for (size_t i = 0; i < stock->inflow_count; i++)
        sum += s->values[stock->inflows[i]->first + index];
    for (size_t i = 0; i < stock->outflow_count; i++)
        sum -= s->values[stock->outflows[i]->first + index];
    return sum;
}

void sheet_work_out(sheet *s)
{
    for (size_t i = 0; i < s->model->element_count; i++) {
        const size_t e = s->model->step_order[i];

        if (!s->still[e])
            s->values[e] = sheet_equation(s, e);
    }
}

/* The values of `to` when element `cause` is `value`, all else that is listed as in `base`. */
static void respond(const sheet *base, sheet *scratch, size_t cause, double value,
                    const sd_variable *to, double *ret_values)
{
    memcpy(scratch->values, base->values, base->model->element_count * sizeof *base->values);
    scratch->values[cause] = value;
    sheet_work_out(scratch);
    for (size_t i = 0; i < to->size; i++)
        ret_values[i] = to->kind == SD_STOCK ? sheet_net_flow(scratch, to, i)
                                             : sheet_equation(scratch, to->first + i);
}

void sheet_follow(sd_arena *arena, const sheet *base, sheet *scratch, int bits,
                  const sd_variable *from, const double *vector, const sd_variable *to,
                  double *ret_vector)
{
    double *below = SD_NEW_ARRAY(arena, double, to->size);
    double *above = SD_NEW_ARRAY(arena, double, to->size);

    memset(ret_vector, 0, to->size * sizeof *ret_vector);
    for (size_t i = 0; i < from->size; i++) {
        const double x = base->values[from->first + i];
        /* Of second order: off by about h^2, and by rounding of about 1e-16 / h. */
        const double h = ldexp(fmax(fabs(x), 1e-3), -bits);

        if (vector[i] == 0)
            continue;
        respond(base, scratch, from->first + i, x - h, to, below);
        respond(base, scratch, from->first + i, x + h, to, above);
        for (size_t k = 0; k < to->size; k++)
            ret_vector[k] += (above[k] - below[k]) / (2 * h) * vector[i];
    }
}
