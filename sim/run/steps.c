/* steps.c - Euler, the midpoint rule and the classical Runge-Kutta method as GSL step types.
 * In: y, h and the derivatives at t.  Out: y at t + h.  Fixed steps, no error estimate: the sequences that system
 * dynamics means by these names (Hairer, Norsett and Wanner 1993, II.1).
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <gsl/gsl_errno.h>
#include <stdlib.h>

#include "run_private.h"

typedef struct scratch {
    double *y, *k, *sum; /* [dim] each, in one block that begins at y */
} scratch;

static void *scratch_new(size_t dim)
{
    scratch *s = malloc(sizeof *s);
    double *block = malloc(3 * (dim ? dim : 1) * sizeof *block);
    if (!s || !block) {
        free(s);
        free(block);
        return NULL;
    }
    *s = (scratch){.y = block, .k = block + dim, .sum = block + 2 * dim};
    return s;
}

static void scratch_free(void *state)
{
    scratch *s = state;
    if (s)
        free(s->y);
    free(s);
}

static int scratch_reset(void *state, size_t dim)
{
    (void)state;
    (void)dim;
    return GSL_SUCCESS;
}

static int set_driver(void *state, const gsl_odeiv2_driver *driver)
{
    (void)state;
    (void)driver;
    return GSL_SUCCESS;
}

static int first_slope(double *k, size_t dim, double t, const double *y, const double *dydt_in,
                       const gsl_odeiv2_system *system)
{
    if (!dydt_in)
        return GSL_ODEIV_FN_EVAL(system, t, y, k);
    for (size_t i = 0; i < dim; i++)
        k[i] = dydt_in[i];
    return GSL_SUCCESS;
}

static int last_slope(double *dydt_out, double t, const double *y, const gsl_odeiv2_system *system)
{
    return dydt_out ? GSL_ODEIV_FN_EVAL(system, t, y, dydt_out) : GSL_SUCCESS;
}

static int euler_apply(void *state, size_t dim, double t, double h, double *y, double *yerr,
                       const double *dydt_in, double *dydt_out, const gsl_odeiv2_system *system)
{
    (void)yerr;
    scratch *s = state;
    int error = first_slope(s->k, dim, t, y, dydt_in, system);
    if (error)
        return error;
    for (size_t i = 0; i < dim; i++)
        y[i] += h * s->k[i];
    return last_slope(dydt_out, t + h, y, system);
}

static int rk2_apply(void *state, size_t dim, double t, double h, double *y, double *yerr,
                     const double *dydt_in, double *dydt_out, const gsl_odeiv2_system *system)
{
    (void)yerr;
    scratch *s = state;
    int error = first_slope(s->k, dim, t, y, dydt_in, system);
    if (error)
        return error;
    for (size_t i = 0; i < dim; i++)
        s->y[i] = y[i] + 0.5 * h * s->k[i];
    error = GSL_ODEIV_FN_EVAL(system, t + 0.5 * h, s->y, s->k);
    if (error)
        return error;
    for (size_t i = 0; i < dim; i++)
        y[i] += h * s->k[i];
    return last_slope(dydt_out, t + h, y, system);
}

static int rk4_apply(void *state, size_t dim, double t, double h, double *y, double *yerr,
                     const double *dydt_in, double *dydt_out, const gsl_odeiv2_system *system)
{
    static const double at[] = {0.0, 0.5, 0.5, 1.0}, weight[] = {1.0, 2.0, 2.0, 1.0};
    (void)yerr;
    scratch *s = state;
    int error = first_slope(s->k, dim, t, y, dydt_in, system);
    if (error)
        return error;
    for (size_t i = 0; i < dim; i++)
        s->sum[i] = s->k[i];
    for (int stage = 1; stage < 4; stage++) {
        for (size_t i = 0; i < dim; i++)
            s->y[i] = y[i] + at[stage] * h * s->k[i];
        error = GSL_ODEIV_FN_EVAL(system, t + at[stage] * h, s->y, s->k);
        if (error)
            return error;
        for (size_t i = 0; i < dim; i++)
            s->sum[i] += weight[stage] * s->k[i];
    }
    for (size_t i = 0; i < dim; i++)
        y[i] += h / 6.0 * s->sum[i];
    return last_slope(dydt_out, t + h, y, system);
}

static unsigned int order_1(void *state)
{
    (void)state;
    return 1;
}

static unsigned int order_2(void *state)
{
    (void)state;
    return 2;
}

static unsigned int order_4(void *state)
{
    (void)state;
    return 4;
}

static const gsl_odeiv2_step_type euler_type = {
    "euler", 1, 0, scratch_new, euler_apply, set_driver, scratch_reset, order_1, scratch_free};
static const gsl_odeiv2_step_type rk2_type = {
    "rk2", 1, 0, scratch_new, rk2_apply, set_driver, scratch_reset, order_2, scratch_free};
static const gsl_odeiv2_step_type rk4_type = {
    "rk4", 1, 0, scratch_new, rk4_apply, set_driver, scratch_reset, order_4, scratch_free};
const gsl_odeiv2_step_type *const step_euler = &euler_type, *const step_rk2 = &rk2_type,
                                  *const step_rk4 = &rk4_type;
