/* robust_study.c - several scenarios in the same futures: what is drawn, what is looked at, and the runs.
 * In: scenarios and the options of `compare --uncertain`.  Out: robust_study.
 * Method: one Latin hypercube over all that is uncertain, the same points for every scenario (common random numbers: Law 2015,
 * 11.2), so that differences are those of the scenarios.  A series over time is a score at each of its points, and its
 * quantiles are exact.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_statistics_double.h>

#include "robust_study.h"

const double robust_quantiles[ROBUST_QUANTILES] = {0.05, 0.25, 0.5, 0.75, 0.95};

/* Headlines in words; their units, scales and sides are those of sd_measures. */
static const struct {
    const char *variable, *ahead, *step;
} headlines[] = {
    {"net_productivity_gain", "more is kept per hour worked", "points"},
    {"paid_productivity_gain", "more is kept per paid hour", "points"},
    {"output_per_employee_gain", "more valuable output comes out per head", "points"},
    {"hours_per_week", "the week is shorter", "h"},
    {"burnout_prevalence", "fewer people are burned out", "points"},
    {"cumulative_net_benefit", "more money is left since the start", "$M"},
};
enum { HEADLINES = sizeof headlines / sizeof *headlines };

/* Drawn over time when nobody says what. */
static const char *const fan_outputs[ROBUST_FANS_MAX] = {"net_productivity_gain", "hours_per_week",
                                                         "burnout_prevalence"};

/* ---- what is looked at ---- */

static sd_status spec_score(call *c, const sd_scenario *scenario, const char *spec,
                            sd_score *ret_score)
{
    const sd_source *source = sd_source_from_text(c->arena, "--score", spec, strlen(spec));
    return sd_score_from_spec(c->arena, scenario, (sd_span){source, 0, source->length}, ret_score,
                              c->diag);
}

static sd_score score_at(size_t element, double time)
{
    return (sd_score){.element = element, .kind = SD_SCORE_AT, .from = time, .to = time};
}

static robust_row *add_row(robust_study *s, const char *name)
{
    robust_row *row = &s->rows[s->row_count++];
    *row = (robust_row){.name = name, .label = name, .unit = "", .step = "", .scale = 1};
    return row;
}

static void choose_headlines(robust_study *s)
{
    for (size_t i = 0; i < HEADLINES; i++) {
        const sd_measure *m = sd_measure_find(headlines[i].variable);
        robust_row *row = add_row(s, m->variable);
        row->label = m->label;
        row->unit = m->short_unit;
        row->ahead = headlines[i].ahead;
        row->step = headlines[i].step;
        row->scale = m->scale;
        row->better = m->better;
    }
}

/* Scores asked for, the headlines, the scenario's scores, or every stock at the end. */
static void choose_rows(robust_study *s, double last)
{
    call *c = s->call;
    const sd_scenario *first = s->sides->scenario;
    const sd_model *model = first->model;
    const size_t asked = c->given.score.count, scored = first->scores.count;
    s->rows = SD_NEW_ARRAY(c->arena, robust_row, asked + scored + model->element_count + HEADLINES);
    for (size_t i = 0; i < asked; i++)
        add_row(s, c->given.score.items[i]);
    if (s->row_count == 0 && sd_model_is_trap(model))
        choose_headlines(s);
    for (size_t i = 0; s->row_count == i && i < scored; i++)
        add_row(s, first->scores.items[i].spec)->better = first->scores.items[i].better;
    for (size_t e = 0, none = s->row_count; none == 0 && e < model->element_count; e++)
        if (model->element_variables[e]->kind == SD_STOCK)
            add_row(s, sd_arena_printf(c->arena, "%s@%.17g",
                                       sd_model_element_name(model, e, c->arena), last));
}

static sd_status fail_rows(call *c, const sd_scenario *scenario)
{
    sd_status status =
        sd_fail(c->diag, SD_E701, SD_NOWHERE, "'%s' has no stock to compare", scenario->name);
    sd_help(c->diag, "say what to look at, as in --score 'x@26'");
    return status;
}

