/* equilibrium.c - where a model comes to rest while time stands still.
 * In: a core and a state to start from.  Out: the stocks at which no net flow is left.  Method: Powell's hybrid
 * method (GSL's hybridsj); when it fails, implicit Euler steps that grow as the motion slows (pseudo-transient
 * continuation; Kelley and Keyes 1998); Newton's method for the last digits.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <gsl/gsl_blas.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_linalg.h>
#include <gsl/gsl_multiroots.h>
#include <math.h>
#include <string.h>

#include "core.h"

enum { HYBRID_STEPS = 400, TRANSIENT_STEPS = 4000, NEWTON_STEPS = 40 };

static const double settled = 1e-9;  /* [1] last Newton step against the size of the stocks */
static const double at_rest = 1e-13; /* [1] change over a whole run that is rounding */
static const double easy =
    0.1; /* [1] implicit steps that change less are followed by longer ones */
static const double hard = 0.5; /* [1] those that change more are taken back */
static const double gone =
    1e9; /* [1] times the size of the stocks: nothing comes back from there */
static const double longest_step = 1e12; /* [1] of the length of a run: a Newton step */

static double largest(const gsl_vector *v)
{
    double most = 0;

    for (size_t i = 0; i < v->size; i++)
        most = fmax(most, fabs(v->data[i]));
    return most;
}

/* The largest change of a coordinate, those beyond 1 against their own size. */
static double change_of(const double *y, const gsl_vector *step)
{
    double most = 0;

    for (size_t i = 0; i < step->size; i++)
        most = fmax(most, fabs(step->data[i]) / fmax(1, fabs(y[i])));
    return most;
}

/* Solves (1/pace - J) step = y'; false where that cannot be done.  Pace INFINITY: a Newton step. */
static bool implicit_step(sd_core *core, const double *y, double pace)
{
    sd_core_work *w = core->work;
    int sign;

    if (!core_net(core, y, w->residual->data) || !core_jacobian(core, y, w->matrix))
        return false;
    gsl_matrix_scale(w->matrix, -1);
    for (size_t i = 0; i < core->count && isfinite(pace); i++)
        *gsl_matrix_ptr(w->matrix, i, i) += 1 / pace;
    gsl_linalg_LU_decomp(w->matrix, w->permutation, &sign);
    if (gsl_linalg_LU_solve(w->matrix, w->permutation, w->residual, w->step) != GSL_SUCCESS)
        return false;
    return isfinite(largest(w->step));
}

bool core_polish(sd_core *core, double *y)
{
    sd_core_work *w = core->work;
    double last = (double)INFINITY;

    for (int k = 0; k < NEWTON_STEPS; k++) {
        if (!core_net(core, y, w->residual->data))
            return false;
        if (largest(w->residual) * core->horizon <= at_rest)
            return true;
        if (!implicit_step(core, y, (double)INFINITY))
            return last <= settled;
        const double change = change_of(y, w->step);

        if (last <= settled && change >= last)
            return true; /* rounding alone is left */
        if (change > gone)
            return false;
        for (size_t i = 0; i < core->count; i++)
            y[i] += w->step->data[i];
        last = change;
    }
    return last <= settled;
}

/* ---- Powell's hybrid method ---- */

static int hybrid_f(const gsl_vector *y, void *context, gsl_vector *ret_net)
{
    sd_core *core = context;

    return core_net(core, y->data, ret_net->data) ? GSL_SUCCESS : GSL_EBADFUNC;
}

static int hybrid_df(const gsl_vector *y, void *context, gsl_matrix *ret_jacobian)
{
    sd_core *core = context;

    return core_jacobian(core, y->data, ret_jacobian) ? GSL_SUCCESS : GSL_EBADFUNC;
}

static int hybrid_fdf(const gsl_vector *y, void *context, gsl_vector *ret_net,
                      gsl_matrix *ret_jacobian)
{
    const int status = hybrid_f(y, context, ret_net);

    return status == GSL_SUCCESS ? hybrid_df(y, context, ret_jacobian) : status;
}

