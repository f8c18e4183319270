/* special.c - folds, Hopf points and branch points of a curve of equilibria, and the other branch at the last.
 * In: two points of a curve between which something changes.  Out: the point itself.  Method: the root, along the curve,
 * of what changes its sign: the parameter's part of the tangent, or the real part of an eigenvalue (Brent); the other
 * branch from the quadratic that both directions satisfy (Seydel 2010, section 5.4).
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <gsl/gsl_complex_math.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_roots.h>
#include <math.h>
#include <string.h>

#include "tracer.h"

enum { ROOT_STEPS = 100 };

/* [1] of the arc: at a branch point itself no digit of a correction is good, near it all are */
static const double arc_floor[] = {0, 1e-14, 1e-14, 1e-10};
static const double real_zero =
    1e-4; /* [1] of what it was: it passes through 0 and does not jump */
static const double second_difference = 1e-4; /* [1] step */

typedef struct search {
    tracer *t;
    const double *a, *tangent;
    sd_special special;
    double *u, *direction; /* [size] of the last evaluation */
    double period;
    bool failed;
} search;

/* The real part of the eigenvalue, of the kind that is looked for, that is nearest to the axis. */
static double nearest(search *s)
{
    double best = (double)NAN;

    for (size_t i = 0; i + 1 < s->t->size; i++) {
        const gsl_complex value = gsl_vector_complex_get(s->t->values, i);
        const bool swings = GSL_IMAG(value) > 0;

        if (swings != (s->special == SD_POINT_HOPF) || GSL_IMAG(value) < 0)
            continue;
        if (isnan(best) || fabs(GSL_REAL(value)) < fabs(best)) {
            best = GSL_REAL(value);
            s->period = swings ? 2 * M_PI / GSL_IMAG(value) : (double)NAN;
        }
    }
    return best;
}

static double test(double length, void *context)
{
    search *s = context;
    tracer *t = s->t;
    size_t count;

    for (size_t k = 0; k < t->size; k++)
        s->u[k] = s->a[k] + length * s->tangent[k];
    if (length > 0 && !tracer_correct(t, s->u, s->tangent, NULL)) {
        s->failed = true;
        return (double)NAN;
    }
    if (!tracer_tangent(t, s->u, s->tangent, s->direction)) /* at the very crossing there are two */
        memcpy(s->direction, s->tangent, t->size * sizeof *s->tangent);
    if (s->special == SD_POINT_FOLD)
        return s->direction[t->size - 1];
    if (!tracer_eigen(t, s->u, &count)) {
        s->failed = true;
        return (double)NAN;
    }
    return nearest(s);
}

/* The length at which the test is 0; false when it has the same sign at both ends. */
static bool find_root(search *s, double length, double *ret_length)
{
    gsl_function f = {test, s};
    gsl_root_fsolver *solver = gsl_root_fsolver_alloc(gsl_root_fsolver_brent);
    int status = gsl_root_fsolver_set(solver, &f, 0, length);

    for (int n = 0; n < ROOT_STEPS && status == GSL_SUCCESS && !s->failed; n++) {
        status = gsl_root_fsolver_iterate(solver);
        if (gsl_root_fsolver_x_upper(solver) - gsl_root_fsolver_x_lower(solver) <=
            arc_floor[s->special] + 4e-16 * length)
            break;
    }
    *ret_length = gsl_root_fsolver_root(solver);
    gsl_root_fsolver_free(solver);
    return status == GSL_SUCCESS && !s->failed;
}

/* A corner of the equations can carry an eigenvalue across the axis without passing it. */
static bool passes_zero(const search *s, double value, double before)
{
    return s->special == SD_POINT_FOLD || fabs(value) <= real_zero * fabs(before);
}