/* What is drawn over time. */
static void choose_fans(robust_study *s)
{
    const arguments *given = &s->call->given;
    const sd_model *model = s->sides->scenario->model;
    if (!given->plot)
        return;
    if (given->of)
        s->fan_names[s->fan_count++] = given->of;
    else if (sd_model_is_trap(model))
        for (; s->fan_count < ROBUST_FANS_MAX; s->fan_count++)
            s->fan_names[s->fan_count] = fan_outputs[s->fan_count];
    for (size_t e = 0; s->fan_count == 0 && e < model->element_count; e++)
        if (model->element_variables[e]->kind == SD_STOCK)
            s->fan_names[s->fan_count++] = sd_model_element_name(model, e, s->call->arena);
    for (size_t f = 0; f < s->fan_count; f++) {
        const sd_measure *m = sd_measure_find(s->fan_names[f]);
        s->fan_scales[f] = m ? m->scale : 1;
    }
}

/* Few enough points for exact quantiles of all futures in bounded memory; the last saved one is among them. */
static void choose_times(robust_study *s, int64_t points, double start, double interval)
{
    enum { MANY = 20000, FINE = 131, COARSE = 53 };
    const int64_t most = s->future_count > MANY ? COARSE : FINE, steps = points - 1;
    const int64_t every = steps < most ? 1 : (steps + most - 2) / (most - 1);
    s->times = SD_NEW_ARRAY(s->call->arena, double, (size_t)(steps / every) + 2);
    s->times[s->point_count++] = start;
    for (int64_t k = steps % every ? steps % every : every; k <= steps; k += every)
        s->times[s->point_count++] = start + (double)k * interval;
}

/* ---- one side ---- */

static sd_status choose_scores(robust_study *s, robust_side *side, double last)
{
    call *c = s->call;
    const sd_scenario *scenario = side->scenario;
    const size_t fans = s->fan_count * s->point_count;
    sd_status status = SD_OK;
    side->scores = SD_NEW_ARRAY(c->arena, sd_score, s->row_count + fans + 1);
    for (size_t r = 0; r < s->row_count && status == SD_OK; r++) {
        const robust_row *row = &s->rows[r];
        size_t element;
        if (!row->ahead) {
            status = spec_score(c, scenario, row->name, &side->scores[r]);
            continue;
        }
        status = sd_model_find_element(scenario->model, row->name, SD_NOWHERE, &element, c->diag);
        if (status == SD_OK)
            side->scores[r] = score_at(element, last);
    }
    for (size_t f = 0; f < s->fan_count && status == SD_OK; f++) {
        size_t element;
        status =
            sd_model_find_element(scenario->model, s->fan_names[f], SD_NOWHERE, &element, c->diag);
        for (size_t p = 0; p < s->point_count && status == SD_OK; p++)
            side->scores[s->row_count + f * s->point_count + p] = score_at(element, s->times[p]);
    }
    return status;
}

static size_t score_count(const robust_study *s)
{
    return s->row_count + s->fan_count * s->point_count;
}

static sd_status compile(robust_study *s, robust_side *side)
{
    const sd_scenario *scenario = side->scenario;
    const size_t scores = score_count(s);
    size_t *scored = SD_NEW_ARRAY(s->call->arena, size_t, scores + 1), count;
    for (size_t i = 0; i < scores; i++)
        scored[i] = side->scores[i].element;
    const size_t *wanted =
        sd_kernel_wanted(scenario->model, scenario->shocks.count, scored, scores, &count);
    return sd_program_new_wanted(s->call->arena, scenario->model, scenario->shocks.items,
                                 scenario->shocks.count, wanted, count, &side->program,
                                 s->call->diag);
}

/* ---- runs ---- */

static sd_status take(void *context, const sd_members *members, const sd_text *text, sd_diag *diag)
{
    robust_study *s = context;
    const size_t which = (size_t)(s->now - s->sides), fans = s->fan_count * s->point_count;
    (void)text;
    (void)diag;
    for (size_t m = 0; m < members->count; m++) {
        const size_t future = (size_t)members->first + m;
        if (members->failed[m] >= 0 && s->now->failed++ == 0) {
            s->now->first_failed = members->first + m;
            s->now->why = sd_arena_printf(s->call->arena, "%s", members->why[m]);
        }
        for (size_t r = 0; r < s->row_count; r++)
            s->values[(r * s->count + which) * s->future_count + future] =
                s->rows[r].scale * members->scores[r * SD_TILE + m];
        for (size_t i = 0; i < fans; i++)
            s->fan_values[i * s->future_count + future] =
                s->fan_scales[i / s->point_count] *
                members->scores[(s->row_count + i) * SD_TILE + m];
    }
    s->done += members->count;
    progress_show(&s->bar, (double)s->done / (double)(s->count * s->future_count));
    return SD_OK;
}

