/* acceptance_value.c - works out the expressions of acceptance.tsv once their runs have been made.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "acceptance_private.h"

#include <math.h>
#include <string.h>

/* ---- functions ------------------------------------------------------------------------------------------- */

static double greatest(const series *arguments, size_t count)
{
    double best = -HUGE_VAL;

    for (size_t a = 0; a < count; a++)
        for (size_t i = 0; i < arguments[a].count; i++)
            best = fmax(best, arguments[a].y[i]);
    return best;
}

static double least(const series *arguments, size_t count)
{
    double best = HUGE_VAL;

    for (size_t a = 0; a < count; a++)
        for (size_t i = 0; i < arguments[a].count; i++)
            best = fmin(best, arguments[a].y[i]);
    return best;
}

static double where_greatest(const series *arguments, size_t count)
{
    size_t best = 0;

    (void)count;
    for (size_t i = 1; i < arguments->count; i++)
        if (arguments->y[i] > arguments->y[best])
            best = i;
    return arguments->x[best];
}

static double mean(const series *arguments, size_t count)
{
    double from = count == 3 ? arguments[1].y[0] : -HUGE_VAL;
    double to = count == 3 ? arguments[2].y[0] : HUGE_VAL, sum = 0;
    size_t points = 0;

    for (size_t i = 0; i < arguments->count; i++) {
        if (arguments->x[i] < from || arguments->x[i] > to)
            continue;
        sum += arguments->y[i];
        points++;
    }
    return sum / (double)points;
}

static double first_above(const series *arguments, size_t count)
{
    (void)count;
    for (size_t i = 0; i < arguments->count; i++)
        if (arguments->y[i] > arguments[1].y[0])
            return arguments->x[i];
    return (double)NAN;
}

static const function functions[] = {
    {"max", 1, ACCEPTANCE_ARGUMENTS_MAX, greatest},
    {"min", 1, ACCEPTANCE_ARGUMENTS_MAX, least},
    {"argmax", 1, 1, where_greatest},
    {"mean", 1, 3, mean},
    {"first_above", 2, 2, first_above},
};

const function *acceptance_function(const char *name)
{
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
        if (strcmp(functions[i].name, name) == 0)
            return &functions[i];
    return NULL;
}

/* ---- working out ----------------------------------------------------------------------------------------- */

static series number(sd_arena *arena, double value)
{
    double *point = SD_NEW_ARRAY(arena, double, 2);

    point[1] = value;
    return (series){1, point, point + 1};
}

static series over_weeks(const acceptance *on, const acceptance_node *node)
{
    const run *one = node->runs[0];
    const sd_trajectory *t = one->trajectory;
    double *y = SD_NEW_ARRAY(on->arena, double, t->time_count);

    for (size_t i = 0; i < t->time_count; i++)
        y[i] = sd_trajectory_value(t, i, sd_trajectory_column(t, node->element), one->member);
    return (series){t->time_count, t->times, y};
}

static series over_runs(const acceptance *on, const acceptance_node *node)
{
    double *y = SD_NEW_ARRAY(on->arena, double, node->count);

    for (size_t i = 0; i < node->count; i++) {
        const sd_trajectory *t = node->runs[i]->trajectory;
        size_t time = sd_trajectory_time(t, node->week);

        y[i] = fabs(t->times[time] - node->week) > 1e-9
                   ? (double)NAN
                   : sd_trajectory_value(t, time, sd_trajectory_column(t, node->element),
                                         node->runs[i]->member);
    }
    return (series){node->count, node->x, y};
}

static double calculate(char sign, double a, double b)
{
    switch (sign) {
    case '+':
        return a + b;
    case '-':
        return a - b;
    case '*':
        return a * b;
    default:
        return a / b;
    }
}

/* Point by point; a number goes with every point. */
static series combine(const acceptance *on, char sign, series a, series b, const char **ret_error)
{
    size_t count = a.count > b.count ? a.count : b.count;
    double *y = SD_NEW_ARRAY(on->arena, double, count);

    if (a.count != b.count && a.count != 1 && b.count != 1)
        *ret_error = "series of different lengths";
    else
        for (size_t i = 0; i < count; i++)
            y[i] = calculate(sign, a.y[a.count == 1 ? 0 : i], b.y[b.count == 1 ? 0 : i]);
    return (series){count, a.count == count ? a.x : b.x, y};
}

static series evaluate(const acceptance *on, const acceptance_node *node, const char **ret_error)
{
    series arguments[ACCEPTANCE_ARGUMENTS_MAX] = {{0}};

    if (node->kind == NODE_NUMBER)
        return number(on->arena, node->number);
    if (node->kind == NODE_RUNS)
        return isnan(node->week) ? over_weeks(on, node) : over_runs(on, node);
    for (size_t i = 0; i < node->count; i++)
        arguments[i] = evaluate(on, node->children[i], ret_error);
    if (node->kind == NODE_CALL)
        return number(on->arena, node->function->call(arguments, node->count));
    return combine(on, node->operation, arguments[0], arguments[1], ret_error);
}

double acceptance_value(const acceptance *on, const acceptance_node *node, const char **ret_error)
{
    series value = evaluate(on, node, ret_error);

    if (!*ret_error && value.count != 1)
        *ret_error = "a series where a number is wanted: add @WEEK, max() or mean()";
    return *ret_error ? (double)NAN : value.y[0];
}