bool special_locate(tracer *t, const double *a, const double *tangent, double length,
                    sd_special special, found_point *ret_point)
{
    search s = {.t = t,
                .a = a,
                .tangent = tangent,
                .special = special,
                .u = SD_NEW_ARRAY(t->arena, double, t->size),
                .direction = SD_NEW_ARRAY(t->arena, double, t->size),
                .period = (double)NAN};
    const double before = test(0, &s);
    double at;

    if (s.failed || !find_root(&s, length, &at))
        return false;
    const double value = test(at, &s);

    if (s.failed || !passes_zero(&s, value, before))
        return false;
    *ret_point = (found_point){.u = s.u,
                               .tangent = s.direction,
                               .special = special,
                               .period = special == SD_POINT_HOPF ? s.period : (double)NAN};
    return true;
}

/* ---- the other branch ---- */

/* left . F(u + step x v) without its constant and linear part, times 2 / step^2: the second derivative along v. */
static bool curvature(tracer *t, const double *u, const double *v, const gsl_vector *left,
                      double *ret_curvature)
{
    double *trial = SD_NEW_ARRAY(t->arena, double, t->size),
           *net = SD_NEW_ARRAY(t->arena, double, t->size), sum = 0;

    for (int side = -1; side <= 1; side++) {
        for (size_t k = 0; k < t->size; k++)
            trial[k] = u[k] + side * second_difference * v[k];
        sd_core_set(t->core, t->request->parameter, tracer_parameter(t, trial[t->size - 1]));
        if (!core_net(t->core, trial, net))
            return false;
        for (size_t i = 0; i + 1 < t->size; i++)
            sum += (side == 0 ? -2 : 1) * gsl_vector_get(left, i) * net[i];
    }
    *ret_curvature = sum / (second_difference * second_difference);
    return true;
}

/* The null vectors of [J F_s; tangent]: `right` leads off the curve, `left` is orthogonal to the range of [J F_s]. */
static bool null_vectors(tracer *t, const found_point *at, double *ret_right, gsl_vector *ret_left)
{
    const size_t n = t->size, m = n - 1;
    gsl_matrix *a = core_matrix(t->arena, n, n), *turned = core_matrix(t->arena, n, n);
    double *slope = SD_NEW_ARRAY(t->arena, double, n);

    sd_core_set(t->core, t->request->parameter, tracer_parameter(t, at->u[m]));
    if (!core_jacobian(t->core, at->u, t->jacobian) ||
        !core_slope(t->core, at->u, t->request->parameter, slope))
        return false;
    for (size_t i = 0; i < m; i++) {
        for (size_t k = 0; k < m; k++)
            gsl_matrix_set(a, i, k, gsl_matrix_get(t->jacobian, i, k));
        gsl_matrix_set(a, i, m, slope[i] * (t->request->high - t->request->low));
    }
    for (size_t k = 0; k < n; k++)
        gsl_matrix_set(a, m, k, at->tangent[k]);
    gsl_matrix_transpose_memcpy(turned, a);
    bool simple; /* one direction more, and no third */

    return core_least_vector(t->arena, a, ret_right, &simple) &&
           core_least_vector(t->arena, turned, ret_left->data, NULL) && simple;
}

bool special_other_way(tracer *t, const found_point *at, double *ret_direction)
{
    const size_t n = t->size;
    double *v = SD_NEW_ARRAY(t->arena, double, n), *sum = SD_NEW_ARRAY(t->arena, double, n);
    gsl_vector *left = core_vector(t->arena, n);
    double along, off, both, size = 0;

    if (!null_vectors(t, at, v, left))
        return false;
    for (size_t k = 0; k < n; k++)
        sum[k] = at->tangent[k] + v[k];
    if (!curvature(t, at->u, at->tangent, left, &along) || !curvature(t, at->u, v, left, &off) ||
        !curvature(t, at->u, sum, left, &both))
        return false;
    const double mixed = (both - along - off) / 2;

    /* a tangent + b v with a^2 along + 2 a b mixed + b^2 off = 0; along is 0 on the curve that is known */
    for (size_t k = 0; k < n; k++) {
        ret_direction[k] = -off * at->tangent[k] + 2 * mixed * v[k];
        size += ret_direction[k] * ret_direction[k];
    }
    size = sqrt(size);
    for (size_t k = 0; k < n; k++) /* where both vanish the curvature says nothing */
        ret_direction[k] = size > 1e-6 ? ret_direction[k] / size : v[k];
    return isfinite(size);
}