static int by_value(const void *x, const void *y)
{
    const double a = *(const double *)x, b = *(const double *)y;
    return (a > b) - (a < b);
}

/* Sorts the values of each point where they stand. */
static void keep_fans(robust_study *s, robust_side *side)
{
    for (size_t f = 0; f < s->fan_count; f++) {
        side->fans[f] = SD_NEW_ARRAY(s->call->arena, double, s->point_count *ROBUST_QUANTILES);
        for (size_t p = 0; p < s->point_count; p++) {
            double *values = s->fan_values + (f * s->point_count + p) * s->future_count;
            size_t count = 0;
            for (size_t i = 0; i < s->future_count; i++)
                if (!isnan(values[i]))
                    values[count++] = values[i];
            qsort(values, count, sizeof *values, by_value);
            for (size_t q = 0; q < ROBUST_QUANTILES; q++)
                side->fans[f][p * ROBUST_QUANTILES + q] =
                    count
                        ? gsl_stats_quantile_from_sorted_data(values, 1, count, robust_quantiles[q])
                        : (double)NAN;
        }
    }
}

static sd_status run_side(robust_study *s, robust_side *side)
{
    call *c = s->call;
    sd_ensemble sweep = {.batch = {.program = side->program,
                                   .spec = side->scenario->spec,
                                   .spec_span = side->scenario->spec_span,
                                   .score_count = score_count(s),
                                   .scores = side->scores,
                                   .interrupted = c->interrupted},
                         .parameters = sd_run_parameters(c->arena, side->program, side->scenario),
                         .design = side->design,
                         .threads = (size_t)c->given.threads,
                         .journal = s->kept.journal,
                         .part = (size_t)(side - s->sides),
                         .take = take,
                         .context = s};
    sweep.batch.kernel =
        sd_kernel_find(c->arena, &sweep.batch, s->future_count, SD_KERNEL_AUTO, c->diag);
    s->now = side;
    sd_status status = sd_ensemble_run(&sweep, c->diag);
    if (status == SD_OK)
        keep_fans(s, side);
    return status;
}

/* What was drawn in each future: what is fixed in the first scenario may be drawn in another. */
static void note_factors(robust_study *s)
{
    const size_t count = s->sides->design->factor_count;
    double *values = SD_NEW_ARRAY(s->call->arena, double, count + 1);
    s->factors = SD_NEW_ARRAY(s->call->arena, double, count * s->future_count + 1);
    for (size_t which = s->count; which-- > 0;) {
        const sd_design *design = s->sides[which].design;
        for (size_t i = 0; i < s->future_count; i++) {
            sd_design_values(design, i, values);
            for (size_t f = 0; f < count; f++)
                if (which == s->count - 1 || design->factors[f].distribution.kind != SD_DIST_NONE)
                    s->factors[f * s->future_count + i] = values[f];
        }
    }
}

static sd_status run_sides(robust_study *s)
{
    sd_arena *arena = s->call->arena;
    sd_status status = SD_OK;
    s->values = SD_NEW_ARRAY(arena, double, s->row_count * s->count * s->future_count);
    s->fan_values =
        SD_NEW_ARRAY(arena, double, s->fan_count * s->point_count * s->future_count + 1);
    s->bar = progress_begin();
    for (size_t i = 0; i < s->count && status == SD_OK; i++)
        status = run_side(s, &s->sides[i]);
    progress_end(&s->bar);
    if (status != SD_OK)
        return status;
    note_factors(s);
    for (size_t r = 0; r < s->row_count; r++) {
        const sd_contest contest = {.scenario_count = s->count,
                                    .future_count = s->future_count,
                                    .factor_count = s->sides->design->factor_count,
                                    .better = s->rows[r].better,
                                    .values = s->values + r * s->count * s->future_count,
                                    .factors = s->factors,
                                    .interrupted = s->call->interrupted};
        s->rows[r].result = sd_robust_new(arena, &contest);
        if (*s->call->interrupted)
            return SD_INTERRUPTED;
    }
    return SD_OK;
}

/* What is finished is kept as that of a sweep of the same scores. */
static sd_status keep(robust_study *s)
{
    const size_t count = s->count;
    swept *list = SD_NEW_ARRAY(s->call->arena, swept, count);
    for (size_t i = 0; i < count; i++)
        list[i] = (swept){.scenario = s->sides[i].scenario,
                          .design = s->sides[i].design,
                          .scores = s->sides[i].scores};
    const sweep_study all = {
        .count = count, .score_count = score_count(s), .list = list, .drawing = s->drawing};
    return kept_members_open(s->call, &all, "compared in futures: yes\n", &s->kept);
}

