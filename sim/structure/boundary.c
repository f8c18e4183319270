/* boundary.c - a fold followed over a second parameter: the tipping boundary.
 * In: a fold of a branch.  Out: both parameters along it.  Method: equilibrium and singular Jacobian as one system, the
 * latter by a bordered matrix whose last unknown is 0 where it is singular (Griewank and Reddien 1984; Govaerts 2000).
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <gsl/gsl_blas.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_linalg.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tracer.h"

enum { STEPS = 32, NEWTON_STEPS = 12, HALVINGS = 7 };

static const double fine = 1e-10;      /* [1] last Newton step */
static const double difference = 6e-6; /* [1] of a coordinate: central differences of derivatives */

typedef struct edge {
    tracer t;
    size_t second;        /* the other parameter */
    double *u;            /* [size] */
    gsl_vector *b, *c;    /* [m] border: near the left and right null vectors of the Jacobian */
    gsl_matrix *bordered; /* [size][size] */
    gsl_vector *v, *w;    /* [size] solutions of the bordered matrix and its transpose */
} edge;

static void place(edge *e, double s)
{
    sd_core_set(e->t.core, e->t.request->parameter, tracer_parameter(&e->t, s));
}

/* v and w of [J b; c 0] at u; the last entry of v is 0 at a fold. */
static bool solve_bordered(edge *e, const double *u)
{
    tracer *t = &e->t;
    const size_t m = t->size - 1;
    int sign;

    place(e, u[m]);
    if (!core_jacobian(t->core, u, t->jacobian))
        return false;
    for (int side = 0; side < 2; side++) {
        for (size_t i = 0; i < m; i++) {
            for (size_t k = 0; k < m; k++)
                gsl_matrix_set(e->bordered, side ? k : i, side ? i : k,
                               gsl_matrix_get(t->jacobian, i, k));
            gsl_matrix_set(e->bordered, i, m, gsl_vector_get(side ? e->c : e->b, i));
            gsl_matrix_set(e->bordered, m, i, gsl_vector_get(side ? e->b : e->c, i));
        }
        gsl_matrix_set(e->bordered, m, m, 0);
        gsl_vector_set_basis(t->right, m);
        gsl_linalg_LU_decomp(e->bordered, t->permutation, &sign);
        if (gsl_linalg_LU_solve(e->bordered, t->permutation, t->right, side ? e->w : e->v) !=
            GSL_SUCCESS)
            return false;
    }
    return isfinite(gsl_vector_get(e->v, m));
}

/* w . (d J / d u_k) v, by central differences. */
static bool twist(edge *e, size_t k, double *ret_twist)
{
    tracer *t = &e->t;
    const size_t m = t->size - 1;
    const double here = e->u[k], step = difference * fmax(1, fabs(here));
    bool good = true;

    *ret_twist = 0;
    for (int side = -1; side <= 1; side += 2) {
        e->u[k] = here + side * step;
        place(e, e->u[m]);
        good = good && core_jacobian(t->core, e->u, t->jacobian);
        for (size_t i = 0; i < m; i++)
            for (size_t j = 0; j < m; j++)
                *ret_twist += side * gsl_vector_get(e->w, i) * gsl_matrix_get(t->jacobian, i, j) *
                              gsl_vector_get(e->v, j) / (2 * step);
    }
    e->u[k] = here;
    place(e, e->u[m]);
    return good;
}

/* Newton's method on F = 0 and a singular Jacobian. */
static bool correct(edge *e)
{
    tracer *t = &e->t;
    const size_t m = t->size - 1;
    int sign;

    for (int n = 0; n < NEWTON_STEPS; n++) {
        double most = 0, turn;

        if (!solve_bordered(e, e->u))
            return false;
        for (size_t k = 0; k <= m; k++) {
            if (!twist(e, k, &turn))
                return false;
            gsl_matrix_set(t->matrix, m, k, -turn);
        }
        if (!core_jacobian(t->core, e->u, t->jacobian) ||
            !core_slope(t->core, e->u, t->request->parameter, t->step->data) ||
            !core_net(t->core, e->u, t->right->data))
            return false;
        for (size_t i = 0; i < m; i++) {
            for (size_t k = 0; k < m; k++)
                gsl_matrix_set(t->matrix, i, k, gsl_matrix_get(t->jacobian, i, k));
            gsl_matrix_set(t->matrix, i, m,
                           t->step->data[i] * (t->request->high - t->request->low));
        }
        gsl_vector_set(t->right, m, gsl_vector_get(e->v, m));
        gsl_linalg_LU_decomp(t->matrix, t->permutation, &sign);
        if (gsl_linalg_LU_solve(t->matrix, t->permutation, t->right, t->step) != GSL_SUCCESS)
            return false;
        for (size_t k = 0; k <= m; k++) {
            e->u[k] -= t->step->data[k];
            most = fmax(most, fabs(t->step->data[k]) / fmax(1, fabs(e->u[k])));
        }
        if (!(most < 1e3))
            return false;
        if (most <= fine)
            return true;
    }
    return false;
}

