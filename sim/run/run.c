/* run.c - a whole run, saved as it goes.
 * In: sd_run_request.  Out: sd_trajectory.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "run_private.h"

typedef struct recorder {
    double *times, *values, *rows;
    size_t member; /* the first of those in the state */
} recorder;

size_t sd_trajectory_column(const sd_trajectory *t, size_t element)
{
    for (size_t c = 0; c < t->column_count; c++)
        if (t->columns[c] == element)
            return c;
    return SIZE_MAX;
}

size_t sd_trajectory_time(const sd_trajectory *t, double time)
{
    size_t best = 0;
    for (size_t i = 1; i < t->time_count; i++)
        if (fabs(t->times[i] - time) < fabs(t->times[best] - time))
            best = i;
    return best;
}

const double *sd_run_parameters(sd_arena *arena, const sd_program *program,
                                const sd_scenario *scenario)
{
    double *values = SD_NEW_ARRAY(arena, double, program->parameter_count + 1);
    for (size_t k = 0; k < program->parameter_count; k++)
        values[k] = program->parameters[k].value;
    for (size_t i = 0; i < scenario->settings.count; i++) {
        const sd_setting *setting = &scenario->settings.items[i];
        int32_t k = program->element_parameters[setting->element];
        if (k >= 0)
            values[k] = setting->value;
    }
    return values;
}

static void save_row(const run_state *s, int32_t row, double *to)
{
    for (size_t m = 0; m < s->members; m++)
        to[m] = row == SD_NO_ROW ? (double)NAN : state_row(s, row)[m];
}

static void save(void *context, const run_state *s, int64_t point, double time)
{
    const recorder *r = context;
    const sd_run_request *q = s->request;
    r->times[point] = time;
    double *values = r->values + (size_t)point * q->column_count * q->members + r->member;
    for (size_t c = 0; c < q->column_count; c++)
        save_row(s, s->program->element_rows[q->columns[c]], values + c * q->members);
    double *rows = r->rows + (size_t)point * q->row_count * q->members + r->member;
    for (size_t i = 0; i < q->row_count; i++)
        save_row(s, q->rows[i], rows + i * q->members);
}

static sd_status check_budget(const sd_run_request *q, int64_t steps, int64_t points, sd_diag *diag)
{
    double saved = (double)points *
                   (((double)q->column_count + (double)q->row_count) * (double)q->members + 1) *
                   sizeof(double);
    double jacobian = (double)solver_bytes(q->program, q->spec.method);
    double bytes = saved + (double)state_bytes(q->program, q->members, steps) + jacobian;
    if (bytes <= (double)SD_RUN_BYTES_MAX)
        return SD_OK;
    sd_status status = sd_fail(diag, SD_E503, q->spec_span,
                               "the run would keep %.1f GB, more than 1 GB in memory", bytes / 1e9);
    if (jacobian > bytes / 2)
        sd_help(diag, "the derivatives that %s needs take most of it: use another method",
                sd_method_name(q->spec.method));
    else
        sd_help(diag, "raise save_interval, or save fewer variables");
    return status;
}

sd_status sd_run(sd_arena *arena, const sd_run_request *q, const sd_trajectory **ret_trajectory,
                 sd_diag *diag)
{
    int64_t steps, save_every;
    sd_status status = sd_run_spec_count(&q->spec, q->spec_span, &steps, &save_every, diag);
    if (status != SD_OK)
        return status;
    size_t points = (size_t)(steps / save_every) + 1;
    status = check_budget(q, steps, (int64_t)points, diag);
    if (status != SD_OK)
        return status;
    sd_trajectory *t = SD_NEW(arena, sd_trajectory);
    recorder r = {.times = sd_arena_rows(arena, points),
                  .values = sd_arena_rows(arena, points * q->column_count * q->members + 1),
                  .rows = sd_arena_rows(arena, points * q->row_count * q->members + 1)};
    size_t lanes = sd_method_is_adaptive(q->spec.method) ? 1 : q->members;
    walk w = {.saved = save, .context = &r};
    status = walk_open(arena, &w, q, lanes, diag);
    for (; status == SD_OK && r.member < q->members; r.member += lanes)
        status = walk_members(&w, r.member, lanes, diag);
    walk_close(&w);
    if (status != SD_OK)
        return status;
    t->stats = w.state.stats;
    t->stats.steps = w.steps;
    t->time_count = points;
    t->times = r.times;
    t->column_count = q->column_count;
    t->columns = q->columns;
    t->members = q->members;
    t->values = r.values;
    t->rows = r.rows;
    *ret_trajectory = t;
    return SD_OK;
}
