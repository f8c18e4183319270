/* regime.c - an input run up to a time at which time then stands still, for `modes` and `tip`.
 * In: a file name and the options.  Out: where the run stands then, its net flows there, and what can move.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "app_private.h"

enum { LOOKS = 64 };

static sd_status fail_outside(call *c, const sd_run_spec *spec)
{
    return sd_fail(c->diag, SD_E701, SD_NOWHERE, "'--at %g' lies outside the run, %g to %g",
                   c->given.at, spec->start, spec->stop);
}

/* How many parts of equal size, up to LOOKS, the steps can be divided into. */
static double parts_of(double steps)
{
    double parts = LOOKS;

    while (parts > 1 && fmod(steps, parts) != 0)
        parts--;
    return parts;
}

/* Runs to the last grid point at or before the time and keeps the stocks of that point, hidden ones included. */
static sd_status run_until(call *c, regime *r, const sd_program *program)
{
    sd_run_spec spec = r->scenario->spec;
    const double steps = floor((r->time - spec.start) / spec.dt + 1e-9);
    int32_t *rows = SD_NEW_ARRAY(c->arena, int32_t, program->stock_count + 1);
    size_t *none = SD_NEW_ARRAY(c->arena, size_t, 1);
    const sd_trajectory *t;

    for (size_t i = 0; i < program->stock_count; i++)
        rows[i] = program->stock_row + (int32_t)i;
    if (steps < 1) { /* at the very start: one step, of which the first point is read */
        spec.stop = spec.start + spec.dt;
        spec.save_interval = spec.dt;
    } else {
        spec.stop = spec.start + steps * spec.dt;
        spec.save_interval = steps / parts_of(steps) * spec.dt;
    }
    const sd_run_request request = {.program = program,
                                    .spec = spec,
                                    .spec_span = r->scenario->spec_span,
                                    .members = 1,
                                    .parameters = r->parameters,
                                    .columns = none,
                                    .row_count = program->stock_count,
                                    .rows = rows,
                                    .interrupted = c->interrupted};
    const sd_status status = sd_run(c->arena, &request, &t, c->diag);

    if (status != SD_OK)
        return status;
    r->stocks = t->rows + (steps < 1 ? 0 : (t->time_count - 1) * program->stock_count);
    double *sizes = SD_NEW_ARRAY(c->arena, double, program->stock_count + 1);

    for (size_t i = 0; i < t->time_count * program->stock_count; i++)
        sizes[i % program->stock_count] = fmax(sizes[i % program->stock_count], fabs(t->rows[i]));
    r->sizes = sizes;
    r->result = (sd_result){.scenario = r->scenario, .program = program, .trajectory = t};
    return SD_OK;
}

sd_status regime_new(call *c, const char *input, regime *ret_regime)
{
    regime r = {0};
    const sd_program *program = NULL;
    sd_status status = study_read(c, input, &r.scenario);

    if (status == SD_OK)
        study_warn_units(c, r.scenario, input);
    if (status == SD_OK)
        status = sd_program_new(c->arena, r.scenario->model, r.scenario->shocks.items,
                                r.scenario->shocks.count, &program, c->diag);
    if (status != SD_OK)
        return status;
    const sd_run_spec *spec = &r.scenario->spec;

    r.time = isnan(c->given.at) ? spec->stop : c->given.at;
    if (!(r.time >= spec->start && r.time <= spec->stop))
        return fail_outside(c, spec);
    r.parameters = sd_run_parameters(c->arena, program, r.scenario);
    status = sd_field_new(c->arena, program, spec, r.parameters, r.time, &r.field, c->diag);
    if (status == SD_OK)
        status = run_until(c, &r, program);
    if (status == SD_OK)
        status = sd_core_new(c->arena, program, r.field, spec, r.stocks, &r.core, c->diag);
    *ret_regime = r;
    return status;
}

const char *moment_text(call *c, const regime *r)
{
    const char *units = r->scenario->model->time_units;

    return sd_arena_printf(c->arena, "%s %g", units[0] ? units : "time", r->time);
}
