/* solver.c - integration from one grid point to the next through gsl_odeiv2.
 * In: stocks at a grid point, with the rows worked out there.  Out: stocks at the next.  A method is one row of
 * step_type(); those for stiff models ask for the Jacobian, which is exact.
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
    double *
        tangents; /* [row_count][dim + 1] by each stock and, last, by the time; methods for stiff models */
    size_t dim;
    double shift;  /* [units of the stock] what is added to every stock before GSL sees it */
    int64_t spent; /* evaluations since the last grid point */
    bool adaptive, fresh;
};

enum { SPENT_MAX = 1000000 }; /* evaluations from one grid point to the next */

static const gsl_odeiv2_step_type *step_type(sd_method method)
{
    switch (method) { /* without a default, so that the compiler names a method that has no row */
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
    case SD_METHOD_MSADAMS:
        return gsl_odeiv2_step_msadams;
    case SD_METHOD_BSIMP:
        return gsl_odeiv2_step_bsimp;
    case SD_METHOD_MSBDF:
        return gsl_odeiv2_step_msbdf;
    case SD_METHOD_RK4:
    case SD_METHOD_COUNT:
        break;
    }
    return step_rk4;
}

size_t solver_bytes(const sd_program *p, sd_method method)
{
    double dim = (double)p->stock_count, matrices = 4; /* GSL's, at most */
    double bytes = ((double)p->row_count * (dim + 1) + matrices * dim * dim) * sizeof(double);
    if (!sd_method_is_stiff(method))
        return 0;
    return bytes > (double)(SIZE_MAX / 4) ? SIZE_MAX / 4 : (size_t)bytes;
}

static bool is_interrupted(const run_state *s)
{
    return s->request->interrupted && *s->request->interrupted;
}

/* False when one is not finite and the run has to end for it. */
static bool gather_slopes(const solver *v, double *slopes)
{
    const run_state *s = v->s;
    const sd_program *p = s->program;
    for (size_t i = 0; i < p->stock_count; i++) {
        const double *net = state_row(s, p->stocks[i].net);
        memcpy(slopes + i * s->members, net, s->members * sizeof *net);
        note_row(s, net);
    }
    return s->failed || is_healthy(s);
}

/* A trial step of an adaptive method may leave the domain: a shorter one is tried then. */
static bool gather_trial(const run_state *s, double *slopes)
{
    const sd_program *p = s->program;
    bool finite = true;
    for (size_t i = 0; i < p->stock_count; i++) {
        slopes[i] = *state_row(s, p->stocks[i].net);
        finite = finite && isfinite(slopes[i]);
    }
    return finite;
}

static int derivatives(double t, const double y[], double dydt[], void *context)
{
    solver *v = context;
    run_state *s = v->s;
    /* A stiff model can keep an adaptive method for ever between two grid points. */
    if (v->adaptive && (v->spent++ >= SPENT_MAX || is_interrupted(s)))
        return GSL_EBADFUNC;
    double *stocks = state_row(s, s->program->stock_row);
    for (size_t i = 0; i < v->dim; i++)
        stocks[i] = y[i] - v->shift;
    double *time = state_row(s, s->program->time_row);
    for (size_t m = 0; m < s->members; m++)
        time[m] = t;
    eval(s, &s->program->stage);
    s->stats.evaluations++;
    s->in_stage = true;
    s->stage_time = t;
    if (v->adaptive)
        return gather_trial(s, dydt) ? GSL_SUCCESS : GSL_FAILURE;
    return gather_slopes(v, dydt) ? GSL_SUCCESS : GSL_EBADFUNC;
}

/* Of one member: the methods that ask for it are adaptive. */
static int jacobian(double t, const double y[], double *dfdy, double dfdt[], void *context)
{
    solver *v = context;
    const sd_program *p = v->s->program;
    size_t lanes = v->dim + 1;
    int error = derivatives(t, y, v->slopes, context);
    if (error)
        return error;
    sd_derive(&p->stage, p->gfs, t, v->s->request->spec.dt, v->s->rows, lanes, v->tangents);
    bool finite = true;
    for (size_t i = 0; i < v->dim; i++) {
        const double *net = v->tangents + (size_t)p->stocks[i].net * lanes;
        memcpy(dfdy + i * v->dim, net, v->dim * sizeof *net);
        dfdt[i] = net[v->dim];
        for (size_t k = 0; k < lanes; k++)
            finite = finite && isfinite(net[k]);
    }
    return finite ? GSL_SUCCESS : GSL_FAILURE;
}

