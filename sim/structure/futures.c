/* futures.c - which loop drives in how many futures: Loops That Matter on an ensemble.
 * In: a scenario and its equations.  Out: sd_futures.  Each future is run, scored and thrown away by itself; what it drew
 * follows from (seed, number) alone, and results stand in the order of their numbers, so threads change nothing.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_statistics_double.h>
#include <unistd.h>

#include "loops_private.h"

/* Apart from the steps of the random functions, which are drawn with the same seed and number. */
static const uint32_t draw_step = UINT32_MAX;
static const double tails[] = {0.05, 0.5, 0.95}; /* [1] */

/* ---- what is drawn ---- */

const sd_drawn *sd_futures_drawn(sd_arena *arena, const sd_program *program,
                                 const sd_scenario *scenario, size_t *ret_count)
{
    sd_drawn *drawn = SD_NEW_ARRAY(arena, sd_drawn, program->parameter_count + 1);
    size_t count = 0;
    for (size_t k = 0; k < program->parameter_count; k++) {
        sd_setting setting;
        if (sd_scenario_uncertain(scenario, program->parameters[k].element, true, &setting))
            drawn[count++] = (sd_drawn){.parameter = k, .distribution = setting.distribution};
    }
    *ret_count = count;
    return drawn;
}

/* ---- one future ---- */

typedef struct crowd {
    const sd_futures_request *request;
    const sd_model *model;
    sd_futures *futures;
    const double *parameters; /* [parameter_count] of the scenario */
    sd_future *list;
    double *shares;         /* [count][loop_count] */
    bool *drives, *against; /* likewise */
    sd_status *statuses;    /* [count] */
} crowd;

static double *draw(const crowd *c, sd_arena *arena, size_t number)
{
    const sd_program *program = c->request->equations->program;
    double *values = SD_NEW_ARRAY(arena, double, program->parameter_count + 1);
    memcpy(values, c->parameters, program->parameter_count * sizeof *values);
    for (size_t i = 0; i < c->futures->drawn_count; i++) {
        const sd_drawn *d = &c->futures->drawn[i];
        const sd_draw at = {.seed = c->request->seed,
                            .member = number,
                            .variable = (uint32_t)d->parameter,
                            .step = draw_step};
        double pair[2];
        sd_random_uniform(at, pair);
        values[d->parameter] = sd_distribution_quantile(&d->distribution, pair[0]);
    }
    return values;
}

/* The loop with the most time in spells between two times. */
static size_t longest_between(const crowd *c, sd_arena *arena, const sd_spell *spells, size_t count,
                              double from, double to)
{
    double *times = SD_NEW_ARRAY(arena, double, c->model->loop_count + 1), most = 0;
    size_t longest = SIZE_MAX;
    for (size_t i = 0; i < count; i++) {
        double overlap = fmin(spells[i].to, to) - fmax(spells[i].from, from);
        if (spells[i].loop && overlap > 0)
            times[spells[i].loop->named - c->model->loops] += overlap;
    }
    for (size_t l = 0; l < c->model->loop_count; l++)
        if (times[l] > most) {
            most = times[l];
            longest = l;
        }
    return longest;
}

static void note(const crowd *c, sd_arena *arena, size_t number, const sd_feedbacks *all)
{
    const size_t offset = number * c->model->loop_count;
    const sd_run_spec *spec = &c->request->scenario->spec;
    sd_future *f = &c->list[number];
    size_t count;
    const sd_spell *spells = sd_spells_new(arena, all, &count);
    for (size_t i = 0; i < all->count; i++) {
        const sd_feedback *loop = &all->list[i];
        const size_t at = offset + (size_t)(loop->named - c->model->loops);
        c->shares[at] = loop->among_share;
        c->against[at] = loop->polarity == -loop->named->polarity;
    }
    for (size_t i = 0; i < count; i++)
        if (spells[i].loop)
            c->drives[offset + (size_t)(spells[i].loop->named - c->model->loops)] = true;
    f->longest = longest_between(c, arena, spells, count, spec->start, spec->stop);
    for (size_t p = 0; p < c->futures->period_count; p++)
        f->in_period[p] =
            longest_between(c, arena, spells, count, c->futures->from[p], c->futures->to[p]);
}

static sd_status work_out(const crowd *c, size_t number, sd_diag *diag)
{
    const sd_futures_request *q = c->request;
    sd_arena *arena = sd_arena_new("a future");
    const sd_budget none = {0};
    const sd_run_request run = {.program = q->equations->program,
                                .spec = q->scenario->spec,
                                .spec_span = q->scenario->spec_span,
                                .members = 1,
                                .first_member = number,
                                .parameters = draw(c, arena, number),
                                .interrupted = q->interrupted};
    const sd_history *history;
    const sd_graph *graph;
    const sd_feedbacks *all;
    sd_status status = sd_history_new(arena, q->equations, &run, &history, diag);
    if (status == SD_OK)
        status = sd_graph_new(arena, history, false, sd_change_floor, &graph, diag);
    if (status == SD_OK)
        status = loops_make(arena, graph, NULL, 0, &none, true, &all, diag);
    if (status == SD_OK)
        note(c, arena, number, all);
    sd_arena_free(arena);
    return status;
}

