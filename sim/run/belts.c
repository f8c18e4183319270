/* belts.c - memory for conveyors and queues, and whether what they are told is possible.
 * In: a program, and the rows of a grid point.  Out: belts that are ready to run; E504, E505, E506.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <inttypes.h>
#include <math.h>

#include "belt.h"

double belts_values(const sd_program *p, int64_t steps)
{
    double values = 0;
    for (size_t i = 0; i < p->belt_count; i++) {
        const sd_belt *b = &p->belts[i];
        double rings = b->queue         ? (double)b->entered_count
                       : b->exponential ? 1
                                        : 1 + (double)b->leak_count;
        values += rings * (double)(steps + 2) + 8 + 3 * (double)b->leak_count;
    }
    return values;
}

void belts_open(sd_arena *arena, run_state *s)
{
    const sd_program *p = s->program;
    s->belts = SD_NEW_ARRAY(arena, belt_state, p->belt_count + 1);
    for (size_t i = 0; i < p->belt_count; i++) {
        belt_state *b = &s->belts[i];
        size_t leaks = s->room * p->belts[i].leak_count;
        b->belt = &p->belts[i];
        b->pending = sd_arena_rows(arena, leaks + 1);
        b->leaked = sd_arena_rows(arena, leaks + 1);
        b->fractions = sd_arena_rows(arena, leaks + 1);
        b->steps = sd_arena_rows(arena, s->room);
        b->occupied = sd_arena_rows(arena, s->room);
        b->used = sd_arena_rows(arena, s->room);
        b->given = sd_arena_rows(arena, s->room);
        b->time = SD_NEW_ARRAY(arena, int64_t, s->room);
        b->moved = SD_NEW_ARRAY(arena, bool, s->room);
        b->front = SD_NEW_ARRAY(arena, size_t, s->room);
        b->count = SD_NEW_ARRAY(arena, size_t, s->room);
        b->held_up = SD_NEW_ARRAY(arena, bool, s->room);
    }
}

/* ---- what is possible ---- */

/* A member that may fail alone does; else an error, at `span`. */
static sd_status refuse(const run_state *s, size_t m, sd_code code, sd_span span, const char *what,
                        const char *whose, double value, const char *must, sd_diag *diag)
{
    s->health[m] = (double)NAN;
    if (s->failed)
        return SD_OK;
    char text[SD_NUMBER_MAX], time[SD_NUMBER_MAX];
    (void)sd_number_format(value, text);
    (void)sd_number_format(state_row(s, s->program->time_row)[m], time);
    const char *member =
        s->request->members == 1
            ? ""
            : sd_arena_printf(diag->arena, " in member %" PRIu64, s->first_member + m);
    return sd_fail(diag, code, span, "%s '%s' is %s at time %s%s, and must be %s", what, whose,
                   text, time, member, must);
}

static const char *belt_name(const run_state *s, const sd_belt *b, const sd_diag *diag)
{
    return diag ? sd_model_element_name(s->program->model, b->element, diag->arena) : "";
}

/* Where an option is written, if it is. */
static sd_span option_span(const run_state *s, const sd_belt *b, const sd_expr **exprs)
{
    const sd_variable *v = s->program->model->element_variables[b->element];
    return exprs && exprs[b->element - v->first] ? exprs[b->element - v->first]->span : v->span;
}

static sd_status check_length(const run_state *s, const sd_belt *b, size_t m, double len,
                              int64_t steps, sd_diag *diag)
{
    const sd_variable *v = s->program->model->element_variables[b->element];
    double whole = round(len / s->request->spec.dt);
    bool part = false;
    if (!(len > 0) || !isfinite(len))
        return refuse(s, m, SD_E504, option_span(s, b, v->conveyor->len), "the transit time of",
                      belt_name(s, b, diag), len, "a finite number above 0", diag);
    for (size_t k = 0; b->exponential && k < b->leak_count; k++) {
        const sd_belt_leak *leak = &s->program->belt_leaks[b->leak + k];
        part = part || leak->from > 0 || leak->to < 1;
    }
    if (whole <= (part ? (double)(steps + 1) : SD_STEPS_MAX))
        return SD_OK;
    return refuse(s, m, SD_E506, option_span(s, b, v->conveyor->len), "the transit time of",
                  belt_name(s, b, diag), len,
                  part ? "no longer than the run, as it leaks exponentially in a zone"
                       : "at most 100000000 DTs",
                  diag);
}