/* Each stock's row, and that of the time, changes in its own direction; what is constant or held in none. */
static bool make_tangents(solver *v)
{
    const sd_program *p = v->s->program;
    size_t lanes = v->dim + 1;
    v->tangents = calloc(p->row_count * lanes, sizeof *v->tangents);
    if (!v->tangents)
        return false;
    for (size_t i = 0; i < v->dim; i++)
        v->tangents[((size_t)p->stock_row + i) * lanes + i] = 1.0;
    v->tangents[(size_t)p->time_row * lanes + v->dim] = 1.0;
    return true;
}

sd_status solver_new(run_state *s, const sd_run_spec *spec, solver **ret_solver, sd_diag *diag)
{
    solver *v = calloc(1, sizeof *v);
    if (!v)
        return sd_fail(diag, SD_E503, SD_NOWHERE, "no memory for the integration method");
    v->s = s;
    v->dim = s->program->stock_count * s->room;
    v->adaptive = sd_method_is_adaptive(spec->method);
    v->system = (gsl_odeiv2_system){
        .function = derivatives, .jacobian = jacobian, .dimension = v->dim, .params = v};
    v->slopes = calloc(v->dim + 1, sizeof *v->slopes);
    v->errors = calloc(v->dim + 1, sizeof *v->errors);
    if (v->dim && v->adaptive)
        v->driver = gsl_odeiv2_driver_alloc_y_new(&v->system, step_type(spec->method), spec->dt,
                                                  spec->atol, spec->rtol);
    else if (v->dim)
        v->step = gsl_odeiv2_step_alloc(step_type(spec->method), v->dim);
    bool made = v->slopes && v->errors && (!v->dim || v->driver || v->step);
    /* The bsimp of GSL 2.7 lets no stock change by more than some hundredfold in a part of a step.  A stock that rests at 0
     * but for rounding would stop it, so all are moved by what counts as nothing. */
    v->shift = spec->method == SD_METHOD_BSIMP ? spec->atol : 0.0;
    if (!made || (sd_method_is_stiff(spec->method) && !make_tangents(v))) {
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
    free(v->tangents);
    free(v);
}

void solver_start(solver *v)
{
    v->dim = v->s->program->stock_count * v->s->members;
    v->system.dimension = v->dim;
    if (v->step) /* our own step types work with any dimension up to the one they were made for */
        v->step->dimension = v->dim;
    v->fresh = true;
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

/* The stock that moves on most against what the tolerances let pass. */
static size_t fastest(const solver *v, const double *stocks)
{
    const sd_run_spec *spec = &v->s->request->spec;
    size_t which = 0;
    double most = -1;
    for (size_t i = 0; i < v->dim; i++) {
        double speed = fabs(v->slopes[i]) / (spec->atol + spec->rtol * fabs(stocks[i]));
        if (speed > most) {
            most = speed;
            which = i;
        }
    }
    return which;
}

/* The stock that settles fastest by itself, and the time that it takes [model time]; infinite when none does. */
static size_t stiffest(const solver *v, double time, double *ret_settling)
{
    const run_state *s = v->s;
    const sd_program *p = s->program;
    double *tangents = calloc(p->row_count, sizeof *tangents), most = 0;
    size_t which = 0;
    for (size_t i = 0; tangents && i < v->dim; i++) {
        double *own = &tangents[(size_t)p->stock_row + i];
        *own = 1.0;
        sd_derive(&p->stage, p->gfs, time, s->request->spec.dt, s->rows, 1, tangents);
        if (-tangents[p->stocks[i].net] > most) {
            most = -tangents[p->stocks[i].net];
            which = i;
        }
        *own = 0.0;
    }
    free(tangents);
    *ret_settling = 1 / most;
    return which;
}

static const char *stock_name(const solver *v, size_t i, sd_arena *arena)
{
    const sd_program *p = v->s->program;
    return sd_model_element_name(p->model, p->stocks[i].element, arena);
}

/* "; there 'S' settles within 4e-07", or nothing when no stock settles. */
static const char *told_stiffest(const solver *v, double time, sd_arena *arena)
{
    double settling;
    const char *name = stock_name(v, stiffest(v, time, &settling), arena);
    return isfinite(settling)
               ? sd_arena_printf(arena, "; there '%s' settles within %.2g", name, settling)
               : "";
}

/* `time` and `stocks` are the last that GSL came to. */
static sd_status gave_up(solver *v, double time, const double *stocks, sd_diag *diag)
{
    sd_span span = v->s->request->spec_span;
    sd_method method = v->s->request->spec.method;
    const char *name = sd_method_name(method), *stiff = sd_method_stiff_list(diag->arena);
    bool spent = v->spent > SPENT_MAX;
    char text[SD_NUMBER_MAX];
    sd_status status;
    v->spent = 0;
    (void)derivatives(time, stocks, v->slopes, v);
    (void)sd_number_format(time, text);
    if (spent)
        status =
            sd_fail(diag, SD_E502, span,
                    "the method '%s' is only at time %s after %d evaluations from one grid point%s",
                    name, text, SPENT_MAX, told_stiffest(v, time, diag->arena));
    else
        status = sd_fail(diag, SD_E502, span,
                         "the method '%s' gave up at time %s, where '%s' changes fastest", name,
                         text, stock_name(v, fastest(v, stocks), diag->arena));
    if (sd_method_is_stiff(method))
        sd_help(diag,
                "look there for a value that jumps or grows without bound; else loosen rtol and "
                "atol, or take the other of %s",
                stiff);
    else
        sd_help(diag,
                "if the model is stiff take %s; else loosen rtol and atol, or use rk4 with a small "
                "dt",
                stiff);
    return status;
}

/* Where a step may be as long as it likes, a first one over the whole interval can slip through the error estimate.
 * So one within which the stocks move by a hundredth (Hairer, Norsett and Wanner 1993, II.4), or by a hundredth of what
 * the tolerances let pass when they are smaller than that. */
static double first_step(solver *v, double longest, const double *stocks)
{
    const sd_run_spec *spec = &v->s->request->spec;
    double size = 1, speed = 0;
    if (!sd_method_is_stiff(spec->method) || !gather_trial(v->s, v->slopes))
        return longest;
    for (size_t i = 0; i < v->dim; i++) {
        double tolerance = spec->atol + spec->rtol * fabs(stocks[i]);
        size = fmax(size, fabs(stocks[i]) / tolerance);
        speed = fmax(speed, fabs(v->slopes[i]) / tolerance);
    }
    double step = 0.01 * size / speed;
    return step > 0 && step < longest ? step : longest;
}

static sd_status advance_adaptive(solver *v, double time, double next, double *stocks,
                                  sd_diag *diag)
{
    /* After a jump, or when a stock was held at 0, the last step's size, slopes and past points say nothing about
     * the next. */
    if (v->fresh || v->s->program->jumps)
        gsl_odeiv2_driver_reset_hstart(v->driver, first_step(v, next - time, stocks));
    double at = time;
    unsigned long rejected = v->driver->e->failed_steps;
    v->spent = 0;
    for (size_t i = 0; i < v->dim; i++)
        stocks[i] += v->shift;
    int error = gsl_odeiv2_driver_apply(v->driver, &at, next, stocks);
    v->s->stats.rejected += (int64_t)(v->driver->e->failed_steps - rejected);
    if (error == GSL_SUCCESS) {
        for (size_t i = 0; i < v->dim; i++)
            stocks[i] -= v->shift;
        return SD_OK;
    }
    if (is_interrupted(v->s))
        return SD_INTERRUPTED;
    if (v->s->failed) {
        v->s->health[0] = (double)NAN;
        return SD_OK;
    }
    sd_status status = bad_slope(v, diag);
    if (status != SD_OK)
        return status;
    return gave_up(v, at, stocks, diag);
}

/* A value that is not finite stays: it has to be found and told.  True when a stock was moved. */
static bool hold_at_zero(const run_state *s, double *stocks)
{
    const sd_program *p = s->program;
    bool moved = false;
    for (size_t i = 0; i < p->stock_count; i++) {
        double *row = stocks + i * s->members;
        for (size_t m = 0; p->stocks[i].non_negative && m < s->members; m++) {
            bool below = row[m] < 0.0 && isfinite(row[m]);
            row[m] = below ? 0.0 : row[m];
            moved |= below;
        }
    }
    return moved;
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
        if (!gather_slopes(v, v->slopes))
            return bad_slope(v, diag);
        s->stats.evaluations++;
        int error = gsl_odeiv2_step_apply(v->step, time, s->request->spec.dt, stocks, v->errors,
                                          v->slopes, NULL, &v->system);
        if (error != GSL_SUCCESS && is_interrupted(s))
            return SD_INTERRUPTED;
        if (error != GSL_SUCCESS) {
            sd_status status = bad_slope(v, diag);
            return status != SD_OK
                       ? status
                       : sd_fail(diag, SD_E502, s->request->spec_span, "the step failed");
        }
    }
    v->fresh = hold_at_zero(s, stocks);
    return SD_OK;
}