/* With a diag of its own, whose messages nobody needs. */
static sd_status work_out_alone(const crowd *c, size_t number)
{
    sd_arena *arena = sd_arena_new("messages of a future");
    sd_status status = work_out(c, number, sd_diag_new(arena));
    sd_arena_free(arena);
    return status;
}

static bool is_interrupted(const crowd *c)
{
    return c->request->interrupted && *c->request->interrupted;
}

static int processors(void)
{
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count < 1 ? 1 : count > 1024 ? 1024 : (int)count;
}

static void work_out_all(const crowd *c, int threads)
{
    const size_t count = c->request->count;
    size_t done = 0;
#pragma omp parallel for schedule(dynamic) num_threads(threads)
    for (size_t number = 0; number < count; number++) {
        c->statuses[number] = is_interrupted(c) ? SD_INTERRUPTED : work_out_alone(c, number);
        c->list[number].failed = c->statuses[number] != SD_OK;
#pragma omp critical(futures_progress)
        if (c->request->progress)
            c->request->progress(c->request->progress_context, (double)++done / (double)count);
    }
}

/* A future may fail by its numbers; anything else would fail in all of them, and is told. */
static sd_status judge(const crowd *c, sd_diag *diag)
{
    for (size_t n = 0; n < c->request->count; n++) {
        c->futures->failed += c->statuses[n] != SD_OK;
        if (c->statuses[n] == SD_INTERRUPTED)
            return SD_INTERRUPTED;
    }
    for (size_t n = 0; n < c->request->count; n++) {
        bool numbers = c->statuses[n] == SD_NONFINITE || c->statuses[n] == SD_NUMERICAL;
        if (c->statuses[n] != SD_OK && (!numbers || c->futures->failed == c->request->count))
            return work_out(c, n, diag);
    }
    return SD_OK;
}

/* ---- all of them ---- */

static int by_value(const void *x, const void *y)
{
    const double a = *(const double *)x, b = *(const double *)y;
    return (a > b) - (a < b);
}

static sd_future_loop sum_up(const crowd *c, sd_arena *scratch, size_t loop)
{
    const size_t loops = c->model->loop_count;
    sd_future_loop sum = {.loop = &c->model->loops[loop]};
    double *shares = SD_NEW_ARRAY(scratch, double, c->request->count),
           *levels[] = {&sum.low, &sum.median, &sum.high};
    size_t valid = 0;
    for (size_t n = 0; n < c->request->count; n++) {
        const sd_future *f = &c->list[n];
        if (f->failed)
            continue;
        sum.longest += f->longest == loop;
        sum.drives += f->drives[loop];
        sum.against += f->against[loop];
        for (size_t p = 0; p < c->futures->period_count; p++)
            sum.in_period[p] += f->in_period[p] == loop;
        shares[valid++] = c->shares[n * loops + loop];
    }
    qsort(shares, valid, sizeof *shares, by_value);
    for (int i = 0; i < 3; i++)
        *levels[i] = gsl_stats_quantile_from_sorted_data(shares, 1, valid, tails[i]);
    return sum;
}

static int by_rank(const void *x, const void *y)
{
    const sd_future_loop *a = x, *b = y;
    if (a->longest != b->longest)
        return a->longest < b->longest ? 1 : -1;
    if (a->median != b->median)
        return a->median < b->median ? 1 : -1;
    return (a->loop > b->loop) - (a->loop < b->loop);
}

/* Years 1, 2 and 5 as far as the run goes; of a run in other units its thirds. */
static void set_periods(sd_arena *arena, sd_futures *f, const sd_scenario *scenario)
{
    static const int years[] = {1, 2, 5};
    const sd_run_spec *spec = &scenario->spec;
    double length = spec->stop - spec->start;
    bool weeks = sd_units_are_weeks(scenario->model->time_units) && length >= SD_WEEKS_PER_YEAR;
    for (int i = 0; i < SD_FUTURE_PERIODS; i++) {
        double end = weeks ? years[i] * SD_WEEKS_PER_YEAR : length * (i + 1) / SD_FUTURE_PERIODS;
        double wide = weeks ? SD_WEEKS_PER_YEAR : length / SD_FUTURE_PERIODS;
        if (end > length * (1 + 1e-9))
            break;
        f->from[i] = spec->start + end - wide;
        f->to[i] = spec->start + end;
        f->periods[i] = weeks ? sd_arena_printf(arena, "year %d", years[i])
                              : sd_arena_printf(arena, "%.4g to %.4g", f->from[i], f->to[i]);
        f->period_count++;
    }
}