static bool find_by_hybrid(sd_core *core, double *y)
{
    gsl_multiroot_function_fdf f = {hybrid_f, hybrid_df, hybrid_fdf, core->count, core};
    gsl_multiroot_fdfsolver *solver =
        gsl_multiroot_fdfsolver_alloc(gsl_multiroot_fdfsolver_hybridsj, core->count);
    gsl_vector_view at = gsl_vector_view_array(y, core->count);
    int status = gsl_multiroot_fdfsolver_set(solver, &f, &at.vector);

    for (int k = 0; k < HYBRID_STEPS && status == GSL_SUCCESS; k++) {
        status = gsl_multiroot_fdfsolver_iterate(solver);
        if (status == GSL_SUCCESS && change_of(solver->x->data, solver->dx) < settled)
            break;
    }
    memcpy(y, solver->x->data, core->count * sizeof *y);
    gsl_multiroot_fdfsolver_free(solver);
    return core_polish(core, y);
}

/* ---- pseudo-transient continuation ---- */

static bool is_gone(const double *y, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!(fabs(y[i]) < gone))
            return true;
    return false;
}

static bool find_by_transient(sd_core *core, double *y)
{
    sd_core_work *w = core->work;
    double pace = core->horizon * 1e-4; /* [model time] */

    for (int k = 0; k < TRANSIENT_STEPS && pace > core->horizon * 1e-15; k++) {
        const bool solved = implicit_step(core, y, pace);
        const double change = solved ? change_of(y, w->step) : (double)INFINITY;

        if (!solved || change > hard) {
            pace /= 4;
            continue;
        }
        for (size_t i = 0; i < core->count; i++)
            w->trial->data[i] = y[i] + w->step->data[i];
        if (!core_net(core, w->trial->data, w->trial_residual->data)) {
            pace /= 4;
            continue;
        }
        memcpy(y, w->trial->data, core->count * sizeof *y);
        if (is_gone(y, core->count))
            return false;
        if (change < settled && pace >= core->horizon * 1e3)
            return core_polish(core, y);
        pace = fmin(pace * (change < easy ? 2 : 1), core->horizon * longest_step);
    }
    return false;
}

/* ---- the search ---- */

/* Which stock is furthest from rest. */
static sd_status fail_moving(sd_core *core, const double *stocks, sd_diag *diag)
{
    const sd_core_work *w = core->work;
    size_t worst = SIZE_MAX;
    double most = 0;

    if (!sd_field_net(core->field, stocks, w->net))
        worst = SIZE_MAX;
    else
        for (size_t i = 0; i < core->stock_count; i++)
            if (core->roles[i] != SD_ROLE_COUNTER && fabs(w->net[i]) / core->scale[i] > most) {
                most = fabs(w->net[i]) / core->scale[i];
                worst = i;
            }
    if (worst == SIZE_MAX)
        return sd_fail(diag, SD_E510, SD_NOWHERE, "no equilibrium was found");
    return sd_fail(
        diag, SD_E510, SD_NOWHERE, "no equilibrium was found: '%s' goes on changing by %.3g per %s",
        sd_stock_name(diag->arena, core->program, worst), w->net[worst],
        core->program->model->time_units[0] ? core->program->model->time_units : "unit of time");
}

/* What the search does not move must be at rest as well. */
static bool is_at_rest(sd_core *core, const double *stocks)
{
    const sd_core_work *w = core->work;

    if (!sd_field_net(core->field, stocks, w->net))
        return false;
    for (size_t i = 0; i < core->stock_count; i++)
        if (core->roles[i] != SD_ROLE_COUNTER &&
            fabs(w->net[i]) * core->horizon > 1e-6 * fmax(core->scale[i], fabs(stocks[i])))
            return false;
    return true;
}

sd_status sd_equilibrium_find(sd_core *core, const double *start, bool attracting,
                              double *ret_stocks, sd_diag *diag)
{
    double *y = core->count ? gsl_vector_ptr(core->work->start, 0) : NULL;
    bool found = core->count == 0;

    for (int way = 0; way < 2 && !found; way++) {
        core_coordinates(core, start, y);
        found = (way == 0) == attracting ? find_by_transient(core, y) : find_by_hybrid(core, y);
    }
    core_stocks(core, y, ret_stocks);
    return found && is_at_rest(core, ret_stocks) ? SD_OK : fail_moving(core, ret_stocks, diag);
}