static sd_status check_not_negative(const run_state *s, const sd_belt *b, size_t m, int32_t row,
                                    sd_span span, const char *what, sd_diag *diag)
{
    double value = row == SD_NO_ROW ? 0 : state_row(s, row)[m];
    return value >= 0
               ? SD_OK
               : refuse(s, m, SD_E505, span, what, belt_name(s, b, diag), value, "0 or more", diag);
}

/* `which`: the fractions of now, or those of the start. */
static sd_status check_leaks(const run_state *s, const sd_belt *b, size_t m, sd_belt_leak_row which,
                             sd_diag *diag)
{
    const double all = b->exponential ? 1 / s->request->spec.dt : 1;
    double sum = 0;
    for (size_t k = 0; k < b->leak_count; k++) {
        const sd_belt_leak *leak = &s->program->belt_leaks[b->leak + k];
        const sd_variable *flow = s->program->model->element_variables[leak->element];
        const sd_conveyor *c = flow->driver->conveyor;
        double f = state_row(s, leak->rows[which])[m];
        sum += f;
        if (f >= 0 && sum <= all * (1 + 1e-12))
            continue;
        return refuse(
            s, m, SD_E505, c->leaks[k].fractions[leak->element - flow->first]->span,
            f >= 0 && k ? "the leak fraction, with those before it, of" : "the leak fraction of",
            diag ? sd_model_element_name(s->program->model, leak->element, diag->arena) : "",
            f >= 0 ? sum : f, b->exponential ? "from 0 to 1/DT" : "from 0 to 1", diag);
    }
    return SD_OK;
}

/* What lies there at the start is laid slat by slat, on all belts; the lumps of a discrete belt one by one, each with all
 * the leaks of the rest of its way. */
static sd_status check_filling(const run_state *s, const sd_belt *b, size_t m, double len,
                               sd_diag *diag)
{
    const double most = 1e9, dt = s->request->spec.dt; /* parts of ways */
    const sd_variable *v = s->program->model->element_variables[b->element];
    if (state_row(s, b->rows[SD_BELT_START])[m] != 0 &&
        len / dt * (double)s->program->belt_count > most)
        return refuse(s, m, SD_E506, option_span(s, b, v->conveyor->len), "the transit time of",
                      belt_name(s, b, diag), len,
                      "shorter, with that many conveyors that begin full", diag);
    if (!b->discrete || b->exponential || b->leak_count == 0 ||
        len / dt * len / fmax(1, dt) <= most)
        return SD_OK;
    return refuse(s, m, SD_E506, option_span(s, b, v->conveyor->len), "the transit time of",
                  belt_name(s, b, diag), len, "shorter, as it is discrete and leaks", diag);
}

static sd_status check_start(const run_state *s, const sd_belt *b, size_t m, int64_t steps,
                             sd_diag *diag)
{
    const sd_variable *v = s->program->model->element_variables[b->element];
    sd_status status = check_not_negative(s, b, m, b->rows[SD_BELT_START],
                                          v->equations[b->element - v->first]->span,
                                          "the initial content of", diag);
    if (status == SD_OK && !b->queue)
        status = check_length(s, b, m, state_row(s, b->rows[SD_BELT_START_LEN])[m], steps, diag);
    if (status == SD_OK && !b->queue)
        status = check_filling(s, b, m, state_row(s, b->rows[SD_BELT_START_LEN])[m], diag);
    if (status == SD_OK && !b->queue)
        status = check_leaks(s, b, m, SD_LEAK_START, diag);
    return status;
}

