/* branches.c - all branches of equilibria over a parameter that are found.
 * In: a core, a parameter and its range.  Out: branches, the one of the run first.  Method: equilibria from several searches at
 * several values are followed both ways (continuation.c); each branch point is left along its other branch.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <gsl/gsl_complex_math.h>
#include <math.h>
#include <string.h>

#include "continuation.h"

enum { PLACES = 7, SEARCHES = 6 };

static const double same_place = 1e-5; /* [1] between points of one branch */
static const double spread = 0.9;      /* [1] of a stock: how far the searches scatter */
static const double first_off = 0.01;  /* [1] of arc: from a branch point on its other branch */

typedef struct collection {
    tracer t;
    sd_diag *quiet; /* of searches that fail */
    bool line;      /* equilibria were found that do not stand alone */
    SD_LIST(curve) curves;
    SD_LIST(found_point) crossings; /* branch points that were left already */
    sd_branch_end ends[SD_BRANCHES_MAX][2];
} collection;

const char *sd_special_name(sd_special special)
{
    static const char *const names[] = {"", "fold", "hopf", "branch"};

    return names[special];
}

/* ---- is it known? ---- */

static double distance(const tracer *t, const double *a, const double *b)
{
    double most = 0;

    for (size_t k = 0; k < t->size; k++)
        most = fmax(most, fabs(a[k] - b[k]));
    return most;
}

/* Whether the curve passes through u: across it at its point next to u, it is corrected and compared. */
static bool passes(tracer *t, const curve *known, const double *u, double *trial)
{
    const curve_point *near = NULL;
    double length = 0;

    for (size_t k = 0; k < known->count; k++)
        if (distance(t, known->items[k].u, u) < (near ? distance(t, near->u, u) : 0.2))
            near = &known->items[k];
    if (!near)
        return false;
    for (size_t j = 0; j < t->size; j++)
        length += near->tangent[j] * (u[j] - near->u[j]);
    for (size_t j = 0; j < t->size; j++)
        trial[j] = near->u[j] + length * near->tangent[j];
    return distance(t, trial, u) < same_place ||
           (tracer_correct(t, trial, near->tangent, NULL) && distance(t, trial, u) < same_place);
}

static bool is_known(collection *c, const double *u)
{
    double *trial = SD_NEW_ARRAY(c->t.arena, double, c->t.size);

    for (size_t i = 0; i < c->curves.count; i++)
        if (passes(&c->t, &c->curves.items[i], u, trial))
            return true;
    return false;
}

/* ---- following ---- */

static void keep(collection *c, const curve *back, sd_branch_end back_end, const curve *on,
                 sd_branch_end on_end, size_t shared)
{
    curve whole = {0};

    if (c->curves.count == SD_BRANCHES_MAX)
        return;
    for (size_t k = back->count; k-- > shared;)
        SD_PUSH(c->t.arena, &whole, back->items[k]);
    for (size_t k = 0; k < on->count; k++)
        SD_PUSH(c->t.arena, &whole, on->items[k]);
    c->ends[c->curves.count][0] = back_end;
    c->ends[c->curves.count][1] = on_end;
    SD_PUSH(c->t.arena, &c->curves, whole);
}

static void follow_both_ways(collection *c, const double *u)
{
    tracer *t = &c->t;
    double *direction = SD_NEW_ARRAY(t->arena, double, t->size);
    curve back = {0}, on = {0};
    sd_branch_end back_end = SD_END_JOINS;

    direction[t->size - 1] = 1;
    const sd_branch_end on_end = curve_follow(t, u, direction, u, &on);

    direction[t->size - 1] = -1;
    if (on_end != SD_END_JOINS)
        back_end = curve_follow(t, u, direction, NULL, &back);
    if (on.count + back.count > 2)
        keep(c, &back, back_end, &on, on_end, 1);
}

static bool was_left(collection *c, const double *u)
{
    for (size_t i = 0; i < c->crossings.count; i++)
        if (distance(&c->t, c->crossings.items[i].u, u) < 1e-3)
            return true;
    return false;
}

