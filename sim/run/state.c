/* state.c - the rows, memories and pipelines of the members that run side by side.
 * In: a program, parameters.  Out: rows that hold grid point after grid point.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "run_private.h"

size_t state_bytes(const sd_program *p, size_t members, int64_t steps)
{
    double histories = (double)p->pipeline_count * (double)(steps + 1); /* at most */
    double values =
        (double)p->row_count + (double)p->memory_count + histories + belts_values(p, steps);
    double bytes = values * (double)members * sizeof(double);
    return bytes > (double)(SIZE_MAX / 2) ? SIZE_MAX / 2 : (size_t)bytes;
}

void state_fill(const run_state *s, int32_t row, double value)
{
    double *values = state_row(s, row);
    for (size_t m = 0; m < s->members; m++)
        values[m] = value;
}

void state_set_parameters(run_state *s, size_t member)
{
    const sd_program *p = s->program;
    for (size_t i = 0; i < p->constant_count; i++)
        state_fill(s, (int32_t)i, p->constants[i]);
    for (size_t k = 0; k < p->parameter_count; k++) {
        const double *given = s->request->parameters;
        state_fill(s, p->parameters[k].row, p->parameters[k].value);
        if (given)
            memcpy(state_row(s, p->parameters[k].row), given + k * s->request->members + member,
                   s->members * sizeof *given);
    }
    const sd_run_spec *spec = &s->request->spec;
    state_fill(s, p->time_row, spec->start);
    state_fill(s, p->dt_row, spec->dt);
    state_fill(s, p->start_row, spec->start);
    state_fill(s, p->stop_row, spec->stop);
}

/* Rows that belong to a variable or enter a delay and change during the run, each once, in order of evaluation. */
static void list_checks(sd_arena *arena, run_state *s)
{
    const sd_program *p = s->program;
    unsigned char *named = SD_NEW_ARRAY(arena, unsigned char, p->row_count + 1);
    s->named = named;
    for (size_t element = 0; element < p->model->element_count; element++)
        if (p->element_rows[element] >= p->stock_row)
            named[p->element_rows[element]] = 1;
    for (size_t i = 0; i < p->memory_count; i++)
        named[p->memories[i].input] = p->memories[i].input >= p->stock_row;
    for (size_t i = 0; i < p->pipeline_count; i++)
        named[p->pipelines[i].input] = p->pipelines[i].input >= p->stock_row;
    s->checks = SD_NEW_ARRAY(arena, int32_t, p->row_count + 1);
    for (size_t i = 0; i < p->stock_count; i++)
        s->checks[s->check_count++] = p->stock_row + (int32_t)i;
    for (size_t i = 0; i < p->grid.count; i++)
        if (named[p->grid.list[i].out])
            s->checks[s->check_count++] = p->grid.list[i].out;
}

/* What is worked out once a run is checked once: constants, initial values, and variables that time does not
 * change. */
static sd_status check_once(const run_state *s, sd_diag *diag)
{
    const sd_program *p = s->program;
    sd_status status = SD_OK;
    for (size_t k = 0; status == SD_OK && k < p->parameter_count; k++)
        status = check_rows(s, &p->parameters[k].row, 1, diag);
    for (size_t i = 0; status == SD_OK && i < p->once.count; i++)
        if (s->named[p->once.list[i].out])
            status = check_rows(s, &p->once.list[i].out, 1, diag);
    for (size_t i = 0; status == SD_OK && i < p->stock_count; i++)
        status = check_rows(s, &p->stocks[i].start, 1, diag);
    return status;
}

static sd_status check_delay_time(const run_state *s, const sd_pipeline *pipeline, size_t member,
                                  sd_diag *diag)
{
    double time = state_row(s, pipeline->time)[member];
    if (time >= 0 && isfinite(time))
        return SD_OK;
    s->health[member] = (double)NAN;
    if (s->failed)
        return SD_OK;
    char text[SD_NUMBER_MAX], now[SD_NUMBER_MAX];
    (void)sd_number_format(time, text);
    (void)sd_number_format(state_row(s, s->program->time_row)[member], now);
    return sd_fail(diag, SD_E501, pipeline->origin.expr->arguments[1]->span,
                   "the delay time must be 0 or more, but is %s at time %s", text, now);
}

