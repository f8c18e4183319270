/* solver.c - integration from one grid point to the next through gsl_odeiv2.
 * In: stocks at a grid point, with the rows worked out there.  Out: stocks at the next.  A method is one row of
 * the table.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <gsl/gsl_errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "run_private.h"

struct solver {
    run_state *s;
    gsl_odeiv2_system system;
    gsl_odeiv2_step *step;     /* fixed step */
    gsl_odeiv2_driver *driver; /* adaptive */
    double *slopes, *errors;   /* [dim] */
    size_t dim;
    bool adaptive, fresh;
};

static const gsl_odeiv2_step_type *step_type(sd_method method)
{
    switch (method) {
    case SD_METHOD_EULER:
        return step_euler;
    case SD_METHOD_RK2:
        return step_rk2;
    case SD_METHOD_RKF45:
        return gsl_odeiv2_step_rkf45;
    case SD_METHOD_RKCK:
        return gsl_odeiv2_step_rkck;
    case SD_METHOD_RK8PD:
        return gsl_odeiv2_step_rk8pd;
    default:
        return step_rk4;
    }
}

static bool gather_slopes(const run_state *s, double *slopes)
{
    const sd_program *p = s->program;
    bool finite = true;
    for (size_t i = 0; i < p->stock_count; i++) {
        const double *net = state_row(s, p->stocks[i].net);
        for (size_t m = 0; m < s->members; m++) {
            slopes[i * s->members + m] = net[m];
            finite = finite && isfinite(net[m]);
        }
    }
    return finite;
}

static int derivatives(double t, const double y[], double dydt[], void *context)
{
    solver *v = context;
    run_state *s = v->s;
    memcpy(state_row(s, s->program->stock_row), y, v->dim * sizeof *y);
    double *time = state_row(s, s->program->time_row);
    for (size_t m = 0; m < s->members; m++)
        time[m] = t;
    eval(s, &s->program->stage);
    s->stats.evaluations++;
    s->in_stage = true;
    s->stage_time = t;
    /* A trial step of an adaptive method may leave the domain: a shorter one is tried then. */
    if (!gather_slopes(s, dydt))
        return v->adaptive ? GSL_FAILURE : GSL_EBADFUNC;
    return GSL_SUCCESS;
}

sd_status solver_new(run_state *s, const sd_run_spec *spec, solver **ret_solver, sd_diag *diag)
{
    solver *v = calloc(1, sizeof *v);
    if (!v)
        return sd_fail(diag, SD_E503, SD_NOWHERE, "no memory for the integration method");
    v->s = s;
    v->dim = s->program->stock_count * s->members;
    v->adaptive = sd_method_is_adaptive(spec->method);
    v->system = (gsl_odeiv2_system){.function = derivatives, .dimension = v->dim, .params = v};
    v->slopes = calloc(v->dim + 1, sizeof *v->slopes);
    v->errors = calloc(v->dim + 1, sizeof *v->errors);
    if (v->dim && v->adaptive)
        v->driver = gsl_odeiv2_driver_alloc_y_new(&v->system, step_type(spec->method), spec->dt,
                                                  spec->atol, spec->rtol);
    else if (v->dim)
        v->step = gsl_odeiv2_step_alloc(step_type(spec->method), v->dim);
    v->fresh = true;
    if (!v->slopes || !v->errors || (v->dim && !v->driver && !v->step)) {
        solver_free(v);
        return sd_fail(diag, SD_E503, SD_NOWHERE, "no memory for the integration method");
    }
    *ret_solver = v;
    return SD_OK;
}

void solver_free(solver *v)
{
    if (!v)
        return;
    if (v->driver)
        gsl_odeiv2_driver_free(v->driver);
    if (v->step)
        gsl_odeiv2_step_free(v->step);
    free(v->slopes);
    free(v->errors);
    free(v);
}

static sd_status bad_slope(solver *v, sd_diag *diag)
{
    const sd_program *p = v->s->program;
    for (size_t i = 0; i < p->stock_count; i++) {
        const double *net = state_row(v->s, p->stocks[i].net);
        for (size_t m = 0; m < v->s->members; m++)
            if (!isfinite(net[m]))
                return report_nonfinite(v->s, p->stocks[i].net, diag);
    }
    return SD_OK;
}

static sd_status advance_adaptive(solver *v, double time, double next, double *stocks,
                                  sd_diag *diag)
{
    /* After a jump the last step's size and slopes say nothing about the next. */
    if (v->fresh || v->s->program->jumps) {
        gsl_odeiv2_driver_reset_hstart(v->driver, next - time);
        v->fresh = false;
    }
    double at = time;
    unsigned long rejected = v->driver->e->failed_steps;
    int error = gsl_odeiv2_driver_apply(v->driver, &at, next, stocks);
    v->s->stats.rejected += (int64_t)(v->driver->e->failed_steps - rejected);
    if (error == GSL_SUCCESS)
        return SD_OK;
    sd_status status = bad_slope(v, diag);
    if (status != SD_OK)
        return status;
    char text[SD_NUMBER_MAX];
    (void)sd_number_format(at, text);
    status = sd_fail(diag, SD_E502, v->s->request->spec_span, "the method '%s' gave up at time %s",
                     sd_method_name(v->s->request->spec.method), text);
    sd_help(diag, "loosen rtol and atol, or use rk4 with a small dt");
    return status;
}

/* A value that is not finite stays: it has to be found and told. */
static void hold_at_zero(const run_state *s, double *stocks)
{
    const sd_program *p = s->program;
    for (size_t i = 0; i < p->stock_count; i++) {
        double *row = stocks + i * s->members;
        for (size_t m = 0; p->stocks[i].non_negative && m < s->members; m++)
            row[m] = row[m] < 0.0 && isfinite(row[m]) ? 0.0 : row[m];
    }
}

sd_status solver_advance(solver *v, double time, double next, double *stocks, sd_diag *diag)
{
    run_state *s = v->s;
    if (v->dim == 0)
        return SD_OK;
    if (v->adaptive) {
        sd_status status = advance_adaptive(v, time, next, stocks, diag);
        if (status != SD_OK)
            return status;
    } else {
        if (!gather_slopes(s, v->slopes))
            return bad_slope(v, diag);
        s->stats.evaluations++;
        int error = gsl_odeiv2_step_apply(v->step, time, s->request->spec.dt, stocks, v->errors,
                                          v->slopes, NULL, &v->system);
        if (error != GSL_SUCCESS) {
            sd_status status = bad_slope(v, diag);
            return status != SD_OK
                       ? status
                       : sd_fail(diag, SD_E502, s->request->spec_span, "the step failed");
        }
    }
    hold_at_zero(s, stocks);
    return SD_OK;
}
