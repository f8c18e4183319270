/* scorecard.c - the headline rows of a run at a few dates, or a plain table of stocks.
 * In: a result.  Out: sd_scorecard, in the units that people read.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "sd/analysis.h"

const sd_measure sd_measures[] = {
    {"net_productivity_gain", "Net gain", "% per hour worked", "%/h worked", 100, 0, 1, false,
     false, "valuable output per hour worked, against no AI"},
    {"paid_productivity_gain", "Net gain, paid", "% per paid hour", "%/h paid", 100, 0, 1, false,
     false, "valuable output per paid hour (contract hours plus overtime), against no AI"},
    {"output_per_employee_gain", "Output a head", "%, valuable", "%", 100, 0, 1, false, false,
     "valuable output per employee, against no AI"},
    {"hours_per_week", "Hours", "h per week", "h/wk", 1, 1, -1, true, false,
     "hours worked per person and week"},
    {"meta_hours_per_person", "Meta-work", "h per week", "h/wk", 1, 1, -1, true, false,
     "prompting, reviewing, re-prompting and asking for permission, per person and week"},
    {"burnout_prevalence", "Burnout", "% of staff", "%", 100, 0, -1, false, false,
     "share of staff burned out"},
    {"quits_per_year", "Quits", "% a year", "%/yr", 100, 0, -1, false, false,
     "voluntary quits as a share of staff"},
    {"refill_share", "Refill share", "% of freed hours", "%", 100, 0, -1, false, true,
     "load added by raised expectations over the hours that AI really frees; no published estimate "
     "exists"},
    {"trap_index", "Saved hours consumed", "% of gross", "%", 100, 0, -1, false, true,
     "share of the gross hours saved that is eaten by meta-work, permission, rework, refill, "
     "burnout and slack"},
    {"cumulative_net_benefit", "Money", "$M since the start, against no AI", "$M, sum", 1e-6, 1, 1,
     false, false, "net benefit since the start, against no AI, in millions"},
};
const size_t sd_measure_count = sizeof sd_measures / sizeof *sd_measures;

const char sd_use_variable[] = "ai_share_of_tasks";
const double sd_least_use = 0.05;

const sd_measure *sd_measure_find(const char *variable)
{
    for (size_t i = 0; i < sd_measure_count; i++)
        if (sd_text_equal_fold(sd_measures[i].variable, variable))
            return &sd_measures[i];
    return NULL;
}

double sd_measure_rounded(const sd_measure *measure, double shown)
{
    double unit = 1;
    for (int i = 0; i < measure->decimals; i++)
        unit *= 10;
    return round(shown * unit) / unit;
}

static bool scalar_element(const sd_model *model, const char *name, size_t *ret_element)
{
    const sd_variable *variable = sd_model_find(model, name);
    if (!variable || variable->dimension_count)
        return false;
    *ret_element = variable->first;
    return true;
}

const size_t *sd_scorecard_elements(sd_arena *arena, const sd_model *model, size_t *ret_count)
{
    static const char *const others[] = {sd_use_variable, "visible_output_gain",
                                         "gross_hours_saved", "perceived_gain"};
    enum { OTHERS = sizeof others / sizeof *others };
    const size_t needed = sd_measure_count + OTHERS + SD_ACCOUNT_KEPT;
    size_t *elements = SD_NEW_ARRAY(arena, size_t, needed + 2);
    *ret_count = 0;
    for (size_t i = 0; i < needed; i++) {
        const char *name = i < sd_measure_count ? sd_measures[i].variable
                           : i < sd_measure_count + OTHERS
                               ? others[i - sd_measure_count]
                               : sd_account_parts[i - sd_measure_count - OTHERS].variable;
        if (!scalar_element(model, name, &elements[i]))
            return elements;
    }
    *ret_count = needed;
    /* Only the account reads these two. */
    *ret_count +=
        scalar_element(model, sd_account_parts[SD_ACCOUNT_KEPT].variable, &elements[*ret_count]);
    *ret_count += scalar_element(model, "headcount", &elements[*ret_count]);
    return elements;
}

bool sd_model_is_trap(const sd_model *model)
{
    size_t element;
    for (size_t i = 0; i < sd_measure_count; i++)
        if (!scalar_element(model, sd_measures[i].variable, &element))
            return false;
    return scalar_element(model, sd_use_variable, &element);
}

static double *series_of(sd_arena *arena, const sd_trajectory *t, size_t element, double scale)
{
    double *series = SD_NEW_ARRAY(arena, double, t->time_count);
    size_t column = sd_trajectory_column(t, element);
    for (size_t i = 0; i < t->time_count; i++)
        series[i] = column == SIZE_MAX ? (double)NAN : scale * sd_trajectory_value(t, i, column, 0);
    return series;
}