/* Twice as much as is needed, so that members with longer and longer delays ask for little in all. */
static void make_room(run_state *s, ring *r)
{
    size_t needed = r->length * s->members;
    if (needed > r->room) {
        r->room = r->room ? 2 * needed : needed;
        r->values = sd_arena_rows(s->arena, r->room);
    }
}

static sd_status make_rings(run_state *s, int64_t steps, sd_diag *diag)
{
    const sd_program *p = s->program;
    for (size_t i = 0; i < p->pipeline_count; i++) {
        const sd_pipeline *pipeline = &p->pipelines[i];
        double longest = 1;
        for (size_t m = 0; pipeline->constant && m < s->members; m++) {
            sd_status status = check_delay_time(s, pipeline, m, diag);
            if (status != SD_OK)
                return status;
            longest = fmax(longest, round(state_row(s, pipeline->time)[m] / s->request->spec.dt));
        }
        bool whole = !pipeline->constant || longest > (double)steps;
        s->rings[i].length = whole ? (size_t)steps + 1 : (size_t)longest;
        make_room(s, &s->rings[i]);
    }
    return SD_OK;
}

void state_open(sd_arena *arena, run_state *s, const sd_run_request *request, size_t room)
{
    const sd_program *p = request->program;
    *s = (run_state){.program = p, .request = request, .arena = arena, .room = room};
    s->rows = sd_arena_rows(arena, p->row_count * room);
    s->memories = sd_arena_rows(arena, (p->memory_count + 1) * room);
    s->health = sd_arena_rows(arena, room);
    s->rings = SD_NEW_ARRAY(arena, ring, p->pipeline_count + 1);
    belts_open(arena, s);
    list_checks(arena, s);
}

sd_status state_start(run_state *s, size_t member, size_t members, int64_t steps,
                      double *ret_stocks, sd_diag *diag)
{
    const sd_program *p = s->program;
    assert(members <= s->room);
    s->members = members;
    s->first_member = s->request->first_member + member;
    s->step = 0;
    s->steps = steps;
    s->in_stage = false;
    for (size_t m = 0; m < members; m++) {
        s->health[m] = 0;
        if (s->failed)
            s->failed[m] = -1;
    }
    state_set_parameters(s, member);
    eval(s, &p->once);
    sd_status status = check_once(s, diag);
    if (status == SD_OK)
        status = make_rings(s, steps, diag);
    if (status == SD_OK)
        status = belts_start(s, diag);
    for (size_t i = 0; status == SD_OK && i < p->stock_count; i++)
        memcpy(ret_stocks + i * members, state_row(s, p->stocks[i].start),
               members * sizeof *ret_stocks);
    return status;
}

sd_status state_grid(run_state *s, int64_t step, double time, const double *stocks, sd_diag *diag)
{
    s->step = step;
    s->in_stage = false;
    memcpy(state_row(s, s->program->stock_row), stocks,
           s->program->stock_count * s->members * sizeof *stocks);
    state_fill(s, s->program->time_row, time);
    eval(s, &s->program->grid);
    sd_status status = check_rows(s, s->checks, s->check_count, diag);
    for (size_t i = 0; status == SD_OK && i < s->program->pipeline_count; i++)
        for (size_t m = 0; status == SD_OK && !s->program->pipelines[i].constant && m < s->members;
             m++)
            status = check_delay_time(s, &s->program->pipelines[i], m, diag);
    return status == SD_OK ? belts_check(s, diag) : status;
}

void state_commit(run_state *s)
{
    const sd_program *p = s->program;
    size_t bytes = s->members * sizeof(double);
    for (size_t i = 0; i < p->memory_count; i++)
        memcpy(s->memories + i * s->members, state_row(s, p->memories[i].input), bytes);
    for (size_t i = 0; i < p->pipeline_count; i++) {
        const ring *r = &s->rings[i];
        memcpy(r->values + (size_t)s->step % r->length * s->members,
               state_row(s, p->pipelines[i].input), bytes);
    }
    belts_commit(s);
}
