/* tracer.c - corrections, tangents and eigenvalues along a curve of equilibria.
 * In: a core and a parameter.  Out: points u = (y, s) with F(u) = 0.  Method: the Jacobian bordered by a row, which stays
 * regular at folds (Keller 1977; Seydel 2010, section 4.5).
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <gsl/gsl_blas.h>
#include <gsl/gsl_complex_math.h>
#include <gsl/gsl_eigen.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_linalg.h>
#include <math.h>
#include <string.h>

#include "tracer.h"

enum { NEWTON_STEPS = 16 };

static const double fine = 1e-11; /* [1] last Newton step: rounding is near */
static const double enough =
    1e-8; /* [1] a last step that large will do where rounding allows no better */
static const double at_rest = 1e-12; /* [1] change of a stock in a whole run */
static const double growing = 1e-9;  /* [1] of the largest eigenvalue: below it is rounding */

tracer tracer_new(sd_arena *arena, sd_core *core, const sd_tip_request *request)
{
    const size_t m = core->count;
    tracer t = {.arena = arena,
                .core = core,
                .request = request,
                .size = m + 1,
                .matrix = core_matrix(arena, m + 1, m + 1),
                .jacobian = core_matrix(arena, m, m),
                .permutation = core_permutation(arena, m + 1),
                .right = core_vector(arena, m + 1),
                .step = core_vector(arena, m + 1),
                .values = SD_NEW(arena, gsl_vector_complex),
                .space = gsl_eigen_nonsymm_alloc(m)};

    *t.values = (gsl_vector_complex){
        .size = m, .stride = 1, .data = SD_NEW_ARRAY(arena, double, 2 * m + 2)};
    gsl_eigen_nonsymm_params(0, 1, t.space);
    return t;
}

void tracer_done(tracer *t)
{
    gsl_eigen_nonsymm_free(t->space);
}

double tracer_parameter(const tracer *t, double s)
{
    /* The ends are met to the last digit. */
    return s == 1 ? t->request->high : t->request->low + s * (t->request->high - t->request->low);
}

static void place(const tracer *t, const double *u)
{
    const double value = tracer_parameter(t, u[t->size - 1]);

    if (value != sd_field_parameter(t->core->field, t->request->parameter))
        sd_core_set(t->core, t->request->parameter, value);
}

/* [J F_s; plane], ready to be solved. */
static bool factor(tracer *t, const double *u, const double *plane)
{
    const size_t m = t->size - 1;
    const double range = t->request->high - t->request->low;
    int sign;

    place(t, u);
    if (!core_jacobian(t->core, u, t->jacobian) ||
        !core_slope(t->core, u, t->request->parameter, t->step->data))
        return false;
    for (size_t i = 0; i < m; i++) {
        for (size_t k = 0; k < m; k++)
            gsl_matrix_set(t->matrix, i, k, gsl_matrix_get(t->jacobian, i, k));
        gsl_matrix_set(t->matrix, i, m, t->step->data[i] * range);
    }
    for (size_t k = 0; k <= m; k++)
        gsl_matrix_set(t->matrix, m, k, plane[k]);
    gsl_linalg_LU_decomp(t->matrix, t->permutation, &sign);
    return true;
}

static bool solve(tracer *t)
{
    if (gsl_linalg_LU_solve(t->matrix, t->permutation, t->right, t->step) != GSL_SUCCESS)
        return false;
    for (size_t k = 0; k < t->size; k++)
        if (!isfinite(t->step->data[k]))
            return false;
    return true;
}

bool tracer_correct(tracer *t, double *u, const double *plane, int *ret_steps)
{
    double last = (double)INFINITY;

    for (int n = 1; n <= NEWTON_STEPS; n++) {
        double most = 0, left = 0;

        place(t, u);
        if (!core_net(t->core, u, t->right->data))
            return false;
        t->right->data[t->size - 1] = 0;
        for (size_t k = 0; k < t->size; k++)
            left = fmax(left, fabs(t->right->data[k]));
        if (!factor(t, u, plane))
            return false;
        if (!solve(t)) /* at the very crossing of two branches there is no unique step */
            return left * t->core->horizon <= at_rest;
        for (size_t k = 0; k < t->size; k++) {
            u[k] -= t->step->data[k];
            most = fmax(most, fabs(t->step->data[k]) / fmax(1, fabs(u[k])));
        }
        if (ret_steps)
            *ret_steps = n;
        if (most <= fine || (most <= enough && most >= 0.5 * last))
            return true;
        if (most > 1e3)
            return false;
        last = most;
    }
    return last <= enough;
}

bool tracer_tangent(tracer *t, const double *u, const double *along, double *ret_tangent)
{
    gsl_vector_set_zero(t->right);
    t->right->data[t->size - 1] = 1;
    if (!factor(t, u, along) || !solve(t))
        return false;
    const double size = gsl_blas_dnrm2(t->step);

    if (!(size > 0) || !isfinite(size))
        return false;
    for (size_t k = 0; k < t->size; k++)
        ret_tangent[k] = t->step->data[k] / size;
    return true;
}

bool tracer_eigen(tracer *t, const double *u, size_t *ret_growing)
{
    double largest = 0;

    place(t, u);
    if (!core_jacobian(t->core, u, t->jacobian) ||
        gsl_eigen_nonsymm(t->jacobian, t->values, t->space) != GSL_SUCCESS)
        return false;
    for (size_t i = 0; i + 1 < t->size; i++)
        largest = fmax(largest, gsl_complex_abs(gsl_vector_complex_get(t->values, i)));
    *ret_growing = 0;
    for (size_t i = 0; i + 1 < t->size; i++)
        *ret_growing += GSL_REAL(gsl_vector_complex_get(t->values, i)) > growing * largest;
    return true;
}