/* "before", one and two years on, and the end: or thirds of the run when time is not in weeks. */
static void set_dates(sd_arena *arena, sd_scorecard *card, const sd_result *result)
{
    const sd_trajectory *t = result->trajectory;
    double start = t->times[0], stop = t->times[t->time_count - 1];
    const char *units = result->scenario->model->time_units;
    bool years = sd_units_are_weeks(units) && stop - start >= 3 * SD_WEEKS_PER_YEAR;
    double at[SD_CARD_DATES] = {start, start + (stop - start) / 3, start + 2 * (stop - start) / 3,
                                stop};
    if (years) {
        at[1] = start + SD_WEEKS_PER_YEAR;
        at[2] = start + 2 * SD_WEEKS_PER_YEAR;
    }
    for (int d = 0; d < SD_CARD_DATES; d++) {
        card->time_index[d] = sd_trajectory_time(t, at[d]);
        double time = t->times[card->time_index[d]];
        double year = (time - start) / SD_WEEKS_PER_YEAR;
        char number[SD_NUMBER_MAX];
        (void)sd_number_format(years && year == floor(year) ? year : time, number);
        card->dates[d] = d == 0 ? "before"
                                : sd_arena_printf(arena, "%s %s",
                                                  years && year == floor(year) ? "year"
                                                  : units[0]                   ? units
                                                                               : "time",
                                                  number);
    }
}

static void trap_rows(sd_arena *arena, sd_scorecard *card, const sd_result *result,
                      const size_t *elements)
{
    const sd_trajectory *t = result->trajectory;
    sd_card_row *rows = SD_NEW_ARRAY(arena, sd_card_row, sd_measure_count);
    const double *use = series_of(arena, t, elements[sd_measure_count], 1);
    for (size_t r = 0; r < sd_measure_count; r++) {
        const sd_measure *measure = &sd_measures[r];
        double *series = series_of(arena, t, elements[r], measure->scale);
        for (size_t i = 0; i < t->time_count; i++)
            if (measure->needs_use && !(use[i] > sd_least_use))
                series[i] = (double)NAN;
        rows[r] = (sd_card_row){.measure = measure,
                                .label = measure->label,
                                .unit = measure->short_unit,
                                .series = series};
        for (int d = 0; d < SD_CARD_DATES; d++)
            rows[r].at[d] = series[card->time_index[d]];
    }
    card->rows = rows;
    card->row_count = sd_measure_count;
}

static void stock_rows(sd_arena *arena, sd_scorecard *card, const sd_result *result)
{
    static const char *const dates[SD_CARD_DATES] = {"start", "minimum", "maximum", "end"};
    const sd_trajectory *t = result->trajectory;
    const sd_model *model = result->scenario->model;
    memcpy(card->dates, dates, sizeof dates);
    sd_card_row *rows = SD_NEW_ARRAY(arena, sd_card_row, model->element_count + 1);
    for (size_t element = 0; element < model->element_count; element++) {
        const sd_variable *variable = model->element_variables[element];
        if (variable->kind != SD_STOCK || sd_trajectory_column(t, element) == SIZE_MAX)
            continue;
        sd_card_row *row = &rows[card->row_count++];
        row->label = sd_model_element_name(model, element, arena);
        row->unit = variable->units_text ? variable->units_text : "";
        row->series = series_of(arena, t, element, 1);
        row->at[0] = row->at[1] = row->at[2] = row->series[0];
        for (size_t i = 0; i < t->time_count; i++) {
            row->at[1] = fmin(row->at[1], row->series[i]);
            row->at[2] = fmax(row->at[2], row->series[i]);
        }
        row->at[3] = row->series[t->time_count - 1];
    }
    card->rows = rows;
}

const sd_scorecard *sd_scorecard_new(sd_arena *arena, const sd_result *result)
{
    sd_scorecard *card = SD_NEW(arena, sd_scorecard);
    size_t count;
    const size_t *elements = sd_scorecard_elements(arena, result->scenario->model, &count);
    card->trap = count > 0;
    card->time_count = result->trajectory->time_count;
    if (card->trap) {
        set_dates(arena, card, result);
        trap_rows(arena, card, result, elements);
    } else {
        stock_rows(arena, card, result);
    }
    return card;
}

double sd_score_value(const sd_score *score, const sd_result *result)
{
    const sd_trajectory *t = result->trajectory;
    size_t column = sd_trajectory_column(t, score->element);
    if (column == SIZE_MAX)
        return (double)NAN;
    return sd_score_of_series(score, t->time_count, t->times, t->values + column * t->members,
                              t->column_count * t->members);
}

bool sd_score_holds(const sd_score *score, double value)
{
    if (!score->has_limit || score->better == 0)
        return true;
    return score->better > 0 ? value >= score->limit : value <= score->limit;
}