void robust_study_close(robust_study *s, sd_status status)
{
    kept_members_close(s->call, &s->kept, status);
}

/* ---- all together ---- */

static sd_status draw_futures(robust_study *s)
{
    call *c = s->call;
    const sd_scenario **scenarios = SD_NEW_ARRAY(c->arena, const sd_scenario *, s->count);
    const sd_design **designs = SD_NEW_ARRAY(c->arena, const sd_design *, s->count);
    for (size_t i = 0; i < s->count; i++)
        scenarios[i] = s->sides[i].scenario;
    const sd_drawing drawing = {.ranges = true,
                                .sampling = {.kind = SD_POINTS_LATIN,
                                             .count = s->future_count,
                                             .seed = scenarios[0]->spec.seed}};
    s->drawing = drawing;
    sd_status status = sd_designs_drawn(c->arena, scenarios, s->count, &drawing, designs, c->diag);
    for (size_t i = 0; i < s->count && status == SD_OK; i++)
        s->sides[i].design = designs[i];
    return status;
}

/* What stands before the colon, unless another scenario has the same there. */
static const char *short_title(call *c, sd_scenario *const *scenarios, size_t count, size_t which)
{
    const char *title = scenarios[which]->title;
    size_t length = strcspn(title, ":");
    for (size_t i = 0; i < count; i++)
        if (i != which && strncmp(scenarios[i]->title, title, length) == 0)
            return scenarios[which]->name;
    return length ? sd_arena_copy(c->arena, title, length) : scenarios[which]->name;
}

/* A future that fails in every scenario is no answer at all. */
static sd_status refuse_all_failed(const robust_study *s)
{
    for (size_t i = 0; i < s->count; i++)
        if (s->sides[i].failed == s->future_count)
            return sd_fail(s->call->diag, SD_E501, SD_NOWHERE,
                           "'%s' could not be worked out in any future; in the first: %s",
                           s->sides[i].scenario->name, s->sides[i].why);
    return SD_OK;
}

static sd_status prepare_side(robust_study *s, robust_side *side, int64_t *ret_points,
                              double *ret_last)
{
    const sd_scenario *scenario = side->scenario;
    const sd_run_spec *spec = &scenario->spec;
    int64_t steps, save_every;
    sd_status status =
        sd_run_spec_count(spec, scenario->spec_span, &steps, &save_every, s->call->diag);
    if (status != SD_OK)
        return status;
    side->counts = (sd_trajectory){.time_count = s->future_count, .stats.steps = steps};
    *ret_points = steps / save_every + 1;
    *ret_last = spec->start + (double)(steps - steps % save_every) * spec->dt;
    return SD_OK;
}

sd_status robust_study_run(call *c, sd_scenario *const *scenarios, size_t count,
                           robust_study *ret_study)
{
    robust_study s = {.call = c, .count = count, .future_count = (size_t)c->given.uncertain};
    const double began = sd_clock_seconds();
    double last = 0;
    int64_t points = 0;
    sd_status status = SD_OK;
    s.sides = SD_NEW_ARRAY(c->arena, robust_side, count);
    for (size_t i = 0; i < count; i++)
        s.sides[i] =
            (robust_side){.scenario = scenarios[i], .title = short_title(c, scenarios, count, i)};
    status = draw_futures(&s);
    for (size_t i = 0; i < count && status == SD_OK; i++) {
        robust_side *side = &s.sides[i];
        status = prepare_side(&s, side, &points, &last);
        if (i == 0 && status == SD_OK) {
            choose_rows(&s, last);
            choose_fans(&s);
            choose_times(&s, points, side->scenario->spec.start,
                         side->scenario->spec.save_interval);
            status = s.row_count ? SD_OK : fail_rows(c, side->scenario);
        }
        if (status == SD_OK)
            status = choose_scores(&s, side, last);
        if (status == SD_OK)
            status = compile(&s, side);
    }
    if (status == SD_OK)
        status = keep(&s);
    if (status == SD_OK)
        status = run_sides(&s);
    s.seconds = sd_clock_seconds() - began;
    *ret_study = s;
    return status == SD_OK ? refuse_all_failed(&s) : status;
}