/* The border that suits a fold: its null vectors. */
static bool set_border(edge *e)
{
    gsl_matrix *a = e->t.jacobian, *copy = core_matrix(e->t.arena, a->size1, a->size2);

    place(e, e->u[e->t.size - 1]);
    if (!core_jacobian(e->t.core, e->u, a))
        return false;
    gsl_matrix_memcpy(copy, a);
    gsl_matrix_transpose(a);
    return core_least_vector(e->t.arena, copy, e->c->data, NULL) &&
           core_least_vector(e->t.arena, a, e->b->data, NULL);
}

typedef struct edge_point {
    double first, second; /* [their units] */
} edge_point;
typedef struct point_list {
    edge_point *items;
    size_t count, capacity;
} point_list;

/* From `from` to `to` in steps that are halved where the fold would be lost; it ends at a cusp or an end of the range. */
static void follow(edge *e, double from, double to, sd_arena *arena, point_list *list)
{
    const size_t m = e->t.size - 1;
    double *kept = SD_NEW_ARRAY(arena, double, m + 1), at = from, step = (to - from) / STEPS;
    int halvings = 0;

    memcpy(kept, e->u, (m + 1) * sizeof *kept);
    while ((to - at) * step > 1e-12 * step * step && halvings < HALVINGS) {
        const double next = fabs(step) >= fabs(to - at) ? to : at + step;

        sd_core_set(e->t.core, e->second, next);
        if (!correct(e) || e->u[m] < 0 || e->u[m] > 1) {
            memcpy(e->u, kept, (m + 1) * sizeof *kept);
            step /= 2;
            halvings++;
            continue;
        }
        at = next;
        memcpy(kept, e->u, (m + 1) * sizeof *kept);
        const edge_point point = {tracer_parameter(&e->t, e->u[m]), at};

        SD_PUSH(arena, list, point);
        if (!set_border(e))
            return;
    }
}

static int by_second(const void *left, const void *right)
{
    const edge_point *a = left, *b = right;

    return a->second < b->second ? -1 : a->second > b->second;
}

sd_status sd_fold_follow(sd_arena *arena, sd_core *core, const sd_tip_request *request,
                         const sd_branch_point *fold, size_t second, double low, double high,
                         sd_boundary *ret_boundary, sd_diag *diag)
{
    const double given = sd_field_parameter(core->field, request->parameter),
                 other = sd_field_parameter(core->field, second);
    const size_t m = core->count;
    edge e = {.t = tracer_new(arena, core, request),
              .second = second,
              .u = SD_NEW_ARRAY(arena, double, m + 1),
              .b = core_vector(arena, m),
              .c = core_vector(arena, m),
              .bordered = core_matrix(arena, m + 1, m + 1),
              .v = core_vector(arena, m + 1),
              .w = core_vector(arena, m + 1)};
    double *start = SD_NEW_ARRAY(arena, double, m + 1);
    point_list list = {0};

    sd_core_set(core, request->parameter, fold->parameter);
    core_coordinates(core, fold->stocks, start);
    start[m] = (fold->parameter - request->low) / (request->high - request->low);
    for (int side = 0; side < 2; side++) {
        const double end = side ? high : low;

        memcpy(e.u, start, (m + 1) * sizeof *start);
        sd_core_set(core, second, other);
        /* A value outside the range is followed into it, through its near end to the far one. */
        if ((side ? end > other : end < other) && set_border(&e))
            follow(&e, other, end, arena, &list);
    }
    tracer_done(&e.t);
    sd_core_set(core, second, other);
    sd_core_set(core, request->parameter, given);
    if (list.count == 0)
        return sd_fail(diag, SD_E510, SD_NOWHERE, "the fold could not be followed from '%s' = %g",
                       sd_model_element_name(core->program->model,
                                             core->program->parameters[second].element, arena),
                       other);
    const edge_point own = {fold->parameter, other};
    double *first = SD_NEW_ARRAY(arena, double, list.count + 1),
           *seconds = SD_NEW_ARRAY(arena, double, list.count + 1);
    size_t count = 0;

    SD_PUSH(arena, &list, own);
    qsort(list.items, list.count, sizeof *list.items, by_second);
    for (size_t k = 0; k < list.count; k++)
        if (list.items[k].second >= low && list.items[k].second <= high) {
            first[count] = list.items[k].first;
            seconds[count++] = list.items[k].second;
        }
    *ret_boundary = (sd_boundary){.count = count, .first = first, .second = seconds};
    return SD_OK;
}