static void open_crowd(sd_arena *arena, crowd *c)
{
    const size_t count = c->request->count, loops = c->model->loop_count;
    c->list = SD_NEW_ARRAY(arena, sd_future, count);
    c->shares = SD_NEW_ARRAY(arena, double, count *loops);
    c->drives = SD_NEW_ARRAY(arena, bool, count *loops);
    c->against = SD_NEW_ARRAY(arena, bool, count *loops);
    c->statuses = SD_NEW_ARRAY(arena, sd_status, count);
    for (size_t n = 0; n < count; n++)
        c->list[n] = (sd_future){.longest = SIZE_MAX,
                                 .in_period = {SIZE_MAX, SIZE_MAX, SIZE_MAX},
                                 .shares = c->shares + n * loops,
                                 .drives = c->drives + n * loops,
                                 .against = c->against + n * loops};
}

sd_status sd_futures_new(sd_arena *arena, const sd_futures_request *request,
                         const sd_futures **ret_futures, sd_diag *diag)
{
    const sd_program *program = request->equations->program;
    sd_futures *f = SD_NEW(arena, sd_futures);
    crowd c = {.request = request, .model = program->model, .futures = f};
    if (c.model->loop_count == 0) {
        sd_status status =
            sd_fail(diag, SD_E115, SD_NOWHERE, "the model names no loops, so none can be counted");
        sd_help(diag, "name them in the model by treadmill:loop");
        return status;
    }
    f->drawn = sd_futures_drawn(arena, program, request->scenario, &f->drawn_count);
    f->count = request->count;
    set_periods(arena, f, request->scenario);
    c.parameters = sd_run_parameters(arena, program, request->scenario);
    open_crowd(arena, &c);
    work_out_all(&c, request->threads > 0 ? request->threads : processors());
    sd_status status = judge(&c, diag);
    if (status != SD_OK)
        return status;
    sd_future_loop *loops = SD_NEW_ARRAY(arena, sd_future_loop, c.model->loop_count);
    sd_arena *scratch = sd_arena_new("shares of loops");
    for (size_t l = 0; l < c.model->loop_count; l++)
        loops[l] = sum_up(&c, scratch, l);
    sd_arena_free(scratch);
    qsort(loops, c.model->loop_count, sizeof *loops, by_rank);
    for (size_t n = 0; n < f->count; n++)
        f->still += !c.list[n].failed && c.list[n].longest == SIZE_MAX;
    f->list = c.list;
    f->loop_count = c.model->loop_count;
    f->loops = loops;
    *ret_futures = f;
    return SD_OK;
}

/* ---- in words ---- */

/* The loop that drives a period in most futures; NULL when none does. */
static const sd_future_loop *leader_of(const sd_futures *f, size_t period)
{
    const sd_future_loop *leader = NULL;
    for (size_t l = 0; l < f->loop_count; l++)
        if (f->loops[l].in_period[period] > (leader ? leader->in_period[period] : 0))
            leader = &f->loops[l];
    return leader;
}

const char *sd_futures_text(sd_arena *arena, const sd_futures *f)
{
    sd_text text = sd_text_new(arena);
    const size_t valid = f->count - f->failed;
    if (f->still == valid)
        return sd_arena_printf(arena, "In none of %zu futures anything changes.", valid);
    for (size_t l = 0; l < f->loop_count && l < 4 && f->loops[l].longest > 0; l++)
        sd_text_printf(&text, "%s%zu %s%s %s%s", l == 0 ? "In " : ", in ", f->loops[l].longest,
                       l == 0 ? sd_arena_printf(arena, "of %zu futures ", valid) : "",
                       f->loops[l].loop->id, f->loops[l].loop->name,
                       l == 0 ? " drives longest" : "");
    sd_text_printf(&text, ".");
    size_t told = 0;
    for (size_t p = 0; p < f->period_count; p++) {
        const sd_future_loop *leader = leader_of(f, p);
        if (!leader)
            continue;
        sd_text_printf(&text, "%s %s%s %s %s (%zu)", told ? ", in" : " In", f->periods[p],
                       told ? "" : " it is most often", leader->loop->id, leader->loop->name,
                       leader->in_period[p]);
        told++;
    }
    sd_text_printf(&text, told ? "." : "");
    if (f->still)
        sd_text_printf(&text, " In %zu nothing changes.", f->still);
    if (f->failed)
        sd_text_printf(&text, " %zu more could not be worked out: a value was not finite.",
                       f->failed);
    return text.bytes;
}