/* One arm of the other branch through a branch point. */
static sd_branch_end follow_arm(collection *c, const found_point *at, const double *direction,
                                double side, curve *to)
{
    tracer *t = &c->t;
    const size_t s = t->size - 1;
    double *u = SD_NEW_ARRAY(t->arena, double, t->size),
           *way = SD_NEW_ARRAY(t->arena, double, t->size);

    for (size_t k = 0; k < t->size; k++) {
        way[k] = side * direction[k];
        u[k] = at->u[k] + first_off * way[k];
    }
    if (!tracer_correct(t, u, way, NULL) || u[s] < 0 || u[s] > 1)
        return SD_END_LOST;
    if (is_known(c, u))
        return SD_END_JOINS;
    return curve_follow(t, u, way, NULL, to);
}

static void leave(collection *c, const found_point *at)
{
    tracer *t = &c->t;
    double *direction = SD_NEW_ARRAY(t->arena, double, t->size);
    curve back = {0}, on = {0}, middle = {0};

    SD_PUSH(t->arena, &c->crossings, *at);
    if (!special_other_way(t, at, direction))
        return;
    const sd_branch_end on_end = follow_arm(c, at, direction, 1, &on);
    const sd_branch_end back_end = follow_arm(c, at, direction, -1, &back);

    if (on.count + back.count == 0)
        return;
    curve_add(t, &middle, at->u, direction, 0, SD_POINT_BRANCH, (double)NAN);
    middle.items[0].growing = on.count ? on.items[0].growing : back.items[0].growing;
    for (size_t k = 0; k < on.count; k++)
        SD_PUSH(t->arena, &middle, on.items[k]);
    keep(c, &back, back_end, &middle, on_end, 0);
}

/* Curves grow while branch points are left, and theirs are visited in turn. */
static void leave_all(collection *c)
{
    for (size_t i = 0; i < c->curves.count; i++)
        for (size_t k = 0; k < c->curves.items[i].count; k++) {
            const curve_point *p = &c->curves.items[i].items[k];
            const found_point at = {.u = p->u, .tangent = p->tangent, .special = p->special};

            if (p->special == SD_POINT_BRANCH && !was_left(c, p->u) &&
                c->curves.count < SD_BRANCHES_MAX)
                leave(c, &at);
        }
}

/* ---- searches ---- */

/* Stocks to start from: where the run stands, at first; then scattered, the same in every run. */
static void start_from(const collection *c, size_t search, double *ret_stocks)
{
    const sd_core *core = c->t.core;

    for (size_t i = 0; i < core->stock_count; i++) {
        double pair[2];

        ret_stocks[i] = c->t.request->stocks[i];
        if (search < 2)
            continue;
        sd_random_uniform(
            (sd_draw){.seed = 2, .member = search, .variable = (uint32_t)i, .step = 0}, pair);
        ret_stocks[i] += spread * core->scale[i] * (2 * pair[0] - 1);
    }
}

/* What is above zero where the run stands must not end below it. */
static bool makes_sense(const collection *c, const double *stocks)
{
    const sd_core *core = c->t.core;

    for (size_t i = 0; i < core->stock_count; i++)
        if (c->t.request->stocks[i] > 0 && stocks[i] < -1e-6 * core->scale[i])
            return false;
    return true;
}

/* Where an eigenvalue is 0 there is a whole line of equilibria, and no branch to follow. */
static bool stands_alone(tracer *t, const double *u)
{
    double least = (double)INFINITY, most = 0;
    size_t growing;

    if (!tracer_eigen(t, u, &growing))
        return false;
    for (size_t i = 0; i + 1 < t->size; i++) {
        const double size = gsl_complex_abs(gsl_vector_complex_get(t->values, i));

        least = fmin(least, size);
        most = fmax(most, size);
    }
    return t->size > 2 ? least > 1e-10 * most : most * t->core->horizon > 1e-9;
}

static void search_at(collection *c, double s)
{
    tracer *t = &c->t;
    double *stocks = SD_NEW_ARRAY(t->arena, double, t->core->stock_count + 1),
           *u = SD_NEW_ARRAY(t->arena, double, t->size);

    for (size_t k = 0; k < SEARCHES; k++) {
        if (t->request->interrupted && *t->request->interrupted)
            return;
        sd_core_set(t->core, t->request->parameter, tracer_parameter(t, s));
        start_from(c, k, stocks);
        /* First where the motion leads, for that is what a run would do. */
        if (sd_equilibrium_find(t->core, stocks, k == 0, stocks, c->quiet) != SD_OK ||
            !makes_sense(c, stocks))
            continue;
        core_coordinates(t->core, stocks, u);
        u[t->size - 1] = s;
        if (!stands_alone(t, u))
            c->line = true;
        else if (!is_known(c, u))
            follow_both_ways(c, u);
    }
}

