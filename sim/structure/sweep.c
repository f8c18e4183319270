/* sweep.c - a parameter changed slowly up and down again, by following the motion itself: hysteresis.
 * In: a core, a parameter and its range.  Out: the output at the end of each hold, its least and largest value where it
 * swings.  Method: backward differentiation (GSL's msbdf) with exact derivatives; each value starts where the one before
 * ended.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <gsl/gsl_errno.h>
#include <gsl/gsl_odeiv2.h>
#include <math.h>
#include <string.h>

#include "core.h"

enum { HOLDS = 8, LOOKS = 400 };

static const double tolerance = 1e-7; /* [1] of the size of the stocks, of each step */
static const double nudge =
    1e-4; /* [1] of the size of the stocks: nothing stays where nothing holds it */
static const double settled =
    1e-5; /* [1] change of any stock over a whole run that still goes on: it rests */
static const double nearly = 0.05; /* [1] of a change that may be left when it counts as done */
static const double gone = 1e6;    /* [1] times the size of the stocks */

typedef struct motion {
    sd_core *core;
    const sd_tip_request *request;
    size_t element;
    gsl_odeiv2_driver *driver;
    double *y; /* [count] */
} motion;

static int net(double time, const double *y, double *ret_net, void *context)
{
    motion *m = context;

    (void)time;
    return core_net(m->core, y, ret_net) ? GSL_SUCCESS : GSL_EBADFUNC;
}

static int derivatives(double time, const double *y, double *ret_jacobian, double *ret_time,
                       void *context)
{
    motion *m = context;
    gsl_matrix_view view = gsl_matrix_view_array(ret_jacobian, m->core->count, m->core->count);

    (void)time;
    memset(ret_time, 0, m->core->count * sizeof *ret_time);
    return core_jacobian(m->core, y, &view.matrix) ? GSL_SUCCESS : GSL_EBADFUNC;
}

static double output(motion *m)
{
    core_stocks(m->core, m->y, m->core->work->stocks);
    return sd_field_value(m->core->field, m->core->work->stocks, m->element);
}

static bool rests(motion *m)
{
    double *change = m->core->work->residual->data;

    if (!core_net(m->core, m->y, change))
        return false;
    for (size_t k = 0; k < m->core->count; k++)
        if (fabs(change[k]) * m->core->horizon > settled * fmax(1, fabs(m->y[k])))
            return false;
    return true;
}

static bool is_gone(const motion *m)
{
    for (size_t k = 0; k < m->core->count; k++)
        if (!(fabs(m->y[k]) < gone))
            return true;
    return false;
}

/* Holds the parameter until all rests, or for HOLDS runs; false when it runs away. */
static bool hold(motion *m, double *ret_least, double *ret_most)
{
    const double horizon = m->core->horizon;

    for (size_t k = 0; k < m->core->count; k++)
        m->y[k] += nudge;
    for (int run = 0; run < HOLDS; run++) {
        double time = 0;

        *ret_least = (double)INFINITY;
        *ret_most = -(double)INFINITY;
        gsl_odeiv2_driver_reset_hstart(m->driver, horizon * 1e-4);
        for (int look = 1; look <= LOOKS; look++) {
            if (gsl_odeiv2_driver_apply(m->driver, &time, horizon * look / LOOKS, m->y) !=
                    GSL_SUCCESS ||
                is_gone(m))
                return false;
            const double value = output(m);

            *ret_least = fmin(*ret_least, value);
            *ret_most = fmax(*ret_most, value);
            if (m->request->interrupted && *m->request->interrupted)
                return false;
            if (rests(m)) {
                *ret_least = *ret_most = value;
                return true;
            }
        }
    }
    return true;
}

static void go(motion *m, size_t count, bool up, const double *parameters, double *ret_least,
               double *ret_most)
{
    bool good = true;

    sd_core_set(m->core, m->request->parameter, parameters[up ? 0 : count - 1]);
    core_coordinates(m->core, m->request->stocks, m->y);
    for (size_t i = 0; i < count; i++) {
        const size_t k = up ? i : count - 1 - i;

        sd_core_set(m->core, m->request->parameter, parameters[k]);
        if (!good) /* it ran away before: afresh */
            core_coordinates(m->core, m->request->stocks, m->y);
        ret_least[k] = ret_most[k] = (double)NAN;
        good = hold(m, &ret_least[k], &ret_most[k]);
        if (!good)
            ret_least[k] = ret_most[k] = (double)NAN;
    }
}

/* From rest at one end to rest at the other: how long it takes the output to do all but `nearly` of its change; NAN when it
 * does not come to rest, or hardly changes. */
static double time_between(motion *m, bool up)
{
    const sd_tip_request *request = m->request;
    const double tick = m->core->horizon / LOOKS;
    double values[HOLDS * LOOKS + 1], time = 0, least, most;
    size_t count = 0;

    sd_core_set(m->core, request->parameter, up ? request->low : request->high);
    core_coordinates(m->core, request->stocks, m->y);
    if (!hold(m, &least, &most) || least != most)
        return (double)NAN;
    sd_core_set(m->core, request->parameter, up ? request->high : request->low);
    gsl_odeiv2_driver_reset_hstart(m->driver, m->core->horizon * 1e-4);
    for (values[count++] = output(m); count <= HOLDS * LOOKS && !rests(m);
         values[count++] = output(m))
        if (gsl_odeiv2_driver_apply(m->driver, &time, tick * (double)count, m->y) != GSL_SUCCESS ||
            is_gone(m))
            return (double)NAN;
    const double last = values[count - 1], whole = fabs(last - values[0]);

    if (!rests(m) || whole <= 1e-3 * fabs(last))
        return (double)NAN;
    while (count > 0 && fabs(values[count - 1] - last) <= nearly * whole)
        count--;
    return tick * (double)count;
}

sd_status sd_sweep_run(sd_arena *arena, sd_core *core, const sd_tip_request *request,
                       size_t element, size_t count, sd_sweep *ret_sweep)
{
    const double given = sd_field_parameter(core->field, request->parameter);
    double *parameters = SD_NEW_ARRAY(arena, double, count), *values[4];
    motion m = {.core = core,
                .request = request,
                .element = element,
                .y = SD_NEW_ARRAY(arena, double, core->count + 1)};
    gsl_odeiv2_system system = {net, derivatives, core->count, &m};

    for (size_t k = 0; k < count; k++)
        parameters[k] = k + 1 == count ? request->high
                                       : request->low + (double)k * (request->high - request->low) /
                                                            (double)(count - 1);
    for (int i = 0; i < 4; i++)
        values[i] = SD_NEW_ARRAY(arena, double, count);
    m.driver = gsl_odeiv2_driver_alloc_y_new(&system, gsl_odeiv2_step_msbdf, core->horizon * 1e-4,
                                             tolerance, tolerance);
    go(&m, count, true, parameters, values[0], values[1]);
    go(&m, count, false, parameters, values[2], values[3]);
    const double to_high = time_between(&m, true), to_low = time_between(&m, false);

    gsl_odeiv2_driver_free(m.driver);
    sd_core_set(core, request->parameter, given);
    *ret_sweep = (sd_sweep){.count = count,
                            .to_high = to_high,
                            .to_low = to_low,
                            .parameters = parameters,
                            .up = {values[0], values[1]},
                            .down = {values[2], values[3]}};
    return request->interrupted && *request->interrupted ? SD_INTERRUPTED : SD_OK;
}