static sd_status check_now(const run_state *s, const sd_belt *b, size_t m, sd_diag *diag)
{
    const sd_variable *v = s->program->model->element_variables[b->element];
    const sd_conveyor *c = v->conveyor;
    sd_status status = SD_OK;
    if (state_row(s, b->rows[SD_BELT_SAMPLE])[m] != 0)
        status = check_length(s, b, m, state_row(s, b->rows[SD_BELT_LEN])[m], s->steps, diag);
    if (status == SD_OK)
        status = check_not_negative(s, b, m, b->rows[SD_BELT_CAPACITY],
                                    option_span(s, b, c->capacity), "the capacity of", diag);
    if (status == SD_OK)
        status = check_not_negative(s, b, m, b->rows[SD_BELT_IN_LIMIT],
                                    option_span(s, b, c->in_limit), "the inflow limit of", diag);
    return status == SD_OK ? check_leaks(s, b, m, SD_LEAK_FRACTION, diag) : status;
}

sd_status belts_check(const run_state *s, sd_diag *diag)
{
    sd_status status = SD_OK;
    for (size_t i = 0; status == SD_OK && i < s->program->belt_count; i++)
        for (size_t m = 0; status == SD_OK && m < s->members && !s->program->belts[i].queue; m++)
            if (!isnan(s->health[m]))
                status = check_now(s, &s->program->belts[i], m, diag);
    return status;
}

/* ---- the start of a run ---- */

/* Slats to the end of the longest way, or of the run: what leaves after that is never seen. */
static size_t slats_needed(const run_state *s, const sd_belt *b, int64_t steps)
{
    double longest = 1;
    if (b->queue)
        return (size_t)(steps + 1) * b->entered_count + 1;
    for (size_t m = 0; m < s->members; m++)
        longest =
            fmax(longest, round(state_row(s, b->rows[SD_BELT_START_LEN])[m] / s->request->spec.dt));
    bool whole = !b->constant || longest > (double)steps;
    return whole ? (size_t)steps + 2 : (size_t)longest + 1;
}

sd_status belts_start(run_state *s, sd_diag *diag)
{
    sd_status status = SD_OK;
    for (size_t i = 0; i < s->program->belt_count; i++) {
        belt_state *b = &s->belts[i];
        for (size_t m = 0; status == SD_OK && m < s->members; m++)
            status = check_start(s, b->belt, m, s->steps, diag);
        if (status != SD_OK)
            return status;
        b->length = slats_needed(s, b->belt, s->steps);
        /* Twice as much as is needed, so that members with longer and longer ways ask for little in all. */
        size_t needed = b->length * s->members,
               leaks = b->belt->exponential ? 0 : b->belt->leak_count;
        if (needed > b->room) {
            b->room = b->room ? 2 * needed : needed;
            b->slats = sd_arena_rows(s->arena, b->room);
            b->leaks = sd_arena_rows(s->arena, b->room * leaks + 1);
        }
        if (b->belt->queue)
            queue_start(s, b);
        else
            conveyor_start(s, b);
    }
    return SD_OK;
}

void belts_commit(const run_state *s)
{
    for (size_t i = 0; i < s->program->belt_count; i++)
        if (!s->program->belts[i].queue)
            conveyor_commit(s, &s->belts[i]);
}

void belts_take(const run_state *s, double *stocks)
{
    for (size_t i = 0; i < s->program->belt_count; i++) {
        if (s->program->belts[i].queue)
            queue_take(s, &s->belts[i], stocks);
        else
            conveyor_take(s, &s->belts[i], stocks);
    }
}

void eval_belt(const run_state *s, const sd_instruction *i, double *restrict out, size_t from,
               size_t to)
{
    if (i->op == SD_OP_OUTLET)
        eval_outlet(s, i, out, from, to);
    else
        eval_conveyor(s, i, out, from, to);
}