/* ---- the result ---- */

static void write_out(collection *c, sd_branches *ret_branches)
{
    tracer *t = &c->t;
    sd_branch *list = SD_NEW_ARRAY(t->arena, sd_branch, c->curves.count + 1);

    for (size_t i = 0; i < c->curves.count; i++) {
        const curve *from = &c->curves.items[i];
        sd_branch_point *points = SD_NEW_ARRAY(t->arena, sd_branch_point, from->count);

        for (size_t k = 0; k < from->count; k++) {
            double *stocks = SD_NEW_ARRAY(t->arena, double, t->core->stock_count + 1);

            points[k] =
                (sd_branch_point){.parameter = tracer_parameter(t, from->items[k].u[t->size - 1]),
                                  .stocks = stocks,
                                  .growing = from->items[k].growing,
                                  .special = from->items[k].special,
                                  .period = from->items[k].period};
            sd_core_set(t->core, t->request->parameter, points[k].parameter);
            core_stocks(t->core, from->items[k].u, stocks);
        }
        list[i] = (sd_branch){
            .count = from->count, .points = points, .ends = {c->ends[i][0], c->ends[i][1]}};
    }
    *ret_branches = (sd_branches){.count = c->curves.count, .list = list};
}

static const char *parameter_name(sd_arena *arena, const sd_core *core, size_t parameter)
{
    return sd_model_element_name(core->program->model, core->program->parameters[parameter].element,
                                 arena);
}

/* Nothing that the parameter does reaches a stock, at any of a few values and states. */
static bool has_effect(collection *c)
{
    tracer *t = &c->t;
    const size_t m = t->core->count;
    double *y = SD_NEW_ARRAY(t->arena, double, m + 1),
           *slope = SD_NEW_ARRAY(t->arena, double, m + 1),
           *stocks = SD_NEW_ARRAY(t->arena, double, t->core->stock_count + 1);

    for (size_t k = 0; k < SEARCHES; k++)
        for (size_t n = 0; n <= 4; n++) {
            sd_core_set(t->core, t->request->parameter, tracer_parameter(t, (double)n / 4));
            start_from(c, k, stocks);
            core_coordinates(t->core, stocks, y);
            if (!core_slope(t->core, y, t->request->parameter, slope))
                continue;
            for (size_t i = 0; i < m; i++)
                if (slope[i] != 0)
                    return true;
        }
    return false;
}

sd_status sd_branches_follow(sd_arena *arena, sd_core *core, const sd_tip_request *request,
                             sd_branches *ret_branches, sd_diag *diag)
{
    const double given = sd_field_parameter(core->field, request->parameter);
    const double own = (given - request->low) / (request->high - request->low);
    const double places[PLACES] = {own >= 0 && own <= 1 ? own : 0.5, 0, 1, 0.5, 0.25, 0.75, 0.125};
    const char *name = parameter_name(arena, core, request->parameter);
    collection c = {.quiet = sd_diag_new(arena)};
    sd_status status = SD_OK;

    if (core->count == 0)
        return sd_fail(diag, SD_E510, SD_NOWHERE, "no stock of '%s' moves",
                       core->program->model->name);
    c.t = tracer_new(arena, core, request);
    if (!has_effect(&c)) {
        status = sd_fail(diag, SD_E511, SD_NOWHERE, "'%s' has no effect on any stock here", name);
        sd_help(diag,
                "perhaps what it belongs to is off; 'treadmill explain %s' shows what uses it",
                name);
    } else {
        for (size_t k = 0; k < PLACES; k++)
            search_at(&c, places[k]);
        leave_all(&c);
        if (c.curves.count == 0)
            status = sd_fail(diag, SD_E510, SD_NOWHERE,
                             "no equilibrium%s was found for any '%s' from %g to %g",
                             c.line ? " that stands alone" : "", name, request->low, request->high);
        if (c.curves.count == 0 && c.line)
            sd_help(diag, "some stock stays wherever it is put, so there is a whole line of them; "
                          "'treadmill modes' shows which");
        write_out(&c, ret_branches);
    }
    tracer_done(&c.t);
    sd_core_set(core, request->parameter, given);
    return request->interrupted && *request->interrupted ? SD_INTERRUPTED : status;
}
