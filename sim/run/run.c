/* run.c - a whole run: grid point after grid point, saving on the way.
 * In: sd_run_request.  Out: sd_trajectory.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "run_private.h"

typedef struct recorder {
    double *times, *values, *rows;
    int64_t steps, save_every;
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

static void save(const run_state *s, const recorder *r, size_t member, int64_t point, double time)
{
    const sd_run_request *q = s->request;
    r->times[point] = time;
    double *values = r->values + (size_t)point * q->column_count * q->members + member;
    for (size_t c = 0; c < q->column_count; c++)
        save_row(s, s->program->element_rows[q->columns[c]], values + c * q->members);
    double *rows = r->rows + (size_t)point * q->row_count * q->members + member;
    for (size_t i = 0; i < q->row_count; i++)
        save_row(s, q->rows[i], rows + i * q->members);
}

/* Members member .. member + members - 1, from the first grid point to the last. */
static sd_status run_members(sd_arena *arena, const sd_run_request *q, const recorder *r,
                             size_t member, size_t members, sd_run_stats *stats, sd_diag *diag)
{
    run_state s;
    solver *method = NULL;
    double *stocks = sd_arena_rows(arena, q->program->stock_count * members + 1);
    sd_status status = state_start(arena, &s, q, member, members, r->steps, stocks, diag);
    if (status == SD_OK)
        status = solver_new(&s, &q->spec, &method, diag);
    for (int64_t n = 0; status == SD_OK; n++) {
        double time = q->spec.start + (double)n * q->spec.dt;
        status = state_grid(&s, n, time, stocks, diag);
        if (status != SD_OK)
            break;
        if (n % r->save_every == 0)
            save(&s, r, member, n / r->save_every, time);
        state_commit(&s);
        if (n == r->steps)
            break;
        status = solver_advance(method, time, q->spec.start + (double)(n + 1) * q->spec.dt, stocks,
                                diag);
        if (n % 1024 == 1023 && q->progress)
            q->progress(q->progress_context,
                        ((double)member + (double)n / (double)r->steps * (double)members) /
                            (double)q->members);
        if (n % 1024 == 1023 && q->interrupted && *q->interrupted)
            status = SD_INTERRUPTED;
    }
    solver_free(method);
    stats->steps = r->steps;
    stats->evaluations += s.stats.evaluations * (int64_t)members;
    stats->rejected += s.stats.rejected;
    return status;
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
    recorder r;
    sd_status status = sd_run_spec_count(&q->spec, q->spec_span, &r.steps, &r.save_every, diag);
    if (status != SD_OK)
        return status;
    size_t points = (size_t)(r.steps / r.save_every) + 1;
    status = check_budget(q, r.steps, (int64_t)points, diag);
    if (status != SD_OK)
        return status;
    sd_trajectory *t = SD_NEW(arena, sd_trajectory);
    r.times = sd_arena_rows(arena, points);
    r.values = sd_arena_rows(arena, points * q->column_count * q->members + 1);
    r.rows = sd_arena_rows(arena, points * q->row_count * q->members + 1);
    size_t lanes = sd_method_is_adaptive(q->spec.method) ? 1 : q->members;
    for (size_t member = 0; status == SD_OK && member < q->members; member += lanes)
        status = run_members(arena, q, &r, member, lanes, &t->stats, diag);
    if (status != SD_OK)
        return status;
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
